"""reStructuredText as blocks, and marks in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from followthrough.documents import parse
from followthrough.documents.blocks import Style

from .conftest import ID, URL

Outline = Callable[[str, str], list[tuple[Any, ...]]]
Write = Callable[..., str]
LINK = f"`OPS-12, open <{URL}#ft-{ID}>`__"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one\ntwo\n\nthree", [("paragraph", "one\ntwo"), ("paragraph", "three")], id="paragraphs"),
        pytest.param("=====\nTitle\n=====\n\nPart\n----\n\nNext\n====\n", [("heading", "Title", 1), ("heading", "Part", 2), ("heading", "Next", 3)], id="titles by order"),
        pytest.param("数据库\n======\n", [("heading", "数据库", 1)], id="wide title"),
        pytest.param("abcd\n==\n", [("paragraph", "abcd\n==")], id="short underline"),
        pytest.param("a\n\n----\n\nb", [("paragraph", "a"), ("rule", ""), ("paragraph", "b")], id="transition"),
        pytest.param("- a\n  more\n\n  next\n\n- b", [("item", "a\nmore", 1, None), ("paragraph", "next"), ("item", "b", 1, None)], id="bullets"),
        pytest.param("* a\n\n  - b\n\n    #. c\n\n* d", [("item", "a", 1, None), ("item", "b", 2, None), ("item", "c", 3, None), ("item", "d", 1, None)], id="nested"),
        pytest.param("1. a\n2. b\n\n(3) c\n\nA. d", [("item", c, 1, None) for c in "abcd"], id="numbers"),
        pytest.param("1. a sentence\nthat goes on", [("paragraph", "1. a sentence\nthat goes on")], id="no number"),
        pytest.param("- - a", [("item", "", 1, None), ("item", "a", 2, None)], id="list in a list"),
        pytest.param("- [ ] a\n- [x] b\n- [y] c", [("item", "a", 1, False), ("item", "b", 1, True), ("item", "[y] c", 1, None)], id="boxes"),
        pytest.param("Do:\n- a\n- b", [("paragraph", "Do:"), ("item", "a", 1, None), ("item", "b", 1, None)], id="list right below its lead"),
        pytest.param("Sam\n  does it\n\nLin\n  helps", [("item", "Sam", 1, None), ("paragraph", "does it"), ("item", "Lin", 1, None), ("paragraph", "helps")], id="definitions"),
        pytest.param("x\n\n:Owner: Sam\n:Items:\n  - a", [("paragraph", "x"), ("paragraph", "Owner: Sam"), ("paragraph", "Items:"), ("item", "a", 1, None)], id="fields"),
        pytest.param("Run::\n\n  - a\n\nb", [("paragraph", "Run:"), ("code", "- a"), ("paragraph", "b")], id="literal"),
        pytest.param("Run ::\n\n> - a\n> b\n\nc", [("paragraph", "Run"), ("code", "> - a\n> b"), ("paragraph", "c")], id="quoted literal"),
        pytest.param("::\n\n  - a", [("code", "- a")], id="literal alone"),
        pytest.param(">>> - a\n1\n\nb", [("code", ">>> - a\n1"), ("paragraph", "b")], id="session"),
        pytest.param(".. code-block:: sh\n\n   - a\n\nb", [("code", ".. code-block:: sh\n\n   - a"), ("paragraph", "b")], id="code"),
        pytest.param(".. unheard-of:: x\n\n   - a", [("code", ".. unheard-of:: x\n\n   - a")], id="unknown directive"),
        pytest.param(".. note:: Do\n   it\n\n   - a\n", [("paragraph", "Do\nit"), ("item", "a", 1, None)], id="admonition"),
        pytest.param(".. note:: Do it\n   :class: x\n\n   - a\n", [("paragraph", "Do it"), ("item", "a", 1, None)], id="options"),
        pytest.param(".. admonition:: What\n   :class: x\n\n   a\n", [("paragraph", "What"), ("paragraph", "a")], id="admonition with a title"),
        pytest.param(".. a comment\n   - a\n\n.. _x: y\n\nb", [("paragraph", "b")], id="comment and target"),
        pytest.param(".. [1] a\n   b", [("paragraph", "a\nb")], id="footnote"),
        pytest.param("| a\n| b\n  c\n", [("paragraph", "a\nb\nc")], id="line block"),
        pytest.param("a\n\n  b\n", [("paragraph", "a"), ("paragraph", "b")], id="quotation"),
        pytest.param("+---+---+\n| a | b |\n+===+===+\n| c | d |\n| e |   |\n+---+---+\n", [("row", ["a", "b"], True), ("row", ["c\ne", "d"], False)], id="grid"),
        pytest.param("+---+---+\n| a | b |\n|   +---+\n|   | c |\n+---+---+\n| d     |\n+-------+\n| e | f |\n+---+---+\n", [("row", ["a", "b"], False), ("row", ["", "c"], False), ("row", ["d", ""], False), ("row", ["e", "f"], False)], id="grid with spans"),
        pytest.param("==== ===\na    b\n==== ===\n数据 d\n     e\nf\n==== ===\n", [("row", ["a", "b"], True), ("row", ["数据", "d\ne"], False), ("row", ["f", ""], False)], id="simple"),
        pytest.param(".. list-table:: t\n   :header-rows: 1\n\n   * - a\n     - b\n   * - c\n       d\n\n       e\n     -\n", [("row", ["a", "b"], True), ("row", ["c\nd\ne", ""], False)], id="list table"),
    ],
)  # fmt: skip
def test_outline(text: str, expected: list[tuple[Any, ...]], outline: Outline) -> None:
    assert outline(text, "pm.rst") == expected


def test_the_field_list_at_the_top_tells_of_the_document() -> None:
    text = "Outage\n======\n\n:Date: 2026-11-03\n:Authors: Ada,\n  Lin\n:Draft: true\n\ntext\n\n:Owner: Sam\n"
    document = parse(text.encode(), "pm.rst")
    assert document.metadata == {"date": "2026-11-03", "authors": "Ada, Lin", "draft": True}
    assert [block.text for block in document.blocks] == ["Outage", "text", "Owner: Sam"]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("a **b** *c*", [("a ", 0, None), ("b", 1, None), (" ", 0, None), ("c", 2, None)]),
        ("``a *b*`` :code:`c` :strike:`d`", [("a *b*", 8, None), (" ", 0, None), ("c", 8, None), (" ", 0, None), ("d", 4, None)]),
        ("`a <https://x.example>`_ `b <y>`__", [("a", 0, "https://x.example"), (" ", 0, None), ("b", 0, "y")]),
        ("see ops-1_ and `Two words`_", [("see ", 0, None), ("ops-1", 0, "https://t.example/1"), (" and ", 0, None), ("Two words", 0, "https://t.example/2")]),
        ("2*3*4 a_b `it", [("2*3*4 a_b `it", 0, None)]),
        (r"\*a\* b\ c", [("*", 0, None), ("a", 0, None), ("*", 0, None), (" b", 0, None), ("c", 0, None)]),
        ("a [1]_ |b|", [("a ", 0, None), (" ", 0, None), ("b", 0, None)]),
        ("at https://x.example/a_b.", [("at ", 0, None), ("https://x.example/a_b", 0, "https://x.example/a_b"), (".", 0, None)]),
        ("('*') **a", [("('*') **a", 0, None)]),
    ],
)  # fmt: skip
def test_inline(text: str, runs: list[tuple[str, int, str | None]]) -> None:
    targets = "\n\n.. _OPS-1: https://t.example/1\n.. _Two words: https://t.example/2\n"
    found = parse((text + targets).encode(), "pm.rst").blocks[0].runs
    assert [(run.text, run.style.value, run.link) for run in found] == runs


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("- Do it  \n- more", "Do it", f"- Do it {LINK}  \n- more"),
        ("- Do\n  *it*\n\n  more", "Do", f"- Do\n  *it* {LINK}\n\n  more"),
        ("Do it::\n\n  code", "Do", f"Do it {LINK}::\n\n  code"),
        ("- Do it <!-- ft:item -->", "Do", f"- Do it {LINK} <!-- ft:item -->"),
        ("| a\n| Do it", "a", f"| a\n| Do it {LINK}"),
    ],
)
def test_a_mark_goes_behind_the_words(text: str, at: str, expected: str, write: Write) -> None:
    assert write(text, at, name="pm.rst") == expected


def test_a_mark_of_the_embedded_tracker(write: Write) -> None:
    assert write("- Do it", "Do", "FT-3, open", "", name="pm.rst") == f"- Do it `FT-3, open <#ft-{ID}>`__"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(0, f"   * - Do it {LINK}\n     - \n     -\n"), (1, f"   * - Do it\n     - {LINK}\n     -\n"),
     (2, "refused: its cell is empty, without a blank to put a link behind")],
)  # fmt: skip
def test_marks_in_list_tables(cell: int, expected: str, write: Write) -> None:
    text = ".. list-table::\n\n   * - Do it\n     - \n     -\n"
    written = write(text, "Do it", name="pm.rst", cell=cell)
    assert written.removeprefix(".. list-table::\n\n") == expected


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("Title\n=====\n", "Title", "it is a heading: the link belongs to the first paragraph below it"),
        ("Do::\n\n  it", "it", "it is code, where a link would be read as part of it"),
        ("Do:\n- it", "Do", "it must stay the end of its line for what follows to be a list"),
        ("+----+\n| Do |\n+----+\n", "Do", "it stands in a table whose columns are drawn, which leaves no room for a link"),
        ("== ==\nDo b\n== ==\n", "Do", "it stands in a table whose columns are drawn, which leaves no room for a link"),
        ("- Do `it", "Do", "the document would not read the same: the text at line 1 would change"),
    ],
)  # fmt: skip
def test_where_no_mark_may_go_there_is_a_reason(text: str, at: str, reason: str, write: Write) -> None:
    assert write(text, at, name="pm.rst") == f"refused: {reason}"


def test_corrections_are_comments_below_the_line() -> None:
    document = parse(b"- a\n\n  .. ft:ignore\n\n- b\n  c\n\n.. ft:declined too dear\n", "pm.rst")
    assert [(note.name, note.words, note.line) for note in document.directives] == [
        ("ignore", "", 1), ("declined", "too dear", 6),
    ]  # fmt: skip


def test_struck_words_are_struck() -> None:
    (block,) = parse(b":del:`Do it`", "pm.rst").blocks
    assert block.runs[0].style is Style.STRUCK
