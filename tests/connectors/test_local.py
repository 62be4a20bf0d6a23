from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from followthrough.connector import Connector, ConnectorError, Unauthorized
from followthrough.http import Transport
from followthrough.testing import ConnectorContract
from followthrough_local import plugin
from followthrough_local.settings import LocalSettings


class TestLocal(ConnectorContract):
    cannot_show: ClassVar[dict[str, str]] = {
        "NotFound": "a missing file is an empty tracker; an absent ticket is a case of its own",
        "RateLimited": "a file limits nobody",
        "move": "a ticket stays in its file; `move` makes another one elsewhere",
        "delete": "a ticket is closed, never deleted",
        "duplicate": "a ticket is dropped, not tied to another one",
    }
    folder: Path

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> Iterator[None]:
        self.folder = tmp_path / "state"
        self.folder.mkdir()
        user = os.geteuid()
        yield
        os.seteuid(user)
        self.folder.chmod(0o700)

    def connector(self) -> Connector:
        return plugin.connect(LocalSettings(path=self.folder / "tracker.db"), Transport())

    def traffic(self) -> object:
        return sorted(self.folder.rglob("*"))

    def broken(self, kind: type[ConnectorError]) -> Connector:
        (self.folder / "tracker.db").write_bytes(b"no tracker " * 1000)
        if kind is Unauthorized:
            connector = self.connector()
            self.folder.chmod(0o000)
            if os.geteuid() == 0:
                # root may write everywhere, so somebody else tries.
                os.seteuid(65534)
            return connector
        return self.connector()
