"""Two hosts, two clones, one ledger on a branch: a month of nights, and nothing is filed twice."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cloning import Hosts
from desk import Desk
from followthrough.ledger import IntentStatus
from followthrough.ledger.git import open_git
from jira_cloud import Clock, Server
from jira_cloud.standard import BOT, CLASSIC

NIGHTS = 30
SEEDS = range(20) if os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly" else range(1)
BRANCH = "followthrough/ledger"
LEDGER = f'[ledger]\nurl = "git:{BRANCH}"\n'
STEPS = ("surveyed", "learned", "intents written", "created", "recorded", "document written")
GOOD = {0, 75}
WORK = ("Alert when the pool is full", "Write a runbook for failover", "Test the restore of backups")


class Died(BaseException):
    """A host is gone, in the middle of its work."""


@dataclass
class Month:
    """What happens in these nights, by one seed."""

    hosts: Hosts
    server: Server
    desks: list[Desk]
    dice: random.Random
    codes: Counter[int | str] = field(default_factory=Counter)
    written: int = 0

    def git(self, desk: Desk, *words: str) -> str:
        return self.hosts.git(desk.folder, *words)

    def people(self) -> None:
        """Somebody promises something, rewords it, closes or reopens a ticket."""
        person = self.desks[-1]
        self.merge(person)
        if self.dice.random() < 0.7:
            self.written += 1
            some = self.dice.sample(WORK, self.dice.randint(1, 3))
            lines = "".join(f"- [ ] {words} in region {self.written}\n" for words in some)
            text = f"# Outage {self.written}\n\nDate: 2026-11-20\n\n## Action items\n\n{lines}"
            person.write(f"postmortems/{self.written:03}.md", text)
        issues = list(self.server.site.issues.values())
        if issues and self.dice.random() < 0.5:
            state = self.dice.choice(["Done", "In Progress", "To Do"])
            resolution = "Done" if state == "Done" else None
            self.server.site.go(self.dice.choice(issues).key, state, resolution=resolution)
        self.publish(person)

    def merge(self, desk: Desk) -> None:
        """Commit what there is, and take in what others have done."""
        self.git(desk, "add", "postmortems")
        if self.git(desk, "status", "--porcelain", "postmortems"):
            self.git(desk, "commit", "--quiet", "--message=Status")
        self.git(desk, "pull", "--quiet", "--no-rebase", "--no-edit", "-X", "theirs", "origin", "main")

    def publish(self, desk: Desk) -> None:
        self.merge(desk)
        self.git(desk, "push", "--quiet", "origin", "HEAD:main")

    def run(self, desk: Desk, meanwhile: Callable[[str], None] = lambda _step: None) -> None:
        try:
            outcome = desk.run("run", step=meanwhile)
        except Died:
            self.codes["died"] += 1
            return
        assert outcome.code in GOOD, outcome.said
        self.codes[outcome.code] += 1

    def night(self) -> None:
        """Both hosts run, one after the other, one within the other, or not to the end."""
        self.people()
        one, other = self.dice.sample(self.desks[:2], 2)
        for desk in (one, other):
            if self.dice.random() < 0.7:  # else it works on what it had
                self.merge(desk)
        step, kind = self.dice.choice(STEPS), self.dice.random()
        reached = Counter[str]()

        def meanwhile(name: str) -> None:
            reached[name] += 1
            if name == step and reached[name] == 1:
                self.codes[name] += 1
                if kind < 0.4:
                    self.run(other)
                elif kind < 0.6:
                    raise Died

        self.run(one, meanwhile)
        if kind >= 0.4 or not reached[step]:
            self.run(other)
        for desk in (one, other):
            if self.dice.random() < 0.8:
                self.publish(desk)
        assert {*self.markers().values()} <= {1}, self.markers()
        self.server.site.clock.advance(hours=24 - self.server.site.clock.now().hour + 2)

    def markers(self) -> Counter[str]:
        """How many issues there are of each measure."""
        found = (issue.properties.get("followthrough") for issue in self.server.site.issues.values())
        return Counter(one["id"] for one in found if one)


@pytest.fixture
def month(hosts: Hosts, cloud: Callable[..., Server]) -> Callable[[int], Month]:
    def begin(seed: int) -> Month:
        server = cloud(lag=5)
        settings = (
            'documents = ["postmortems/*.md"]\nnamespace = "k3v9q0z7"\nsince = "2026-08-24"\n'
            f'{LEDGER}[trackers.ops]\nkind = "jira"\nurl = "{server.url}"\nproject = "OPS"\n'
            f'email = "{BOT.email}"\ntoken = "env:JIRA_TOKEN"\ndeployment = "cloud"\n'
        )
        first = hosts.clone()
        (first / "followthrough.toml").write_text(settings, encoding="utf-8")
        (first / ".gitignore").write_text(".followthrough\nhome\n", encoding="utf-8")
        (first / "postmortems").mkdir()
        (first / "postmortems/.keep").touch()
        hosts.git(first, "add", ".")
        hosts.git(first, "commit", "--quiet", "--message=Settings")
        hosts.git(first, "push", "--quiet", "origin", "HEAD:main")
        desks = [desk(root, server.site.clock) for root in (first, hosts.clone(), hosts.clone())]
        return Month(hosts, server, desks, random.Random(seed))

    return begin


def desk(root: Path, clock: Clock) -> Desk:
    environ = {
        "HOME": str(root / "home"),
        "FOLLOWTHROUGH_CONFIG": str(root / "followthrough.toml"),
        "JIRA_TOKEN": CLASSIC,
    }
    return Desk(root, clock, environ)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_month_of_two_hosts(seed: int, month: Callable[[int], Month]) -> None:
    here = month(seed)
    for _ in range(NIGHTS):
        here.night()
    for one in here.desks[:2] * 2:  # quiet nights: what was left is finished
        here.merge(one)
        here.run(one)
        here.publish(one)
        here.server.site.clock.advance(hours=24)
    last = here.desks[0]
    here.merge(last)
    promised = {
        line.partition("]")[2].partition("[")[0].strip()
        for path in sorted((last.folder / "postmortems").glob("*.md"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("- [")
    }
    issues = [issue for issue in here.server.site.issues.values() if "followthrough" in issue.properties]
    titles = Counter(issue.fields["summary"] for issue in issues)
    assert titles == Counter(promised), "each measure has one issue"
    assert {*here.markers().values()} == {1}
    text = "".join(path.read_text(encoding="utf-8") for path in (last.folder / "postmortems").glob("*.md"))
    assert text.count("#ft-") == len(promised), "each line has its link"
    for one in here.desks:
        with open_git(BRANCH, one.folder, create=False, random_name=str) as ledger:
            state = ledger.snapshot()
            assert {intent.status for intent in state.intents.values()} == {IntentStatus.CREATED}
            assert len(state.links) == len(promised)
    assert here.codes[75] >= 3, "they hardly met"
    assert here.codes["died"] >= 1
    assert here.codes[0] > NIGHTS
