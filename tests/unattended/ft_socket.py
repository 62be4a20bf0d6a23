"""A connector over a real socket, as other people write one: all manners are those of the transport."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import httpx

from followthrough.connector import (
    UNSET,
    Change,
    Changes,
    Check,
    ConnectorError,
    Created,
    Draft,
    Features,
    Finding,
    NotFound,
    Outcome,
    RateLimited,
    Refused,
    State,
    Ticket,
    Unauthorized,
    Unknown,
    Unreachable,
)
from followthrough.http import READ, Pace, Transport, is_limit, no_answer, retry_after


def ticket_of(record: Mapping[str, Any]) -> Ticket:
    state = State(record["state"])
    return Ticket(
        id=record["id"],
        key=record["key"],
        url="",
        title=record["title"],
        state=state,
        native_status=state.words,
        created=datetime.fromisoformat(record["created"]),
        closed=datetime.fromisoformat(record["created"]) if state.closed else None,
        updated=datetime.fromisoformat(record["created"]),
        marker=record["marker"],
        author="bot",
    )


class SocketConnector:
    def __init__(self, settings: Any, outside: Transport, plugin: SocketPlugin) -> None:
        self._plugin = plugin
        self._outside = outside
        self._settings = settings
        self._client: httpx.Client | None = None

    @property
    def features(self) -> Features:
        return Features(settle=timedelta(minutes=10), batch=self._settings.batch, private=False)

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        if self._client is None:
            headers = {"Authorization": f"Bearer {self._settings.scope}"}
            self._client = self._outside.client(
                self._settings.url, headers=headers, pace=Pace(unsaid=1), timeout=self._settings.timeout
            )
        return self._client.request(method, path, **more)

    def _read(self, method: str, path: str, **more: Any) -> Any:
        try:
            answer = self._ask(method, path, extensions=READ, **more)
        except httpx.HTTPError as error:
            raise no_answer(error, self._settings.url) from error
        return self._usable(answer).json()

    def _usable(self, answer: httpx.Response) -> httpx.Response:
        if is_limit(answer):
            raise self._limited(answer)
        if answer.status_code == 401:
            raise Unauthorized("The token is refused.", hint="Make a new one.")
        if answer.status_code == 404:
            raise NotFound("It is not there.", hint="Check its name.")
        if answer.status_code >= 500:
            raise Unreachable(f"The tracker answered {answer.status_code}.", hint="Try again later.")
        return answer

    def _limited(self, answer: httpx.Response) -> RateLimited:
        wait = retry_after(answer, self._outside.now()) or timedelta(seconds=1)
        return RateLimited("The tracker is asked too often.", retry_after=wait, hint="Try again later.")

    def check(self) -> Check:
        self._read("GET", "/me")
        return Check(findings=(Finding("login", True, "bot"),), account="bot", place="SOC", public=False)

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        return [self._create(draft) for draft in drafts]

    def _create(self, draft: Draft) -> Outcome:
        body = {"marker": draft.id, "title": draft.title}
        try:
            answer = self._ask("POST", "/issues", json=body)
        except ConnectorError as error:  # nothing was sent
            later = error.retry_after if isinstance(error, RateLimited) else None
            return Refused(str(error), later)
        except httpx.HTTPError as error:
            return Unknown(str(no_answer(error, self._settings.url)))
        if is_limit(answer):
            return Refused("The tracker is asked too often.", self._limited(answer).retry_after)
        if answer.status_code != 201:
            words = f"The tracker answered {answer.status_code}."
            return Unknown(words) if answer.status_code >= 500 else Refused(words)
        return Created(ticket_of(answer.json()))

    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        found = self._read("POST", "/search", json={"refs": sorted(refs)}) if refs else {}
        return {ref: ticket_of(record) for ref, record in found.items()}

    def changed(self, since: str | None, /) -> Changes:
        return Changes(tuple(self.owned()), since or "")

    def owned(self) -> Sequence[Ticket]:
        return [ticket_of(record) for record in self._read("GET", "/issues")]

    def update(self, ref: str, change: Change, /) -> Ticket:
        wanted = {} if change.state is UNSET else {"state": change.state.value}
        try:
            answer = self._ask("PUT", f"/issues/{ref}", json=wanted)
        except httpx.HTTPError as error:
            raise no_answer(error, self._settings.url) from error
        return ticket_of(self._usable(answer).json())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        if self._client is not None:
            self._client.close()
        if self._plugin.broken:
            raise ZeroDivisionError("a bug")


class SocketPlugin:
    name = "socket"
    broken = False
    """Whether some text spoke of BUG-1: then closing a connector fails, which nobody expects."""

    def settings_model(self) -> Any:
        from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

        class Settings(BaseModel):
            model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)
            url: str
            timeout: float = 10.0
            batch: int = 1
            scope: str = ""

            @field_validator("scope")
            @classmethod
            def _named(cls, scope: str, info: ValidationInfo) -> str:
                return scope or str((info.context or {}).get("scope", ""))

        return Settings

    def reference(self, settings: Any, text: str, /) -> str | None:
        if text.endswith("BUG-1"):
            self.broken = True
        return None

    def connect(self, settings: Any, outside: Transport, /) -> SocketConnector:
        return SocketConnector(settings, outside, self)


plugin = SocketPlugin()
