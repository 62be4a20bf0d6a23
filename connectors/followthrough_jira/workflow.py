"""Which transition leads to a state, and what stands in its way. Pure.

Facts: ``GET issue/…/transitions?expand=transitions.fields`` lists what our account may do from here, with
the status it leads to (``to``) and the fields of its screen; a required field without default must come
with the transition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from followthrough.connector import Inline, Paragraph, Rejected, State, Ticket
from followthrough_jira.drafting import text
from followthrough_jira.mapping import Reader, category_of
from followthrough_jira.screen import Field, Screen, screen_of, value_for

__all__ = ["Step", "step_to"]

_FINISHED: Final = ("Done", "Fixed", "Resolved", "Complete", "Completed", "Closed", "Implemented")


@dataclass(frozen=True, slots=True)
class Step:
    """One transition and the fields that go with it."""

    id: str
    name: str
    status: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    entries: Mapping[str, Any] = field(default_factory=dict)
    """Fields that are not set but added to."""

    @property
    def body(self) -> dict[str, Any]:
        """What is posted to take it."""
        body: dict[str, Any] = {"transition": {"id": self.id}}
        if self.fields:
            body["fields"] = dict(self.fields)
        if self.entries:
            body["update"] = {id: [{"add": value}] for id, value in self.entries.items()}
        return body


@dataclass(frozen=True, slots=True)
class _Way:
    step: Step
    missing: tuple[str, ...]
    """Names of fields that only a person can fill."""
    rank: int


def step_to(state: State, told: Sequence[Mapping[str, Any]], reader: Reader, ticket: Ticket) -> Step:
    """The transition to take. Raises ``Rejected`` where there is none, or none without a person."""
    key = ticket.key
    ways = [way for one in told if (way := _way(one, state, reader, ticket)) is not None]
    free = [way for way in ways if not way.missing]
    if free:
        return min(free, key=lambda way: way.rank).step
    if ways:
        way = ways[0]
        names = ", ".join(f'"{name}"' for name in way.missing)
        raise Rejected(
            f'{key} was not set to {state.words}: its transition "{way.step.name}" demands {names}.',
            hint="Do it in Jira, or give a value under transition_fields in the tracker's section.",
        )
    if not told:
        raise Rejected(
            f"{key} was not set to {state.words}: its workflow lets this account do nothing from here.",
            hint="Ask for the permission to transition issues.",
        )
    offered = ", ".join(f'"{one.get("name")}"' for one in told)
    raise Rejected(
        f"{key} was not set to {state.words}: from here its workflow offers only {offered}.",
        hint="Do it in Jira, or name the status under blocked or wont_do in the tracker's section.",
    )


def _way(told: Mapping[str, Any], state: State, reader: Reader, ticket: Ticket) -> _Way | None:
    """How a transition leads to the state; ``None`` where it does not."""
    target = told.get("to")
    if not isinstance(target, Mapping) or told.get("isAvailable") is False:
        return None
    name, category = str(target.get("name")), category_of(target)
    screen = screen_of(told.get("fields") or {})
    resolution = _resolution(screen, state, reader) if category == "done" else None
    closed_with = str((resolution or {}).get("name", ""))
    if reader.state_of(name, category, closed_with) is not state:
        return None
    fields: dict[str, Any] = {"resolution": {"name": closed_with}} if closed_with else {}
    entries: dict[str, Any] = {}
    missing = []
    has = _has(ticket, reader)
    for one in screen.fields.values():
        given = _given(one, reader)
        if given is not None:
            (entries if one.only_added else fields)[one.id] = given[0]
        elif one.required and one.id in has:
            fields[one.id] = has[one.id]
        elif one.required and one.id not in fields:
            missing.append(one.name)
    step = Step(str(told.get("id")), str(told.get("name")), name, fields, entries)
    return _Way(step, tuple(missing), _rank(step, state, reader))


def _resolution(screen: Screen, state: State, reader: Reader) -> Mapping[str, Any] | None:
    """The resolution to close with, where the transition asks for one."""
    asked = screen.fields.get("resolution")
    if asked is None:
        return None
    if state is State.DROPPED:
        # A duplicate names another issue, and "cannot reproduce" is a judgement: not ours to make.
        names = [name for name in reader.settings.wont_do if name not in ("Duplicate", "Cannot Reproduce")]
        return next((found for name in names if (found := asked.find(name))), None)
    chosen = next((found for name in _FINISHED if (found := asked.find(name))), None)
    if chosen is not None:
        return chosen
    done = [one for one in asked.allowed if reader.state_of("", "done", str(one.get("name"))) is State.DONE]
    return done[0] if done else None


def _given(asked: Field, reader: Reader) -> tuple[Any] | None:
    """The settings' value for a field of a transition's screen."""
    for name, value in reader.settings.transition_fields.items():
        if name != asked.id and name.casefold() != asked.name.casefold():
            continue
        if asked.id == "comment" and isinstance(value, str):
            return ({"body": text((Paragraph((Inline(value),)),), cloud=reader.cloud)},)
        return (value_for(asked, value, cloud=reader.cloud, project=reader.settings.project),)
    return None


def _has(ticket: Ticket, reader: Reader) -> dict[str, Any]:
    """What the issue has already, as a screen may demand it again."""
    has: dict[str, Any] = {"summary": ticket.title}
    if ticket.assignee:
        has["assignee"] = {"accountId" if reader.cloud else "name": ticket.assignee}
    if ticket.priority:
        has["priority"] = {"name": ticket.priority}
    if ticket.due:
        has["duedate"] = ticket.due.isoformat()
    return has


def _rank(step: Step, state: State, reader: Reader) -> int:
    """The plainer the way, the lower: a status named like the state, then the order of the settings."""
    status = step.status.casefold()
    if status == state.words.casefold():
        return 0
    names = reader.settings.wont_do if state is State.DROPPED else reader.settings.blocked
    for number, name in enumerate(names, start=1):
        if name.casefold() == status:
            return number
    return len(names) + 1
