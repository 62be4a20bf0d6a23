"""Where sentences end."""

from __future__ import annotations

import pytest

from followthrough.extraction.sentences import sentences


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
