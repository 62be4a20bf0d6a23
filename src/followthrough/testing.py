"""For those who write a connector: the contract every connector keeps, and a tracker in memory.

A connector's own test file is a few lines::

    class TestMine(ConnectorContract):
        cannot_show = {"RateLimited": "the fake server never limits"}

        def connector(self) -> Connector:
            return plugin.connect(settings, Transport(wire=self.server))

This module can be imported without pytest; ``pytest.register_assert_rewrite("followthrough.testing")``
before the import makes a failed case show its values.
"""

# ruff: noqa: S101  (the cases of the contract are tests, and tests assert)

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, Self

from followthrough.connector import (
    UNSET,
    Body,
    Change,
    Changes,
    Check,
    Connector,
    ConnectorError,
    Created,
    Draft,
    Features,
    Finding,
    Footer,
    Inline,
    NotFound,
    Outcome,
    Outside,
    Paragraph,
    Quote,
    RateLimited,
    Refused,
    Rejected,
    State,
    Ticket,
    Unauthorized,
    Unknown,
    Unreachable,
)

if TYPE_CHECKING:
    import pytest
    from pydantic import BaseModel

__all__ = ["HOSTILE", "ConnectorContract", "Fault", "MemoryConnector", "MemoryPlugin", "MemoryTracker"]


# --- a tracker in memory --------------------------------------------------------------------------


class Fault(StrEnum):
    """What goes wrong with one request of a :class:`MemoryTracker`."""

    LOST_BEFORE = "no answer, and no effect"
    LOST_AFTER = "no answer, although it took effect"
    REFUSED = "a value is refused"
    RATE_LIMITED = "come back later"
    UNAUTHORIZED = "the token is refused"
    FORBIDDEN = "the token may not do this"
    GONE = "the project is not there"
    UNREACHABLE = "nobody listens"


@dataclass(slots=True)
class _Issue:
    ticket: Ticket
    body: Body
    change: int
    seen_from: datetime
    """From when listings show it."""
    backlink: str | None = None
    old_keys: set[str] = field(default_factory=set)


class MemoryTracker:
    """A tracker that lasts as long as this object, and fails when it is told to.

    ``now`` is its clock. ``lag`` is how long its listings miss a new issue, which can be fetched by
    id at once. ``reads`` and ``writes`` count the requests by the name of the connector's method.
    What a test does by :meth:`add`, :meth:`edit`, :meth:`move` and :meth:`delete` is what people do.
    """

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        prefix: str = "MEM",
        features: Features = Features(settle=timedelta(minutes=10)),  # noqa: B008  (frozen)
        lag: timedelta = timedelta(0),
        title_limit: int = 255,
        states: Collection[State] = tuple(State),
        public: bool | None = False,
    ) -> None:
        self.now = now
        self.prefix = prefix
        self.features = features
        self.lag = lag
        self.title_limit = title_limit
        self.states = frozenset(states)
        self.public = public
        self.reads: Counter[str] = Counter()
        self.writes: Counter[str] = Counter()
        self._issues: dict[str, _Issue] = {}
        self._changes = 0
        self._numbers = 0
        self._faults: dict[str, list[Fault]] = {}
        self._standing: dict[str, Fault] = {}

    # What people and tests do; none of it is counted, none of it fails.

    @property
    def tickets(self) -> list[Ticket]:
        """Every issue as it is, oldest first, whether listings show it or not."""
        return [issue.ticket for issue in self._issues.values()]

    def body(self, ref: str) -> Body:
        """The text of an issue."""
        return self._issue(ref).body

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next requests of that connector method meet these faults, one each."""
        self._faults.setdefault(method, []).extend(faults)

    def break_down(self, fault: Fault | None, *methods: str) -> None:
        """Let every request (of these methods) meet the fault until told otherwise by ``None``."""
        for method in methods or ("check", "create", "fetch", "changed", "owned", "update"):
            if fault is None:
                self._standing.pop(method, None)
            else:
                self._standing[method] = fault

    def add(self, title: str, *, marker: str | None = None, body: Body = (), **fields: Any) -> Ticket:
        """Make an issue as a person does, with fields of :class:`Ticket`."""
        self._numbers += 1
        now, key = self.now(), f"{self.prefix}-{self._numbers}"
        ticket = Ticket(
            id=str(10_000 + self._numbers),
            key=key,
            url=f"https://memory.invalid/browse/{key}",
            title=title,
            state=State.OPEN,
            native_status=State.OPEN.words,
            created=now,
            updated=now,
            marker=marker,
        )
        self._changes += 1
        self._issues[ticket.id] = _Issue(replace(ticket, **fields), body, self._changes, now + self.lag)
        return self._issues[ticket.id].ticket

    def edit(self, ref: str, change: Change) -> Ticket:
        """Change an issue as a person does."""
        issue = self._issue(ref)
        values = {name: getattr(change, name) for name in Change.__slots__}
        issue.backlink = values.pop("backlink") if change.backlink is not UNSET else issue.backlink
        set_to = {name: value for name, value in values.items() if value is not UNSET and name != "backlink"}
        new = replace(issue.ticket, **set_to)
        if new == issue.ticket:
            return new
        closed = (issue.ticket.closed or self.now()) if new.state.closed else None
        self._changes += 1
        issue.change = self._changes
        issue.ticket = replace(new, native_status=new.state.words, closed=closed, updated=self.now())
        return issue.ticket

    def move(self, ref: str, key: str) -> Ticket:
        """Move an issue to another project: a new key and address, the same id; the old key leads there."""
        issue = self._issue(ref)
        issue.old_keys.add(issue.ticket.key)
        self._changes += 1
        issue.change = self._changes
        url = f"https://memory.invalid/browse/{key}"
        issue.ticket = replace(issue.ticket, key=key, url=url, updated=self.now())
        return issue.ticket

    def delete(self, ref: str) -> None:
        """Delete an issue for good."""
        del self._issues[self._issue(ref).ticket.id]

    # What the connector uses.

    def fault(self, method: str) -> Fault | None:
        """The fault that the next request of that method meets."""
        waiting = self._faults.get(method)
        return waiting.pop(0) if waiting else self._standing.get(method)

    def find(self, ref: str) -> Ticket | None:
        """The issue with that id, key or former key."""
        try:
            return self._issue(ref).ticket
        except KeyError:
            return None

    def listed(self) -> Iterator[tuple[int, Ticket]]:
        """The issues that listings show by now, each with the number of its last change."""
        now = self.now()
        for issue in sorted(self._issues.values(), key=lambda issue: issue.change):
            if issue.seen_from <= now:
                yield issue.change, issue.ticket

    def settled(self) -> int:
        """The number of the last change before which no issue waits to be listed."""
        now = self.now()
        hidden = [issue.change for issue in self._issues.values() if issue.seen_from > now]
        return min(hidden) - 1 if hidden else self._changes

    def _issue(self, ref: str) -> _Issue:
        if ref in self._issues:
            return self._issues[ref]
        for issue in self._issues.values():
            if ref.upper() in (issue.ticket.key, *issue.old_keys):
                return issue
        raise KeyError(ref)


class MemoryConnector:
    """The connector to a :class:`MemoryTracker`."""

    def __init__(self, tracker: MemoryTracker) -> None:
        self.tracker = tracker

    @property
    def features(self) -> Features:
        return self.tracker.features

    def check(self) -> Check:
        self._read("check")
        tracker = self.tracker
        finding = Finding("login", True, "The memory needs none.")
        return Check(
            findings=(finding,), account="bot", place=f"{tracker.prefix} in memory", public=tracker.public
        )

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        outcomes: list[Outcome] = []
        for draft in drafts:
            outcome = self._create(draft)
            if isinstance(outcome, ConnectorError):
                if not outcomes:
                    raise outcome
                # Earlier drafts have their outcome, which raising would lose.
                outcome = Refused(outcome.message)
            outcomes.append(outcome)
        return outcomes

    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        if not refs:
            return {}
        self._read("fetch")
        return {ref: ticket for ref in refs if (ticket := self.tracker.find(ref)) is not None}

    def changed(self, since: str | None, /) -> Changes:
        self._read("changed")
        seen = int(since or 0)
        tickets = tuple(ticket for change, ticket in self.tracker.listed() if change > seen)
        return Changes(tickets, str(max(seen, self.tracker.settled())))

    def owned(self) -> Sequence[Ticket]:
        self._read("owned")
        return [ticket for _, ticket in self.tracker.listed() if ticket.marker is not None]

    def update(self, ref: str, change: Change, /) -> Ticket:
        tracker = self.tracker
        tracker.writes["update"] += 1
        fault = tracker.fault("update")
        if fault not in (None, Fault.LOST_AFTER):
            raise _error(fault)
        if tracker.find(ref) is None:
            raise NotFound(f"There is no issue {ref}.", hint="Was it deleted?")
        if change.title is not UNSET and (reason := self._unfit(change.title)):
            raise Rejected(reason)
        if change.state is not UNSET and change.state not in tracker.states:
            raise Rejected(f"This tracker has no state for {change.state.words}.")
        for name in self.features.cannot_store:
            if getattr(change, name, UNSET) not in (UNSET, None, ()):
                raise Rejected(f"This tracker has no {name}.")
        ticket = tracker.edit(ref, change)
        if fault is not None:
            raise _error(fault)
        return ticket

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        return None

    def _read(self, method: str) -> None:
        self.tracker.reads[method] += 1
        if (fault := self.tracker.fault(method)) is not None:
            raise _error(fault)

    def _create(self, draft: Draft) -> Outcome | ConnectorError:
        tracker = self.tracker
        if reason := self._unfit(draft.title):
            return Refused(reason)
        tracker.writes["create"] += 1
        fault = tracker.fault("create")
        if fault is Fault.LOST_BEFORE:
            return Unknown("The memory did not answer; the issue may or may not exist.")
        if fault in (Fault.REFUSED, Fault.RATE_LIMITED):
            error = _error(fault)
            return Refused(error.message, error.retry_after if isinstance(error, RateLimited) else None)
        if fault is not None and fault is not Fault.LOST_AFTER:
            return _error(fault)
        known = [ticket for ticket in tracker.tickets if ticket.marker == draft.id]
        if self.features.idempotent and known:
            ticket = known[0]
        else:
            fields = {name: getattr(draft, name) for name in ("assignee", "due", "priority", "labels")}
            kept = {name: value for name, value in fields.items() if name not in self.features.cannot_store}
            ticket = tracker.add(draft.title, marker=draft.id, body=draft.body, **kept)
        if fault is Fault.LOST_AFTER:
            return Unknown("The memory did not answer; the issue may or may not exist.")
        return Created(ticket)

    def _unfit(self, title: str) -> str | None:
        if not title.strip():
            return "The title is empty."
        if "\0" in title:
            return "The title holds a NUL character."
        if len(title) > self.tracker.title_limit:
            return f"The title is longer than {self.tracker.title_limit} characters."
        return None


class MemoryPlugin:
    """The plugin of kind ``memory``; each scope is the tracker of that name, made when first opened."""

    name = "memory"

    def __init__(self, **trackers: MemoryTracker) -> None:
        self.trackers = trackers

    def settings_model(self) -> type[BaseModel]:
        return _memory_settings()

    def reference(self, settings: Any, text: str, /) -> str | None:
        tracker = self.trackers.get(settings.project)
        prefix = re.escape(tracker.prefix if tracker else settings.project.upper())
        found = re.fullmatch(
            rf"(?:https://memory\.invalid/browse/)?({prefix}-[1-9]\d*)(?:#.*)?", text.strip()
        )
        return found[1] if found else None

    def connect(self, settings: Any, outside: Outside, /) -> Connector:
        name = settings.project
        if name not in self.trackers:
            self.trackers[name] = MemoryTracker(outside.now, prefix=name.upper())
        return MemoryConnector(self.trackers[name])


@functools.cache
def _memory_settings() -> type[BaseModel]:
    # pydantic is heavy, and the contract needs none of it.
    from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

    class MemorySettings(BaseModel):
        """``project`` names the tracker in memory; without it, the scope's own name does."""

        model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)
        project: str = ""

        @field_validator("project")
        @classmethod
        def _named(cls, project: str, info: ValidationInfo) -> str:
            return project or str((info.context or {}).get("scope", "memory"))

    return MemorySettings


def _error(fault: Fault | None) -> ConnectorError:
    later = "Try again later."
    match fault:
        case Fault.RATE_LIMITED:
            return RateLimited("The memory is asked too often.", retry_after=timedelta(minutes=1), hint=later)
        case Fault.UNAUTHORIZED:
            return Unauthorized("The memory refuses the token.", hint="Make a new one.")
        case Fault.FORBIDDEN:
            return Unauthorized("The token may not do this.", hint="Give it the permission.")
        case Fault.GONE:
            return NotFound("The project is not there.", hint="Check its name.")
        case Fault.REFUSED:
            return Rejected("The memory refuses a value.", hint="Change it.")
        case _:
            return Unreachable("The memory does not answer.", hint=later)


# --- the contract ---------------------------------------------------------------------------------

HOSTILE: Final[Mapping[str, str]] = {
    "pipes": "a | b || c |",
    "backticks": "run `rm` and ```` then ```",
    "markdown": "# not *a* [link](https://evil.example) ![i](x) ~~no~~ - [ ] 1. > <b>&amp;",
    "jira": "{code}*b*{code} {color:red}x{color} [~sam] [a|https://evil.example] !i.png! h1. bq. \\\\",
    "adf": '{"type": "doc", "version": 1, "content": [{"type": "text"}]}',
    "html": "<script>alert(1)</script><img src=x onerror=y>",
    "mentions": "@sam @acme/ops #12 GH-7 acme/web#3 OPS-1 fixes #1",
    "crlf": "first\r\nsecond\rthird\nfourth",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea e\u0301 \u2764\ufe0f",
    "right-to-left": "\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c \u0645\u0631\u062d\u0628\u0627",
    "long": "word " * 59 + "words",
    "one-long-word": "x" * 300,
    "astral": "\U0001f600" * 300,
    "our-footer": "Filed by followthrough, 7f3k9q2m8dxa. What is this?",
    "our-marker": "<!-- followthrough:1 7f3k9q2m8dxa other.md -->",
    "our-marker-last": "innocent\n<!-- followthrough:1 7f3k9q2m8dxa other.md -->",
    "our-link": "[OPS-12, done](https://acme.example/browse/OPS-12#ft-7f3k9q2m8dxa)",
    "template": "%s {0} ${HOME} $(id) `id` {{ x }} \\u0000 %00",
    "jql": '" OR project is not EMPTY ORDER BY key --',
    "c0-controls": "bell \x07 escape \x1b[31mred\x1b[0m",
}
"""Titles and texts that break careless connectors, by what is odd about them."""


class ConnectorContract:
    """What every connector keeps, as pytest cases; subclass it in the connector's own tests.

    A subclass must give :meth:`connector` and, where the connector can show errors, :meth:`broken`.
    ``cannot_show`` declares what it cannot show, with the reason with which that case is skipped: by
    the name of an error class (``"RateLimited"``), a state (``"blocked"``) or a case without
    ``test_`` (``"opening_requests_nothing"``). Fields in ``features.cannot_store`` are skipped.
    """

    cannot_show: ClassVar[Mapping[str, str]] = {}
    people: ClassVar[tuple[str, str]] = ("sam", "kim")
    """Two accounts that issues can be assigned to."""
    priorities: ClassVar[tuple[str, str]] = ("High", "Low")
    absent: ClassVar[str] = "ZZZ-987654"
    """A key or id of an issue that is not there."""
    bulk: ClassVar[int] = 250
    """How many issues make more than one page."""

    # What a subclass gives.

    def connector(self) -> Connector:
        """Open the scope of the running case: empty at first, and the same one with each call."""
        raise NotImplementedError

    def broken(self, kind: type[ConnectorError]) -> Connector:
        """Open a scope all of whose requests meet that error; it need not be that of the case."""
        raise NotImplementedError(f"say how {kind.__name__} is shown, or why not in cannot_show")

    def traffic(self) -> object:
        """Something that differs after any request; ``None`` where there is nothing to watch."""
        return None

    def settle(self) -> None:
        """Let so much time pass in the tracker that its listings show what was written."""

    # What the cases share.

    def draft(self, number: int = 1, **fields: Any) -> Draft:
        """A draft whose id is made from a number."""
        body: Body = (
            Paragraph((Inline("Promised in "), Inline("a postmortem", href="https://acme.example/pm"))),
            Quote((Inline("Alert on the pool", strong=True),)),
            Footer((Inline("Filed by followthrough."),)),
        )
        values = {"title": f"Measure {number}", "document": "postmortems/a b.md", "body": body, **fields}
        return Draft(id=f"{number:0>12}", **values)

    def created(self, connector: Connector, draft: Draft) -> Ticket:
        """Create one and expect success."""
        (outcome,) = connector.create([draft])
        assert isinstance(outcome, Created), outcome
        self.settle()
        return outcome.ticket

    def need(self, *subjects: str) -> None:
        """Skip the running case if one of the subjects is declared in ``cannot_show``."""
        for subject in subjects:
            if subject in self.cannot_show:
                _skip(f"{subject}: {self.cannot_show[subject]}")

    def need_fields(self, connector: Connector, *names: str) -> None:
        """Skip the running case if the tracker has no place for one of the fields."""
        for name in names:
            if name in connector.features.cannot_store:
                _skip(f"this tracker has no {name}")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give the cases their parameters; a method, so that importing this needs no pytest."""
        given: dict[str, tuple[Sequence[object], Callable[[Any], str]]] = {
            "hostile": (list(HOSTILE), str),
            "state": (list(State), lambda state: state.value),
            "kind": ([Unauthorized, NotFound, Unreachable, RateLimited], lambda kind: kind.__name__),
            "method": (["check", "create", "fetch", "changed", "owned", "update"], str),
        }
        for name in set(given) & set(metafunc.fixturenames):
            values, title = given[name]
            metafunc.parametrize(name, values, ids=[title(value) for value in values])

    # Opening and looking.

    def test_opening_requests_nothing(self) -> None:
        self.need("opening_requests_nothing")
        before = self.traffic()
        if before is None:
            _skip("traffic() watches nothing")
        with self.connector() as connector:
            assert isinstance(connector.features, Features)
        assert self.traffic() == before

    def test_nothing_to_do_requests_nothing(self) -> None:
        with self.connector() as connector:
            before = self.traffic()
            assert list(connector.create([])) == []
            assert dict(connector.fetch([])) == {}
            assert self.traffic() == before

    def test_check_describes_and_changes_nothing(self) -> None:
        with self.connector() as connector:
            check = connector.check()
            assert check.place
            assert check.findings
            assert all(finding.subject and finding.message for finding in check.findings)
            assert not [finding for finding in check.findings if finding.ok is False]
            assert list(connector.owned()) == []

    # Creating and finding.

    def test_created_ticket_is_found_by_its_marker(self) -> None:
        with self.connector() as connector:
            draft = self.draft()
            ticket = self.created(connector, draft)
            assert ticket.marker == draft.id
            assert ticket.title == draft.title
            assert ticket.state is State.OPEN
            assert ticket.native_status
            assert ticket.id
            assert ticket.key
            assert ticket.closed is None
            assert ticket.created.utcoffset() is not None
            assert ticket.updated >= ticket.created
            assert [found.marker for found in connector.owned()] == [draft.id]
            assert [found.id for found in connector.owned()] == [ticket.id]

    def test_outcomes_come_one_a_draft_in_order(self) -> None:
        with self.connector() as connector:
            drafts = [self.draft(n, title="a \0 b" if n == 3 else f"Measure {n}") for n in range(1, 6)]
            outcomes = connector.create(drafts)
            self.settle()
            made = [o.ticket.marker if isinstance(o, Created) else type(o) for o in outcomes]
            assert made == [Refused if draft.id.endswith("3") else draft.id for draft in drafts]
            assert isinstance(refused := outcomes[2], Refused)
            assert refused.reason
            assert len(connector.owned()) == 4

    def test_fields_are_stored_with_the_create(self) -> None:
        fields: dict[str, Any] = {
            "assignee": self.people[0],
            "due": date(2027, 2, 28),
            "priority": self.priorities[0],
            "labels": ("postmortem", "preventive"),
        }
        with self.connector() as connector:
            can = {k: v for k, v in fields.items() if k not in connector.features.cannot_store}
            ticket = self.created(connector, self.draft(**can))
            read = connector.fetch([ticket.id])[ticket.id]
            for name, value in can.items():
                if name == "labels":
                    assert set(value) <= set(read.labels)
                else:
                    assert getattr(read, name) == value, name

    def test_same_id_twice_is_one_issue_where_ids_are_accepted(self) -> None:
        with self.connector() as connector:
            if not connector.features.idempotent:
                _skip("this tracker accepts no id of ours")
            ticket = self.created(connector, self.draft())
            outcomes = connector.create([self.draft(title="Another"), self.draft(2), self.draft(2)])
            tickets = [outcome.ticket for outcome in outcomes if isinstance(outcome, Created)]
            assert [found.id for found in tickets[:1]] == [ticket.id]
            assert tickets[0].title == ticket.title
            assert tickets[1].id == tickets[2].id
            assert len(connector.owned()) == 2

    def test_fetch_takes_ids_and_keys_and_leaves_absent_ones_out(self) -> None:
        with self.connector() as connector:
            first, second = (self.created(connector, self.draft(n)) for n in (1, 2))
            found = connector.fetch({first.id, second.key, self.absent})
            assert {ref: ticket.marker for ref, ticket in found.items()} == {
                first.id: first.marker,
                second.key: second.marker,
            }
            assert dict(connector.fetch([self.absent])) == {}

    def test_many_are_created_fetched_and_listed_whole(self) -> None:
        with self.connector() as connector:
            outcomes = connector.create([self.draft(n) for n in range(1, self.bulk + 1)])
            tickets = [outcome.ticket for outcome in outcomes if isinstance(outcome, Created)]
            assert len(tickets) == self.bulk
            connector.update(tickets[0].id, Change(state=State.DONE))
            self.settle()
            refs = [t.id if number % 2 else t.key for number, t in enumerate(tickets)]
            found = connector.fetch([*refs, self.absent])
            assert set(found) == set(refs)
            assert sorted(t.id for t in connector.owned()) == sorted(t.id for t in tickets)
            assert {t.id for t in connector.changed(None).tickets} >= {t.id for t in tickets}

    # What changed.

    def test_changed_starts_with_everything_and_goes_on_from_a_cursor(self) -> None:
        with self.connector() as connector:
            start = connector.changed(None)
            assert start.tickets == ()
            first = self.created(connector, self.draft(1))
            after_first = connector.changed(start.cursor)
            assert first.id in [ticket.id for ticket in after_first.tickets]
            second = self.created(connector, self.draft(2))
            assert second.id in [ticket.id for ticket in connector.changed(after_first.cursor).tickets]
            both = {first.id, second.id}
            assert {ticket.id for ticket in connector.changed(start.cursor).tickets} == both
            assert {ticket.id for ticket in connector.changed(None).tickets} == both

    def test_changed_misses_no_update(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            cursor = connector.changed(None).cursor
            for number in range(8):
                connector.update(ticket.id, Change(title=f"Title {number}"))
                self.settle()
                changes = connector.changed(cursor)
                assert [t.title for t in changes.tickets if t.id == ticket.id] == [f"Title {number}"]
                cursor = changes.cursor

    # Updating.

    def test_update_sets_each_field_and_none_clears_it(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft(labels=()))
            values: dict[str, tuple[Any, ...]] = {
                "title": ("A new title",),
                "assignee": (self.people[0], self.people[1], None),
                "due": (date(2027, 1, 31), date(2026, 12, 1), None),
                "priority": (self.priorities[0], self.priorities[1]),
            }
            if "priority" not in self.cannot_show:
                values["priority"] += (None,)
            for name in values.keys() - connector.features.cannot_store:
                for value in values[name]:
                    change = Change(**{name: value})
                    assert getattr(connector.update(ticket.id, change), name) == value, (name, value)
                    assert getattr(connector.fetch([ticket.id])[ticket.id], name) == value, (name, value)

    def test_update_sets_and_clears_labels(self) -> None:
        with self.connector() as connector:
            self.need_fields(connector, "labels")
            ticket = self.created(connector, self.draft(labels=("one",)))
            ours = set(ticket.labels) - {"one"}
            for labels in (("one", "two"), ("three",), ()):
                read = connector.update(ticket.id, Change(labels=labels))
                # A label that the connector itself needs to find its issues stays.
                assert set(read.labels) - ours == set(labels)
                assert [found.id for found in connector.owned()] == [ticket.id]

    def test_update_takes_a_backlink_and_a_key(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            change = Change(backlink="https://acme.example/pm?a=1&b=2#x", title="By key")
            assert connector.update(ticket.key, change).title == "By key"
            assert connector.update(ticket.key, change).id == ticket.id

    def test_setting_what_is_so_changes_nothing(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            cursor = connector.changed(None).cursor
            same = Change(title=ticket.title, state=ticket.state, assignee=ticket.assignee)
            assert connector.update(ticket.id, same) == ticket
            assert connector.update(ticket.id, Change()) == ticket
            self.settle()
            assert [t for t in connector.changed(cursor).tickets if t != ticket] == []

    def test_update_of_an_absent_issue_raises_not_found(self) -> None:
        with self.connector() as connector:
            error = _raised(NotFound, lambda: connector.update(self.absent, Change(title="x")))
            assert error.message
            assert list(connector.owned()) == []

    def test_state_can_be_set_and_read(self, state: State) -> None:
        self.need(state.value)
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            read = connector.update(ticket.id, Change(state=state))
            assert read.state is state
            assert read.native_status
            assert connector.fetch([ticket.id])[ticket.id] == read
            assert (read.closed is not None) == state.closed
            assert [found.state for found in connector.owned()] == [state]

    def test_closing_sets_a_time_and_reopening_takes_it_away(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            for state in (State.DONE, State.DROPPED):
                if state.value in self.cannot_show:
                    continue
                closed = connector.update(ticket.id, Change(state=state)).closed
                assert closed is not None
                assert closed.utcoffset() is not None
                reopened = connector.update(ticket.id, Change(state=State.OPEN))
                assert reopened.closed is None
                assert reopened.state is State.OPEN

    # Words from documents that anybody may have written.

    def test_hostile_title_survives_or_is_refused(self, hostile: str) -> None:
        title = HOSTILE[hostile]
        with self.connector() as connector:
            (outcome,) = connector.create([self.draft(title=title)])
            self.settle()
            if isinstance(outcome, Refused):
                assert outcome.reason
                assert list(connector.owned()) == []
                return
            assert isinstance(outcome, Created), outcome
            (owned,) = connector.owned()
            assert owned.marker == outcome.ticket.marker == self.draft().id
            assert _same_words(owned.title, title), owned.title
            assert _same_words(connector.fetch([owned.id])[owned.id].title, title)

    def test_hostile_text_leaves_the_marker_alone(self, hostile: str) -> None:
        text = HOSTILE[hostile]
        body: Body = (
            Paragraph((Inline(text, strong=True),)),
            Quote((Inline(text),)),
            Footer((Inline(text),)),
        )
        with self.connector() as connector:
            (outcome,) = connector.create([self.draft(body=body, document="a -- > | `b`.md")])
            self.settle()
            markers = [ticket.marker for ticket in connector.owned()]
            assert markers == ([] if isinstance(outcome, Refused) else [self.draft().id])

    def test_hostile_title_can_be_set_or_is_rejected(self, hostile: str) -> None:
        title = HOSTILE[hostile]
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            read = _result(lambda: connector.update(ticket.id, Change(title=title)))
            if isinstance(read, Ticket):
                assert _same_words(read.title, title), read.title
                assert read.marker == ticket.marker
            else:
                assert isinstance(read, Rejected), repr(read)
                assert read.message
                assert connector.fetch([ticket.id])[ticket.id].title == ticket.title

    def test_nul_is_refused_and_rejected(self) -> None:
        with self.connector() as connector:
            (outcome,) = connector.create([self.draft(title="a\0b")])
            assert isinstance(outcome, Refused)
            ticket = self.created(connector, self.draft(2))
            assert _raised(Rejected, lambda: connector.update(ticket.id, Change(title="a\0b"))).message
            assert [found.title for found in connector.owned()] == [ticket.title]

    # Errors.

    def test_error_is_one_of_the_seam(self, kind: type[ConnectorError], method: str) -> None:
        self.need(kind.__name__, f"{kind.__name__} {method}")
        calls: dict[str, Callable[[Connector], object]] = {
            "check": lambda c: c.check(),
            "create": lambda c: c.create([self.draft()]),
            "fetch": lambda c: c.fetch([self.absent]),
            "changed": lambda c: c.changed(None),
            "owned": lambda c: c.owned(),
            "update": lambda c: c.update(self.absent, Change(title="x")),
        }
        with self.broken(kind) as connector:
            result = _result(lambda: calls[method](connector))
        # Two methods may answer instead of raising: with an outcome, and with a diagnosis.
        if method == "create" and isinstance(result, Sequence):
            assert [type(outcome) for outcome in result] in ([Refused], [Unknown])
        elif isinstance(result, Check):
            assert [finding for finding in result.findings if finding.ok is not True and finding.message]
        else:
            assert isinstance(result, kind), f"{method} gave {result!r} instead of raising {kind.__name__}"
            assert result.message
            assert not isinstance(result, RateLimited) or result.retry_after > timedelta(0)


def _same_words(read: str, written: str) -> bool:
    # A title is one line in most trackers, so white space may be folded.
    return read == written or read.split() == written.split()


def _result(call: Callable[[], object]) -> object:
    """What the call returns, or the seam's error that it raises."""
    try:
        return call()
    except ConnectorError as error:
        return error


def _raised(kind: type[ConnectorError], call: Callable[[], object]) -> ConnectorError:
    result = _result(call)
    assert isinstance(result, kind), f"gave {result!r} instead of raising {kind.__name__}"
    return result


def _skip(reason: str) -> NoReturn:
    import pytest

    pytest.skip(reason)
