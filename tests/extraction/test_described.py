"""Measures told at length, and what stands beside them: details, options, advice, owners behind a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem, State

Items = Callable[..., tuple[ActionItem, ...]]
Texts = Callable[..., list[str]]

TOLD = """\
# Backlog of the mail queue

## Remediation

### Autoscale the senders

There were four of them. Their number will follow the depth of the queue.

- Depth: 1000
- Pause of five minutes between steps

### Holding queue for poison mails

A mail that fails three times blocks the ones behind it.

### Depth dashboard

Shows depth and age.
"""


def test_headings_with_a_story_and_its_details_are_the_measures(items: Items) -> None:
    found = items(TOLD)

    assert [item.text for item in found] == [
        "Autoscale the senders",
        "Holding queue for poison mails",
        "Depth dashboard",
    ]
    assert all(item.state is not State.DONE for item in found)


def test_a_story_in_front_of_calls_for_work_does_not_make_the_heading_a_measure(texts: Texts) -> None:
    document = """\
# Mail outage

## Remediation

### Visibility of the mail queue

Nobody saw it grow.

- Alert on the depth of the queue
- Add a graph of its age

### Speed of the mail queue

It was too slow.

- Add two senders
"""

    assert texts(document) == ["Alert on the depth of the queue", "Add a graph of its age", "Add two senders"]


def test_a_list_of_what_something_does_is_no_list_of_measures(texts: Texts) -> None:
    document = """\
# Broken rollout

## Action items

- [ ] Validate manifests before they are applied

### The validator in detail

- Uses the published schemas
- Runs before the merge
- Fails on unknown fields
"""

    assert texts(document) == ["Validate manifests before they are applied"]


@pytest.mark.parametrize(
    "heading",
    [
        "Rejected",
        "Measures considered",
        "Out of scope",
        "Alternative solutions",
        "Verworfene Maßnahmen",
        "Mesures écartées",
        "Acciones descartadas",
        "Ações descartadas",
        "検討した案",
        "검토한 대안",
        "备选方案",
    ],
)
def test_what_was_only_considered_is_no_measure(texts: Texts, heading: str) -> None:
    document = f"""\
# Parser outage

## Action items

- Move parsing into a sandbox

### {heading}

- Rewrite the parser
- Buy a parser
"""

    assert texts(document) == ["Move parsing into a sandbox"]


@pytest.mark.parametrize(
    "heading",
    [
        "Recommendations for users",
        "Empfehlungen für alle Nutzer",
        "Recommandations aux utilisateurs",
        "Recomendaciones para los usuarios",
        "Recomendações para os usuários",
        "Raccomandazioni per gli utenti",
        "利用者へのお願い",
        "사용자 안내",
        "用户须知",
    ],
)
def test_recommendations_to_readers_are_no_measures_in_any_language(texts: Texts, heading: str) -> None:
    document = f"""\
# Login outage

## Action items

- Lengthen sessions

## {heading}

- Restart the client
- Clear the cache
"""

    assert texts(document) == ["Lengthen sessions"]


def test_the_owner_may_stand_behind_a_sentence_below_a_word_that_sorts_measures(items: Items) -> None:
    document = """\
# Search outage

## Improvement actions

**Detection**
Add an alert on latency. Owner: Yuki.

**Response**
Write a runbook for cold caches. Owner: Abel.
"""

    assert [(item.text, item.owner) for item in items(document)] == [
        ("Add an alert on latency.", "Yuki"),
        ("Write a runbook for cold caches.", "Abel"),
    ]


def test_what_was_done_and_what_will_be_done_stand_in_one_sentence(texts: Texts) -> None:
    document = """\
# Full disk

The disk was full. I have lowered the retention to seven days and will add an alert on free space.
"""

    assert any("add an alert on free space" in text for text in texts(document))


def test_that_tickets_were_filed_is_no_measure(texts: Texts) -> None:
    document = """\
# Cold caches

## Where do we go from here

We've opened three tickets. We are going to merge requests for one key (PLAT-13).
"""

    assert [text for text in texts(document) if "three tickets" in text] == []
    assert len(texts(document)) == 1


def test_writers_may_also_want_more_than_one_thing(texts: Texts) -> None:
    document = """\
# Bad migration

## What can be done to prevent this in the future?

Migrations should run against a copy of the data. We should also make each of them reversible.
"""

    assert texts(document) == [
        "Migrations should run against a copy of the data.",
        "We should also make each of them reversible.",
    ]


def test_a_label_behind_a_dash_introduces_a_measure(items: Items) -> None:
    document = """\
# Review of the outage

Discussed:

1. The alert did not fire — *action*: fix the threshold (Bob)
2. Nobody had access → Action: grant emergency access to the on-call (Alice)
3. Communication was slow — no action
"""

    assert [(item.text, item.owner) for item in items(document)] == [
        ("fix the threshold", "Bob"),
        ("grant emergency access to the on-call", "Alice"),
    ]
