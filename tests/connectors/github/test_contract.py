"""The contract on our stand-in: with GraphQL, on Enterprise Server's addresses, and where REST serves all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from followthrough.connector import Connector, ConnectorError, Draft, Ticket
from followthrough.http import Transport
from followthrough.testing import ConnectorContract
from followthrough_github.marker import marked
from github_site import Issue, Server, Site

LAG = timedelta(seconds=8)


class OnStandIn(ConnectorContract):
    absent = "#987654"
    bulk = 230
    how: ClassVar[dict[str, Any]] = {}

    @pytest.fixture(autouse=True)
    def _site(
        self,
        github: Callable[..., Server],
        connect: Callable[..., Connector],
        refusing: Callable[[type[ConnectorError]], Connector],
    ) -> None:
        self.site = Site(lag=LAG)
        self.site.add(self.site.web, "sam", "A pull request", is_pull=True)
        self.other = self.site.add_repository("acme/other")
        self.server = github(self.site, **self.how)
        self.connect, self.refusing = connect, refusing
        self.arrange()

    def arrange(self) -> None:
        """Make the host what the subclass is about."""

    def connector(self) -> Connector:
        clock = self.site.clock
        return self.connect(self.server.api, Transport(clock=clock.now, sleep=clock.sleep))

    def broken(self, kind: type[ConnectorError]) -> Connector:
        return self.refusing(kind)

    def traffic(self) -> object:
        return len(self.server.journal)

    def by_stranger(self, draft: Draft) -> str | None:
        self.site.web.rights["mallory"] = "pull"
        self.site.add(self.site.web, "mallory", draft.title, marked("copied", draft.id, draft.document))
        return "mallory"

    def settle(self) -> None:
        self.site.clock.advance(seconds=LAG.total_seconds())

    def issue(self, ticket: Ticket) -> Issue:
        return self.site.web.issues[int(ticket.key.removeprefix("#"))]

    def move(self, ticket: Ticket) -> None:
        self.site.transfer(self.issue(ticket), self.other)

    def delete(self, ticket: Ticket) -> None:
        self.site.delete(self.issue(ticket))

    def duplicate(self, ticket: Ticket, of: Ticket) -> None:
        self.site.duplicate(self.issue(ticket), self.issue(of))


class TestGitHub(OnStandIn):
    """github.com and GHE.com."""


class TestEnterprise(OnStandIn):
    """Enterprise Server: other addresses, and a GraphQL that is older."""

    how: ClassVar = {"enterprise": True}
    cannot_show: ClassVar = {}


class TestWithoutGraphQL(OnStandIn):
    """REST serves everything."""

    cannot_show: ClassVar = {"duplicate": "of which issue one is a duplicate only GraphQL tells"}

    def arrange(self) -> None:
        self.site.graphql = False
