"""The ledger as lines of JSON: a base with everything up to a serial, and a log of what came after.

Pure: bytes in, records out, and back. A file begins with a line about itself; each other line is one
record, under the name of its table, with the values of :mod:`followthrough.ledger.rows`. Values that
are ``None`` are left out. A field that a file does not have yet gets its record's default.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final

from followthrough.ledger import rows
from followthrough.ledger.rows import Column, Row, Shape, Value

FORMAT: Final = 1
"""Grows when an older program could no longer read what this one writes."""
BASE: Final = "ledger.jsonl"
LOG: Final = "log"

Entry = tuple[tuple[Value, ...], Any]
"""A record's key, which is empty where it has none, and the record."""
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
    first, *lines = data.split(b"\n")
    head = _head(path, first)
    if lines and not lines[-1]:
        lines.pop()
    found: dict[Shape[Any], list[Entry]] = {}
    for number, line in enumerate(lines, 2):
        shape, entry = _entry(path, number, line)
        found.setdefault(shape, []).append(entry)
    if len(lines) != head.records:
        raise DamagedError(f"{path} holds {len(lines)} records where its first line says {head.records}")
    return File(head, found)


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


def _entry(path: str, number: int, line: bytes) -> tuple[Shape[Any], Entry]:
    try:
        ((table, given),) = json.loads(line).items()
        given = dict(given)
    except (ValueError, TypeError, AttributeError) as error:
        raise DamagedError(f"{path}, line {number}: no record in JSON") from error
    shape = _TABLES.get(table)
    if shape is None or given.keys() - _DEFAULTS[shape].keys():
        raise NewerError(f"{path}, line {number}")
    row: Row = {**_DEFAULTS[shape], **given}
    try:
        for column in shape.columns:
            _check(column, row[column.name])
        return shape, (tuple(row[name] for name in shape.key), _READERS[shape](tuple(row.values())))
    except (ValueError, TypeError) as error:
        raise DamagedError(f"{path}, line {number}: {error}") from error


def _check(column: Column, value: object) -> None:
    if value is None:
        if not column.optional:
            raise ValueError(f"{column.name} is missing")
    elif not isinstance(value, int if column.number else str):
        raise ValueError(f"{column.name} is {value!r:.40}")


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
_READERS: Final = {shape: shape.reader() for shape in rows.SHAPES.values()}


def joined(files: Sequence[tuple[str, bytes]]) -> Iterator[File]:
    """The base and the log after it, in order. Raises :class:`DamagedError` where one is missing."""
    before: Head | None = None
    for path, data in files:
        file = read(path, data)
        if before is not None and (file.head.lineage, file.head.after) != (before.lineage, before.serial):
            raise DamagedError(f"{path} does not follow on the file before it")
        before = file.head
        yield file
