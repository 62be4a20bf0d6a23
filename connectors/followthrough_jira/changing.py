"""Changing: what differs is set, then the issue is read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from followthrough.connector import UNSET, Change, Rejected, State, Ticket
from followthrough_jira.client import Client
from followthrough_jira.drafting import label_of, priority_of, title_unfit
from followthrough_jira.mapping import LABEL, Reader
from followthrough_jira.people import People
from followthrough_jira.project import Project
from followthrough_jira.reading import Reading
from followthrough_jira.workflow import step_to

if TYPE_CHECKING:
    import jira

__all__ = ["Changing"]


class Changing:
    """Changes to the issues of one project."""

    def __init__(
        self,
        client: Client,
        reader: Reader,
        reading: Reading,
        project: Project,
        people: People,
        sdk: Callable[[], jira.JIRA],
    ) -> None:
        self._client = client
        self._reader = reader
        self._reading = reading
        self._project = project
        self._people = people
        self._sdk = sdk

    def update(self, ref: str, change: Change) -> Ticket:
        """Set what differs. Raises ``NotFound`` for an absent issue, ``Rejected`` for a value refused."""
        if change.title is not UNSET and (reason := title_unfit(change.title)):
            raise Rejected(reason)
        ticket = self._reading.one(ref)
        fields = self._fields(ticket, change)
        touched = bool(fields)
        if fields:
            self._client.ask("PUT", f"/issue/{ticket.key}", {"fields": fields})
        if change.state is not UNSET and change.state is not ticket.state:
            self._transition(ticket, change.state)
            touched = True
        if change.backlink is not UNSET:
            self.link(ticket.key, ticket.marker or ticket.id, change.backlink, ticket.title)
            touched = True
        read = self._reading.one(ticket.id) if touched else ticket
        if change.state is not UNSET and read.state is not change.state:
            raise Rejected(
                f"{read.key} was not set to {change.state.words}: Jira took the transition, and it is "
                f'"{read.native_status}".',
                hint="Look at its workflow in Jira.",
            )
        return read

    def _fields(self, ticket: Ticket, change: Change) -> dict[str, Any]:
        """The fields to set: those that are not so already."""
        fields: dict[str, Any] = {}
        if change.title is not UNSET and (title := " ".join(change.title.split())) != ticket.title:
            fields["summary"] = title
        if change.due is not UNSET and change.due != ticket.due:
            fields["duedate"] = change.due.isoformat() if change.due else None
        if change.assignee is not UNSET and change.assignee != ticket.assignee:
            fields["assignee"] = self._assignee(change.assignee)
        if change.priority is not UNSET and change.priority != ticket.priority:
            fields["priority"] = self._priority(change.priority)
        if change.labels is not UNSET:
            labels = list(dict.fromkeys(label_of(one) for one in change.labels))
            if set(labels) != set(ticket.labels):
                # The label that lists our issues stays, where there is one.
                fields["labels"] = [LABEL, *labels] if self._client.settings.marker == "label" else labels
        return fields

    def _assignee(self, word: str | None) -> Mapping[str, str | None] | None:
        name = "accountId" if self._reader.cloud else "name"
        if word is None:
            return None if self._reader.cloud else {name: None}
        person = self._people.find(word)
        if person.account is None:
            raise Rejected(f"{word} cannot be assigned in {self._client.settings.project}.", hint=person.note)
        return {name: person.account}

    def _priority(self, word: str | None) -> Mapping[str, str] | None:
        if word is None:
            return None
        target = self._project.target
        found = priority_of(word, target)
        if found is None and not ("priority" in target.screen.fields and target.screen.known):
            return {"name": word}  # not asked for on creating, but perhaps on changing: Jira knows
        if found is None:
            raise Rejected(
                f'{self._client.settings.project} has no priority "{word}".',
                hint="Name it under priorities in the tracker's section.",
            )
        return found

    def _transition(self, ticket: Ticket, state: State) -> None:
        told = self._sdk().transitions(ticket.key, expand="transitions.fields")
        step = step_to(state, told, self._reader, ticket)
        try:
            self._client.ask("POST", f"/issue/{ticket.key}/transitions", step.body)
        except Rejected as error:
            raise Rejected(
                f'{ticket.key} was not set to {state.words}: Jira refuses "{step.name}" ({error.message})',
                hint=error.hint or "Do it in Jira.",
            ) from error

    def link(self, ref: str, marker: str, address: str, title: str) -> None:
        """A web link to the postmortem; with the same marker it is changed, not added again."""
        body = {
            "globalId": f"followthrough={marker}",
            "application": {"type": "followthrough", "name": "followthrough"},
            "relationship": "postmortem",
            "object": {"url": address, "title": title[:255] or address},
        }
        self._client.ask("POST", f"/issue/{ref}/remotelink", body)
