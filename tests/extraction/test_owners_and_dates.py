"""Owner and date in one annotation, as people write them, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.model import ActionItem, State

DAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "due_text"),
    [
        ("Add a test for it (owner: Sam, due 2026-12-01)", "2026-12-01"),
        ("Add a test for it (owner: Sam, due: 2026-12-01)", "2026-12-01"),
        ("Add a test for it (owner: Sam, by 2026-12-01)", "2026-12-01"),
        ("Add a test for it (due 2026-12-01, owner Sam)", "2026-12-01"),
        ("Add a test for it. Owner: Sam, due 2026-12-01", "2026-12-01"),
        ("Add a test for it. Owner: Sam, due 2026-12-01.", "2026-12-01"),
        ("Add a test for it (Sam, by 2026-12-01)", "2026-12-01"),
        ("Add a test for it (Sam, 2026-12-01)", "2026-12-01"),
        ("Add a test for it (Sam, due 2026-12-01)", "2026-12-01"),
        ("Add a test for it (Sam, due 1 Dec 2026)", "1 Dec 2026"),
        ("Add a test for it - Sam - 2026-12-01", "2026-12-01"),
        ("Sam: add a test for it by 2026-12-01", "2026-12-01"),
        ("Sam: Add a test for it by 2026-12-01", "2026-12-01"),
        ("**Sam** to add a test for it by 2026-12-01", "2026-12-01"),
        ("**Sam**: add a test for it by 2026-12-01", "2026-12-01"),
        ("Sam to add a test for it by 2026-12-01", "2026-12-01"),
        ("Add a test for it. Owner: Sam; Due: 1 Dec 2026; Priority: P1", "1 Dec 2026"),
        ("Add a test for it Owner: Sam; Due: 1 Dec 2026; Priority: P1", "1 Dec 2026"),
        ("Add a test for it (Owner: Sam; Due: 1 Dec 2026; Priority: P1)", "1 Dec 2026"),
        ("Add a test for it. Owner: Sam. Due: 2026-12-01", "2026-12-01"),
        ("Add a test for it. Owner: Sam. Priority: P1. Due: 2026-12-01.", "2026-12-01"),
    ],
)
def test_owner_and_date(bullet: Callable[[str], ActionItem], text: str, due_text: str) -> None:
    item = bullet(text)
    assert (item.owner, item.due, item.due_text) == ("Sam", DAY, due_text)
    assert item.text.lower().rstrip(".") == "add a test for it"


@pytest.mark.parametrize(
    ("text", "owner", "due", "priority"),
    [
        ("Add a test for it - @sam - 2026-12-01", "@sam", DAY, None),
        ("Add a test for it (@sam, P2, 2026-12-01)", "@sam", DAY, "P2"),
        ("Add a test for it (P2, @sam)", "@sam", None, "P2"),
        ("[P1] Add a test for it", None, None, "P1"),
        ("Add a test for it [P1]", None, None, "P1"),
        ("Add a test for it (owner: Sam, Kim, due 2026-12-01)", "Sam, Kim", DAY, None),
        ("Sam Lee: Add a test for it by 2026-12-01", "Sam Lee", DAY, None),
    ],
)
def test_other_annotations(
    bullet: Callable[[str], ActionItem], text: str, owner: str | None, due: date | None, priority: str | None
) -> None:
    item = bullet(text)
    assert (item.text.lower(), item.owner, item.due, item.priority) == (
        "add a test for it",
        owner,
        due,
        priority,
    )


@pytest.mark.parametrize(
    "text",
    [
        "Monitoring: Add an alert for the disk",
        "Kafka: Add a partition",
        "Backup Strategy: Keep a copy elsewhere",
        "Add retries (Redis, Kafka)",
        "Add an index (Q3, 2025)",
        "Repeat what the paper did (Brewer, 2012-03-01)",
        "Move the queue to Dublin, Ireland",
        "**Alerting**: Add an alert for the disk",
        "Test the failover, then announce it",
        "Document the Owner: field of the form",
    ],
)
def test_nobody_is_invented(bullet: Callable[[str], ActionItem], text: str) -> None:
    item = bullet(text)
    assert (item.owner, item.due, item.due_text) == (None, None, None)
    assert item.text == text.replace("*", "")


@pytest.mark.parametrize(
    ("text", "state", "description"),
    [
        (
            "~~Add a test for it~~ Won't do, because it goes away.",
            State.DROPPED,
            "Won't do, because it goes away",
        ),
        ("~~Add a test for it~~ — not needed: it goes away", State.DROPPED, "not needed: it goes away"),
        ("~~Add a test for it~~ Done", State.DONE, ""),
        ("Add a test for it **Not done**", State.OPEN, ""),
        ("Add a test for it **Done**", State.DONE, ""),
        ("Add a test for it Not done", State.OPEN, ""),
        ("Add a test for it **TODO**", State.OPEN, ""),
        ("Add a test for it `DONE`", State.DONE, ""),
        ("Add a test for it, not done", State.OPEN, ""),
        ("**Not done**: Add a test for it", State.OPEN, ""),
        ("**Done** Add a test for it", State.DONE, ""),
    ],
)
def test_a_state_is_no_part_of_the_title(
    bullet: Callable[[str], ActionItem], text: str, state: State, description: str
) -> None:
    item = bullet(text)
    assert (item.text, item.state, item.description) == ("Add a test for it", state, description)
    assert item.done is (state is State.DONE)


@pytest.mark.parametrize(
    "text", ["Check that the job is done", "Retry until it is done", "Keep the spare **live**"]
)
def test_a_word_of_the_sentence_is_no_state(bullet: Callable[[str], ActionItem], text: str) -> None:
    item = bullet(text)
    assert (item.text, item.done) == (text.replace("*", ""), None)


def test_labels_that_only_blanks_part(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    head = "# Disk full\n\n## Corrective actions\n\n### 1. Watch the disk\n\n"
    (item,) = items(head + "**Owner:** Sam Moss **Due:** 2026-12-01 **Status:** Done\n\nIt was full.\n")
    assert (item.owner, item.due, item.done) == ("Sam Moss", date(2026, 12, 1), True)
