"""A tracker in memory that fails when it is told to, and the connector and plugin for it."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

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
    NotFound,
    Outcome,
    Outside,
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
    from pydantic import BaseModel


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
    hidden: bool = False
    old_refs: set[str] = field(default_factory=set)


class MemoryTracker:
    """A tracker that lasts as long as this object, and fails when it is told to.

    ``now`` is its clock. ``lag`` is how long its listings miss a new issue, which can be fetched by
    id at once. ``account`` is who its connector creates issues as; to those of ``left`` nothing can be
    assigned any more. ``says`` is told beside each issue that is created. ``reads`` and ``writes``
    count the requests by the name of the connector's method.
    What a test does by :meth:`add`, :meth:`edit`, :meth:`move`, :meth:`duplicate`, :meth:`hide` and
    :meth:`delete` is what people do.
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
        home: bool = False,
        account: str = "bot",
        left: Collection[str] = (),
    ) -> None:
        self.now = now
        self.prefix = prefix
        self.features = features
        self.lag = lag
        self.title_limit = title_limit
        self.states = frozenset(states)
        self.public = public
        self.home = home
        self.says: tuple[str, ...] = ()
        self.account = account
        self.left = frozenset(left)
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
        other = new.duplicate_of if new.state is State.DROPPED else None
        word = issue.ticket.native_status if other else new.state.words
        return self._changed(issue, replace(new, native_status=word, closed=closed, duplicate_of=other))

    def move(self, ref: str, key: str, *, id: str | None = None) -> Ticket:
        """Move an issue to another project: a new key and address; the old key leads there.

        It keeps its id, unless it gets a new one as well; then the old id leads there, too.
        """
        issue = self._issue(ref)
        old, new = issue.ticket, id or issue.ticket.id
        issue.old_refs |= {old.key, old.id}
        if new != old.id:
            self._issues[new] = self._issues.pop(old.id)
        url = f"https://memory.invalid/browse/{key}"
        return self._changed(issue, replace(old, id=new, key=key, url=url))

    def duplicate(self, ref: str, of: str) -> Ticket:
        """Close an issue as a duplicate of another, which may be an address elsewhere."""
        other, issue = self.find(of), self._issue(ref)
        closed = replace(issue.ticket, state=State.DROPPED, native_status="duplicate", closed=self.now())
        return self._changed(issue, replace(closed, duplicate_of=other.id if other else of))

    def hide(self, ref: str, *, hidden: bool = True) -> None:
        """Keep an issue from our account, as a level of security does; it is there all the same."""
        self._issue(ref).hidden = hidden

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
            issue = self._issue(ref)
        except KeyError:
            return None
        return None if issue.hidden else issue.ticket

    def marked(self, marker: str) -> Ticket | None:
        """The oldest issue with that marker."""
        return next((ticket for ticket in self.tickets if ticket.marker == marker), None)

    def listed(self) -> Iterator[tuple[int, Ticket]]:
        """The issues that listings show by now, each with the number of its last change."""
        now = self.now()
        for issue in sorted(self._issues.values(), key=lambda issue: issue.change):
            if issue.seen_from <= now and not issue.hidden:
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
            if ref.upper() == issue.ticket.key or ref.upper() in issue.old_refs:
                return issue
        raise KeyError(ref)

    def change_at(self, moment: datetime) -> int:
        """The number of the last change before all that was updated from that moment on."""
        later = [issue.change for issue in self._issues.values() if issue.ticket.updated >= moment]
        return min(later) - 1 if later else self._changes

    def _changed(self, issue: _Issue, ticket: Ticket) -> Ticket:
        self._changes += 1
        issue.change = self._changes
        issue.ticket = replace(ticket, updated=self.now())
        return issue.ticket


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
            findings=(finding,),
            account=tracker.account,
            place=f"{tracker.prefix} in memory",
            public=tracker.public,
            home=tracker.home,
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

    def cursor_at(self, moment: datetime, /) -> str:
        return str(self.tracker.change_at(moment))

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

    def where(self, keys: Sequence[str], /) -> str:
        return f"https://memory.invalid/issues?keys={','.join(keys)}"

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
        if draft.assignee in tracker.left:
            return Refused(f"{draft.assignee} cannot be assigned issues here.")
        tracker.writes["create"] += 1
        fault = tracker.fault("create")
        if fault is Fault.LOST_BEFORE:
            return Unknown("The memory did not answer; the issue may or may not exist.")
        if fault in (Fault.REFUSED, Fault.RATE_LIMITED):
            error = _error(fault)
            return Refused(error.message, error.retry_after if isinstance(error, RateLimited) else None)
        if fault is not None and fault is not Fault.LOST_AFTER:
            return _error(fault)
        known = tracker.marked(draft.id) if self.features.idempotent else None
        if known is not None:
            ticket = known
        else:
            fields = {name: getattr(draft, name) for name in ("assignee", "due", "priority", "labels")}
            kept = {name: value for name, value in fields.items() if name not in self.features.cannot_store}
            ticket = tracker.add(
                draft.title, marker=draft.id, body=draft.body, author=tracker.account, **kept
            )
        if fault is Fault.LOST_AFTER:
            return Unknown("The memory did not answer; the issue may or may not exist.")
        return Created(ticket, tracker.says)

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
