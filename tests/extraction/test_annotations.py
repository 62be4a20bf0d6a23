"""What stands beside an item's words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.model import ActionItem, Kind, State


@pytest.mark.parametrize(
    ("text", "state", "done"),
    [
        ("Add a disk", State.OPEN, None),
        ("**DONE** Add a disk", State.DONE, True),
        ("**DONE 2026-05-14** — Add a disk", State.DONE, True),
        ("DONE: Add a disk", State.DONE, True),
        ("Add a disk - DONE", State.DONE, True),
        ("Add a disk (done)", State.DONE, True),
        ("Add a disk ✅", State.DONE, True),
        ("✅ Add a disk", State.DONE, True),
        ("~~Add a disk~~", State.DONE, True),
        ("Add a disk. DONE in [PR #4](https://github.com/acme/ops/pull/4)", State.DONE, True),
        ("Add a disk (shipped in this release)", State.DONE, True),
        ("A second disk has been added", State.DONE, True),
        ("Added a second disk", State.DONE, True),
        ("Add a disk (in progress)", State.IN_PROGRESS, False),
        ("We are working on a second disk", State.IN_PROGRESS, False),
        ("Add a disk - blocked", State.BLOCKED, False),
        ("Add a disk - won't do", State.DROPPED, False),
        ("**DEFERRED P2** — Add a disk", State.OPEN, False),
        ("**TODO** Add a disk", State.OPEN, False),
    ],
)
def test_state(bullet: Callable[[str], ActionItem], text: str, state: State, done: bool | None) -> None:
    item = bullet(text)
    assert (item.state, item.done) == (state, done)
    assert "disk" in item.text


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Add a disk (owner: Sam)", "Sam"),
        ("Add a disk — Owner: Sam", "Sam"),
        ("Add a disk (@sam)", "@sam"),
        ("Add a disk @sam", "@sam"),
        ("[@sam] Add a disk", "@sam"),
        ("@sam will add a disk", "@sam"),
        ("@sam: add a disk", "@sam"),
        ("Storage team to add a disk", "Storage team"),
        ("Add a disk (owner: TBD)", None),
        ("Alerts to watch the disk", None),
    ],
)
def test_owner(bullet: Callable[[str], ActionItem], text: str, owner: str | None) -> None:
    assert bullet(text).owner == owner


def test_several_at_once(bullet: Callable[[str], ActionItem]) -> None:
    item = bullet(
        "[P1] Add a disk (owner: Sam, due: 2026-12-01) [OPS-4](https://acme.atlassian.net/browse/OPS-4)"
    )
    assert item.text == "Add a disk"
    assert (item.owner, item.due, item.priority) == ("Sam", date(2026, 12, 1), "P1")
    assert [(reference.text, reference.url) for reference in item.references] == [
        ("OPS-4", "https://acme.atlassian.net/browse/OPS-4")
    ]


def test_due_in_a_prefix(bullet: Callable[[str], ActionItem]) -> None:
    item = bullet("**TODO due 2026-12-01** — Add a disk")
    assert (item.text, item.due, item.state) == ("Add a disk", date(2026, 12, 1), State.OPEN)


def test_a_date_inside_the_words_is_no_deadline(bullet: Callable[[str], ActionItem]) -> None:
    assert bullet("Find out why logins failed on 28 March 2026").due_text is None
    assert bullet("Keep backups for 30 days").due_text is None


@pytest.mark.parametrize(
    ("tag", "kind"),
    [("[preventive]", Kind.PREVENTIVE), ("**PROCESS LESSON** —", Kind.PROCESS), ("[Detect]", Kind.DETECTIVE)],
)
def test_kind_tag(bullet: Callable[[str], ActionItem], tag: str, kind: Kind) -> None:
    item = bullet(f"{tag} Add a disk")
    assert (item.kind, item.kind_stated, item.text) == (kind, True, "Add a disk")


@pytest.mark.parametrize(
    "text",
    [
        "Move to UTF-8",
        "Encrypt with AES-256",
        "Apply the fix for CVE-2026-1234",
        "Join #ops-alerts",
        "Follow rule #2",
    ],
)
def test_no_ticket(bullet: Callable[[str], ActionItem], text: str) -> None:
    assert bullet(text).references == ()
