"""The ledger as lines of JSON: a base with everything up to a serial, and a log of what came after.

Pure: bytes in, records out, and back. A file begins with a line about itself; each other line is one
record, under the name of its table, with the values of :mod:`followthrough.ledger.rows`. Values that
are ``None`` are left out. A field that a file does not have yet gets its record's default.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final

from followthrough.ledger import rows
from followthrough.ledger.rows import Column, Known, Row, Shape, Value

FORMAT: Final = 1
"""Grows when an older program could no longer read what this one writes."""
BASE: Final = "ledger.jsonl"
LOG: Final = "log"

Entry = tuple[tuple[Value, ...], Any]
"""A record's key, which is empty where it has none, and the record."""
Keep = Callable[[Shape[Any], tuple[Value, ...], tuple[Value, ...], Any], None]
"""Takes a record: its kind, its key, its stored values in the order of the columns, and itself."""
_parse: Final = json.JSONDecoder().raw_decode
"""``json.loads`` without its search for white space and encodings, which takes longer than the rest."""
_TABLES: Final = {shape.table: shape for shape in rows.SHAPES.values()}


class DamagedError(ValueError):
    """Which file and line cannot be read, and why."""


class NewerError(ValueError):
    """The file was written by a program that knows more than this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a file's first line says."""

    lineage: str
    serial: int
    """Of the ledger with this file read."""
    after: int = 0
    """Of the ledger before it; the base comes after 0."""
    root: str = ""
    """In the base: the folder that the ledger is of, from the repository's top, with ``/`` at the end."""
    records: int = 0
    """Lines that follow: a file that was cut shows it."""


@dataclass(frozen=True, slots=True)
class File:
    """A file, read."""

    head: Head
    entries: Mapping[Shape[Any], Sequence[Entry]]


def segment(serial: int) -> str:
    """The path of the log's file that brings the ledger to ``serial``; names sort as serials do."""
    return f"{LOG}/{serial:015d}.jsonl"


def written(head: Head, found: Iterable[tuple[Shape[Any], Row]]) -> bytes:
    """A file's bytes."""
    lines = [
        _dumped({shape.table: {name: value for name, value in row.items() if value is not None}})
        for shape, row in found
    ]
    first: dict[str, Any] = {"followthrough-ledger": FORMAT, "lineage": head.lineage, "serial": head.serial}
    first |= {"after": head.after, "root": head.root, "records": len(lines)}
    return "".join(f"{line}\n" for line in (_dumped(first), *lines)).encode()


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read(path: str, data: bytes) -> File:
    """A file's content. Raises :class:`DamagedError`, :class:`NewerError`."""
    found: dict[Shape[Any], list[Entry]] = {}

    def keep(shape: Shape[Any], key: tuple[Value, ...], _values: tuple[Value, ...], record: Any) -> None:
        found.setdefault(shape, []).append((key, record))

    return File(take(path, io.BytesIO(data), keep), found)


def take(path: str, lines: Iterable[bytes], keep: Keep, known: Known | None = None) -> Head:
    """Give each record of a file to ``keep``; see :func:`read` for what is raised, at its end at the latest.

    With ``known``, texts that recur are kept in memory once for all files read with it.
    """
    lines = iter(lines)
    head = _head(path, next(lines, b""))
    readers = _READERS if known is None else {shape: shape.reader(known) for shape in _READERS}
    number = 1
    for number, line in enumerate(lines, 2):
        shape, row = _row(path, number, line)
        values = tuple(row.values())
        try:
            if not all(map(isinstance, values, _TYPES[shape])):
                _refuse(shape, row)
            record = readers[shape](values)
        except (ValueError, TypeError) as error:
            raise DamagedError(f"{path}, line {number}: {error}") from error
        key = tuple(_shared(row[name], known) for name in shape.key)
        keep(shape, key, values, record)
    if number - 1 != head.records:
        raise DamagedError(f"{path} holds {number - 1} records where its first line says {head.records}")
    return head


def _head(path: str, line: bytes) -> Head:
    try:
        found = json.loads(line)
        version = int(found["followthrough-ledger"])
        if version > FORMAT:
            raise NewerError(path)
        return Head(
            lineage=str(found["lineage"]),
            serial=int(found["serial"]),
            after=int(found["after"]),
            root=str(found["root"]),
            records=int(found["records"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, NewerError):
            raise
        raise DamagedError(f"{path}, line 1: no head of a ledger's file") from error


def _shared(value: Value, known: Known | None) -> Value:
    return known[value] if known is not None and isinstance(value, str) else value


def _row(path: str, number: int, line: bytes) -> tuple[Shape[Any], Row]:
    try:
        text = line.decode()
        found, end = _parse(text)
        ((table, given),) = found.items()
        if text[end:] not in ("\n", ""):
            raise ValueError("more than one value")
    except (ValueError, TypeError, AttributeError) as error:
        raise DamagedError(f"{path}, line {number}: no record in JSON") from error
    if not isinstance(given, dict):
        raise DamagedError(f"{path}, line {number}: no record in JSON")
    shape = _TABLES.get(table)
    if shape is None or not given.keys() <= _DEFAULTS[shape].keys():
        raise NewerError(f"{path}, line {number}")
    return shape, {**_DEFAULTS[shape], **given}


def _refuse(shape: Shape[Any], row: Row) -> None:
    """Raise for the first value that its column does not take."""
    for column, taken in zip(shape.columns, _TYPES[shape], strict=True):
        value = row[column.name]
        if not isinstance(value, taken):
            what = "missing" if value is None else f"{value!r:.40}"
            raise ValueError(f"{column.name} is {what}")


def _types(column: Column) -> tuple[type, ...]:
    kind = int if column.number else str
    return (kind, type(None)) if column.optional else (kind,)


def _defaults(shape: Shape[Any]) -> Row:
    """A row of the columns' defaults, in their order; ``None`` where a value has to be given."""
    row: Row = {}
    given = {field.name: field for field in fields(shape.kind)}
    for column in shape.columns:
        field = given[column.name]
        value = field.default if field.default is not MISSING else None
        if field.default_factory is not MISSING:
            value = field.default_factory()
        row[column.name] = None if value is None else column.encode(value)
    return row


_DEFAULTS: Final = {shape: _defaults(shape) for shape in rows.SHAPES.values()}
_TYPES: Final = {shape: tuple(map(_types, shape.columns)) for shape in rows.SHAPES.values()}
_READERS: Final = {shape: shape.reader() for shape in rows.SHAPES.values()}


def joined(files: Iterable[tuple[str, Iterable[bytes]]], keep: Keep) -> Iterator[Head]:
    """Take the base and the log after it, in order; the head of each, once it was read.

    Raises :class:`DamagedError` where one is missing; what was kept is not to be used then.
    """
    before: Head | None = None
    known = Known()
    for path, lines in files:
        head = take(path, lines, keep, known)
        if before is not None and (head.lineage, head.after) != (before.lineage, before.serial):
            raise DamagedError(f"{path} does not follow on the file before it")
        before = head
        yield head
