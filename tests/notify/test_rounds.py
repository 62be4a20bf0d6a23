"""Who is reminded of what, decided from the ledger alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.ledger import (
    Audience,
    Delivery,
    DeliveryStatus,
    DocumentRecord,
    ItemRecord,
    Link,
    Snapshot,
    TicketRecord,
)
from followthrough.model import State
from followthrough.notify.deciding import last_sent
from followthrough.notify.reminders import MOST, Look, Round, reminders
from followthrough.reporting.asked import Asked
from followthrough.reporting.computing import report
from followthrough.reporting.rows import Accepted
from followthrough.settings import Settings

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BEFORE = NOW - timedelta(days=60)
LATE = TODAY - timedelta(days=3)


def settings(**notify: Any) -> Settings:
    mail = {"url": "mailto://localhost"}
    return Settings.model_validate(
        {
            "trackers": {"ops": {"kind": "jira"}, "web": {"kind": "github"}},
            "default_tracker": "ops",
            "people": {
                "sam": {"names": ["Sam"], "email": "sam@acme.example", "ops": "acc-1"},
                "ada": {"names": ["ada@acme.example"]},
                "eve": {"names": ["Eve"]},
            },
            "notify": {"owners": True, "mail": mail, **notify},
        }
    )


def ledger(*measures: dict[str, Any]) -> Snapshot:
    """Measures with tickets; ``document_…`` goes to the document, the rest to the ticket."""
    documents, items, links, tickets = {}, {}, {}, {}
    for number, measure in enumerate(measures):
        id, path = f"item{number:08}", f"{number}.md"
        of_document = {name[9:]: value for name, value in measure.items() if name.startswith("document_")}
        of_ticket = {name: value for name, value in measure.items() if not name.startswith("document_")}
        documents[path] = DocumentRecord(path=path, fingerprint="", title="Queue stuck", **of_document)
        items[id] = ItemRecord(
            id=id, document=path, identity_text="", text=f"Measure {number}", line=1, first_seen=BEFORE
        )
        scope = of_ticket.pop("scope", "ops")
        links[id] = (Link(item=id, scope=scope, ticket=id),)
        base: dict[str, Any] = {
            "key": f"OPS-{number}",
            "url": f"https://ops.example/{number}",
            "title": "",
            "state": State.OPEN,
            "native_status": "To Do",
            "created": BEFORE,
            "updated": BEFORE,
        }
        tickets[scope, id] = TicketRecord(scope=scope, id=id, **{**base, **of_ticket})
    return Snapshot(documents=documents, items=items, links=links, tickets=tickets)


def round_of(
    *measures: dict[str, Any],
    deliveries: Sequence[Delivery] = (),
    rules: Settings | None = None,
    accepted: Sequence[Accepted] = (),
    today: date = TODAY,
    look: Look = Look(),  # noqa: B008  (frozen)
) -> Round:
    snapshot = ledger(*measures)
    asked = Asked(as_of=today, now=NOW, accepted={one.item: [one] for one in accepted})
    found = report(snapshot, (), asked)
    return reminders(found, snapshot, rules or settings(), deliveries, today, look)


def sent(day: date, status: DeliveryStatus = DeliveryStatus.DELIVERED, to: str = "sam") -> Delivery:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return Delivery(audience=Audience.OWNER, to=to, day=day, at=at, status=status, run="r")


def to(found: Round) -> list[str]:
    return [one.person for one in found.reminders]


def test_the_tracker_s_account_says_whose_it_is() -> None:
    found = round_of({"assignee": "acc-1", "due": LATE}, {"assignee": "ada@acme.example", "due": LATE})
    assert to(found) == ["ada", "sam"]


def test_an_owner_whom_the_settings_do_not_know_is_counted_and_not_written_to() -> None:
    found = round_of({"assignee": "mallory@evil.example", "due": LATE}, {"due": LATE})
    assert to(found) == []
    assert (dict(found.unknown), found.unowned) == ({"mallory@evil.example": 1}, 1)


@pytest.mark.parametrize(
    ("ticket", "count"),
    [
        ({"labels": ("no-reminder",)}, "silenced"),
        ({"labels": ("x", "No-Reminder")}, "silenced"),
        ({"absences": 2}, "missing"),
        ({"document_confidential": True}, "confidential"),
        ({"state": State.DONE}, None),
        ({"state": State.DROPPED}, None),
        ({"assignee": None}, "unowned"),
    ],
)
def test_what_nobody_is_asked_about(ticket: dict[str, Any], count: str | None) -> None:
    found = round_of({"assignee": "acc-1", "due": LATE, **ticket})
    assert to(found) == []
    counts = {name: getattr(found, name) for name in ("silenced", "missing", "confidential", "unowned")}
    assert counts == dict.fromkeys(counts, 0) | ({count: 1} if count else {})


def test_an_accepted_risk_comes_back_on_its_day() -> None:
    risk = Accepted(item="item00000000", since=BEFORE, until=TODAY + timedelta(days=1), reason="", by="")
    measure = {"assignee": "acc-1", "due": LATE}
    found = round_of(measure, accepted=[risk])
    assert (to(found), found.accepted) == ([], 1)
    assert to(round_of(measure, accepted=[replace(risk, until=TODAY)])) == ["sam"]


def test_one_silenced_issue_silences_no_other() -> None:
    found = round_of(
        {"assignee": "acc-1", "due": LATE, "labels": ("no-reminder",)}, {"assignee": "acc-1", "due": LATE}
    )
    assert [one.measures for one in found.reminders] == [1]


@given(
    st.lists(st.sampled_from(["seen", "absent", "unreached", "silenced"]), min_size=1, max_size=8),
)
def test_nobody_is_reminded_of_what_a_look_did_not_show(looks: list[str]) -> None:
    places = [("web" if number % 2 else "ops", f"item{number:08}") for number in range(len(looks))]
    silent = {"silenced": ("no-reminder",)}
    measures = [
        {"assignee": "Sam", "due": LATE, "scope": scope, "labels": silent.get(one, ())}
        for one, (scope, _) in zip(looks, places, strict=True)
    ]
    by = {name: [place for one, place in zip(looks, places, strict=True) if one == name] for name in looks}
    look = Look(absent=frozenset(by.get("absent", ())), unreached=frozenset(by.get("unreached", ())))
    found = round_of(*measures, look=look)
    assert [id for one in found.reminders for id in one.items] == [id for _, id in by.get("seen", ())]
    counted = {scope: sum(one == scope for one, _ in by.get("unreached", ())) for scope in ("ops", "web")}
    assert found.unchecked == {scope: number for scope, number in counted.items() if number}
    assert (found.missing, found.silenced) == (len(by.get("absent", ())), len(by.get("silenced", ())))


@pytest.mark.parametrize(("days", "written"), [(-1, True), (0, True), (14, True), (15, False)])
def test_somebody_is_written_to_once_something_is_late_or_due_soon(days: int, written: bool) -> None:
    found = round_of({"assignee": "acc-1", "due": TODAY + timedelta(days=days)}, {"assignee": "acc-1"})
    assert to(found) == (["sam"] if written else [])
    assert all(one.measures == 2 for one in found.reminders)


def test_who_has_no_address_is_named() -> None:
    found = round_of({"assignee": "Eve", "due": LATE})
    assert (to(found), found.unreachable) == ([], ("eve",))


@given(
    day=st.integers(-20, 20),
    status=st.sampled_from(DeliveryStatus),
    more=st.lists(st.tuples(st.integers(-60, -1), st.sampled_from(DeliveryStatus)), max_size=5),
)
def test_a_week_lies_between_two_messages_that_may_have_arrived(
    day: int, status: DeliveryStatus, more: list[tuple[int, DeliveryStatus]]
) -> None:
    history = [sent(TODAY + timedelta(days=n), one) for n, one in [*more, (day, status)]]
    found = round_of({"assignee": "acc-1", "due": LATE}, deliveries=history)
    perhaps = [one.day for one in history if one.status is not DeliveryStatus.REFUSED]
    recent = any((TODAY - one).days < 7 for one in perhaps)
    assert to(found) == ([] if recent else ["sam"])
    if recent:
        assert found.waiting == {"sam": max(perhaps) + timedelta(days=7)}


def test_the_messages_of_others_hold_nobody_up() -> None:
    other = sent(TODAY, to="ada")
    channel = replace(sent(TODAY), audience=Audience.CHANNEL)
    assert to(round_of({"assignee": "acc-1", "due": LATE}, deliveries=[other, channel])) == ["sam"]


def test_the_words_of_a_reminder() -> None:
    found = round_of(
        {"assignee": "acc-1", "due": date(2026, 10, 20), "document_severity": "sev1"},
        {"assignee": "acc-1", "due": date(2027, 1, 4)},
        {"assignee": "Sam", "scope": "web"},
    )
    (one,) = found.reminders
    assert one.letter.title == "3 postmortem measures carry your name; 1 is late"
    assert one.letter.text.splitlines() == [
        "3 postmortem measures carry your name; 1 is late.",
        'OPS-0  Measure 0   promised for 20 Oct, sev1, "Queue stuck"',
        "       https://ops.example/0",
        "OPS-1  Measure 1   promised for 4 Jan 2027",
        "       https://ops.example/1",
        "OPS-2  Measure 2   no date",
        "       https://ops.example/2",
        "Move the date, reassign or close it in GitHub or Jira: this mail follows GitHub or Jira, nothing to answer. "
        "Label `no-reminder` silences one issue.",
    ]
    assert "- [OPS-0](https://ops.example/0) Measure 0: promised for 20 Oct, sev1" in one.letter.markdown


def test_a_long_list_is_cut_and_counted() -> None:
    (one,) = round_of(*[{"assignee": "acc-1", "due": LATE}] * (MOST + 3)).reminders
    assert (one.measures, one.late) == (MOST + 3, MOST + 3)
    assert "And 3 more." in one.letter.text
    assert one.letter.text.count("Measure") == MOST


def test_the_last_report_of_a_channel_is_one_that_may_have_arrived_before_today() -> None:
    week = TODAY - timedelta(days=7)
    history = [
        replace(sent(day, status, to=name), audience=audience)
        for day, status, name, audience in (
            (week, DeliveryStatus.UNKNOWN, "boss", Audience.CHANNEL),
            (TODAY - timedelta(days=1), DeliveryStatus.REFUSED, "boss", Audience.CHANNEL),
            (TODAY - timedelta(days=1), DeliveryStatus.DELIVERED, "other", Audience.CHANNEL),
            (TODAY - timedelta(days=1), DeliveryStatus.DELIVERED, "boss", Audience.OWNER),
            (TODAY, DeliveryStatus.DELIVERED, "boss", Audience.CHANNEL),
        )
    ]
    assert last_sent(history, "boss", TODAY) == history[0].at
    assert last_sent(history, "nobody", TODAY) is None
