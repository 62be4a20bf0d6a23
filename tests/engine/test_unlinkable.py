"""A measure at which no link can stand is tracked in the ledger, and is not written to night after night."""

from __future__ import annotations

from typing import Any

from followthrough.connector import Change, State

HTML = """\
# Postmortem: cache poisoned

## Action items

<ul>
<li>Sign every cache entry</li>
</ul>
"""


def test_it_is_told_once_and_followed(office: Any) -> None:
    document = office.write("pm.md", HTML)
    done = office.file()
    assert [(path, line) for path, line, _ in done.written.unlinked] == [("pm.md", 6)]
    for _ in range(2):
        again = office.sync()
        assert again.plan.notes == ()
        assert again.written.unlinked == []
    office.ops.edit("OPS-1", Change(state=State.DONE))
    office.sync()
    assert document.read_text() == HTML
    assert [ticket.state for ticket in office.ledger.snapshot().tickets.values()] == [State.DONE]
