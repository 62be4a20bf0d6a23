"""What Jira's refusals mean: status, headers and body to an error of the seam, a sentence each.

Facts: error bodies are ``{"errorMessages": [...], "errors": {field: sentence}}``
(developer.atlassian.com, "The Jira Cloud platform REST API", "Status codes"); 429 carries
``RateLimit-Reason`` (the same, "Rate limiting"); a wrong login may be answered as if nobody had asked,
with ``X-Seraph-LoginReason`` (Data Center, "Troubleshooting authentication").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from followthrough.connector import (
    ConnectorError,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unreachable,
)

__all__ = ["Answer", "Asked", "Missing", "TokenRefused", "error_of", "login_failed", "said", "token_refused"]

MOST_WORDS: Final = 400
UNSAID_WAIT: Final = timedelta(seconds=30)
QUOTA_WAIT: Final = timedelta(hours=1)
"""Quotas are counted by the hour."""
_REASONS: Final = {
    "jira-quota-global-based": "its hourly quota for all sites is used up",
    "jira-quota-tenant-based": "its hourly quota for this site is used up",
    "jira-burst-based": "too many requests came at once",
    "jira-per-issue-on-write": "this issue was changed too often in a short time",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers with names in lower case, and the parsed body; ``None`` where it is no JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any
    retry_after: timedelta | None = None
    """How long it asks to be left alone."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def missing(self) -> bool:
        """There is nothing at this address, or it does not take this method."""
        return self.status in (404, 405)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked where, for the sentences."""

    host: str
    who: str
    """Whose token it is."""
    project: str = ""


def said(body: Any) -> str:
    """What an error body says, on one line; empty where it says nothing."""
    if not isinstance(body, Mapping):
        return ""
    messages = body.get("errorMessages")
    words = [str(one) for one in messages] if isinstance(messages, list) else []
    errors = body.get("errors")
    if isinstance(errors, Mapping):
        words += [_field(str(name), sentence) for name, sentence in errors.items()]
    if not words:
        words = [str(body[name]) for name in ("errorMessage", "message") if body.get(name)]
    text = " ".join(" ".join(words).split())
    return text if len(text) <= MOST_WORDS else f"{text[: MOST_WORDS - 1]}…"


def _field(name: str, sentence: Any) -> str:
    text = str(sentence).strip()
    return text if name.casefold() in text.casefold() else f"{name}: {text}"


class Missing(NotFound):
    """There is no such address, whatever is asked of it."""


class TokenRefused(Unauthorized):
    """The login itself is not taken, whatever is asked."""


def token_refused(asked: Asked) -> TokenRefused:
    """A login that is not taken."""
    return TokenRefused(
        f"Token of {asked.who} refused (401).", hint="Tokens expire: make a new one; nothing was changed."
    )


def login_failed(answer: Answer) -> bool:
    """Whether the login was not taken although the request was answered, as if nobody had asked."""
    reason = answer.headers.get("x-seraph-loginreason", "").upper()
    nobody = answer.headers.get("x-ausername", "").strip().lower() == "anonymous"
    return nobody or "AUTHENTICATED_FAILED" in reason or "AUTHENTICATION_DENIED" in reason


def error_of(answer: Answer, asked: Asked) -> ConnectorError:
    """The error that an answer other than 2xx is."""
    words = said(answer.body)
    match answer.status:
        case 401 if "scope" in words.casefold():
            return Unauthorized(
                f"The token of {asked.who} lacks a scope that this needs (401).",
                hint="Make one with read:jira-work, write:jira-work and read:jira-user.",
            )
        case 401:
            return token_refused(asked)
        case 403:
            return _forbidden(answer, asked, words)
        case 404 | 405 | 410:
            return (Missing if answer.status == 405 else NotFound)(
                words or f"{asked.host} has nothing there ({answer.status}).",
                hint="Check `url` and `project`, and that this account may see it.",
            )
        case 429:
            return rate_limited(answer, asked)
        case 409:
            return Rejected(
                words or f"{asked.host} says that somebody else is changing it (409).",
                hint="Try again later.",
            )
        case status if 300 <= status < 400:
            return Unreachable(
                f"{asked.host} sends us elsewhere ({status}), which is not followed.",
                hint="Check `url`: it is the address at which people open Jira, with its path.",
            )
        case status if status >= 500 or status == 408:
            return Unreachable(
                f"{asked.host} has trouble of its own ({status}{': ' + words if words else ''}).",
                hint="Try again later.",
            )
        case status:
            return Rejected(words or f"{asked.host} refuses the request ({status}).")


def rate_limited(answer: Answer, asked: Asked) -> RateLimited:
    """A 429, with the reason that Jira gives."""
    reason = answer.headers.get("ratelimit-reason", "").strip().lower()
    why = _REASONS.get(reason, "too many requests")
    return RateLimited(
        f"{asked.host} wants to be asked later: {why} (429).",
        retry_after=answer.retry_after or (QUOTA_WAIT if "quota" in reason else UNSAID_WAIT),
        hint="The next run goes on.",
    )


def _forbidden(answer: Answer, asked: Asked, words: str) -> ConnectorError:
    denied = answer.headers.get("x-authentication-denied-reason", "")
    if "CAPTCHA" in denied.upper():
        return Unauthorized(
            f"{asked.host} wants {asked.who} to solve a captcha after too many failed logins (403).",
            hint="Log in there once with a browser, then try again.",
        )
    if not isinstance(answer.body, Mapping):
        # A proxy or firewall in front of Jira speaks like this; whether Jira was asked is not known.
        return Unauthorized(
            f"{asked.host} or something in front of it forbids this (403).",
            hint="Check `proxy`, and which addresses may reach Jira.",
        )
    return Unauthorized(
        words or f"{asked.who} may not do this at {asked.host} (403).",
        hint="Ask an administrator of the project for the permission.",
    )
