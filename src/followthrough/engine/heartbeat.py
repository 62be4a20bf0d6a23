"""Tell a watchdog that a run has begun and how it ended; one that does not listen changes nothing.

As healthchecks.io has it: a signal at the start, and at the end the exit code as the last part of the
path, with a few words in the body (<https://healthchecks.io/docs/http_api/>). A run that dies says
nothing, which is what the watchdog waits for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from followthrough.connector import ConnectorError
from followthrough.engine.exits import Exit
from followthrough.http import Retries, Transport, no_answer

TIMEOUT: Final = 10.0
TRIES: Final = 3
WAIT: Final = 1.0
"""Seconds before the second try; twice as many before the third."""
GOOD: Final = frozenset({Exit.OK, Exit.LATER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchdog:
    """Whom to tell. The addresses are given when they are needed, since reading one may fail."""

    start: Callable[[], str] | None = None
    finish: Callable[[], str] | None = None
    fail: Callable[[], str] | None = None
    warn: Callable[[str], None]
    """Told, without any address, that a signal could not be sent."""
    sleep: Callable[[float], None]

    def begun(self, run: Mapping[str, Any]) -> None:
        """A run begins."""
        self._signal("start", self.start, run)

    def ended(self, code: int, run: Mapping[str, Any], *, tries: int = TRIES) -> None:
        """A run ends with that exit code."""
        told = {**run, "exit": code}
        if code not in GOOD:
            self._signal("fail", self.fail, told, tries)
        self._signal("finish", self.finish, told, tries, more=f"/{code}")

    def _signal(
        self,
        name: str,
        address: Callable[[], str] | None,
        body: Mapping[str, Any],
        tries: int = TRIES,
        more: str = "",
    ) -> None:
        if address is None:
            return
        try:
            url = _longer(address(), more)
            why = self._sent(url, json.dumps(body).encode(), tries)
        except ConnectorError as error:
            why = str(error)
        if why:
            self.warn(f"The heartbeat `{name}` did not arrive: {why} The run itself is not affected.")

    def _sent(self, url: str, body: bytes, tries: int) -> str:
        """Why it did not arrive; empty where it did."""
        import httpx

        parts = urlsplit(url)
        why = ""
        # Tried again here, not by the transport, which would take a POST for a write.
        with Transport(retries=Retries(tries=1)).client(
            f"{parts.scheme}://{parts.netloc}", timeout=TIMEOUT, deadline=TIMEOUT, trust_env=True
        ) as client:
            for number in range(tries):
                if number:
                    self.sleep(WAIT * 2 ** (number - 1))
                try:
                    answer = client.post(url, content=body, headers={"Content-Type": "application/json"})
                except httpx.HTTPError as error:
                    why = str(no_answer(error, url))
                    continue
                if answer.status_code < 400:
                    return ""
                why = f"{parts.hostname} answered {answer.status_code}."
                if answer.status_code < 500 and answer.status_code != 429:
                    break
        return why


def _longer(url: str, more: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + more)) if more else url
