from __future__ import annotations

from collections.abc import Callable

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
