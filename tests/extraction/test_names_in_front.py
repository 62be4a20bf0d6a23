"""Names in front of elements, dates that nobody set, a heading at the end of a paragraph, words to readers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem, State

Items = Callable[..., tuple[ActionItem, ...]]
Texts = Callable[..., list[str]]
HEAD = "# Login down\n\n## Action items\n\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "- Sam: retry budget\n- Kim: dashboards per region\n- Everyone: read the guide\n",
            [("retry budget", "Sam"), ("dashboards per region", "Kim"), ("read the guide", None)],
        ),
        (
            "- **Kim**: dashboards per region\n- **Lee**: second host\n",
            [("dashboards per region", "Kim"), ("second host", "Lee")],
        ),
        (
            "- Kafka: dashboards per region\n- Nginx: second host\n",
            [("Kafka: dashboards per region", None), ("Nginx: second host", None)],
        ),
        (
            "- Sam: dashboards per region\n- Nginx: second host\n- Cache: second disk\n",
            [
                ("Sam: dashboards per region", None),
                ("Nginx: second host", None),
                ("Cache: second disk", None),
            ],
        ),
    ],
)
def test_most_elements_start_with_somebody(
    items: Items, body: str, expected: list[tuple[str, str | None]]
) -> None:
    assert [(item.text, item.owner) for item in items(HEAD + body)] == expected


@pytest.mark.parametrize("due", ["ETA TBD", "due: TBD", "Deadline unknown"])
def test_a_date_that_nobody_set_is_no_part_of_the_title(items: Items, due: str) -> None:
    (item,) = items(f"{HEAD}- Dashboards per region — Kim — {due}\n")
    assert (item.text, item.owner, item.due_text) == ("Dashboards per region", "Kim", None)


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_the_last_sentence_in_front_of_a_list_heads_it(texts: Texts, name: str) -> None:
    text = "Login down\n\nThanks for joining the call this morning, all of you. Agreed actions:\n\n- Add a budget\n"
    assert texts(text, name) == ["Add a budget"]


@pytest.mark.parametrize("words", ["You don't need to do anything.", "No action is required on your side."])
def test_words_to_readers_among_measures(texts: Texts, words: str) -> None:
    assert texts(f"# Login down\n\n## What's next\n\n- We will add a retry budget.\n- {words}\n") == [
        "We will add a retry budget."
    ]


@pytest.mark.parametrize(
    ("remark", "state"),
    [("done: #41", State.DONE), ("fixed: OPS-3", State.DONE), ("in progress: OPS-3", State.IN_PROGRESS)],
)
def test_a_state_with_its_ticket(items: Items, remark: str, state: State) -> None:
    (item,) = items(f"{HEAD}- Make the limit a setting ({remark})\n")
    assert (item.text, item.state) == ("Make the limit a setting", state)
    assert [reference.text for reference in item.references] == [remark.split(": ")[1]]
