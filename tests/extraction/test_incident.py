"""The incident from front matter, lines, bullets, tables and headings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from followthrough.model import Postmortem

Read = Callable[..., Postmortem]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# Postmortem: Checkout down", "Checkout down"),
        ("# Checkout down postmortem", "Checkout down"),
        ("# Post-mortem of the checkout outage", "the checkout outage"),
        ("# Retrospective: checkout", "checkout"),
        ("# 2026-03-04: Checkout down", "2026-03-04: Checkout down"),
        ("# Postmortem\n\n# Checkout down", "Checkout down"),
        ("# My postmortem", "My postmortem"),
        ("**Postmortem: Checkout down**", "Checkout down"),
    ],
)
def test_title(read: Read, heading: str, title: str) -> None:
    assert read(f"{heading}\n\n## Impact\n\nNone.\n").incident.title == title


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Checkout down\ndate: 2026-03-04\nseverity: 2\nauthors:\n  - Sam\n  - Kim\n---\n\n## Impact\n\nNobody could pay.\n",
        "# Checkout down\n\n**Date:** 2026-03-04 | **Severity:** SEV2  \n**Authors:** Sam, Kim\n\n## Impact\n\nNobody could pay.\n",
        "# Checkout down\n\n- Date: 4 March 2026\n- Severity: high\n- Authors: Sam and Kim\n- Impact: Nobody could pay.\n",
        "# Checkout down\n\n| | |\n|-|-|\n| Date | 2026-03-04 |\n| Severity | P2 |\n| Authors | Sam, Kim |\n| Impact | Nobody could pay. |\n",
        "# Checkout down\n\n### Date\n\n2026-03-04\n\n### Severity\n\nSev 2\n\n### Authors\n\nSam, Kim\n\n### Impact\n\nNobody could pay.\n",
    ],
    ids=["front matter", "lines", "bullets", "a table", "headings"],
)
def test_facts(read: Read, text: str) -> None:
    incident = read(text).incident
    assert incident.title == "Checkout down"
    assert incident.date == date(2026, 3, 4)
    assert incident.severity == "sev2"
    assert incident.authors == ("Sam", "Kim")
    assert incident.impact == "Nobody could pay."


def test_the_date_comes_from_the_file_name_last(read: Read) -> None:
    assert read("# Checkout down\n", "2026-03-04-checkout.md").incident.date == date(2026, 3, 4)
    assert read("# Checkout down on 5 March 2026\n", "2026-03-04-checkout.md").incident.date == date(
        2026, 3, 5
    )
    assert read("# Checkout down\n", "checkout.md").incident.date is None


def test_a_duration_from_start_and_end(read: Read) -> None:
    incident = read(
        "# Down\n\n- **Key events**\n  - First detected 2026-03-04 15:44\n  - Resolved 2026-03-04 17:14\n"
    ).incident
    assert incident.duration == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("value", "status"),
    [("draft", "draft"), ("Final", "final"), ("In review", "in review"), ("Resolved", None)],
)
def test_status(read: Read, value: str, status: str | None) -> None:
    assert read(f"# Down\n\nStatus: {value}\n").status == status
    assert read(f"---\nstatus: {value}\n---\n# Down\n").status == status


def test_draft_in_front_matter(read: Read) -> None:
    assert read("---\ndraft: true\n---\n# Down\n").status == "draft"


def test_looks_like_a_postmortem(read: Read) -> None:
    assert read("# Down\n\n## Action items\n").looks_like_postmortem
    assert read("# Down on 2026-03-04\n\n## Impact\n\nNone.\n").looks_like_postmortem
    assert not read("# How to bake bread\n\n## Ingredients\n\n- Flour\n").looks_like_postmortem
