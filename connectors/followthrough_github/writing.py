"""Issues created and changed: one request each, and what GitHub made of it read from its answer.

GitHub drops labels, assignees, milestone and type without a word where the token may not set them, and
refuses the whole issue (422) for an assignee it does not know (docs.github.com, "Create an issue").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import httpx

from followthrough.connector import (
    UNSET,
    Change,
    ConnectorError,
    Created,
    Draft,
    NotFound,
    Outcome,
    RateLimited,
    Refused,
    Rejected,
    State,
    Ticket,
    Unknown,
    Unreachable,
    Unset,
)
from followthrough_github.answers import message_of
from followthrough_github.client import MOVED
from followthrough_github.mapping import ref_of
from followthrough_github.markdown import TITLE_LIMIT, render, safe_title
from followthrough_github.marker import marked

if TYPE_CHECKING:
    from followthrough_github.client import Client
    from followthrough_github.mapping import Issues
    from followthrough_github.reading import Reader
    from followthrough_github.settings import GitHubSettings

__all__ = ["Writer"]

_REASONS: Final = {State.DONE: "completed", State.DROPPED: "not_planned"}


class Writer:
    """Writes the issues of one repository."""

    def __init__(self, client: Client, reader: Reader, issues: Issues, settings: GitHubSettings) -> None:
        self._client = client
        self._reader = reader
        self._issues = issues
        self._settings = settings
        self._place = client.place
        self._labels: frozenset[str] | None = None
        """The labels that there are, once GitHub refused to make others."""

    # --- create -----------------------------------------------------------------------------------

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """One outcome a draft. Raises only where the first is refused for what concerns all of them."""
        outcomes: list[Outcome] = []
        for draft in drafts:
            try:
                outcomes.append(self._create(draft))
            except ConnectorError as error:
                if not outcomes:
                    raise
                wait = error.retry_after if isinstance(error, RateLimited) else None
                rest = len(drafts) - len(outcomes)
                return outcomes + [Refused(str(error), retry_after=wait)] * rest
        return outcomes

    def _create(self, draft: Draft) -> Outcome:
        unfit = _unfit(draft.title)
        if unfit:
            return Refused(unfit)
        fields = self._fields(draft)
        response = self._post(fields)
        if isinstance(response, Unknown):
            return response
        if response.status_code == 422 and "assignees" in fields and _names(response, "assignees"):
            # Certainly refused, so nothing was created; the issue is worth more than its assignee.
            self._client.assignable[fields["assignees"][0]] = False
            return self._create(draft)
        if self._labels is None and _makes_labels(response):
            self._labels = self._client.labels()
            return self._create(draft)
        if response.status_code != 201:
            return self._not_created(response)
        return self._made(response, draft, fields)

    def _fields(self, draft: Draft) -> dict[str, Any]:
        body = marked(
            render(draft.body, mentions=frozenset(self._settings.mentions)), draft.id, draft.document
        )
        fields: dict[str, Any] = {"title": safe_title(draft.title), "body": body}
        known = self._labels
        if labels := [one for one in draft.labels if known is None or one.casefold() in known]:
            fields["labels"] = labels
        if draft.assignee and self._client.can_assign(draft.assignee) is not False:
            fields["assignees"] = [draft.assignee]
        if self._settings.milestone:
            fields["milestone"] = self._client.milestone(self._settings.milestone)
        if self._settings.issue_type:
            fields["type"] = self._settings.issue_type
        return fields

    def _post(self, fields: Mapping[str, Any]) -> httpx.Response | Unknown:
        """The answer to one create; a renamed repository had no effect, and is followed once."""
        response = self._sent(fields)
        if isinstance(response, httpx.Response) and response.status_code in MOVED:
            # Nothing was created: what is asked about it raises nothing but what says so.
            return self._sent(fields) if self._client.follow(response) else response
        return response

    def _sent(self, fields: Mapping[str, Any]) -> httpx.Response | Unknown:
        try:
            return self._client.send("POST", f"{self._client.home.path}/issues", json=fields)
        except Unreachable as error:
            if _was_not_sent(error):
                raise
            return Unknown(str(error))

    def _not_created(self, response: httpx.Response) -> Outcome:
        if response.status_code >= 500:
            return Unknown(str(self._client.error(response)))
        error = self._client.error(response)
        if isinstance(error, RateLimited):
            return Refused(str(error), retry_after=error.retry_after)
        if isinstance(error, Unreachable):
            return Unknown(str(error))  # none of GitHub's own answers: nobody knows what became of it
        if isinstance(error, Rejected) and response.status_code not in (403, 410):
            return Refused(str(error))
        raise error  # archived, issues turned off, no permission: the same for every draft

    def _made(self, response: httpx.Response, draft: Draft, fields: Mapping[str, Any]) -> Outcome:
        try:
            issue = response.json()
            ticket = self._issues.from_rest(issue)
        except (ValueError, KeyError, TypeError):
            return Unknown(f"{self._place.host} answered a create with something that is no issue.")
        if ticket.marker != draft.id:
            return Unknown(f"{self._place.host} answered a create with another issue, {ticket.key}.")
        return Created(ticket, tuple(_dropped(issue, ticket, draft, fields)), read_back=True)

    # --- change -----------------------------------------------------------------------------------

    def update(self, ref: str, change: Change) -> Ticket:
        """Set what differs; what is already so is left alone."""
        named = ref_of(ref, self._place)
        issue = self._reader.one(named) if named else None
        if issue is None:
            raise NotFound(f"{ref} is not in {self._place.repository}.", hint="Check the key.")
        ticket = self._issues.from_rest(issue)
        for name in ("due", "priority"):
            if getattr(change, name) not in (UNSET, None):
                raise Rejected(f"GitHub's issues have no {name}.", hint="It stays in the document.")
        fields = self._differing(ticket, change, _people(issue))
        if not fields:
            return ticket
        response = self._client.send("PATCH", _address(issue), json=fields)
        if response.status_code != 200:
            raise self._client.error(response)
        try:
            shown = response.json()
            read, people = self._issues.from_rest(shown), _people(shown)
        except (ValueError, KeyError, TypeError) as error:
            message = f"{self._place.host} gave no usable answer."
            raise Unreachable(message, hint="Try again later.") from error
        self._check_assignee(read, people, change)
        return read

    def _differing(self, ticket: Ticket, change: Change, people: Sequence[str]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if change.title is not UNSET and change.title != ticket.title:
            unfit = _unfit(str(change.title))
            if unfit:
                raise Rejected(unfit)
            fields["title"] = safe_title(str(change.title))
        if not isinstance(change.assignee, Unset):
            wanted = _with_first(people, change.assignee)
            if wanted != people:
                fields["assignees"] = wanted
        labels = list(ticket.labels) if change.labels is UNSET else list(change.labels)
        if isinstance(change.state, State) and change.state is not ticket.state:
            fields |= self._state(change.state, ticket)
            labels = self._labels_for(change.state, labels)
        if sorted(labels) != sorted(ticket.labels):
            fields["labels"] = labels
        return fields

    def _state(self, state: State, ticket: Ticket) -> dict[str, str]:
        if state.closed:
            return {"state": "closed", "state_reason": _REASONS[state]}
        return {"state": "open"} if ticket.state.closed else {}

    def _labels_for(self, state: State, labels: list[str]) -> list[str]:
        """GitHub knows open and closed; that somebody works on it, or that it is blocked, a label says."""
        names = {State.IN_PROGRESS: self._settings.in_progress, State.BLOCKED: self._settings.blocked}
        if state in names and not names[state]:
            raise Rejected(
                f"GitHub's issues are open or closed, not {state.words}.",
                hint=f"Name a label for it: {state.value} in the tracker's section.",
            )
        ours = {name.casefold() for group in names.values() for name in group}
        kept = [label for label in labels if label.casefold() not in ours]
        return kept + list(names.get(state, ()))[:1] if not state.closed else labels

    def _check_assignee(self, read: Ticket, people: Sequence[str], change: Change) -> None:
        wanted = change.assignee
        if isinstance(wanted, str) and wanted.casefold() not in map(str.casefold, people):
            raise Rejected(
                f"GitHub does not assign {read.key} to {wanted}.",
                hint=f"Give them access to {self._place.repository}, or name another account in [people].",
            )


def _address(issue: Mapping[str, Any]) -> str:
    return str(issue["url"])


def _people(issue: Mapping[str, Any]) -> list[str]:
    return [str(one["login"]) for one in issue.get("assignees") or ()]


def _with_first(people: Sequence[str], wanted: str | None) -> list[str]:
    """Assignees once another takes the place of the first, whom the ticket shows; the others stay."""
    if wanted is None or (people and people[0].casefold() == wanted.casefold()):
        return list(people[1:] if wanted is None else people)
    first = next((one for one in people if one.casefold() == wanted.casefold()), wanted)
    return [first, *(one for one in people[1:] if one != first)]


def _unfit(title: str) -> str | None:
    """Why GitHub cannot take a title, where it cannot."""
    if "\0" in title:
        return "The title holds a NUL character, which no issue can hold."
    if not safe_title(title):
        return "The title is empty."
    if len(" ".join(title.split())) > TITLE_LIMIT:
        return f"The title is longer than {TITLE_LIMIT} characters."
    return None


def _names(response: httpx.Response, field: str) -> bool:
    """Whether a refusal is about one field."""
    try:
        errors = response.json().get("errors") or ()
    except (ValueError, AttributeError):
        return False
    return any(isinstance(error, dict) and error.get("field") == field for error in errors)


def _makes_labels(response: httpx.Response) -> bool:
    """Whether a create is refused, certainly and as a whole, for labels that would have to be made."""
    return response.status_code == 403 and "create labels" in (message_of(response) or "")


def _was_not_sent(error: ConnectorError) -> bool:
    """Whether the request never left: no connection was made, or the transport itself held it back."""
    cause = error.__cause__
    never = httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError
    return not isinstance(cause, httpx.HTTPError) or isinstance(cause, never)


def _dropped(issue: Mapping[str, Any], ticket: Ticket, draft: Draft, fields: Mapping[str, Any]) -> list[str]:
    """What the answer lacks of the request, as sentences."""
    told = []
    lost = {label.casefold() for label in draft.labels} - {label.casefold() for label in ticket.labels}
    if lost:
        told.append(f"{ticket.key} has no label {', '.join(sorted(lost))}: this token may not set labels.")
    if draft.assignee and (ticket.assignee or "").casefold() != draft.assignee.casefold():
        told.append(f"{ticket.key} is unassigned: GitHub does not take {draft.assignee} there.")
    if fields.get("milestone") and not issue.get("milestone"):
        told.append(f"{ticket.key} has no milestone: this token may not set one.")
    if fields.get("type") and not issue.get("type"):
        told.append(f"{ticket.key} has no type {fields['type']}.")
    return told
