"""Faults at the calls of `file` on jira820, which is not ours; the SDK counts what it holds."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desk import Desk
from fault_proxy import GITHUBS, Fault, FaultProxy
from jira_cloud import Clock

DOCUMENT = "postmortems/2026-11-20-queue.md"
FOOTER = re.compile(r"Filed by followthrough, ([0-9a-z]{12})\.")
KEYS = 'deployment = "datacenter"\npublic = true'  # it asks nobody for a login


def markers(witness: Any) -> Counter[str]:
    """How many issues there are of each measure, told by their text."""
    issues = witness.search_issues("", maxResults=False, fields="description")
    return Counter(FOOTER.findall(issue.fields.description)[-1] for issue in issues)


def plans(paths: list[str], nightly: bool) -> Iterator[tuple[int, Fault]]:
    """Each fault at each call by night; by day one create meets each fault, and each other call one."""
    faults = [fault for fault in Fault if fault not in (Fault.SILENT, *GITHUBS)]
    creates = [number for number, path in enumerate(paths, 1) if path.endswith("/rest/api/2/issue")]
    for number in range(1, len(paths) + 1):
        for place, fault in enumerate(faults):
            chosen = number == creates[1] or (place - 3 * number) % 10 == 0
            if nightly or chosen:
                yield number, fault


@pytest.fixture
def desks(
    jira820: str, witness: Any, desk: Callable[..., Desk], postmortem: str
) -> Callable[[FaultProxy, str], Desk]:
    """A desk before an empty server; without an e-mail address, since a Data Center takes tokens alone."""

    def opened(proxy: FaultProxy, name: str) -> Desk:
        for issue in witness.search_issues("", maxResults=False, fields="summary"):
            issue.delete()
        clock = Clock()
        proxy.now = clock.now
        here = desk(proxy.url, clock, name=name, keys=KEYS, token="personal-access-token")
        settings = here.read("followthrough.toml").replace('email = "bot@acme.example"\n', "")
        here.write("followthrough.toml", settings)
        here.write(DOCUMENT, postmortem)
        return here

    return opened


def test_every_fault_at_a_call_of_file(
    jira820: str, witness: Any, desks: Callable[[FaultProxy, str], Desk], nightly: bool
) -> None:
    with FaultProxy(jira820) as proxy:
        calm = desks(proxy, "calm")
        proxy.restart({})
        calm.ok("file", "--yes")
        paths = [call.path.partition("?")[0] for call in proxy.calls]
        assert [*markers(witness).values()] == [1] * 6
        for number, fault in plans(paths, nightly):
            here = desks(proxy, f"{number}-{fault.name}")
            proxy.restart({number: fault})
            first = here.run("file", "--yes")
            where = f"{fault} at call {number}, {paths[number - 1]}:\n{first.said}"
            assert first.code in {0, 3, 4, 75}, where
            assert {*markers(witness).values()} <= {1}, where
            for _ in range(2):
                here.clock.sleep(2 * 3600)
                here.run("run")
            held = markers(witness)
            assert len(held) == 6, where
            assert {*held.values()} == {1}, where
            assert here.read(DOCUMENT).count("#ft-") == 6, where
            assert {*re.findall(r"#ft-([0-9a-z]{12})", here.read(DOCUMENT))} == {*held}, where
            shutil.rmtree(here.folder)
