"""A priority in a heading is that of the measures below it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.extraction import Vocabulary
from followthrough.extraction.levels import heading_level
from followthrough.model import ActionItem


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("P0 — before next release", "P0"),
        ("P1 (this quarter)", "P1"),
        ("Detect earlier (P2)", "P2"),
        ("Later – p3", "P3"),
        ("[P3] Later", "P3"),
        ("P2 items", "P2"),
        ("Priority: Medium", "Medium"),
        ("High priority", "High"),
        ("Low-priority", "Low"),
        ("Haute priorité", "Haute"),
        ("優先度：高", "高"),
        ("P0/P1", None),
        ("Do this first (P0, P1)", None),
        ("P1 outage of the queue", None),
        ("After the P1 outage", None),
        ("Immediate", None),
        ("Longer term", None),
    ],
)
def test_what_a_heading_says(vocabulary: Vocabulary, title: str, level: str | None) -> None:
    assert heading_level(title, vocabulary) == level


def test_it_holds_for_all_below_unless_they_say_otherwise(
    items: Callable[..., tuple[ActionItem, ...]],
) -> None:
    found = items(
        "# Disk full\n\n## Action items\n\n- Add a disk\n\n### P0 — before the next release\n\n- Watch the disk\n"
        "- Paint the disk (P3)\n\n#### Storage\n\n- Grow the volume\n\n### P1\n\n| Action | Owner |\n|---|---|\n"
        "| Drop old files | Sam |\n"
    )
    assert [item.priority for item in found] == [None, "P0", "P3", "P0", "P1"]


def test_the_priority_of_the_incident_is_not_that_of_its_measures(
    items: Callable[..., tuple[ActionItem, ...]],
) -> None:
    (item,) = items("# P1: Disk full\n\n## Action items\n\n- Add a disk\n")
    assert item.priority is None
