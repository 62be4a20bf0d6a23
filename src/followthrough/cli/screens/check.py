"""What ``check`` found: lines for people, and its object for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from followthrough.cli.screens.words import count
from followthrough.policy.findings import Finding, Level

SCHEMA = "followthrough.check/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A finding, and what its document is called here and in its repository."""

    finding: Finding
    shown: str
    """As somebody in the current folder would type it."""
    home: str
    """From the top of its git work tree, else from the root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """All that one check came to."""

    placed: tuple[Placed, ...]
    documents: int
    measures: int
    history: int = 0
    """Documents that ``since`` shuts out."""
    known: int = 0
    """Findings that the baseline forgives."""
    gone: int = 0
    """Findings of the baseline that are no longer there."""
    unreadable: tuple[tuple[str, str, str], ...] = ()
    """Documents as shown and from home, and why they could not be read."""

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return any(one.finding.level is Level.ERROR for one in self.placed)

    def counts(self) -> dict[str, int]:
        """Findings by level, every level named."""
        counted = Counter(one.finding.level for one in self.placed)
        return {level.value: counted[level] for level in Level}


def lines(checked: Checked) -> Iterator[str]:
    """One finding a line, where an editor finds the place, with what to do below it."""
    for one in checked.placed:
        finding = one.finding
        place = f"{one.shown}:{finding.line}" + (f":{finding.column}" if finding.column else "")
        yield f"{place}: {finding.level.value}: {finding.message} [{finding.rule.value}]"
        yield f"    {finding.suggestion}"
    if checked.placed:
        yield ""
    yield " ".join(_summary(checked))


def _summary(checked: Checked) -> Iterator[str]:
    looked = f"{count(checked.documents, 'document')}, {count(checked.measures, 'measure')}"
    if checked.placed:
        levels = ", ".join(count(number, name) for name, number in checked.counts().items() if number)
        where = count(len({one.home for one in checked.placed}), "document")
        yield f"{looked}: {levels} in {where}."
    else:
        yield f"{looked}: nothing found."
    if checked.known:
        yield f"{count(checked.known, 'known finding')} left out (baseline)."
    if checked.gone:
        yield (
            f"{count(checked.gone, 'finding')} of the baseline no longer there: "
            "`--write-baseline` takes them out."
        )
    if checked.history:
        yield f"{count(checked.history, 'older document')} left out (since)."


def to_json(checked: Checked) -> dict[str, Any]:
    """For another program."""
    return {
        "schema": SCHEMA,
        "findings": [_finding(one) for one in checked.placed],
        "documents": checked.documents,
        "measures": checked.measures,
        "counts": checked.counts(),
        "history": checked.history,
        "baseline": {"known": checked.known, "gone": checked.gone},
        "errors": [{"document": shown, "error": error} for shown, _, error in checked.unreadable],
    }


def _finding(one: Placed) -> dict[str, Any]:
    finding = one.finding
    return {
        "rule": finding.rule.value,
        "level": finding.level.value,
        "document": one.shown,
        "line": finding.line,
        "end_line": finding.end_line,
        "column": finding.column,
        "message": finding.message,
        "suggestion": finding.suggestion,
        "finding": finding.identity,
    }
