"""What every ledger does, whichever store it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from followthrough.ledger import (
    Acceptance,
    Audience,
    Base,
    Delivery,
    DeliveryStatus,
    DocumentRecord,
    Event,
    EventKind,
    Intent,
    IntentStatus,
    ItemRecord,
    Ledger,
    LedgerError,
    Link,
    Part,
    Record,
    Run,
    Scope,
    Snapshot,
    TicketRecord,
    open_ledger,
)
from followthrough.ledger.copying import tally
from followthrough.ledger.memory import MemoryLedger
from followthrough.model import State
from postgres_server import PASSWORD, PostgresServer

Opener = Callable[[], Ledger]


KINDS = ["sqlite", "memory", "git:followthrough/ledger", "git without a remote", "postgresql"]


@pytest.fixture(params=KINDS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens the same ledger, again and again."""
    kept = MemoryLedger("lineage-1")
    names = iter(["lineage-1"])
    folder, password = tmp_path, None
    url = "git:ledger" if request.param == "git without a remote" else request.param
    if request.param.startswith("git"):
        hosts = request.getfixturevalue("hosts")
        folder = (hosts.alone() if "without" in request.param else hosts.clone()) / ".followthrough"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url, password = server.url(server.new_schema()), lambda: PASSWORD
    with ExitStack() as stack:

        def open_it() -> Ledger:
            if request.param == "memory":
                return kept
            if request.param == "postgresql":
                stack.close()  # it has one leader at a time
            ledger = open_ledger(url, folder, create=True, random_name=names.__next__, password=password)
            return stack.enter_context(ledger)

        yield open_it


@pytest.fixture
def ledger(opened: Opener) -> Ledger:
    return opened()


def found(ledger: Ledger, record: Record) -> Record | None:
    """The record as the ledger gives it back, looked up by its key."""
    state = ledger.snapshot()
    if isinstance(record, DocumentRecord):
        return state.documents.get(record.path)
    if isinstance(record, ItemRecord):
        return state.items.get(record.id)
    if isinstance(record, Intent):
        return state.intents.get(record.item)
    if isinstance(record, Link):
        of_item = state.links.get(record.item, ())
        return next(
            (link for link in of_item if (link.scope, link.ticket) == (record.scope, record.ticket)), None
        )
    if isinstance(record, TicketRecord):
        return state.tickets.get((record.scope, record.id))
    if isinstance(record, Base):
        return state.bases.get(record.item)
    if isinstance(record, Scope):
        return state.scopes.get(record.name)
    if isinstance(record, Acceptance):
        return next(iter(ledger.acceptances()), None)
    if isinstance(record, Delivery):
        return next(iter(ledger.deliveries()), None)
    if isinstance(record, Run):
        return next((run for run in ledger.runs() if run.id == record.id), None)
    return list(ledger.events())[-1]


def test_a_new_ledger_is_empty_and_has_a_name(ledger: Ledger) -> None:
    assert ledger.snapshot() == Snapshot(lineage="lineage-1")
    assert list(ledger.events()) == []
    assert ledger.runs() == ()
    assert ledger.deliveries() == ()
    assert ledger.acceptances() == ()


def test_every_record_comes_back_equal(opened: Opener, one_of_each: list[Record]) -> None:
    opened().commit(one_of_each)
    for record in one_of_each:
        again = found(opened(), record)
        assert again == record
        for field in fields(record):
            kept, given = getattr(again, field.name), getattr(record, field.name)
            if isinstance(given, datetime):
                assert kept.isoformat() == given.astimezone(UTC).isoformat()
            elif not field.type.startswith("Mapping"):
                assert type(kept) is type(given)


def test_a_record_with_the_same_key_is_replaced_whole(
    ledger: Ledger, full: list[Record], now: datetime
) -> None:
    ledger.commit(full)
    later = now + timedelta(days=1)
    changed: list[Record] = [
        DocumentRecord(path="postmortems/2026/größe.md", fingerprint="b"),
        ItemRecord(id="7f3k9q2m8dxa", document="b.md", identity_text="new", first_seen=later),
        Intent(item="7f3k9q2m8dxa", scope="web", status=IntentStatus.CREATED, at=later, run="20261121-1"),
        Base(item="7f3k9q2m8dxa"),
        Scope(name="ops"),
        Run(id="20261120-1", command="sync", started=now),
    ]
    ledger.commit(changed)
    assert [found(ledger, record) for record in changed] == changed
    state = ledger.snapshot()
    kinds = (state.documents, state.items, state.intents, state.bases, state.scopes, ledger.runs())
    assert [len(kind) for kind in kinds] == [1] * 6


def test_an_item_has_one_intent_whatever_the_scope(ledger: Ledger, intent: Callable[[str], Intent]) -> None:
    ledger.commit([intent("a"), intent("b")])
    ledger.commit([replace(intent("a"), scope="web", attempt=2)])
    assert {key: (one.scope, one.attempt) for key, one in ledger.snapshot().intents.items()} == {
        "a": ("web", 2),
        "b": ("ops", 1),
    }


def test_a_commit_can_take_the_serial_past_what_a_journal_tells(
    ledger: Ledger, intent: Callable[[str], Intent]
) -> None:
    assert ledger.commit([intent("a")]) == 1
    assert ledger.commit([intent("b")], past=7) == 8
    assert ledger.commit([], past=3) == 9
    assert ledger.position()[1] == ledger.snapshot().serial == 9


def test_the_last_of_equal_keys_in_one_commit_wins(ledger: Ledger) -> None:
    ledger.commit([Base(item="a", text="1"), Base(item="b"), Base(item="a", text="2")])
    assert ledger.snapshot().bases["a"].text == "2"


def test_an_item_keeps_its_links_in_order_and_retired_ones_are_left_out(ledger: Ledger) -> None:
    links = [Link(item="a", scope="ops", ticket=str(n)) for n in (12, 2, 1)]
    ledger.commit([*links, Link(item="b", scope="ops", ticket="2")])
    assert ledger.snapshot().links["a"] == tuple(links)
    ledger.commit([replace(links[1], retired=True), Link(item="b", scope="ops", ticket="2", retired=True)])
    assert ledger.snapshot().links == {"a": (links[0], links[2])}
    ledger.commit([links[1]])
    assert ledger.snapshot().links["a"] == tuple(links)


def test_the_tickets_of_an_item(ledger: Ledger, full: list[Record]) -> None:
    ledger.commit(full)
    ledger.commit([Link(item="7f3k9q2m8dxa", scope="ops", ticket="never seen")])
    assert [one.key for one in ledger.snapshot().tickets_of("7f3k9q2m8dxa")] == ["OPS-12"]


def test_events_come_in_the_order_of_their_commits(opened: Opener, full: list[Record]) -> None:
    event = next(record for record in full if isinstance(record, Event))
    ledger = opened()
    # More than fit in one batch, with times that would sort otherwise.
    times = [event.seen_at - timedelta(seconds=n) for n in range(2500)]
    events = [replace(event, seen_at=at, kind=EventKind.DUE) for at in times]
    ledger.commit(events[:1])
    ledger.commit([])
    ledger.commit(events[1:])
    assert list(opened().events()) == events


def test_equal_events_are_all_kept(ledger: Ledger, full: list[Record]) -> None:
    event = next(record for record in full if isinstance(record, Event))
    ledger.commit([event, event])
    ledger.commit([event])
    assert list(ledger.events()) == [event] * 3


def test_events_committed_while_reading_do_not_disturb(ledger: Ledger, full: list[Record]) -> None:
    event = next(record for record in full if isinstance(record, Event))
    ledger.commit([event] * 1500)
    reading = ledger.events()
    next(reading)
    ledger.commit([event])
    assert len(list(reading)) == 1499


def test_runs_come_newest_first(opened: Opener, now: datetime) -> None:
    runs = [Run(id=f"r{n}", command="run", started=now + timedelta(hours=n // 2)) for n in range(30)]
    for run in runs:
        opened().commit([run])
    newest = [run.id for run in reversed(runs)]
    assert [run.id for run in opened().runs()] == newest[:20]
    assert [run.id for run in opened().runs(limit=3)] == newest[:3]
    assert opened().runs(limit=0) == ()


def test_a_message_is_remembered_for_its_reader_and_day(opened: Opener, now: datetime) -> None:
    sending = Delivery(
        audience=Audience.CHANNEL,
        to="boss",
        day=now.date(),
        at=now,
        status=DeliveryStatus.SENDING,
        run="20261120-1",
    )
    before = replace(sending, day=now.date() - timedelta(days=7), at=now - timedelta(days=7))
    person = replace(sending, audience=Audience.OWNER, at=now + timedelta(seconds=1))
    opened().commit([sending, person])
    opened().commit([before])
    done = replace(sending, status=DeliveryStatus.DELIVERED)
    opened().commit([done])
    assert opened().deliveries() == (before, done, person)


def test_every_risk_that_was_taken_stays_and_one_that_is_ended_is_replaced(
    opened: Opener, now: datetime
) -> None:
    first = Acceptance(item="x", since=now, until=now.date(), reason="no budget", by="Kim")
    second = replace(first, since=now + timedelta(days=2), by="Lee")
    other = replace(first, item="y", since=now + timedelta(days=1))
    opened().commit([second, first, other])
    ended = replace(first, ended=now + timedelta(days=2))
    opened().commit([ended])
    assert opened().acceptances() == (ended, other, second)


BAD: dict[str, tuple[Any, str]] = {
    "a time without zone": (
        Scope(name="x", proven_at=datetime(2026, 1, 1)),  # noqa: DTZ001  what is wrong with it
        "proven_at",
    ),
    "half a character": (Base(item="x", text="\ud800"), "text"),
    "a missing value": (Base(item=cast("str", None)), "item"),
    "bytes for text": (Base(item=cast("str", b"x")), "item"),
    "a number for truth": (Base(item="x", ticked=cast("bool", 1)), "ticked"),
    "a time for a day": (
        DocumentRecord(path="x", fingerprint="", incident_date=datetime(2026, 1, 1, tzinfo=UTC)),
        "incident_date",
    ),
    "too large a number": (
        Run(id="x", command="", started=datetime(2026, 1, 1, tzinfo=UTC), exit_code=2**63),
        "exit_code",
    ),
    "an unknown word": (
        Link(item="x", scope="", ticket="", relation=cast("Any", "friend")),
        "relation",
    ),
    "a list for a tuple": (DocumentRecord(path="x", fingerprint="", services=cast("Any", ["a"])), "services"),
    "no record": (cast("Record", "text"), "text"),
}


@pytest.mark.parametrize("bad", BAD)
def test_one_bad_record_and_nothing_is_written(ledger: Ledger, full: list[Record], bad: str) -> None:
    record, named = BAD[bad]
    ledger.commit([Base(item="kept")])
    before = ledger.snapshot()
    with pytest.raises(LedgerError, match=named):
        ledger.commit([*full, record, Base(item="kept", text="lost")])
    assert ledger.snapshot() == before
    assert list(ledger.events()) == []
    assert ledger.commit([]) == before.serial + 1


@pytest.mark.parametrize(
    "data", [{"x": ("a",)}, {1: "a"}, {"x": float("nan")}, {"x": datetime.now}, {"x": "\udc00"}]
)
def test_a_map_that_would_come_back_different_is_refused(
    ledger: Ledger, full: list[Record], data: dict[Any, Any]
) -> None:
    event = next(record for record in full if isinstance(record, Event))
    with pytest.raises(LedgerError, match=r"Event\.data"):
        ledger.commit([replace(event, data=data)])


def test_a_snapshot_never_changes(
    ledger: Ledger, full: list[Record], intent: Callable[[str], Intent]
) -> None:
    ledger.commit(full)
    before = ledger.snapshot()
    ledger.commit([intent("later"), replace(intent("7f3k9q2m8dxa"), attempt=9)])
    ledger.commit([Link(item="7f3k9q2m8dxa", scope="ops", ticket="10012", retired=True)])
    assert before.serial == 1
    assert list(before.intents) == ["7f3k9q2m8dxa"]
    assert before.intents["7f3k9q2m8dxa"].attempt == 2
    assert len(before.links["7f3k9q2m8dxa"]) == 1
    with pytest.raises(TypeError):
        before.items["x"] = None  # type: ignore[index]  # that it cannot be set is the test


def test_the_serial_counts_commits_and_the_name_stays(opened: Opener) -> None:
    assert [opened().commit([Base(item=str(n))]) for n in range(3)] == [1, 2, 3]
    assert opened().commit([]) == 4
    state = opened().snapshot()
    assert (state.lineage, state.serial) == ("lineage-1", 4)


def test_leaving_with_an_error_keeps_what_was_committed(opened: Opener) -> None:
    def fail_after_a_commit() -> None:
        with opened() as ledger:
            ledger.commit([Base(item="a")])
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        fail_after_a_commit()
    assert list(opened().snapshot().bases) == ["a"]


def test_position_tells_lineage_and_serial(ledger: Ledger) -> None:
    ledger.commit([])
    snapshot = ledger.snapshot()
    assert ledger.position() == (snapshot.lineage, snapshot.serial) == ("lineage-1", 1)


def test_a_part_holds_its_documents_and_items_with_their_tickets(ledger: Ledger) -> None:
    at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    records: list[Record] = []
    for number in range(4):
        name = str(number)
        records += [
            DocumentRecord(path=f"{number // 2}.md", fingerprint="f"),
            ItemRecord(id=name, document=f"{number // 2}.md", identity_text=name, first_seen=at),
            Intent(item=name, scope="ops", status=IntentStatus.CREATED, at=at, run="r"),
            Link(item=name, scope="ops", ticket=name),
            Base(item=name),
            TicketRecord(
                scope="ops",
                id=name,
                key=f"OPS-{number}",
                url="",
                title="t",
                state=State.OPEN,
                native_status="open",
                created=at,
                updated=at,
            ),
        ]
    ledger.commit(records)
    whole = ledger.snapshot()
    assert {path: list(ids) for path, ids in ledger.contents().items()} == {
        "0.md": ["0", "1"],
        "1.md": ["2", "3"],
    }
    part = ledger.snapshot(Part(documents=["1.md"], items=["2", "3", "not there"]))
    assert (part.lineage, part.serial) == (whole.lineage, whole.serial)
    assert part.documents == {"1.md": whole.documents["1.md"]}
    for field in ("items", "intents", "links", "bases"):
        kept, all_of_it = getattr(part, field), getattr(whole, field)
        assert kept == {id: all_of_it[id] for id in ("2", "3")}
    assert part.tickets == {("ops", id): whole.tickets["ops", id] for id in ("2", "3")}
    assert not ledger.snapshot(Part()).items


def test_every_record_is_told_in_the_order_of_first_commits(opened: Opener, full: list[Record]) -> None:
    ledger = opened()
    ledger.commit([*full, Base(item="z"), Base(item="b")])
    event = next(record for record in full if isinstance(record, Event))
    ledger.commit(
        [Base(item="z", text="later"), event, Link(item="z", scope="ops", ticket="1", retired=True)]
    )
    told = list(opened().records())
    assert [one.item for one in told if isinstance(one, Base)] == ["7f3k9q2m8dxa", "z", "b"]
    assert [one for one in told if isinstance(one, Event)] == [event, event]
    assert Link(item="z", scope="ops", ticket="1", retired=True) in told, "the retired ones, too"
    assert {type(one) for one in told} == {type(one) for one in full}


def test_an_empty_ledger_is_filled_with_another(opened: Opener, full: list[Record]) -> None:
    source = MemoryLedger("of another machine")
    event = next(record for record in full if isinstance(record, Event))
    source.commit([*full, *[event] * 2500, *(Base(item=f"{n}") for n in (3, 1, 2))], past=41)
    opened().fill("of another machine", 42, source.records)
    ledger = opened()
    assert ledger.position() == ("of another machine", 42)
    assert ledger.snapshot() == source.snapshot()
    assert list(ledger.events()) == list(source.events())
    assert tally(ledger) == tally(source)
    assert ledger.commit([Base(item="next")]) == 43


def test_a_ledger_that_holds_anything_is_not_filled(ledger: Ledger) -> None:
    ledger.commit([Base(item="mine")])
    before = tally(ledger)
    with pytest.raises(LedgerError, match="so nothing was copied there"):
        ledger.fill("other", 7, MemoryLedger("other").records)
    assert tally(ledger) == before
