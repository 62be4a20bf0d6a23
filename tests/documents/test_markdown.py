"""Markdown's blocks: kinds, nesting, spans, lines."""

from __future__ import annotations

from typing import Any

import pytest

from followthrough.documents import parse
from followthrough.documents.blocks import Block, BlockKind


def blocks(text: str) -> list[Block]:
    return list(parse(text.encode(), "pm.md").blocks)


def outline(text: str) -> list[tuple[Any, ...]]:
    """Kind, text, level, parent, lines of every block."""
    return [(b.kind.value, b.text, b.level, b.parent, b.line, b.end_line) for b in blocks(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# A *b*\n\n## C ##\n", [("heading", "A b", 1, -1, 1, 1), ("heading", "C", 2, -1, 3, 3)], id="atx"),
        pytest.param("A\nb\n===\nC\n---\n", [("heading", "A\nb", 1, -1, 1, 2), ("heading", "C", 2, -1, 4, 4)], id="setext"),
        pytest.param("#\n", [("heading", "", 1, -1, 1, 1)], id="empty heading"),
        pytest.param("one\ntwo\n\nthree", [("paragraph", "one\ntwo", 0, -1, 1, 2), ("paragraph", "three", 0, -1, 4, 4)], id="paragraphs"),
        pytest.param("- a\n  more\n- b\n", [("item", "a\nmore", 1, -1, 1, 2), ("item", "b", 1, -1, 3, 3)], id="tight list"),
        pytest.param("- a\n\n  more\n\n- b\n", [("item", "a", 1, -1, 1, 1), ("paragraph", "more", 0, 0, 3, 3), ("item", "b", 1, -1, 5, 5)], id="loose list"),
        pytest.param("- a\n  - b\n    - c\n  - d\n", [("item", "a", 1, -1, 1, 1), ("item", "b", 2, 0, 2, 2), ("item", "c", 3, 1, 3, 3), ("item", "d", 2, 0, 4, 4)], id="nested"),
        pytest.param("- a\nlazy\n", [("item", "a\nlazy", 1, -1, 1, 2)], id="lazy"),
        pytest.param("-\n  a\n", [("item", "a", 1, -1, 2, 2)], id="words below the bullet"),
        pytest.param("- # h\n  text\n", [("item", "", 1, -1, 1, 1), ("heading", "h", 1, 0, 1, 1), ("paragraph", "text", 0, 0, 2, 2)], id="item that starts with a heading"),
        pytest.param("- > q\n", [("item", "", 1, -1, 1, 1), ("paragraph", "q", 0, 0, 1, 1)], id="item that starts with a quotation"),
        pytest.param("- a\n  > q\n\n  b\n", [("item", "a", 1, -1, 1, 1), ("paragraph", "q", 0, 0, 2, 2), ("paragraph", "b", 0, 0, 4, 4)], id="quotation in an item"),
        pytest.param("```sh\nls\n```\n", [("code", "ls\n", 0, -1, 1, 3)], id="fence"),
        pytest.param("```\n```\n", [("code", "", 0, -1, 1, 2)], id="empty fence"),
        pytest.param("    ls\n", [("code", "ls\n", 0, -1, 1, 1)], id="indented code"),
        pytest.param("<div>\n<b>x &amp; y</b> <!-- c -->\n</div>\n", [("paragraph", "x & y", 0, -1, 2, 2)], id="html"),
        pytest.param("a\n\n***\n\n---\n", [("paragraph", "a", 0, -1, 1, 1), ("rule", "", 0, -1, 3, 3), ("rule", "", 0, -1, 5, 5)], id="rules"),
        pytest.param("a\n\n---\nb: c\n---\n", [("paragraph", "a", 0, -1, 1, 1), ("rule", "", 0, -1, 3, 3), ("heading", "b: c", 2, -1, 4, 4)], id="no front matter in the middle"),
        pytest.param("text[^1]\n\n[^1]: note\n", [("paragraph", "text", 0, -1, 1, 1), ("paragraph", "note", 0, -1, 3, 3)], id="footnote"),
        pytest.param("# A {#a}\n\n## B **c** {: #b .d e=f}\n\nC {.c}\n---\n\n# D {-}\n", [("heading", "A", 1, -1, 1, 1), ("heading", "B c", 2, -1, 3, 3), ("heading", "C", 2, -1, 5, 5), ("heading", "D", 1, -1, 8, 8)], id="attributes of headings"),
        pytest.param("# A {b}\n\n# `{#c}`\n\n# {{ d }}\n", [("heading", "A {b}", 1, -1, 1, 1), ("heading", "{#c}", 1, -1, 3, 3), ("heading", "{{ d }}", 1, -1, 5, 5)], id="words in braces"),
        pytest.param("[a]: http://x\ntext\n", [("paragraph", "text", 0, -1, 2, 2)], id="link definition before a paragraph"),
    ],
)  # fmt: skip
def test_outline(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert outline(text) == expected


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_any_line_ending_gives_the_same_outline(ending: str) -> None:
    text = "# A\n\n- [ ] b\n  c\n\n> d\n\n| e |\n|---|\n| f |\n"
    assert outline(text.replace("\n", ending)) == outline(text)


def test_a_block_covers_exactly_its_bytes() -> None:
    text = "intro\n\n  -   [ ] Größe *prüfen*  \n      more\n\n- next\n"
    _, item, following = blocks(text)
    data = text.encode()
    assert data[item.start : item.end].decode() == "-   [ ] Größe *prüfen*  \n      more"
    assert data[item.own.start : item.own.end].decode() == "Größe *prüfen*  \n      more"
    assert data[following.start : following.end] == b"- next"


@pytest.mark.parametrize(
    ("text", "markers", "numbers"),
    [
        pytest.param("- a\n- b\n", ["-", "-"], [None, None], id="bullets"),
        pytest.param("* a\n+ b\n", ["*", "+"], [None, None], id="two lists"),
        pytest.param("3. a\n3. b\n", ["3.", "3."], [3, 4], id="numbered as rendered"),
        pytest.param("   1) a\n", ["1)"], [1], id="indented"),
    ],
)
def test_markers(text: str, markers: list[str], numbers: list[int | None]) -> None:
    assert [block.marker for block in blocks(text)] == markers
    assert [block.number for block in blocks(text)] == numbers


def test_items_of_one_list_share_its_id() -> None:
    assert [b.list_id for b in blocks("- a\n  - b\n  - c\n- d\n\n* e\n")] == [0, 1, 1, 0, 2]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        pytest.param("- a\n<!-- c -->\n- b\n", [0, 0], id="bullets"),
        pytest.param("1. a\n\n<!-- c -->\n\n2. b\n<!-- d -->\n1. c\n", [0, 0, 0], id="numbers"),
        pytest.param("- a\n  - b\n  <!-- c -->\n  - d\n", [0, 1, 1], id="inside an item"),
        pytest.param("- a\n<!-- -->\n- b\n", [0, 1], id="an empty comment keeps lists apart"),
        pytest.param("- a\n<!-- c -->\n* b\n", [0, 1], id="another bullet"),
        pytest.param("1. a\n<!-- c -->\n1) b\n", [0, 1], id="another sign behind the number"),
        pytest.param("1. a\n<!-- c -->\n7. b\n", [0, 1], id="another number"),
        pytest.param("- a\n<!-- c -->\ntext\n\n- b\n", [0, -1, 1], id="text between"),
    ],
)
def test_a_comment_breaks_no_list_in_two(text: str, ids: list[int]) -> None:
    assert [block.list_id for block in blocks(text)] == ids


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("- [ ] a\n", (3, False), id="open"),
        pytest.param("- [x] a\n", (3, True), id="ticked"),
        pytest.param("1. [X] a\n", (4, True), id="capital, numbered"),
        pytest.param("- [ ]\ta\n", (3, False), id="tab"),
        pytest.param("- [ ]\n", (3, False), id="empty"),
        pytest.param("- [ ]a\n", None, id="no blank behind it"),
        pytest.param("- [] a\n", None, id="nothing in it"),
        pytest.param("- \\[ ] a\n", None, id="escaped"),
        pytest.param("[ ] a\n", None, id="no item"),
    ],
)
def test_checkboxes(text: str, expected: tuple[int, bool] | None) -> None:
    assert blocks(text)[0].checkbox == expected


def test_the_words_of_a_task_start_behind_its_box() -> None:
    for text in ("- [ ] a *b*\n", "- [ ] a *b*\n\n- c\n"):
        assert blocks(text)[0].text == "a b"


TABLE = "| Action | Ticket |\n| --- | --- |\n| Do `a|b` \\| c |  |\n| short |\n| none ||\n"


def test_rows_have_their_cells_and_know_the_head() -> None:
    rows = blocks(TABLE)
    assert [row.kind for row in rows] == [BlockKind.ROW] * 4
    assert [row.header for row in rows] == [True, False, False, False]
    assert [row.line for row in rows] == [1, 3, 4, 5]
    assert [[cell.text for cell in row.cells] for row in rows] == [
        ["Action", "Ticket"], ["Do `a", "b` | c"], ["short", ""], ["none", ""],
    ]  # fmt: skip


def test_cells_cover_their_words_without_blanks() -> None:
    data = TABLE.encode()
    rows = blocks(TABLE)
    assert data[rows[0].cells[0].start : rows[0].cells[0].end] == b"Action"
    assert rows[2].cells[1].anchor is not None
    assert rows[2].cells[1].anchor.refusal == "its row has no such cell"
    assert rows[2].start <= rows[2].cells[1].start <= rows[2].end


def test_each_table_has_its_own_number() -> None:
    assert [row.table for row in blocks("|a|\n|-|\n|b|\n\ntext\n\n|c|\n|-|\n")] == [0, 0, -1, 1]


def test_quoted_blocks_say_so() -> None:
    assert [b.quoted for b in blocks("> a\n>\n> - b\n\nc\n")] == [True, True, False]


def test_link_definitions_are_read_where_they_are_defined() -> None:
    document = parse(
        b"[OPS-1]: https://x.example/1 'One'\n\n[B]:\n  <b c>\n\nno [c]: d\n\n```\n[e]: f\n```\n", "pm.md"
    )
    assert document.link_definitions == {"ops-1": "https://x.example/1", "b": "b c"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("- a <!-- ft:ignore -->\n", [("ignore", "", 1)], id="item"),
        pytest.param(
            "x\n\n<!--ft:declined  too\n dear -->\n", [("declined", "too dear", 3)], id="block of its own"
        ),
        pytest.param("# h <!-- ft:section-->\n", [("section", "", 1)], id="heading"),
        pytest.param("|a|\n|-|\n| b <!-- ft:item --> |\n", [("item", "", 3)], id="cell"),
        pytest.param("|a|\n|-|\n| b | <!-- ft:item -->\n", [("item", "", 3)], id="behind the last cell"),
        pytest.param(
            "- a <!-- ft:ignore --> b <!-- ft:item x -->\n", [("ignore", "", 1), ("item", "x", 1)], id="two"
        ),
        pytest.param("`<!-- ft:ignore -->`\n", [], id="code"),
        pytest.param("<b>x</b> `<!-- ft:ignore -->`\n", [], id="code behind html"),
        pytest.param("```\n<!-- ft:ignore -->\n```\n", [], id="fence"),
        pytest.param("\\<!-- ft:ignore -->\n", [], id="escaped"),
        pytest.param("<!-- ftignore --> <!-- TODO ft:ignore -->\n", [], id="other comments"),
        pytest.param("a <!-- ft:ignore \n", [], id="open"),
        pytest.param("---\na: <!-- ft:ignore -->\n---\n", [], id="front matter"),
    ],
)
def test_directives(text: str, expected: list[tuple[str, str, int]]) -> None:
    document = parse(text.encode(), "pm.md")
    assert [(found.name, found.words, found.line) for found in document.directives] == expected
    for found in document.directives:
        assert document.data[found.start :].startswith(b"<!--")


def test_comments_are_no_text() -> None:
    assert blocks("- Do it <!-- ft:item why --> now\n")[0].text == "Do it now"


HOSTILE = {
    "brackets": "[" * 20_000,
    "stars": "*a **b " * 8_000,
    "ticks": "`a``b" * 9_000,
    "links": "[](" * 15_000,
    "tags": "<a " * 15_000,
    "comments": "a <!-- ft:a " * 4_000,
    "addresses": "https://a(" * 5_000 + ")" * 5_000,
    "quotations": "> " * 90 + "a",
    "lists": "- " * 90 + "a",
    "columns": "|" + "a|" * 9_000 + "\n|" + "-|" * 9_000 + "\n",
    "definitions": "".join(f"[a{n}]: /u\n" for n in range(20_000)) + "[a] " * 5_000,
    "our fragment": "[x](#ft-7f3k9q2m8dxa) " * 2_500,
    "front matter": "---\na: ["
    + "'x'," * 15_000
    + "\nb"
    + " #" * 20_000
    + "\nc:"
    + " " * 60_000
    + "#\n---\n",
}


@pytest.mark.parametrize("name", ["pm.md", "pm.txt"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_read_in_reasonable_time(text: str, name: str) -> None:
    import time

    started = time.process_time()
    for block in parse(text.encode(), name).blocks:
        assert block.text is not None
        for cell in block.cells:
            assert cell.text is not None
    assert time.process_time() - started < 4
