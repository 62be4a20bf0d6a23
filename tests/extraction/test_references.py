"""Ticket references in text."""

from __future__ import annotations

import pytest

from followthrough.references import find, is_reference, is_ticket_url


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
