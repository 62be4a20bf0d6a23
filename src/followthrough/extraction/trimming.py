"""Takes annotations off an item's words: remarks behind, brackets between."""

from __future__ import annotations

import re
from itertools import islice

from followthrough.model import State
from followthrough.references import find, is_reference

from .fronts import BRACKET, Front
from .notes import Notes
from .owners import name_like
from .phrases import words_of
from .states import MARK, MARKS, PICTURES, TICKS
from .wording import Wording

_TAIL = re.compile(
    r"(?=[\s.,:;])(?:\.?\s(?:[-–—|]|--|=>|->|→|➡)\s|(?<=\w)\s?:\s|;\s|\.\s|,\s"
    r"|\s(?=[A-Z][a-z]{2,12}(?:\s[a-z]{2,6})?:\s)|\s(?=(?:owner|assignee|due):\s))"
)
_DASHED = re.compile(r"\.?\s(?:[-–—|]|--|=>|->|→|➡)\s")
_ROUNDS = 6
"""Remarks behind an item; nobody writes more of them."""
_BRACKETED = 8
"""Brackets between its words that are looked at."""
_LAST = 40
"""Characters at the end in which a reference starts there, or the word that it is."""
_PLACES = 8
"""Among the last words of an item where a remark may start; of published measures none has more than 6."""
_REMARK = 160
"""A longer remark behind an item is part of it."""
_JOINTS = frozenset(
    (
        "to",
        "as",
        "is",
        "be",
        "the",
        "of",
        "from",
        "until",
        "in",
        "a",
        "an",
        "are",
        "or",
        "and",
        "marked",
        "status",
    )
)
_SHOUTED = re.compile(
    r"(?:[\s(\[*_—–-]{1,40}+(DONE|FIXED|TODO|WIP|COMPLETED|BLOCKED|WONTFIX|IN PROGRESS)"
    r"|(?<=[)\]])\s{1,40}+(OPEN|PENDING|CLOSED))[\s*_.)\]!]*+$"
)
_HANDLED = re.compile(r"(?:\s|[-–—:,]\s?)((?:@\w[\w.-]{0,60}+\s?+(?:,|and|&|/|\+)?+\s?+){1,5}+)$")
_AND = (",", "&", "+", "/")
_FULL_NAME = re.compile(r"@\w[\w.-]{0,40}(?: [A-Z][\w'’-]{1,40}){0,2}")
_MARKED_END = re.compile(
    rf"(?<!\s)\s*+(?:{MARK.pattern})️?\s*+(?:\*{{0,2}}[^\W\d_]{{2,20}}(?: [^\W\d_]{{2,20}})?\*{{0,2}})?\s*+$"
)
_PICTURE_END = re.compile(rf"(?<!\w)(?::([a-z][a-z0-9_+-]{{1,40}}):|(?![{''.join(MARKS)}])[{PICTURES}])$")
_OPENING = re.compile(r"[(\[{（]")
_CLOSING = re.compile(r"[)\]）】]")
_CLOSED = re.compile(r"[(\[（【]([^()\[\]（）【】]{1,300})[)\]）】]{1,2}[\s.,;:]*$")
_LINE = 120
"""A longer text that ends in a colon is no heading."""
_CAPITAL = re.compile(r"[A-Z]")
_TICKET_END = re.compile(r"\d")
_BEFORE_TICKET = " \t\n([:,;-–—{"
_POINTS = ("see ", "cf. ", "siehe ", "voir ", "ver ", "vgl. ")
"""How a remark in brackets starts that points elsewhere."""
_NO_TICKET = ("task", "story", "case", "in", "issue", "issues")
"""Words before a reference that belong to the item all the same."""


def _only_state(found: Notes, tail: str, before: str) -> bool:
    """Whether a remark behind a colon tells how far the work is; one word could be a value."""
    if tail.count(" ") + tail.count("'") < 1:
        return False
    told = found.state is not None and not (found.owner or found.due_text or found.references or found.kind)
    return told and before.count(" ") > 1


def _open(text: str) -> bool:
    """Whether brackets are open at the end of ``text``."""
    return any(text.count(one) > text.count(two) for one, two in ("()", "[]"))


class Trimmer(Front):
    """Finds where an item's own words start and end, noting what stands around them."""

    def trailing(self, wording: Wording, start: int, end: int, notes: Notes) -> int:
        """Before remarks at the end."""
        text, reader = wording.text, self._reader
        for _ in range(_ROUNDS):
            end = self._undecorated(text, start, end, notes)
            before = end
            closed = (
                _CLOSED.search(text, max(start, end - 310), end)
                if _CLOSING.search(text, end - 4, end)
                else None
            )
            if (closed and reader.take(closed[1], notes, tag=text[closed.start()] == "[", alone=True)) or (
                closed and self._linked(wording, closed.start(1), closed.end(1))
            ):
                end = closed.start()
            else:
                end = self._tail(wording, start, end, notes)
            if end == before:
                break
        return end

    def _undecorated(self, text: str, start: int, end: int, notes: Notes) -> int:
        """Before white space, loose signs and pictures at the end, and the colon of a short line."""
        headed = len(text) <= _LINE and not text[end:].strip()
        while end > start:
            picture = _PICTURE_END.search(text, max(start, end - 45), end)
            if picture is not None:
                if picture[1] in TICKS:
                    notes.mark(State.DONE)
                end = picture.start()
            elif text[end - 1] in " \t\n,;|}→➡" or (headed and text[end - 1] == ":"):
                end -= 1
            else:
                break
        return end

    def _linked(self, wording: Wording, start: int, end: int) -> bool:
        """Whether all between ``start`` and ``end`` is a link whose words say nothing."""
        link = wording.linked(start + 1)
        if link is None or link.end < end - 1:
            return False
        words = wording.text[link.start : link.end]
        return (
            words_of(words).folded in self._vocabulary.residue
            or is_reference(words)
            or words.startswith("http")
        )

    def _tail(self, wording: Wording, start: int, end: int, notes: Notes) -> int:
        text, reader = wording.text, self._reader
        if wording.links:
            cut = self._link_tail(wording, start, end)
            if cut < end:
                return self._ticket_word(text, start, cut)
        near = max(start, text.rfind(" ", start, max(start, end - _LAST)))
        found = (
            find(text[near:end], self._vocabulary.not_keys)
            if _TICKET_END.search(text, end - 3, end) or text.find("://", near, end) >= 0
            else []
        )
        if (
            found
            and found[-1].end >= end - near - 1
            and (found[-1].sure or int(found[-1].text.strip("#!INC") or 0) >= 10)
            and near + found[-1].start > start + 8
        ):
            notes.refer(found[-1].text, found[-1].url)
            return self._ticket_word(text, start, near + found[-1].start)
        handled = text.find("@", max(start, end - 200), end) >= 0
        mentioned = self._mentioned(text, start, end, notes) if handled else end
        if mentioned < end:
            return mentioned
        handle = _HANDLED.search(text, max(start, end - 200), end) if handled else None
        if handle and handle.start() > start + 8 and notes.own(" ".join(handle[1].split()), self._vocabulary):
            return handle.start()
        shouted = (
            _SHOUTED.search(text, max(start, end - 40), end) if _CAPITAL.search(text, end - 4, end) else None
        )
        if shouted:
            notes.mark(reader.state(shouted[1] or shouted[2]))
            return shouted.start()
        stated = self._stated(wording, start, end, notes)
        if stated >= 0:
            return stated
        marked = None if text.isascii() else _MARKED_END.search(text, max(start, end - 60), end)
        if marked and marked.start() > start and reader.take(marked[0], notes, tag=True):
            return marked.start()
        return self._last_part(text, start, end, notes)

    def _mentioned(self, text: str, start: int, end: int, notes: Notes) -> int:
        """Before somebody's full name at the end, "@Sam Moss", or one with a date behind it."""
        at = text.rfind("@", max(start + 8, end - 80), end)
        if at < 0 or not text[at - 1].isspace() or text[at - 2] in _AND or _open(text[start:at]):
            return end
        name = _FULL_NAME.match(text, at, end)
        if name is None:
            return end
        words = name[0].split()
        while words and words_of(words[-1]).folded in self._reader.dates.months:
            words.pop()
        rest = text[at + len(" ".join(words)) : end].strip(" .,;()–—-")
        found = self._reader.dates.deadline(rest, self._reader.base) if rest else None
        day = found.day if found is not None and found.end - found.start == len(rest) else None
        if not words or (rest and day is None) or (not rest and len(words) < 2):
            return end
        if not notes.own(" ".join(words), self._vocabulary):
            return end
        if day is not None and notes.due_text is None:
            notes.due, notes.due_text = day, rest
        return at

    def _stands_alone(self, found: Notes) -> bool:
        """Whether a labelled part that nothing sets apart is an annotation, not "the Owner: field"."""
        if found.owner is None:
            return found.due is not None or found.priority is not None
        return found.owner.startswith("@") or all(name_like(name, self._vocabulary) for name in found.owners)

    def _stated(self, wording: Wording, start: int, end: int, notes: Notes) -> int:
        """Before a state at the end that is bold or starts with a capital letter, "Not done"; else -1."""
        text = wording.text
        first = wording.styled_from(end)
        if start + 3 < first and text[first : first + 1].isupper() and end - first <= 40:
            found = Notes()
            if self._reader.take(text[first:end], found, tag=True) and found.state and found.kind is None:
                self._reader.merge(found, notes)
                return first
        last = text[max(start, end - 60) : end].split()[-4:]
        for at in range(1, len(last)):
            if not last[at][:1].isupper() or not last[at - 1][-1].islower() or last[at - 1] in _JOINTS:
                continue
            state = self._vocabulary.states.exact.get(words_of(" ".join(last[at:])).folded)
            if state is not None:
                notes.mark(state)
                return text.rindex(last[at], start, end)
        return -1

    def _last_part(self, text: str, start: int, end: int, notes: Notes) -> int:
        for match in list(_TAIL.finditer(text, max(start, end - _REMARK), end))[-_PLACES:]:
            comma, tail = match[0] == ", ", text[match.end() : end]
            if comma and notes.owner and notes.due_text is None and (day := self._reader.day(tail)):
                notes.due, notes.due_text = day, tail
                return match.start()
            if comma and tail[:1].islower():
                words = words_of(tail)
                if len(words.tokens) < 2 or words.folded not in self._vocabulary.states.exact:
                    continue
            found = Notes(effort=notes.effort)
            if (
                tail
                and self._reader.take(
                    tail, found, tag=not comma, names=not comma, alone=_DASHED.match(match[0]) is not None
                )
                and (match[0] != " " or self._stands_alone(found))
                and (match[0].strip() != ":" or _only_state(found, tail, text[start : match.start()]))
            ):
                self._reader.merge(found, notes)
                notes.effort = found.effort
                return match.start() + match[0].startswith(".")
            notes.effort = found.effort
        return end

    def _link_tail(self, wording: Wording, start: int, end: int) -> int:
        before = wording.links_from(0, end)
        last = before[-1] if before else wording.links[0]
        gap = wording.text[last.end : end]
        words = wording.text[last.start : last.end]
        if last.start <= start + 3 or gap.strip(" .,;)]}") or last.end > end:
            return end
        if (
            words_of(words).folded in self._vocabulary.residue
            or is_reference(words, self._vocabulary.not_keys)
            or words.startswith("http")
        ):
            return last.start
        return end

    def _ticket_word(self, text: str, start: int, end: int) -> int:
        """Before "Ticket", "see" and the like in front of a reference."""
        for _ in range(4):
            end = start + len(text[start:end].rstrip(_BEFORE_TICKET))
            words = text[start:end].rsplit(None, 2)[-2:]
            cut = self._word_cut(text, start, end, words, 2) or self._word_cut(
                text, start, end, words[-1:], 1
            )
            if cut is None:
                return end
            if cut < 0:
                return -cut
            end = cut
        return end

    def _word_cut(self, text: str, start: int, end: int, words: list[str], count: int) -> int | None:
        """Where the last ``count`` words start, if they speak of a ticket; negated behind a state."""
        if len(words) < count or len(text[start:end].split(None, count + 2)) <= count + 1:
            return None
        folded = words_of(" ".join(words)).folded
        first = text.rfind(words[0], start, end)
        if count == 2 and self._vocabulary.states.exact.get(folded.split(" ")[0]) is State.DONE:
            return -(first + len(words[0]))
        if folded in self._vocabulary.ticket_words.exact and (count == 2 or folded not in _NO_TICKET):
            return first
        return None

    def middle(self, wording: Wording, start: int, end: int, notes: Notes) -> list[tuple[int, int]]:
        """Bracketed annotations between the words."""
        cuts = []
        text = wording.text
        if _OPENING.search(text, start, end):
            for match in islice(BRACKET.finditer(text, start, end), _BRACKETED):
                inside = match[match.lastindex or 0]
                if (
                    inside.lower().startswith(_POINTS)
                    or self._linked(wording, match.start() + 1, match.end() - 1)
                    or self._reader.take(inside, notes, tag=match[1] is not None)
                ):
                    cuts.append((match.start(), match.end()))
        return cuts
