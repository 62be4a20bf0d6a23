"""Bytes to something a format can parse: encoding, byte order mark, limits, lines.

A document that no format can read is refused here with one sentence; everything else is valid
UTF-8 from here on. Bytes in an older encoding are transcoded for parsing only, and ``legacy.py``
maps every offset back afterwards.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

BOM = b"\xef\xbb\xbf"
_WIDE = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


class Unreadable(Exception):
    """A document that cannot be read; the message is one sentence that says what to do next."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of one document: bytes in all, bytes a line, blocks, pieces (signs of markup), lines.

    These three keep a small file from taking hundreds of megabytes of memory. Headings are whatever heads
    something, however it is written.
    """

    document: int = 5_000_000
    line: int = 64 * 1024
    blocks: int = 75_000
    pieces: int = 600_000
    lines: int = 300_000
    headings: int = 12_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a format parses: valid UTF-8 in ``data`` from byte ``start`` on."""

    name: str
    data: bytes
    start: int
    lines: list[int]
    """Offset at which each line starts."""
    limits: Limits

    def line(self, offset: int) -> int:
        """The line, from 1, that byte ``offset`` stands on."""
        return bisect_right(self.lines, offset)


def read(data: bytes, name: str, limits: Limits) -> tuple[Source, str | None]:
    """The source of ``data``, and why it may not be written into, if so.

    Raises ``Unreadable`` for binary files, UTF-16 and UTF-32, and over the limits.
    """
    check_size(data, name, limits)
    for mark, wide in _WIDE.items():
        if data.startswith(mark):
            raise Unreadable(f"{name} is {wide}: save it as UTF-8 and run again.")
    if b"\0" in data:
        raise Unreadable(
            f"{name} has NUL bytes, so it is binary or UTF-16: save it as UTF-8 text, or exclude it."
        )
    text, encoding = _decode(data)
    read_only = None
    if encoding is not None:
        data = text.encode()
        read_only = f"{name} is {encoding}, not UTF-8: save it as UTF-8 so that links can be written."
    source = Source(
        name=name,
        data=data,
        start=len(BOM) if data.startswith(BOM) else 0,
        lines=line_starts(data, name, limits),
        limits=limits,
    )
    return source, read_only


def check_size(data: bytes, name: str, limits: Limits) -> None:
    """Raises ``Unreadable`` for more bytes than are read of one document."""
    if len(data) > limits.document:
        raise Unreadable(
            f"{name} is {_size(len(data), limits.document)}, more than the "
            f"{_size(limits.document, limits.document)} read of one document: "
            "split it, or exclude it."
        )


def line_starts(data: bytes, name: str, limits: Limits) -> list[int]:
    r"""Where lines start; only ``\r\n``, ``\n`` and ``\r`` end one. Raises ``Unreadable`` over ``limits``."""
    # Counted first: a list of five million lines is more than any document is worth.
    if data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") >= limits.lines:
        raise too_many_of(name, "lines", limits.lines)
    limit = limits.line
    # bytes.splitlines, unlike str.splitlines, knows exactly these three line ends.
    lengths = [len(line) for line in data.splitlines(keepends=True)]
    starts = [0, *accumulate(lengths)]
    if len(starts) > 1 and data[-1:] not in (b"\n", b"\r"):
        starts.pop()
    if lengths and max(lengths) > limit + 2:
        number = next(n for n, length in enumerate(lengths, 1) if length > limit + 2)
        raise Unreadable(
            f"{name}:{number} is one line of {_size(lengths[number - 1], limit)}, more than the "
            f"{_size(limit, limit)} read of one line: break it up, or exclude the document."
        )
    return starts


def too_many(source: Source, what: str, limit: int) -> Unreadable:
    """The error for a document with more than ``limit`` pieces of ``what``."""
    return too_many_of(source.name, what, limit)


def too_many_of(name: str, what: str, limit: int) -> Unreadable:
    """The same for the document of that ``name``."""
    return Unreadable(
        f"{name} has more than {limit:,} {what}, more than is read of one document: split it, or exclude it."
    )


def _decode(data: bytes) -> tuple[str, str | None]:
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "Latin-1"


def _size(count: int, limit: int) -> str:
    """``count`` bytes, to the byte where it would read like the limit."""
    unit, name = (1_000_000, "MB") if limit >= 1_000_000 else (1024, "KiB")
    rounded = f"{count / unit:.3g}"
    same = count != limit and rounded == f"{limit / unit:.3g}"
    return f"{count:,} bytes" if same or count < unit else f"{rounded} {name}"
