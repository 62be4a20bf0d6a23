"""Whom a text speaks to: readers get advice, what nobody is to do is no work, and one work is told once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Texts = Callable[..., list[str]]


@pytest.mark.parametrize(
    "lead",
    [
        "Looking back, we have a few recommendations for plugin authors and users of the library:",
        "Our advice to customers until then:",
    ],
)
def test_advice_to_readers_is_none(lead: str, texts: Texts) -> None:
    text = f"# Stolen token\n\n## Recommendations\n\n{lead}\n\n- Rotate every token\n- Pin each version\n"
    assert texts(text) == []


def test_recommendations_to_oneself_are_measures(texts: Texts) -> None:
    text = "# Stolen token\n\n## Recommendations\n\nOur recommendations for the next quarter:\n\n- Rotate all keys\n"
    assert texts(text) == ["Rotate all keys"]


@pytest.mark.parametrize(
    ("always", "never"),
    [
        ("✅ **Do:**", "❌ **Never do:**"),
        ("**FAZER:**", "❌ **NUNCA FAZER:**"),
        ("**À faire :**", "**À ne pas faire :**"),
    ],
)
def test_what_nobody_is_to_do_is_no_work(always: str, never: str, texts: Texts) -> None:
    text = (
        f"# Leak\n\n## Action items\n\n- Rotate the key\n\n{always}\n- Scan each commit\n\n"
        f"{never}\n- Commit a key\n- Share keys by mail\n"
    )
    assert not {"Commit a key", "Share keys by mail"} & {*texts(text)}


def test_a_sentence_that_says_more_of_the_one_before_it(texts: Texts) -> None:
    text = (
        "# Down\n\n## What is being done about this?\n\n"
        "We will test each release under load. These will be run at night, so that nobody notices.\n\n"
        "The alert was missing. This will be fixed by adding one for the queue.\n"
    )
    found = texts(text)
    assert len(found) == 2
    assert found[0] == "We will test each release under load."
    assert "adding one for the queue" in found[1]


@pytest.mark.parametrize(
    "heading", ["What are the next steps for Acme?", "What comes next", "So what happens next?"]
)
def test_a_heading_that_asks_for_next_steps(heading: str, texts: Texts) -> None:
    text = (
        f"# Lost files\n\n## {heading}\n\nThe bug is fixed. We are taking several actions:\n\n"
        "* We're adding a canary for each cluster.\n* We're slowing down how the storage is rolled out.\n"
    )
    assert len(texts(text)) == 2


def test_labels_for_readers(texts: Texts) -> None:
    text = (
        "# Down\n\n## Recommendations\n\n- For operators: upgrade to 2.4 as soon as possible\n"
        "- For users: rotate your keys\n- For the release job: add a check\n"
    )
    assert texts(text) == ["For the release job: add a check"]


def test_what_is_hoped_for_and_what_is_only_told_are_no_work(texts: Texts) -> None:
    text = (
        "# Down\n\nWe will publish a detailed report next week. We will keep monitoring the queue.\n\n"
        "## Emergency remediation\n\n- Restart the workers\n\n"
        "## Action items\n\n- Add an alert\n\nExpected results:\n\n- Fewer pages at night\n"
    )
    assert texts(text) == ["Add an alert"]
