"""The document this program was first asked to read, in every detail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from followthrough.model import Postmortem

SEED = Path(__file__).resolve().parents[3] / "shared" / "seed" / "postmortem.md"
MEASURES = [
    "Implement better monitoring to detect database connectivity issues specifically.",
    "Develop runbooks for proper procedures during outages to minimize their length and impact.",
    "Review database configuration changes with the team before performing any update going forward.",
    "Develop better communication channels between engineering and management to improve incident management and notification.",
]


@pytest.mark.skipif(not SEED.exists(), reason="the seed document is not here")
def test_seed(read: Callable[..., Postmortem]) -> None:
    text = SEED.read_text(encoding="utf-8")
    postmortem = read(text, SEED.name)
    assert [item.text for item in postmortem.items] == MEASURES
    for item in postmortem.items:
        assert text.encode()[item.span.start : item.span.end].decode() == item.text
        assert (item.owner, item.due, item.priority, item.done, item.references) == (
            None,
            None,
            None,
            None,
            (),
        )
        assert item.section[-1] == "Corrective and Preventative Measures"
        assert item.description == ""
        assert not item.kind_stated
    assert [item.line for item in postmortem.items] == [38, 39, 40, 41]
    incident = postmortem.incident
    pacific = timezone(timedelta(hours=-8))
    assert incident.title == "My Postmortem"
    assert incident.date == date(2023, 5, 12)
    assert incident.start == datetime(2023, 5, 12, 15, tzinfo=pacific)
    assert incident.end == datetime(2023, 5, 12, 18, tzinfo=pacific)
    assert incident.duration == timedelta(seconds=10800)
    assert incident.impact is not None
    assert incident.impact.startswith("Our company's web application was down for three hours")
    assert incident.root_cause == "The root cause of the issue was a database connectivity problem."
    assert postmortem.looks_like_postmortem
    assert postmortem.status is None
