"""Every fault at every call of `file` and of `sync`: what GitHub holds in the end is what was promised."""

from __future__ import annotations

import copy
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from desk import Desk
from fault_proxy import Fault, FaultProxy, plans
from followthrough_github.marker import marker_in
from github_site import Issue, Server, Site
from serving import Clock

DOCUMENT = "postmortems/2026-11-20-queue.md"
LINK = re.compile(r"\[([\w./-]*#\d+), ([^\]]*)\]\(\S+#ft-([0-9a-z]{12})\)")
ENDS = {0, 3, 4, 75}
"""Exit codes of a run that something was in the way of: never a bug, never "wrong token"."""


@dataclass
class Case:
    """A host, a proxy in front of it, and a folder with six measures."""

    server: Server
    proxy: FaultProxy
    desk: Desk
    clock: Clock

    def issues(self) -> dict[str, list[Issue]]:
        """The issues that the host holds of each measure."""
        found: dict[str, list[Issue]] = {}
        for issue in self.server.site.all_issues():
            found.setdefault(str(marker_in(issue.body)), []).append(issue)
        return found

    def markers(self) -> Counter[str]:
        return Counter({marker: len(issues) for marker, issues in self.issues().items()})

    def links(self) -> dict[str, tuple[str, str]]:
        """Of each measure that carries our link: the key and the state in it."""
        found = LINK.findall(self.desk.read(DOCUMENT))
        return {marker: (key, words.partition(",")[0]) for key, words, marker in found}

    def nights(self, number: int = 2) -> None:
        """So many nightly runs, each past the waiting time."""
        for _ in range(number):
            self.clock.advance(hours=13)
            self.desk.run("run")

    def assert_whole(self) -> None:
        """Six measures, six issues, six links, and nothing more to do."""
        assert len(self.markers()) == 6
        assert {*self.markers().values()} == {1}, self.markers()
        keys = {marker: f"#{issues[0].number}" for marker, issues in self.issues().items()}
        assert {id: key for id, (key, _) in self.links().items()} == keys
        before = self.desk.read(DOCUMENT)
        assert self.desk.ok("file", "--yes").out.startswith("Filed 0, failed 0, unknown 0.")
        self.desk.ok("sync")
        assert self.desk.read(DOCUMENT) == before
        assert sum(self.markers().values()) == 6


Cases = Callable[[str], Case]


@pytest.fixture
def cases(github: Callable[..., Server], desk: Callable[..., Desk], postmortem: str) -> Iterator[Cases]:
    """New cases by name."""
    running: list[FaultProxy] = []

    def new(name: str) -> Case:
        site = Site(lag=timedelta(seconds=5))
        server = github(site)
        proxy = FaultProxy(server.url, now=lambda: server.site.clock.now())  # noqa: PLW0108  its site is exchanged
        running.append(proxy.__enter__())
        opened = desk(proxy.url, site.clock, name=name)
        opened.write(DOCUMENT, postmortem)
        return Case(server, proxy, opened, site.clock)

    yield new
    for proxy in running:
        proxy.__exit__()


def test_every_fault_at_every_call_of_file(cases: Cases, nightly: bool) -> None:
    calm = cases("calm")
    calm.desk.ok("file", "--yes")
    calls = [f"{call.method} {call.path}" for call in calm.proxy.calls]
    calm.assert_whole()
    creates = [call for call in calls if call.startswith("POST /repos") and call.endswith("/issues")]
    assert len(creates) == 6
    paths = [call if call in creates else f"{call} " for call in calls]
    swept = [one for one in plans(paths, "/issues", every=nightly) if nightly or one[0] <= first_two(calls)]
    for number, fault in swept:
        case = cases(f"{number}-{fault.name}")
        case.proxy.restart({number: fault})
        first = case.desk.run("file", "--yes")
        where = f"{fault} at call {number}, {calls[number - 1]}:\n{first.said}"
        assert first.code in ENDS, where
        assert {*case.markers().values()} <= {1}, where
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


def changed_by_people(case: Case) -> None:
    """What people do while nobody looks: of six issues four go on, one is transferred."""
    case.clock.advance(hours=20)
    site = case.server.site
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
        here = issue.repository.name == "acme/web"
        key = f"#{issue.number}" if here else f"{issue.repository.name}#{issue.number}"
        state = {"completed": "done", "not_planned": "won't do", None: "open"}.get(issue.reason, "open")
        told[str(marker_in(issue.body))] = (key, state)
    return told


@dataclass
class Copies:
    """Cases that all begin where one that was filed has ended, at the same address."""

    case: Case
    spare: Path
    site: Site

    @classmethod
    def of(cls, case: Case) -> Copies:
        case.desk.ok("file", "--yes")
        changed_by_people(case)
        spare = case.desk.folder.with_name("spare")
        shutil.copytree(case.desk.folder, spare)
        return cls(case, spare, copy.deepcopy(case.server.site))

    def again(self, plan: dict[int, Fault]) -> Case:
        self.case.server.site = copy.deepcopy(self.site)
        self.case.clock = self.case.desk.clock = self.case.server.site.clock
        shutil.rmtree(self.case.desk.folder)
        shutil.copytree(self.spare, self.case.desk.folder)
        self.case.proxy.restart(plan)
        return self.case


def test_every_fault_at_every_call_of_sync(cases: Cases, nightly: bool) -> None:
    copies = Copies.of(cases("synced"))
    calm = copies.again({})
    calm.desk.run("sync")
    calls = [call.path for call in calm.proxy.calls]
    for number, fault in plans(calls, "/graphql", every=nightly):
        case = copies.again({number: fault})
        first = case.desk.run("sync")
        where = f"{fault} at call {number}, {calls[number - 1]}:\n{first.said}"
        assert first.code in ENDS, where
        case.nights(2)
        assert {*case.markers().values()} == {1}, where
        left, links = as_people_left_it(case), case.links()
        for marker, (key, state) in left.items():
            if state != "open":
                assert links[marker] == (key, state), where
        assert "acme/other#1" in {key for key, _ in links.values()}, where


def test_a_secondary_limit_is_waited_for_and_nothing_is_sent_meanwhile(cases: Cases) -> None:
    from github_site import secondary

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
    from github_site import secondary

    case = cases("unsaid")
    started = case.clock.now()
    case.server.limits.order(
        secondary(None), 1, lambda request: request.method == "POST" and "issues" in request.path
    )
    case.desk.run("file", "--yes")
    case.nights(1)
    case.assert_whole()
    assert case.clock.now() - started >= timedelta(seconds=60)
