"""Readers correct what was read."""

from __future__ import annotations

from collections.abc import Callable

from followthrough.model import ActionItem


def test_ignore(texts: Callable[..., list[str]]) -> None:
    assert texts("# Down\n\n## Action items\n\n- Add a disk <!-- ft:ignore -->\n- Watch it\n") == ["Watch it"]


def test_item(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    (item,) = items("# Down\n\n## Timeline\n\n- 10:00 restart\n- Add a disk <!-- ft:item -->\n")
    assert (item.text, item.reason) == ("Add a disk", "marked by a comment")


def test_section(texts: Callable[..., list[str]]) -> None:
    assert texts("# Down\n\n## Ideas <!-- ft:section -->\n\n- Add a disk\n") == ["Add a disk"]


def test_declined(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    (item,) = items("# Down\n\n## Action items\n\n- Add a disk <!-- ft:declined too dear -->\n")
    assert item.declined
    assert item.reason.endswith("declined: too dear")
