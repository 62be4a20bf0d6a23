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
        (
            "Develop better communication channels between engineering and management "
            "to improve incident management and notification.",
            Kind.PROCESS,
        ),
        ("Improve notification of stakeholders during an incident", Kind.PROCESS),
        ("Notify customers earlier", Kind.PROCESS),
        ("Notify the on-call engineer when the disk is full", Kind.DETECTIVE),
        ("Add a notification when the queue is full", Kind.DETECTIVE),
        ("監視を追加する", Kind.DETECTIVE),
    ],
)
def test_kind(vocabulary: Vocabulary, text: str, kind: Kind) -> None:
    assert inferred(text, vocabulary) is kind
