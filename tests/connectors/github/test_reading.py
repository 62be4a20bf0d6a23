"""Answers that are not whole: parts are used, REST says what became of the rest; limits; older servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from followthrough.connector import Connector, NotFound, RateLimited, State, Unauthorized, Unreachable
from followthrough.http import Transport
from github_site import Answer, Request, Server, primary, secondary

Open = Callable[..., Connector]


@pytest.fixture
def host(github: Callable[..., Server]) -> Server:
    server = github()
    for number in range(1, 9):
        server.site.add(server.site.web, "sam", f"Measure {number}")
    return server


@pytest.fixture
def connector(host: Server, connect: Open) -> Iterator[Connector]:
    clock = host.site.clock
    with connect(host.api, Transport(clock=clock.now, sleep=clock.sleep)) as opened:
        yield opened


def ids_of(connector: Connector) -> list[str]:
    return [ticket.id for ticket in connector.changed(None).tickets]


def answer_of(*errors: dict[str, Any], data: Any = None) -> Answer:
    return Answer(body={"data": data, "errors": list(errors)})


def asks_graphql(request: Request) -> bool:
    return request.path.endswith("/graphql")


@pytest.mark.parametrize("by", ["id", "key"])
def test_what_graphql_shows_is_used_and_rest_says_the_rest(
    by: str, host: Server, connector: Connector
) -> None:
    site, web = host.site, host.site.web
    refs = ids_of(connector) if by == "id" else [f"#{number}" for number in range(1, 9)]
    other = site.add_repository("acme/other")
    web.hidden.add(2)
    site.delete(web.issues[3])
    moved = site.transfer(web.issues[4], other)
    site.close(moved)
    hidden = site.transfer(web.issues[5], site.add_repository("acme/secret", rights={}))
    assert hidden.number == 1
    host.journal.clear()
    found = connector.fetch(refs)
    assert {refs.index(ref) + 1 for ref in found} == {1, 4, 6, 7, 8}
    assert (found[refs[3]].key, found[refs[3]].state) == ("acme/other#1", State.DONE)
    asked = [one.path for one in host.journal]
    assert asked.count("/graphql") == 1
    assert sorted(path for path in asked if path.startswith("/repos/acme/web/issues/")) == [
        f"/repos/acme/web/issues/{number}" for number in (2, 3, 4, 5)
    ]


def test_one_issue_behind_single_sign_on_hides_no_other(host: Server, connector: Connector) -> None:
    """It was transferred to an organisation that does not know this token."""
    refs = ids_of(connector)
    site = host.site
    new = site.transfer(site.web.issues[2], site.add_repository("strict/web", rights={"bot": "pull"}))
    new.repository.hidden.add(new.number)  # GraphQL does not show it either
    refusal = Answer(403, {"message": "Resource protected by organization SAML enforcement."})
    refusal.headers = {"X-GitHub-SSO": "required; url=https://github.com/orgs/strict/sso"}
    place = f"/repositories/{new.repository.id}/"
    host.broken = lambda request: refusal if request.path.startswith(place) else None
    assert connector.fetch(refs).keys() == {*refs} - {refs[1]}
    host.broken = lambda _request: secondary("3600")
    with pytest.raises(RateLimited):
        connector.fetch(refs)


def test_a_number_that_another_issue_has_got_since_is_not_mistaken(
    host: Server, connector: Connector
) -> None:
    """A repository was made anew under the same name."""
    refs = ids_of(connector)
    host.site.web.issues.clear()
    host.site.web.last = 0
    host.site.add(host.site.web, "kim", "Another one")
    assert connector.fetch(refs[:1]) == {}


def test_a_repository_that_is_hidden_is_an_error_and_nothing_is_absent(
    host: Server, connector: Connector
) -> None:
    refs = ids_of(connector)
    del host.site.web.rights["bot"]
    for graphql in (True, False):
        host.site.graphql = graphql
        with pytest.raises(NotFound, match=r"acme/web is not on .*, or hidden from this token"):
            connector.fetch(refs)


def test_a_server_that_does_not_know_duplicates_is_asked_once_without(
    host: Server, connector: Connector
) -> None:
    host.site.knows_duplicates = False
    refs = ids_of(connector)
    host.site.close(host.site.web.issues[1], "not_planned")
    host.journal.clear()
    assert len(connector.fetch(refs)) == 8
    assert connector.fetch(refs)[refs[0]].state is State.DROPPED
    assert [one.template for one in host.journal] == ["/graphql"] * 3, "once to learn it, then one each"


def test_where_graphql_is_not_offered_it_is_asked_for_once(host: Server, connector: Connector) -> None:
    host.site.graphql = False
    refs = ids_of(connector)
    host.journal.clear()
    for _ in range(2):
        assert len(connector.fetch(refs)) == 8
    assert host.count("POST") == 1
    assert host.count("GET", "/issues/{issue_number}") == 16


@pytest.mark.parametrize("kind", ["RATE_LIMITED", "RATE_LIMIT"])
def test_a_limit_with_status_200_says_until_when(kind: str, host: Server, connector: Connector) -> None:
    refs = ids_of(connector)
    answer = answer_of({"type": kind, "message": "API rate limit exceeded"})
    reset = host.site.clock.now() + timedelta(minutes=17)
    answer.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(reset.timestamp()))}
    host.limits.order(answer, fits=asks_graphql)
    with pytest.raises(RateLimited) as error:
        connector.fetch(refs)
    assert timedelta(minutes=16) < error.value.retry_after <= timedelta(minutes=17)


TOO_QUICKLY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}
REFUSALS = {
    "403 says 5 s": secondary("5"),
    "429 says 5 s": secondary("5", status=429),
    "429 says nothing": secondary(None, status=429),
    "403 says it in words": secondary(None),
    "200 says it by its type": answer_of({"type": "RATE_LIMITED", "message": "too much"}),
    "200 says it in words": answer_of(TOO_QUICKLY),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_secondary_limit_while_reading_is_waited_for(name: str, host: Server, connector: Connector) -> None:
    """For as long as it says, else for a minute. REST says nothing with a 200."""
    refusal, refs = REFUSALS[name], ids_of(connector)
    begun = host.site.clock.now()
    host.limits.order(refusal, fits=asks_graphql)
    assert len(connector.fetch(refs)) == 8
    if refusal.status != 200:
        host.limits.order(refusal, fits=lambda request: request.path.endswith("/issues"))
        assert len(connector.changed(None).tickets) == 8
    waited = (host.site.clock.now() - begun).total_seconds()
    times = 1 if refusal.status == 200 else 2
    assert waited >= times * (5 if "Retry-After" in refusal.headers else 60)
    assert host.limits.refused == times


@pytest.mark.parametrize("refusal", [secondary(None), answer_of(TOO_QUICKLY)], ids=["403", "200"])
def test_a_limit_that_lasts_is_an_error_and_not_asked_about_every_second(
    refusal: Answer, host: Server, connector: Connector
) -> None:
    refs = ids_of(connector)
    begun = host.site.clock.now()
    host.limits.order(refusal, times=99, fits=asks_graphql)
    with pytest.raises(RateLimited) as error:
        connector.fetch(refs)
    assert error.value.retry_after <= timedelta(minutes=1)
    assert host.limits.refused in (2, 3)
    assert timedelta(minutes=1) <= host.site.clock.now() - begun <= timedelta(seconds=121)


def test_an_issue_that_speaks_of_limits_is_none(host: Server, connector: Connector) -> None:
    said = 'Answer "type": "RATE_LIMITED" and the secondary rate limit as errors'
    host.site.edit(host.site.web.issues[1], title=said)
    begun = host.site.clock.now()
    found = connector.fetch(ids_of(connector))
    assert said in {ticket.title for ticket in found.values()}
    assert host.site.clock.now() == begun


def test_the_primary_limit_far_away_is_an_error_with_its_time(host: Server, connector: Connector) -> None:
    refs = ids_of(connector)
    host.limits.order(primary(host.site.clock.now() + timedelta(minutes=40)), times=99, fits=asks_graphql)
    with pytest.raises(RateLimited, match=r"lets this token ask again at 02:40 UTC"):
        connector.fetch(refs)
    assert host.limits.refused == 1, "nothing is sent meanwhile"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            answer_of(
                {"type": "FORBIDDEN", "message": "Resource protected by organization SAML enforcement."},
                data={"repository": None},
            ),
            Unauthorized,
            "asks for single sign-on",
        ),
        (
            answer_of(
                {"type": "FORBIDDEN", "message": "Resource not accessible by integration"},
                data={"repository": None},
            ),
            Unauthorized,
            "may not do that in acme/web",
        ),
        (answer_of({"message": "Something went wrong."}), Unreachable, "Something went wrong"),
        (answer_of({}), Unreachable, "no reason given"),
        (Answer(body=["no", "object"]), Unreachable, "gave no usable answer"),
        (Answer(raw=b"<html>busy</html>"), Unreachable, "gave no usable answer"),
        (Answer(401, {"message": "Bad credentials"}), Unauthorized, r"is refused \(401\)"),
    ],
    ids=["sso", "forbidden", "error", "unsaid", "list", "page", "401"],
)
def test_an_answer_without_the_repository_is_an_error_that_says_why(
    answer: Answer, kind: type[Exception], words: str, host: Server, connector: Connector
) -> None:
    refs = ids_of(connector)
    host.limits.order(answer, times=99, fits=asks_graphql)
    with pytest.raises(kind, match=words):
        connector.fetch(refs)


def test_an_issue_of_which_a_part_is_missing_is_read_by_rest(host: Server, connector: Connector) -> None:
    refs = ids_of(connector)
    with httpx.Client(headers={"Authorization": "Bearer token-of-bot"}) as people:
        query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Issue { id number title } } }"
        sent = {"query": query, "variables": {"ids": [refs[0].partition(":")[2]]}}
        nodes = people.post(f"{host.api}/graphql", json=sent).json()["data"]["nodes"]
    torn = {**nodes[0], "labels": None}
    whole = {"repository": {"id": "R"}, "nodes": [torn]}
    host.limits.order(answer_of({"message": "Timeout", "path": ["nodes", 0]}, data=whole), fits=asks_graphql)
    assert connector.fetch(refs[:1])[refs[0]].title == "Measure 1"


@pytest.mark.parametrize(
    "query",
    [
        "query { viewer { logn } }",
        "query { repository(owner: 1, name: 2) { id } }",
        "query { nodes(ids: []) { title } }",
        "query($a: Int) { viewer { login } }",
    ],
)
def test_the_stand_in_refuses_what_breaks_githubs_schema(query: str, host: Server) -> None:
    with httpx.Client(headers={"Authorization": "Bearer token-of-bot"}) as people:
        answer = people.post(f"{host.api}/graphql", json={"query": query}).json()
    assert answer["errors"]
    assert "data" not in answer


def test_every_document_that_is_sent_fits_githubs_schema(host: Server, connector: Connector) -> None:
    from graphql import parse, validate

    from github_site.graphql_api import schema

    refs = ids_of(connector)
    host.site.duplicate(host.site.web.issues[2], host.site.web.issues[1])
    found = connector.fetch([*refs, "#3"])
    assert found[refs[1]].duplicate_of == "#1"
    connector.fetch(["#4"])
    connector.check()
    assert len(host.documents) >= 4
    for document in host.documents:
        assert validate(schema(), parse(document)) == []
