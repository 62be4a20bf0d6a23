"""Who is to do it, where the sentence says so: "@sam will add ...", "Platform team to add ..."."""

from __future__ import annotations

import re
from functools import lru_cache

from followthrough.model import State

from .notes import Notes
from .phrases import words_of
from .verbs import Form
from .vocabulary import Vocabulary

_SUBJECT = re.compile(
    r"(@[A-Z][\w.-]{0,40}(?:\s[A-Z][\w'’-]{1,40}){1,2}"
    r"|@[\w][\w.-]{0,60}(?:\s?(?:,|and|&|/|\+)\s?@[\w][\w.-]{0,60}){0,4}"
    r"|[A-Z][\w'’-]{1,30}(?:\s?[/&+,]\s?[A-Z][\w'’-]{1,30}){1,3}"
    r"|[^\W\d_][\w.'’-]{0,40}(?:\s[^\W\d_][\w.'’-]{0,40}){0,5}?)"
    r"(?:\s*[:–—]\s*|\s-{1,3}\s"
    r"|\s(?:will|shall|to|should|needs to|need to|is going to|is to|are to|va|doit|debe|deve)\s)(?=\S)"
)
_OFFICE = re.compile(
    r"(?:The\s)?(?:(?:Head|Director|VP|Vice President) of [A-Z]\w*(?:\s(?:and\s|&\s)?[A-Z]\w*){0,3}"
    r"|Chief(?:\s[A-Z]\w*){1,3} Officer|C(?:T|I|E|O|P|IS|F)O)"
)
"""Who holds an office: "The Head of Service Operations"."""
_HINT = re.compile(
    r"@|\b(?:head of|director of|chief|c[tieopf]o|ciso)\b"
    r"|\b(?:team|squad|equipe|equipo|group|sre|devops|engineering|ops|desk|staff)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(@[\w][\w.-]{0,60}(?:\s?(?:,|and|&|/|\+)\s?@[\w][\w.-]{0,60}){0,4})\s+(?=\S)")
_AUXILIARY = frozenset(
    ("is", "was", "has", "had", "does", "did", "can", "could", "s", "and", "or", "on", "in", "for")
)
_THIRD = re.compile(r"([^\W\d_][\w.'’-]{1,40})\s([^\W\d_]{3,30})\s")
_AT_WORK = re.compile(
    r"([^\W\d_][\w.'’-]{1,40}|@\w[\w.-]{0,60})\sis\s(?:now\s|currently\s|already\s)?([^\W\d_]{3,30}ing)\s"
)
_SHORT = 400
_CAPITALISED = re.compile(r"(?=[^\W\d_])[^a-z\W\d_][^\W\d_.]*(?:[.'’-][^\W\d_]*)*")
_CONTRACTED = re.compile(r"['’](?:t|s|re|ll|ve|d|m)$", re.IGNORECASE)
"""How words end that are none of a name: "Don't", "Let's"."""
SMALL_MONTHS = frozenset(("mei",))
"""Months of languages that write them in small letters: with a capital letter they are names."""
_NICK = re.compile(r"[a-z][a-z0-9_.-]{1,20}")
_HANDLE = re.compile(r"@[\w][\w.-]{0,60}")
_AND = re.compile(r"(?<!\s)\s*+[,/&+]\s*+|\s(?:and|y|et|und|e)\s")
_JOINED = re.compile(r"[,/&+]|\s(?:and|y|et|und|e)\s")
_MAIL = re.compile(r"[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,30}){1,4}")
_NUMERAL = re.compile(r"\s[IVX]+$")
_TEAM = 4
"""Words that the name of a team has at most."""
_ARTICLE = re.compile(r"(?:The|the|Our|our)\s")
_QUALIFIED = 2
"""Words of "our team", which names nobody."""
_OFFICES = frozenset(
    ("head", "director", "chief", "vp", "president", "cto", "cio", "ceo", "coo", "cpo", "ciso", "cfo")
)
_TEAMS = frozenset(
    (
        "team",
        "teams",
        "squad",
        "equipe",
        "equipo",
        "group",
        "sre",
        "devops",
        "engineering",
        "ops",
        "desk",
        "staff",
    )
)
_TEAMS_OF = frozenset(("time", "equipe", "equipo", "grupo", "groupe", "area", "pole"))
"""What names a team where "of" follows: "Time de dados"."""
_HINTS = _TEAMS | _OFFICES


class Subjects:
    """Knows who may be the subject of a promise. ``people`` are folded names that the document gives."""

    def __init__(self, vocabulary: Vocabulary, people: frozenset[str] = frozenset()) -> None:
        self._vocabulary = vocabulary
        self.people = people
        self._firsts = _firsts(people)

    def strip(self, text: str, start: int, end: int, notes: Notes, *, lead: int = 0) -> int:
        """Behind a subject that is a person or a team, who then is the owner; else ``start``.

        The words up to ``lead`` are bold: "**Ops** to add ..." names somebody whom nobody needs to know.
        """
        if lead <= start and self._nobody(text, start) and not _hinted(text, start, end, self._vocabulary):
            return start
        match = _SUBJECT.match(text, start, end)
        if match and (
            self._somebody(match[1], text[match.end(1) : match.end()])
            or self._told(match, text, bold=start < lead == match.end(1))
        ):
            if _passive(text, match.end()):
                return start
            notes.own(_ARTICLE.sub("", match[1]), self._vocabulary)
            return match.end()
        named = _NAMED.match(text, start, end)
        if named and self._asked(text, named.end()):
            notes.own(named[1], self._vocabulary)
            return named.end()
        match = _THIRD.match(text, start, end)
        if (
            match
            and self._vocabulary.verbs.form(words_of(match[2]).folded) is Form.THIRD
            and self.known(match[1])
        ):
            notes.own(match[1], self._vocabulary)
            return match.start(2)
        match = _AT_WORK.match(text, start, end)
        if match and self._works(match) and notes.own(match[1], self._vocabulary):
            notes.mark(State.IN_PROGRESS)
            return match.start(2)
        return start

    def _works(self, match: re.Match[str]) -> bool:
        """Whether it is somebody who is at some work: "Sam is adding ..."."""
        name, token = match[1], words_of(match[1]).tokens[0]
        named = name[0] == "@" or self.known(name) or (name[0].isupper() and token in self._vocabulary.given)
        return named and self._vocabulary.verbs.form(words_of(match[2]).folded) is Form.ING

    def _asked(self, text: str, at: int) -> bool:
        """Whether what follows a handle is work, "@sam raise the limit", and tells nothing of its owner."""
        token = words_of(text[at : at + 40]).tokens[0]
        form = self._vocabulary.verbs.form(token)
        return form is not Form.PAST and form is not Form.THIRD and token not in _AUXILIARY

    def _nobody(self, text: str, start: int) -> bool:
        """Whether the first word is no name that the document knows."""
        first = text[start : start + 40].split(" ", 1)[0]
        token = words_of(first).tokens[0]
        return token not in self._firsts and token not in self._vocabulary.given

    def _told(self, match: re.Match[str], text: str, *, bold: bool) -> bool:
        """Whether a name is told what to do: "Sam: add a test", "Sam to add a test"."""
        name, joint = match[1], text[match.end(1) : match.end()]
        if not name_like(name, self._vocabulary):
            return False
        given = words_of(name).tokens[0] in self._vocabulary.given
        if not given and not (bold and joint.strip().isalpha()):
            return False
        token = words_of(text[match.end() : match.end() + 40]).tokens[0]
        return self._vocabulary.verbs.form(token) is Form.BASE

    def known(self, name: str) -> bool:
        """Whether the document knows somebody of that name."""
        return words_of(name).folded in self.people

    def _several(self, name: str) -> bool:
        """Whether all of "Sam/Kim" or "Sam + Kim" are people's names."""
        names = [part for part in _AND.split(name) if part]
        return len(names) > 1 and all(
            self.known(part) or words_of(part).folded in self._vocabulary.given for part in names
        )

    def _somebody(self, name: str, joint: str) -> bool:
        if name.startswith("@"):
            return True
        words = words_of(name)
        if words.folded in self._vocabulary.people or words.tokens[0] in self._vocabulary.people:
            return False
        if self.known(name) or self._several(name):
            return True
        if _OFFICE.fullmatch(name):
            return ":" not in joint
        article = _ARTICLE.match(name)
        bare = name[article.end() :] if article else name
        if bare in self._vocabulary.departments:
            return joint.strip().isalpha()
        group = self._vocabulary.groups.exact.get(words_of(bare.rsplit(" ", 1)[-1]).folded)
        if (
            group
            and " " in bare
            and bare.replace(" ", "").isalnum()
            and all(w[0].isupper() for w in bare.split())
        ):
            return joint.replace(" ", "").isalpha()
        if article and not article[0][0].isupper() and words.tokens[-1] in _TEAMS:
            return len(words.tokens) > _QUALIFIED and ":" not in joint
        if self._vocabulary.verbs.form(words.tokens[0]) is Form.BASE:
            return False
        least = 1 + (article is not None)
        return words.tokens[-1] in _TEAMS and len(words.tokens) > least and ":" not in joint


def name_like(text: str, vocabulary: Vocabulary) -> bool:
    """Whether ``text`` could be somebody's name: one to three capitalised words that mean nothing else."""
    words = text.split()
    if not 1 <= len(words) <= 3 or not all(_CAPITALISED.fullmatch(word) for word in words):
        return False
    if _CONTRACTED.search(words[0]):
        return False
    folded = words_of(text).folded
    return not (
        folded in vocabulary.states.exact
        or folded in vocabulary.kinds.exact
        or folded in vocabulary.labels.exact
        or folded in vocabulary.priorities.exact
        or folded in vocabulary.residue
        or folded in vocabulary.no_owner
        or folded in vocabulary.people
        or folded in vocabulary.headings.exact
        or folded in _days(vocabulary)
    )


def nick(text: str, vocabulary: Vocabulary, people: frozenset[str] = frozenset()) -> bool:
    """Whether ``text`` is somebody's name in small letters: "sven", or a name that the document knows."""
    if not _NICK.fullmatch(text):
        return False
    token = words_of(text).folded
    known = token in people or (token in vocabulary.given and token not in vocabulary.nouns)
    return known and vocabulary.verbs.form(token) is None


def nick_like(text: str) -> bool:
    """Whether ``text`` has the form of a nick: "sven_k"."""
    return _NICK.fullmatch(text) is not None


def called(text: str, vocabulary: Vocabulary) -> bool:
    """Whether ``text`` names somebody where names are expected: "Sam & Kim", "@sam", "Support leads"."""
    names = [part.strip() for part in _AND.split(text.strip(" *_`")) if part.strip()]
    return bool(names) and all(
        _HANDLE.fullmatch(name)
        or name_like(name, vocabulary)
        or _group(name, vocabulary)
        or nick(name, vocabulary)
        or (name.startswith(":") and nick_like(name[1:]))
        for name in names
    )


def _group(text: str, vocabulary: Vocabulary) -> bool:
    """Whether ``text`` is a group's name: "Support leads"."""
    words = words_of(text).tokens
    last = words[-1]
    grouped = last in _TEAMS or any(
        word in vocabulary.groups.exact for word in (last, last.removesuffix("s"))
    )
    alone = text.strip() in vocabulary.departments
    return alone or (1 < len(words) <= _TEAM and text[:1].isupper() and grouped)


def person(text: str, vocabulary: Vocabulary, people: frozenset[str]) -> bool:
    """Whether ``text`` certainly names who works: somebody known, a given name, or a team."""
    words = words_of(text)
    if words.folded in people or nick(text, vocabulary, people) or ("@" in text and _MAIL.fullmatch(text)):
        return True
    if text in vocabulary.departments:
        return True
    names = [part for part in _AND.split(text) if part] if _JOINED.search(text) else ()
    if len(names) > 1:
        return all(
            name_like(name, vocabulary) or words_of(name).folded in people or nick(name, vocabulary, people)
            for name in names
        ) and any(person(name, vocabulary, people) for name in names)
    if words.tokens[0] in _TEAMS_OF and words.tokens[1:2] in (["de"], ["du"], ["des"], ["d"]):
        return len(words.tokens) <= _TEAM + 1 and text[:1].isupper() and ":" not in text
    if words.tokens[0] in _TEAMS or words.tokens[-1] in _TEAMS:
        return 1 < len(words.tokens) <= _TEAM and text[:1].isupper() and ":" not in text
    if not name_like(text, vocabulary):
        return False
    if _NUMERAL.search(text):
        return False
    known = words.tokens[0] in vocabulary.given or words.tokens[0] in _firsts(people)
    return known and (len(words.tokens) > 1 or vocabulary.verbs.form(words.tokens[0]) is None)


@lru_cache(maxsize=8)
def _firsts(people: frozenset[str]) -> frozenset[str]:
    """Their first names."""
    return frozenset(name.split(" ", 1)[0] for name in people)


@lru_cache(maxsize=8)
def _days(vocabulary: Vocabulary) -> frozenset[str]:
    """The names of months and days of the week."""
    lists = (vocabulary.dates.get(name, ()) for name in ("months", "months_short", "weekdays"))
    return frozenset(name for names in lists for name in names) - SMALL_MONTHS


def _hinted(text: str, start: int, end: int, vocabulary: Vocabulary) -> bool:
    """Whether a handle or a word for a team stands near the start."""
    if text[start : start + 40].split(" ", 1)[0] in vocabulary.departments:
        return True
    if len(text) <= _SHORT and "@" not in text and _HINTS.isdisjoint(words_of(text).tokens):
        return False
    return _HINT.search(text, start, min(end, start + 140)) is not None


def _passive(text: str, at: int) -> bool:
    return text.startswith(("be ", "have been ", "not be "), at)
