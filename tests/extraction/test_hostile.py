"""Documents made to hurt cost in proportion to their size, and little: told by the calls that reading them makes.

Calls are the same on every machine. What they do not tell, how long each one takes, the benchmark of the same name
measures, and `tests/expressions` counts the steps of every regular expression.
"""

from __future__ import annotations

import os
from cProfile import Profile
from random import Random

import pytest
from benchmarks.hostile import MARKUPS, PLACES, THINGS, Shape, document, mixtures, read

NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"
SIZE = 8_000 if NIGHTLY else 2_500
MIXED = 3_000 if NIGHTLY else 150
PLACED = list(PLACES) if NIGHTLY else ["items", "one paragraph", "owners"]
GROWN = 2.6
"""Times as many calls at twice the size; what is quadratic makes four times as many."""
MOST, MOST_MIXED = 23, 60
"""Calls a byte of what comes on top at twice the size; of short elements, each in its own way, more."""
PACKED = ("docx",)
"""Formats in which a byte of the file says nothing of the text."""
SPARE = 3_000
"""Calls of a document whatever its size."""


def calls(shape: Shape, data: bytes) -> int:
    """What reading it calls."""
    profile = Profile()
    profile.enable()
    read(data, f"pm.{shape.format}")
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


def dear(shape: Shape, most: int) -> str | None:
    """What it takes, if that is more than twice as much at twice the size, or too much for each byte."""
    # The numbers in them differ, so that nothing is known from the first one.
    small, large = document(shape, SIZE, 1_000), document(shape, 2 * SIZE, 5_000)
    less, more = calls(shape, small), calls(shape, large)
    grown = more > GROWN * less + SPARE
    dear = more - less > most * (len(large) - len(small)) + SPARE and shape.format not in PACKED
    return f"{shape}: {less:,} calls, then {more:,}" if grown or dear else None


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What is made once for all documents is made before anything is counted."""
    for format in MARKUPS:
        shape = Shape(("key",), "items", format=format)
        calls(shape, document(shape, SIZE, 9_000))


@pytest.mark.parametrize("place", PLACED)
def test_whatever_is_repeated_takes_little_and_twice_as_much_at_twice_the_size(place: str) -> None:
    shapes = (Shape((thing,), place, listed) for thing in THINGS for listed in (True, False))
    assert [told for shape in shapes if (told := dear(shape, MOST))] == []


@pytest.mark.parametrize("format", MARKUPS)
def test_mixtures_in_every_format_take_little_and_twice_as_much_at_twice_the_size(format: str) -> None:
    shapes = mixtures(Random(f"hostile {format}"), MIXED // len(MARKUPS), (format,))
    assert [told for shape in shapes if (told := dear(shape, MOST_MIXED))] == []
