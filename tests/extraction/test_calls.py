"""Labels in running text that call on somebody, and guides that only speak of measures."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem

Items = Callable[..., tuple[ActionItem, ...]]
HEAD = "# Disk full\n\n## Discussion\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "The page was late (ACTION: Carol to raise the limit).",
        "It was a known fault. ACTION: Carol to raise the limit.",
        "It was a known fault. ACTION - Carol to raise the limit.",
        "[ACTION] Carol to raise the limit.",
        "[TODO] Carol to raise the limit",
        "Action (Carol): raise the limit",
        "**Action** (Carol): raise the limit",
        "ACTION Carol: raise the limit.",
        "- ACTION for Carol: raise the limit",
        "- It was late. ACTION(Carol) raise the limit",
    ],
)
def test_somebody_is_called(items: Items, text: str) -> None:
    (item,) = items(HEAD + text + "\n")
    assert (item.owner, item.text.rstrip(".")) == ("Carol", "raise the limit")


def test_two_are_called_in_one_paragraph(items: Items) -> None:
    found = items(
        HEAD + "It was late (ACTION: Carol to raise the limit), and slow (ACTION: Sam to add a disk).\n"
    )
    assert [(item.owner, item.text) for item in found] == [
        ("Carol", "raise the limit"),
        ("Sam", "add a disk"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Action Plan: see the other page.",
        "Actions (all of them) were late.",
        "The [ACTION] flag was off in three of the nodes.",
        "We took ACTION - and it helped.",
    ],
)
def test_nobody_is_called(items: Items, text: str) -> None:
    assert items(HEAD + text + "\n") == ()


@pytest.mark.parametrize(
    "text",
    [
        "# How we write postmortems\n\nEvery incident gets a postmortem.\n\n",
        "# Incident review guide\n\n## Before\n\n- Invite everybody\n\n",
        "# Postmortems here\n\nA postmortem is a record. This page explains how to write one.\n\n",
        "# Writing a good post-incident review\n\n- Timeline\n\n",
    ],
)
def test_guides_have_no_measures(items: Items, text: str) -> None:
    assert items(text + "## Action items\n\n- Use verbs\n- Create a ticket for each\n") == ()


def test_a_report_may_say_what_a_postmortem_is(items: Items) -> None:
    text = "# Disk full\n\n**Date:** 2026-05-01\n\nA postmortem is a record. Postmortems are blameless.\n\n"
    assert [item.text for item in items(text + "## Action items\n\n- Add a disk\n")] == ["Add a disk"]
