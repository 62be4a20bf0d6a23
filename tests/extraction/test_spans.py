"""Deadlines that no calendar knows, owners with their deadlines behind a dash, and what is done by now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.model import ActionItem, State

Items = Callable[..., tuple[ActionItem, ...]]
Bullet = Callable[[str], ActionItem]


@pytest.mark.parametrize(
    ("text", "title", "owner", "due_text"),
    [
        ("Add a disk - Mei, by end of April", "Add a disk", "Mei", "end of April"),
        ("Add a disk — Sam by 3 May", "Add a disk", "Sam", "3 May"),
        ("Add a disk – next sprint", "Add a disk", None, "next sprint"),
        ("Add a disk (next sprint)", "Add a disk", None, "next sprint"),
        ("Add a disk [Mei, sprint 14]", "Add a disk", "Mei", "sprint 14"),
        ("Add a disk (owner: Mei, due: next release)", "Add a disk", "Mei", "next release"),
        ("Add a disk. Owner: Mei, next sprint", "Add a disk.", "Mei", "next sprint"),
        ("Add a disk in the next sprint", "Add a disk in the next sprint", None, "next sprint"),
        ("Add a disk before the next release.", "Add a disk before the next release.", None, "next release"),
        ("Review the plan of the sprint", "Review the plan of the sprint", None, None),
        ("Fix the release script", "Fix the release script", None, None),
    ],
)
def test_what_stands_behind(
    bullet: Bullet, text: str, title: str, owner: str | None, due_text: str | None
) -> None:
    item = bullet(text)
    assert (item.text, item.owner) == (title, owner)
    assert (item.due_text or "").removeprefix("by ") == (due_text or "")


def test_a_sprint_has_no_day_and_a_month_has(bullet: Bullet) -> None:
    assert bullet("Add a disk (next sprint)").due is None
    assert bullet("Add a disk - Mei, by end of April").due == date(2027, 4, 30)


@pytest.mark.parametrize(
    "heading", ["Action items (next sprint)", "Actions – next release", "次のスプリント"]
)
def test_a_heading_may_set_it(items: Items, heading: str) -> None:
    (item,) = items(f"# Down\n\n## Action items\n\n### {heading}\n\n- Add a disk\n")
    assert item.due is None
    assert item.due_text in ("next sprint", "next release", "次のスプリント")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("The queue now drops old files.", State.DONE),
        ("Health check calibrated for slow disks", State.DONE),
        ("Alerts needed for the queue", State.OPEN),
        ("From now on test each volume", State.OPEN),
        ("The queue should now drop old files", State.OPEN),
    ],
)
def test_what_something_does_by_now_is_done(bullet: Bullet, text: str, state: State) -> None:
    assert bullet(text).state is state


def test_what_was_done_since_is_done_unless_it_will_be(items: Items) -> None:
    found = items(
        "# Down\n\n## What we've done since\n\n- A runbook for full disks\n- We will add a second disk\n\n"
        "## What changed since then\n\n- Alert at 80 %\n"
    )
    assert [item.state for item in found] == [State.DONE, State.OPEN, State.DONE]


def test_a_ticket_beside_a_state(items: Items) -> None:
    found = items(
        "# Down\n\n## Actions\n\n| Action | Status |\n|---|---|\n| Add a disk | Planned (#28) |\n| Watch it | Done, see 2 |\n"
    )
    assert [[str(reference) for reference in item.references] for item in found] == [["#28"], []]
