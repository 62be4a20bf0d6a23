"""One heading for each measure."""

from __future__ import annotations

from collections.abc import Callable

from followthrough.model import ActionItem, State


def test_numbered_headings(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    text = "# Disk full\n\n## Actions\n\n### 1. Bigger disk for the nodes\n\nThe old one is full.\n\n### 2. Smaller logs (@kim)\n\nThey grow.\n"
    first, second = items(text)
    assert (first.text, second.text) == ("Bigger disk for the nodes", "Smaller logs")
    assert second.owner == "@kim"
    assert first.description == "The old one is full."
    assert first.section == ("Disk full", "Actions")


def test_the_mark_goes_below_the_heading(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    (item,) = items("# Disk full\n\n## Actions\n\n### Add a bigger disk\n\nThe old one is full.\n")
    assert item.place.block == 3


def test_components_are_no_measures(texts: Callable[..., list[str]]) -> None:
    assert texts(
        "# Disk full\n\n## Actions\n\n### Storage nodes of Dublin\n\n- Add a disk\n\n### Process\n\n- Ask twice\n"
    ) == ["Add a disk", "Ask twice"]


def test_a_heading_that_ends_in_what_was_done_is_done(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    text = "# Disk full\n\n## Actions\n\n### 1) Old logs removed\n\nEvery night.\n\n### 2) Bigger disks\n\nThey grow.\n"
    assert [item.state for item in items(text)] == [State.DONE, State.OPEN]
