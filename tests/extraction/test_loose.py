"""Labelled measures outside any section."""

from __future__ import annotations

from collections.abc import Callable

import pytest


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
