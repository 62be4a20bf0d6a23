"""The connector to a virtual server: what the network does to each request, and no more than the seam allows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from tests.simulation.server import BOT, Issue, Post, Server, marker_line, marker_of
from tests.simulation.stage import Stage

from followthrough.connector import (
    UNSET,
    Change,
    Changes,
    Check,
    Connector,
    ConnectorError,
    Created,
    Draft,
    Features,
    Finding,
    NotFound,
    Outcome,
    Outside,
    RateLimited,
    Refused,
    Rejected,
    Ticket,
    Unauthorized,
    Unknown,
    Unreachable,
)

SILENCE = "The server did not answer; the issue may or may not exist."
OVERLAP = timedelta(minutes=2)
BROKEN = "The server answered 502; the issue may or may not exist."


@dataclass
class Weather:
    """How often a request that writes meets what; all at rest by default."""

    lost: float = 0.0
    """The request never arrives."""
    silent: float = 0.0
    """It takes effect, its answer never arrives."""
    late: float = 0.0
    """It takes effect only after nobody waits any more."""
    broken: float = 0.0
    """5xx, with or without effect."""
    garbled: float = 0.0
    """It takes effect, and the answer cannot be read."""
    limited: float = 0.0
    refused: float = 0.0
    unauthorized: float = 0.0
    short: float = 0.0
    """A listing ends early."""

    reads: float = 0.15
    """How much of that meets one that reads: a run makes many, and each has to succeed."""

    def what(self, stage: Stage, share: float = 1.0) -> str:
        """What happens to the next request."""
        at = stage.chance.random() / share
        for name in ("lost", "silent", "late", "broken", "garbled", "limited", "refused", "unauthorized"):
            at -= getattr(self, name)
            if at < 0:
                return name
        return ""


@dataclass
class VirtualConnector:
    """See :class:`followthrough.connector.Connector`."""

    server: Server
    weather: Weather
    features: Features = field(init=False)

    def __post_init__(self) -> None:
        profile = self.server.profile
        self.features = Features(settle=profile.settle, batch=profile.batch)

    @property
    def stage(self) -> Stage:
        return self.server.stage

    def check(self) -> Check:
        self._ask("check")
        finding = Finding("login", True, "The virtual server knows us.")
        return Check(findings=(finding,), account=BOT, place=self.server.name, public=False)

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        if self.weather.unauthorized and self.stage.often(self.weather.unauthorized):
            raise Unauthorized("The server refuses the token.", hint="Make a new one.")
        return [self._create(draft) for draft in drafts]

    def _create(self, draft: Draft) -> Outcome:
        text = "\n".join("".join(inline.text for inline in block.inlines) for block in draft.body)
        post = Post(draft.title, f"{text}\n{marker_line(draft.id, draft.document)}", draft.labels)
        return self.send(post)

    def send(self, post: Post) -> Outcome:
        """One request that creates; the process may die before it is out, and before its answer is in."""
        what = "refused" if self.server.hidden else self.weather.what(self.stage)
        self.stage.moment(f"POST {self.server.name} {what}")
        self._travel(what in ("lost", "silent", "late"))
        outcome = self._effect(post, what)
        self.stage.moment(f"answer {type(outcome).__name__}")
        return outcome

    def _effect(self, post: Post, what: str) -> Outcome:
        match what:
            case "lost":
                return Unknown(SILENCE)
            case "late":
                self.server.create_later(post)
                return Unknown(SILENCE)
            case "broken":
                if self.stage.often(0.5):
                    self.server.create(post, troubled=True)
                return Unknown(BROKEN)
            case "limited":
                return Refused("The server asks to come back later.", timedelta(minutes=1))
            case "refused" | "unauthorized":
                return Refused("The server refuses a value.")
        issue = self.server.create(post)
        if what:
            return Unknown(SILENCE)
        return Created(self._seen(issue))

    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        if not refs:
            return {}
        self._ask("fetch")
        found = {ref: self.server.find(ref) for ref in refs}
        return {ref: self._seen(issue) for ref, issue in found.items() if issue is not None}

    def changed(self, since: str | None, /) -> Changes:
        """Ours that listings show as updated since the newest update that was seen, and a little before."""
        begin = datetime.fromisoformat(since) - OVERLAP if since else None
        listed = [
            replace(self.server.picture(one), marker=self.marker(one)) for one in self._listed("changed")
        ]
        found = [one for one in listed if one.marker and (begin is None or one.updated >= begin)]
        newest = max((one.updated.isoformat() for one in found), default="")
        return Changes(tuple(found), max(since or "", newest))

    def cursor_at(self, moment: datetime, /) -> str:
        return moment.isoformat()

    def owned(self) -> Sequence[Ticket]:
        return self.marked(self._listed())

    def _listed(self, what: str = "list") -> list[Issue]:
        """All pages, compared with the number that the server names: a listing that ends early is an error."""
        found: list[Issue] = []
        number, total, seen = 0, 1, 0
        while seen < total:
            page, total = self.page(number, what)
            if not page and seen < total:
                raise Unreachable("The listing ended early.", hint="Try again later.")
            seen, number = seen + len(page), page[-1].number if page else 0
            found += page
        return found

    def page(self, after: int, what: str = "list") -> tuple[list[Issue], int]:
        """One request for one page of the listing."""
        self._ask(what)
        page, total = self.server.page(after)
        if self.weather.short and self.stage.often(self.weather.short):
            self.stage.note("  the listing ends early")
            page = []
        return page, total

    def marked(self, page: Sequence[Issue]) -> list[Ticket]:
        """Those with a marker of ours, whoever created them."""
        return [ticket for issue in page if (ticket := self._seen(issue)).marker is not None]

    def marker(self, issue: Issue) -> str | None:
        """Our marker on an issue: its last line, anchored."""
        return marker_of(issue.body)

    def update(self, ref: str, change: Change, /) -> Ticket:
        self._ask("update")
        issue = self.server.find(ref)
        if issue is None:
            raise NotFound(f"There is no issue {ref}.", hint="Was it deleted?")
        self.server.writes += 1
        values = {name: getattr(change, name) for name in Change.__slots__ if name != "backlink"}
        self.server.change(issue, **{name: value for name, value in values.items() if value is not UNSET})
        return self._seen(issue)

    def _seen(self, issue: Issue) -> Ticket:
        return replace(issue.ticket, marker=self.marker(issue))

    def _ask(self, method: str) -> None:
        """A request that reads: without an answer, nothing is known."""
        what = self.weather.what(self.stage, self.weather.reads)
        self.stage.moment(f"{method} {self.server.name} {what}")
        self._travel(what in ("lost", "silent", "late"))
        match what:
            case "limited":
                raise RateLimited("The server is asked too often.", retry_after=timedelta(minutes=1))
            case "unauthorized":
                raise Unauthorized("The server refuses the token.", hint="Make a new one.")
            case "refused":
                raise Rejected("The server refuses a value.")
            case "":
                return
        raise Unreachable("The server does not answer.", hint="Try again later.")

    def _travel(self, timeout: bool) -> None:
        self.stage.sleep(self.stage.between(20, 40) if timeout else self.stage.between(0.05, 1.0))
        self.server.catch_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        return None


class VirtualSettings(BaseModel):
    """A section of kind ``virtual``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    project: str


@dataclass
class VirtualPlugin:
    """The plugin of kind ``virtual``; ``make`` opens a connector to a server."""

    servers: Mapping[str, Server]
    make: Callable[[Server, Weather], Connector]
    weather: Weather
    name: str = "virtual"

    def settings_model(self) -> type[BaseModel]:
        return VirtualSettings

    def reference(self, settings: Any, text: str, /) -> str | None:
        return None

    def connect(self, settings: Any, outside: Outside, /) -> Connector:
        return self.make(self.servers[settings.project], self.weather)


__all__ = ["BROKEN", "SILENCE", "ConnectorError", "VirtualConnector", "VirtualPlugin", "Weather"]
