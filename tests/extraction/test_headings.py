"""What a heading says."""

from __future__ import annotations

import pytest

from followthrough.extraction.headings import Headings
from followthrough.extraction.vocabulary import Role, Vocabulary
from followthrough.model import Kind


@pytest.fixture
def headings(vocabulary: Vocabulary) -> Headings:
    return Headings(vocabulary)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Action items", Role.MEASURES),
        ("🎯 Action Items (due this week)", Role.MEASURES),
        ("The plan of battle (corrective and preventive measures)", Role.MEASURES),
        ("Mitigation and future prevention", Role.MEASURES),
        ("What's next?", Role.MEASURES),
        ("Prochaines étapes", Role.MEASURES),
        ("再発防止策", Role.MEASURES),
        ("Corrective and preventative measures must contain", Role.INSTRUCTION),
        ("Timeline (all times in UTC)", Role.TIMELINE),
        ("Root cause and resolution", Role.CAUSE),
        ("Lessons learnt", Role.LESSONS),
        ("What went well", Role.HINDSIGHT),
        ("Incident summary", Role.SUMMARY),
        ("Postmortem: the recovery of the follow-up service", Role.TITLE),
        ("Restore of the customer database took far too long for anybody", Role.NEUTRAL),
        ("Storage", Role.NEUTRAL),
    ],
)
def test_role(headings: Headings, text: str, role: Role) -> None:
    assert headings.read(text).role is role


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Preventive actions", Kind.PREVENTIVE),
        ("Detection", Kind.DETECTIVE),
        ("Acciones correctivas", Kind.CORRECTIVE),
        ("Process improvements", Kind.PROCESS),
        ("Corrective and preventative measures", None),
        ("Action items", None),
    ],
)
def test_kind(headings: Headings, text: str, kind: Kind | None) -> None:
    assert headings.read(text).kind is kind


def test_a_heading_that_says_done(headings: Headings) -> None:
    assert headings.read("Immediate (Completed)").done
    assert headings.read("Actions taken").done
    assert not headings.read("Immediate").done
