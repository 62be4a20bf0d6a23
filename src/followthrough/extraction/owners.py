"""Who is to do it, where the sentence says so: "@sam will add ...", "Platform team to add ..."."""

from __future__ import annotations

import re

from .notes import Notes
from .phrases import words_of
from .verbs import Form
from .vocabulary import Vocabulary

_SUBJECT = re.compile(
    r"(@[\w][\w.-]{0,60}(?:\s?(?:,|and|&|/|\+)\s?@[\w][\w.-]{0,60}){0,4}"
    r"|[^\W\d_][\w.'’-]{0,40}(?:\s[^\W\d_][\w.'’-]{0,40}){0,3}?)"
    r"(?:\s*[:–—]\s*|\s-\s"
    r"|\s(?:will|shall|to|should|needs to|need to|is going to|is to|are to|va|doit|debe|deve)\s)(?=\S)"
)
_HINT = re.compile(r"@|\b(?:team|squad|equipe|equipo|group|sre|devops|engineering|ops)\b", re.IGNORECASE)
_THIRD = re.compile(r"([^\W\d_][\w.'’-]{1,40})\s([^\W\d_]{3,30})\s")
_HANDLE = re.compile(r"@[\w][\w.-]{0,60}")
_TEAMS = frozenset(
    ("team", "teams", "squad", "equipe", "equipo", "group", "sre", "devops", "engineering", "ops")
)


class Subjects:
    """Knows who may be the subject of a promise. ``people`` are folded names that the document gives."""

    def __init__(self, vocabulary: Vocabulary, people: frozenset[str] = frozenset()) -> None:
        self._vocabulary = vocabulary
        self.people = people
        self._firsts = {name.split(" ")[0] for name in people}

    def strip(self, text: str, start: int, end: int, notes: Notes) -> int:
        """Behind a subject that is a person or a team, who then is the owner; else ``start``."""
        if self._nobody(text, start) and not _HINT.search(text, start, min(end, start + 140)):
            return start
        match = _SUBJECT.match(text, start, end)
        if match and self._somebody(match[1], text[match.end(1) : match.end()]):
            if _passive(text, match.end()):
                return start
            notes.own(match[1], self._vocabulary)
            return match.end()
        match = _THIRD.match(text, start, end)
        if (
            match
            and self._vocabulary.verbs.form(words_of(match[2]).folded) is Form.THIRD
            and self.known(match[1])
        ):
            notes.own(match[1], self._vocabulary)
            return match.start(2)
        return start

    def _nobody(self, text: str, start: int) -> bool:
        """Whether the first word is no name that the document knows."""
        first = text[start : start + 40].split(" ", 1)[0]
        return words_of(first).tokens[0] not in self._firsts

    def known(self, name: str) -> bool:
        """Whether the document knows somebody of that name."""
        return words_of(name).folded in self.people

    def _somebody(self, name: str, joint: str) -> bool:
        if name.startswith("@"):
            return True
        words = words_of(name)
        if words.folded in self._vocabulary.people or words.tokens[0] in self._vocabulary.people:
            return False
        if self.known(name):
            return True
        return words.tokens[-1] in _TEAMS and len(words.tokens) > 1 and ":" not in joint


def _passive(text: str, at: int) -> bool:
    return text.startswith(("be ", "have been ", "not be "), at)
