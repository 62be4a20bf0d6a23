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


def test_incident_tools_list_what_responders_did_apart(texts: Callable[..., list[str]]) -> None:
    actions = "# Disk full\n\n## Actions\n\n- [x] Empty the disk\n\n"
    assert texts(actions) == ["Empty the disk"]
    assert texts(actions + "## Follow-ups\n\n- [ ] Add a disk\n") == ["Add a disk"]


def test_a_title_that_speaks_of_measures_is_no_section_of_them(texts: Callable[..., list[str]]) -> None:
    text = "# Disk full: what happened and what we are doing about it\n\nWe saw it late.\n\n## Next steps\n\n- Add a disk\n"
    assert texts(text) == ["Add a disk"]


@pytest.mark.parametrize(
    "heading",
    [
        "## Planned engineering improvements",
        "## Proposed follow-up tasks",
        "## 6.2 Corrective measures",
        "## Agreed reliability work",
        "## How are we making incidents like this less likely or less impactful?",
        "## D7 Prevent recurrence",
        "## What's still to come",
        "## Acciones de mejora a largo plazo",
        "## Mesures à prendre pour éviter que cela se reproduise",
        "## Próximas ações preventivas",
        "## Geplante Verbesserungsmaßnahmen",
    ],
)
def test_headings_of_measures(texts: Callable[..., list[str]], heading: str) -> None:
    assert texts(f"# Disk full\n\n{heading}\n\n- A second disk for each node\n") == [
        "A second disk for each node"
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "### Postmortem checklist",
        "### Measures taken during the incident",
        "### How can customers make incidents like this less impactful?",
        "### Related pages",
    ],
)
def test_headings_of_something_else(texts: Callable[..., list[str]], heading: str) -> None:
    text = f"# Disk full\n\n## Measures\n\n- Add a disk\n\n{heading}\n\n| Step | Done |\n|-|-|\n| Invite all | no |\n\n- A page\n"
    assert texts(text) == ["Add a disk"]


def test_recommendations_as_headings(texts: Callable[..., list[str]]) -> None:
    text = (
        "# Disk full\n\n## Recommendations\n\n### Recommendation 1: order disks before they are full\n\n"
        "They take a week.\n\n### Recommendation 2: look at the free space each morning\n\nNobody did.\n"
    )
    assert texts(text) == ["order disks before they are full", "look at the free space each morning"]


def test_chapters_and_clauses_of_a_memo(texts: Callable[..., list[str]]) -> None:
    text = (
        "MEMO\n\n4. CAUSE\n\nThe disk was full.\n\n5. RECOMMENDATIONS\n\n5.1  Order a second disk for the node\n"
        "     in Dublin.\n\n5.2  Look at the free space each morning.\n\n5.3  The panel does not recommend a new node.\n"
    )
    assert texts(text, "memo.txt") == [
        "Order a second disk for the node in Dublin.",
        "Look at the free space each morning.",
    ]


def test_a_list_of_the_names_of_chapters_is_no_chapter(texts: Callable[..., list[str]]) -> None:
    assert texts("# How we write\n\n1. Summary\n2. Timeline\n3. Measures\n\n- Write it soon\n") == []
