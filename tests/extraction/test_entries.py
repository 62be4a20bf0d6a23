"""Measures with their owner, their date and their story on the lines below their title."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.documents import parse
from followthrough.extraction.explaining import passed_over
from followthrough.model import ActionItem, Kind

Items = Callable[..., tuple[ActionItem, ...]]
Texts = Callable[..., list[str]]
HEAD = "# Checkout down\n\n## Action items\n\n"
TITLES = ["Connection limits in the pool", "Paging rule for slow queries"]

LINES = """\
**1. Connection limits in the pool**
Owner: Database team | Deadline: 2027-05-01

The pool must refuse more than 40 connections. A test in CI must prove it.

**2. Paging rule for slow queries**
Owner: Mia | Deadline: 2027-05-08

Any query slower than a second pages somebody. Verified by a drill.
"""
INSIDE = """\
1. **Connection limits in the pool**
   Owner: Database team | Deadline: 2027-05-01

   The pool must refuse more than 40 connections.

2. **Paging rule for slow queries**
   - Owner: Mia
   - Deadline: 2027-05-08
   - Any query slower than a second pages somebody.
"""
OUTSIDE = """\
1. **Connection limits in the pool**

Owner: Database team | Deadline: 2027-05-01

The pool must refuse more than 40 connections.

2. **Paging rule for slow queries**

Owner: Mia | Deadline: 2027-05-08

Any query slower than a second pages somebody.
"""
ALONE = """\
**Connection limits in the pool**

Owner: Database team
Deadline: 2027-05-01

The pool must refuse more than 40 connections.

**Paging rule for slow queries**

- Owner: Mia
- Deadline: 2027-05-08

Any query slower than a second pages somebody.
"""
HEADINGS = """\
### 1. Connection limits in the pool
**Owner:** Database team
**Due:** 2027-05-01

- The pool refuses more than 40 connections
- Metrics show how many are used

### 2. Paging rule for slow queries
**Owner:** Mia
**Due:** 2027-05-08

- Slower than a second pages somebody
- Shown on the dashboard
"""


@pytest.mark.parametrize("body", [LINES, INSIDE, OUTSIDE, ALONE, HEADINGS])
def test_the_title_is_the_measure_and_the_line_below_gives_owner_and_date(items: Items, body: str) -> None:
    found = items(HEAD + body)
    assert [item.text for item in found] == TITLES
    assert [item.owner for item in found] == ["Database team", "Mia"]
    assert [item.due for item in found] == [date(2027, 5, 1), date(2027, 5, 8)]


def test_what_tells_of_the_title_is_its_description(items: Items) -> None:
    first, second = items(HEAD + LINES)
    assert "refuse more than 40 connections" in first.description
    assert second.description.startswith("Any query slower")


def test_a_title_in_bold_needs_no_fields_where_those_beside_it_have_some(texts: Texts) -> None:
    more = "\n**3. Drill for the whole team**\n\nIt lasts an hour and must end in a report.\n"
    assert texts(HEAD + LINES + more) == [*TITLES, "Drill for the whole team"]


def test_boxes_below_a_title_are_measures_of_their_own(texts: Texts) -> None:
    body = "**1. Limits**\nOwner: Mia | Due: 2027-05-01\n\n- [ ] Add a limit to the pool\n- [ ] Test it\n"
    assert texts(HEAD + body) == ["Limits", "Add a limit to the pool", "Test it"]


def test_what_belongs_to_a_title_is_explained(today: date) -> None:
    passed = passed_over(parse((HEAD + LINES).encode(), "incident.md"), today=today)
    assert [one.reason for one in passed] == [
        "explains the measure on line 5",
        "explains the measure on line 10",
    ]


def test_a_heading_with_label_and_number_is_the_measure_whatever_stands_below(items: Items) -> None:
    found = items(
        "# Checkout down\n\n## CAPA\n\n"
        "### Corrective Action 1: Fix the remaining carts\n\n"
        "- Run the repair job for the cart that was missed\n- Reset the carts without a price\n\n"
        "### Preventive Action 1: Add a check for carts without a price\n\nWarn on the page when one has none.\n"
    )
    assert [(item.text, item.kind, item.kind_stated) for item in found] == [
        ("Fix the remaining carts", Kind.CORRECTIVE, True),
        ("Add a check for carts without a price", Kind.PREVENTIVE, True),
    ]


@pytest.mark.parametrize(
    ("lesson", "label"),
    [("Lesson: limits must be tested.", "Action"), ("Leçon : il faut essayer les limites.", "Action")],
)
def test_below_a_lesson_what_is_labelled_an_action_is_the_measure(
    texts: Texts, lesson: str, label: str
) -> None:
    body = f"1. **{lesson}** Nobody had.\n   - **{label}:** Add a load test.\n"
    assert texts(HEAD + body + body.replace("1.", "2.").replace("a load test", "a drill")) == [
        "Add a load test.",
        "Add a drill.",
    ]
