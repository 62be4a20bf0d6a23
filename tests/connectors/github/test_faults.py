"""Every fault at every call of `file` and of `sync`: what GitHub holds in the end is what was promised."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta

from fault_proxy import GITHUBS, plans
from followthrough_github.marker import marker_in
from github_site import Site, secondary
from sweeping import Case, Copies, met, swept

Cases = Callable[[str], Case]


def test_every_fault_at_every_call_of_file(cases: Cases, nightly: bool) -> None:
    calm = cases("calm")
    calm.desk.ok("file", "--yes")
    calls = [f"{call.method} {call.path}" for call in calm.proxy.calls]
    calm.assert_whole()
    creates = [call for call in calls if call.startswith("POST /repos") and call.endswith("/issues")]
    assert len(creates) == 6
    paths = [call if call in creates else f"{call} " for call in calls]
    swept = [
        one
        for one in plans(paths, "/issues", every=nightly, more=GITHUBS)
        if nightly or one[0] <= first_two(calls)
    ]
    for number, fault in swept:
        case = cases(f"{number}-{fault.name}")
        where = met(case, number, fault, calls, "file", "--yes")
        case.nights()
        try:
            case.assert_whole()
        except AssertionError as error:
            raise AssertionError(where) from error
        shutil.rmtree(case.desk.folder)


def first_two(calls: list[str]) -> int:
    """Up to which call there are two creates: the first of a scope, and one of the others."""
    creates = [number for number, call in enumerate(calls, 1) if call.endswith("/issues") and "POST" in call]
    return creates[1]


def changed_by_people(site: Site) -> None:
    """What people do while nobody looks: of six issues four go on, one is transferred."""
    issues = site.web.issues
    site.close(issues[1])
    site.close(issues[2], "not_planned")
    site.duplicate(issues[3], of=issues[4])
    other = site.add_repository("acme/other")
    site.transfer(issues[5], other)


def as_people_left_it(case: Case) -> dict[str, tuple[str, str]]:
    """What every link has to say in the end; a duplicate says what the other issue says."""
    told = {}
    for issue in case.server.site.all_issues():
        state = {"completed": "done", "not_planned": "won't do", None: "open"}.get(issue.reason, "open")
        told[str(marker_in(issue.body))] = (issue.key, state)
    return told


def test_every_fault_at_every_call_of_sync(cases: Cases, nightly: bool) -> None:
    copies = Copies.of(cases("synced"), changed_by_people)
    for case, where in swept(copies, ("sync",), "/graphql", every=nightly, more=GITHUBS):
        case.nights(2)
        assert {*case.markers().values()} == {1}, where
        left, links = as_people_left_it(case), case.links()
        for marker, (key, state) in left.items():
            if state != "open":
                assert links[marker] == (key, state), where
        assert "acme/other#1" in {key for key, _ in links.values()}, where


def test_a_secondary_limit_is_waited_for_and_nothing_is_sent_meanwhile(cases: Cases) -> None:
    case = cases("secondary")
    started = case.clock.now()
    case.server.limits.order(
        secondary("90"), 1, lambda request: request.method == "POST" and "issues" in request.path
    )
    done = case.desk.run("file", "--yes")
    assert done.code in (0, 75), done.said
    if done.code == 75:
        case.nights(1)
    case.assert_whole()
    assert case.clock.now() - started >= timedelta(seconds=90)


def test_silence_about_why_is_a_minute(cases: Cases) -> None:
    case = cases("unsaid")
    started = case.clock.now()
    case.server.limits.order(
        secondary(None), 1, lambda request: request.method == "POST" and "issues" in request.path
    )
    case.desk.run("file", "--yes")
    case.nights(1)
    case.assert_whole()
    assert case.clock.now() - started >= timedelta(seconds=60)
