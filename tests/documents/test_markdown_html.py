"""Raw HTML in Markdown: its headings, items and rows are blocks like others, and nothing is written into it."""

from __future__ import annotations

from typing import Any

import pytest

from followthrough.documents import Wanted, apply, fingerprint, parse, rewrite
from followthrough.documents.blocks import BlockKind
from followthrough.documents.owned import texts

from .conftest import Outline


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "<h2>Action items</h2>\n<p>Pin the image</p>\n<p>Page <b>Sam</b> &amp; Lin</p>\n",
            [("heading", "Action items", 2), ("paragraph", "Pin the image"), ("paragraph", "Page Sam & Lin")],
            id="headings and paragraphs without blank lines",
        ),
        pytest.param(
            "# P\n\n<ul>\n<li>Pin <i>it</i></li>\n<li><input type=checkbox checked> Page Sam\n</ul>\n\n- Rotate keys\n",
            [("heading", "P", 1), ("item", "Pin it", 1, None), ("item", "Page Sam", 1, True), ("item", "Rotate keys", 1, None)],
            id="a list",
        ),
        pytest.param(
            "<table><tr><th>Action</th></tr>\n<tr><td>Pin it</td></tr></table>\n\n| Action |\n|---|\n| Page Sam |\n",
            [("row", ["Action"], True), ("row", ["Pin it"], False), ("row", ["Action"], True), ("row", ["Page Sam"], False)],
            id="tables of both kinds",
        ),
        pytest.param(
            "<details>\n<summary>Action items</summary>\n\n- [ ] Pin it\n\n</details>\n",
            [("paragraph", "Action items"), ("item", "Pin it", 1, False), ("html", "\n")],
            id="Markdown between tags",
        ),
        pytest.param(
            "- one\n\n  <ul><li>two</li></ul>\n\n  three\n- four\n",
            [("item", "one", 1, None), ("item", "two", 2, None), ("paragraph", "three"), ("item", "four", 1, None)],
            id="inside an item",
        ),
        pytest.param("> <p>a\n> b</p>\n", [("html", "a\nb\n")], id="in a quotation, which is left as it is"),
        pytest.param("<!-- a\n\nb -->\n<!-- c --> <!-- d -->\n", [], id="comments alone, which nobody sees"),
        pytest.param("<!-- a\n\nb\n", [("html", "")], id="a comment that never ends"),
        pytest.param(
            "<script>\nlet a = '<p>no</p>'\n</script>\n\n<p>yes</p>\n",
            [("html", "\nlet a = 'no'\n\n"), ("paragraph", "yes")],
            id="a script",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_outline(text: str, ending: str, expected: Outline) -> None:
    found: Outline = []
    for block in parse(text.replace("\n", ending).encode(), "pm.md").blocks:
        words = [cell.text for cell in block.cells] or block.text.replace("\r\n", "\n")
        told: dict[BlockKind, tuple[Any, ...]] = {
            BlockKind.HEADING: (block.level,),
            BlockKind.ITEM: (block.level, block.checkbox and block.checkbox.ticked),
            BlockKind.ROW: (block.header,),
        }
        found.append((block.kind.value, words, *told.get(block.kind, ())))
    assert found == expected


def test_the_blocks_of_html_know_their_parents_lists_and_tables() -> None:
    text = (
        b"- a\n\n  <ol start=3><li>b<ul><li>c</li></ul></li></ol>\n\n- d\n\n<ul><li>e</li></ul>\n"
        b"\n| x |\n|---|\n| y |\n\n<table><tr><td>z</td></tr></table>\n"
    )
    document = parse(text, "pm.md")
    read = {(block.text or block.cells[0].text): block for block in document.blocks}
    number = {word: at for at, word in enumerate(read)}
    assert [read[word].parent for word in "abcde"] == [-1, number["a"], number["b"], -1, -1]
    assert read["b"].number == 3
    assert len({read[word].list_id for word in "abce"}) == 4
    assert read["a"].list_id == read["d"].list_id
    assert read["y"].table != read["z"].table
    for word, block in read.items():
        text_of = block.own if block.text else block.cells[0]
        assert text[text_of.start : text_of.end].decode() == word
        assert block.line == text[: text_of.start].count(b"\n") + 1 or not block.text


def test_nothing_is_written_into_html_and_no_box_of_it_is_ticked() -> None:
    data = b"<ul><li><input type=checkbox> Pin it</li></ul>\n\n- [ ] Page Sam\n"
    document = parse(data, "pm.md")
    places = {text.text: place for place, text in texts(document)}
    done = rewrite(
        document,
        [
            Wanted(places["Pin it"], "7f3k9q2m8dxa", "FT-1, done", ticked=True),
            Wanted(places["Page Sam"], "7f3k9q2m8dxb", "FT-2, done", ticked=True),
        ],
    )
    assert list(done.refusals) == ["7f3k9q2m8dxa"]
    assert "HTML block" in done.refusals["7f3k9q2m8dxa"]
    assert done.data.startswith(b"<ul><li><input type=checkbox> Pin it</li></ul>\n")
    assert b"- [x] Page Sam [FT-2, done](#ft-7f3k9q2m8dxb)\n" in done.data
    assert fingerprint(parse(done.data, "pm.md")) == fingerprint(document)
    assert apply(data, done.edits) == done.data
    only_box = rewrite(document, [Wanted(places["Pin it"], "7f3k9q2m8dxa", None, ticked=True)])
    assert only_box.edits == ()


def test_elements_that_never_end_are_looked_for_within_their_own_block() -> None:
    document = parse(b"<svg>\n\n<p>Pin it</p>\n\n</svg>\n", "pm.md")
    assert [block.text for block in document.blocks if block.kind is BlockKind.PARAGRAPH] == ["Pin it"]
