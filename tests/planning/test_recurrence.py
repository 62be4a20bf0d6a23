from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Acceptance, DocumentRecord, ItemRecord, Link, TicketRecord
from followthrough.model import Incident, State
from followthrough.planning import recurrence
from followthrough.planning.causes import cause_of
from followthrough.planning.recurrence import Again, recent, recurrences
from followthrough.policy.effective import Fallbacks
from followthrough.reporting.matters import Recurrence
from followthrough.reporting.recurring import recurred

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
QUEUE = "A poisoned message with an unknown version stopped the consumer"


class Archive:
    """Postmortems as the ledger remembers them."""

    def __init__(self) -> None:
        self.documents: dict[str, DocumentRecord] = {}
        self.items: dict[str, ItemRecord] = {}
        self.links: dict[str, tuple[Link, ...]] = {}
        self.tickets: dict[tuple[str, str], TicketRecord] = {}

    def add(
        self,
        path: str,
        day: date | None,
        title: str,
        cause: str | None,
        *services: str,
        states: tuple[State | None, ...] = (State.OPEN,),
        due: date | None = None,
        **fields: Any,
    ) -> None:
        incident = Incident(title=title, root_cause=cause)
        self.documents[path] = DocumentRecord(
            path=path,
            fingerprint="f",
            title=title,
            incident_date=day,
            services=services,
            cause=cause_of(incident),
            **fields,
        )
        for number, state in enumerate(states):
            id = f"{path}/{number}"
            self.items[id] = ItemRecord(
                id=id, document=path, identity_text=id, text=f"Measure {number}.", line=number, first_seen=NOW
            )
            if state is not None:
                self._ticket(id, state, due)

    def _ticket(self, id: str, state: State, due: date | None) -> None:
        self.links[id] = (Link(item=id, scope="ops", ticket=id),)
        self.tickets["ops", id] = TicketRecord(
            scope="ops",
            id=id,
            key=f"OPS-{len(self.tickets) + 1}",
            url="",
            title="",
            state=state,
            native_status="",
            due=due,
            created=NOW,
            updated=NOW,
        )

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(documents=self.documents, items=self.items, links=self.links, tickets=self.tickets)

    def again(self, *paths: str, **more: Any) -> tuple[Again, ...]:
        wanted = paths or ("new.md",)
        return recurrences(self.documents, wanted, lambda _: self.snapshot, Fallbacks(), TODAY, **more)

    @property
    def reported(self) -> tuple[Recurrence, ...]:
        return recurred(self.documents, lambda _: self.snapshot, Fallbacks(), TODAY)


@pytest.fixture
def archive() -> Archive:
    made = Archive()
    made.add("new.md", TODAY, "Payments stopped", QUEUE, "Payments")
    return made


def test_the_same_service_and_cause_is_told_with_its_evidence(archive: Archive) -> None:
    archive.add(
        "old.md",
        date(2026, 9, 5),
        "Queue stuck",
        "An unknown version poisoned the consumer",
        "payments",
        "search",
        states=(State.DONE, State.DROPPED, State.OPEN, None),
        due=date(2026, 11, 10),
    )
    (found,) = archive.again()
    assert (found.path, found.earlier, found.title, found.date) == (
        "new.md",
        "old.md",
        "Queue stuck",
        date(2026, 9, 5),
    )
    assert found.services == ("Payments",)
    assert found.words == ("poisoned", "unknown", "version", "consumer")
    assert [(one.key, one.words) for one in found.items] == [
        ("OPS-4", "open, 10 days late"),
        (None, "open, without a ticket"),
        ("OPS-3", "dropped (won't do)"),
    ]


def test_a_measure_whose_risk_is_accepted_is_not_late_and_says_so(archive: Archive) -> None:
    archive.add("old.md", date(2026, 9, 5), "Queue", QUEUE, "payments", due=date(2026, 10, 1))
    taken = Acceptance(item="old.md/0", since=NOW, until=date(2027, 2, 1), reason="r", by="Kim")
    (found,) = archive.again(accepted={taken.item: taken})
    assert [one.words for one in found.items] == ["open, its risk accepted until 1 Feb 2027"]
    assert [one.days_late for one in found.items] == [0]


@pytest.mark.parametrize(
    ("title", "cause", "services"),
    [
        ("Disk full", "The nightly backup filled the disk", ("Payments",)),
        ("Payments stopped", QUEUE, ("Search",)),
        ("Payments stopped", QUEUE, ()),
        ("Payments: incident report", "The payments service was down for two hours on Monday", ("Payments",)),
        ("Payments stopped", None, ("Payments",)),
    ],
    ids=["another cause", "another service", "no service", "words of every report", "one word"],
)
def test_neither_alone_is_enough(
    archive: Archive, title: str, cause: str | None, services: tuple[str, ...]
) -> None:
    archive.add("old.md", date(2026, 9, 5), title, cause, *services)
    assert archive.again() == ()


@pytest.mark.parametrize("written", ["payments", "PAYMENTS", " Payments ", "*payments*"])
def test_services_are_compared_without_case_and_signs(archive: Archive, written: str) -> None:
    archive.add("old.md", date(2026, 9, 5), "Queue stuck", QUEUE, written)
    assert len(archive.again()) == 1


def test_what_is_done_needs_no_word(archive: Archive) -> None:
    archive.add("old.md", date(2026, 9, 5), "Queue", QUEUE, "payments", states=(State.DONE, State.DONE))
    assert archive.again() == ()


@pytest.mark.parametrize(
    "change", [{"gone": True}, {"ignored": "advice"}, {"elsewhere": True}, {"merged_into": "z"}]
)
def test_lines_that_nobody_waits_for_do_not_count(archive: Archive, change: dict[str, Any]) -> None:
    archive.add("old.md", date(2026, 9, 5), "Queue", QUEUE, "payments", states=(None,))
    assert len(archive.again()) == 1
    archive.items["old.md/0"] = replace(archive.items["old.md/0"], **change)
    assert archive.again() == ()


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=1), None])
def test_only_earlier_incidents_are_earlier(archive: Archive, day: date | None) -> None:
    archive.add("old.md", day, "Queue", QUEUE, "payments")
    assert archive.again() == ()


def test_the_most_alike_comes_first(archive: Archive) -> None:
    archive.add("some.md", date(2026, 10, 5), "Poisoned message", None, "payments")
    archive.add("most.md", date(2026, 9, 5), "Queue", QUEUE, "payments")
    assert [one.earlier for one in archive.again()] == ["most.md", "some.md"]


def test_a_word_that_a_service_always_has_tells_nothing(archive: Archive) -> None:
    for number in range(8):
        cause = f"The poisoned consumer met reason{chr(97 + number)}"
        archive.add(f"{number}.md", date(2026, 9, 1 + number), "Queue", cause, "payments")
    assert archive.again() == ()


def test_a_long_text_shares_more_than_two_words_by_chance() -> None:
    made = Archive()
    words = [f"word{chr(97 + one // 26)}{chr(97 + one % 26)}" for one in range(60)]
    made.add("new.md", TODAY, "", " ".join(words[:30]), "payments")
    made.add("old.md", date(2026, 9, 5), "", " ".join(words[27:57]), "payments")
    assert made.again() == ()
    made.add("near.md", date(2026, 9, 6), "", " ".join(words[18:48]), "payments")
    assert [one.earlier for one in made.again()] == ["near.md"]


def test_one_incident_is_held_against_so_many_earlier_ones_at_most(archive: Archive) -> None:
    for number in range(recurrence.MOST_EARLIER + 20):
        day = date(2026, 1, 1) + timedelta(days=number)
        letters = "".join(chr(97 + int(digit)) for digit in str(number))
        archive.add(f"{number:03}.md", day, letters, f"{letters} {letters}x {letters}y", "payments")
    archive.add("first.md", date(2025, 1, 1), "Queue", QUEUE, "payments")
    assert archive.again() == ()
    archive.add("last.md", date(2026, 11, 1), "Queue", QUEUE, "payments")
    assert [one.earlier for one in archive.again()] == ["last.md"]


def test_what_is_confidential_is_kept_out_where_that_is_asked(archive: Archive) -> None:
    archive.add("old.md", date(2026, 9, 5), "Queue", QUEUE, "payments", confidential=True)
    assert len(archive.again()) == 1
    assert archive.again(confidential=False) == ()
    assert archive.reported == ()


def test_words_of_the_cause_are_remembered_without_those_around() -> None:
    incident = Incident(
        title="Postmortem: checkout down on Monday",
        root_cause="Because of 3 retries the pools were exhausted.",
    )
    assert cause_of(incident) == ("checkout", "retries", "pools", "exhausted")
    assert cause_of(Incident()) == ()
    assert len(cause_of(Incident(root_cause=" ".join(f"w{'x' * n}" for n in range(300))))) == 40


def test_news_is_what_lies_at_most_ninety_days_back() -> None:
    made = Archive()
    for path, days in (("a", 0), ("b", 90), ("c", 91), ("d", -1)):
        made.add(path, TODAY - timedelta(days=days), "", None)
    made.add("e", None, "", None)
    assert recent(made.documents, TODAY) == ["a", "b"]


def test_the_report_gets_one_entry_a_document_with_sentences(archive: Archive) -> None:
    archive.add("old.md", date(2026, 8, 10), "Queue stuck", QUEUE, "payments", states=(State.OPEN,) * 5)
    archive.add("older.md", date(2026, 8, 5), "Poisoned consumer", None, "payments", states=(State.DROPPED,))
    (found,) = archive.reported
    assert (found.document, found.incident, found.incident_date) == ("new.md", "Payments stopped", TODAY)
    assert len(found.items) == 6
    assert found.evidence == (
        'Like "Queue stuck" of 10 Aug 2026: Payments, and "stopped", "poisoned", "message", "unknown", '
        '"version", "consumer" in both.',
        'OPS-2 "Measure 0" is open.',
        'OPS-3 "Measure 1" is open.',
        'OPS-4 "Measure 2" is open.',
        "2 more of its measures are not done.",
        'Like "Poisoned consumer" of 5 Aug 2026: Payments, and "poisoned", "consumer" in both.',
        'OPS-7 "Measure 0" is dropped (won\'t do).',
    )


WORDS = st.sampled_from(["pool", "queue", "disk", "cache", "deploy", "token", "backup"])


@given(
    st.lists(
        st.tuples(
            st.integers(0, 40),
            st.lists(WORDS, max_size=5),
            st.lists(st.sampled_from(["a", "B", "b"]), max_size=2),
            st.lists(st.sampled_from([None, *State]), max_size=3),
        ),
        max_size=9,
    )
)
def test_every_claim_holds_by_itself(entries: list[Any]) -> None:
    made = Archive()
    for number, (days, words, services, states) in enumerate(entries):
        made.add(
            f"{number}.md",
            TODAY - timedelta(days=days),
            " ".join(words),
            None,
            *services,
            states=tuple(states),
        )
    found = made.again(*made.documents)
    for one in found:
        new, old = made.documents[one.path], made.documents[one.earlier]
        assert old.incident_date < new.incident_date  # type: ignore[operator]
        assert {name.casefold() for name in one.services} <= {name.casefold() for name in old.services}
        assert len(one.words) >= recurrence.FEWEST_SHARED
        assert set(one.words) <= set(new.cause) & set(old.cause)
        assert one.items
        assert all(item.path == one.earlier and item.state is not State.DONE for item in one.items)
    assert len({(one.path, one.earlier) for one in found}) == len(found)


def test_reading_a_document_remembers_its_cause(
    page: Callable[..., Any], learnt: Callable[..., Snapshot]
) -> None:
    snapshot = learnt([page("a.md", "Add an alert", incident=Incident(title="Queue", root_cause=QUEUE))])
    assert snapshot.documents["a.md"].cause == cause_of(Incident(title="Queue", root_cause=QUEUE))
