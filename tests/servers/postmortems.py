"""Postmortems with as many measures as a test asks for."""

from __future__ import annotations

__all__ = ["postmortem"]

NOUNS = (
    *("cache", "queue", "replica", "backup", "gateway", "token", "broker", "ledger", "parser", "mirror"),
    *("proxy", "bucket", "shard", "crawler", "planner", "index", "router", "worker", "mailer", "janitor"),
)


def postmortem(count: int, *, severity: str = "sev2", first: int = 0) -> str:
    """One with so many measures, all different; at most twenty."""
    items = "".join(f"- [ ] Alert when the {noun} is slow\n" for noun in NOUNS[first : first + count])
    head = f"# Outage\n\n- Date: 2026-11-20\n- Severity: {severity}\n- Impact: nobody could pay.\n"
    return f"{head}\n## Action items\n\n{items}"
