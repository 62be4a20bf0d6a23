"""Ugly input takes time in proportion to its size, and raises nothing."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from followthrough.documents import parse
from followthrough.extraction import extract
from followthrough.extraction.times import Times

HEAD = "# Down\n\n## Action items\n\n- "
UGLY = [
    "(",
    "[",
    "{",
    "{{",
    "@a, ",
    "a: ",
    "- ",
    ". ",
    "..",
    "# ",
    "#1 ",
    "OPS-1 ",
    "**",
    "~~",
    "due: ",
    "a/b",
    "and add ",
    "1.",
    "✅",
    "10:00 - ",
    "_ ",
    "<a>",
    ":",
    "see ",
    ", ",
    "we, 1, ",
    "the a team will ",
    "and we will add it to the set of the checks ",
    "The pool should be larger than it is. ",
    "3月4日 ",
    "|",
]


def seconds(text: str, name: str) -> float:
    document = parse(text.encode(), name)
    begin = time.process_time()
    extract(document, today=date(2026, 11, 20))
    return time.process_time() - begin


@pytest.mark.parametrize("piece", UGLY)
def test_long_lines(piece: str) -> None:
    text = HEAD + "Add " + piece * (30_000 // len(piece.encode())) + " x\n"
    assert seconds(text, "a.txt") < 2


@pytest.mark.parametrize("text", ["a - " * 30_000 + "10:00", "10:00 " + "a - 123 " * 15_000])
def test_many_joints_in_a_range(times: Times, text: str) -> None:
    begin = time.process_time()
    assert times.span(text)[1] is None
    assert time.process_time() - begin < 2


def test_many_headings_and_items() -> None:
    text = "# Down\n\n## Action items\n\n" + "".join(
        f"### {number}. Add disk {number}\n\nIt was full.\n\n" for number in range(3000)
    )
    assert seconds(text, "a.md") < 5


def test_many_lessons() -> None:
    text = "".join(
        f"## 2026-01-01 outage {number}\n\n### Timeline\n\n10:00\n\n### Lessons\n\n- Add disk {number}\n\n"
        for number in range(1500)
    )
    assert seconds(text, "a.md") < 5


PIECES = st.sampled_from(
    [
        "# ",
        "## Action items\n",
        "- ",
        "* ",
        "1. ",
        "[ ] ",
        "[x] ",
        "Add a disk",
        "\n",
        "\n\n",
        "    ",
        "**",
        "`",
        "| a | b |\n",
        "|-|-|\n",
        "Action: ",
        "(done)",
        "@sam ",
        "OPS-1",
        "due: 2026-12-01",
        ": ",
        "We will ",
        "## Timeline\n",
        "é",
        "対策\n",
        "<!-- ft:item -->",
        "---\n",
        "> ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40), st.sampled_from(["a.md", "a.txt"]))
@example(["(done)", "<!-- ft:item -->"], "a.md")
def test_anything_is_read_twice_alike(pieces: list[str], name: str) -> None:
    document = parse("".join(pieces).encode(), name)
    first = extract(document, today=date(2026, 11, 20))
    assert first == extract(parse(document.data, name), today=date(2026, 11, 20))
    for item in first.items:
        assert item.text.strip()
        assert 0 <= item.span.start <= item.span.end <= len(document.data)
        assert 1 <= item.line <= item.end_line
