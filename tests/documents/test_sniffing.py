"""Files whose name says less than their lines."""

from __future__ import annotations

import pytest

from followthrough.documents import Wanted, name_of, parse, rewrite
from followthrough.documents.owned import texts

ASCIIDOC = "= Outage\n:date: 2026-11-03\n\n== Impact\n\nAll.\n\n== Action items\n\n* Do it\n"
ORG = "#+TITLE: Outage\n\n* Impact\nAll.\n* Action items\n** TODO Do it\n- Do that\n"
RST = "Outage\n======\n\n.. note:: All.\n\nAction items\n------------\n\n- Do it\n"


@pytest.mark.parametrize("name", ["pm.md", "pm.txt", "pm"])
@pytest.mark.parametrize(("text", "format"), [(ASCIIDOC, "asciidoc"), (ORG, "org"), (RST, "rst")])
def test_lines_that_leave_no_doubt_decide(text: str, format: str, name: str) -> None:
    document = parse(text.encode(), name)
    assert document.format == format
    wanted = [
        Wanted(place, f"{number:012d}", "OPS-1", "https://t.example/x==")
        for number, (place, found) in enumerate(texts(document))
        if found.anchor is not None and found.anchor.refusal is None
    ]
    written = rewrite(document, wanted)
    assert written.data.count(b"#ft-") == len(wanted) > 1
    assert parse(written.data, name).format == format


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# Outage\n\n== a\n\n== b\n\n|===\n", id="a heading of its own"),
        pytest.param("== Outage ==\n\n=== Impact ===\n\n:a: b\n", id="wiki"),
        pytest.param("== Outage\n\ntext\n", id="one line only"),
        pytest.param("Outage\n======\n\n- Do it\n", id="an underlined title"),
        pytest.param("* Impact\n* Action items\n", id="bullets"),
        pytest.param("```\n#+TITLE: a\n* b\n```\n", id="quoted in a fence"),
        pytest.param(".. note:: All.\n", id="a directive alone"),
    ],
)
def test_otherwise_the_name_does(text: str) -> None:
    assert parse(text.encode(), "pm.md").format == "markdown"
    assert parse(text.encode(), "pm.txt").format == "text"


@pytest.mark.parametrize("text", [ASCIIDOC, ORG, RST])
def test_a_name_of_another_format_is_believed(text: str) -> None:
    assert parse(text.encode(), "pm.adoc").format == "asciidoc"
    assert parse(text.encode(), "pm.org").format == "org"
    assert parse(text.encode(), "pm.rst").format == "rst"


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("{{Infobox}}\n== Action items ==\n* Do it\n", "mediawiki"),
        ("== Action items ==\n# Do it\n# Do [[that]]\n", "mediawiki"),
        ("# P\n\n== Note ==\n", "markdown"),
        ("Outage\n\nAction items:\n    1. Do it\n    2. Do that\n", "text"),
        ("Outage\n======\n\nAction items\n------------\n\n- Do it\n", "markdown"),
        ("**Action items**\n\n- Do it\n", "markdown"),
        ("<!DOCTYPE html><html><body><p>\n== Do it ==\n</p></body></html>", "html"),
        ("From: a@b.example\nMessage-ID: <1@b>\nSubject: P\n\n== Do it ==\n", "email"),
        (ASCIIDOC, "asciidoc"),
        (ORG, "org"),
        (RST, "rst"),
    ],
)
def test_what_has_no_name_is_read_by_its_content(text: str, format: str) -> None:
    data = text.encode()
    assert parse(data, name_of(data, "standard-input")).format == format
