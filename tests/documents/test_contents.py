"""Which format a document is in, where its name lies."""

from __future__ import annotations

import pytest

from followthrough.documents import parse
from followthrough.documents.formats import format_of

from .generate_markup import word_file

WORD = word_file("<w:p/>")
MAIL = b"Message-ID: <1@x.example>\r\nFrom: a@x.example\r\nSubject: Outage\r\n\r\nWords"
PAGE = b"\xef\xbb\xbf \n<!DOCTYPE html>\n<html><body><p>a"
STORAGE = b'<p>a</p><ac:structured-macro ac:name="toc" />'


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("pm.md", "markdown"), ("PM.MD", "markdown"), ("pm.qmd", "markdown"), ("pm.mdx", "markdown"),
        ("pm.md.erb", "markdown"), ("pm.html.md.erb", "markdown"), ("pm.html.erb", "html"), ("pm.erb", "text"),
        ("pm.rst.txt", "text"), ("postmortem", "text"), (".md", "text"),
    ],
)  # fmt: skip
def test_the_end_of_the_name_says_the_format(name: str, format: str) -> None:
    assert parse(b"words\n", name).format == format


@pytest.mark.parametrize(
    ("data", "name", "format"),
    [
        (b"<p>a", "a.html", "html"), (b"a", "a.HTM", "html"), (b"a", "a.xhtml", "html"), (b"a", "a.mediawiki", "mediawiki"), (b"a", "a.wiki", "mediawiki"),
        (MAIL, "a.eml", "email"), (WORD, "a.docx", "docx"), (b"<p>a</p>", "a.xml", "confluence"), (b"<h1 local-id='b'>a</h1>", "a.xml", "confluence"), (b"<para>a</para>", "a.xml", "text"), (b"<?xml version='1.0'?>\n<article>", "a.xml", "text"),
        (STORAGE, "a.xml", "confluence"), (STORAGE, "a.html", "confluence"), (STORAGE, "a.txt", "confluence"), (STORAGE, "-", "confluence"), (STORAGE, "a.md", "confluence"), (b"Words " + STORAGE, "a.xml", "confluence"), (b"Words " + STORAGE, "a.html", "confluence"), (b"Words", "a.xml", "text"),
        (b'<details>\n\n# Notes\n\n<ac:link />', "a.md", "markdown"), (b"a <ac:link />", "a.txt", "text"),
        (PAGE, "a.md", "html"), (PAGE + b"<ac:link />", "a.html", "html"), (b"<html>" + STORAGE, "a.html", "confluence"), (PAGE, "a.txt", "html"), (PAGE, "a", "html"), (PAGE, "a.xml", "html"), (b"<?xml version='1.0'?>\n<html>", "a.xml", "html"),
        (b"<html>\n# Outage\n", "a.md", "markdown"), (b"<p>a</p>\n", "a.md", "markdown"), (b"A page about <html>", "a.txt", "text"),
        (WORD, "a.doc", "docx"), (WORD, "a.md", "docx"), (WORD, "standard-input.md", "docx"), (b"PK\x03\x04 other", "a.md", "markdown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "a.doc", "docx"),
        (MAIL, "a.txt", "email"), (MAIL, "a.md", "email"), (b"From x\n" + MAIL, "a", "email"), (b"From: Sam\nSubject: Outage\n\n- a", "a.txt", "text"),
        (b"Words\nMessage-ID: x\nFrom: a\nSubject: b\n", "a.txt", "text"),
    ],
)  # fmt: skip
def test_the_content_decides_where_the_name_lies(data: bytes, name: str, format: str) -> None:
    assert format_of(data, name) == format
