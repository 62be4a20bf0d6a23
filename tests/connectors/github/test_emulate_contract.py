"""The contract on npm `emulate`, which others wrote: REST only, it answers 404 for GraphQL.

What it cannot show runs on the stand-in: assignability (its list of assignees is missing), refusals of
permission, limits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from followthrough.connector import Connector, ConnectorError, Draft
from followthrough.http import Transport
from followthrough.testing import ConnectorContract
from followthrough_github.marker import marked
from serving import Clock

Connect = Callable[..., Connector]
Refusing = Callable[[type[ConnectorError]], Connector]


class TestEmulated(ConnectorContract):
    absent = "#987654"
    bulk = 130
    cannot_show: ClassVar = {
        "move": "the emulator transfers no issues",
        "delete": "the emulator deletes no issues",
        "duplicate": "of which issue one is a duplicate only GraphQL tells",
    }

    @pytest.fixture(autouse=True)
    def _emulated(self, emulated: Any, connect: Connect, refusing: Refusing) -> None:
        self.emulated, self.connect, self.refusing = emulated, connect, refusing
        self.transport = Transport(clock=(clock := Clock()).now, sleep=clock.sleep)

    def connector(self) -> Connector:
        return self.connect(self.emulated.url, self.transport, repository=self.emulated.repository)

    def broken(self, kind: type[ConnectorError]) -> Connector:
        return self.refusing(kind)

    def traffic(self) -> object:
        return self.transport.requests

    def by_stranger(self, draft: Draft) -> str | None:
        self.emulated.issue("mallory", title=draft.title, body=marked("copied", draft.id, draft.document))
        return "mallory"
