"""The trackers of one run: what a document says of them costs no search each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from followthrough.engine.exits import Exit
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


class Careless(MemoryPlugin):
    """Of scope ``web`` it can neither read a text nor, if so told, be made."""

    broken = False

    def reference(self, settings: Any, text: str, /) -> str | None:
        if settings.project == "web":
            raise ValueError(text)
        return super().reference(settings, text)

    def connect(self, settings: Any, outside: Any, /) -> Any:
        if settings.project == "web" and self.broken:
            raise LookupError(settings.project)
        return super().connect(settings, outside)


TEXT = "# Postmortem: queue full\n\nSeverity: {severity}\n\n## Action items\n\n- [ ] Sign every entry{more}\n"


@pytest.fixture
def careless(office: Any) -> Any:
    """An office whose connector is that one; high severities go to ``web``."""
    office.configure(routes=[{"when": {"severity": ["sev1"]}, "tracker": "web"}], default_tracker="ops")
    plugin = Careless(ops=office.ops, web=office.web)
    office.load = lambda _kind: plugin
    office.plugin = plugin
    return office


def test_a_connector_that_fails_in_reading_a_text_ends_no_night(careless: Any) -> None:
    other = careless.ops.add("Somebody's")
    careless.write("one.md", TEXT.format(severity="SEV3", more=f" ({other.key})"))
    careless.write("two.md", TEXT.format(severity="SEV1", more=""))
    careless.write("three.md", TEXT.format(severity="SEV1", more=" (WEB-9)"))
    done = careless.run()
    assert done.exit is Exit.PARTIAL
    (failure,) = done.failures
    assert failure.startswith("web: The connector failed in a way it must not (ValueError)")
    assert [step.path for step, _ in done.filed.created] == ["two.md"], "what names an issue is not filed"
    assert len(careless.ledger.snapshot().links) == 2, "of the other scope it is followed all the same"


def test_a_connector_that_cannot_be_made_stops_its_own_scope_only(careless: Any) -> None:
    careless.plugin.broken = True
    careless.write("one.md", TEXT.format(severity="SEV3", more=""))
    careless.write("two.md", TEXT.format(severity="SEV1", more=""))
    done = careless.run()
    assert done.exit is Exit.PARTIAL
    assert any(line.startswith("web: ") and "LookupError" in line for line in done.failures)
    assert [step.path for step, _ in done.filed.created] == ["one.md"]
