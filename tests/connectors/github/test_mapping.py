"""REST and GraphQL show the same issue alike, whatever it holds; and what states mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followthrough.connector import Connector, State, Ticket
from followthrough.http import Transport
from followthrough_github.mapping import plain_title
from followthrough_github.markdown import safe_title
from github_site import Server, Site

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
MOMENTS = st.integers(0, 2_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
LABELS = st.lists(
    st.sampled_from(["bug", "in progress", "Blocked", "a\nb"]) | WORDS.filter(bool), max_size=45, unique=True
)
MARKER = "<!-- followthrough:1 0123456789ab pm.md -->"
ISSUES = st.fixed_dictionaries(
    {
        "title": WORDS.filter(str.strip),
        "body": st.none() | WORDS | WORDS.map(lambda text: f"{text}\n{MARKER}"),
        "user": st.sampled_from(["bot", "sam", "followthrough[bot]"]),
        "labels": LABELS,
        "assignees": st.lists(st.sampled_from([f"dev-{n}" for n in range(14)]), max_size=13, unique=True),
        "state": st.sampled_from(["open", "closed"]),
        "reason": st.sampled_from([None, "completed", "not_planned", "duplicate", "reopened"]),
        "created": MOMENTS,
        "updated": MOMENTS,
        "closed": st.none() | MOMENTS,
    }
)


class Both:
    """One host, read by GraphQL and by REST alone."""

    def __init__(self, server: Server, connect: Callable[..., Connector]) -> None:
        self.site = server.site
        clock = self.site.clock
        self.by_graphql, self.by_rest = (
            connect(server.api, Transport(clock=clock.now, sleep=clock.sleep)) for _ in range(2)
        )

    def read(self, keys: list[str]) -> tuple[dict[str, Ticket], dict[str, Ticket]]:
        self.site.graphql = True
        one = dict(self.by_graphql.fetch(keys))
        self.site.graphql = False
        return one, dict(self.by_rest.fetch(keys))


@pytest.fixture
def both(github: Callable[..., Server], connect: Callable[..., Connector]) -> Iterator[Both]:
    pair = Both(github(Site(), described=False), connect)
    with pair.by_graphql, pair.by_rest:
        yield pair


@given(fields=st.lists(ISSUES, min_size=1, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_both_ways_show_the_same_ticket(fields: list[dict[str, Any]], both: Both) -> None:
    keys = []
    for one in fields:
        issue = both.site.add(both.site.web, one["user"], one["title"])
        for name, value in one.items():
            setattr(issue, name, value)
        keys.append(f"#{issue.number}")
    graphql, rest = both.read(keys)
    assert graphql == rest
    assert list(map(rest.get, keys)) == [rest[key] for key in keys]
    shown = [(set(rest[key].labels), rest[key].assignee) for key in keys]
    assert shown == [(set(one["labels"]), next(iter(one["assignees"]), None)) for one in fields]


@pytest.mark.parametrize(
    ("fields", "state", "words"),
    [
        ({}, State.OPEN, "open"),
        ({"reason": "reopened"}, State.OPEN, "reopened"),
        ({"labels": ["In Progress"]}, State.IN_PROGRESS, "open"),
        ({"labels": ["in progress", "BLOCKED"]}, State.BLOCKED, "open"),
        ({"state": "closed"}, State.DONE, "closed"),
        ({"state": "closed", "reason": "completed"}, State.DONE, "closed as completed"),
        (
            {"state": "closed", "reason": "completed", "labels": ["blocked"]},
            State.DONE,
            "closed as completed",
        ),
        ({"state": "closed", "reason": "not_planned"}, State.DROPPED, "closed as not planned"),
        ({"state": "closed", "reason": "duplicate"}, State.DROPPED, "closed as duplicate"),
    ],
    ids=str,
)
def test_what_a_state_means(fields: dict[str, Any], state: State, words: str, both: Both) -> None:
    issue = both.site.add(both.site.web, "sam", "One")
    both.site.edit(issue, **fields)
    for found in both.read(["#1"]):
        assert (found["#1"].state, found["#1"].native_status) == (state, words)


def test_more_labels_than_graphql_is_asked_for_are_read_by_rest(both: Both) -> None:
    """The forty-first says that it is blocked."""
    both.site.add(both.site.web, "sam", "One", labels=[f"label-{n}" for n in range(40)] + ["blocked"])
    both.site.add(both.site.web, "sam", "Two", labels=["bug"])
    graphql, rest = both.read(["#1", "#2"])
    assert graphql == rest
    assert len(graphql["#1"].labels) == 41
    assert graphql["#1"].state is State.BLOCKED


@given(st.text(st.characters(exclude_categories=["C"]), max_size=60))
def test_a_title_comes_back_as_it_was_filed(title: str) -> None:
    words = " ".join(title.split())
    if "\u200b" not in words and len(words) < 200:
        assert plain_title(safe_title(title)).split() == words.split()
