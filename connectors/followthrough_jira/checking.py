"""The diagnosis: what filing here needs, looked at one by one, nothing changed.

A question that Jira will not answer is told as unknown; it stops nobody from filing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from followthrough.connector import (
    Check,
    ConnectorError,
    Draft,
    Finding,
    Inline,
    Paragraph,
    RateLimited,
    Rejected,
    State,
)
from followthrough_jira.answers import TokenRefused
from followthrough_jira.client import Client
from followthrough_jira.drafting import Target, labels_missing, payload
from followthrough_jira.mapping import author_of
from followthrough_jira.people import FATAL
from followthrough_jira.project import Project
from followthrough_jira.reading import Reading
from followthrough_jira.settings import JiraSettings
from followthrough_jira.workflow import step_to

__all__ = ["Checked", "check"]

PERMISSIONS: Final = {
    "BROWSE_PROJECTS": "see the project",
    "CREATE_ISSUES": "create issues",
    "EDIT_ISSUES": "edit issues",
    "TRANSITION_ISSUES": "transition issues",
    "ASSIGN_ISSUES": "assign issues",
    "LINK_ISSUES": "link issues",
}
TOO_WIDE: Final = {
    "ADMINISTER": "administer all of Jira",
    "ADMINISTER_PROJECTS": "administer the project",
    "DELETE_ISSUES": "delete issues",
}
"""What a lost token should not be able to do; nothing here ever deletes."""
_NEEDED: Final = ("BROWSE_PROJECTS", "CREATE_ISSUES")


@dataclass(frozen=True, slots=True)
class Checked:
    """What is looked at, and with what."""

    client: Client
    project: Project
    reading: Reading
    transitions: Callable[[str], Sequence[Mapping[str, Any]]]
    """What can be done with an issue."""

    @property
    def settings(self) -> JiraSettings:
        return self.client.settings


def check(checked: Checked) -> Check:
    """The diagnosis of a project. Raises where there is no login, or no answer at all."""
    client, project = checked.client, checked.project
    place = f"{client.settings.project} at {client.asked.host}"
    me = _myself(client)
    account = str(me.get("displayName") or me.get("name") or "")
    told = project.told
    login = f"{client.asked.who} is logged in as {account}, at {_kind(client)}."
    findings = [
        Finding("login", True, login)
        if account
        else Finding(
            "login", None, "Jira does not tell who is logged in.", "Then every marker counts as ours."
        ),
        *_project(checked, told),
        *_safely("permissions", lambda: _permissions(checked)),
        *_safely("issue type", lambda: _fields(checked)),
        *_safely("workflow", lambda: _workflow(checked)),
    ]
    return Check(
        findings=tuple(findings),
        account=account,
        author=author_of(me) or "",
        place=place,
        public=_public(client),
    )


def _myself(client: Client) -> Mapping[str, Any]:
    """Who we are; nothing where that is not told."""
    try:
        me = client.ask_json("GET", "/myself")
    except FATAL:
        raise
    except ConnectorError:
        return {}
    return me if isinstance(me, Mapping) else {}


def _kind(client: Client) -> str:
    return "Jira Cloud" if client.cloud else "Jira Data Center"


def _safely(subject: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings; one that could not be had is unknown, unless nothing can be had any more."""
    try:
        yield from look()
    except (TokenRefused, RateLimited):
        raise
    except Rejected as error:
        yield Finding(subject, False, error.message, error.hint)
    except ConnectorError as error:
        yield Finding(subject, None, f"Not known: {error.message}", "Filing does not depend on it.")


def _project(checked: Checked, told: Mapping[str, Any]) -> Iterator[Finding]:
    name = checked.settings.project
    if told:
        yield Finding("project", True, f'{name} is "{told.get("name") or name}".')
        if told.get("archived"):
            cure = "Ask an administrator to restore it, or set another project."
            yield Finding("project", False, f"{name} is archived: nothing can be filed there.", cure)
    else:
        yield Finding(
            "project", None, f"Jira does not tell what {name} is like.", "Filing tries it all the same."
        )


def _permissions(checked: Checked) -> Iterator[Finding]:
    settings = checked.settings
    params = {"projectKey": settings.project, "permissions": ",".join((*PERMISSIONS, *TOO_WIDE))}
    answer = checked.client.ask("GET", "/mypermissions", params=params, or_missing=True)
    told = answer.body.get("permissions") if isinstance(answer.body, Mapping) else None
    if not isinstance(told, Mapping):
        yield Finding("permissions", None, "Jira does not tell what this account may do.", "Filing tries it.")
        return
    lacking = [name for name in PERMISSIONS if _has(told, name) is False]
    for name in lacking:
        needed = name in _NEEDED
        yield Finding(
            "permissions",
            False if needed else None,
            f"{checked.client.asked.who} may not {PERMISSIONS[name]} in {settings.project}.",
            f'Ask a project admin for the permission "{name.replace("_", " ").capitalize()}".',
        )
    if not lacking:
        yield Finding("permissions", True, f"It may do all that is needed in {settings.project}.")
    if more := [words for name, words in TOO_WIDE.items() if _has(told, name)]:
        yield Finding(
            "reach",
            None,
            f"This account may do more than it needs: {', '.join(more)}.",
            "Give the program an account of its own, with the permissions above and no more.",
        )


def _has(told: Mapping[str, Any], name: str) -> bool | None:
    one = told.get(name)
    has = one.get("havePermission") if isinstance(one, Mapping) else None
    return has if isinstance(has, bool) else None


def _fields(checked: Checked) -> Iterator[Finding]:
    target = checked.project.target
    settings = checked.settings
    if target.type_id:
        yield Finding("issue type", True, f"{settings.project} has {settings.issue_type}.")
    else:
        yield Finding(
            "issue type", None, f"It is not known whether {settings.project} has {settings.issue_type}."
        )
    if not target.screen.known:
        message = "Jira does not tell which fields a new issue has."
        yield Finding("fields", None, message, "Filing tries it, and says what is refused.")
        return
    if missing := labels_missing(target):
        yield Finding("labels", False, missing.message)
    elif settings.marker == "label":
        yield Finding("labels", True, f"Labels is on the create screen for {settings.issue_type}.")
    yield from _required(target)
    absent = [name for id, name in _WISHES.items() if not target.screen.has(id)]
    if absent:
        yield Finding(
            "fields",
            None,
            f"The create screen for {settings.issue_type} lacks {', '.join(absent)}.",
            "Issues are filed without; what a measure says of it stands in their text.",
        )


_WISHES: Final = {
    "duedate": "Due date",
    "assignee": "Assignee",
    "priority": "Priority",
    "description": "Description",
}


def _required(target: Target) -> Iterator[Finding]:
    """Each field that Jira demands and the settings do not give; and whether those they give fit."""
    body = (Paragraph((Inline("A test of the settings, never sent."),)),)
    draft = Draft(id="0" * 12, document="doctor", title="Test", body=body)
    try:
        payload(draft, target, None)
    except Rejected as error:
        yield Finding("required fields", False, error.message, error.hint)
    else:
        yield Finding("required fields", True, "The settings give every field that Jira demands.")


def _workflow(checked: Checked) -> Iterator[Finding]:
    """Whether an open issue of ours can be closed, as far as one is there to look at."""
    listed = checked.reading.listed if checked.reading.listed is not None else checked.reading.owned()
    mine = [one for one in listed if not one.state.closed]
    if checked.reading.ignored:
        yield Finding(
            "search",
            None,
            "Jira's search answers with issues that it was not asked for.",
            "Each one is looked at, so that nothing is taken for ours; it costs time.",
        )
    if not mine:
        message = "No open issue of ours is there yet to see which transitions are offered."
        yield Finding("workflow", True, message, "`followthrough doctor --with-test-issue` tries it.")
        return
    ticket = mine[-1]
    told = checked.transitions(ticket.key)
    for state in (State.DONE, State.DROPPED):
        try:
            step = step_to(state, told, checked.reading.reader, ticket)
        except ConnectorError as error:
            yield Finding("workflow", None, error.message, error.hint)
        else:
            yield Finding(
                "workflow",
                True,
                f'{ticket.key} can be set to {state.words}: "{step.name}" leads to "{step.status}".',
            )


def _public(client: Client) -> bool | None:
    """Whether somebody without login sees the project; ``None`` where that could not be tried."""
    version = "3" if client.cloud else "2"
    try:
        answer = client.as_stranger(f"/rest/api/{version}/project/{client.settings.project}")
    except ConnectorError:
        return None
    if answer.ok:
        return isinstance(answer.body, Mapping) and answer.body.get("key") == client.settings.project
    return False if answer.status in (401, 403, 404) or 300 <= answer.status < 400 else None
