"""Tables of measures in any order of columns."""

from __future__ import annotations

from collections.abc import Callable

from followthrough.model import ActionItem, Kind, State

HEAD = "# Disk full\n\n## Action items\n\n"


def test_columns_in_any_order(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    (item,) = items(
        HEAD
        + "| Status | Bug | Who | What | Type | When |\n|-|-|-|-|-|-|\n| WIP | #44 | kim | Add a disk | Detect | 2026-12-01 |\n"
    )
    assert item.text == "Add a disk"
    assert (item.owner, item.due_text, item.kind, item.kind_stated) == (
        "kim",
        "2026-12-01",
        Kind.DETECTIVE,
        True,
    )
    assert (item.state, item.done) == (State.IN_PROGRESS, False)
    assert [str(reference) for reference in item.references] == ["#44"]


def test_the_mark_goes_to_the_ticket_cell_if_the_row_has_one(
    items: Callable[..., tuple[ActionItem, ...]],
) -> None:
    rows = "| Action | Owner | Ticket |\n|-|-|-|\n| Add a disk | kim | |\n| Watch it | kim |\n"
    first, second = items(HEAD + rows)
    assert first.place.cell == 2
    assert second.place.cell == 0


def test_outside_a_section_of_measures(texts: Callable[..., list[str]]) -> None:
    head = "# Disk full\n\n## Notes on the night\n\n"
    assert texts(head + "| Action item | Owner |\n|-|-|\n| Add a disk | kim |\n") == ["Add a disk"]
    assert texts(head + "| File | Change |\n|-|-|\n| a.py | Add a retry |\n") == []
    assert texts(head + "| Time | Event |\n|-|-|\n| 10:00 | Restart the node |\n") == []
    assert texts(head + "| Job | Risk | Priority |\n|-|-|-|\n| import | blocks | P0 |\n") == []


def test_placeholders(texts: Callable[..., list[str]]) -> None:
    assert texts(HEAD + "| Action | Owner |\n|-|-|\n| | |\n| TBD | |\n| [describe the action] | |\n") == []


def test_nobody_owns_it(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    for nobody in ("TBD", "(none)", "-", "unassigned"):
        (item,) = items(HEAD + f"| Action | Owner | Due |\n|-|-|-|\n| Add a disk | {nobody} | n/a |\n")
        assert (item.owner, item.owners, item.due, item.due_text) == (None, (), None, None)


def test_two_owners(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    (item,) = items(HEAD + "| Action | Owner |\n|-|-|\n| Add a disk | Sam, Kim |\n")
    assert (item.owner, item.owners) == ("Sam, Kim", ("Sam", "Kim"))


def test_lists_beside_a_table_explain_it(texts: Callable[..., list[str]]) -> None:
    assert texts(
        HEAD + "* Prevent - so that it stays away\n\n| Action | Type |\n|-|-|\n| Add a disk | Prevent |\n"
    ) == ["Add a disk"]
