"""Which of two lists of one incident counts: lessons give way to measures."""

from __future__ import annotations

from followthrough.model import State

from .candidates import Candidate
from .phrases import words_of
from .sections import Section
from .vocabulary import Role, Vocabulary

_STRUCTURE = (Role.TIMELINE, Role.IMPACT, Role.CAUSE, Role.SUMMARY)


def weighed(found: list[Candidate], sections: list[Section], vocabulary: Vocabulary) -> list[Candidate]:
    """``found`` without lessons and measures taken where their incident has a list of measures as well."""
    found = _titled(_followed_up(found, vocabulary), sections)
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


def _followed_up(found: list[Candidate], vocabulary: Vocabulary) -> list[Candidate]:
    """``found`` without the tasks of the incident itself, where its follow-ups are listed apart.

    Incident tools export both: "Actions" are what responders did, all done, and "Follow-ups" the work.
    """
    names = {item.section.index: words_of(item.section.title).folded for item in found}
    if not any(name in vocabulary.follow_ups for name in names.values()):
        return found
    open_ = {item.section.index for item in found if item.notes.state is not State.DONE}
    return [
        item
        for item in found
        if item.section.index in open_ or names[item.section.index] not in vocabulary.incident_tasks
    ]


def _titled(found: list[Candidate], sections: list[Section]) -> list[Candidate]:
    """``found`` without what stands above the document's own title, where measures stand below it.

    What was sent along with a report says what was changed in it: "Changes made:".
    """
    title = next((section for section in sections if section.real), None)
    if title is None or title.rank > 1 or not any(item.block > title.block for item in found):
        return found
    return [item for item in found if item.block >= title.block]


def _scope(section: Section, sections: list[Section], told: set[int]) -> int:
    """The incident a section is about: the nearest section above it that also tells what happened."""
    at = section.parent
    while at > 0:
        if at in told:
            return at
        at = sections[at].parent
    return at
