"""States that stand above or behind measures, and promises that go on in a list."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem, State

Texts = Callable[..., list[str]]


def test_a_heading_tells_the_state_of_what_is_under_way(
    items: Callable[..., tuple[ActionItem, ...]],
) -> None:
    text = "# Down\n\n## Action items\n\n### In progress\n\n- Split the pool\n\n### Blocked\n\n- Buy a disk\n"
    assert [item.state for item in items(text)] == [State.IN_PROGRESS, State.BLOCKED]


def test_a_heading_that_names_a_thing_does_not_say_that_it_is_done(
    items: Callable[..., tuple[ActionItem, ...]],
) -> None:
    text = "# Down\n\n## Action items\n\n### Shared session store\n\nMove the sessions of all pods there.\n"
    assert [(item.text, item.done) for item in items(text)] == [("Shared session store", None)]


def test_what_who_and_when_in_one_line(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    (item,) = items(
        "# Down\n\n## Action items\n\n- **What:** add a limit **Who:** Sam **When:** 2026-12-01\n"
    )
    assert (item.text, item.owner, str(item.due)) == ("add a limit", "Sam", "2026-12-01")


@pytest.mark.parametrize(
    "lead", ["We will:", "In the coming weeks we will also:", "We are also planning to:", "We're going to:"]
)
def test_a_promise_goes_on_in_a_list(lead: str, texts: Texts) -> None:
    text = f"# Down\n\nAll is well again.\n\n{lead}\n\n* Move the store\n* Practise failover\n"
    assert texts(text) == ["Move the store", "Practise failover"]


def test_a_promise_for_a_case_opens_no_list(texts: Texts) -> None:
    text = "# Down\n\nIf the queue grows we will:\n\n* Restart the workers\n* Call the team\n"
    assert texts(text) == []


@pytest.mark.parametrize(
    ("word", "state"), [("OPEN", State.OPEN), ("PENDING", State.OPEN), ("DONE", State.DONE)]
)
def test_a_state_in_capitals_behind_brackets(
    word: str, state: State, items: Callable[..., tuple[ActionItem, ...]]
) -> None:
    (item,) = items(
        f"# Down\n\n## Action items\n\n- Watch the queue (owner: Sam, due: 2026-12-01)   {word}\n"
    )
    assert (item.text, item.owner, str(item.due), item.state) == (
        "Watch the queue",
        "Sam",
        "2026-12-01",
        state,
    )
