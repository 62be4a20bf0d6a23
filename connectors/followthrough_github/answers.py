"""What an answer of GitHub means: errors of the seam, each a sentence with its cure.

Sources: docs.github.com, "Troubleshooting the REST API", "Rate limits for the REST API", "Rate limits
and query limits for the GraphQL API".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from followthrough.connector import ConnectorError, NotFound, RateLimited, Rejected, Unauthorized, Unreachable
from followthrough.http import is_limit, retry_after

if TYPE_CHECKING:
    import httpx

    from followthrough_github.places import Place

__all__ = ["UNSAID", "error_of", "forbidden", "is_clear_limit", "is_limit_in_words", "limited", "message_of"]

UNSAID: Final = timedelta(seconds=60)
"""How long to wait where GitHub limits and does not say how long."""
_TYPES: Final = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
"""How GraphQL calls a limit; both were seen."""
_IN_BYTES: Final = (b"RATE_LIMIT", b"ate limit", b"submitted too quickly")
_NEEDS: Final = "It needs Issues: read and write, and Metadata: read, for {}."


def message_of(response: httpx.Response) -> str | None:
    """GitHub's own message; ``None`` where the answer is none of its own, such as a proxy's page."""
    try:
        body = response.json()
    except ValueError:
        return None
    message = body.get("message") if isinstance(body, dict) else None
    return str(message) if message else None


def is_clear_limit(response: httpx.Response) -> bool:
    """Whether the answer says that we ask too often, so that the request had no effect."""
    return is_limit(response) or is_limit_in_words(response)


def is_limit_in_words(response: httpx.Response) -> bool:
    """The same where no header says it: a 403 with its message, or GraphQL's 200 with its error."""
    if response.status_code == 403:
        return _speaks_of_limits(message_of(response) or "")
    # Most answers are large and hold neither: looked for before they are parsed.
    if response.status_code != 200 or not any(words in response.content for words in _IN_BYTES):
        return False
    try:
        body = response.json()
    except ValueError:
        return False
    errors = body.get("errors") if isinstance(body, dict) else None
    told = [error for error in errors or () if isinstance(error, dict)]
    return any(
        error.get("type") in _TYPES or _speaks_of_limits(str(error.get("message", ""))) for error in told
    )


def _speaks_of_limits(message: str) -> bool:
    return any(words in message.lower() for words in ("rate limit", "submitted too quickly"))


def limited(response: httpx.Response, place: Place, now: datetime) -> RateLimited:
    """The error for a :func:`is_clear_limit` answer."""
    wait = retry_after(response, now) or UNSAID
    until = (now + wait).astimezone(UTC)
    return RateLimited(
        f"{place.host} lets this token ask again at {until:%H:%M} UTC.",
        retry_after=wait,
        hint="Nothing was lost; the next run goes on.",
    )


def error_of(response: httpx.Response, place: Place, now: datetime) -> ConnectorError:
    """The error that an answer which is no success stands for.

    A write that met it had no effect, unless it is :class:`~followthrough.connector.Unreachable`.
    """
    if is_clear_limit(response):
        return limited(response, place, now)
    status, message = response.status_code, message_of(response)
    if status == 401:
        return Unauthorized(
            f"The token for {place.host} is refused (401).",
            hint="Tokens expire: make a new one; nothing was changed.",
        )
    if status >= 500 or (message is None and status not in (404, 410)):
        return Unreachable(f"{place.host} gave no usable answer ({status}).", hint="Try again later.")
    if status == 403:
        sso = response.headers.get("x-github-sso", "").startswith("required")
        return forbidden(place, message or "", sso=sso)
    if status in (404, 301, 302, 307, 308):
        return NotFound(
            f"{place.repository} is not on {place.host}, or hidden from this token.",
            hint="Check `repository`, and give the token access to it.",
        )
    if status == 410:
        return Rejected(
            f"Issues are turned off in {place.repository}.", hint="Turn them on in the repository's settings."
        )
    return Rejected(f"{place.host} refuses this: {_refusal(response, message or str(status))}.")


def forbidden(place: Place, message: str, *, sso: bool = False) -> ConnectorError:
    """The error for what this token may not do; REST tells in a header that single sign-on is missing."""
    if sso or "SAML" in message:
        return Unauthorized(
            f"The organisation of {place.repository} asks for single sign-on.",
            hint="Authorize the token for it in GitHub's settings.",
        )
    if "archived" in message.lower():
        return Rejected(
            f"{place.repository} is archived and takes no issues.", hint="File in another repository."
        )
    return Unauthorized(
        f"This token may not do that in {place.repository} ({message.rstrip('.')}).",
        hint=_NEEDS.format(place.repository),
    )


def _refusal(response: httpx.Response, message: str) -> str:
    """What GitHub says of the values it refuses."""
    body: Mapping[str, Any] = response.json()
    errors: Sequence[Any] = body.get("errors") or ()
    told = [_one(error) for error in errors if isinstance(error, dict)]
    return "; ".join(told) if told else message.rstrip(".")


def _one(error: Mapping[str, Any]) -> str:
    if error.get("message"):
        return str(error["message"]).rstrip(".")
    return f"{error.get('field', 'a value')} is {str(error.get('code', 'wrong')).replace('_', ' ')}"
