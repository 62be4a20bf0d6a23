"""Whether a document reads the same after an edit, but for what was meant to change."""

from __future__ import annotations

from collections.abc import Mapping

from followthrough.model import Place

from .blocks import Block, Document, Style, Text

MarkValue = tuple[str, str, str]
"""A mark's id, words and target."""


def difference(
    old: Document, new: Document, marks: Mapping[Place, list[MarkValue]], ticks: Mapping[int, bool]
) -> str | None:
    """The first thing that reads differently in ``new`` though it should not, as part of a sentence.

    ``marks`` and ``ticks`` are what should have changed: the marks of a place, the boxes of a block.
    """
    for before, after, number in zip(old.blocks, new.blocks, range(len(old.blocks)), strict=False):
        what = _block(before, after, number, marks, ticks)
        if what is not None:
            return f"{what} at line {before.line} would change"
    if len(old.blocks) != len(new.blocks):
        return "the number of paragraphs and items would change"
    for what, before_all, after_all in (
        ("a comment to followthrough", _directives(old), _directives(new)),
        ("a link definition", old.link_definitions, new.link_definitions),
        ("the front matter", old.metadata, new.metadata),
    ):
        if before_all != after_all:
            return f"{what} would change"
    return None


def _block(
    old: Block, new: Block, number: int, marks: Mapping[Place, list[MarkValue]], ticks: Mapping[int, bool]
) -> str | None:
    if _shape(old) != _shape(new):
        return "the structure"
    ticked = None if old.checkbox is None else ticks.get(number, old.checkbox.ticked)
    if (None if new.checkbox is None else new.checkbox.ticked) != ticked:
        return "a checkbox"
    pairs = [(Place(number), old.own, new.own)]
    pairs += [
        (Place(number, cell), *both) for cell, both in enumerate(zip(old.cells, new.cells, strict=True))
    ]
    for place, before, after in pairs:
        if _reading(before) != _reading(after):
            return "the text"
        if mark_values(after) != marks.get(place, mark_values(before)):
            return "a link of ours"
    return None


def mark_values(text: Text) -> list[MarkValue]:
    """The marks of ``text`` without where they stand."""
    return [(mark.id, mark.words, mark.target) for mark in text.marks]


def _shape(block: Block) -> tuple[object, ...]:
    return (
        block.kind,
        block.level,
        block.parent,
        block.quoted,
        block.list_id,
        block.marker,
        block.number,
        block.table,
        block.header,
        len(block.cells),
    )


def _reading(text: Text) -> tuple[str, list[tuple[Style, str | None, str]]]:
    """What a reader sees: words, styles and links; white space collapsed, as browsers do."""
    pieces: list[tuple[Style, str | None, str]] = []
    for run in text.runs:
        if pieces and pieces[-1][0] is run.style and pieces[-1][1] == run.link:
            pieces[-1] = (run.style, run.link, pieces[-1][2] + run.text)
        else:
            pieces.append((run.style, run.link, run.text))
    collapsed = [(style, link, " ".join(words.split())) for style, link, words in pieces]
    return " ".join(text.text.split()), [piece for piece in collapsed if piece[2]]


def _directives(document: Document) -> list[tuple[str, str]]:
    return [(found.name, found.words) for found in document.directives]
