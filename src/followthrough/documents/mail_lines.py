"""On which lines of an e-mail's file each line of its decoded text stands.

The parser of the standard library keeps no places, so the part is looked for again by the boundaries
(RFC 2046, section 5.1.1), and its transfer encoding (RFC 2045, section 6) tells how its lines were broken.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from bisect import bisect_right
from email.message import Message
from itertools import accumulate
from typing import NamedTuple

_END_OF_HEAD = re.compile(rb"(?:\A|\r\n|\n|\r)(?:\r\n|\n|\r)")
_LINE_END = re.compile(rb"[ \t]{0,80}+(?:\r\n|\n|\r)")
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)


class Lines(NamedTuple):
    """The lines of the file on which a line of the text starts and ends."""

    first: int
    last: int


def lines_in_file(data: bytes, message: Message, part: Message, decoded: bytes) -> list[Lines]:
    """For each line of ``decoded``, the payload of ``part``, where it stands in ``data``.

    Where the part is not found, every line is the first one behind the message's headers.
    """
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    raw = _raw(part) if encoding in ("quoted-printable", "base64") else decoded
    body = _body_of(data, message, part)
    count = 1 + len(decoded.splitlines())
    if body < 0 or data[body : body + len(raw)] != raw:
        line = 1 + _ends(data[: max(0, _behind_head(data, 0))])
        return [Lines(line, line)] * count
    if encoding == "quoted-printable":
        found = _quoted(raw)
    elif encoding == "base64":
        found = _base64(raw, decoded)
    else:
        found = [Lines(line, line) for line in range(count)]
    before = 1 + _ends(data[:body])
    found += found[-1:] * (count - len(found))
    return [Lines(before + first, before + last) for first, last in found]


def _body_of(data: bytes, message: Message, part: Message) -> int:
    """Where the text of ``part`` starts; -1 where it is not found."""
    at, inside = 0, message
    while at >= 0:
        at = _behind_head(data, at)
        if inside is part or at < 0:
            return at
        boundary = inside.get_boundary()
        inner = [each for each in inside.get_payload() if isinstance(each, Message)]
        number = next((number for number, each in enumerate(inner) if _holds(each, part)), -1)
        if number < 0 or not boundary:
            return -1
        for _ in range(number + 1):
            at = _next_part(data, at, boundary)
        inside = inner[number]
    return -1


def _holds(message: Message, part: Message) -> bool:
    return any(each is part for each in message.walk())


def _behind_head(data: bytes, start: int) -> int:
    """Where the headers that start at ``start`` have ended; -1 where nothing follows them."""
    if data[start : start + 1] in (b"\r", b"\n"):
        return start + (2 if data[start : start + 2] == b"\r\n" else 1)
    found = _END_OF_HEAD.search(data, start)
    return found.end() if found else -1


def _next_part(data: bytes, start: int, boundary: str) -> int:
    """Behind the next line that is ``boundary``; -1 without one."""
    line = b"--" + boundary.encode("utf-8", "surrogateescape")
    at = start
    while at >= 0:
        at = data.find(line, at)
        if at < 0:
            return -1
        rest = _LINE_END.match(data, at + len(line))
        if rest and (at == 0 or data[at - 1 : at] in (b"\r", b"\n")):
            return rest.end()
        at += len(line)
    return -1


def _raw(part: Message) -> bytes:
    payload = part.get_payload()
    return payload.encode("ascii", "replace") if isinstance(payload, str) else b""


def _ends(data: bytes) -> int:
    """How many lines end in ``data``."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


def _quoted(raw: bytes) -> list[Lines]:
    """Lines of quoted-printable: one that ends in ``=`` goes on in the next, and ``=0A`` ends one inside."""
    found: list[Lines] = []
    start, number = 0, -1
    for number, line in enumerate(raw.splitlines(keepends=True)):
        text = a2b_qp(line)
        for _ in range(_ends(text)):
            found.append(Lines(start, number))
            start = number
        if text[-1:] in (b"\r", b"\n"):
            start = number + 1
    return [*found, Lines(start, max(start, number))]


def _base64(raw: bytes, decoded: bytes) -> list[Lines]:
    """Lines of base64: four signs stand for three bytes."""
    behind = list(accumulate(len(line.translate(None, _NOT_BASE64)) for line in raw.splitlines()))
    last = max(0, len(behind) - 1)

    def line_of(byte: int) -> int:
        return min(last, bisect_right(behind, byte // 3 * 4))

    starts = [0, *accumulate(len(line) for line in decoded.splitlines(keepends=True))]
    return [
        Lines(line_of(start), line_of(max(start, after - 1)))
        for start, after in zip(starts, [*starts[1:], len(decoded)], strict=True)
    ]
