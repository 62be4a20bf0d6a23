"""Nights of one or several hosts whose documents lie on a branch, with a tracker that all of them reach."""

from __future__ import annotations

import re
from pathlib import Path

from tests.faults.conftest import LateTracker, Mortal
from tests.simulation.truth import foreign
from tests.sources.git.project import SETTINGS, Project, written

from followthrough.ledger.sqlite import open_sqlite

__all__ = ["GIT_LEDGER", "Nights"]

TRACKER = '[trackers.one]\nkind = "socket"\nurl = "{url}"\n'
GIT_LEDGER = '[ledger]\nurl = "git:followthrough/ledger"\n'
MARK = re.compile(rb"#ft-([0-9a-z]{12})")


class Nights:
    """A project in which runs die, or meet each other; time is what a test says."""

    def __init__(self, project: Project, tracker: LateTracker, mortal: Mortal) -> None:
        self.project, self.tracker, self.mortal = project, tracker, mortal
        self.hours = 0.0
        self.more = ""
        self._said = 0
        self.documents = 2

    def begin(self, more: str = "") -> None:
        """The settings on the base, and one host with its clone."""
        self.more = more
        self.project.elsewhere({"followthrough.toml": SETTINGS + TRACKER.format(url=self.tracker.url) + more})
        self.project.clone()

    def host(self, name: str) -> Path:
        """One more clone."""
        return self.project.clone(name=name)

    def postmortem(self) -> None:
        """Somebody merges one more document, with two measures."""
        self.documents += 1
        at = self.documents
        text = written(f"Guard gate {at}", f"Fence yard {at}", title=f"Outage {at}")
        self.project.elsewhere({f"pm/{at}.md": text if at % 2 else text.replace("\n", "\r\n")})
        self.project.titles += 2

    def close_one(self) -> None:
        """Somebody closes the oldest issue that is open, if there is one."""
        for record in self.tracker.issues.values():
            if record["state"] == "open":
                record["state"] = "done"
                return

    def run(self, hours: float = 24.0, *, folder: Path | None = None, **how: object) -> int:
        """The nightly job, so many hours after the one before."""
        self._later(hours)
        code = self.mortal.run(folder or self.project.root, "run", hours=self.hours, **how)
        self.whole()
        return code

    def together(self, folders: list[Path], hours: float = 24.0) -> list[int]:
        """The nightly jobs of several hosts at one moment."""
        self._later(hours)
        gate = self.project.folder / "gate"
        gate.unlink(missing_ok=True)
        one = {"arguments": ["run"], "hours": self.hours, "gate": str(gate)}
        codes = self.mortal.together([{**one, "folder": str(folder)} for folder in folders])
        self.whole()
        return codes

    def _later(self, hours: float) -> None:
        self.hours += hours
        self.tracker.hours = self.hours
        self._said = len(self.told())

    def said(self) -> str:
        """What the last run told."""
        return " ".join(self.told()[self._said :].split())

    def told(self) -> str:
        return self.mortal.log.read_text() if self.mortal.log.exists() else ""

    def whole(self) -> None:
        """No byte of people's is changed, and nothing is filed twice."""
        markers = self.tracker.markers
        assert len(markers) == len(set(markers)), self.told()
        if self.project.at(self.project.bot):
            words = ("rev-list", "--count", self.project.bot, f"^{self.project.base}")
            assert self.project.git(*words, where=self.project.remote) in ("0", "1")
            base = self.project.at(f"{self.project.bot}~1")
            for path in self.changed(base):
                assert foreign(self.project.show(path)) == foreign(self.project.show(path, base)), path

    def changed(self, base: str) -> list[str]:
        words = ("diff-tree", "-r", "--name-only", base, self.project.bot, "--", "pm")
        return self.project.git(*words, where=self.project.remote).splitlines()

    def settled(self) -> None:
        """Each measure has its issue, its link with the issue's state, and a commit on top of the base."""
        assert len(self.tracker.issues) == self.project.titles, self.told()
        published = self.project.published()
        found: dict[str, bool] = {}
        for path in self.paths():
            data = published.get(path) or self.project.show(path, "main")
            found |= {
                MARK.findall(line)[0].decode(): b"- [x] " in line
                for line in data.splitlines()
                if b"#ft-" in line
            }
        assert found == {one["marker"]: one["state"] == "done" for one in self.tracker.issues.values()}, (
            self.told()
        )

    def paths(self) -> list[str]:
        words = ("ls-tree", "-r", "--name-only", self.project.base, "pm")
        return self.project.git(*words, where=self.project.remote).splitlines()

    def claimed(self) -> int:
        """How many links the ledger of the first host says are written."""
        path = self.project.root / ".followthrough/ledger.db"
        with open_sqlite(path, create=False, random_name=str) as ledger:
            return sum(base.words is not None for base in ledger.snapshot().bases.values())
