"""Edits that are carried into tickets, and what stops a plan, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from followthrough.model import State
from followthrough.planning.plan import Push, Value


def planned_pushes(pushes: Iterable[Push]) -> Iterator[str]:
    """What a plan would change in tickets."""
    for push in pushes:
        yield f"~ push    {push.path}:{push.line}   {push.key}: {push_words(push)}"


def pushed_lines(pushes: Iterable[Push]) -> Iterator[str]:
    """What was changed in tickets."""
    for push in pushes:
        yield f"{push.key:<8} {push_words(push):<28} pushed from {push.path}:{push.line}"


def push_words(push: Push) -> str:
    """Such as ``open → done``, or ``title 'Old' → 'New'``."""
    name = "" if push.field == "state" else f"{push.field} "
    return f"{name}{_shown(push.before)} → {_shown(push.after)}"


def _shown(value: Value) -> str:
    if isinstance(value, State):
        return value.words
    if isinstance(value, str):
        return repr(value)
    return value.isoformat() if value else "none"
