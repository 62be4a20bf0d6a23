"""The contract catches connectors that break it: each of these is wrong in one way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from followthrough.connector import (
    Change,
    Changes,
    Connector,
    Created,
    Draft,
    Outcome,
    RateLimited,
    State,
    Ticket,
    Unreachable,
)
from followthrough.testing import HOSTILE, ConnectorContract, MemoryConnector, MemoryTracker

Case = Callable[[ConnectorContract], None]


class AsksOnOpening(MemoryConnector):
    def __init__(self, tracker: MemoryTracker) -> None:
        super().__init__(tracker)
        self.owned()


class AsksForNothing(MemoryConnector):
    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        self.tracker.reads["fetch"] += 1
        return super().fetch(refs)


class SendsTwice(MemoryConnector):
    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        super().create(drafts)
        return super().create(drafts)


class ForgetsTheMarker(MemoryConnector):
    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        made = [outcome.ticket for outcome in super().create(drafts) if isinstance(outcome, Created)]
        return [Created(replace(ticket, marker=None)) for ticket in made]


class TakesTheMarkerFromTheTitle(MemoryConnector):
    def owned(self) -> Sequence[Ticket]:
        forged = "7f3k9q2m8dxa"
        return [replace(t, marker=forged) if forged in t.title else t for t in super().owned()]


class SaysThatOthersAreUs(MemoryConnector):
    def owned(self) -> Sequence[Ticket]:
        return [replace(ticket, author=self.tracker.account) for ticket in super().owned()]


class CreatesAsSomebodyElse(MemoryConnector):
    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        made = [outcome.ticket for outcome in super().create(drafts) if isinstance(outcome, Created)]
        return [Created(replace(ticket, author="A. Bot")) for ticket in made]


class AnswersInAnyOrder(MemoryConnector):
    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        return list(reversed(super().create(drafts)))


class GivesOnePage(MemoryConnector):
    def owned(self) -> Sequence[Ticket]:
        return super().owned()[:100]


class ListsOnlyOpenOnes(MemoryConnector):
    def owned(self) -> Sequence[Ticket]:
        return [ticket for ticket in super().owned() if not ticket.state.closed]


class RaisesForAnAbsentOne(MemoryConnector):
    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        found = super().fetch(refs)
        return {ref: found[ref] for ref in refs}


class FetchesByIdOnly(MemoryConnector):
    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        return {ticket.id: ticket for ticket in super().fetch(refs).values()}


class LosesTheFirstChange(MemoryConnector):
    def changed(self, since: str | None, /) -> Changes:
        changes = super().changed(since)
        return replace(changes, tickets=changes.tickets[1:]) if since else changes


class KeepsTheOldDate(MemoryConnector):
    def update(self, ref: str, change: Change, /) -> Ticket:
        return super().update(ref, replace(change, due=Change().due) if change.due is None else change)


class TouchesWhatIsSo(MemoryConnector):
    def update(self, ref: str, change: Change, /) -> Ticket:
        ticket = super().update(ref, change)
        return replace(ticket, native_status=ticket.native_status + "!")


class KnowsTwoStates(MemoryConnector):
    def update(self, ref: str, change: Change, /) -> Ticket:
        ticket = super().update(ref, change)
        return replace(ticket, state=State.DONE if ticket.state.closed else State.OPEN)


class StaysClosed(MemoryConnector):
    def update(self, ref: str, change: Change, /) -> Ticket:
        ticket = super().update(ref, change)
        return replace(ticket, closed=ticket.updated)


class FindsByPresentRefsOnly(MemoryConnector):
    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        found = super().fetch(refs)
        return {ref: one for ref, one in found.items() if ref in (one.id, one.key)}


class ShowsDeletedOnes(MemoryConnector):
    def __init__(self, tracker: MemoryTracker) -> None:
        super().__init__(tracker)
        self.seen: dict[str, Ticket] = {}

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        outcomes = super().create(drafts)
        self.seen |= {o.ticket.id: o.ticket for o in outcomes if isinstance(o, Created)}
        return outcomes

    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        return {**{ref: self.seen[ref] for ref in refs if ref in self.seen}, **super().fetch(refs)}


class ForgetsOfWhatItIsADuplicate(MemoryConnector):
    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        return {ref: replace(ticket, duplicate_of=None) for ref, ticket in super().fetch(refs).items()}


class ListsOneIssueAMarker(MemoryConnector):
    def owned(self) -> Sequence[Ticket]:
        return list({ticket.marker: ticket for ticket in super().owned()}.values())


class MangledTitles(MemoryConnector):
    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        return super().create([replace(draft, title=draft.title.replace("|", "/")) for draft in drafts])


class SwallowsErrors(MemoryConnector):
    def owned(self) -> Sequence[Ticket]:
        return []


def contract(kind: type[MemoryConnector]) -> ConnectorContract:
    class Broken(ConnectorContract):
        def __init__(self) -> None:
            self.tracker = MemoryTracker()

        def connector(self) -> Connector:
            return kind(self.tracker)

        def broken(self, error: Any) -> Connector:
            return kind(self.tracker)

        def by_stranger(self, draft: Draft) -> str:
            self.tracker.add(draft.title, marker=draft.id, author="mallory")
            return "mallory"

        def move(self, ticket: Ticket) -> None:
            self.tracker.move(ticket.id, "ELSE-7", id="77777")

        def delete(self, ticket: Ticket) -> None:
            self.tracker.delete(ticket.id)

        def duplicate(self, ticket: Ticket, of: Ticket) -> None:
            self.tracker.duplicate(ticket.id, of.key)

        def traffic(self) -> object:
            return sum(self.tracker.reads.values()) + sum(self.tracker.writes.values())

    return Broken()


CASES: list[tuple[type[MemoryConnector], Case]] = [
    (AsksOnOpening, lambda c: c.test_opening_requests_nothing()),
    (AsksForNothing, lambda c: c.test_nothing_to_do_requests_nothing()),
    (SendsTwice, lambda c: c.test_created_ticket_is_found_by_its_marker()),
    (ForgetsTheMarker, lambda c: c.test_created_ticket_is_found_by_its_marker()),
    (TakesTheMarkerFromTheTitle, lambda c: c.test_hostile_title_survives_or_is_refused("our-marker")),
    (CreatesAsSomebodyElse, lambda c: c.test_our_own_account_is_the_author_of_what_we_create()),
    (SaysThatOthersAreUs, lambda c: c.test_a_stranger_is_the_author_of_an_issue_with_a_copied_marker()),
    (AnswersInAnyOrder, lambda c: c.test_outcomes_come_one_a_draft_in_order()),
    (GivesOnePage, lambda c: c.test_many_are_created_fetched_and_listed_whole()),
    (ListsOnlyOpenOnes, lambda c: c.test_state_can_be_set_and_read(State.DONE)),
    (FetchesByIdOnly, lambda c: c.test_fetch_takes_ids_and_keys_and_leaves_absent_ones_out()),
    (LosesTheFirstChange, lambda c: c.test_changed_misses_no_update()),
    (KeepsTheOldDate, lambda c: c.test_update_sets_each_field_and_none_clears_it()),
    (TouchesWhatIsSo, lambda c: c.test_setting_what_is_so_changes_nothing()),
    (KnowsTwoStates, lambda c: c.test_state_can_be_set_and_read(State.BLOCKED)),
    (StaysClosed, lambda c: c.test_closing_sets_a_time_and_reopening_takes_it_away()),
    (FindsByPresentRefsOnly, lambda c: c.test_a_moved_issue_is_found_by_its_old_id_and_key()),
    (ShowsDeletedOnes, lambda c: c.test_a_deleted_issue_is_absent_and_the_others_are_there()),
    (ForgetsOfWhatItIsADuplicate, lambda c: c.test_a_duplicate_leads_to_the_other_issue()),
    (ListsOneIssueAMarker, lambda c: c.test_two_issues_with_one_marker_are_both_listed()),
    (MangledTitles, lambda c: c.test_hostile_title_survives_or_is_refused("pipes")),
]


@pytest.mark.parametrize(("kind", "case"), CASES, ids=[kind.__name__ for kind, _ in CASES])
def test_contract_catches(kind: type[MemoryConnector], case: Case) -> None:
    case(contract(MemoryConnector))
    with pytest.raises(AssertionError):
        case(contract(kind))


def test_contract_catches_an_exception_for_an_absent_ref() -> None:
    with pytest.raises(KeyError):
        contract(RaisesForAnAbsentOne).test_fetch_takes_ids_and_keys_and_leaves_absent_ones_out()


def test_contract_catches_an_error_read_as_an_empty_answer() -> None:

    with pytest.raises(AssertionError, match=r"owned gave \[\] instead of raising Unreachable"):
        contract(SwallowsErrors).test_error_is_one_of_the_seam(Unreachable, "owned")


def test_connector_that_shows_no_errors_must_say_why() -> None:

    class Silent(ConnectorContract):
        def connector(self) -> Connector:
            return MemoryConnector(MemoryTracker())

    with pytest.raises(NotImplementedError, match="RateLimited"):
        Silent().test_error_is_one_of_the_seam(RateLimited, "owned")
    Silent.cannot_show = {"RateLimited": "nobody limits it"}
    with pytest.raises(pytest.skip.Exception, match="nobody limits it"):
        Silent().test_error_is_one_of_the_seam(RateLimited, "owned")


def test_hostile_texts_are_as_hostile_as_they_say() -> None:
    assert max(map(len, HOSTILE.values())) == len(HOSTILE["one-long-word"]) == len(HOSTILE["long"]) == 300
    assert "\r\n" in HOSTILE["crlf"]
    assert not any("\0" in text for text in HOSTILE.values())
