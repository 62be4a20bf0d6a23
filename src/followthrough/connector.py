"""The seam: what a connector to a tracker is given, what it gives back, and how it fails.

A connector imports this file (and :mod:`followthrough.http`) and nothing else of the core.
No status code, no SDK class and no untyped mapping crosses it.

Errors, each a sentence with a next step::

    ConnectorError
    ├── Unauthorized    the credentials are refused
    ├── NotFound        the scope or the issue is not there, or not for us
    ├── Rejected        the tracker said no to a value
    └── Unreachable     no usable answer
        └── RateLimited     come back after ``retry_after``
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from followthrough.model import State

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = [
    "ASSIGNEE",
    "UNSET",
    "Body",
    "BodyBlock",
    "Change",
    "Changes",
    "Check",
    "CommandContext",
    "Connector",
    "ConnectorError",
    "Created",
    "Draft",
    "Features",
    "Finding",
    "Footer",
    "Inline",
    "KnowsPeople",
    "NotFound",
    "Outcome",
    "Outside",
    "Paragraph",
    "Plugin",
    "Quote",
    "RateLimited",
    "Recognises",
    "Refused",
    "Rejected",
    "Resumes",
    "Shows",
    "State",
    "Suggests",
    "Surroundings",
    "Ticket",
    "Unauthorized",
    "Unknown",
    "Unreachable",
    "Unset",
    "Wording",
]


# --- errors ---------------------------------------------------------------------------------------


class ConnectorError(Exception):
    """A tracker could not do what was asked. ``message`` is a sentence, ``hint`` the next step."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class Unauthorized(ConnectorError):
    """The credentials are missing, expired, or may not do this."""


class NotFound(ConnectorError):
    """The project, repository or issue does not exist, or is hidden from this account."""


class Rejected(ConnectorError):
    """The tracker understood the request and refused a value in it; nothing was changed."""


class Unreachable(ConnectorError):
    """No answer, or none that can be used; whether a write took effect is not known."""


class RateLimited(Unreachable):
    """The tracker asks to come back later; nothing was changed."""

    def __init__(self, message: str, *, retry_after: timedelta, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


# --- the text of a ticket, neutral of any markup --------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inline:
    """A stretch of text; ``text`` is plain words that a connector must keep from becoming markup."""

    text: str
    href: str | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words of ours."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words copied from the document."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Footer:
    """Small print that names us; a connector that hides its marker in the body puts it after this."""

    inlines: tuple[Inline, ...]


BodyBlock = Paragraph | Quote | Footer
Body = tuple[BodyBlock, ...]


# --- values ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A ticket to be created. ``id`` is the item's id and must be found again by :meth:`Connector.owned`."""

    id: str
    document: str
    """Path of the document within its root, for the marker."""
    title: str
    body: Body
    assignee: str | None = None
    """The account as this tracker names it."""
    due: date | None = None
    priority: str | None = None
    labels: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What else is known, for fields that a tracker's settings fill: ``kind``, ``severity``,
    ``service``, ``team``, ``owner``, ``incident`` (its title), ``date`` (its day), ``url`` (of the document).
    What is not known is not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Our neutral picture of one issue."""

    id: str
    """Immutable: it survives renames and moves of the issue."""
    key: str
    """What people call it, such as ``OPS-12`` or ``FT-3``."""
    url: str
    """Where a person opens it; empty where the tracker has no pages."""
    title: str
    state: State
    native_status: str
    """The tracker's own word for the state."""
    assignee: str | None = None
    due: date | None = None
    priority: str | None = None
    labels: tuple[str, ...] = ()
    created: datetime
    closed: datetime | None = None
    updated: datetime
    marker: str | None = None
    """Our item's id, read from the issue; ``None`` where it carries none of ours. It counts only on
    issues of our own accounts, which is not for the connector to judge."""
    author: str | None = None
    """The account that created it, immutable where the tracker has such; ``None`` where only we can
    create issues, or the tracker does not say. Then the marker alone counts."""
    duplicate_of: str | None = None
    """Of an issue closed as a duplicate: a ref by which :meth:`Connector.fetch` finds the other one, or
    the other's address where it lives outside of this scope. Its own ``state`` is then
    :attr:`State.DROPPED`. ``None`` while it is open, and where the tracker does not say of which."""


ASSIGNEE: Final = "the assignee"
"""For :attr:`Features.mails`: whoever an issue is assigned to, and nobody else."""


class Unset(Enum):
    """The type of :data:`UNSET`."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
"""Leave this field as it is; ``None`` clears it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to set on an issue. Setting what is already so is no error and changes nothing."""

    state: State | Unset = UNSET
    title: str | Unset = UNSET
    assignee: str | Unset | None = UNSET
    due: date | Unset | None = UNSET
    priority: str | Unset | None = UNSET
    labels: tuple[str, ...] | Unset = UNSET
    backlink: str | Unset = UNSET
    """Address of the postmortem, shown beside the issue where the tracker can."""


@dataclass(frozen=True, slots=True)
class Created:
    """The issue exists and carries our marker."""

    ticket: Ticket
    notes: tuple[str, ...] = ()
    """What the tracker did not take of the draft, such as its assignee: sentences."""
    read_back: bool = False
    """``ticket`` is what the tracker showed after the create, so that nobody needs to look again."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Provably nothing was created; ``reason`` is a sentence."""

    reason: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The issue may or may not exist, now or later; never sent again in this run."""

    reason: str


Outcome = Created | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Changes:
    """Tickets changed since a cursor, and the cursor to ask with next time."""

    tickets: tuple[Ticket, ...]
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a ticket's body speaks to this tracker's people."""

    name: str = "tracker"
    """As in "no GitHub account known"."""
    finish: str = (
        "When you are done, close this issue: the postmortem is updated overnight. "
        "Not going to happen? Close it as won't do and say why."
    )
    """How to finish, refuse or merge the work here."""
    brief: bool = False
    """The item first, then one line of where it comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What a tracker can do, and what planning must know of it."""

    settle: timedelta
    """How long an issue may stay invisible to :meth:`Connector.owned` after a create without answer."""
    idempotent: bool = False
    """The tracker accepts our id: creating the same id twice gives the same issue."""
    mails: str | None = None
    """Whom it mails on a create: :data:`ASSIGNEE`, or a phrase such as ``"all who watch acme/web"``."""
    cannot_store: frozenset[str] = frozenset()
    """Fields of :class:`Draft` that it has no place for, such as ``"due"``."""
    any_assignee: bool = False
    """It takes any name as assignee, so that an owner in a document needs no account."""
    finds_people: bool = False
    """:attr:`Draft.assignee` may be an e-mail address, for which it looks up the account."""
    limits: tuple[tuple[int, float], ...] = ()
    """So many creates in so many seconds at most: a plan says how long they will take."""
    batch: int = 1
    """How many drafts one create call sends at once; intents are written a batch at a time."""
    wording: Wording = Wording()
    private: bool = False
    """Nobody outside can read its issues, whatever its settings: no need to ask."""
    reach: str = ""
    """Said before filing where not everybody can open its tickets: a sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a diagnosis. ``ok`` is ``None`` where the tracker would not say."""

    subject: str
    ok: bool | None
    message: str
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A read-only diagnosis of a scope."""

    findings: tuple[Finding, ...]
    account: str = ""
    """Who we are there, for people."""
    author: str = ""
    """The same as :attr:`Ticket.author` has it; ``account`` where this is empty."""
    place: str = ""
    """The scope as people know it, its shortest name first: ``OPS at acme.example``."""
    public: bool | None = None
    """Whether anybody on the internet can read issues there."""
    home: bool = False
    """The documents live in the same place, so that filing them there publishes nothing."""


# --- what a connector is given --------------------------------------------------------------------


class Outside(Protocol):
    """The world outside, as a connector may use it. :class:`followthrough.http.Transport` is one."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...


# --- what a connector is --------------------------------------------------------------------------


class Connector(Protocol):
    """An opened scope. Opening one requests nothing; every method may raise :class:`ConnectorError`."""

    @property
    def features(self) -> Features: ...

    def check(self) -> Check:
        """Look at login, scope, permissions and fields; change nothing."""
        ...

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        """Create the drafts, each sent once, our marker inside the create call itself.

        Returns one outcome a draft, in their order. Never raises for a single draft and never
        sends one twice; raises only where provably nothing was sent at all.
        """
        ...

    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        """The tickets by id or key, in bulk, under the ref each was asked by; absent ones are absent.

        A moved or transferred issue is found by its old id and its old key, and answered with the id,
        key and address that it has now. Absent means that the tracker was asked and has no such
        issue, or hides that one from us. Where the scope itself cannot be read, or an answer is not
        whole, it raises: nobody may take a lost permission for deleted issues.
        """
        ...

    def changed(self, since: str | None, /) -> Changes:
        """What changed since a cursor of an earlier answer; with ``None``, from the beginning."""
        ...

    def owned(self) -> Sequence[Ticket]:
        """Every ticket of this scope that carries our marker, in any state: complete, or an error.

        Several issues with one marker are all in it. Complete means that the tracker's last page was
        seen; it may still miss an issue that is younger than ``features.settle``.
        """
        ...

    def update(self, id: str, change: Change, /) -> Ticket:
        """Set fields of the ticket with that id or key and return it as read back.

        Raises :class:`NotFound` where it is absent, :class:`Rejected` where a value is refused.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...


class Shows(Protocol):
    """What a connector may offer besides: where a person sees some of its issues together."""

    def where(self, keys: Sequence[str], /) -> str:
        """An address that shows exactly these issues, else a command in backticks that does. Offline."""
        ...


class Resumes(Protocol):
    """What a connector may offer besides: deltas that begin at a time, so that none has to begin at none."""

    def cursor_at(self, moment: datetime, /) -> str:
        """A cursor for :meth:`Connector.changed`: all that was updated after a moment. Offline.

        The moment is of the tracker's own clock, the newest ``updated`` that was seen.
        """
        ...


class KnowsPeople(Protocol):
    """What a connector may offer besides: whether issues can be assigned to somebody here."""

    def assignable(self, words: Sequence[str], /) -> Mapping[str, bool | None]:
        """For each account or e-mail address whether it can be assigned here; ``None`` where nobody tells."""
        ...


class Recognises(Protocol):
    """What a connector may offer besides: it knows its scope again by more than its name. All offline."""

    def recognise(self, identity: str | None, /) -> None:
        """Told before anything is asked: what :meth:`identity` gave in an earlier run, ``None`` at first.

        Where the scope's name leads to another one by then, every method may raise :class:`Rejected`.
        """
        ...

    def identity(self) -> str | None:
        """What later runs are to know the scope by, kept in the ledger; ``None`` until that was told."""
        ...

    def news(self) -> Sequence[str]:
        """What people should know of the scope, such as its new name: sentences with what to do."""
        ...


class Plugin(Protocol):
    """What an entry point of the group ``followthrough.connectors`` resolves to; cheap to import."""

    @property
    def name(self) -> str:
        """The ``kind`` by which settings name it."""
        ...

    def settings_model(self) -> type[BaseModel]:
        """The model of one ``[trackers.X]`` section without ``kind``; unknown keys are errors.

        It is validated with the context ``{"root": Path, "scope": str, "remote": Callable}``: the folder
        that relative paths count from, the section's name, and what gives ``host``, ``path`` and ``port``
        of git's remote ``origin`` (``github.com``, ``acme/web``, and the web's port or ``None``), or
        ``None`` without one.
        """
        ...

    def reference(self, settings: Any, text: str, /) -> str | None:
        """The key of an issue of this scope that a URL or word names, else ``None``. Offline."""
        ...

    def connect(self, settings: Any, outside: Outside, /) -> Connector:
        """Open the scope. Requests nothing, reads nothing, creates nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What ``init`` sees around it."""

    host: str = ""
    """Where git's remote ``origin`` lives, such as ``github.com``; empty without one."""
    path: str = ""
    """The remote's path there, such as ``acme/web``."""
    variables: tuple[str, ...] = ()
    """Names of environment variables that may hold a token; never their values."""


class Suggests(Protocol):
    """What a plugin may offer besides: the section that ``init`` writes for it."""

    def suggest(self, surroundings: Surroundings, /) -> Mapping[str, str] | None:
        """The keys of a ``[trackers.X]`` section without ``kind``; ``None`` where nothing speaks for it.

        An empty value is one that only a person knows; ``init`` then writes the section as a comment.
        """
        ...


class CommandContext(Protocol):
    """What a connector's own commands (entry point group ``followthrough.commands``) are given.

    It is the ``obj`` of their Typer context.
    """

    @property
    def root(self) -> Path:
        """The folder whose ledger and settings are in force."""
        ...

    @property
    def outside(self) -> Outside:
        """Clock and network."""
        ...

    def settings(self, kind: str, /) -> Mapping[str, Any]:
        """The scopes of one kind of tracker: name to validated settings."""
        ...
