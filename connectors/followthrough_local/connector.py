"""The connector: the seam's operations on a :class:`~followthrough_local.store.Store`."""

from __future__ import annotations

import getpass
import os
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from followthrough.connector import (
    Body,
    Change,
    Changes,
    Check,
    ConnectorError,
    Created,
    Draft,
    Features,
    Finding,
    Inline,
    Outcome,
    Outside,
    Quote,
    Refused,
    Ticket,
    Unknown,
    Wording,
)
from followthrough_local.database import UncertainCommit
from followthrough_local.rows import NewTicket, unfit
from followthrough_local.store import Store

if TYPE_CHECKING:
    from followthrough_local.settings import LocalSettings

_FEATURES: Final = Features(
    settle=timedelta(0),
    idempotent=True,
    any_assignee=True,
    batch=50,
    wording=Wording(name="embedded tracker"),
    reach="Tickets go to the embedded tracker: only this machine can open them.",
)


class LocalConnector:
    """One embedded tracker, opened. Errors are those of the file; see :class:`Store`."""

    features = _FEATURES

    def __init__(self, settings: LocalSettings, outside: Outside) -> None:
        self._store = Store(settings.path, settings.prefix, outside.now)
        self._prefix = settings.prefix

    def check(self) -> Check:
        """Say whether the file can be read and written; make nothing."""
        return Check(
            findings=(self._readable(), self._writable()),
            account=current_user(),
            place=f"{self._prefix} in the embedded tracker",
            public=False,
        )

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        """Store the drafts in one transaction; an id that is known gives its ticket as it is now."""
        reasons = [_unfit(draft) for draft in drafts]
        fit = [_new(draft) for draft, reason in zip(drafts, reasons, strict=True) if reason is None]
        try:
            tickets = iter(self._store.add(fit, current_user()) if fit else ())
        except UncertainCommit as error:
            # Asking again with the same id is safe, so this needs no waiting.
            return [Unknown(str(error)) if reason is None else Refused(reason) for reason in reasons]
        return [Created(next(tickets)) if reason is None else Refused(reason) for reason in reasons]

    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        """The tickets by id or by key in any case."""
        return self._store.find(refs)

    def changed(self, since: str | None, /) -> Changes:
        """What changed after the cursor; each ticket once, as it is now."""
        tickets, cursor = self._store.changed(since)
        return Changes(tuple(tickets), cursor)

    def owned(self) -> Sequence[Ticket]:
        """Every ticket; all of them are ours."""
        return self._store.all()

    def update(self, ref: str, change: Change, /) -> Ticket:
        """Set fields in one transaction."""
        return self._store.update({ref: change}, current_user())[ref]

    def where(self, _keys: Sequence[str], /) -> str:
        """It has no pages; a command lists its tickets."""
        return "`followthrough local list`"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self._store.close()

    def _readable(self) -> Finding:
        path = self._store.path
        try:
            count = len(self._store.all())
        except ConnectorError as error:
            return Finding("file", False, error.message, error.hint)
        if not _may(path, os.F_OK):
            return Finding("file", True, f"{path} will be made with the first ticket.")
        return Finding("file", True, f"{path} holds {count} {'ticket' if count == 1 else 'tickets'}.")

    def _writable(self) -> Finding:
        path = self._store.path
        place = next((p for p in (path, *path.parents) if _may(p, os.F_OK)), path)
        # SQLite writes beside the file, so its folder counts as well.
        folder = path.parent if place == path else place
        if _may(place, os.W_OK) and _may(folder, os.W_OK):
            return Finding("permission", True, "It can be written to.")
        return Finding("permission", False, f"{place} cannot be written to.", "Run this as its owner.")


def _may(path: Path, mode: int) -> bool:
    # As the effective user where the system can tell: that is who opens the file.
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def current_user() -> str:
    """The login name of whoever runs this, for the history."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # Containers run under numbers that no password file knows.
        return f"uid {os.getuid()}"


def plain(body: Body) -> str:
    """The body as plain text: blocks parted by a blank line, quotes with ``>``, addresses in brackets."""
    blocks = []
    for block in body:
        text = "".join(_words(inline) for inline in block.inlines)
        if isinstance(block, Quote):
            text = "\n".join(f"> {line}" for line in text.splitlines())
        blocks.append(text)
    return "\n\n".join(blocks)


def _words(inline: Inline) -> str:
    return inline.text if inline.href in (None, "", inline.text) else f"{inline.text} ({inline.href})"


def _new(draft: Draft) -> NewTicket:
    return NewTicket(
        id=draft.id,
        document=draft.document,
        title=draft.title,
        body=plain(draft.body),
        assignee=draft.assignee,
        due=draft.due,
        priority=draft.priority,
        labels=draft.labels,
    )


def _unfit(draft: Draft) -> str | None:
    texts = [
        ("title", draft.title),
        ("id", draft.id),
        ("document", draft.document),
        ("body", plain(draft.body)),
        ("assignee", draft.assignee),
        ("priority", draft.priority),
        *(("label", label) for label in draft.labels),
    ]
    return next((reason for name, text in texts if (reason := unfit(name, text))), None)
