"""Org as blocks, and marks in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from followthrough.documents import parse

from .conftest import ID, URL

Outline = Callable[[str, str], list[tuple[Any, ...]]]
Write = Callable[..., str]
LINK = f"[[{URL}#ft-{ID}][OPS-12, open]]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one\ntwo\n\nthree", [("paragraph", "one\ntwo"), ("paragraph", "three")], id="paragraphs"),
        pytest.param("* A :tag:\n** B\n*** [#A] C\n*bold* text", [("heading", "A", 1), ("heading", "B", 2), ("heading", "C", 3), ("paragraph", "bold text")], id="headlines"),
        pytest.param("* TODO [#A] Do it :a:b:\nmore\n* DONE Did it", [("item", "TODO: Do it", 1, None), ("paragraph", "more"), ("item", "DONE: Did it", 1, None)], id="tasks"),
        pytest.param("* TODO A\n** TODO B\n* TODO C", [("item", "TODO: A", 1, None), ("item", "TODO: B", 2, None), ("item", "TODO: C", 1, None)], id="nested tasks"),
        pytest.param("* TODO A\n** B", [("heading", "TODO: A", 1), ("heading", "B", 2)], id="a task divided by headlines"),
        pytest.param("#+TODO: OPEN | SHUT(s)\n* OPEN A\n* SHUT B\n* OTHER C", [("item", "OPEN: A", 1, None), ("item", "SHUT: B", 1, None), ("heading", "OTHER C", 1)], id="states of its own"),
        pytest.param("* TODO A\nDEADLINE: <2026-12-01 Tue> SCHEDULED: <2026-11-01 Sun>\nb", [("item", "TODO: A\nDeadline: 2026-12-01 Tue", 1, None), ("paragraph", "b")], id="deadline"),
        pytest.param("* A\n* TODO B\n:PROPERTIES:\n:OWNER: Sam\n:ID: 1\n:Area: db\n:END:\n", [("heading", "A", 1), ("item", "TODO: B\nOwner: Sam", 1, None), ("paragraph", "Area: db")], id="properties of a task"),
        pytest.param("* COMMENT A\ntext\n** B\n* C", [("heading", "C", 1)], id="commented out"),
        pytest.param("- a\n  more\n\n  next\n- b", [("item", "a\nmore", 1, None), ("paragraph", "next"), ("item", "b", 1, None)], id="bullets"),
        pytest.param("- a\n  + b\n    1. c\n    2) d\n  * e\nf", [("item", "a", 1, None), ("item", "b", 2, None), ("item", "c", 3, None), ("item", "d", 3, None), ("item", "e", 2, None), ("paragraph", "f")], id="nested"),
        pytest.param("- [ ] a\n- [X] b [1/2]\n- [-] c\n- [x] d", [("item", "a", 1, False), ("item", "b ", 1, True), ("item", "c", 1, False), ("item", "d", 1, True)], id="boxes"),
        pytest.param("- Owner :: Sam\n- [ ] A :: b", [("item", "Owner: Sam", 1, None), ("item", "A: b", 1, False)], id="terms"),
        pytest.param("text\n- a", [("paragraph", "text"), ("item", "a", 1, None)], id="list right below text"),
        pytest.param("- a\n\n\n- b", [("item", "a", 1, None), ("item", "b", 1, None)], id="two blank lines end a list"),
        pytest.param("#+begin_src sh\n- a\n#+END_SRC\n#+begin_example\nb\n#+end_example", [("code", "#+begin_src sh\n- a\n#+END_SRC"), ("code", "#+begin_example\nb\n#+end_example")], id="code"),
        pytest.param("#+begin_quote\na\n\n- b\n#+end_quote\n#+begin_src\nc", [("paragraph", "a"), ("item", "b", 1, None), ("paragraph", "#+begin_src\nc")], id="blocks"),
        pytest.param(": - a\n: b\n# c\n#+CAPTION: d\ne", [("code", ": - a\n: b"), ("paragraph", "e")], id="fixed width and comments"),
        pytest.param(":LOGBOOK:\n- a\n:END:\nb", [("paragraph", "b")], id="drawer"),
        pytest.param("| a | b |\n|---+---|\n| c |   |\n|d|e", [("row", ["a", "b"], True), ("row", ["c", ""], False), ("row", ["d", "e"], False)], id="table"),
        pytest.param("a\n-----\nb", [("paragraph", "a"), ("rule", ""), ("paragraph", "b")], id="rule"),
    ],
)  # fmt: skip
def test_outline(text: str, expected: list[tuple[Any, ...]], outline: Outline) -> None:
    assert outline(text, "pm.org") == expected


def test_keywords_and_the_first_drawer_tell_of_the_document() -> None:
    text = "#+TITLE: Outage\n#+DATE: <2026-11-03 Tue>\n#+OPTIONS: toc:nil\n* All\n:PROPERTIES:\n:SEVERITY: SEV2\n:END:\ntext\n* Part\n:PROPERTIES:\n:OWNER: Sam\n:END:\n"
    document = parse(text.encode(), "pm.org")
    assert document.metadata == {"title": "Outage", "date": "2026-11-03 Tue", "severity": "SEV2"}
    assert [block.text for block in document.blocks] == ["All", "text", "Part", "OWNER: Sam"]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("a *b* /c/ =d= +e+", [("a ", 0, None), ("b", 1, None), (" ", 0, None), ("c", 2, None), (" ", 0, None), ("d", 8, None), (" ", 0, None), ("e", 4, None)]),
        ("[[https://x.example][words]] [[file:b.org]]", [("words", 0, "https://x.example"), (" ", 0, None), ("file:b.org", 0, "file:b.org")]),
        ("[[https://x.example][*a* b]]", [("a", 1, "https://x.example"), (" b", 0, "https://x.example")]),
        ("by <2026-12-01 Tue> <https://x.example>", [("by ", 0, None), ("2026-12-01 Tue", 0, None), (" ", 0, None), ("https://x.example", 0, "https://x.example")]),
        ("2*3*4 a/b/c *d", [("2*3*4 a/b/c *d", 0, None)]),
        ("a [fn:1] b", [("a ", 0, None), (" b", 0, None)]),
        ("at https://x.example/a/b.", [("at ", 0, None), ("https://x.example/a/b", 0, "https://x.example/a/b"), (".", 0, None)]),
    ],
)  # fmt: skip
def test_inline(text: str, runs: list[tuple[str, int, str | None]]) -> None:
    found = parse(text.encode(), "pm.org").blocks[0].runs
    assert [(run.text, run.style.value, run.link) for run in found] == runs


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("- Do it  \n- more", "Do it", f"- Do it {LINK}  \n- more"),
        ("- Do\n  *it*\n  - more", "Do", f"- Do\n  *it* {LINK}\n  - more"),
        ("Do it \\\\\n", "Do", f"Do it {LINK} \\\\\n"),
        ("* TODO [#A] Do it   :tag:\nDEADLINE: <2026-12-01 Tue>\n", "TODO", f"* TODO [#A] Do it {LINK}   :tag:\nDEADLINE: <2026-12-01 Tue>\n"),
        ("- Owner :: Do it\n", "Owner", f"- Owner :: Do it {LINK}\n"),
        ("- Do it <!-- ft:item -->", "Do", f"- Do it {LINK} <!-- ft:item -->"),
    ],
)  # fmt: skip
def test_a_mark_goes_behind_the_words(text: str, at: str, expected: str, write: Write) -> None:
    assert write(text, at, name="pm.org") == expected


def test_a_mark_of_the_embedded_tracker_is_a_link_that_exporters_follow(write: Write) -> None:
    # An export breaks off at `[[#ft-…]]`, which promises a headline with that id.
    assert write("- Do it", "Do", "FT-3, open", "", name="pm.org") == f"- Do it [[file:#ft-{ID}][FT-3, open]]"
    (item,) = parse(f"- Do it [[#ft-{ID}][FT-3, open]]".encode(), "pm.org").blocks
    assert [(mark.id, mark.words, mark.target) for mark in item.own.marks] == [(ID, "FT-3, open", "")]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(0, f"| Do it {LINK} |   ||\n"), (1, f"| Do it | {LINK}  ||\n"), (2, f"| Do it |   |{LINK}|\n")],
)
def test_marks_in_tables(cell: int, expected: str, write: Write) -> None:
    assert write("| Do it |   ||\n", "Do", name="pm.org", cell=cell) == expected


def test_a_box_is_ticked_with_the_letter_that_org_reads(write: Write) -> None:
    assert write("- [ ] Do it", "Do", name="pm.org", ticked=True) == f"- [X] Do it {LINK}"
    assert write("- [-] Do it", "Do", name="pm.org", ticked=True) == f"- [X] Do it {LINK}"
    assert write("- [x] Do it", "Do", name="pm.org", ticked=False) == f"- [ ] Do it {LINK}"


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("* Title\n", "Title", "it is a heading: the link belongs to the first paragraph below it"),
        (": Do it", ":", "it is code, where a link would be read as part of it"),
        ("x\n* A\n:PROPERTIES:\n:OWNER: Sam\n:END:\n", "OWNER", "it is a property of its headline, which has room for a value only"),
    ],
)  # fmt: skip
def test_where_no_mark_may_go_there_is_a_reason(text: str, at: str, reason: str, write: Write) -> None:
    assert write(text, at, name="pm.org") == f"refused: {reason}"


def test_corrections_are_comments_below_the_line() -> None:
    document = parse(b"- a\n  # ft:ignore\n- b\n  c\n# ft:declined too dear\n", "pm.org")
    assert [(note.name, note.words, note.line) for note in document.directives] == [
        ("ignore", "", 1), ("declined", "too dear", 4),
    ]  # fmt: skip
