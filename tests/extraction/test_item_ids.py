"""What a document calls its items by, in front of them, is no part of their titles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem

Bullet = Callable[[str], ActionItem]


@pytest.mark.parametrize(
    "text",
    [
        "**C2.** Watch the age of the oldest job",
        "[ ] **A1 –** Watch the age of the oldest job",
        "**B1. Watch the age of the oldest job**",
        "**F1 — Watch the age of the oldest job** — it grew for an hour.",
        "D-3: Watch the age of the oldest job",
        "**D7** Watch the age of the oldest job",
        "[B4] Watch the age of the oldest job",
        "(b) Watch the age of the oldest job",
        "**AI-4:** Watch the age of the oldest job",
        "`E5` — Watch the age of the oldest job",
    ],
)
def test_an_id_stands_before_the_title(bullet: Bullet, text: str) -> None:
    assert bullet(text).text == "Watch the age of the oldest job"


@pytest.mark.parametrize(
    "text",
    [
        "S3: switch versioning on",
        "Q2 – Add a region",
        "L4: balance by connection",
        "B7 Add a bar",
        "V2: ship it",
    ],
)
def test_products_quarters_and_versions_are_no_ids(bullet: Bullet, text: str) -> None:
    assert bullet(text).text == text


def test_a_priority_in_front_is_none_either(bullet: Bullet) -> None:
    item = bullet("**P2:** Watch the age of the oldest job")
    assert (item.priority, item.text) == ("P2", "Watch the age of the oldest job")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "**C1. Queue contract.** Every new queue must name its limit.",
            "Queue contract. Every new queue must name its limit.",
        ),
        (
            "**Runbooks.** Write one for every queue that pages.",
            "Runbooks. Write one for every queue that pages.",
        ),
        ("**Limits.** We will limit every queue.", "Limits. We will limit every queue."),
        ("**Alert on the lag.** It grew for an hour.", "Alert on the lag."),
    ],
)
def test_a_name_in_bold_takes_the_sentence_that_says_what_to_do(
    bullet: Bullet, text: str, title: str
) -> None:
    assert bullet(text).text == title


def test_a_name_between_angles_in_a_path_is_no_placeholder(bullet: Bullet) -> None:
    assert bullet("Test every queue under `queues/<name>/` before it goes live").text.startswith(
        "Test every queue"
    )


@pytest.mark.parametrize(
    "text", ["**Don't deploy on Fridays.** Two of us were away.", "Don’t deploy on Fridays."]
)
def test_a_contraction_is_nobody(bullet: Bullet, text: str) -> None:
    item = bullet(text)
    assert item.owner is None
    assert item.text.replace("’", "'") == "Don't deploy on Fridays."
