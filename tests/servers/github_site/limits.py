"""GitHub's limits, and refusals that a test orders.

Facts: docs.github.com, "Rate limits for the REST API": 5,000 requests an hour; 80 creations a minute and
500 an hour besides; a refusal is 403 or 429 and has no effect. A 304 is not counted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from serving import Answer, Request
from serving.orders import Orders

PER_HOUR = 5_000
CREATES = ((timedelta(minutes=1), 80), (timedelta(hours=1), 500))


def primary(reset: datetime, *, status: int = 403) -> Answer:
    """Nothing is left of this hour's requests."""
    headers = {
        "X-RateLimit-Limit": str(PER_HOUR),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int(reset.timestamp())),
    }
    return Answer(status, {"message": "API rate limit exceeded for user."}, headers)


def secondary(retry_after: str | None = "60", *, status: int = 403) -> Answer:
    """Too many at once, or too many that create."""
    message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    headers = {"Retry-After": retry_after} if retry_after is not None else {}
    return Answer(status, {"message": message}, headers)


class Limits(Orders):
    """Counts by the site's own clock. Nothing is counted until a test sets ``counting``."""

    def __init__(self) -> None:
        super().__init__()
        self._creates: list[datetime] = []

    def check(self, request: Request, now: datetime) -> Answer | None:
        """The refusal that a request meets."""
        if ordered := self.met(request):
            return ordered
        if self.counting and request.method == "POST" and request.path.endswith("/issues"):
            for span, most in CREATES:
                if sum(at > now - span for at in self._creates) >= most:
                    self.refused += 1
                    return secondary(str(int(span.total_seconds())))
            self._creates.append(now)
        return None
