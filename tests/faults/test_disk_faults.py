"""A disk that is full, broken or read-only, or takes half of a write, at every call in turn: nothing is torn or lost."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

import pytest

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)
UNREACHED = 99


@pytest.mark.parametrize("first", range(3))
def test_an_error_at_any_call_of_a_run(first: int, new_place: Callable[[str], Any], nightly: bool) -> None:
    """At night each call meets each error; otherwise each call meets one of them."""
    place, code = new_place("failing"), 0
    for call in range(1 if nightly else 1 + first, 400, 1 if nightly else 3):
        place.postmortem(1)
        code = place.run(fault=ERRORS[first], call=call)
        assert "Traceback" not in place.told(), place.told()
        assert place.run() in (0, 4), place.told()  # 4: its ledger went on where its journal could not
        if code == UNREACHED:
            break
        if call % 24 < 3:  # a new root, so that there is little to read
            place.run()
            place.settled()
            place = new_place(f"failing{call}")
            place.tracker.issues.clear()
    place.run()
    place.settled()
    assert code == UNREACHED


def test_files_that_take_only_so_many_bytes(new_place: Callable[[str], Any], nightly: bool) -> None:
    place = new_place("short")
    place.postmortem(1)
    assert place.run() == 0
    room, step = 0, 128 if nightly else 4096
    while True:
        place.postmortem(1)
        code = place.run(room=room)
        assert "Traceback" not in place.told(), place.told()
        place.run()
        if code == 0:
            break
        room += step
        assert room < 4_000_000
    place.run()
    place.settled()
