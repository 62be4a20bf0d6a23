"""The contract on npm `emulate`, which others wrote: REST only, it answers 404 for GraphQL.

What it cannot show runs on the stand-in: assignability (its list of assignees is missing), refusals of
permission, limits.
"""

from __future__ import annotations

from typing import Any, ClassVar

import httpx
import pytest

from followthrough.connector import (
    Connector,
    ConnectorError,
    Draft,
    NotFound,
    RateLimited,
    Unauthorized,
    Unreachable,
)
from followthrough.http import Transport
from followthrough.testing import ConnectorContract
from followthrough_github import plugin
from followthrough_github.marker import marked

STATUS = {Unauthorized: 401, NotFound: 404, RateLimited: 429, Unreachable: 503}


def patient(**more: Any) -> Transport:
    """The network, with a clock of its own: nothing waits a second between two writes."""
    seconds = [0.0]

    def sleep(pause: float) -> None:
        seconds[0] += pause

    return Transport(monotonic=lambda: seconds[0], sleep=sleep, **more)


def settings(url: str, repository: str, **more: Any) -> Any:
    return plugin.settings_model().model_validate(
        {"url": url, "repository": repository, "token": "env:EMULATED_TOKEN", **more}
    )


class TestEmulated(ConnectorContract):
    absent = "#987654"
    bulk = 130
    cannot_show: ClassVar = {
        "move": "the emulator transfers no issues",
        "delete": "the emulator deletes no issues",
        "duplicate": "of which issue one is a duplicate only GraphQL tells",
    }

    @pytest.fixture(autouse=True)
    def _emulated(self, emulated: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EMULATED_TOKEN", "token-of-bot")
        self.emulated = emulated
        self.transport = patient()
        self.options: dict[str, Any] = {"in_progress": ["in progress"], "blocked": ["blocked"]}

    def connector(self) -> Connector:
        return plugin.connect(
            settings(self.emulated.url, self.emulated.repository, **self.options), self.transport
        )

    def broken(self, kind: type[ConnectorError]) -> Connector:
        def answer(request: httpx.Request) -> httpx.Response:
            headers = {"retry-after": "3600"} if kind is RateLimited else {}
            return httpx.Response(STATUS[kind], json={"message": "no"}, headers=headers)

        outside = patient(wire=httpx.MockTransport(answer))
        return plugin.connect(settings(self.emulated.url, self.emulated.repository), outside)

    def traffic(self) -> object:
        return self.transport.requests

    def by_stranger(self, draft: Draft) -> str | None:
        self.emulated.issue("mallory", title=draft.title, body=marked("copied", draft.id, draft.document))
        return "mallory"
