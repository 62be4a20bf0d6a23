"""The trackers of one run: what a document says of them costs no search each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from followthrough.engine.trackers import Trackers
from followthrough.http import Transport
from followthrough.model import Reference
from followthrough.settings import Settings
from followthrough.testing import MemoryPlugin


def test_a_connector_is_looked_up_once_however_many_references_name_it(tmp_path: Path) -> None:
    asked: list[str] = []

    def load(kind: str) -> Any:
        asked.append(kind)
        return MemoryPlugin()

    settings = Settings.model_validate({"trackers": {"ops": {"kind": "memory"}}})
    with Trackers(settings, tmp_path, None, Transport(), load) as trackers:
        found = [trackers.resolve(Reference(f"OPS-{number}")) for number in range(1, 20)]
        trackers.features("ops")
    assert found[-1] == ("ops", "OPS-19")
    assert asked == ["memory"]
