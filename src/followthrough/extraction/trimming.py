"""Takes annotations off an item's words: tags in front, remarks behind, brackets between."""

from __future__ import annotations

import re

from followthrough.model import State
from followthrough.references import find, is_reference

from .annotations import Reader, ticket_link
from .notes import Notes
from .owners import Subjects, name_like
from .phrases import words_of
from .states import MARK, MARKS
from .wording import Wording

_LEADING = re.compile(rf"[\s{''.join(MARKS)}🔹🔸➡→▶•·*\-–—>️]*")
_BRACKET = re.compile(r"\[([^\[\]]{1,200})\]|\(([^()]{1,200})\)|\{([^{}]{1,60})\}")
_TAG_END = re.compile(r"[\s:：–—\-|.,]*")
_NUMBER = re.compile(
    r"(?:(?:action|item|task|ai|a|r|step|no|recommendation|measure|improvement|remediation"
    r"|follow[- ]?up)[ .]?)?"
    r"#?\d{1,3}(?:\.\d{1,2}){0,2}(?:[.):](?=\s|\*)|\s[–—-](?=\s))\s*",
    re.IGNORECASE,
)
_FIRST_TICKET = re.compile(r"(#\d{3,8})(?:\s[–—-]\s|:?\s)(?=\S)")
_LEVEL = re.compile(r"(P[0-5])\s?[–—-]\s(?=\S)")
_TAIL = re.compile(
    r"\s(?:[-–—|]|--|=>|->|→|➡)\s|(?<=\w)\s?:\s|;\s|\.\s|,\s|\s(?=[A-Z][a-z]{2,12}(?:\s[a-z]{2,6})?:\s)|\s(?=(?:owner|assignee|due):\s)"
)
_DASHED = re.compile(r"\s(?:[-–—|]|--|=>|->|→|➡)\s")
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
    r"[\s(\[*_—–-]{1,40}+(DONE|FIXED|TODO|WIP|COMPLETED|BLOCKED|WONTFIX|IN PROGRESS)[\s*_.)\]!]*+$"
)
_HANDLED = re.compile(r"(?:\s|[-–—:,]\s?)((?:@\w[\w.-]{0,60}+\s?+(?:,|and|&|/|\+)?+\s?+){1,5}+)$")
_MARKED_END = re.compile(
    rf"(?<!\s)\s*+(?:{MARK.pattern})️?\s*+(?:\*{{0,2}}[^\W\d_]{{2,20}}(?: [^\W\d_]{{2,20}})?\*{{0,2}})?\s*+$"
)
_OPENING = re.compile(r"[(\[{]")
_CLOSING = re.compile(r"[)\]）】]")
_CLOSED = re.compile(r"[(\[（【]([^()\[\]（）【】]{1,300})[)\]）】]{1,2}[\s.,;:]*$")
_SHOUT = re.compile(r"(DONE|TODO|FIXED|WIP)[ \t]*[-–—:]?[ \t]+")
_SAID = re.compile(r"([^\W\d_]{2,16}(?: [^\W\d_]{2,12}){0,2})\s[–—-]\s(?=\S)")
"""What may be a state in front: "Pending - ..."."""
_CAPITAL = re.compile(r"[A-Z]")
_TICKET_END = re.compile(r"\d")
_LABEL = re.compile(r"([^\W\d_][^:：.!?\n]{0,60}?)\s{0,9}[:：]\s*+(?=\S)")
_BEFORE_TICKET = " \t\n([:,;-–—{"
_NO_TICKET = ("task", "story", "case", "in", "issue", "issues")
"""Words before a reference that belong to the item all the same."""


def _only_state(found: Notes, tail: str, before: str) -> bool:
    """Whether a remark behind a colon tells how far the work is; one word could be a value."""
    if tail.count(" ") + tail.count("'") < 1:
        return False
    told = found.state is not None and not (found.owner or found.due_text or found.references or found.kind)
    return told and before.count(" ") > 1


class Trimmer:
    """Finds where an item's own words start and end, noting what stands around them."""

    def __init__(self, reader: Reader, subjects: Subjects) -> None:
        self._reader = reader
        self._vocabulary = reader.vocabulary
        self._subjects = subjects

    def links(self, wording: Wording, start: int, end: int, notes: Notes) -> None:
        """Notes every ticket named from ``start`` to ``end``."""
        for link in wording.links_from(start, end):
            words = ticket_link(link.url, wording.text[link.start : link.end], self._vocabulary.not_keys)
            if words is not None:
                notes.refer(words, link.url)
        text = wording.text if end - start == len(wording.text) else wording.text[start:end]
        for hit in find(text, self._vocabulary.not_keys):
            if hit.sure and wording.linked(start + hit.start) is None:
                notes.refer(hit.text, hit.url)

    def leading(self, wording: Wording, start: int, end: int, notes: Notes) -> int:
        """Behind tags, marks and numbers at the start."""
        text, reader = wording.text, self._reader
        lead = wording.lead()
        while start < end:
            first = start
            signs = _LEADING.match(text, start, end)
            if signs and signs.end() > start:
                sign = MARK.search(text, start, signs.end())
                if sign:
                    notes.mark(reader.state(sign[0]))
                start = signs.end()
            number = _NUMBER.match(text, start, end)
            if number:
                start = number.end()
            ticket = _FIRST_TICKET.match(text, start, end)
            if ticket:
                notes.refer(ticket[1])
                start = ticket.end()
            while text.startswith("{{", start):
                start += 2
            bracket = _BRACKET.match(text, start, end)
            if bracket and reader.take(bracket[1] or bracket[2] or bracket[3], notes, tag=True, alone=True):
                start = self._skip(text, bracket.end(), end)
            elif (
                0 < lead - start <= 60
                and lead < end
                and text.count(" ", start, lead) < 6
                and not self._noun(text, start, lead)
                and reader.take(text[start:lead], notes, tag=True)
            ):
                start, lead = self._skip(text, lead, end), 0
            else:
                start = self._label(text, start, end, notes, lead)
            if start == first:
                break
        return start

    def _noun(self, text: str, start: int, end: int) -> bool:
        """Whether a bold label such as "Training:" belongs to the words, though it could state a kind."""
        label = text[start:end].strip()
        if ":" not in (label[-1:], text[end : end + 1]) or label.isupper():
            return False
        return words_of(label).folded in self._vocabulary.kinds.exact

    def _skip(self, text: str, at: int, end: int) -> int:
        match = _TAG_END.match(text, at, end)
        return match.end() if match else at

    def _label(self, text: str, start: int, end: int, notes: Notes, lead: int) -> int:
        """Behind "Action:", "TODO:", "DONE -", "P1:", "@sam:"."""
        match = _LABEL.match(text, start, end) if ":" in text or "：" in text else None
        if match:
            words = words_of(match[1])
            vocabulary = self._vocabulary
            if words.folded in vocabulary.inline.exact:
                return match.end()
            state = vocabulary.states.exact.get(words.folded)
            if state is not None and len(words.folded) > 3:
                notes.mark(state)
                return match.end()
            if match[1].startswith("P") and self._reader.take(match[1], notes, tag=True):
                return match.end()
        dashed = _SAID.match(text, start, end)
        state = self._vocabulary.states.exact.get(words_of(dashed[1]).folded) if dashed else None
        if dashed and state is not None:
            notes.mark(state)
            return dashed.end()
        shouted = _SHOUT.match(text, start, end)
        if shouted:
            notes.mark(self._reader.state(shouted[1]))
            return shouted.end()
        level = _LEVEL.match(text, start, end)
        if level and self._reader.take(level[1], notes, tag=True):
            return level.end()
        if text[start : start + 1] == "@" or text[start : start + 1].isupper():
            return self._subjects.strip(text, start, end, notes, lead=lead)
        return start

    def trailing(self, wording: Wording, start: int, end: int, notes: Notes) -> int:
        """Before remarks at the end."""
        text, reader = wording.text, self._reader
        for _ in range(12):
            while end > start and text[end - 1] in " \t\n,;|}→➡":
                end -= 1
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
        found = (
            find(text[start:end], self._vocabulary.not_keys)
            if _TICKET_END.search(text, end - 3, end) or "://" in text
            else []
        )
        if (
            found
            and found[-1].end >= end - start - 1
            and (found[-1].sure or int(found[-1].text.strip("#!INC") or 0) >= 10)
            and found[-1].start > 8
        ):
            notes.refer(found[-1].text, found[-1].url)
            return self._ticket_word(text, start, start + found[-1].start)
        handle = _HANDLED.search(text, max(start, end - 200), end) if "@" in text else None
        if handle and handle.start() > start + 8 and notes.own(" ".join(handle[1].split()), self._vocabulary):
            return handle.start()
        shouted = (
            _SHOUTED.search(text, max(start, end - 40), end) if _CAPITAL.search(text, end - 4, end) else None
        )
        if shouted:
            notes.mark(reader.state(shouted[1]))
            return shouted.start()
        stated = self._stated(wording, start, end, notes)
        if stated >= 0:
            return stated
        marked = None if text.isascii() else _MARKED_END.search(text, max(start, end - 60), end)
        if marked and marked.start() > start and reader.take(marked[0], notes, tag=True):
            return marked.start()
        return self._last_part(text, start, end, notes)

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
        for match in _TAIL.finditer(text, max(start, end - _REMARK), end):
            comma, tail = match[0] == ", ", text[match.end() : end]
            if comma and tail[:1].islower():
                words = words_of(tail)
                if len(words.tokens) < 2 or words.folded not in self._vocabulary.states.exact:
                    continue
            found = Notes()
            if (
                tail
                and self._reader.take(
                    tail, found, tag=not comma, names=not comma, alone=_DASHED.match(match[0]) is not None
                )
                and (match[0] != " " or self._stands_alone(found))
                and (match[0].strip() != ":" or _only_state(found, tail, text[start : match.start()]))
            ):
                self._reader.merge(found, notes)
                return match.start() + (match[0] == ". ")
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
            for match in _BRACKET.finditer(text, start, end):
                inside = match[1] or match[2] or match[3]
                if self._linked(wording, match.start() + 1, match.end() - 1) or self._reader.take(
                    inside, notes, tag=match[1] is not None
                ):
                    cuts.append((match.start(), match.end()))
        return cuts
