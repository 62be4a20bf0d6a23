"""Every fault at every call of a command: six measures that have to be filed, linked and kept, once each.

What differs from tracker to tracker (how its issues carry a marker, what people do there, how a create is
called) is given; what is promised is the same.
"""

from __future__ import annotations

import copy
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk import Desk
from fault_proxy import Fault, FaultProxy, plans

__all__ = ["DOCUMENT", "ENDS", "Case", "Copies", "Held", "assert_once", "met", "swept"]

DOCUMENT = "postmortems/2026-11-20-queue.md"
LINK = re.compile(r"\[([^\],]+), ([^\]]*)\]\(\S+#ft-([0-9a-z]{12})\)")
ENDS = {0, 3, 4, 75}
"""Exit codes of a run that something was in the way of: never a bug, never "wrong token"."""

Held = Callable[[Any], Iterable[tuple[str, str]]]
"""Marker and key of every issue that a site holds."""


@dataclass
class Case:
    """A server, a proxy in front of it, and a folder with six measures."""

    server: Any
    proxy: FaultProxy
    desk: Desk
    clock: Any
    held: Held

    def markers(self) -> Counter[str]:
        """How many issues the server holds of each measure."""
        return Counter(marker for marker, _ in self.held(self.server.site))

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
        held = dict(self.held(self.server.site))
        assert_once(self.markers())
        linked = {marker: key for marker, (key, _) in self.links().items()}
        assert linked == held, f"linked {linked}, held {held}"
        before = self.desk.read(DOCUMENT)
        again = self.desk.ok("file", "--yes").out
        assert again.startswith("Filed 0, failed 0, unknown 0."), again
        self.desk.ok("sync")
        assert self.desk.read(DOCUMENT) == before, "a quiet sync changed the document"
        assert_once(self.markers())


def assert_once(markers: Counter[str]) -> None:
    """Each of the six measures has one issue."""
    assert len(markers) == 6, markers
    assert {*markers.values()} == {1}, markers


@dataclass
class Copies:
    """Cases that all begin where one that was filed, and changed by people, has ended, at the same address."""

    case: Case
    spare: Path
    site: Any

    @classmethod
    def of(cls, case: Case, changed_by_people: Callable[[Any], None]) -> Copies:
        case.desk.ok("file", "--yes")
        case.clock.advance(hours=20)
        changed_by_people(case.server.site)
        spare = case.desk.folder.with_name("spare")
        shutil.copytree(case.desk.folder, spare)
        return cls(case, spare, copy.deepcopy(case.server.site))

    def again(self, plan: dict[int, Fault]) -> Case:
        self.case.server.site = copy.deepcopy(self.site)
        self.case.clock = self.case.desk.clock = self.case.server.site.clock
        self.case.proxy.now = self.case.clock.now
        shutil.rmtree(self.case.desk.folder)
        shutil.copytree(self.spare, self.case.desk.folder)
        self.case.proxy.restart(plan)
        return self.case


def met(case: Case, number: int, fault: Fault, calls: Sequence[str], *arguments: str) -> str:
    """Run a command into one fault; what to say if things are not well afterwards."""
    case.proxy.restart({number: fault})
    first = case.desk.run(*arguments)
    where = f"{fault} at call {number}, {calls[number - 1]}:\n{first.said}"
    assert first.code in ENDS, where
    assert {*case.markers().values()} <= {1}, where
    return where


def swept(
    copies: Copies, arguments: tuple[str, ...], create: str, *, every: bool, more: Sequence[Fault] = ()
) -> Iterator[tuple[Case, str]]:
    """The case after a command that met one fault, and what to say if it is not well."""
    calm = copies.again({})
    calm.desk.run(*arguments)
    calls = [call.path for call in calm.proxy.calls]
    for number, fault in plans(calls, create, every=every, more=more):
        case = copies.again({})
        where = met(case, number, fault, calls, *arguments)
        assert_once(case.markers())
        yield case, where
