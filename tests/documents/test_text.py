"""Plain text as blocks."""

from __future__ import annotations

from typing import Any

import pytest

from followthrough.documents import parse

ID = "7f3k9q2m8dxa"
LONG = "This line is long enough that whoever wrote it had to break it"


def outline(text: str) -> list[tuple[Any, ...]]:
    return [
        (b.kind.value, b.text, b.level, b.parent, b.line, b.end_line)
        for b in parse(text.encode(), "pm.txt").blocks
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one\ntwo\n", [("paragraph", "one", 0, -1, 1, 1), ("paragraph", "two", 0, -1, 2, 2)], id="a line is a block"),
        pytest.param(f"{LONG}\nhere.\nNext", [("paragraph", f"{LONG}\nhere.", 0, -1, 1, 2), ("paragraph", "Next", 0, -1, 3, 3)], id="wrapped"),
        pytest.param(f"{LONG}.\nNext", [("paragraph", f"{LONG}.", 0, -1, 1, 1), ("paragraph", "Next", 0, -1, 2, 2)], id="long but ended"),
        pytest.param("Outage\n======\nImpact\n---\ntext", [("heading", "Outage", 1, -1, 1, 1), ("heading", "Impact", 2, -1, 3, 3), ("paragraph", "text", 0, -1, 5, 5)], id="underlined"),
        pytest.param("# Outage\n## Impact", [("heading", "Outage", 1, -1, 1, 1), ("heading", "Impact", 2, -1, 2, 2)], id="hashes"),
        pytest.param("a\n\n-----\n\n* * *", [("paragraph", "a", 0, -1, 1, 1), ("rule", "", 0, -1, 3, 3), ("rule", "", 0, -1, 5, 5)], id="rules"),
        pytest.param("Actions:\n- a\n* b\n• c\n– d\n+ e", [("paragraph", "Actions:", 0, -1, 1, 1), *[("item", c, 1, -1, n, n) for n, c in enumerate("abcde", 2)]], id="bullets"),
        pytest.param("1. a\n2) b", [("item", "a", 1, -1, 1, 1), ("item", "b", 1, -1, 2, 2)], id="numbers"),
        pytest.param("- a\n  more\n    and more\n- b", [("item", "a\nmore\nand more", 1, -1, 1, 3), ("item", "b", 1, -1, 4, 4)], id="continuations"),
        pytest.param("- a\nnext", [("item", "a", 1, -1, 1, 1), ("paragraph", "next", 0, -1, 2, 2)], id="not indented is no continuation"),
        pytest.param(f"- {LONG}\nhere", [("item", f"{LONG}\nhere", 1, -1, 1, 2)], id="wrapped item"),
        pytest.param("- a\n  - b\n\t- c\n- d", [("item", "a", 1, -1, 1, 1), ("item", "b", 2, 0, 2, 2), ("item", "c", 3, 1, 3, 3), ("item", "d", 1, -1, 4, 4)], id="nested"),
        pytest.param("- a\n\n  more\nout", [("item", "a", 1, -1, 1, 1), ("paragraph", "more", 0, 0, 3, 3), ("paragraph", "out", 0, -1, 4, 4)], id="paragraph in an item"),
        pytest.param("-a\n1.5 b\n-- c", [("paragraph", "-a", 0, -1, 1, 1), ("paragraph", "1.5 b", 0, -1, 2, 2), ("paragraph", "-- c", 0, -1, 3, 3)], id="no bullets"),
        pytest.param("**a** `b` [c](d)", [("paragraph", "**a** `b` [c](d)", 0, -1, 1, 1)], id="no markup"),
        pytest.param("- ", [("item", "", 1, -1, 1, 1)], id="empty item"),
    ],
)  # fmt: skip
def test_outline(text: str, expected: list[tuple[Any, ...]]) -> None:
    for ending in ("\n", "\r\n", "\r"):
        assert outline(text.replace("\n", ending)) == expected


@pytest.mark.parametrize(
    ("text", "marker", "number", "box", "words"),
    [
        pytest.param("- [ ] a", "-", None, (3, False), "a", id="open"),
        pytest.param("  2) [X] a", "2)", 2, (6, True), "a", id="ticked"),
        pytest.param("• [x] a", "•", None, (5, True), "a", id="wide bullet"),
        pytest.param("[ ] a", "", None, (1, False), "a", id="box alone"),
        pytest.param("- [x]", "-", None, (3, True), "", id="nothing behind it"),
        pytest.param("- [y] a", "-", None, None, "[y] a", id="other letter"),
        pytest.param("- [x](u)", "-", None, None, "[x](u)", id="link"),
    ],
)
def test_items(text: str, marker: str, number: int | None, box: tuple[int, bool] | None, words: str) -> None:
    (item,) = parse(text.encode(), "pm.txt").blocks
    assert (item.marker, item.number, item.checkbox, item.text) == (marker, number, box, words)


def test_items_of_one_list_share_its_id() -> None:
    blocks = parse(b"- a\n  - b\n- c\n1. d\ntext\n- e", "pm.txt").blocks
    assert [block.list_id for block in blocks] == [0, 1, 0, 2, -1, 3]


def test_addresses_are_links() -> None:
    (block,) = parse("Siehe https://a.example/ü(1), dann".encode(), "pm.txt").blocks
    assert [(run.text, run.link) for run in block.runs] == [
        ("Siehe ", None), ("https://a.example/ü(1)", "https://a.example/ü(1)"), (", dann", None),
    ]  # fmt: skip
    for run in block.runs:
        assert "Siehe https://a.example/ü(1), dann".encode()[run.start : run.end].decode() == run.text


@pytest.mark.parametrize(
    ("text", "words", "target"),
    [
        pytest.param(
            f"- Do it (OPS-12, open: https://a.example/1#ft-{ID})",
            "OPS-12, open",
            "https://a.example/1",
            id="plain",
        ),
        pytest.param(f"- Do it (FT-3, open: #ft-{ID})", "FT-3, open", "", id="embedded tracker"),
        pytest.param(
            f"- Do it (OPS-12,\n  open:\n  https://a.example/1#ft-{ID})",
            "OPS-12, open",
            "https://a.example/1",
            id="wrapped",
        ),
        pytest.param(
            f"- Do it (OPS-12,\nopen: https://a.example/1#ft-{ID})",
            "OPS-12, open",
            "https://a.example/1",
            id="wrapped to the margin",
        ),
        pytest.param(
            f"- Do it (OPS-12,\nopen: https://a.example/1#ft-{ID}) today",
            "OPS-12, open",
            "https://a.example/1",
            id="wrapped to the margin, words behind",
        ),
        pytest.param(
            f"- Do it\n(OPS-12: https://a.example/1#ft-{ID})",
            "OPS-12",
            "https://a.example/1",
            id="on a line of its own",
        ),
        pytest.param(f"- Do it https://a.example/1#ft-{ID}", "", "https://a.example/1", id="bare"),
        pytest.param(
            f"- Do it (see https://a.example/1#ft-{ID})", "", "https://a.example/1", id="bare in brackets"
        ),
    ],
)
def test_marks(text: str, words: str, target: str) -> None:
    (item,) = parse(text.encode(), "pm.txt").blocks
    (mark,) = item.own.marks
    assert (mark.id, mark.words, mark.target) == (ID, words, target)
    assert item.text.startswith("Do it")
    assert "OPS" not in item.text
    assert "a.example" not in item.text


def test_directives() -> None:
    document = parse(
        b"- a <!-- ft:ignore -->\n- b\n  c <!-- ft:declined too dear -->\n\nd <!-- ft:item \n", "pm.txt"
    )
    assert [(d.name, d.words, d.line, d.start) for d in document.directives] == [
        ("ignore", "", 1, 4), ("declined", "too dear", 3, 31),
    ]  # fmt: skip
    assert [block.text.strip() for block in document.blocks] == ["a", "b\nc", "d <!-- ft:item"]


def test_a_mark_does_not_make_a_line_long() -> None:
    mark = f" (OPS-12, in progress, due 2026-12-01: https://a.example/browse/OPS-12#ft-{ID})"
    assert outline(f"Do it{mark}\nnext") == outline("Do it\nnext")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("- [ ]", "it has no text of its own to put a link behind"), ("A\n===", "it is a heading: the link belongs to the first paragraph below it"),
     ("# A", "it is a heading: the link belongs to the first paragraph below it"), ("-----", "it has no text of its own to put a link behind")],
    ids=["empty", "underlined", "hashes", "rule"],
)  # fmt: skip
def test_where_no_mark_may_go_there_is_a_reason(text: str, reason: str) -> None:
    anchor = parse(text.encode(), "pm.txt").blocks[0].own.anchor
    assert anchor is not None
    assert anchor.refusal == reason


def test_an_item_covers_what_stands_inside_it() -> None:
    text = "- a\n  - b\n    more\n\n  - c\n- d\n"
    spans = [text[block.start : block.end] for block in parse(text.encode(), "a.txt").blocks]
    assert spans == ["- a\n  - b\n    more\n\n  - c", "- b\n    more", "- c", "- d"]


def test_lines_of_wide_characters_are_broken_for_want_of_room_earlier() -> None:
    """Each of them takes two columns."""
    text = (
        "    毎晩の点検を徹底する。また、待ち行列の監視の閾値と手順書の見直し及\n"
        "  び担当者の教育を行う。異常が認められた場合には、速やかに作業を\n中止する。\n点検する。\n"
    )
    assert [line for _, _, _, _, *line in outline(text)] == [[1, 3], [4, 4]]


def test_lines_with_a_sign_in_front_are_not_broken_ones() -> None:
    text = f"  [✓] {LONG}\n  [✓] {LONG}\n✅ {LONG}\n"
    assert [line for _, _, _, _, *line in outline(text)] == [[1, 1], [2, 2], [3, 3]]
