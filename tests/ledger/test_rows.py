from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta, timezone
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.ledger import ItemRecord, Record, rows
from followthrough.ledger.sqlite import open_sqlite
from followthrough.model import Kind

ZONES = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone)
# Hypothesis wants the bounds without a zone, and adds one to each time.
TIMES = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=ZONES)  # noqa: DTZ001
NUMBERS = st.integers(-(2**63), 2**63 - 1)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: NUMBERS,
    bool: st.booleans(),
    date: st.dates(),
    datetime: TIMES,
    tuple[str, ...]: st.lists(st.text(), max_size=4).map(tuple),
    tuple[datetime, ...]: st.lists(TIMES, max_size=3).map(tuple),
    Mapping[str, Any]: st.dictionaries(st.text(), PLAIN, max_size=4),
    Mapping[str, int]: st.dictionaries(st.text(), st.integers(), max_size=4),
}


def value(hint: Any) -> st.SearchStrategy[Any]:
    parts = getattr(hint, "__args__", ())
    if type(None) in parts:
        return st.none() | value(next(part for part in parts if part is not type(None)))
    return VALUES[hint] if hint in VALUES else st.sampled_from(hint)


def record_of(kind: type) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{name: value(hint) for name, hint in get_type_hints(kind).items()})


RECORDS: st.SearchStrategy[Record] = st.one_of([record_of(kind) for kind in rows.SHAPES])


def test_every_kind_of_record_has_a_shape() -> None:
    assert set(rows.SHAPES) == set(Record.__args__)


@settings(max_examples=150, deadline=None)
@given(record=RECORDS)
def test_any_record_survives_its_row(record: Any) -> None:
    shape = rows.SHAPES[type(record)]
    row = shape.row(record)
    assert all(type(part) in (str, int, type(None)) for part in row.values())
    for known in (None, rows.Known()):
        again = shape.reader(known)(tuple(row.values()))
        assert again == record
        for field in fields(record):
            if not isinstance(getattr(record, field.name), dict):
                # A word of an enumeration is equal to its text, and yet it is another thing.
                assert type(getattr(again, field.name)) is type(getattr(record, field.name))


def test_a_word_of_an_enumeration_in_a_text_field_becomes_text(now: datetime) -> None:
    item = ItemRecord(id="a", document="", identity_text="", kind=Kind.PREVENTIVE, first_seen=now)
    assert type(rows.ITEMS.row(item)["kind"]) is str


@settings(max_examples=20, deadline=None)
@given(records=st.lists(RECORDS, max_size=8))
def test_any_records_survive_the_disk(tmp_path_factory: pytest.TempPathFactory, records: list[Any]) -> None:
    path = tmp_path_factory.mktemp("any") / "ledger.db"
    with open_sqlite(path, create=True, random_name=str) as ledger:
        ledger.commit(records)
    with open_sqlite(path, create=False, random_name=str) as ledger:
        state = ledger.snapshot()
        kept: list[Any] = [*ledger.events(), *ledger.runs(limit=100)]
        kept += [*ledger.deliveries(), *ledger.acceptances()]
    for part in (state.documents, state.items, state.intents, state.tickets, state.bases, state.scopes):
        kept += part.values()
    kept += [link for links in state.links.values() for link in links]

    def key(record: Any) -> Any:
        names = rows.SHAPES[type(record)].key
        return (type(record), *(getattr(record, name) for name in names)) if names else id(record)

    last = {key(record): record for record in records}.values()
    expected = [record for record in last if not (type(record) is rows.LINKS.kind and record.retired)]
    assert len(kept) == len(expected)
    assert all(record in expected for record in kept)


def test_a_field_of_a_new_type_needs_a_column() -> None:
    @dataclass
    class Odd:
        value: float

    with pytest.raises(TypeError, match="float"):
        rows._column("value", get_type_hints(Odd)["value"])
