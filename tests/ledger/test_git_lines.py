"""The files of a ledger on a branch: what is written is read again, and nothing else is."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followthrough.ledger import Base, DocumentRecord, ItemRecord
from followthrough.ledger.git import lines
from followthrough.ledger.rows import SHAPES, rows_of

HEAD = lines.Head(lineage="abc", serial=7, after=3, root="web/")


def written(records: list[Any]) -> bytes:
    found = rows_of(records)
    return lines.written(HEAD, [(shape, row) for shape in found for row in found[shape]])


def test_what_is_written_is_read_again(one_of_each: list[Any]) -> None:
    data = written(one_of_each)
    file = lines.read("x", data)
    assert file.head == lines.Head(lineage="abc", serial=7, after=3, root="web/", records=len(one_of_each))
    assert [record for shape in SHAPES.values() for _, record in file.entries[shape]] == one_of_each
    assert data.count(b"\n") == len(one_of_each) + 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10**6), cut=st.integers(0, 40), put=st.binary(max_size=8))
def test_whatever_happens_to_a_file_it_is_read_or_named(
    full: list[Any], at: int, cut: int, put: bytes
) -> None:
    data = written(full)
    at %= len(data)
    named = "log/1.jsonl"
    try:
        file = lines.read("log/1.jsonl", data[:at] + put + data[at + cut :])
    except lines.NewerError:
        return
    except lines.DamagedError as error:
        named = str(error)
    else:
        assert sum(map(len, file.entries.values())) == len(full)
    assert named.startswith("log/1.jsonl")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(end=st.integers(0, 10**6))
def test_a_file_that_was_cut_is_never_read(full: list[Any], end: int) -> None:
    data = written(full)
    with pytest.raises(lines.DamagedError):
        lines.read("x", data[: end % (len(data) - 1)])


def test_a_file_without_the_newest_fields_gets_their_defaults() -> None:
    text = (
        '{"followthrough-ledger":1,"lineage":"abc","serial":1,"after":0,"root":"","records":3}\n'
        '{"documents":{"path":"a.md","fingerprint":"f"}}\n'
        '{"items":{"id":"x","document":"a.md","identity_text":"t","first_seen":"2026-11-20T02:00:00+00:00"}}\n'
        '{"bases":{"item":"x"}}\n'
    )
    found = [record for some in lines.read("x", text.encode()).entries.values() for _, record in some]
    assert found[0] == DocumentRecord(path="a.md", fingerprint="f")
    assert isinstance(found[1], ItemRecord)
    assert found[2] == Base(item="x")


FIELDS = {
    "documents": "path fingerprint title incident_date severity services team detached confidential gone cause",
    "items": "id document identity_text occurrence section line text kind kind_stated owner due priority "
    "first_seen gone ignored merged_into state elsewhere",
    "intents": "item scope status attempt at run reason clean_listings",
    "links": "item scope ticket relation retired target",
    "tickets": "scope id key url title state native_status assignee due priority labels created closed updated "
    "missing_since former_keys absences duplicate_of twin_of",
    "bases": "item ticked words target text owner due ticket_title ticket_assignee ticket_due fingerprint history",
    "scopes": "name proven_at cursor held_since held_why refreshed_at identity",
    "events": "kind item occurred_at seen_at run command account plan_hash data",
    "runs": "id command started finished exit_code counts stops",
    "deliveries": "audience to day at status run reason",
    "acceptances": "item since until reason by ended",
}
"""What the files of format 1 hold."""


def test_a_new_field_has_a_default_and_none_goes() -> None:
    """An older file has to stay readable: a field that goes or changes its meaning needs a new format."""
    for shape in SHAPES.values():
        names = [column.name for column in shape.columns]
        known = FIELDS[shape.table].split()
        assert lines.FORMAT > 1 or set(known) <= set(names), f"{shape.table} lost a field"
        # Newer ones must not be demanded of older files.
        demanded = {one.name for one in fields(shape.kind)} - set(known)
        assert all(lines._DEFAULTS[shape][name] is not None or _optional(shape, name) for name in demanded)


def _optional(shape: Any, name: str) -> bool:
    return any(column.optional for column in shape.columns if column.name == name)
