"""Refusals as sentences: which error of the seam an answer is, and what to do next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from followthrough.connector import ConnectorError, NotFound, RateLimited, Rejected, Unauthorized, Unreachable
from followthrough_github.answers import error_of, is_clear_limit
from followthrough_github.places import GITHUB, Place
from serving import Clock

PLACE = Place(GITHUB, "acme/web")
NOW = Clock().now()
AT_LIMIT = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
PAGE = "<html><body>Your administrator has blocked this page.</body></html>"
RESET = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 600)}
SSO = {"x-github-sso": "required; url=https://github.com/orgs/acme/sso?authorization_request=AB"}


def invalid(**error: str) -> dict[str, Any]:
    return {"message": "Validation Failed", "errors": [{"resource": "Issue", **error}]}


def told(status: int, body: Any = None, headers: dict[str, str] | None = None) -> ConnectorError:
    how: dict[str, Any] = {"text": body} if isinstance(body, str) else {"json": body}
    return error_of(httpx.Response(status, headers=headers, **how), PLACE, NOW)


TABLE: list[tuple[int, dict[str, str], Any, type[ConnectorError], str]] = [
    (401, {}, {"message": "Bad credentials"}, Unauthorized, "The token for github.com is refused (401)."),
    (401, {}, PAGE, Unauthorized, "The token for github.com is refused (401)."),
    (
        403,
        {},
        {"message": "Resource not accessible by personal access token"},
        Unauthorized,
        "This token may not do that in acme/web (Resource not accessible by personal access token).",
    ),
    (
        403,
        SSO,
        {"message": "Resource protected by organization SAML enforcement."},
        Unauthorized,
        "The organisation of acme/web asks for single sign-on.",
    ),
    (
        403,
        {},
        {"message": "Repository was archived so is read-only."},
        Rejected,
        "acme/web is archived and takes no issues.",
    ),
    (403, {}, PAGE, Unreachable, "github.com gave no usable answer (403)."),
    (403, {}, {"message": AT_LIMIT}, RateLimited, "github.com lets this token ask again at 02:01 UTC."),
    (
        403,
        {},
        {"message": "was submitted too quickly"},
        RateLimited,
        "github.com lets this token ask again at 02:01 UTC.",
    ),
    (
        403,
        {"retry-after": "300"},
        {"message": AT_LIMIT},
        RateLimited,
        "github.com lets this token ask again at 02:05 UTC.",
    ),
    (403, RESET, {"message": "No."}, RateLimited, "github.com lets this token ask again at 02:10 UTC."),
    (429, RESET, {"message": "No."}, RateLimited, "github.com lets this token ask again at 02:10 UTC."),
    (429, {}, PAGE, RateLimited, "github.com lets this token ask again at 02:01 UTC."),
    (
        404,
        {},
        {"message": "Not Found"},
        NotFound,
        "acme/web is not on github.com, or hidden from this token.",
    ),
    (404, {}, PAGE, NotFound, "acme/web is not on github.com, or hidden from this token."),
    (
        410,
        {},
        {"message": "Issues has been disabled in this repository."},
        Rejected,
        "Issues are turned off in acme/web.",
    ),
    (
        422,
        {},
        invalid(field="title", code="missing_field"),
        Rejected,
        "github.com refuses this: title is missing field.",
    ),
    (
        422,
        {},
        invalid(code="custom", message="title is too long."),
        Rejected,
        "github.com refuses this: title is too long.",
    ),
    (
        422,
        {},
        {"message": "Validation Failed", "errors": ["No."]},
        Rejected,
        "github.com refuses this: Validation Failed.",
    ),
    (422, {}, {"message": "Sorry."}, Rejected, "github.com refuses this: Sorry."),
    (
        400,
        {},
        {"message": "Problems parsing JSON"},
        Rejected,
        "github.com refuses this: Problems parsing JSON.",
    ),
    (400, {}, PAGE, Unreachable, "github.com gave no usable answer (400)."),
    (500, {}, {"message": "Server Error"}, Unreachable, "github.com gave no usable answer (500)."),
    (502, {}, PAGE, Unreachable, "github.com gave no usable answer (502)."),
    (503, {}, {"message": AT_LIMIT}, Unreachable, "github.com gave no usable answer (503)."),
    (200, {}, "", Unreachable, "github.com gave no usable answer (200)."),
]


@pytest.mark.parametrize(("status", "headers", "body", "kind", "sentence"), TABLE)
def test_what_an_answer_means(
    status: int, headers: dict[str, str], body: Any, kind: type[ConnectorError], sentence: str
) -> None:
    error = told(status, body, headers)
    assert type(error) is kind
    assert error.message == sentence
    assert error.hint == "" or error.hint.endswith(".")


@pytest.mark.parametrize(("status", "headers", "body", "kind", "sentence"), TABLE)
def test_only_a_limit_is_a_certain_refusal_that_may_be_sent_again(
    status: int, headers: dict[str, str], body: Any, kind: type[ConnectorError], sentence: str
) -> None:
    how: dict[str, Any] = {"text": body} if isinstance(body, str) else {"json": body}
    assert is_clear_limit(httpx.Response(status, headers=headers, **how)) is (kind is RateLimited), sentence


def test_how_long_to_wait() -> None:
    unsaid, said = told(403, {"message": AT_LIMIT}), told(429, {"message": "x"}, {"retry-after": "7"})
    assert isinstance(unsaid, RateLimited)
    assert isinstance(said, RateLimited)
    assert (unsaid.retry_after, said.retry_after) == (timedelta(minutes=1), timedelta(seconds=7))
