"""Sentences that announce work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem, State

HEAD = "# Disk full\n\n## Follow-up\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Limit the size of the logs.\n", ["Limit the size of the logs."], id="an instruction"),
        pytest.param(
            "We have added a second disk.\n\nReviews are now required.\n",
            ["We have added a second disk.", "Reviews are now required."],
            id="reports",
        ),
        pytest.param(
            "Nobody was told. We should tell the desk first.\n",
            ["We should tell the desk first."],
            id="the sentence that says what to do",
        ),
        pytest.param(
            "Although it was not the cause, we will add a disk.\n",
            ["we will add a disk."],
            id="the clause that says it",
        ),
        pytest.param(
            "To keep it from happening again we will add a disk to each node and watch the growth of the logs.\n",
            [
                "To keep it from happening again we will add a disk to each node",
                "watch the growth of the logs.",
            ],
            id="two works in one sentence",
        ),
        pytest.param(
            "We will measure and limit the size of each log, move the old ones to the archive every night, "
            "and add a panel for the free space.\n",
            [
                "We will measure and limit the size of each log",
                "move the old ones to the archive every night",
                "add a panel for the free space.",
            ],
            id="an enumeration of works",
        ),
        pytest.param(
            "What could keep this away would be to look at the free space every morning (by hand at first) "
            "and to always keep a tenth of it unused.\n",
            [
                "look at the free space every morning (by hand at first)",
                "always keep a tenth of it unused.",
            ],
            id="works behind their introduction",
        ),
        pytest.param(
            "We will take the following steps:\n\n- Add a disk\n", ["Add a disk"], id="an introduction"
        ),
        pytest.param(
            "- Add a disk\n\nBy doing so we hope to sleep better.\n", ["Add a disk"], id="a conclusion"
        ),
        pytest.param("We will continue to take storage seriously.\n", [], id="a vow"),
        pytest.param("List the actions with an owner each.\n", [], id="instructions of the form"),
        pytest.param("You should restart your client.\n", [], id="advice"),
        pytest.param(
            "Use a bigger disk.\nKeep fewer logs.\nWatch the growth.\n",
            ["Use a bigger disk.", "Keep fewer logs.", "Watch the growth."],
            id="a line each",
        ),
    ],
)
def test_paragraphs_of_a_section(texts: Callable[..., list[str]], text: str, expected: list[str]) -> None:
    assert texts(HEAD + text) == expected


def test_promises_without_any_section(texts: Callable[..., list[str]]) -> None:
    text = "# Disk full\n\nThe disk was full. We will add a second one next week. We apologise.\n\n## Timeline\n\nWe will call the vendor, said Kim.\n"
    assert texts(text) == ["We will add a second one next week."]


def test_promises_give_way_to_a_list(texts: Callable[..., list[str]]) -> None:
    assert texts("# Disk full\n\nWe will add a disk.\n\n## Action items\n\n- Add a disk to node 3\n") == [
        "Add a disk to node 3"
    ]


def test_a_remark_behind_the_sentence(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    (item,) = items(HEAD + "The log is never rotated. (fixed by https://github.com/acme/ops/pull/5)\n")
    assert (item.text, item.state) == ("The log is never rotated.", State.DONE)
    assert [str(reference) for reference in item.references] == ["https://github.com/acme/ops/pull/5"]


def test_the_span_is_the_sentence(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    text = HEAD + "It was late.\nWe should page two people\ninstead of one. Nobody minds.\n"
    (item,) = items(text)
    assert (
        text.encode()[item.span.start : item.span.end].decode()
        == "We should page two people\ninstead of one."
    )
    assert (item.line, item.end_line) == (6, 7)


def test_what_a_story_ends_with(texts: Callable[..., list[str]]) -> None:
    story = "# Disk full\n\n## Resolution\n\nWe emptied the disk. We will use no other in the future."
    assert texts(story + "\n") == []
    ahead = " Moving forward, we plan to add a disk, watch its space, and rehearse the move."
    assert texts(story + ahead + "\n") == ["add a disk, watch its space, and rehearse the move."]
