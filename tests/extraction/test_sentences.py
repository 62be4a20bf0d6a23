"""Where sentences end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.extraction.sentences import sentences
from followthrough.model import ActionItem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("Use v1.2.3 now. Then stop", ["Use v1.2.3 now.", "Then stop"]),
        ("Do it, e.g. today. Or not", ["Do it, e.g. today.", "Or not"]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ("一つ目。二つ目。", ["一つ目。", "二つ目。"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_only_the_first_ones_are_looked_for_where_no_more_are_wanted() -> None:
    text = "One. Two. Three."
    assert [text[start:end] for start, end in sentences(text, most=2)] == ["One.", "Two."]


def test_a_deadline_is_looked_for_in_the_sentences_behind_a_title_but_not_in_a_book(
    bullet: Callable[[str], ActionItem],
) -> None:
    due = "We expect to have it by 2026-12-24."
    assert bullet(f"Add a disk. {'It was full. ' * 100}{due}").due == date(2026, 12, 24)
    assert bullet(f"Add a disk. {'It was full. ' * 300}{due}").due is None
