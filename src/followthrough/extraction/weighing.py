"""Which of two lists of one incident counts: lessons give way to measures."""

from __future__ import annotations

from .candidates import Candidate
from .sections import Section
from .vocabulary import Role

_STRUCTURE = (Role.TIMELINE, Role.IMPACT, Role.CAUSE, Role.SUMMARY)


def weighed(found: list[Candidate], sections: list[Section]) -> list[Candidate]:
    """``found`` without lessons and measures taken where their incident has a list of measures as well."""
    if not any(item.weak for item in found):
        return found
    told = {section.parent for section in sections if section.own_role and section.role in _STRUCTURE}
    scopes = [(item, _scope(item.section, sections, told)) for item in found]
    strong = {scope for item, scope in scopes if not item.weak}
    taken = {scope for item, scope in scopes if item.weak and item.section.role is Role.TAKEN}
    return [
        item
        for item, scope in scopes
        if not item.weak or (scope not in strong and (item.section.role is Role.TAKEN or scope not in taken))
    ]


def _scope(section: Section, sections: list[Section], told: set[int]) -> int:
    """The incident a section is about: the nearest section above it that also tells what happened."""
    at = section.parent
    while at > 0:
        if at in told:
            return at
        at = sections[at].parent
    return at
