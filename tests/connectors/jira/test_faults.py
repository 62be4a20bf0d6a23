"""Every fault at every call of `file` and of `sync`: what the server holds in the end is what was promised."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from fault_proxy import Fault, plans
from followthrough.connector import Connector, Unknown
from followthrough.http import Transport
from followthrough.testing import ConnectorContract
from jira_cloud import Site
from sweeping import DOCUMENT, Case, Copies, met, swept

Cases = Callable[[str], Case]


def test_every_fault_at_every_call_of_file(cases: Cases, nightly: bool) -> None:
    calm = cases("calm")
    calm.desk.ok("file", "--yes")
    calls = [call.path for call in calm.proxy.calls]
    calm.assert_whole()
    assert len([path for path in calls if path.endswith("/issue/bulk")]) == 2
    for number, fault in plans(calls, "/issue/bulk", every=nightly):
        case = cases(f"{number}-{fault.name}")
        where = met(case, number, fault, calls, "file", "--yes")
        case.clock.advance(minutes=1)
        case.desk.run("file", "--yes")  # somebody tries again at once, while search shows next to nothing
        assert {*case.markers().values()} <= {1}, where
        case.nights()
        try:
            case.assert_whole()
        except AssertionError as error:
            raise AssertionError(where) from error
        shutil.rmtree(case.desk.folder)


STATES = {"In Progress": "in progress", "Done": "done", "Blocked": "blocked", "To Do": "open"}


def changed_in_jira(site: Site) -> None:
    """What people do while nobody looks: five of six issues go on, one of them is moved."""
    site.go("OPS-1", "In Progress")
    site.go("OPS-2", "Done")
    site.go("OPS-3", "Done", resolution="Won't Do")
    site.go("OPS-4", "Blocked")
    site.relocate("OPS-5", "PAY")


def as_in_jira(case: Case) -> dict[str, tuple[str, str]]:
    """What every link has to say in the end."""
    told = {}
    for issue in case.server.site.issues.values():
        dropped = issue.fields.get("resolution") == "10001"
        state = "won't do" if dropped else STATES.get(issue.status.name, "open")
        told[issue.properties["followthrough"]["id"]] = (issue.key, state)
    return told


def test_every_fault_at_every_call_of_sync(cases: Cases, nightly: bool) -> None:
    copies = Copies.of(cases("synced"), changed_in_jira)
    for case, where in swept(copies, ("sync",), "/issue/bulk", every=nightly):
        case.nights(1)
        assert case.links() == as_in_jira(case), where
        assert "[x]" not in case.desk.read(DOCUMENT).replace("[x] Show", ""), where
        case.nights(1)
        assert {*case.markers().values()} == {1}, where


def test_every_fault_at_every_call_of_a_push(cases: Cases, nightly: bool) -> None:
    """A tick by hand on its way into Jira: set once, found set, or still to be set; never lost on the way."""
    copies = Copies.of(cases("pushed"), changed_in_jira)
    text = copies.case.desk.read(DOCUMENT)
    ticked = text.replace("2. [ ] Write a runbook", "2. [x] Write a runbook")
    assert ticked != text
    (copies.spare / DOCUMENT).write_text(ticked, encoding="utf-8")
    for case, where in swept(copies, ("sync", "--push", "OPS-4"), "/issue/bulk", every=nightly):
        case.clock.advance(hours=1)
        case.desk.ok("sync", "--push", "OPS-4")
        assert case.server.site["OPS-4"].status.name == "Done", where
        assert case.links() == as_in_jira(case), where
        assert "2. [x] Write a runbook" in case.desk.read(DOCUMENT), where


NOBODY = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED", "Content-Type": "application/json"}
NO_LISTING: dict[str, tuple[int, dict[str, str], bytes]] = {
    "maintenance": (503, {}, b"<html>"),
    "quota": (429, {"Retry-After": "7200"}, b"<html>"),
    "login page": (200, {}, b"<html>"),
    "an expired token": (200, NOBODY, b'{"issues": [], "isLast": true}'),
    "no end": (200, {"Content-Type": "application/json"}, b'{"issues": [], "isLast": false}'),
    "no issues": (200, {"Content-Type": "application/json"}, b'{"isLast": true}'),
    "refused": (400, {"Content-Type": "application/json"}, b'{"errorMessages": ["Error in JQL"]}'),
}


@pytest.mark.parametrize("name", NO_LISTING)
def test_a_listing_that_fails_is_no_empty_listing(name: str, cases: Cases) -> None:
    """A create is without answer, and when its time is over nobody can say whether it was done."""
    case = cases("listing")
    case.proxy.spoil("/issue/bulk", Fault.RESET_AFTER)
    case.desk.run("file", "--yes")
    assert [*case.markers().values()] == [1]
    case.proxy.always = lambda _method, path: NO_LISTING[name] if path.endswith("/search/jql") else None
    for _ in range(2):
        case.clock.advance(hours=13)
        assert case.desk.run("run").code != 0
        assert [*case.markers().values()] == [1], "nothing is filed while nothing can be listed"
    case.proxy.always = lambda _method, _path: None
    case.nights()
    case.assert_whole()


def test_the_stated_limit_is_real(cases: Cases) -> None:
    """An index that is later than the waiting time: then, and only then, an issue is made twice."""
    for settle, issues in (("10m", 2), ("13h", 1)):
        case = cases(f"limit-{settle}")
        case.desk.write("followthrough.toml", case.desk.read("followthrough.toml") + f'settle = "{settle}"\n')
        case.proxy.spoil("/issue/bulk", Fault.RESET_AFTER)
        case.server.site.lag = timedelta(hours=12)
        case.server.site.lag_of.clear()
        case.desk.run("file", "--yes")
        case.clock.advance(minutes=30)
        case.desk.run("file", "--yes")
        assert max(case.markers().values()) == issues


class Impatient(Transport):
    """A transport whose clients wait for one second, where others wait for a minute and more."""

    def client(self, base_url: str, **options: Any) -> httpx.Client:
        return super().client(base_url, **{**options, "timeout": 1.0})


def test_silence_after_a_create_is_unknown_and_a_read_is_asked_again(
    cases: Cases, connect: Callable[..., Connector]
) -> None:
    case = cases("silent")
    contract = ConnectorContract()
    outside = Impatient(clock=case.clock.now, sleep=case.clock.sleep)
    with connect(case.server, url=case.proxy.url, deployment="cloud", outside=outside) as connector:
        connector.fetch(["OPS-1"])
        case.proxy.spoil("/issue/bulk", Fault.SILENT)
        outcomes = connector.create([contract.draft(number) for number in range(1, 4)])
        assert [type(one) for one in outcomes] == [Unknown] * 3
        assert all("did not answer in time" in one.reason for one in outcomes if isinstance(one, Unknown))
        assert [*case.markers().values()] == [1, 1, 1]
        case.clock.advance(hours=2)
        case.proxy.spoil("/search/jql", Fault.SILENT)
        assert len(connector.owned()) == 3
        case.proxy.spoil("/issue/bulkfetch", Fault.SILENT)
        assert len(connector.fetch(["OPS-1", "OPS-2", "OPS-3"])) == 3
