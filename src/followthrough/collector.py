"""Sparing the garbage collector work that frees nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Nothing is collected within: for work that makes very many objects and no more than a few cycles.

    What cycles there are go with the first collection afterwards, so it must not last for long. Reading a
    document without it takes a quarter less.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
