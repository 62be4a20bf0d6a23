"""Every fault at every call of reading and writing: each measure once, each link once, nothing else changed."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from confluence_site import Answer, Page, Server
from desk import Desk
from fault_proxy import Fault, FaultProxy

Start = Callable[..., Server]
AtDesk = Callable[..., Desk]
BODY = """\
<p>Date: 12 November 2026</p><p>Severity: sev1</p><h2>Action items</h2>\
<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status>\
<ac:task-body>Alert when the pool is over 90 %.</ac:task-body></ac:task></ac:task-list>\
<ul><li>Try a restore every quarter.</li></ul>"""
LINK = re.compile(r' <a href="#ft-[0-9a-z]{12}">[^<]*</a>')
HTML = b"<!doctype html><title>Log in</title>"
REFUSALS = {
    "401": Answer(401, {"message": "no"}),
    "403": Answer(403, {"message": "no permission"}),
    "403 of a proxy": Answer(403, raw=HTML),
    "404": Answer(404, {"message": "no content"}),
    "409": Answer(409, {"message": "Version must be incremented"}),
    "410": Answer(410, {"message": "This deprecated endpoint has been removed"}),
    "429 for hours": Answer(429, {"message": "later"}, {"Retry-After": "7200"}),
    "a login page": Answer(200, raw=HTML),
    "an empty object": Answer(200, {}),
    "a list": Answer(200, []),
    "a redirect": Answer(302, raw=b"", headers={"Location": "https://elsewhere.example/"}),
}
ENDS = {0, 3, 4, 5, 75}


class Night:
    """A page, a desk, and a proxy between them."""

    def __init__(self, server: Server, proxy: FaultProxy, here: Desk, page: Page) -> None:
        self.server, self.proxy, self.desk, self.page = server, proxy, here, page
        self.left = 0

    def refuse(self, number: int, answer: Answer) -> None:
        """Answer the so-many-th request with this; it has no effect besides."""
        counting = itertools.count(1)
        self.server.broken = lambda _request: answer if next(counting) == number else None

    def assert_whole(self, *, closed: bool) -> None:
        """Nothing of the page changed but what is ours; each measure has one ticket; a further night is quiet."""
        body = LINK.sub("", self.page.body)
        assert body.replace(">complete<", ">incomplete<") == BODY, self.page.body
        assert len(LINK.findall(self.page.body)) == 2, self.page.body
        assert (">complete<" in self.page.body) == closed, self.page.body
        tickets = self.desk.ok("local", "list", "--format", "json").json["tickets"]
        assert len(tickets) == 2
        number = self.page.number
        self.desk.ok("run")
        assert self.page.number == number, "a quiet night made a version"
        assert all(version.by in ("sam", "bot@acme.example") for version in self.page.versions)


@pytest.fixture
def nights(confluence: Start, desk: AtDesk) -> Iterator[Callable[[str], Night]]:
    with ExitStack() as stack:
        names = itertools.count()

        def begin(_name: str = "") -> Night:
            server = confluence()
            page = server.site.page("Checkout down, 12 November 2026", BODY)
            proxy = stack.enter_context(FaultProxy(server.url, now=server.site.clock.now))
            here = desk(server, url=proxy.url, name=f"desk{next(names)}")
            return Night(server, proxy, here, page)

        yield begin


def _faults(calls: int, *, every: bool) -> Iterator[tuple[int, Any]]:
    """Which fault meets which call: each at each, or every seventh of them."""
    faults: list[Any] = [one for one in Fault if one is not Fault.SILENT and "GitHub" not in one]
    faults += list(REFUSALS)
    for number, (place, fault) in itertools.product(range(1, calls + 1), enumerate(faults)):
        if every or (place + number) % 7 == 0:
            yield number, fault


def _meets(night: Night, number: int, fault: Any) -> None:
    if isinstance(fault, Fault):
        night.proxy.restart({number: fault})
    else:
        night.proxy.restart({})
        night.refuse(number, REFUSALS[fault])


def _calmed(night: Night) -> None:
    night.proxy.restart({})
    night.server.broken = lambda _request: None
    for _ in range(2):
        night.server.site.clock.advance(hours=13)
        night.desk.run("run")


@pytest.mark.parametrize("command", ["file", "run"])
def test_every_fault_at_every_call(nights: Callable[..., Night], nightly: bool, command: str) -> None:
    def first(night: Night) -> tuple[str, ...]:
        if command == "file":
            return ("file", "--yes")
        night.desk.ok("file", "--yes")
        night.desk.ok("local", "close", "FT-1")
        night.server.site.clock.advance(hours=13)
        return ("run",)

    calm = nights()
    arguments = first(calm)
    calm.proxy.restart({})
    calm.desk.ok(*arguments)
    calls = [f"{call.method} {call.path}" for call in calm.proxy.calls]
    assert sum(call.startswith("PUT") for call in calls) == 1
    calm.assert_whole(closed=command == "run")
    for number, fault in _faults(len(calls), every=nightly):
        night = nights()
        arguments = first(night)
        _meets(night, number, fault)
        outcome = night.desk.run(*arguments)
        where = f"{fault} at call {number}, {calls[number - 1]}: exit {outcome.code}\n{outcome.said}"
        assert outcome.code in ENDS, where
        assert "confluence-token" not in outcome.said, where
        _calmed(night)
        try:
            night.assert_whole(closed=command == "run")
        except AssertionError as error:
            raise AssertionError(where) from error
        shutil.rmtree(night.desk.folder)


def test_a_confluence_that_cannot_be_asked_is_told_once_and_files_go_on(
    confluence: Start, desk: AtDesk
) -> None:
    server = confluence()
    for number in range(3):
        server.site.page(f"Incident {number}, 12 November 2026", BODY)
    here = desk(server)
    here.ok("file", "--yes")
    settings = here.read("followthrough.toml")
    here.write("followthrough.toml", 'documents = ["*.md"]\n' + settings)
    here.write(
        "pm.md", "# Queue stuck, 5 November 2026\n\n## Action items\n\n- Add an alert for the queue.\n"
    )
    server.broken = lambda _request: Answer(503, {"message": "maintenance"})
    outcome = here.run("run")
    assert outcome.code == 3
    assert outcome.said.count("has trouble of its own (503: maintenance)") == 1, outcome.said
    assert "#ft-" in here.read("pm.md")
    assert "Gone" not in outcome.said
    server.broken = lambda _request: Answer(429, {"message": "later"}, {"Retry-After": "7200"})
    assert here.run("run").code == 75
    server.broken = lambda _request: None
    server.site.tokens = {}
    assert here.run("run").code == 5
