"""Lessons and measures taken count only where nothing better stands beside them."""

from __future__ import annotations

from collections.abc import Callable


def test_lessons_alone(texts: Callable[..., list[str]]) -> None:
    text = "# Disk full\n\n## Timeline\n\n- 10:00\n\n## Lessons learned\n\n- Watch the disks\n- Disks get full.\n- Always be careful\n"
    assert texts(text) == ["Watch the disks"]


def test_lessons_beside_measures(texts: Callable[..., list[str]]) -> None:
    text = "# Disk full\n\n## Lessons learned\n\n- Watch the disks\n\n## Action items\n\n- Add a disk\n"
    assert texts(text) == ["Add a disk"]


def test_each_incident_for_itself(texts: Callable[..., list[str]]) -> None:
    one = "## 2026-01-0{} disk\n\n### Timeline\n\n10:00\n\n"
    text = (
        one.format(1)
        + "### Actions\n\n- Add a disk\n\n### Lessons\n\n- Watch it\n\n"
        + one.format(2)
        + "### Lessons\n\n- Order spares\n"
    )
    assert texts(text) == ["Add a disk", "Order spares"]
