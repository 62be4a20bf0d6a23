"""AsciiDoc as blocks, and marks in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from followthrough.documents import parse

from .conftest import ID, URL

Outline = Callable[[str, str], list[tuple[Any, ...]]]
Write = Callable[..., str]
LINK = f"{URL}#ft-{ID}[OPS-12, open]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one\ntwo\n\nthree", [("paragraph", "one\ntwo"), ("paragraph", "three")], id="paragraphs"),
        pytest.param("= Title\n\n== Part ==\n\n=== Sub\n\n## Mark", [("heading", "Title", 1), ("heading", "Part", 2), ("heading", "Sub", 3), ("heading", "Mark", 2)], id="sections"),
        pytest.param("Title\n=====\n\nPart\n----\n", [("heading", "Title", 1), ("heading", "Part", 2)], id="two lines"),
        pytest.param("a\n\n'''\n\n<<<\n\nb", [("paragraph", "a"), ("rule", ""), ("rule", ""), ("paragraph", "b")], id="rules"),
        pytest.param("* a\n  more\n** b\n*** c\n* d", [("item", "a\nmore", 1, None), ("item", "b", 2, None), ("item", "c", 3, None), ("item", "d", 1, None)], id="bullets"),
        pytest.param(". a\n.. b\n. c\n\n1. d", [("item", "a", 1, None), ("item", "b", 2, None), ("item", "c", 1, None), ("item", "d", 2, None)], id="numbers"),
        pytest.param("- a\n* b\n- c", [("item", "a", 1, None), ("item", "b", 2, None), ("item", "c", 1, None)], id="another sign nests"),
        pytest.param("* [ ] a\n* [x] b\n* [*] c\n* [y] d", [("item", "a", 1, False), ("item", "b", 1, True), ("item", "c", 1, True), ("item", "[y] d", 1, None)], id="boxes"),
        pytest.param("* a\n+\nb\n+\n----\n* c\n----\n* d", [("item", "a", 1, None), ("paragraph", "b"), ("code", "----\n* c\n----"), ("item", "d", 1, None)], id="attached"),
        pytest.param("* a\n\nb", [("item", "a", 1, None), ("paragraph", "b")], id="not attached"),
        pytest.param("Do:\n* a\n\nb\n* c", [("paragraph", "Do:"), ("item", "a", 1, None), ("paragraph", "b\n* c")], id="list right below its lead"),
        pytest.param("Owner:: Sam\nItems::\n  one\nLast:::\n", [("item", "Owner: Sam", 1, None), ("item", "Items:\none", 1, None), ("item", "Last:", 2, None)], id="terms"),
        pytest.param("----\n* a\n----\n\n....\n* b\n....\n\n```sh\n* c\n```", [("code", "----\n* a\n----"), ("code", "....\n* b\n...."), ("code", "```sh\n* c\n```")], id="listings"),
        pytest.param("[source]\n* a\n\n[source,sh]\n--\n* b\n--", [("code", "* a"), ("code", "--\n* b\n--")], id="source"),
        pytest.param("a\n\n * b\n\n  c", [("paragraph", "a"), ("item", "b", 1, None), ("code", "c")], id="indented"),
        pytest.param("====\na\n\n* b\n====\n\n****\nc\n****", [("paragraph", "a"), ("item", "b", 1, None), ("paragraph", "c")], id="enclosed"),
        pytest.param("* a\n+\n--\nb\n\nc\n--\n* d", [("item", "a", 1, None), ("paragraph", "b"), ("paragraph", "c"), ("item", "d", 1, None)], id="open block in an item"),
        pytest.param("////\n* a\n////\n// b\nc\n// d\ne", [("paragraph", "c\ne")], id="comments"),
        pytest.param(":a: b\n\nc\n\n:d: e \\\nf\n\ng", [("paragraph", "c"), ("paragraph", "g")], id="attributes"),
        pytest.param(".Action items\n* a", [("paragraph", "Action items"), ("item", "a", 1, None)], id="block title"),
        pytest.param("image::a.png[]\nifdef::b[]\nc\nendif::[]", [("paragraph", "c")], id="macros"),
        pytest.param("|===\n|a |b\n\n|c\n|d e\nf\n|===", [("row", ["a", "b"], True), ("row", ["c", "d e\nf"], False)], id="table"),
        pytest.param('[cols="2*",options="header"]\n|===\n|a |b |c |\n|===', [("row", ["a", "b"], True), ("row", ["c", ""], False)], id="columns as stated"),
        pytest.param("|===\n|a |b |c\n2+|d .2+|e\na|* f |g\\|h\n|===", [("row", ["a", "b", "c"], False), ("row", ["d", "", "e"], False), ("row", ["* f", "g\\|h", ""], False)], id="spans"),
        pytest.param(",===\na,b\n,===", [("code", ",===\na,b\n,===")], id="commas"),
    ],
)  # fmt: skip
def test_outline(text: str, expected: list[tuple[Any, ...]], outline: Outline) -> None:
    assert outline(text, "pm.adoc") == expected


def test_the_header_tells_of_the_document() -> None:
    text = "= Outage\nAda Lovelace <ada@x.example>; Lin\nv2, 2026-11-03: draft\n:severity: SEV2\n:draft:\n\ntext\n\n:owner: Sam\n"
    document = parse(text.encode(), "pm.adoc")
    assert document.metadata == {
        "author": "Ada Lovelace, Lin", "date": "2026-11-03", "severity": "SEV2", "draft": True,
    }  # fmt: skip
    assert [block.text for block in document.blocks] == ["Outage", "text"]


def test_front_matter_stands_before_the_header() -> None:
    document = parse(b"---\nseverity: SEV2\n---\n= Outage\n:date: 2026-11-03\n", "pm.adoc")
    assert document.metadata == {"severity": "SEV2", "date": "2026-11-03"}
    assert [(block.text, block.line) for block in document.blocks] == [("Outage", 4)]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("a *b* _c_ `d`", [("a ", 0, None), ("b", 1, None), (" ", 0, None), ("c", 2, None), (" ", 0, None), ("d", 8, None)]),
        ("a**b**c #d# [.line-through]#e#", [("a", 0, None), ("b", 1, None), ("c ", 0, None), ("d", 0, None), (" ", 0, None), ("e", 4, None)]),
        ("*a _b_*", [("a ", 1, None), ("b", 3, None)]),
        ("https://x.example/a[words] link:b.html[c]", [("words", 0, "https://x.example/a"), (" ", 0, None), ("c", 0, "b.html")]),
        ("{jira}OPS-1[OPS-1] link:{jira}OPS-2[two]", [("OPS-1", 0, "https://t.example/OPS-1"), (" ", 0, None), ("two", 0, "https://t.example/OPS-2")]),
        ("https://x.example[a,window=_blank] https://y.example[]", [("a", 0, "https://x.example"), (" ", 0, None), ("https://y.example", 0, "https://y.example")]),
        ("2*3*4 a_b_c *d", [("2*3*4 a_b_c *d", 0, None)]),
        ("a {plus} b{nbsp}c {none}", [("a ", 0, None), ("+", 0, None), (" b", 0, None), ("\u00a0", 0, None), ("c {none}", 0, None)]),
        ("`a++_++b {plus} {none}`", [("a", 8, None), ("_", 8, None), ("b ", 8, None), ("+", 8, None), (" {none}", 8, None)]),
        ("a &amp; b footnote:[c] image:i.png[]", [("a ", 0, None), ("&", 0, None), (" b ", 0, None), (" ", 0, None)]),
        (r"a \*b* +*c*+ <<d,e>>", [("a ", 0, None), ("*", 0, None), ("b* ", 0, None), ("*c*", 0, None), (" ", 0, None), ("e", 0, None)]),
        ("at https://x.example/a_b_.", [("at ", 0, None), ("https://x.example/a_b", 0, "https://x.example/a_b"), ("_.", 0, None)]),
    ],
)  # fmt: skip
def test_inline(text: str, runs: list[tuple[str, int, str | None]]) -> None:
    found = parse(f":jira: https://t.example/\n\n{text}".encode(), "pm.adoc").blocks[0].runs
    assert [(run.text, run.style.value, run.link) for run in found] == runs


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("* Do it  \n* more", "Do it", f"* Do it {LINK}  \n* more"),
        ("* Do\n*it*\n** more", "Do", f"* Do\n*it* {LINK}\n** more"),
        ("Do it +", "Do", f"Do it {LINK} +"),
        ("Owner:: Do it\n", "Owner", f"Owner:: Do it {LINK}\n"),
        ("* Do it // no comment", "Do", f"* Do it // no comment {LINK}"),
        ("* Do it <!-- ft:item -->", "Do", f"* Do it {LINK} <!-- ft:item -->"),
    ],
)
def test_a_mark_goes_behind_the_words(text: str, at: str, expected: str, write: Write) -> None:
    assert write(text, at, name="pm.adoc") == expected


@pytest.mark.parametrize(
    ("words", "target", "expected"),
    [
        ("FT-3, open", "", f"link:#ft-{ID}[FT-3, open]"),
        ("#231, won't do", URL, f"{URL}#ft-{ID}[&#35;231, won't do]"),
        ("A_B-1 _c_ [d] *e*", URL, f"{URL}#ft-{ID}[A_B-1 &#95;c&#95; &#91;d&#93; &#42;e&#42;]"),
        ("x", "https://x.example/a--b_", f"link:++https://x.example/a--b_#ft-{ID}++[x]"),
    ],
)
def test_what_asciidoctor_would_read_as_more_is_written_so_that_it_does_not(
    words: str, target: str, expected: str, write: Write
) -> None:
    assert write("* Do it", "Do", words, target, name="pm.adoc") == f"* Do it {expected}"


@pytest.mark.parametrize(
    ("text", "at", "cell", "expected"),
    [
        ("|===\n|Do it |Sam\n|===", "Do", 0, f"|===\n|Do it {LINK} |Sam\n|==="),
        ("|===\n|Do it | |b\n|===", "Do", 1, f"|===\n|Do it | {LINK}|b\n|==="),
        ("|===\n|Do it ||b\n|===", "Do", 1, f"|===\n|Do it |{LINK}|b\n|==="),
        ("|===\n|Do it\n|\n|===", "Do", 0, f"|===\n|Do it {LINK}\n|\n|==="),
        ("[cols=3*]\n|===\n|Do it |b\n|===", "Do", 0, "refused: its row has too few cells, and is left out when the document is rendered"),
        ("|===\n3*|Do it\n|===", "Do", 0, "refused: it is repeated in several cells, and a link would be as well"),
        ("|===\na|[.x]#Do# it\n|===", "Do", 0, "refused: a line of it starts with a bracket, and would be read as attributes if it ended with one"),
    ],
)  # fmt: skip
def test_marks_in_tables(text: str, at: str, cell: int, expected: str, write: Write) -> None:
    assert write(text, at, name="pm.adoc", cell=cell) == expected


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("== Title\n", "Title", "it is a heading: the link belongs to the first paragraph below it"),
        (".Title\n* a", "Title", "it is a title: the link belongs to what it is the title of"),
        ("----\nDo it\n----", "----", "it is code, where a link would be read as part of it"),
        ("Do:\n* it", "Do", "it must stay the end of its line for what follows to be a list"),
        ("= T\nNo author of this book. At all.\n", "No author", "it stands in the document's header, which has room for an author and a date only"),
        ("[.x]#Do# it", "Do", "the document would not read the same: the structure at line 1 would change"),
    ],
)  # fmt: skip
def test_where_no_mark_may_go_there_is_a_reason(text: str, at: str, reason: str, write: Write) -> None:
    written = write(text, at, name="pm.adoc")
    assert written.startswith("refused: ")
    assert written == f"refused: {reason}" or "would change" in reason


def test_corrections_are_comments_below_the_line() -> None:
    document = parse(
        b"* a\n// ft:ignore\n* b\nc\n// ft:declined too dear\nd\n\ne <!-- ft:item -->\n", "pm.adoc"
    )
    assert [(note.name, note.words, note.line) for note in document.directives] == [
        ("ignore", "", 1), ("declined", "too dear", 4), ("item", "", 8),
    ]  # fmt: skip
    assert document.blocks[-1].text == "e "
