"""Records that are kept in little memory."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from followthrough.ledger import Event
from followthrough.ledger.packing import CHUNK, Packed
from followthrough.ledger.rows import EVENTS


@pytest.fixture
def stored(full: list[Any]) -> list[tuple[Any, ...]]:
    """The values of many events, each about another item."""
    event = next(record for record in full if isinstance(record, Event))
    row = EVENTS.row(event)
    return [tuple({**row, "item": f"{number:012}"}.values()) for number in range(5 * CHUNK + 7)]


@pytest.mark.parametrize("number", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 7])
def test_what_was_kept_comes_back_in_its_order(number: int, stored: list[tuple[Any, ...]]) -> None:
    packed = Packed(EVENTS)
    for values in stored[:number]:
        packed.append(values)
    read = EVENTS.reader()
    assert len(packed) == number
    assert list(packed) == [read(values) for values in stored[:number]]


def test_what_is_kept_while_it_is_read_is_not_seen(stored: list[tuple[Any, ...]]) -> None:
    packed = Packed(EVENTS)
    packed.append(stored[0])
    seen = iter(packed)
    for values in stored:
        packed.append(values)
    assert len(list(seen)) == 1


def test_an_event_takes_some_bytes_and_no_objects(stored: list[tuple[Any, ...]]) -> None:
    packed = Packed(EVENTS)
    tracemalloc.start()
    try:
        for values in stored:
            packed.append(values)
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken / len(stored) < 40
