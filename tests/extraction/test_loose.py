"""Labelled measures outside any section."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem


@pytest.mark.parametrize("label", ["Action", "**Action item**", "TODO", "Action point", "- Action"])
def test_labels(texts: Callable[..., list[str]], label: str) -> None:
    assert texts(f"# Disk full\n\n## Lessons learned\n\nIt was late.\n\n{label}: Add a disk\n") == [
        "Add a disk"
    ]


@pytest.mark.parametrize("heading", ["Timeline", "Appendix"])
def test_not_in_history_and_appendices(texts: Callable[..., list[str]], heading: str) -> None:
    assert texts(f"# Disk full\n\n## {heading}\n\nTODO: add a disk\n") == []


def test_nothing_behind_the_label(texts: Callable[..., list[str]]) -> None:
    assert texts("# Disk full\n\nText.\n\nTODO: TBD\n") == []


def test_arrows_before_labels_and_several_in_a_paragraph(texts: Callable[..., list[str]]) -> None:
    text = (
        "# Disk full\n\n## Five whys\n\n**Why was it full?**\nNobody looked.\n\u2192 Action: Look at it each morning\n"
        "=> Action: Add a second disk\n"
    )
    assert texts(text) == ["Look at it each morning", "Add a second disk"]


def test_a_paragraph_on_several_changes(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    text = (
        "# Disk full\n\nThe disk of the node was full for two hours on Tuesday.\n\nWe are making several changes as a "
        "result of this event. We have moved the old logs off the node. We will watch the free space of each disk, and "
        "we are ordering a second one for the nodes in Dublin.\n"
    )
    assert [(item.text, item.done) for item in items(text)] == [
        ("We have moved the old logs off the node.", True),
        ("We will watch the free space of each disk", None),
        ("we are ordering a second one for the nodes in Dublin.", False),
    ]


def test_a_label_that_is_a_heading_in_an_item_is_no_words_of_the_item(
    items: Callable[..., tuple[ActionItem, ...]],
) -> None:
    assert items("\n- # Action: ") == ()
    assert [item.text for item in items("# Down\n\n- # Action: Add a disk\n\nAction: Add a test\n")] == [
        "Add a test"
    ]
