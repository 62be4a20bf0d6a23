"""What a schedule depends on, taken out of the settings; not a single secret is among it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, SecretStr

from followthrough.secrets import is_reference
from followthrough.settings import LOCAL, Settings

NO_LEDGER_HERE: Final = ("git:", "postgresql:")
"""How the address of a ledger begins that does not lie on this machine's disk."""


@dataclass(frozen=True, slots=True, order=True)
class Needed:
    """A secret by its name: ``env``, ``file`` or ``command``, then what follows; and the key it stands at.

    Of a command only the first word is kept: the rest is nobody's business.
    """

    kind: str
    target: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the texts of a schedule are made of."""

    root: Path
    settings_file: Path | None
    program: str = "/usr/local/bin/followthrough"
    user: str = "followthrough"
    at: time = time(2, 30)
    span: timedelta = timedelta(hours=1)
    """How long a run may begin something; it ends a little later."""
    timezone: str = "UTC"
    needs: tuple[Needed, ...] = ()
    documents: tuple[str, ...] = ()
    heartbeat: bool = False
    ledger: str = "sqlite"
    version: str = "0.0.0"
    in_git: bool = False
    inside: str = ""
    """The root's path below its repository's top level; empty at the top."""

    @property
    def lasting(self) -> bool:
        """Whether the ledger outlives a machine that forgets its disk."""
        return self.ledger.startswith(NO_LEDGER_HERE)

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that hold secrets, each once."""
        return tuple(dict.fromkeys(need.target for need in self.needs if need.kind == "env"))

    @property
    def files(self) -> tuple[str, ...]:
        """The files that hold secrets, as the settings name them, each once."""
        return tuple(dict.fromkeys(need.target for need in self.needs if need.kind == "file"))

    @property
    def limit(self) -> str:
        """The time of ``run --for``, as it is written there."""
        minutes = int(self.span.total_seconds()) // 60
        return f"{minutes // 60}h" if not minutes % 60 else f"{minutes}m"

    @property
    def patience(self) -> timedelta:
        """When a scheduler may take a run for hung: what is under way ends within minutes."""
        return self.span + timedelta(minutes=15)

    @property
    def minutes(self) -> int:
        """The same in minutes."""
        return int(self.patience.total_seconds()) // 60

    @property
    def arguments(self) -> tuple[str, ...]:
        """What the program is given every night. A named settings file needs no trust of its own."""
        named = ("--config", str(self.settings_file)) if self.settings_file else ()
        return (*named, "run", "--for", self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Files by name, and the steps that are left to a person, a sentence each."""

    files: Mapping[str, str]
    steps: tuple[str, ...] = ()
    programs: frozenset[str] = frozenset()
    """The files among them that are to be executable."""


def facts_of(settings: Settings, root: Path, settings_file: Path | None, **more: Any) -> Facts:
    """What the settings say that matters to a schedule; ``more`` are the other fields of :class:`Facts`."""
    return Facts(
        root=root,
        settings_file=settings_file,
        timezone=settings.timezone,
        needs=tuple(sorted(set(_needs(settings)))),
        documents=settings.patterns,
        heartbeat=bool(settings.heartbeat.addresses()),
        ledger=settings.ledger.url.partition(":")[0] + ":" * (":" in settings.ledger.url),
        **more,
    )


def _needs(settings: Settings) -> Iterator[Needed]:
    for scope, tracker in settings.trackers.items():
        if tracker.kind != LOCAL:
            yield from _in_options(tracker.options, f"trackers.{scope}")
    for source in settings.confluences:
        yield _needed(source.token, f"sources.{source.name}.token")
    yield from _hidden(settings, "")


def _in_options(value: Any, key: str) -> Iterator[Needed]:
    """References among the options of a tracker, whose keys only its connector knows."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _in_options(inner, f"{key}.{name}")
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _in_options(inner, key)
    elif is_reference(value):
        yield _needed(value, key)


def _hidden(value: Any, key: str) -> Iterator[Needed]:
    """References among the values that hide themselves; an address as good as a password is none."""
    if isinstance(value, SecretStr):
        text = value.get_secret_value()
        if is_reference(text):
            yield _needed(text, key)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _hidden(getattr(value, name), f"{key}.{name}".removeprefix("."))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _hidden(inner, f"{key}.{name}")
    elif isinstance(value, tuple):
        for inner in value:
            yield from _hidden(inner, key)


def _needed(reference: str, key: str) -> Needed:
    kind, _, target = reference.partition(":")
    words = target.split()
    return Needed(kind, words[0] if kind == "command" and words else target.strip(), key)
