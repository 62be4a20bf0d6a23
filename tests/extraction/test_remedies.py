"""What is wrong stands in a heading, an element or a column, and what to do about it beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem, State

Texts = Callable[..., list[str]]
Items = Callable[..., tuple[ActionItem, ...]]


@pytest.mark.parametrize(
    "headings",
    [
        ("Finding 1: Nobody was paged", "Finding 2: The limit was a guess"),
        ("Problem 1 — Nobody was paged", "Problem 2 — The limit was a guess"),
        ("1. Nobody was paged", "2. The limit was a guess"),
        ("所見1：通知なし", "所見2：上限なし"),
    ],
)
@pytest.mark.parametrize("label", ["**Recommendation:**", "Fix:", "**Action**:", "Recommended action:"])
def test_a_finding_is_none_but_what_is_recommended(
    items: Items, headings: tuple[str, str], label: str
) -> None:
    one, two = headings
    found = items(
        f"# Down\n\n## Recommendations\n\n### {one}\n\nThe queue grew for hours.\n\n{label} Page on its age.\n\n"
        f"### {two}\n\n- {label} Measure the limit.\n- **Owner:** Sam\n"
    )
    assert [item.text.removeprefix("Action: ") for item in found] == [
        "Page on its age.",
        "Measure the limit.",
    ]
    assert [item.owner for item in found] == [None, "Sam"]


def test_a_finding_without_any_label_still_has_its_list(texts: Texts) -> None:
    text = "# Down\n\n## Action items\n\n### Finding 1: Nobody was paged\n\nIt grew.\n\n- Page on its age\n- Add a limit\n"
    assert texts(text) == ["Page on its age", "Add a limit"]


def test_a_heading_below_a_finding_holds_what_is_recommended(texts: Texts) -> None:
    text = (
        "# Down\n\n## Action items\n\n### Finding 1: Nobody was paged\n\nIt grew.\n\n**Recommendations:**\n\n"
        "- Page on its age\n- Add a limit\n"
    )
    assert texts(text) == ["Page on its age", "Add a limit"]


def test_a_heading_that_says_what_to_do_is_the_measure_and_its_label_a_detail(texts: Texts) -> None:
    text = (
        "# Down\n\n## Action items\n\n### Set a limit for the queue\n\nIt had none.\n\n**Action:** Use 20.\n"
    )
    assert texts(text) == ["Set a limit for the queue"]


@pytest.mark.parametrize(
    "element",
    [
        "- **Nobody was paged**\n  - Recommendation: Page on its age\n",
        "- **Problem:** Nobody was paged. **Recommendation:** Page on its age\n",
        "- Finding: nobody was paged. Fix: Page on its age\n",
    ],
)
def test_elements_with_their_recommendations(texts: Texts, element: str) -> None:
    assert texts(f"# Down\n\n## Recommendations\n\n{element}") == ["Page on its age"]


HEAD = "| Problem | Cause | Solution | Status |\n|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Action items", ["Page on its age", "Wait for the rebuild"]),
        ("Summary of issues", ["Page on its age"]),
        ("What was wrong", ["Page on its age"]),
    ],
)
def test_a_column_of_solutions(items: Items, heading: str, expected: list[str]) -> None:
    found = items(
        f"# Down\n\n## {heading}\n\n{HEAD}| Nobody was paged | No alert | Page on its age | To do |\n"
        "| Slow disk | Rebuild | Wait for the rebuild | Fixed |\n"
    )
    assert [item.text for item in found] == expected
    assert found[0].state is State.OPEN


def test_solutions_without_a_state_tell_how_it_ended(texts: Texts) -> None:
    table = "| Problem | Cause | Solution |\n|---|---|---|\n| Full | Logs | Deleted the logs |\n"
    assert texts(f"# Down\n\n## What was wrong\n\n{table}") == []


def test_a_column_of_issues_beside_solutions_holds_no_tickets(items: Items) -> None:
    (item,) = items(
        "# Down\n\n## Open issues\n\n| Issue | Cause | Resolution | Status |\n|---|---|---|---|\n"
        "| It grows | Logs | Rotate the logs | In progress |\n"
    )
    assert (item.text, item.state, item.place.cell) == ("Rotate the logs", State.IN_PROGRESS, 2)
