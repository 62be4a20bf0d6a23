"""The contract on npm `emulate`, which others wrote: REST only, it answers 404 for GraphQL.

What it cannot show runs on the stand-in: assignability (its list of assignees is missing), refusals of
permission, limits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from github import Auth, Github

from followthrough.connector import (
    Change,
    Connector,
    ConnectorError,
    Created,
    Draft,
    Inline,
    Paragraph,
    State,
)
from followthrough.http import Transport
from followthrough.testing import ConnectorContract
from followthrough_github.marker import marked
from serving import Clock

Connect = Callable[..., Connector]
Refusing = Callable[[type[ConnectorError]], Connector]


class TestEmulated(ConnectorContract):
    absent = "#987654"
    bulk = 130
    cannot_show: ClassVar = {
        "move": "the emulator transfers no issues",
        "delete": "the emulator deletes no issues",
        "duplicate": "of which issue one is a duplicate only GraphQL tells",
    }

    @pytest.fixture(autouse=True)
    def _emulated(self, emulated: Any, connect: Connect, refusing: Refusing) -> None:
        self.emulated, self.connect, self.refusing = emulated, connect, refusing
        self.transport = Transport(clock=(clock := Clock()).now, sleep=clock.sleep)

    def connector(self) -> Connector:
        return self.connect(self.emulated.url, self.transport, repository=self.emulated.repository)

    def broken(self, kind: type[ConnectorError]) -> Connector:
        return self.refusing(kind)

    def traffic(self) -> object:
        return self.transport.requests

    def by_stranger(self, draft: Draft) -> str | None:
        self.emulated.issue("mallory", title=draft.title, body=marked("copied", draft.id, draft.document))
        return "mallory"


def test_pygithub_sees_what_was_filed_and_its_changes_come_back(emulated: Any, connect: Connect) -> None:
    """A client that others wrote, against a server that others wrote."""
    clock = Clock()
    transport = Transport(clock=clock.now, sleep=clock.sleep)
    witness = Github(base_url=emulated.url, auth=Auth.Token("token-of-bot")).get_repo(emulated.repository)
    draft = Draft(
        id="0123456789ab",
        document="pm.md",
        title="Alert @sre when #12 is full",
        body=(Paragraph((Inline("It was @sam who fixed #3."),)),),
        labels=("postmortem",),
    )
    with connect(emulated.url, transport, repository=emulated.repository) as connector:
        (outcome,) = connector.create([draft])
        assert isinstance(outcome, Created)
        issue = witness.get_issue(int(outcome.ticket.key.removeprefix("#")))
        assert issue.title.replace("\u200b", "") == draft.title
        assert [label.name for label in issue.labels] == ["postmortem"]
        assert issue.body.splitlines()[-1] == "<!-- followthrough:1 0123456789ab pm.md -->"
        assert "@sam" not in issue.body
        assert "#3" not in issue.body
        issue.edit(state="closed", state_reason="not_planned")
        issue.add_to_labels("seen")
        (ticket,) = connector.owned()
        assert (ticket.state, set(ticket.labels)) == (State.DROPPED, {"postmortem", "seen"})
        connector.update(ticket.id, Change(state=State.OPEN, title="Alert the rota"))
        issue.update()
        assert (issue.state, issue.title) == ("open", "Alert the rota")
