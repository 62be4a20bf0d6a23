"""Whom a word means among the people that Jira tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from followthrough.connector import Change, Connector, Created, Draft, Rejected
from followthrough_jira.people import chosen
from jira_cloud import Answer, Server
from jira_cloud.standard import GONE, KIM, SAM

CLOUD = [
    {"accountId": "5b1", "displayName": "Sam Field", "emailAddress": "sam@acme.example", "active": True},
    {"accountId": "5b2", "displayName": "Sam Feld", "emailAddress": "sam@acme.example.org", "active": True},
]
SERVER = [
    {"name": "sam", "key": "JIRAUSER1", "emailAddress": "sam@acme.example"},
    {"name": "sam@acme.example", "key": "JIRAUSER2", "emailAddress": "other@acme.example"},
    {"name": "samantha", "key": "JIRAUSER3", "emailAddress": "samantha@acme.example", "active": False},
]


@pytest.mark.parametrize(
    ("word", "users", "cloud", "expected"),
    [
        ("5b1", CLOUD, True, "5b1"),
        ("sam@acme.example", CLOUD, True, "5b1"),
        ("SAM@acme.example", CLOUD, True, "5b1"),
        ("Sam", CLOUD, True, None),
        ("kim@acme.example", CLOUD, True, None),
        ("kim@acme.example", CLOUD[:1], True, None),
        ("kim@acme.example", [{"accountId": "5b3"}], True, "5b3"),
        ("kim@acme.example", [{"accountId": "5b3"}, {"accountId": "5b4"}], True, None),
        ("kim@acme.example", [{"accountId": "5b3", "active": False}], True, None),
        ("sam", SERVER, False, "sam"),
        ("jirauser1", SERVER, False, "sam"),
        ("sam@acme.example", SERVER, False, "sam@acme.example"),
        ("samantha", SERVER, False, None),
        ("sa", SERVER, False, None),
        ("sam", [], False, None),
    ],
)
def test_one_and_no_other(word: str, users: list[dict[str, Any]], cloud: bool, expected: str | None) -> None:
    user = chosen(word, users, cloud=cloud)
    assert (user and (user.get("accountId") or user["name"])) == expected


@pytest.fixture
def site(cloud: Callable[..., Server]) -> Server:
    return cloud()


def draft(word: str, number: int = 1) -> Draft:
    return Draft(id=f"{number:0>12}", document="a.md", title=f"Measure {number}", body=(), assignee=word)


def test_each_is_asked_for_once(site: Server, connect: Callable[..., Connector]) -> None:
    words = [SAM.id, KIM.email, SAM.id, KIM.email, GONE.id]
    with connect(site) as connector:
        outcomes = connector.create([draft(word, number) for number, word in enumerate(words)])
    assigned = [one.ticket.assignee for one in outcomes if isinstance(one, Created)]
    assert assigned == [SAM.id, KIM.id, SAM.id, KIM.id, None]
    assert site.count("GET", "/user/assignable/search") == 3


def test_who_may_not_look_people_up_still_assigns_accounts(
    site: Server, connect: Callable[..., Connector]
) -> None:
    refusal = Answer(403, {"errorMessages": ["You may not browse users."], "errors": {}})
    site.broken = lambda request: refusal if "assignable" in request.path else None
    with connect(site) as connector:
        one, other = connector.create([draft(SAM.id), draft(KIM.email, 2)])
        assert connector.assignable([SAM.id, KIM.email]) == {SAM.id: None, KIM.email: None}  # type: ignore[attr-defined]
    assert isinstance(one, Created)
    assert isinstance(other, Created)
    assert (one.ticket.assignee, other.ticket.assignee) == (SAM.id, None)
    assert other.notes == (f'Owner: "{KIM.email}" (Jira does not say who that is)',)


def test_an_owner_who_cannot_be_assigned_is_refused_and_changes_nothing(
    site: Server, connect: Callable[..., Connector]
) -> None:
    with connect(site) as connector:
        (made,) = connector.create([draft(SAM.id)])
        assert isinstance(made, Created)
        with pytest.raises(Rejected, match="cannot be assigned in OPS"):
            connector.update(made.ticket.id, Change(assignee=GONE.id))
        assert connector.fetch([made.ticket.id])[made.ticket.id].assignee == SAM.id
