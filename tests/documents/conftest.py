from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from followthrough.documents import Wanted, apply, parse, rewrite
from followthrough.documents.owned import texts
from followthrough.model import Place

ID = "7f3k9q2m8dxa"
URL = "https://acme.example/browse/OPS-12"


def place_of(data: bytes, name: str, text: str) -> Place:
    """The place whose words start with ``text``."""
    for place, found in texts(parse(data, name)):
        if found.text.startswith(text):
            return place
    raise AssertionError(f"{text!r} is not in {data!r}")


@pytest.fixture
def write() -> Callable[..., str]:
    """Writes one mark behind the item that starts with ``at``, and returns the new text."""

    def write(
        text: str,
        at: str,
        words: str | None = "OPS-12, open",
        target: str = URL,
        *,
        name: str = "pm.md",
        ticked: bool | None = None,
        cell: int | None = None,
    ) -> str:
        data = text.encode()
        place = place_of(data, name, at)
        if cell is not None:
            place = Place(place.block, cell)
        done = rewrite(parse(data, name), [Wanted(place, ID, words, target, ticked)])
        if done.refusals:
            return f"refused: {done.refusals[ID]}"
        assert apply(data, done.edits) == done.data
        return done.data.decode()

    return write


Outline = list[tuple[Any, ...]]


@pytest.fixture
def outline() -> Callable[[str, str], Outline]:
    """A document's blocks as tuples, and the same with every line end.

    Items tell their depth and box, headings their level, rows their cells.
    """

    def read(text: str, name: str) -> Outline:
        found: Outline = []
        for block in parse(text.encode(), name).blocks:
            kind = block.kind.value
            told: tuple[Any, ...] = ()
            if kind == "heading":
                told = (block.level,)
            elif kind == "item":
                told = (block.level, None if block.checkbox is None else block.checkbox.ticked)
            elif kind == "row":
                told = (block.header,)
            words = [cell.text for cell in block.cells] if block.cells else block.text
            found.append((kind, words, *told))
        return found

    def outline(text: str, name: str) -> Outline:
        found = read(text, name)
        for ending in ("\r\n", "\r"):
            other = read(text.replace("\n", ending), name)
            assert [part for part in other if part[0] != "code"] == [
                part for part in found if part[0] != "code"
            ]
        return found

    return outline
