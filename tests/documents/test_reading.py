"""Bytes that are no text, too much text, and text in other encodings."""

from __future__ import annotations

import time

import pytest

from followthrough.documents import Limits, Unreadable, Wanted, parse, rewrite
from followthrough.model import Place

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"PK\x03\x04\x00\x00", "pm.md has NUL bytes, so it is binary or UTF-16: save it as UTF-8 text, or exclude it.", id="binary"),
        pytest.param("# Ä".encode("utf-16"), "pm.md is UTF-16: save it as UTF-8 and run again.", id="utf-16"),
        pytest.param("# Ä".encode("utf-16-be"), "pm.md has NUL bytes, so it is binary or UTF-16: save it as UTF-8 text, or exclude it.", id="utf-16 without its mark"),
        pytest.param("# Ä".encode("utf-32"), "pm.md is UTF-32: save it as UTF-8 and run again.", id="utf-32"),
        pytest.param(b"a\n" * 600 + b"b" * 70_000, "pm.md:601 is one line of 68.4 KiB, more than the 64 KiB read of one line: break it up, or exclude the document.", id="long line"),
        pytest.param(b"a" * 10_000_000, "pm.md is 10 MB, more than the 5 MB read of one document: split it, or exclude it.", id="large"),
        pytest.param(b"a\n\n" * 400_000, "pm.md has more than 300,000 lines, more than is read of one document: split it, or exclude it.", id="many lines"),
        pytest.param(b"# a\n" * 200_000, "pm.md has more than 75,000 paragraphs, items and rows, more than is read of one document: split it, or exclude it.", id="many blocks"),
        pytest.param((b"*a " * 20_000 + b"\n") * 40, "pm.md has more than 600,000 signs of markup, more than is read of one document: split it, or exclude it.", id="much markup"),
        pytest.param(b"a\n" + b"> " * 200 + b"b", "pm.md:2 starts more than 100 lists and quotations: take some out, or exclude the document.", id="deep"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_in_one_sentence(data: bytes, sentence: str) -> None:
    started = time.process_time()
    with pytest.raises(Unreadable) as error:
        parse(data, "pm.md")
    assert str(error.value) == sentence
    assert time.process_time() - started < 5


def test_limits_are_the_callers() -> None:
    data = b"one line of thirty characters."
    assert parse(data, "pm.md", Limits(line=30)).blocks
    with pytest.raises(Unreadable, match=r"pm\.md:1 is one line"):
        parse(data, "pm.md", Limits(line=27))
    with pytest.raises(Unreadable, match=r"is 30 bytes, more than the 29 bytes"):
        parse(data, "pm.md", Limits(document=29))


@pytest.mark.parametrize("name", ["pm.md", "pm.txt"])
@pytest.mark.parametrize("data", [b"", BOM], ids=["nothing", "only a byte order mark"])
def test_an_empty_file_is_an_empty_document(name: str, data: bytes) -> None:
    document = parse(data, name)
    assert document.blocks == ()
    assert document.read_only is None


@pytest.mark.parametrize("name", ["pm.md", "pm.txt"])
def test_a_byte_order_mark_hides_nothing_and_counts_in_every_offset(name: str) -> None:
    document = parse(BOM + b"# Outage\n- [ ] Page the owner\n", name)
    heading, item = document.blocks
    assert (heading.text, heading.start, heading.line) == ("Outage", 3, 1)
    assert document.data[item.start : item.end] == b"- [ ] Page the owner"
    assert item.checkbox is not None
    assert document.data[item.checkbox.offset : item.checkbox.offset + 1] == b" "


def test_lines_end_at_line_feeds_and_carriage_returns_only() -> None:
    text = "- a\x0b\x0c\x1c\u2028\u2029\x85b\r\n- c\r- d\n\n- e"
    assert [block.line for block in parse(text.encode(), "pm.md").blocks] == [1, 2, 3, 5]
    assert [block.line for block in parse(text.encode(), "pm.txt").blocks] == [1, 2, 3, 5]


@pytest.mark.parametrize("name", ["pm.md", "pm.txt"])
@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        pytest.param("- [x] Größe – prüfen".encode("cp1252"), "Windows-1252", "Größe – prüfen", id="windows"),
        pytest.param(b"- [x] Gr\xf6\x81e", "Latin-1", "Grö\x81e", id="latin"),
    ],
)
def test_an_older_encoding_is_read_but_never_written(
    name: str, data: bytes, encoding: str, text: str
) -> None:
    document = parse(data, name)
    (item,) = document.blocks
    assert item.text == text
    assert document.data == data
    assert (item.start, item.end, item.own.start) == (0, len(data), 6)
    assert [(run.start, run.end) for run in item.runs] == [(6, len(data))]
    assert item.checkbox is not None
    assert item.checkbox.offset == 3
    assert (
        document.read_only
        == f"{name} is {encoding}, not UTF-8: save it as UTF-8 so that links can be written."
    )
    for words in ("OPS-1", None):
        done = rewrite(document, [Wanted(Place(0), "7f3k9q2m8dxa", words, ticked=False)])
        assert done.data == data
        assert done.refusals == {"7f3k9q2m8dxa": document.read_only}


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.md", "markdown"), ("A.MD", "markdown"), ("a.markdown", "markdown"), ("a.mdx", "markdown"), ("a.qmd", "markdown"),
     ("a.rst", "rst"), ("a.REST", "rst"), ("a.adoc", "asciidoc"), ("a.asciidoc", "asciidoc"), ("a.asc", "asciidoc"), ("a.org", "org"),
     ("a.txt", "text"), ("a", "text"), ("README", "text"), ("a.weird", "text"), ("dir.md/a", "text"), ("-", "text")],
)  # fmt: skip
def test_the_name_decides_the_format(name: str, format: str) -> None:
    assert parse(b"x", name).format == format


@pytest.mark.parametrize("name", ["pm.rst", "pm.adoc", "pm.org"])
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"|===\n" + b"|" * 60_000 + b"\n" + (b"|" * 60_000 + b"\n") * 11, "signs of markup"),
        (b"* a\n\n" * 80_000, "paragraphs, items and rows"),
    ],
    ids=["much markup", "many blocks"],
)
def test_no_format_takes_more_than_the_limits(name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        parse(data.replace(b"*", b"-"), name)


@pytest.mark.parametrize("name", ["pm.rst", "pm.adoc", "pm.org"])
def test_lists_a_thousand_deep_are_read(name: str) -> None:
    sign = {"pm.rst": "- " * 1_000, "pm.adoc": "* a\n====\n" * 1_000, "pm.org": ""}[name]
    text = sign + "a\n" + "".join(" " * depth + "- a\n\n" for depth in range(300))
    assert len(parse(text.encode(), name).blocks) > 100


def test_parsing_text_never_loads_the_markdown_parser() -> None:
    import subprocess
    import sys

    code = "import sys; from followthrough.documents import parse; parse(b'x', 'a.txt'); print('pyromark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
