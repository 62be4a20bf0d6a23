"""Records that are seldom looked at, in little memory."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from followthrough.ledger.rows import Shape, Value

CHUNK: Final = 1000


class Packed:
    """Records of one kind in their order, as stored values; those of a full chunk are compressed.

    The events of 100,000 measures are a quarter of a million: as objects they take more memory than all else.
    """

    def __init__(self, shape: Shape[Any]) -> None:
        self._shape = shape
        self._chunks: list[bytes] = []
        self._rest: list[Sequence[Value]] = []

    def append(self, values: Sequence[Value]) -> None:
        """Values are in the order of the kind's columns."""
        self._rest.append(values)
        if len(self._rest) == CHUNK:
            text = json.dumps(self._rest, ensure_ascii=False, separators=(",", ":"))
            self._chunks.append(zlib.compress(text.encode(), 1))
            self._rest = []

    def __len__(self) -> int:
        return len(self._chunks) * CHUNK + len(self._rest)

    def __iter__(self) -> Iterator[Any]:
        """Those that were there when this was called."""
        return self._each(tuple(self._chunks), tuple(self._rest))

    def _each(self, chunks: tuple[bytes, ...], rest: tuple[Sequence[Value], ...]) -> Iterator[Any]:
        read = self._shape.reader()
        for chunk in chunks:
            yield from map(read, json.loads(zlib.decompress(chunk)))
        yield from map(read, rest)
