"""A tracker as a server: issues that listings show late, requests that take effect late, people at work in it."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.simulation.stage import Stage

from followthrough.connector import State, Ticket

PAGE = 10
BOT = "bot"

Delays = Sequence[tuple[float, float, float]]
"""Shares and ranges in seconds: of all issues so many are late by something between these two."""


@dataclass(frozen=True)
class Profile:
    """How a kind of tracker behaves; `reference` figures stand in tests/simulation/README.md."""

    name: str
    settle: timedelta
    lag: Delays
    """From effect to listing."""
    late: Delays
    """From a request without an answer to its effect."""
    batch: int = 1

    def delay(self, stage: Stage, delays: Delays) -> timedelta:
        (chosen,) = stage.chance.choices(delays, [share for share, _, _ in delays])
        return timedelta(seconds=stage.between(*chosen[1:]))


GITHUB = Profile(
    "github",
    timedelta(minutes=30),
    lag=((0.65, 0, 2), (0.25, 2, 30), (0.10, 30, 8 * 60)),
    late=((0.6, 0, 30), (0.4, 30, 20 * 60)),
)
JIRA = Profile(
    "jira",
    timedelta(hours=12),
    lag=((0.65, 0, 5), (0.20, 5, 600), (0.10, 600, 7200), (0.05, 7200, 10.5 * 3600)),
    late=((0.6, 0, 60), (0.4, 60, 3600)),
    batch=5,
)


@dataclass
class Issue:
    """One issue on the server. ``body`` ends in our marker where we created it."""

    ticket: Ticket
    body: str
    number: int
    shown: datetime
    """From when listings show it."""
    deleted: bool = False
    pictures: list[tuple[datetime, Ticket]] = field(default_factory=list)
    """How lists of changes show it, and from when on: they are late for each change."""


@dataclass
class Post:
    """A create request: what the server needs to carry it out."""

    title: str
    body: str
    labels: tuple[str, ...] = ()


@dataclass
class Server:
    """One project on a tracker. Its times are the true ones."""

    stage: Stage
    name: str
    profile: Profile
    issues: dict[str, Issue] = field(default_factory=dict)
    waiting: list[tuple[datetime, int, Post]] = field(default_factory=list)
    hidden: bool = False
    """Our account lost its permission, and the tracker answers with nothing instead of an error."""
    writes: int = 0
    keys: dict[str, str] = field(default_factory=dict)
    """Issue by every key it ever had."""
    numbers: int = 0
    sent: int = 0

    def create(self, post: Post, author: str = BOT, *, troubled: bool = False) -> Issue:
        """Make an issue now; a server in trouble lists it later than most."""
        self.numbers += 1
        self.writes += 1
        key, id = f"{self.name.upper()}-{self.numbers}", str(10_000 + self.numbers)
        ticket = Ticket(
            id=id,
            key=key,
            url=f"https://{self.name}.invalid/browse/{key}",
            title=post.title,
            state=State.OPEN,
            native_status=State.OPEN.words,
            labels=post.labels,
            created=self.stage.time,
            updated=self.stage.time,
            author=author,
        )
        lag = self.profile.lag[-2:] if troubled else self.profile.lag
        shown = self.stage.time + self.profile.delay(self.stage, lag)
        self.issues[id] = Issue(ticket, post.body, self.numbers, shown, pictures=[(shown, ticket)])
        self.keys[key] = id
        self.stage.note(
            f"  {self.name}: {key} made by {author}, listed in {(shown - self.stage.time).seconds} s"
        )
        return self.issues[id]

    def create_later(self, post: Post) -> None:
        """A request whose effect comes when nobody waits for it any more."""
        at = self.stage.time + self.profile.delay(self.stage, self.profile.late)
        self.sent += 1
        heapq.heappush(self.waiting, (at, self.sent, post))

    def catch_up(self) -> None:
        """Carry out what is due by now."""
        while self.waiting and self.waiting[0][0] <= self.stage.time:
            at, _, post = heapq.heappop(self.waiting)
            issue = self.create(post)
            delay = issue.shown - self.stage.time
            issue.ticket = replace(issue.ticket, created=at, updated=at)
            issue.shown = at + delay
            issue.pictures = [(issue.shown, issue.ticket)]

    def find(self, ref: str) -> Issue | None:
        """An issue by id, key or former key, unless it is not there for us."""
        issue = self.issues.get(ref) or self.issues.get(self.keys.get(ref, ""))
        return None if issue is None or issue.deleted or self.hidden else issue

    def page(self, after: int) -> tuple[list[Issue], int]:
        """The issues after a number that listings show, a page of them, and how many there are in all."""
        shown = [one for one in self.issues.values() if self._shows(one)]
        return [one for one in shown if one.number > after][:PAGE], len(shown)

    def picture(self, issue: Issue) -> Ticket:
        """An issue as lists of changes show it by now."""
        return next((one for at, one in reversed(issue.pictures) if at <= self.stage.time), issue.ticket)

    def _shows(self, issue: Issue) -> bool:
        return issue.shown <= self.stage.time and not issue.deleted and not self.hidden

    def change(self, issue: Issue, **values: object) -> None:
        """Set fields of an issue."""
        state = values.get("state")
        if isinstance(state, State):
            values["native_status"] = state.words
            values["closed"] = self.stage.time if state.closed else None
        issue.ticket = replace(issue.ticket, updated=self.stage.time, **values)  # type: ignore[arg-type]  # its fields
        shown = self.stage.time + self.profile.delay(self.stage, self.profile.lag)
        issue.pictures.append((max(shown, issue.pictures[-1][0]), issue.ticket))

    def move(self, issue: Issue) -> None:
        """Give an issue the key of another project; its id stays."""
        self.numbers += 1
        key = f"NEW{self.name.upper()}-{self.numbers}"
        self.keys[key] = issue.ticket.id
        self.change(issue, key=key, url=f"https://{self.name}.invalid/browse/{key}")

    def made(self) -> dict[str, list[Issue]]:
        """Every issue that we created, the deleted ones too, by its marker."""
        found: dict[str, list[Issue]] = defaultdict(list)
        for issue in self.issues.values():
            marker = marker_of(issue.body) if issue.ticket.author == BOT else None
            if marker is not None:
                found[marker].append(issue)
        return found


def marker_line(id: str, document: str) -> str:
    """The last line of a body that is ours."""
    return f"<!-- followthrough:1 {id} {document} -->"


def marker_of(body: str) -> str | None:
    """The id in the last line of a body, if that line is a marker and nothing else."""
    last = body.rstrip("\n").rpartition("\n")[2]
    words = last.split(" ")
    if len(words) == 5 and words[:2] == ["<!--", "followthrough:1"] and words[4] == "-->":
        return words[2]
    return None
