"""A measure for which only the wording of a sentence speaks is marked as uncertain."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem

Items = Callable[..., tuple[ActionItem, ...]]


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("## Action items\n\n- Add an alert\n", True),
        ("## Action items\n\nWe will add an alert for the pool.\n", True),
        ("## Action items\n\nAdd an alert for the pool.\n", True),
        ("Action: add an alert\n", True),
        ("## Action items\n\n| Action | Owner |\n| - | - |\n| Add an alert | Sam |\n", True),
        ("## Action items\n\nRegular maintenance of all the disks.\n", False),
        ("We will add an alert for the pool.\n", False),
        ("## Lessons learned\n\n- Test the restore every month\n", False),
    ],
)
def test_how_sure_it_is(text: str, certain: bool, items: Items) -> None:
    assert [item.certain for item in items(f"# Down\n\n{text}")] == [certain]


def test_a_list_that_a_sentence_introduces_is_certain_and_a_promise_behind_it_is_not(items: Items) -> None:
    found = items(
        "# Down\n\nTo keep the pool from running full once more, we will take the following actions:\n\n- Add an alert\n\nWe will also review the pool.\n"
    )
    assert [item.certain for item in found] == [True, False]
