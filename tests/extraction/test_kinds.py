"""Kinds judged by the words."""

from __future__ import annotations

import pytest

from followthrough.extraction.kinds import inferred
from followthrough.extraction.vocabulary import Vocabulary
from followthrough.model import Kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Alert on a full disk", Kind.DETECTIVE),
        ("Write a runbook for alerts", Kind.PROCESS),
        ("Try a restore from backup every quarter", Kind.MITIGATIVE),
        ("Fix the race in the importer", Kind.CORRECTIVE),
        ("Pin the base image", Kind.PREVENTIVE),
        ("監視を追加する", Kind.DETECTIVE),
    ],
)
def test_kind(vocabulary: Vocabulary, text: str, kind: Kind) -> None:
    assert inferred(text, vocabulary) is kind
