"""What happens to a ticket and its box between filing and the first link, which a run may have to put off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from followthrough.connector import Change, State

TEXT = "# Postmortem: outage\n\n## Action items\n\n- [ ] Add an alert on the disk\n"


@pytest.fixture
def document(office: Any) -> Path:
    """Its measure is filed, and no link could be written."""
    path: Path = office.write("pm.md", TEXT)
    path.chmod(0o444)
    office.file()
    assert path.read_text() == TEXT
    path.chmod(0o644)
    return path


def test_a_ticket_that_was_closed_ticks_the_box_along_with_the_link(office: Any, document: Path) -> None:
    """What is filed was open, so its box was empty then: nobody has unticked it."""
    office.ops.edit("OPS-1", Change(state=State.DONE))
    assert office.run().plan.matters == ()
    assert "- [x] Add an alert on the disk [OPS-1, done]" in document.read_text()
    assert office.run().plan.matters == ()


def test_a_tick_by_hand_stays(office: Any, document: Path) -> None:
    document.write_text(TEXT.replace("[ ]", "[x]"))
    assert [matter.code for matter in office.run().plan.matters] == ["ticked-by-hand"]
    assert "- [x] Add an alert on the disk [OPS-1, open]" in document.read_text()
