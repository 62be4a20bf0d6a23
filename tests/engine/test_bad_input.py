"""What is wrong with one measure, person or tracker is told in a sentence, and the rest is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from followthrough.cli.screens.file import filed_lines
from followthrough.cli.screens.plan import plan_lines
from followthrough.cli.screens.words import Screen
from followthrough.planning.plan import Action, Plan
from followthrough.testing import Fault, MemoryTracker

SCREEN = Screen(zone=UTC, now=datetime(2026, 11, 20, tzinfo=UTC))
ROUTED = {
    "routes": [{"when": {"severity": ["sev1"]}, "tracker": "web"}],
    "default_tracker": "ops",
    "people": {
        "sam": {"names": ["Sam"], "team": "Platform", "memory": "sam-acme"},
        "lin": {"names": ["Lin"]},
    },
}


def document(*measures: str, severity: str = "sev2") -> str:
    items = "".join(f"- {measure}\n" for measure in measures)
    return f"# Cache poisoned\n\n- Date: 2026-11-03\n- Severity: {severity}\n\n## Action items\n\n{items}"


def why(plan: Plan) -> dict[str, str]:
    """What the plan says of each measure that is to be filed, by its text."""
    lines = [" ".join(line.split()) for line in plan_lines(plan, SCREEN)]
    found = {step.text: step.line for step in plan.steps}
    return {
        text: line.partition(f" L{number} {text} ")[2]
        for text, number in found.items()
        for line in lines
        if f" L{number} {text} " in line
    }


# --- owners and dates -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "told", "assigned"),
    [
        ("Sam", "Sam, no date", "sam-acme"),
        ("Mallory", 'no owner ("Mallory" is not in [people]), no date', None),
        ("Platform", 'no owner ("Platform" is a team), no date', None),
        ("Lin", 'no owner ("Lin" has no account for ops in [people]), no date', None),
    ],
    ids=["somebody", "unknown", "a team", "no account"],
)
def test_an_owner_whom_nobody_can_be_assigned_for(
    owner: str, told: str, assigned: str | None, office: Any
) -> None:
    office.configure(**ROUTED)
    office.write("pm.md", document(f"Sign every entry (owner: {owner})", "Alert when the hit rate falls"))
    done = office.file()
    assert done.exit == 0
    assert why(done.plan)["Sign every entry"] == told
    assert [ticket.assignee for ticket in office.ops.tickets] == [assigned, None]


def test_an_owner_who_left_is_told_and_the_rest_is_filed(office: Any) -> None:
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="OPS", left=["sam-acme"])
    office.configure(**ROUTED)
    path = office.write("pm.md", document("Sign every entry (owner: Sam)", "Alert when the hit rate falls"))
    done = office.file()
    assert done.exit == 3
    assert [ticket.title for ticket in office.ops.tickets] == ["Alert when the hit rate falls"]
    told = [line for line in filed_lines(done, SCREEN) if "not filed" in line]
    assert told == ["!        pm.md:8 was not filed: sam-acme cannot be assigned issues here."]
    office.configure(**{**ROUTED, "people": {"sam": {"names": ["Sam"]}}})
    assert office.file().exit == 0, "their account is out of the settings: filed without assignee"
    assert sorted(ticket.title for ticket in office.ops.tickets) == [
        "Alert when the hit rate falls",
        "Sign every entry",
    ]
    assert path.read_text().count("#ft-") == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("due 2020-01-31", "no owner, 31 Jan 2020 (past)"),
        ("due: 31.02.2027", 'no owner, no date ("31.02.2027" names no day)'),
        ("due 2027-01-31", "no owner, 31 Jan 2027"),
    ],
    ids=["past", "impossible", "to come"],
)
def test_a_date_that_cannot_be_kept_is_told_and_filed_as_it_is(words: str, told: str, office: Any) -> None:
    office.write("pm.md", document(f"Sign every entry ({words})"))
    done = office.file()
    assert (done.exit, len(office.ops.tickets)) == (0, 1)
    assert why(done.plan) == {"Sign every entry": told}


def test_a_target_stands_beside_a_date_that_names_no_day(office: Any) -> None:
    office.configure(policy={"due": {"sev2": "15d"}}, default_tracker="ops")
    office.write("pm.md", document("Sign every entry (due: 31.02.2027)"))
    told = why(office.file().plan)["Sign every entry"]
    assert told == 'no owner, 7 Dec (target: sev2, 15 d; "31.02.2027" names no day)'


# --- trackers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (Fault.UNREACHABLE, 3, "The memory does not answer. Try again later."),
        (Fault.UNAUTHORIZED, 5, "The memory refuses the token. Make a new one."),
        (Fault.GONE, 3, "The project is not there. Check its name."),
        (Fault.RATE_LIMITED, 75, "The memory is asked too often. Try again later."),
    ],
    ids=["down", "token refused", "project gone", "too often"],
)
@pytest.mark.parametrize("do", ["file", "run"])
def test_a_tracker_that_is_down_while_another_works(
    do: str, fault: Fault, code: int, words: str, office: Any
) -> None:
    office.configure(**ROUTED)
    office.write("big.md", document("Sign every entry", severity="sev1"))
    small = office.write("small.md", document("Alert when the hit rate falls"))
    office.web.break_down(fault)
    work: Callable[[], Any] = getattr(office, do)
    done = work()
    assert done.exit == code
    assert [*done.failures, *done.waits] == [f"web: {words}"]
    assert (len(office.ops.tickets), len(office.web.tickets)) == (1, 0)
    assert "[OPS-1, open]" in small.read_text()
    office.web.break_down(None)
    assert work().exit == 0
    assert (len(office.ops.tickets), len(office.web.tickets)) == (1, 1)


def test_a_reference_to_an_issue_that_nobody_may_see(office: Any) -> None:
    """It may be there, hidden from us: nothing is filed beside it, and it is looked for again."""
    hidden = office.ops.add("Sign the cache")
    find, office.ops.find = office.ops.find, lambda ref: None
    path = office.write(
        "pm.md", document(f"Sign every entry ({hidden.key})", "Alert when the hit rate falls")
    )
    done = office.file()
    assert done.exit == 0
    assert [step.action for step in done.plan.steps] == [Action.SKIP, Action.FILE]
    assert why(done.plan)["Sign every entry"] == "tracked elsewhere: OPS-1 stands in the text"
    assert len(office.ops.tickets) == 2
    office.ops.find = find
    office.run()
    assert f"Sign every entry ({hidden.key}) [OPS-1, open]" in path.read_text()
