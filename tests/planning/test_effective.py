from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.ledger.records import DocumentRecord, ItemRecord, Link, Relation, TicketRecord
from followthrough.model import ActionItem, Incident, Kind, Place, Span, State
from followthrough.policy.due import Due, DueOrigin, target_of
from followthrough.policy.effective import (
    Effective,
    Fact,
    Fallbacks,
    Held,
    Origin,
    Stated,
    effective,
    remembered,
    stated,
)

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 14, 9, 0, tzinfo=UTC)
TARGETS = Fallbacks(targets={"sev1": timedelta(days=15), "p1": timedelta(days=7)})
SAID = Stated(
    owner="Sam",
    due=date(2026, 12, 4),
    priority="P1",
    kind="detective",
    kind_stated=False,
    team="Payments",
    services=("billing",),
    severity="sev1",
    begun=date(2026, 11, 12),
)


def held(*, relation: Relation = Relation.FILED, target: date | None = None, **fields: Any) -> Held:
    values: dict[str, Any] = {
        "scope": "ops",
        "id": "1",
        "key": "OPS-1",
        "url": "",
        "title": "",
        "state": State.OPEN,
        "native_status": "To Do",
        "created": NOW,
        "updated": NOW,
        **fields,
    }
    link = Link(item="i", scope="ops", ticket="1", relation=relation, target=target)
    return Held(ticket=TicketRecord(**values), link=link)


def told(values: Effective) -> dict[str, tuple[Any, Any]]:
    return {name: (fact["value"], fact["origin"]) for name, fact in values.to_json().items()}


def test_before_filing_the_document_speaks() -> None:
    assert told(effective(SAID, None, TARGETS, TODAY)) == {
        "owner": ("Sam", "document"),
        "due": ("2026-12-04", "document"),
        "priority": ("P1", "document"),
        "kind": ("detective", "inferred"),
        "team": ("Payments", "document"),
    }


def test_after_filing_the_tracker_speaks_first() -> None:
    ticket = held(assignee="lin", due=date(2027, 1, 8), priority="Low", labels=("postmortem", "Preventive"))
    assert told(effective(SAID, ticket, TARGETS, TODAY)) == {
        "owner": ("lin", "tracker"),
        "due": ("2027-01-08", "tracker"),
        "priority": ("Low", "tracker"),
        "kind": ("preventive", "tracker"),
        "team": ("Payments", "document"),
    }


def test_where_the_tracker_says_nothing_the_document_still_holds() -> None:
    assert effective(SAID, held(), TARGETS, TODAY) == effective(SAID, None, TARGETS, TODAY)


def test_the_date_that_policy_wrote_stays_a_target_until_somebody_moves_it() -> None:
    said = Stated(severity="sev1", begun=date(2026, 11, 12))
    ours = date(2026, 11, 27)
    kept = effective(said, held(due=ours, target=ours), TARGETS, TODAY)
    assert kept.due == Fact(ours, Origin.POLICY, "sev1, 15 d")
    assert kept.deadline == Due(ours, DueOrigin.TARGET, "sev1, 15 d")
    moved = effective(said, held(due=date(2026, 12, 1), target=ours), TARGETS, TODAY)
    assert moved.due == Fact(date(2026, 12, 1), Origin.TRACKER)
    assert moved.deadline == Due(date(2026, 12, 1), DueOrigin.PROMISED)


def test_a_target_of_a_filed_measure_does_not_move_with_the_day() -> None:
    said = Stated(severity="sev1", begun=date(2026, 1, 1))
    days = [effective(said, held(), TARGETS, TODAY + timedelta(days=n)).due for n in (0, 100)]
    assert days == [Fact(date(2026, 11, 29), Origin.POLICY, "sev1, 15 d")] * 2


@pytest.mark.parametrize(
    ("relation", "origin"),
    [(Relation.FILED, Origin.INFERRED), (Relation.FOLLOWED, Origin.TRACKER)],
    ids=["our own label", "their label"],
)
def test_a_guess_that_we_wrote_as_a_label_stays_a_guess(relation: Relation, origin: Origin) -> None:
    values = effective(SAID, held(labels=("detective",), relation=relation), TARGETS, TODAY)
    assert values.kind == Fact("detective", origin)


def team(owner: str | None, _scope: str | None, services: Sequence[str]) -> Fact[str] | None:
    if owner == "the Search team":
        return Fact("Search", Origin.DOCUMENT)
    return Fact("Platform", Origin.MAPPING) if owner == "Sam" or services else None


@pytest.mark.parametrize(
    ("said", "ticket", "expected"),
    [
        (Stated(owner="the Search team", team="Payments"), None, ("Search", "document")),
        (Stated(owner="Sam", team="Payments"), None, ("Payments", "document")),
        (Stated(owner="Sam"), None, ("Platform", "mapping")),
        (Stated(services=("billing",)), None, ("Platform", "mapping")),
        (Stated(owner="Sam"), held(assignee="the Search team"), ("Search", "tracker")),
        (Stated(), None, (None, None)),
    ],
    ids=["owner is a team", "document", "owner's team", "service's team", "assignee is a team", "nobody"],
)
def test_the_team_is_the_one_nearest_to_the_measure(
    said: Stated, ticket: Held | None, expected: tuple[str | None, str | None]
) -> None:
    assert told(effective(said, ticket, Fallbacks(team=team), TODAY))["team"] == expected


TEXTS = st.none() | st.sampled_from(["Sam", "P1", "detective"])
DATES = st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(owner=TEXTS, due=DATES, priority=TEXTS, assignee=TEXTS, ticket_due=DATES, ticket_priority=TEXTS)
def test_a_value_stands_exactly_where_somebody_says_one(
    owner: str | None,
    due: date | None,
    priority: str | None,
    assignee: str | None,
    ticket_due: date | None,
    ticket_priority: str | None,
) -> None:
    said = Stated(owner=owner, due=due, priority=priority)
    ticket = held(assignee=assignee, due=ticket_due, priority=ticket_priority)
    values = effective(said, ticket, Fallbacks(), TODAY)
    for fact, theirs, own in (
        (values.owner, assignee, owner),
        (values.due, ticket_due, due),
        (values.priority, ticket_priority, priority),
    ):
        origin = Origin.TRACKER if theirs else Origin.DOCUMENT
        assert fact == (Fact(theirs or own, origin) if theirs or own else None)


def test_the_ledger_remembers_what_the_document_stated() -> None:
    item = ActionItem(
        text="Alert",
        span=Span(0, 1),
        line=1,
        end_line=1,
        section=(),
        place=Place(0),
        reason="",
        kind=Kind.DETECTIVE,
        owner="Sam",
        due=date(2026, 12, 4),
        priority="P1",
    )
    incident = Incident(date=date(2026, 11, 12), severity="sev1", services=("billing",), team="Payments")
    record = ItemRecord(
        id="i",
        document="a.md",
        identity_text="",
        kind="detective",
        owner="Sam",
        due=date(2026, 12, 4),
        priority="P1",
        first_seen=NOW,
    )
    document = DocumentRecord(
        path="a.md",
        fingerprint="",
        incident_date=date(2026, 11, 12),
        severity="sev1",
        services=("billing",),
        team="Payments",
    )
    assert stated(item, incident) == remembered(record, document) == SAID


def test_one_rule_says_which_target_applies() -> None:
    targets = {"p1": timedelta(days=7), "sev1": timedelta(days=15)}
    assert target_of(targets, " P1 ", "sev1") == (" P1 ", timedelta(days=7))
    assert target_of(targets, "Low", "SEV1") == ("SEV1", timedelta(days=15))
    assert target_of(targets, None, None) is None
