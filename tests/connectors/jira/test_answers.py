"""Refusals as sentences: what is, and what to do next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from followthrough.connector import (
    ConnectorError,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unreachable,
)
from followthrough_jira.answers import Answer, Asked, error_of, login_failed, said

ASKED = Asked("acme.atlassian.net", "bot@acme.example", "OPS")


def error(status: int, body: Any = None, **headers: str) -> ConnectorError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_of(Answer(status, named, body), ASKED)


def test_an_expired_token_says_so() -> None:
    told = error(401)
    assert isinstance(told, Unauthorized)
    assert str(told) == (
        "Token of bot@acme.example refused (401). Tokens expire: make a new one; nothing was changed."
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (403, Unauthorized),
        (404, NotFound),
        (405, NotFound),
        (409, Rejected),
        (410, NotFound),
        (413, Rejected),
        (302, Unreachable),
        (408, Unreachable),
        (500, Unreachable),
        (503, Unreachable),
        (429, RateLimited),
    ],
)
@pytest.mark.parametrize(
    "body", [None, {"errorMessages": ["It is so."], "errors": {}}], ids=["none", "words"]
)
def test_every_refusal_is_a_sentence(status: int, kind: type[ConnectorError], body: Any) -> None:
    told = error(status, body)
    assert isinstance(told, kind)
    assert isinstance(told, RateLimited) is (kind is RateLimited)
    assert told.message.endswith((".", ")"))
    assert told.message[0].isupper() or told.message.startswith("acme")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"errorMessages": ["One.", "Two."], "errors": {}}, "One. Two."),
        ({"errors": {"labels": "Field 'labels' cannot be set."}}, "Field 'labels' cannot be set."),
        ({"errors": {"customfield_1": "It is required."}}, "customfield_1: It is required."),
        ({"errorMessage": "Busy."}, "Busy."),
        ({"message": "Busy,\n really."}, "Busy, really."),
        ({"errorMessages": "no list"}, ""),
        ([], ""),
        (None, ""),
        ({"errorMessages": ["x" * 1000]}, "x" * 399 + "…"),
    ],
)
def test_jiras_own_words_are_repeated_on_one_line(body: Any, words: str) -> None:
    assert said(body) == words


@pytest.mark.parametrize(
    ("reason", "words", "wait"),
    [
        ("jira-quota-global-based", "hourly quota for all sites", timedelta(hours=1)),
        ("jira-quota-tenant-based", "hourly quota for this site", timedelta(hours=1)),
        ("jira-burst-based", "too many requests came at once", timedelta(seconds=30)),
        ("jira-per-issue-on-write", "this issue was changed too often", timedelta(seconds=30)),
        ("", "too many requests", timedelta(seconds=30)),
    ],
)
def test_a_limit_says_which_one_and_how_long(reason: str, words: str, wait: timedelta) -> None:
    told = error(429, ratelimit_reason=reason)
    assert isinstance(told, RateLimited)
    assert words in told.message
    assert told.retry_after == wait
    said_so = error_of(Answer(429, {"ratelimit-reason": reason}, None, timedelta(seconds=7)), ASKED)
    assert isinstance(said_so, RateLimited)
    assert said_so.retry_after == timedelta(seconds=7)


def test_a_captcha_and_a_firewall_are_told_from_a_missing_permission() -> None:
    captcha = error(403, x_authentication_denied_reason="CAPTCHA_CHALLENGE; login-url=https://x")
    assert "captcha" in captcha.message
    firewall = error(403)
    assert "in front of it" in firewall.message
    permission = error(403, {"errorMessages": ["You do not have permission to edit issues."]})
    assert permission.message == "You do not have permission to edit issues."


def test_a_scope_that_is_missing_is_not_an_expired_token() -> None:
    told = error(401, {"code": 401, "message": "Unauthorized; scope does not match"})
    assert isinstance(told, Unauthorized)
    assert told.message == "The token of bot@acme.example lacks a scope that this needs (401)."


def test_an_answer_to_nobody_is_no_answer_to_us() -> None:
    assert login_failed(Answer(200, {"x-seraph-loginreason": "AUTHENTICATED_FAILED"}, {}))
    assert login_failed(Answer(200, {"x-seraph-loginreason": "AUTHENTICATION_DENIED"}, {}))
    assert login_failed(Answer(200, {"x-ausername": "anonymous"}, {}))
    assert not login_failed(Answer(200, {"x-seraph-loginreason": "OK", "x-ausername": "bot"}, {}))
    assert not login_failed(Answer(200, {}, {}))
