"""What is told cheaply of long sentences and long texts is what looking at every word tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.extraction.acts import Acts
from followthrough.extraction.openings import OPENING, Openings
from followthrough.extraction.phrases import Hit, Phrases, Words, words_of
from followthrough.extraction.vocabulary import default_vocabulary

WORDS = st.sampled_from(
    [
        "we",
        "will",
        "the team",
        "are",
        "is going to",
        "added",
        "have",
        "a",
        "é",
        "Our",
        "ſhall",
        "x" * 60,
        "disk",
    ]
)
PARTS = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=30)
NAMES = st.sampled_from(["a", "b", "c"])
PHRASE = st.lists(NAMES, min_size=1, max_size=3).map(" ".join)


@pytest.fixture(scope="module")
def acts() -> Acts:
    return Acts(default_vocabulary())


def places(text: str) -> set[int]:
    return {joint.end() for joint in Openings(default_vocabulary()).of(text, 0, len(text))}


@given(PARTS)
def test_nobody_begins_where_it_says_that_nobody_can(acts: Acts, parts: list[str]) -> None:
    text = "Add " + "it, " * 260 + ", ".join(parts) + "."
    possible = places(text)
    at = len(text) - len(", ".join(parts)) - 1
    for part in parts:
        words = words_of(text[at : at + OPENING])
        if len(words.tokens) > 3 and (acts.speaks(words) or acts.assigns(words)):
            assert at in possible, text[at:]
        at += len(part) + 2


def test_somebody_begins_behind_a_comma_of_a_long_sentence() -> None:
    text = "Add " + "it, " * 260 + "we will add a disk, the team will add a test, and that is all"
    found = places(text)
    assert {text.index("we will"), text.index("the team")} <= found
    assert found.isdisjoint((text.index("it, "), text.index("and that")))


@given(st.lists(PHRASE, max_size=8, unique=True), st.lists(NAMES, max_size=12), st.sampled_from([0, 300]))
def test_the_longest_phrase_at_each_word(phrases: list[str], tokens: list[str], filling: int) -> None:
    tokens = ["z"] * filling + tokens
    expected = []
    for at in range(len(tokens)):
        fitting = [each for each in phrases if tokens[at : at + each.count(" ") + 1] == each.split()]
        if fitting:
            longest = max(fitting, key=len)
            expected.append(Hit(longest, at, longest.count(" ") + 1))
    known = Phrases({each: [each] for each in phrases})
    words = Words(" ".join(tokens))
    assert list(known.all(words)) == expected
    assert known.first(words) == known.first(words) == next(iter(expected), None)
    assert known.start(words) == next((hit for hit in expected if hit.at == 0), None)
