"""People whom the document knows may be the subject of a promise."""

from __future__ import annotations

from collections.abc import Callable

from followthrough.model import ActionItem


def test_known_people(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    head = "# Disk full\n\n**Authors:** Sam, Kim\n\n## Action items\n\n"
    sam, other = items(head + "- Sam will add a disk\n- Backups will cover the disk\n")
    assert (sam.text, sam.owner) == ("add a disk", "Sam")
    assert other.owner is None


def test_participants(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    (item,) = items(
        "# Disk full\n\n## Action items\n\n- Mira to add a disk\n\n## Responders\n\n- Mira (lead)\n- Jo\n"
    )
    assert (item.text, item.owner) == ("add a disk", "Mira")
