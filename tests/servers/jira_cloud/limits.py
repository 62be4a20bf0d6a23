"""The limits of Jira Cloud, and refusals that a test orders.

Facts: at most 100 requests a second of one kind (50 for PUT and DELETE), 20 writes to one issue in 2 s and
100 in 30 s; a refusal is 429 with ``Retry-After``, the reason in ``RateLimit-Reason``.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from jira_cloud.exchange import Answer, Request
from serving.orders import Orders

QUOTA, TENANT, BURST, PER_ISSUE = (
    "jira-quota-global-based",
    "jira-quota-tenant-based",
    "jira-burst-based",
    "jira-per-issue-on-write",
)
BURSTS = {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50}
WRITES = ((timedelta(seconds=2), 20), (timedelta(seconds=30), 100))


def refusal(reason: str | None = BURST, retry_after: str | None = "5", *, status: int = 429) -> Answer:
    """What is answered to those who ask too often; ``retry_after`` stands there as it is."""
    headers = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0"}
    if reason:
        headers["RateLimit-Reason"] = reason
    if retry_after is not None:
        headers["Retry-After"] = retry_after
    body = {"errorMessages": ["Rate limit exceeded."], "errors": {}}
    return Answer(status, body, headers)


class Limits(Orders):
    """Counts by the site's own clock. Nothing is counted until a test sets ``counting``."""

    def __init__(self) -> None:
        super().__init__()
        self._seconds: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        self._writes: dict[str, list[datetime]] = defaultdict(list)

    def check(self, request: Request, now: datetime) -> Answer | None:
        """The refusal that a request meets; those refused have no effect."""
        if ordered := self.met(request):
            return ordered
        if not self.counting:
            return None
        return self._burst(request, now) or self._per_issue(request, now)

    def _burst(self, request: Request, now: datetime) -> Answer | None:
        times = self._seconds[request.method, request.template]
        times[:] = [at for at in times if at > now - timedelta(seconds=1)]
        if len(times) >= BURSTS[request.method]:
            self.refused += 1
            return refusal(BURST, "1")
        times.append(now)
        return None

    def _per_issue(self, request: Request, now: datetime) -> Answer | None:
        if request.method == "GET" or "{issueIdOrKey}" not in request.template:
            return None
        times = self._writes[request.path.split("/")[5]]
        for span, most in WRITES:
            if sum(at > now - span for at in times) >= most:
                self.refused += 1
                return refusal(PER_ISSUE, str(int(span.total_seconds())))
        times.append(now)
        return None
