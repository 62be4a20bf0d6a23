"""What a rule has to say of a document: values that every way of printing them shares."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters; only an error fails a check."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Rule(StrEnum):
    """The rules, by the names that settings and reports use."""

    OWNER = "missing-owner"
    DATE = "missing-date"
    SEVERAL = "several-actions"
    BEYOND = "date-beyond-policy"
    PAST = "date-in-the-past"
    PREVENTIVE = "no-preventive-measure"
    VAGUE = "vague-wording"

    @property
    def asks(self) -> str:
        """What the rule asks for, as a sentence."""
        return {
            Rule.OWNER: "Every open measure names who does it.",
            Rule.DATE: "Every open measure has a date.",
            Rule.SEVERAL: "One measure is one action, so that it can be done and ticked off.",
            Rule.BEYOND: "No measure is promised for later than the policy's target.",
            Rule.PAST: "No open measure is promised for a day that is over.",
            Rule.PREVENTIVE: "An incident of a chosen severity has at least one preventive measure.",
            Rule.VAGUE: "A measure says what will be there when it is done.",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where a document does not do what a rule asks for."""

    rule: Rule
    level: Level
    path: str
    line: int
    """Counted from 1."""
    end_line: int
    column: int | None = None
    """Counted from 1 in characters; ``None`` where lines are no lines of text, as in a Word file."""
    message: str
    suggestion: str
    identity: str
    """Names the same finding tomorrow, wherever its line has moved to: see :func:`identity_of`."""


def identity_of(rule: Rule, text: str, occurrence: int) -> str:
    """16 hex digits of SHA-256 over rule, identity text, and which of equal texts of a document it is.

    The path is not part of it, so that whoever compares decides what a renamed document means.
    """
    named = "\0".join((rule.value, text, str(occurrence)))
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:16]
