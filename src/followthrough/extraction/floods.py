"""Long lists of facts among measures: only the elements count that call for work."""

from __future__ import annotations

from .candidates import Candidate
from .evidence import Evidence
from .parents import Parents

_MANY = 10
"""Fewer elements are no flood."""


def drained(found: list[Candidate], evidence: Evidence, parents: Parents) -> list[Candidate]:
    """``found`` in one list, without what tells facts if most of it does and little of it calls for work."""
    if len(found) < _MANY or any(item.ticked is not None for item in found):
        return found
    strong = [item for item in found if evidence.calls(item)]
    if len(strong) * 4 > len(found) or not parents.mostly_finite([item.words for item in found]):
        return found
    return strong
