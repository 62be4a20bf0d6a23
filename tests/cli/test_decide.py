"""``adopt``, ``ignore``, ``move`` and ``undo``: what people decide by hand, through the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Written = Callable[..., str]
Picture = Callable[[Path], dict[str, Any]]
Sentence = Callable[[Any], str]

SETTINGS = """\
documents = ["pms/*"]
namespace = "decide"
default_tracker = "a"

[trackers.a]
kind = "local"
path = "a.db"

[trackers.b]
kind = "local"
path = "b.db"
prefix = "OPS"
"""
MEASURES = ("Add an alert for the pool", "Rehearse the restore", "Write a runbook")
ALERT, RESTORE, RUNBOOK = (f"pms/checkout.md:{line}" for line in (8, 9, 10))


@pytest.fixture
def two(shop: Any, written: Written) -> Any:
    """Two embedded trackers, and a postmortem with three measures."""
    shop.write("followthrough.toml", SETTINGS)
    shop.write("pms/checkout.md", written(*MEASURES))
    return shop


@pytest.fixture
def filed(two: Any) -> Any:
    """The same with all three filed in ``a``."""
    two.ok("file", "--yes")
    return two


def document(shop: Any) -> str:
    text: str = (shop.folder / "pms" / "checkout.md").read_text(encoding="utf-8")
    return text


def links(shop: Any) -> list[str]:
    """What the link behind each measure reads, such as ``FT-1, open``; empty without one."""
    lines = [line for line in document(shop).splitlines() if line.startswith("- ")][2:5]
    return [line.partition("[")[2].partition("]")[0] for line in lines]


def tickets(shop: Any, tracker: str) -> dict[str, str]:
    """The tickets of one tracker: key to state."""
    found = shop.ok("local", "list", "--tracker", tracker, "--format", "json").json["tickets"]
    return {one["key"]: one["state"] for one in found}


def history(shop: Any, tracker: str) -> list[Any]:
    keys = list(tickets(shop, tracker))
    shown = shop.ok("local", "show", *keys, "--tracker", tracker, "--format", "json").json["tickets"]
    return [one["history"] for one in shown]


def run_of(result: Any) -> str:
    """The run's id, from the last line of what ``file`` said."""
    run: str = result.out.split("Run ")[1].split()[0]
    return run


def planned(shop: Any) -> dict[int, tuple[str, str]]:
    """What the plan says of each line: action and reason."""
    steps = shop.ok("plan", "--format", "json").json["steps"]
    return {step["line"]: (step["action"], step["reason"]) for step in steps}


# --- adopt ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["a:FT-1", "FT-1"], ids=["tracker and key", "key"])
def test_adopt_links_an_issue_and_leaves_it_as_it_was(key: str, two: Any, written: Written) -> None:
    two.write("pms/other.md", written("Watch the pool", title="Other"))
    two.ok("file", "pms/other.md", "--yes")
    before = history(two, "a")
    two.ok("adopt", key, RESTORE)
    assert links(two) == ["", "FT-1, open", ""]
    assert history(two, "a") == before
    assert {line: action for line, (action, _) in planned(two).items()}[9] == "keep"
    two.ok("run")
    assert len(tickets(two, "a")) == 3, "the two that are not adopted, and the one of the other document"


def test_an_adopted_issue_is_followed(two: Any, written: Written) -> None:
    two.write("pms/other.md", written("Watch the pool", title="Other"))
    two.ok("file", "pms/other.md", "--yes")
    two.ok("adopt", "a:FT-1", RESTORE)
    two.ok("local", "close", "FT-1", "--tracker", "a")
    two.ok("sync")
    assert links(two)[1] == "FT-1, done"


def test_adopt_again_changes_nothing(filed: Any) -> None:
    before = document(filed)
    filed.ok("adopt", "a:FT-2", RESTORE)
    assert document(filed) == before
    assert tickets(filed, "a") == {"FT-1": "open", "FT-2": "open", "FT-3": "open"}


@pytest.mark.parametrize(
    ("key", "item", "code", "says"),
    [
        (
            "a:FT-3",
            RESTORE,
            2,
            "pms/checkout.md:9 has a ticket already. Take it back with `undo`, or use `move`.",
        ),
        ("a:FT-99", RESTORE, 3, "a:FT-99: a has no such issue, or hides it from us. Check the key."),
        (
            "X-99",
            RESTORE,
            2,
            "X-99: no configured tracker knows such a key. Write TRACKER:KEY; trackers: a, b.",
        ),
        (
            "a:FT-1",
            "pms/checkout.md:99",
            2,
            "pms/checkout.md:99: no measure is there. `followthrough plan` shows them.",
        ),
    ],
    ids=["has one", "no such issue", "no such tracker", "no such measure"],
)
def test_adopt_says_why_not(
    key: str, item: str, code: int, says: str, filed: Any, picture: Picture, sentence: Sentence
) -> None:
    before = document(filed)
    result = filed.run("adopt", key, item)
    assert (result.code, sentence(result)) == (code, says)
    assert document(filed) == before


# --- ignore ---------------------------------------------------------------------------------------


def test_an_ignored_measure_is_not_filed(two: Any) -> None:
    before = document(two)
    two.ok("ignore", RUNBOOK, "--reason", "advice to readers")
    assert document(two) == before
    assert planned(two)[10] == ("skip", "ignored: advice to readers")
    two.ok("run")
    two.ok("file", "--yes")
    assert links(two) == ["FT-1, open", "FT-2, open", ""]


def test_an_ignored_measure_is_filed_by_name(two: Any) -> None:
    two.ok("ignore", RUNBOOK, "--reason", "advice to readers")
    two.ok("file", "--item", RUNBOOK, "--yes")
    assert links(two) == ["", "", "FT-1, open"]


def test_ignore_needs_a_reason_and_no_ticket(filed: Any, sentence: Sentence) -> None:
    assert filed.run("ignore", RUNBOOK).code == 2
    result = filed.run("ignore", RUNBOOK, "--reason", "late")
    assert (result.code, sentence(result)) == (
        2,
        "pms/checkout.md:10 has a ticket. Close that as won't do, or take it back with `undo`.",
    )
    assert planned(filed)[10][0] == "keep"


# --- move -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", ["FT-2", RESTORE], ids=["key", "line"])
def test_move_files_there_and_closes_here_with_a_pointer(item: str, filed: Any) -> None:
    filed.ok("move", item, "b")
    assert links(filed) == ["FT-1, open", "OPS-1, open", "FT-3, open"]
    assert tickets(filed, "a") == {"FT-1": "open", "FT-2": "dropped", "FT-3": "open"}
    assert tickets(filed, "b") == {"OPS-1": "open"}
    (old,) = filed.ok("local", "show", "FT-2", "--tracker", "a", "--format", "json").json["tickets"]
    assert old["backlink"] == "OPS-1"


def test_what_was_moved_stays_moved(filed: Any) -> None:
    filed.ok("move", RESTORE, "b")
    before = document(filed)
    for command in (("move", RESTORE, "b"), ("run",), ("file", "--yes"), ("sync",)):
        filed.ok(*command)
        assert document(filed) == before, command
    assert len(tickets(filed, "a")) == 3
    assert tickets(filed, "b") == {"OPS-1": "open"}
    filed.ok("local", "close", "OPS-1", "--tracker", "b")
    filed.ok("sync")
    assert links(filed)[1] == "OPS-1, done"


def test_move_says_why_not(two: Any, sentence: Sentence) -> None:
    nowhere = two.run("move", RESTORE, "c")
    assert (nowhere.code, sentence(nowhere)) == (2, "There is no tracker 'c'. Configured: a, b.")
    unfiled = two.run("move", RESTORE, "b")
    assert (unfiled.code, sentence(unfiled)) == (
        2,
        f"{RESTORE} has no ticket to move. `file --item {RESTORE}` files it.",
    )
    assert tickets(two, "b") == {}
    assert links(two) == ["", "", ""]


def test_move_by_the_old_key_says_where_it_is(filed: Any) -> None:
    filed.ok("move", "FT-2", "b")
    before, there = document(filed), tickets(filed, "b")
    said = filed.ok("move", "FT-2", "b").out
    assert said == "FT-2 was moved to b already, it is OPS-1 there; nothing was done.\n"
    assert (document(filed), tickets(filed, "b")) == (before, there)


# --- what is said ---------------------------------------------------------------------------------


def test_each_decision_is_said_with_what_happens_next(two: Any, written: Written) -> None:
    two.write("pms/other.md", written("Watch the pool", title="Other"))
    two.ok("file", "pms/other.md", "--yes")
    said = two.ok("adopt", "FT-1", RESTORE).out
    assert said == (
        f"{RESTORE} is linked to FT-1 (open) and follows it from now on. The issue was not changed.\n"
        "1 link written to pms/checkout.md (1 line)\n"
    )
    assert two.ok("adopt", "FT-1", RESTORE).out == (
        f"{RESTORE} is linked to FT-1 already; nothing was done.\n"
    )
    assert two.ok("ignore", RUNBOOK, "--reason", "advice to readers").out == (
        f"{RUNBOOK} is ignored and will not be filed: advice to readers. "
        f"Undo: `followthrough file --item {RUNBOOK}`.\n"
    )
    two.ok("file", "--item", ALERT, "--yes")
    assert two.ok("move", ALERT, "b").out == (
        f"{ALERT} moved from FT-2 to OPS-1. FT-2 is closed as won't do and points there.\n"
        "1 status written to pms/checkout.md (1 line)\n"
    )
    assert two.ok("move", ALERT, "b").out == f"{ALERT} is in b already, as OPS-1; nothing was done.\n"


# --- undo -----------------------------------------------------------------------------------------


def test_undo_takes_a_run_back(two: Any) -> None:
    before = document(two)
    run = run_of(two.ok("file", "--yes"))
    said = two.ok("undo", run, "--yes").out
    assert f"Run {run}: closes 3 as won't do, keeps 0." in said
    assert "Links taken out of pms/checkout.md." in said
    assert document(two) == before
    assert tickets(two, "a") == {"FT-1": "dropped", "FT-2": "dropped", "FT-3": "dropped"}


def test_what_was_taken_back_is_not_filed_again(filed: Any, two: Any) -> None:
    filed.ok("undo", "--yes", _last_run(filed))
    before = document(filed)
    for command in (("run",), ("file", "--yes"), ("sync",)):
        filed.ok(*command)
        assert document(filed) == before, command
        assert len(tickets(filed, "a")) == 3, command
    assert {reason for action, reason in planned(filed).values() if action == "skip"} == {
        reason for _, reason in planned(filed).values()
    }


def test_what_was_taken_back_is_filed_by_name(filed: Any) -> None:
    filed.ok("undo", "--yes", _last_run(filed))
    filed.ok("file", "--item", ALERT, "--yes")
    assert links(filed) == ["FT-1, open", "", ""]
    assert tickets(filed, "a") == {"FT-1": "open", "FT-2": "dropped", "FT-3": "dropped"}
    for command in (("run",), ("file", "--item", ALERT, "--yes"), ("sync",)):
        filed.ok(*command)
    assert tickets(filed, "a") == {"FT-1": "open", "FT-2": "dropped", "FT-3": "dropped"}


def test_undo_lists_tickets_as_people_count(two: Any, written: Written) -> None:
    two.write("pms/checkout.md", written(*(f"Check valve number {number}" for number in range(11))))
    run = run_of(two.ok("file", "--limit", "20", "--yes"))
    two.ok("local", "start", "FT-10", "FT-2", "--tracker", "a")
    shown = two.ok("undo", run, "--dry-run").out.splitlines()[:11]
    listed = [(line.split()[1], line.split()[2]) for line in shown]
    assert listed == [
        *(("close", f"FT-{number}") for number in (1, 3, 4, 5, 6, 7, 8, 9, 11)),
        ("keep", "FT-2"),
        ("keep", "FT-10"),
    ]


def test_undo_finds_a_document_renamed_without_any_settings(shop: Any, written: Written) -> None:
    shop.write("pms/checkout.md", written(*MEASURES))
    before = document(shop)
    run = run_of(shop.ok("file", "pms/checkout.md", "--yes"))
    renamed = (shop.folder / "pms" / "checkout.md").rename(shop.folder / "pms" / "2026-checkout.md")
    said = shop.ok("undo", run, "--yes").out
    assert "Links taken out of pms/2026-checkout.md." in said
    assert renamed.read_text(encoding="utf-8") == before


def test_undo_shows_first_what_it_would_do(filed: Any, picture: Picture) -> None:
    run = _last_run(filed)
    before = {name: seen[-1] for name, seen in picture(filed.folder / "pms").items()}
    said = filed.ok("undo", run, "--dry-run").out
    assert said.count("- close ") == 3
    assert said.endswith(f"Run {run}: closes 3 as won't do, keeps 0.\n")
    assert {name: seen[-1] for name, seen in picture(filed.folder / "pms").items()} == before
    assert set(tickets(filed, "a").values()) == {"open"}


def test_undo_keeps_an_issue_that_somebody_touched(filed: Any) -> None:
    run = _last_run(filed)
    filed.ok("local", "start", "FT-2", "--tracker", "a")
    said = filed.ok("undo", run, "--yes").out
    assert (
        "= keep    FT-2     Rehearse the restore   (somebody has changed it; close it there if you want)"
        in said
    )
    assert f"Run {run}: closes 2 as won't do, keeps 1." in said
    assert tickets(filed, "a") == {"FT-1": "dropped", "FT-2": "in_progress", "FT-3": "dropped"}
    filed.ok("run")
    assert links(filed) == ["", "FT-2, in progress", ""]
    again = filed.ok("undo", run, "--yes").out
    assert again.endswith(f"Run {run}: closes 0 as won't do, keeps 1.\n")


@pytest.mark.parametrize(("answer", "closed"), [("y\n", True), ("n\n", False)], ids=["yes", "no"])
def test_undo_asks_on_a_terminal(answer: str, closed: bool, filed: Any) -> None:
    result = filed.on_terminal("undo", _last_run(filed), question="Do it?", answer=answer)
    assert result.code == 0, result.out
    assert ("Nothing closed, nothing written." in result.out) is not closed
    assert set(tickets(filed, "a").values()) == {"dropped" if closed else "open"}
    assert any(links(filed)) is not closed


def test_undo_of_a_run_that_filed_nothing(filed: Any, sentence: Sentence) -> None:
    run = _last_run(filed)
    result = filed.run("undo", "20200101-1", "--yes")
    assert (result.code, sentence(result)) == (
        2,
        f"Run 20200101-1 filed nothing that is still linked. The latest runs: {run}.",
    )
    filed.ok("undo", run, "--yes")
    assert filed.run("undo", run, "--yes").code == 2


def _last_run(shop: Any) -> str:
    run: str = shop.ok("status", "--format", "json").json["last_run"]["id"]
    return run
