"""The contract of every connector, on Jira Cloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from followthrough.connector import (
    Change,
    Connector,
    ConnectorError,
    Draft,
    NotFound,
    RateLimited,
    State,
    Ticket,
    Unauthorized,
    Unreachable,
)
from followthrough.testing import ConnectorContract
from jira_cloud import CLOUD_ID, Answer, Server, refusal
from jira_cloud.standard import KIM, SAM, SCOPED, SERVICE, STRANGER

BROKEN: dict[type[ConnectorError], Answer] = {
    Unauthorized: Answer(401, {"errorMessages": ["Client must be authenticated to access this resource."]}),
    NotFound: Answer(404, {"errorMessages": ["No project could be found."], "errors": {}}),
    Unreachable: Answer(503, raw=b"<html>Service Unavailable</html>"),
    RateLimited: refusal(retry_after="1847"),
}


class TestCloud(ConnectorContract):
    people: ClassVar[tuple[str, str]] = (SAM.id, KIM.id)
    keys: ClassVar[dict[str, Any]] = {}

    @pytest.fixture(autouse=True)
    def _site(self, cloud: Callable[..., Server], connect: Callable[..., Connector]) -> None:
        self.server = cloud(lag=30)
        self._connect = connect

    def connector(self) -> Connector:
        return self._connect(self.server, **self.keys)

    def broken(self, kind: type[ConnectorError]) -> Connector:
        # The site tells its cloud id to anybody.
        self.server.broken = lambda request: None if request.path.startswith("/_edge") else BROKEN[kind]
        return self.connector()

    def traffic(self) -> object:
        return len(self.server.journal)

    def settle(self) -> None:
        self.server.site.clock.advance(minutes=1)

    def move(self, ticket: Ticket) -> None:
        self.server.site.relocate(ticket.id, "WEB")

    def delete(self, ticket: Ticket) -> None:
        self.server.site.delete(ticket.id)

    def duplicate(self, ticket: Ticket, of: Ticket) -> None:
        self.server.site.go(ticket.id, "Done", resolution="Duplicate")
        self.server.site.link(ticket.id, of.id)

    def by_stranger(self, draft: Draft) -> str:
        fields = {
            "project": {"key": "OPS"},
            "issuetype": {"name": "Task"},
            "summary": draft.title,
            "labels": ["followthrough"],
        }
        marker = {"key": "followthrough", "value": {"v": 1, "id": draft.id, "doc": draft.document}}
        self.server.site.create(STRANGER, {"fields": fields, "properties": [marker]})
        return STRANGER.id


class TestCloudWithMarkerInTheDescription(TestCloud):
    """Where labels are not on the screen."""

    keys: ClassVar[dict[str, Any]] = {"marker": "description"}

    def by_stranger(self, draft: Draft) -> str:
        super().by_stranger(draft)
        issue = list(self.server.site.issues.values())[-1]
        text = f"Filed by followthrough, {draft.id}."
        paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
        self.server.site.set(issue, description={"type": "doc", "version": 1, "content": [paragraph]})
        return STRANGER.id


@pytest.mark.parametrize(
    "keys",
    [{"token": SCOPED}, {"token": SERVICE, "email": None}, {"token": SCOPED, "cloud_id": CLOUD_ID}],
    ids=["scoped token", "service account", "cloud id given"],
)
def test_through_the_gateway(
    keys: dict[str, Any], cloud: Callable[..., Server], connect: Callable[..., Connector]
) -> None:
    server = cloud()
    case = ConnectorContract()
    with connect(server, gateway=server.url, **keys) as connector:
        check = connector.check()
        assert not [one for one in check.findings if one.ok is False]
        ticket = case.created(connector, case.draft(assignee=SAM.id))
        assert ticket.url == f"{server.url}/browse/OPS-1", "a person opens it at the site"
        done = connector.update(ticket.id, Change(state=State.DONE))
        assert connector.owned() == [done]
        assert connector.fetch([ticket.key]) == {ticket.key: done}
    at_site = [one for one in server.journal if not one.path.startswith("/rest/api/3")]
    assert len(at_site) == (0 if "cloud_id" in keys else 1)
