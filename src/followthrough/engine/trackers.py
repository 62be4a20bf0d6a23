"""The trackers of one run: opened when first needed, asked in bulk, failing one scope at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from followthrough import registry
from followthrough.connector import (
    Connector,
    ConnectorError,
    Features,
    Outside,
    Plugin,
    RateLimited,
    Ticket,
    Unauthorized,
)
from followthrough.http import Transport
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
    ) -> None:
        self._settings = settings
        self._root = root
        self._file = settings_file
        self._outside = outside
        self._load = load
        self._guard = guard
        self._open: dict[str, Connector] = {}
        self._stack = ExitStack()
        self.refused: list[str] = []
        """Scopes whose credentials were refused."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def get(self, scope: str) -> Connector:
        """The connector of a scope.

        Raises :class:`followthrough.settings.SettingsError` for a scope or kind that is not there.
        """
        if scope not in self._open:
            plugin, options = self._plugin(scope)
            outside = self._outside_of(scope)
            self._open[scope] = self._stack.enter_context(plugin.connect(options, outside))
        return self._open[scope]

    def _outside_of(self, scope: str) -> Outside:
        """The world outside, reached in the way that the scope's section says."""
        network = self._settings.scopes()[scope].network(self._root)
        if network is not None and isinstance(self._outside, Transport):
            return self._outside.through(network)
        return self._outside

    def _plugin(self, scope: str) -> tuple[Plugin, object]:
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

    def look(
        self, wanted: Mapping[str, Collection[str]], *, listing: Collection[str]
    ) -> dict[str, ScopeView]:
        """Ask each scope for the tickets wanted of it, and those in ``listing`` for all of ours.

        A scope that fails is a view with ``error``; the others are asked all the same.
        """
        return {
            scope: self._view(scope, wanted.get(scope, ()), scope in listing) for scope in {*wanted, *listing}
        }

    def _view(self, scope: str, ids: Collection[str], listing: bool) -> ScopeView:
        connector = self.get(scope)
        try:
            refreshed = dict(connector.fetch(sorted(ids))) if ids else {}
            owned = _by_marker(connector) if listing else None
        except ConnectorError as error:
            if isinstance(error, Unauthorized):
                self.refused.append(scope)
            late = isinstance(error, RateLimited)
            return ScopeView(name=scope, features=self.features(scope), error=str(error), come_back=late)
        return ScopeView(
            name=scope,
            features=self.features(scope),
            place=scope,
            refreshed=refreshed,
            asked=frozenset(ids),
            owned=owned,
        )

    def unasked(self) -> dict[str, ScopeView]:
        """Every configured scope without asking any."""
        scopes = self._settings.scopes()
        return {scope: ScopeView(name=scope, features=self.features(scope), place=scope) for scope in scopes}


def _by_marker(connector: Connector) -> dict[str, tuple[Ticket, ...]]:
    found: dict[str, tuple[Ticket, ...]] = {}
    for ticket in connector.owned():
        if ticket.marker:
            found[ticket.marker] = (*found.get(ticket.marker, ()), ticket)
    return found
