"""The trackers of one run: opened when first needed, asked in bulk, failing one scope at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from followthrough import registry
from followthrough.connector import (
    Check,
    Connector,
    ConnectorError,
    Features,
    Outside,
    Plugin,
    RateLimited,
    Ticket,
    Unauthorized,
)
from followthrough.engine.delta import Deltas
from followthrough.engine.mutations import Note, no_note
from followthrough.engine.watching import Broken, Health, Watched, fault
from followthrough.http import Breaker, Transport
from followthrough.ledger import Scope, Snapshot
from followthrough.model import Reference
from followthrough.planning.readings import ScopeView
from followthrough.settings import Guard, Settings, SettingsError, line_of, validate_tracker


class Trackers:
    """Connectors by scope name. A context manager that closes what it opened."""

    def __init__(
        self,
        settings: Settings,
        root: Path,
        settings_file: Path | None,
        outside: Outside,
        load: Callable[[str], Plugin] = registry.load,
        guard: Guard | None = None,
        note: Note = no_note,
        known: Callable[[], Mapping[str, Scope]] = dict,
    ) -> None:
        self._known = known
        """What the ledger holds of the scopes."""
        self._settings = settings
        self._root = root
        self._file = settings_file
        self._outside = outside
        self._load = load
        self._guard = guard
        self._note = note
        self._open: dict[str, Watched] = {}
        self.health: dict[str, Health] = {}
        """How the opened scopes do in this run."""
        self._breakers: dict[str, Breaker] = {}
        self._plugins: dict[str, tuple[Plugin, object]] = {}
        self._stack = ExitStack()
        self.faults: dict[str, str] = {}
        """Scopes whose connector failed in reading a text, and what that means: a sentence each."""
        self.refused: list[str] = []
        """Scopes whose credentials were refused."""
        self.failed: dict[str, ScopeView] = {}
        """Scopes that :meth:`page` could not ask, as they are seen then; they are not asked again."""
        self._answers: dict[str, dict[str, Ticket | None]] = {}
        self.deltas = Deltas(outside.now())
        """A run that covers every ticket puts its own here."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def get(self, scope: str) -> Watched:
        """The connector of a scope.

        Raises :class:`followthrough.settings.SettingsError` for a scope or kind that is not there.
        """
        if scope not in self._open:
            plugin, options = self._plugin(scope)
            outside = self._outside_of(scope)
            self.health[scope] = Health(scope)
            watched = Watched(_made(plugin, options, outside), self.health[scope], self._note)
            if recognise := getattr(watched, "recognise", None):
                record = self._known().get(scope)
                recognise(record.identity if record else None)
            self._open[scope] = self._stack.enter_context(watched)
        return self._open[scope]

    def _outside_of(self, scope: str) -> Outside:
        """The world outside, reached in the way that the scope's section says."""
        network = self._settings.scopes()[scope].network(self._root)
        if isinstance(self._outside, Transport):
            # Of its own even where nothing is said: one scope that fails does not turn off another.
            outside = self._outside.through(network)
            self._breakers[scope] = outside.breaker
            return outside
        return self._outside

    def _plugin(self, scope: str) -> tuple[Plugin, object]:
        """The scope's plugin and settings, looked up once: each reference in a document asks for them."""
        if scope not in self._plugins:
            self._plugins[scope] = self._found(scope)
        return self._plugins[scope]

    def _found(self, scope: str) -> tuple[Plugin, object]:
        tracker = self._settings.scopes().get(scope)
        if tracker is None:
            raise SettingsError(
                f"There is no [trackers.{scope}] any more, but tickets live there. Add it again."
            )
        try:
            plugin = self._load(tracker.kind)
        except registry.UnknownConnector as error:
            raise SettingsError(f"{self._place(scope)}: {error}") from error
        model = plugin.settings_model()
        return plugin, validate_tracker(model, tracker, scope, self._root, self._file, self._guard)

    def _place(self, scope: str) -> str:
        """File and line of the scope's kind, for messages."""
        if self._file is None:
            return f"[trackers.{scope}]"
        text = self._file.read_text(encoding="utf-8")
        return f"{self._file}:{line_of(text, ('trackers', scope, 'kind'))}: [trackers.{scope}]"

    def features(self, scope: str) -> Features:
        """What the scope's tracker can do, with the waiting time of the settings. Requests nothing."""
        features = self.get(scope).features
        settle = self._settings.scopes()[scope].settle
        return features if settle is None else replace(features, settle=settle)

    def where(self, scope: str, keys: Sequence[str]) -> str:
        """Where a person sees these issues together; empty where the connector does not say."""
        offer = getattr(self.get(scope), "where", None)
        return str(offer(keys)) if offer and keys else ""

    def off(self) -> dict[str, str]:
        """The scopes that are left alone for the rest of this run, and why: a sentence each."""
        found = {}
        for scope, health in self.health.items():
            breaker = self._breakers.get(scope)
            wasted = max(health.wasted, breaker.wasted if breaker else 0)
            if health.off or (breaker and breaker.off):
                why = health.off or f"Left alone for the rest of this run: {breaker.off if breaker else ''}."
                found[scope] = f"{why} {wasted} requests were in vain; the next run tries again."
        return found

    def earliest(self, now: datetime) -> datetime:
        """``now``, or earlier where a tracker's clock is behind ours: for judging whether a wait is over."""
        return min(now, self._outside.earliest_now()) if isinstance(self._outside, Transport) else now

    def latest(self, now: datetime) -> datetime:
        """``now``, or later where a tracker's clock is ahead of ours: for noting when a wait begins."""
        return max(now, self._outside.latest_now()) if isinstance(self._outside, Transport) else now

    @property
    def requests(self) -> int:
        """How many requests went over the network so far."""
        return self._outside.requests if isinstance(self._outside, Transport) else 0

    def resolve(self, reference: Reference) -> tuple[str, str] | None:
        """The scope and key that a reference names by its looks; asks no tracker."""
        for scope in self._settings.scopes():
            plugin, options = self._plugin(scope)
            for text in (reference.url, reference.text):
                key = self._key(scope, plugin, options, text) if text else None
                if key is not None:
                    return scope, key
        return None

    def _key(self, scope: str, plugin: Plugin, options: object, text: str) -> str | None:
        """The key that a text names in a scope; a connector that fails here follows nothing, that is all."""
        try:
            return plugin.reference(options, text)
        except Exception as error:  # noqa: BLE001  (code of anybody)
            self.faults[scope] = f"{fault(error)} What the text says of its issues is not followed."
            return None

    def look(
        self,
        questions: Mapping[str, Question],
        known: Snapshot = Snapshot(),  # noqa: B008  (frozen)
    ) -> dict[str, ScopeView]:
        """Ask each scope what there is to ask of it; ``known`` is what the ledger holds of its tickets.

        A scope that fails is a view with ``error``; the others are asked all the same.
        """
        return {scope: self._view(scope, question, known) for scope, question in sorted(questions.items())}

    def _view(self, scope: str, question: Question, known: Snapshot) -> ScopeView:
        if scope in self.failed:
            return self.failed[scope]
        begun = self._outside.now()
        try:
            found = self._answered(scope, {*question.ids, *question.keys}, known)
            listing = self.listing(scope) if question.listing else None
        except ConnectorError as error:
            return self._failing(scope, error)
        check = listing.check if listing else None
        return replace(
            self._unasked(scope),
            place=(check.place if check else "") or scope,
            account=check.account if check else "",
            wrong=tuple(
                f"{one.message} {one.cure}".strip()
                for one in (check.findings if check else ())
                if one.ok is False
            ),
            public=check.public if check else None,
            may_publish=bool(self._settings.scopes()[scope].public or (check and check.home)),
            refreshed={id: found[id] for id in sorted(question.ids) if id in found},
            asked=frozenset(question.ids),
            by_key={key: found[key] for key in sorted(question.keys) if key in found},
            owned=listing.owned if listing else None,
            listed_at=begun if listing else None,
            strangers=listing.strangers if listing else {},
        )

    def listing(self, scope: str) -> Listing:
        """One complete listing of a scope, its markers judged by who created the issues.

        Raises :class:`followthrough.connector.ConnectorError`: a read error is no empty answer.
        """
        connector = self.get(scope)
        listed = connector.owned()
        asking = not connector.features.private or any(one.author for one in listed)
        check = connector.check() if asking else None
        ours = _ours(check, self._settings.scopes()[scope].authors)
        return Listing(
            owned=_by_marker(one for one in listed if ours(one)),
            strangers=_by_marker(one for one in listed if not ours(one)),
            check=check,
        )

    def _answered(self, scope: str, refs: Collection[str], known: Snapshot) -> dict[str, Ticket]:
        """The tickets of these refs; what was kept of earlier answers is not asked for again."""
        kept = self._answers.get(scope, {})
        by_key = {ticket.key: ticket for ticket in kept.values() if ticket is not None}
        found = {ref: ticket for ref in refs if (ticket := kept.get(ref) or by_key.get(ref)) is not None}
        left = sorted(ref for ref in refs if ref not in kept and ref not in found)
        return found | self.deltas.fetch(scope, self.get(scope), left, known) if left else found

    def _failing(self, scope: str, error: ConnectorError) -> ScopeView:
        if isinstance(error, Unauthorized):
            self.refused.append(scope)
        late = isinstance(error, RateLimited)
        return replace(self._unasked(scope), error=str(error), come_back=late)

    def page(self, scope: str, refs: Collection[str], known: Snapshot) -> Mapping[str, Ticket] | None:
        """Some tickets of a scope, by ref, not to be kept; ``None`` once it could not be asked."""
        if scope in self.failed:
            return None
        try:
            return self.deltas.fetch(scope, self.get(scope), refs, known)
        except ConnectorError as error:
            self.failed[scope] = self._failing(scope, error)
            return None

    def keep(self, scope: str, answers: Mapping[str, Ticket | None]) -> None:
        """Remember what :meth:`page` answered, ``None`` for what it did not find, for :meth:`look`."""
        self._answers.setdefault(scope, {}).update(answers)

    def read_whole(self, but: Collection[str]) -> dict[str, dict[str, Any]]:
        """By scope, what changes of its record where the next run may ask for changes only.

        ``but`` are scopes of which something was not read or not learned.
        """
        asked = [scope for scope in self._open if scope not in but and scope not in self.failed]
        learned = {scope: self.deltas.learned(scope, self.get(scope)) for scope in sorted(asked)}
        for scope, connector in self._open.items():
            if identity := getattr(connector, "identity", str)():
                learned.setdefault(scope, {})["identity"] = identity
        return learned

    def unasked(self) -> dict[str, ScopeView]:
        """Every configured scope without asking any."""
        return {scope: self._unasked(scope) for scope in self._settings.scopes()}

    def _unasked(self, scope: str) -> ScopeView:
        tracker = self._settings.scopes()[scope]
        return ScopeView(
            name=scope,
            features=self.features(scope),
            place=scope,
            assigns=tracker.assign == "new",
            may_publish=bool(tracker.public),
            news=tuple(getattr(self.get(scope), "news", tuple)()),
        )


def _made(plugin: Plugin, options: object, outside: Outside) -> Connector:
    """A plugin's connector; one that fails while it is made stops its own scope only."""
    try:
        return plugin.connect(options, outside)
    except (ConnectorError, SettingsError):
        raise
    except Exception as error:  # noqa: BLE001  (code of anybody)
        return Broken(error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One complete listing, by marker: the issues that are ours, and those of others that carry one."""

    owned: Mapping[str, tuple[Ticket, ...]]
    strangers: Mapping[str, tuple[Ticket, ...]]
    check: Check | None = None
    """What the tracker said of itself, where that was asked."""


@dataclass(slots=True)
class Question:
    """What one scope is asked: tickets by id, references by key, and whether for all of ours."""

    ids: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    listing: bool = False


def _ours(check: Check | None, authors: Collection[str]) -> Callable[[Ticket], bool]:
    """Whether our account or one of ``authors`` created a ticket; where nobody can say, it is ours."""
    account = (check.author or check.account) if check else ""
    accounts = {_folded(name) for name in (account, *authors)}
    return lambda ticket: not account or ticket.author is None or _folded(ticket.author) in accounts


def _folded(account: str) -> str:
    return account.strip().removeprefix("@").casefold()


def _by_marker(tickets: Iterable[Ticket]) -> dict[str, tuple[Ticket, ...]]:
    found: dict[str, tuple[Ticket, ...]] = {}
    for ticket in tickets:
        if ticket.marker:
            found[ticket.marker] = (*found.get(ticket.marker, ()), ticket)
    return found
