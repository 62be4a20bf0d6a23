"""Records as rows of plain values, and back: columns are derived from the dataclasses' fields.

A row holds text, integers and ``None`` only. Times are ISO-8601 text in UTC with microseconds, days
ISO text, lists and maps JSON text. What would come back different is refused when it is written.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from followthrough.ledger.interface import LedgerError
from followthrough.ledger.records import (
    EMPTY,
    Acceptance,
    Base,
    Delivery,
    DocumentRecord,
    Event,
    Intent,
    ItemRecord,
    Link,
    Run,
    Scope,
    TicketRecord,
)

Value = str | int | None
Row = dict[str, Value]
R = TypeVar("R")


class UnfitError(ValueError):
    """Why a value cannot be stored; the record and its field are named by the caller."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a record: how its value is stored."""

    name: str
    number: bool
    optional: bool
    encode: Callable[[Any], Value]
    decode: Callable[[Any], Any] | None
    """``None`` where the stored value is the value."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape(Generic[R]):
    """How one kind of record is stored; ``key`` is empty for records that are only ever added."""

    kind: type[R]
    table: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def row(self, record: R) -> Row:
        """The record's values by column; raises :class:`LedgerError` for what cannot be kept."""
        row: Row = {}
        for column in self.columns:
            value = getattr(record, column.name)
            try:
                if value is not None:
                    row[column.name] = column.encode(value)
                elif column.optional:
                    row[column.name] = None
                else:
                    raise UnfitError("a value is needed")
            except (ValueError, OverflowError) as error:
                what = f"{self.kind.__name__}.{column.name} = {value!r:.80}"
                raise LedgerError(
                    f"Nothing was written to the ledger, because {what} cannot be stored ({error}); "
                    "please report this."
                ) from error
        return row

    def reader(self, known: Known | None = None) -> Callable[[Sequence[Any]], R]:
        """A function from stored values, in the order of the columns, to the record.

        With ``known``, texts that recur are kept in memory once for all records read with it.
        """
        # Written out as source, as dataclasses do with __init__: past the frozen record's own, which takes
        # three times as long. A ledger of 100,000 items reads half a million records before all else.
        within: dict[str, Any] = {"kind": self.kind, "new": self.kind.__new__}
        names = [f"v{number}" for number in range(len(self.columns))]
        lines = [f"def read(values):\n ({', '.join(names)},) = values\n record = new(kind)"]
        for name, column in zip(names, self.columns, strict=True):
            decode = column.decode
            if known is not None and decode is None and column.name in _RECURRING:
                decode = known.__getitem__
            within[f"put_{name}"], within[f"of_{name}"] = self.kind.__dict__[column.name].__set__, decode
            value = f"of_{name}({name}) if {name} is not None else None" if decode else name
            lines.append(f" put_{name}(record, {value})")
        exec("\n".join([*lines, " return record"]), within)  # noqa: S102  (names of our own making)
        read: Callable[[Sequence[Any]], R] = within["read"]
        return read


class Known(dict[str, str]):
    """Texts already met: asked for one, it gives back the first of equal ones."""

    def __missing__(self, text: str) -> str:
        self[text] = text
        return text


_RECURRING = frozenset(
    (
        *("assignee", "document", "id", "item", "kind", "native_status", "owner", "priority"),
        *("run", "scope", "severity", "team", "text", "ticket", "ticket_assignee"),
        *("ticket_title", "title"),
    )
)
"""Plain texts that stand in more than one record. Without sharing them a snapshot is a third larger."""


def _encode_text(value: object) -> str:
    if not isinstance(value, str):
        raise UnfitError("not text")
    if not value.isascii():
        value.encode()  # half of a surrogate pair raises here: no store keeps it
    return str.__str__(value)


def _encode_number(value: object) -> int:
    if not isinstance(value, int):
        raise UnfitError("not a whole number")
    if not -(2**63) <= value < 2**63:
        raise UnfitError("too large")
    return int(value)


def _encode_truth(value: object) -> int:
    if not isinstance(value, bool):
        raise UnfitError("neither true nor false")
    return int(value)


def _encode_day(value: object) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise UnfitError("not a day")
    return value.isoformat()


def _encode_time(value: object) -> str:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise UnfitError("not a time with a zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _dump(value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except TypeError as error:
        raise UnfitError(str(error)) from error
    return _encode_text(text)


def _encode_map(value: object) -> str:
    if not isinstance(value, Mapping):
        raise UnfitError("not a map")
    plain = dict(value)
    text = _dump(plain)
    if json.loads(text) != plain:
        # Tuples would come back as lists and numbers as keys as text: equal before, unequal after.
        raise UnfitError("its values would come back different")
    return text


_parse = json.JSONDecoder().raw_decode
"""``json.loads`` without its search for white space, which takes as long as the rest."""


def _decode_map(text: str) -> Mapping[str, Any]:
    return EMPTY if text == "{}" else types.MappingProxyType(_parse(text)[0])


def _encode_texts(value: object) -> str:
    if not isinstance(value, tuple):
        raise UnfitError("not a tuple")
    return _dump([_encode_text(part) for part in value])


@lru_cache(maxsize=4096)
def _decode_texts(text: str) -> tuple[str, ...]:
    # Cached because thousands of items stand under the same headings: one tuple serves them all.
    return tuple(json.loads(text))


def _encode_times(value: object) -> str:
    if not isinstance(value, tuple):
        raise UnfitError("not a tuple")
    return _dump([_encode_time(part) for part in value])


def _decode_times(text: str) -> tuple[datetime, ...]:
    return tuple(map(datetime.fromisoformat, json.loads(text))) if text != "[]" else ()


Codec = tuple[bool, Callable[[Any], Value], Callable[[Any], Any] | None]

_CODECS: Mapping[Any, Codec] = {
    str: (False, _encode_text, None),
    int: (True, _encode_number, None),
    bool: (True, _encode_truth, bool),
    date: (False, _encode_day, date.fromisoformat),
    datetime: (False, _encode_time, datetime.fromisoformat),
    tuple[str, ...]: (False, _encode_texts, _decode_texts),
    tuple[datetime, ...]: (False, _encode_times, _decode_times),
}


def _enum_codec(kind: type[StrEnum]) -> Codec:
    members = {member.value: member for member in kind}

    def encode(value: object) -> str:
        if not isinstance(value, kind):
            raise UnfitError(f"not a {kind.__name__}")
        return value.value

    def decode(text: str) -> StrEnum:
        try:
            return members[text]
        except KeyError:
            raise ValueError(f"{text!r} is no {kind.__name__}") from None

    return False, encode, decode


def _codec(hint: Any) -> Codec:
    if hint in _CODECS:
        return _CODECS[hint]
    if get_origin(hint) is Mapping:
        return False, _encode_map, _decode_map
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _enum_codec(hint)
    raise TypeError(f"no column for a field of type {hint}")


def _column(name: str, hint: Any) -> Column:
    optional = isinstance(hint, types.UnionType)
    if optional:
        (hint,) = (part for part in get_args(hint) if part is not types.NoneType)
    number, encode, decode = _codec(hint)
    return Column(name, number, optional, encode, decode)


def _shape(kind: type[R], table: str, *key: str) -> Shape[R]:
    columns = tuple(_column(name, hint) for name, hint in get_type_hints(kind).items())
    return Shape(kind, table, key, columns)


DOCUMENTS = _shape(DocumentRecord, "documents", "path")
ITEMS = _shape(ItemRecord, "items", "id")
INTENTS = _shape(Intent, "intents", "item")
LINKS = _shape(Link, "links", "item", "scope", "ticket")
TICKETS = _shape(TicketRecord, "tickets", "scope", "id")
BASES = _shape(Base, "bases", "item")
SCOPES = _shape(Scope, "scopes", "name")
EVENTS = _shape(Event, "events")
RUNS = _shape(Run, "runs", "id")
DELIVERIES = _shape(Delivery, "deliveries", "audience", "to", "day")
ACCEPTANCES = _shape(Acceptance, "acceptances", "item", "since")

SHAPES: Mapping[type, Shape[Any]] = {
    shape.kind: shape
    for shape in (
        *(DOCUMENTS, ITEMS, INTENTS, LINKS, TICKETS, BASES),
        *(SCOPES, EVENTS, RUNS, DELIVERIES, ACCEPTANCES),
    )
}


def rows_of(records: Sequence[object]) -> dict[Shape[Any], list[Row]]:
    """The rows of all records by kind, each kind in the given order; or an error for any bad one."""
    rows: dict[Shape[Any], list[Row]] = {}
    for record in records:
        shape = SHAPES.get(type(record))
        if shape is None:
            raise LedgerError(
                f"Nothing was written, because {record!r:.80} is no ledger record; please report this."
            )
        rows.setdefault(shape, []).append(shape.row(record))
    return rows
