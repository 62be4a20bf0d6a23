"""``sync --push``, ``push`` in the settings and the brake on changes, through the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Written = Callable[..., str]
Sentence = Callable[[Any], str]

SETTINGS = 'documents = ["pms/*"]\nnamespace = "push"\n[brakes]\nfirst_run = 50\n'
VALVES = tuple(f"Check valve number {number} of the boiler" for number in range(1, 15))
FIRST = "pms/boiler.md:8"


@pytest.fixture
def filed(shop: Any, written: Written) -> Any:
    """Fourteen measures with boxes, filed in the embedded tracker."""
    shop.write("followthrough.toml", SETTINGS)
    lines = written(*VALVES).replace("- Check", "- [ ] Check")
    assert lines.splitlines()[7].startswith("- [ ] Check valve number 1 ")
    shop.write("pms/boiler.md", lines)
    shop.ok("file", "--yes")
    return shop


def edit(shop: Any, old: str, new: str, count: int = -1) -> None:
    path: Path = shop.folder / "pms" / "boiler.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def states(shop: Any) -> list[str]:
    return [ticket["state"] for ticket in shop.tickets()]


def test_status_names_the_command_that_pushes(filed: Any) -> None:
    edit(filed, "- [ ] Check valve number 1 ", "- [x] Check valve number 1 ")
    filed.ok("sync")
    assert f"close FT-1, or `sync --push {FIRST}`" in filed.ok("status").out
    said = filed.ok("sync", "--push", FIRST).out
    assert f"FT-1     open → done                  pushed from {FIRST}\n" in said
    assert states(filed)[:2] == ["done", "open"]
    again = filed.ok("sync", "--push", "FT-1")
    assert "Nothing to push: FT-1" in again.out


def test_json_carries_what_was_pushed(filed: Any) -> None:
    edit(filed, "valve number 2 ", "valve no. 2 ")
    done = filed.ok("sync", "--push", "FT-2", "--format", "json").json
    (push,) = done["pushed"]
    assert {name: push[name] for name in ("path", "line", "tracker", "key", "field", "from", "to")} == {
        "path": "pms/boiler.md",
        "line": 9,
        "tracker": "local",
        "key": "FT-2",
        "field": "title",
        "from": "Check valve number 2 of the boiler",
        "to": "Check valve no. 2 of the boiler",
    }
    assert filed.ok("sync", "--push", "FT-2", "--format", "json").json["pushed"] == []


@pytest.mark.parametrize("command", ["run", "sync", "file"])
def test_the_settings_push_what_they_name_and_the_plan_shows_it(command: str, filed: Any) -> None:
    filed.write("followthrough.toml", f'{SETTINGS}[sync]\npush = ["state"]\n')
    edit(filed, "- [ ] Check valve number 1 ", "- [x] Check valve no. 1 ")
    shown = filed.ok("plan").out
    assert f"~ push    {FIRST}   FT-1: open → done" in shown
    assert [push["field"] for push in filed.ok("plan", "--format", "json").json["pushes"]] == ["state"]
    assert filed.run("plan", "--detailed-exitcode").code == 6
    filed.ok(command)
    (ticket, *_) = filed.tickets()
    assert (ticket["state"], ticket["title"]) == ("done", "Check valve number 1 of the boiler")


@pytest.mark.parametrize("item", ["FT-99", "pms/boiler.md:1", "0123456789ab"])
def test_an_item_that_is_not_there_is_a_usage_error(item: str, filed: Any, sentence: Sentence) -> None:
    result = filed.run("sync", "--push", item)
    assert (result.code, sentence(result)) == (
        2,
        f"{item}: no measure is there. `followthrough plan` shows them.",
    )


@pytest.mark.parametrize("command", ["sync", "run", "file"])
def test_the_brake_on_changes_names_figures_and_the_way_past_it(command: str, filed: Any) -> None:
    filed.ok("local", "close", *(f"FT-{number}" for number in range(1, 12)))
    before = (filed.folder / "pms" / "boiler.md").read_bytes()
    stopped = filed.run(command)
    assert stopped.code == 4
    assert "11 of 14 measures tracked in local would change (11 in documents), the brake is at 10." in (
        stopped.err
    )
    assert (filed.folder / "pms" / "boiler.md").read_bytes() == before
    assert filed.run(command, "--format", "json").json["brakes"][0]["code"] == "changes"
    way = stopped.err.partition("--confirm ")[2].split()[0].rstrip(".")
    stale = filed.run(command, "--confirm", "0123456789abcdef")
    assert stale.code == 4
    assert "Nothing done; look at it first." in stale.err
    assert (filed.folder / "pms" / "boiler.md").read_bytes() == before
    filed.ok(command, "--confirm", way)
    assert (filed.folder / "pms" / "boiler.md").read_text(encoding="utf-8").count("[x]") == 11
    filed.ok(command)


def test_a_folder_that_was_emptied_stops_and_closes_nothing(filed: Any) -> None:
    document = filed.folder / "pms" / "boiler.md"
    text = document.read_bytes()
    document.unlink()
    result = filed.run("sync")
    assert result.code == 4
    assert "None of the 14 measures tracked in local stands in its document any more" in result.err
    assert set(states(filed)) == {"open"}
    document.write_bytes(text)
    filed.ok("run")
    assert document.read_bytes() == text
