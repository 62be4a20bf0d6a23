from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.planning.earlier import Earlier
from followthrough.planning.identity import Identified
from followthrough.planning.likeness import alike, gist
from followthrough.planning.readings import Reading


def both_ways(one: str, other: str) -> bool:
    found = {alike(gist(one), gist(other)), alike(gist(other), gist(one))}
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Add an alert on connection pool saturation", "Alert on connection pool saturation"),
        ("Alert on pool saturation", "Pool saturation: alert"),
        ("Document the rollback procedure", "rollback procedure documented"),
        ("Rotate the signing keys every month", "We should be rotating signing keys every month."),
        ("Alert when the pool is over 90 %", "Alert: pool over 90 %"),
        ("Move sessions to Redis", "Move the sessions into Redis"),
        ("Verbindungspool überwachen und begrenzen", "Verbindungspool begrenzen und überwachen"),
    ],
)
def test_texts_that_announce_the_same_work_are_alike(one: str, other: str) -> None:
    assert both_ways(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alert when the pool is over 90 %", "Alert when the pool is over 80 %"),
        ("Check valve number 1", "Check valve number 2"),
        ("Raise the timeout to 30s everywhere", "Raise the timeout to 60s everywhere"),
        ("Move sessions to Redis", "Move sessions to Memcached"),
        ("Roll out new certificates in eu-west/a", "Roll out new certificates in eu-west/b"),
        ("Raise db.pool limits and alert", "Raise web.pool limits and alert"),
        ("Upgrade to version 1.2 of openssl library", "Upgrade to version 1.3 of openssl library"),
    ],
)
def test_texts_that_differ_in_a_number_or_a_name_are_different_work(one: str, other: str) -> None:
    assert not both_ways(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rehearse", "Rehearse"),
        ("Alert", "Alert on pool saturation"),
        ("Add an alert", "Add the alerts"),
        ("", ""),
        ("…", "Alert on pool saturation"),
        ("Alert on pool saturation", "Document the rollback procedure"),
        ("Write a runbook for failover", "Write a test for failover"),
    ],
)
def test_few_words_and_other_words_are_like_nothing(one: str, other: str) -> None:
    assert not both_ways(one, other)


def test_the_order_of_words_does_not_matter() -> None:
    words = ["alert", "saturation", "connection", "pool", "threshold"]
    assert both_ways(" ".join(words), " ".join(reversed(words)))


def test_one_word_twice_in_a_document_is_found_all_the_same(
    page: Callable[..., Reading], who: Callable[..., Identified]
) -> None:
    first, second, elsewhere = who([page("a.md", "Rehearse", "REHEARSE"), page("b.md", "Rehearse")]).known
    earlier = Earlier()
    assert earlier.like(first) is None
    earlier.add(first)
    assert earlier.like(second) is first
    earlier.add(second)
    assert earlier.like(elsewhere) is None
