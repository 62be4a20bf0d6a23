"""Ticket references in text."""

from __future__ import annotations

import pytest

from followthrough.references import find, is_reference, is_ticket_url, loose, same


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see OPS-12 and #13", ["OPS-12", "#13"]),
        ("acme/web#12", ["acme/web#12"]),
        ("PR #12", ["PR #12"]),
        ("issue 1234", ["issue 1234"]),
        ("(https://github.com/acme/web/issues/12).", ["https://github.com/acme/web/issues/12"]),
        ("https://acme.atlassian.net/browse/OPS-12", ["https://acme.atlassian.net/browse/OPS-12"]),
        ("https://wiki.example/OPS-12", []),
        ("#ops-alerts", []),
        ("nothing here", []),
        ("AB#123 of Azure Boards", ["AB#123"]),
        ("PRB0040123, CHG0012345", ["PRB0040123", "CHG0012345"]),
        ("T377010 and b/778120", ["T377010", "b/778120"]),
        ("group/sub/project!12 and !13", ["group/sub/project!12", "!13"]),
        ("https://tracker.example/browse/OPS-12[OPS-12]", ["https://tracker.example/browse/OPS-12"]),
        ("a T1000, 2/3, 10!", []),
        ("tickets 100%, issues 2.5", []),
    ],
)
def test_find(text: str, expected: list[str]) -> None:
    assert [found.text for found in find(text)] == expected


def test_prefixes_that_no_tracker_has() -> None:
    assert find("UTF-8", {"UTF"}) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/web/issues/12",
        "https://github.com/acme/web/pull/12#issuecomment-3",
        "https://gitlab.com/acme/web/-/merge_requests/12",
        "https://acme.atlassian.net/browse/OPS-12",
        "https://bugs.example/show_bug.cgi?id=12",
        "https://linear.app/acme/issue/OPS-12/add-a-disk",
        "https://acme.atlassian.net/jira/software/projects/OPS/boards/1?selectedIssue=OPS-12",
    ],
)
def test_ticket_url(url: str) -> None:
    assert is_ticket_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://github.com/acme/web",
        "https://github.com/acme/web/commit/12ab",
        "#ft-0",
        "issues/12",
    ],
)
def test_other_url(url: str) -> None:
    assert not is_ticket_url(url)


def test_is_reference() -> None:
    assert is_reference("OPS-12")
    assert not is_reference("OPS-12 is late")


def test_a_number_is_a_ticket_only_where_one_is_expected() -> None:
    assert [loose(text) for text in ("1870990", "ord/12", "#12", "OPS-1234")] == [
        "1870990",
        "ord/12",
        "#12",
        "OPS-1234",
    ]
    assert [loose(text) for text in ("TBD", "section 12", "7", "12 of 15")] == [None] * 4


def test_one_ticket_in_two_spellings() -> None:
    assert same("OPS-12", "https://tracker.example/browse/OPS-12")
    assert same("PR #12", "https://github.com/acme/web/pull/12")
    assert same("acme/web#12", "https://github.com/acme/web/issues/12")
    assert not same("acme/api#12", "https://github.com/acme/web/issues/12")
    assert not same("OPS-12", "https://github.com/acme/web/issues/12")


def test_the_number_of_an_incident_is_not_surely_a_ticket() -> None:
    (found,) = find("Write down what INC0012345 taught us")
    assert not found.sure
