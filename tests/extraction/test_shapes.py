"""Several shapes of measures in one section: each of them counts, and what explains them does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

HEAD = "# Disk full\n\n## Action items\n\n"
TABLE = "\n| Action | Owner | Type |\n|-|-|-|\n| Add a disk | Sam | Prevent |\n"


def test_a_list_a_task_list_and_a_table(texts: Callable[..., list[str]], postmortem: str) -> None:
    assert texts(postmortem) == [
        "Move unreadable messages to a dead-letter queue after five tries.",
        "Alert when the oldest message is over ten minutes old and page the team on call",
        "Rehearse draining the queue every quarter",
        "Write a runbook for poisoned messages",
        "Limit retries in the shared client",
        "Show queue age on the front page",
    ]


@pytest.mark.parametrize(
    "last",
    [
        "Check the disks",
        "Better dashboards for disks",
        "We should order a spare.",
        "Check them. They are old.",
    ],
)
def test_a_plain_bullet_among_boxes(texts: Callable[..., list[str]], last: str) -> None:
    found = texts(HEAD + f"- [ ] Add a disk\n- [x] Fix the pager\n- {last}\n")
    assert len(found) == 3
    assert last.startswith(found[2].rstrip("."))


@pytest.mark.parametrize(
    "explanation",
    [
        "* Prevent - so that it stays away",
        "- Owner: the team that reports on it",
        "- Owner means the one who reports on it",
        "- The owner column names the one who reports on it",
        "- Sam = the storage team",
        "- The disk was full for two hours.",
        "- Type says what it is good for",
        "Legend:\n\n- Watch: it makes noise\n- Stop: it ends",
    ],
)
def test_bullets_that_explain_a_table(texts: Callable[..., list[str]], explanation: str) -> None:
    assert texts(HEAD + explanation + "\n" + TABLE) == ["Add a disk"]


def test_bullets_below_a_table(texts: Callable[..., list[str]]) -> None:
    assert texts(HEAD + TABLE + "\n- Watch the disk\n- Better dashboards\n") == [
        "Add a disk",
        "Watch the disk",
        "Better dashboards",
    ]
