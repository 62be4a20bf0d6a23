"""Creating: batches of fifty, each sent once, and what became of each draft.

Facts: ``issue/bulk`` takes up to 50 and is no transaction. Its answer, 201 where any was created, 400
where none was, holds ``issues``, the created ones in the order sent, and ``errors``, each with the place of
the one that failed (``failedElementNumber``, from 0). Jira knows no idempotency key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from followthrough.connector import (
    ConnectorError,
    Created,
    Draft,
    Outcome,
    Paragraph,
    RateLimited,
    Refused,
    Rejected,
    State,
    Ticket,
    Unknown,
)
from followthrough_jira.addresses import browse
from followthrough_jira.answers import Answer, error_of, said, token_refused
from followthrough_jira.client import Client, Lost
from followthrough_jira.drafting import label_of, labels_missing, payload, unfit
from followthrough_jira.people import People, Person
from followthrough_jira.project import Project
from followthrough_jira.reading import Reading

__all__ = ["BATCH", "Filing", "Made", "outcomes_of"]

BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class Made:
    """What Jira answers of a created issue."""

    id: str
    key: str


Result = Made | Refused | Unknown


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A draft ready to be sent, and its place among those asked for."""

    place: int
    body: Mapping[str, Any]
    notes: tuple[str, ...]


class Filing:
    """The creates of one project."""

    def __init__(
        self,
        client: Client,
        project: Project,
        people: People,
        reading: Reading,
        link: Callable[[str, str, str, str], None],
    ) -> None:
        self._client = client
        self._project = project
        self._people = people
        self._reading = reading
        self._link = link
        self._singly = False

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """One outcome a draft. Raises only where nothing was sent."""
        results: dict[int, Result] = {}
        parcels: list[_Parcel] = []
        for place, draft in enumerate(drafts):
            if reason := unfit(draft):
                results[place] = Refused(reason)
        if len(results) < len(drafts):
            if missing := labels_missing(self._project.target):
                raise missing
            for place, draft in enumerate(drafts):
                if place not in results:
                    self._pack(place, draft, parcels, results)
        self._send_all(parcels, results)
        return self._read_back(drafts, results, {one.place: one.notes for one in parcels})

    def _pack(self, place: int, draft: Draft, parcels: list[_Parcel], results: dict[int, Result]) -> None:
        person = self._people.find(draft.assignee) if draft.assignee else Person(None)
        try:
            packed = payload(draft, self._project.target, person.account, person.note)
        except Rejected as error:
            results[place] = Refused(str(error))
        else:
            parcels.append(_Parcel(place, packed.body, packed.notes))

    def _send_all(self, parcels: Sequence[_Parcel], results: dict[int, Result]) -> None:
        """Send batch by batch; after one without answer, or one that may not be sent, no further one."""
        done = 0
        while done < len(parcels):
            size = 1 if self._singly else BATCH
            batch = parcels[done : done + size]
            try:
                found = self._send(batch)
            except Lost as error:
                _fill(results, batch, Unknown(_unknown(str(error))))
                _fill(results, parcels[done + size :], Refused(f"Not sent any more: {error}"))
                return
            except ConnectorError as error:
                if not any(isinstance(one, Made | Unknown) for one in results.values()):
                    raise
                wait = error.retry_after if isinstance(error, RateLimited) else None
                _fill(results, parcels[done:], Refused(str(error), wait))
                return
            if found is None:  # no bulk here: the same ones again, one by one
                continue
            for parcel, result in zip(batch, found, strict=True):
                results[parcel.place] = result
            done += size

    def _send(self, batch: Sequence[_Parcel]) -> Sequence[Result] | None:
        """What became of a batch; ``None`` where it was not taken because there is no bulk create."""
        if self._singly:
            answer = self._client.write("POST", "/issue", batch[0].body)
            return outcomes_of(answer, 1, self._raise, single=True)
        answer = self._client.write("POST", "/issue/bulk", {"issueUpdates": [one.body for one in batch]})
        if answer.missing:
            self._singly = True
            return None
        return outcomes_of(answer, len(batch), self._raise)

    def _raise(self, answer: Answer) -> ConnectorError:
        return (
            token_refused(self._client.asked)
            if answer.status == 401
            else error_of(answer, self._client.asked)
        )

    def _read_back(
        self,
        drafts: Sequence[Draft],
        results: Mapping[int, Result],
        notes: Mapping[int, tuple[str, ...]],
    ) -> list[Outcome]:
        """The created issues as they can be read; what was created stays so, whatever reading says."""
        made = {one.id: one.key for one in results.values() if isinstance(one, Made)}
        self._reading.remember(made)
        try:
            tickets = self._reading.fetch(list(made)) if made else {}
        except ConnectorError:
            tickets = {}  # the ids are known, and the next sync reads them
        outcomes: list[Outcome] = []
        for place, draft in enumerate(drafts):
            result = results[place]
            if isinstance(result, Made):
                read = tickets.get(result.id)
                told = (*notes[place], *self._add_link(result, draft))
                ticket = read or self._as_drafted(result, draft)
                outcomes.append(Created(ticket, told, read_back=read is not None))
            else:
                outcomes.append(result)
        return outcomes

    def _as_drafted(self, made: Made, draft: Draft) -> Ticket:
        now = self._client.outside.now()
        return Ticket(
            id=made.id,
            key=made.key,
            url=browse(self._client.settings.url, made.key),
            title=" ".join(draft.title.split()),
            state=State.OPEN,
            native_status=State.OPEN.words,
            due=draft.due,
            labels=tuple(label_of(one) for one in draft.labels),
            created=now,
            updated=now,
            marker=draft.id,
        )

    def _add_link(self, made: Made, draft: Draft) -> tuple[str, ...]:
        """The web link, if wanted; a sentence where it could not be made, which costs nobody the issue."""
        hrefs = (
            one.href
            for block in draft.body
            if isinstance(block, Paragraph)
            for one in block.inlines
            if one.href
        )
        href = next(hrefs, None)
        if not self._client.settings.remote_link or href is None:
            return ()
        try:
            self._link(made.key, draft.id, href, draft.document)
        except ConnectorError as error:
            return (f"It has no web link to the postmortem beside the one in its text: {error.message}",)
        return ()


def _fill(results: dict[int, Result], parcels: Iterable[_Parcel], result: Result) -> None:
    for parcel in parcels:
        results[parcel.place] = result


def outcomes_of(
    answer: Answer, number: int, error: Callable[[Answer], ConnectorError], *, single: bool = False
) -> Sequence[Result]:
    """What an answer to a create of so many says of each. Pure.

    Raises the seam's error where it says that nothing at all was created, and why that holds for all.
    """
    if answer.status == 429:
        raise error(answer)
    parsed = isinstance(answer.body, Mapping)
    if answer.ok and parsed:
        return [_made(answer.body)] if single else _each(answer.body, number)
    if answer.status == 400 and parsed and not single and answer.body.get("errors"):
        found = _each(answer.body, number)
        if all(isinstance(one, Refused) for one in found):
            return found
    unclear = answer.ok or answer.status >= 500 or answer.status == 408 or 300 <= answer.status < 400
    if unclear or (not parsed and answer.status != 401):
        return [
            Unknown(_unknown(f"Jira gave an answer that says nothing of the issue ({answer.status})."))
        ] * number
    if answer.status in (401, 403):
        raise error(answer)
    return [Refused(str(error(answer)))] * number


def _each(body: Mapping[str, Any], number: int) -> list[Result]:
    """Successes and failures of a bulk create at their places; what does not add up is unknown."""
    issues, errors = body.get("issues") or [], body.get("errors") or []
    failed: dict[int, Result] = {}
    for one in errors if isinstance(errors, list) else ():
        place = one.get("failedElementNumber") if isinstance(one, Mapping) else None
        if isinstance(place, int) and 0 <= place < number:
            failed[place] = _failure(one)
    rest = [place for place in range(number) if place not in failed]
    made = [_made(one) for one in issues] if isinstance(issues, list) else []
    if len(made) != len(rest):
        unknown = Unknown(_unknown("Jira's answer does not say which of the batch were created."))
        return [failed.get(place, unknown) for place in range(number)]
    created = dict(zip(rest, made, strict=True))
    return [failed[place] if place in failed else created[place] for place in range(number)]


def _failure(told: Mapping[str, Any]) -> Result:
    status = told.get("status")
    reason = said(told.get("elementErrors")) or "Jira refuses it and does not say why."
    if isinstance(status, int) and status >= 500:
        return Unknown(_unknown(reason))
    return Refused(reason)


def _made(told: Any) -> Result:
    id, key = (told.get("id"), told.get("key")) if isinstance(told, Mapping) else (None, None)
    if id and isinstance(key, str):
        return Made(str(id), key)
    return Unknown(_unknown("Jira's answer names no issue."))


def _unknown(why: str) -> str:
    return f"{why.rstrip('.')}, so the issue may or may not exist."
