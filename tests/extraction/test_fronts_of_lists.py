"""Names in front of the elements of a list, chapters in front of lines, and pairs of what was learned and is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem

Items = Callable[..., tuple[ActionItem, ...]]
HEAD = "# Checkout down\n\n## Actions\n\n"


@pytest.mark.parametrize("joint", [":", " ->", " →", " –", " -", "**:"])
def test_names_in_front_are_owners_where_most_have_one(items: Items, joint: str) -> None:
    bold = "**" if joint.startswith("**") else ""
    found = items(
        HEAD + f"- {bold}Tom{joint} limit for the pool\n- {bold}Priya{joint} alarm on its use\n"
        f"- {bold}Dana{joint} load test\n"
    )
    assert [(item.owner, item.text) for item in found] == [
        ("Tom", "limit for the pool"),
        ("Priya", "alarm on its use"),
        ("Dana", "load test"),
    ]


def test_names_of_things_in_front_are_none(items: Items) -> None:
    found = items(
        HEAD + "- Storage: limit for the pool\n- Ruby: upgrade\n- Iris: new colours\n- Tom: load test\n"
    )
    assert [item.owner for item in found[:3]] == [None, None, None]


def test_chapters_in_front_of_lines(items: Items) -> None:
    found = items(HEAD + "5.1.1 Replace the pool (Tom, 12 May).\n5.1.2 Restore the orders (done).\n")
    assert [(item.text, item.owner, item.done) for item in found] == [
        ("Replace the pool", "Tom", None),
        ("Restore the orders", None, True),
    ]


def test_what_is_done_about_what_was_learned(items: Items) -> None:
    found = items(
        "# Down\n\n## Learnings and actions\n\n**What we learned:** It had no limit.\n**What we'll do:** Add one.\n\n"
        "**What we learned:** Nobody knew it.\n**What we'll do:** Link it.\n"
    )
    assert [item.text for item in found] == ["Add one.", "Link it."]


def test_how_it_ended_is_no_measure(items: Items) -> None:
    found = items(
        "# Down\n\n## Resolution & next steps\n\nResolved by a restart at 14:20.\n\nNext steps:\n\n- Add a limit\n"
    )
    assert [item.text for item in found] == ["Add a limit"]
