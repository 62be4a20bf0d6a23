"""Findings that are known and forgiven, so that a check begins with what is new. Pure.

A finding is the same as long as its measure has the same words: lines may move. It holds hashes
only, so that it can lie beside the documents and tells nothing of confidential ones.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from followthrough.policy.findings import Finding, Rule

SCHEMA = "followthrough.check-baseline/1"

Entry = tuple[str, str, str]
"""Path, rule, identity."""


class NoBaseline(ValueError):
    """A text is no baseline of this version."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """How often each finding is forgiven."""

    entries: Mapping[Entry, int] = field(default_factory=Counter)

    def text(self) -> str:
        """As it is kept: one finding a line, in an order that makes small differences."""
        findings = [
            {"path": path, "rule": rule, "finding": identity}
            for (path, rule, identity), times in sorted(self.entries.items())
            for _ in range(times)
        ]
        lines = ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in findings)
        inside = f"\n{lines}\n  " if lines else ""
        return f'{{\n  "schema": "{SCHEMA}",\n  "findings": [{inside}]\n}}\n'


def read(text: str) -> Baseline:
    """A baseline from its text. Raises :class:`NoBaseline`."""
    try:
        content = json.loads(text)
        if content["schema"] != SCHEMA:
            raise NoBaseline(SCHEMA)
        entries = [
            (str(one["path"]), Rule(one["rule"]).value, str(one["finding"])) for one in content["findings"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise NoBaseline(SCHEMA) from error
    return Baseline(Counter(entries))


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings beside a baseline."""

    new: tuple[Finding, ...]
    known: int
    """Findings that it forgives."""
    gone: int
    """Findings that it forgives and that are no longer there, of the documents that were looked at."""


def compare(found: Iterable[Finding], baseline: Baseline, paths: Collection[str]) -> Compared:
    """What of ``found`` is new; ``paths`` are the documents that were looked at."""
    left = Counter(baseline.entries)
    new = []
    known = 0
    for one in found:
        entry = _entry(one)
        if left[entry] > 0:
            left[entry] -= 1
            known += 1
        else:
            new.append(one)
    return Compared(tuple(new), known, sum(times for (path, *_), times in left.items() if path in paths))


def renewed(found: Sequence[Finding], old: Baseline, paths: Collection[str]) -> Baseline:
    """The baseline that forgives ``found``, and of other documents than ``paths`` what it forgave before."""
    kept = {entry: times for entry, times in old.entries.items() if entry[0] not in paths}
    return Baseline(Counter(kept) + Counter(map(_entry, found)))


def _entry(one: Finding) -> Entry:
    return one.path, one.rule.value, one.identity
