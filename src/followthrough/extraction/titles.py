"""From an item's words to a ticket's title: annotations off, framing off, the first sentence."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..model import State
from ..references import find, is_reference
from .judging import Judge
from .notes import Notes, Reader, ticket_link
from .owners import Subjects
from .phrases import Words
from .sentences import sentences
from .verbs import Form
from .wording import Wording

_LEADING = re.compile(r"[\s✅❌☑✔🔲⬜☐🚧⏳🔄➡→▶•·*\-–—>️]*")
_SIGN = re.compile(r"✅|☑|✔|🚧|⏳|🔄|❌|⬜|☐|🔲")
_BRACKET = re.compile(r"\[([^\[\]]{1,200})\]|\(([^()]{1,200})\)|\{([^{}]{1,60})\}")
_TAG_END = re.compile(r"[\s:：–—\-|.,]*")
_NUMBER = re.compile(r"(?:(?:action|item|task|ai|a|step|no)[ .]?)?#?\d{1,3}(?:\.\d{1,2}){0,2}[.):](?=\s|\*)\s*", re.I)
_LABEL = re.compile(r"([^\W\d_][^:：.!?\n]{0,60}?)\s*[:：]\s*(?=\S)")
_TAIL = re.compile(r"(?:\s[-–—|]\s|;\s|\.\s|,\s)")
_SHOUTED = re.compile(r"[\s(\[*_—–-]+(DONE|FIXED|TODO|WIP|COMPLETED|BLOCKED|WONTFIX|IN PROGRESS)[\s*_.)\]!]*$")
_HANDLED = re.compile(r"(?:\s|[-–—:,]\s?)((?:@[\w][\w.-]{0,60}(?:\s?(?:,|and|&|/|\+)?\s?)){1,5})$")
_MARKED_END = re.compile(r"\s*(?:✅|☑️?|✔️?|🚧|⏳|🔄|❌)️?\s*(?:\*{0,2}[^\W\d_]{2,20}(?: [^\W\d_]{2,20})?\*{0,2})?\s*$")
_CLOSED = re.compile(r"[(\[]([^()\[\]]{1,300})[)\]]{1,2}[\s.,;:]*$")
_WORD = re.compile(r"[^\W_]+")
_DASH = re.compile(r"\s*(?:—|–|-{1,2}|:)\s+")
_CALM = re.compile(r"[A-Z][\w,' -]*\.?")
"""Words without any sign of an annotation, the usual case."""
_EDGE = " \t\n,;:：–—-|/*_"


class Title(NamedTuple):
    """An item's words, cut."""

    text: str
    description: str
    start: int
    """Where its own words start, behind leading tags."""


class Titles:
    """Cuts titles, noting what it takes off."""

    def __init__(self, reader: Reader, subjects: Subjects) -> None:
        self._reader = reader
        self._vocabulary = reader.vocabulary
        self._subjects = subjects
        self._judge = Judge(reader.vocabulary)

    def read(self, wording: Wording, start: int, end: int, notes: Notes, *, extend: bool = True) -> Title:
        """The title in ``wording`` from ``start`` to ``end``. ``extend``: a mere label may take a second sentence."""
        text = wording.text
        if _CALM.fullmatch(text, start, end) and not wording.links and wording.lead() == 0:
            return Title(self._polish(text[start:end], notes), "", start)
        self._links(wording, start, end, notes)
        start = self._leading(wording, start, end, notes)
        end = self._trailing(wording, start, end, notes)
        cuts = self._middle(wording, start, end, notes)
        lead = wording.lead()
        stop, label = self._stop(wording, start, end, lead, extend)
        title = _without(text, start, stop, cuts)
        rest = _without(text, stop, end, cuts).strip(_EDGE + ".")
        self._rest(text, stop, end, notes)
        return Title(self._polish(title, notes, labelled=label), rest, start)

    def _links(self, wording: Wording, start: int, end: int, notes: Notes) -> None:
        for link in wording.links:
            if start <= link.start < end:
                words = ticket_link(link.url, wording.text[link.start : link.end], self._vocabulary.not_keys)
                if words is not None:
                    notes.refer(words, link.url)
        for hit in find(wording.text[start:end], self._vocabulary.not_keys):
            linked = any(link.start <= start + hit.start < link.end for link in wording.links)
            if hit.sure and not linked:
                notes.refer(hit.text, hit.url)

    def _leading(self, wording: Wording, start: int, end: int, notes: Notes) -> int:
        """Behind tags, marks and numbers at the start."""
        text, reader = wording.text, self._reader
        lead = wording.lead()
        while start < end:
            first = start
            signs = _LEADING.match(text, start, end)
            if signs and signs.end() > start:
                sign = _SIGN.search(text, start, signs.end())
                if sign:
                    notes.mark(reader.state(sign[0]))
                start = signs.end()
            number = _NUMBER.match(text, start, end)
            if number:
                start = number.end()
            while text.startswith("{{", start):
                start += 2
            bracket = _BRACKET.match(text, start, end)
            if bracket and reader.take(bracket[1] or bracket[2] or bracket[3], notes, tag=True):
                start = self._skip(text, bracket.end(), end)
            elif 0 < lead - start <= 60 and lead < end and start < lead and reader.take(text[start:lead], notes, tag=True):
                start, lead = self._skip(text, lead, end), 0
            else:
                start = self._label(text, start, end, notes)
            if start == first:
                break
        return start

    def _skip(self, text: str, at: int, end: int) -> int:
        match = _TAG_END.match(text, at, end)
        return match.end() if match else at

    def _label(self, text: str, start: int, end: int, notes: Notes) -> int:
        """Behind "Action:", "TODO:", "DONE -", "P1:", "@sam:"."""
        match = _LABEL.match(text, start, end)
        if match:
            words = Words(match[1])
            vocabulary = self._vocabulary
            if words.folded in vocabulary.inline.exact:
                return match.end()
            state = vocabulary.states.exact.get(words.folded)
            if state is not None and len(words.folded) > 3:
                notes.mark(state)
                return match.end()
            if match[1].startswith("P") and self._reader.take(match[1], notes, tag=True):
                return match.end()
        if text[start : start + 1] == "@" or text[start : start + 1].isupper():
            return self._subjects.strip(text, start, end, notes)
        shouted = re.match(r"(DONE|TODO|FIXED|WIP)[ \t]*[-–—:]?[ \t]+", text[start : min(end, start + 20)])
        if shouted:
            notes.mark(self._reader.state(shouted[1]))
            return start + shouted.end()
        return start

    def _trailing(self, wording: Wording, start: int, end: int, notes: Notes) -> int:
        """Before remarks at the end."""
        text, reader = wording.text, self._reader
        for _ in range(12):
            while end > start and text[end - 1] in " \t\n,;|}":
                end -= 1
            before = end
            closed = _CLOSED.search(text, max(start, end - 310), end)
            if closed and reader.take(closed[1], notes, tag=text[closed.start()] == "["):
                end = closed.start()
            elif closed and self._linked(wording, closed.start(1), closed.end(1)):
                end = closed.start()
            else:
                end = self._tail(wording, start, end, notes)
            if end == before:
                break
        return end

    def _linked(self, wording: Wording, start: int, end: int) -> bool:
        """Whether all between ``start`` and ``end`` is a link whose words say nothing."""
        for link in wording.links:
            if link.start <= start + 1 and link.end >= end - 1:
                words = wording.text[link.start : link.end]
                return Words(words).folded in self._vocabulary.residue or is_reference(words) or words.startswith("http")
        return False

    def _tail(self, wording: Wording, start: int, end: int, notes: Notes) -> int:
        text, reader = wording.text, self._reader
        if wording.links:
            cut = self._link_tail(wording, start, end)
            if cut < end:
                return self._ticket_word(text, start, cut)
        found = find(text[start:end], self._vocabulary.not_keys)
        if found and found[-1].end >= end - start - 1 and (found[-1].sure or int(found[-1].text.strip("#") or 0) >= 10) and found[-1].start > 8:
            notes.refer(found[-1].text, found[-1].url)
            return self._ticket_word(text, start, start + found[-1].start)
        handle = _HANDLED.search(text, max(start, end - 200), end)
        if handle and handle.start() > start + 8 and notes.own(" ".join(handle[1].split()), self._vocabulary):
            return handle.start()
        shouted = _SHOUTED.search(text, max(start, end - 40), end)
        if shouted:
            notes.mark(reader.state(shouted[1]))
            return shouted.start()
        marked = _MARKED_END.search(text, max(start, end - 60), end)
        if marked and marked.start() > start and reader.take(marked[0], notes, tag=True):
            return marked.start()
        return self._last_part(text, start, end, notes)

    def _last_part(self, text: str, start: int, end: int, notes: Notes) -> int:
        last = None
        for last in _TAIL.finditer(text, start, end):  # noqa: B007  the last one is wanted
            pass
        if last is None or last.end() >= end or end - last.end() > 120:
            return end
        tail = text[last.end() : end]
        if tail[:1].islower() and last[0] == ", " or not self._reader.take(tail, notes, tag=last[0] not in (", ",)):
            return end
        return last.start() + (last[0] == ". ")

    def _link_tail(self, wording: Wording, start: int, end: int) -> int:
        last = wording.links[-1]
        for link in reversed(wording.links):
            last = link
            if link.start < end:
                break
        gap = wording.text[last.end : end]
        words = wording.text[last.start : last.end]
        if last.start <= start + 3 or gap.strip(" .,;)]}") or last.end > end:
            return end
        if Words(words).folded in self._vocabulary.residue or is_reference(words, self._vocabulary.not_keys) or words.startswith("http"):
            return last.start
        return end

    def _ticket_word(self, text: str, start: int, end: int) -> int:
        """Before "Ticket", "see" and the like in front of a reference."""
        end = start + len(text[start:end].rstrip(" \t\n([:,;-–—{"))
        words = text[start:end].rsplit(None, 2)[-2:]
        for count in (2, 1):
            if len(words) < count or len(text[start:end].split()) <= count + 1:
                continue
            part = " ".join(words[-count:])
            folded = Words(part).folded
            first = text.rfind(words[-count], start, end)
            if count == 2 and self._vocabulary.states.exact.get(folded.split(" ")[0]) is State.DONE:
                return first + len(words[-2])
            if folded in self._vocabulary.ticket_words.exact and (count == 2 or folded not in ("task", "story", "case", "in", "issue", "issues")):
                return self._ticket_word(text, start, first)
        return end

    def _middle(self, wording: Wording, start: int, end: int, notes: Notes) -> list[tuple[int, int]]:
        """Bracketed annotations between the words."""
        cuts = []
        text = wording.text
        if "(" in text or "[" in text or "{" in text:
            for match in _BRACKET.finditer(text, start, end):
                inside = match[1] or match[2] or match[3]
                if self._linked(wording, match.start() + 1, match.end() - 1) or self._reader.take(inside, notes, tag=match[1] is not None):
                    cuts.append((match.start(), match.end()))
        return cuts

    def _breaks(self, wording: Wording, lead: int) -> bool:
        """Whether a new sentence or a new line follows the words in bold."""
        rest = wording.broken[lead:].lstrip(" ")
        return rest[:1] == "\n" or rest[:1].isupper() and self._vocabulary.verbs.form(Words(wording.text[:40]).tokens[0]) is not None

    def _stop(self, wording: Wording, start: int, end: int, lead: int, extend: bool) -> tuple[int, bool]:
        """Where the title ends, and whether it starts with a mere label."""
        text = wording.text
        label = False
        if start < lead < end:
            dash = _DASH.match(text, lead - (text[lead - 1] == ":"), end)
            if dash:
                mere = ":" in text[lead - 1 : dash.end()] and self._sentence_follows(text, dash.end(), end)
                if mere and len(text[start:lead].split()) > 1 and self._instructs(text[start:lead]):
                    told = sentences(text[:end], dash.end())[:1]
                    mere = any(self._acts(text[first:last]) for first, last in told)
                if not mere:
                    return lead, False
                label = True
            elif len(text[start:lead].split()) > 2 and (text[lead - 1] in ".!" or self._breaks(wording, lead)):
                return lead, False
        spans = sentences(text[:end], start)
        if not spans:
            return end, label
        stop = spans[0][1]
        colon = _LABEL.match(text, start, stop)
        label = label or colon is not None and self._sentence_follows(text, colon.end(), stop)
        if colon is not None and lead <= start and self._instructs(colon[1]) and colon[1].count(" ") >= 4:
            return colon.end(1), False
        if label and extend and len(spans) > 1 and stop - start < 120:
            after = colon.end() if colon else start
            if not self._acts(text[after:stop]) and self._acts(text[spans[1][0] : spans[1][1]]):
                stop = spans[1][1]
        return stop, label

    def _sentence_follows(self, text: str, start: int, end: int) -> bool:
        """Whether what follows a label is a sentence of its own, not an explanation of it."""
        rest = text[start:end].lstrip(" \"“'`({")
        if not rest:
            return False
        words = Words(rest[:80])
        return rest[0].isupper() or self._instructs(rest[:80]) or words.unspaced

    def _instructs(self, text: str) -> bool:
        words = Words(text)
        return self._vocabulary.verbs.form(words.tokens[0]) in (Form.BASE, Form.ING, Form.PAST)

    def _acts(self, text: str) -> bool:
        words = Words(text[:300])
        vocabulary = self._vocabulary
        if words.unspaced or "we" in words.tokens[:6] or self._judge.instructs(words) or self._judge.conditional(text, words):
            return True
        return vocabulary.announce.inside(words) or vocabulary.oblige.inside(words)

    def _rest(self, text: str, start: int, end: int, notes: Notes) -> None:
        """States and owners told in the sentences behind the title."""
        if start >= end:
            return
        for first, last in sentences(text[:end], start):
            words = Words(text[first:last])
            hit = self._vocabulary.states.start(words)
            if hit is not None and len(words.tokens) <= 10 and (hit.value is not State.OPEN or len(words.tokens) <= 3):
                notes.mark(hit.value)
            if text[first] == "@":
                self._subjects.strip(text, first, last, notes)

    def _polish(self, title: str, notes: Notes, *, labelled: bool = False) -> str:
        """Without framing, quotes around all of it, stray signs and double spaces."""
        title = " ".join(title.replace("{{", " ").replace("}}", " ").split()).strip(_EDGE)
        title = _unbracketed(title)
        words = Words(title[:80])
        hit = self._vocabulary.framing.start(words)
        if hit is not None and not labelled:
            spans = list(_WORD.finditer(title[:120]))
            folded = [word for span in spans for word in [span]]
            if hit.size < len(folded):
                at = folded[hit.size].start()
                title = title[at:] if len(title) - at > 8 else title
        while len(title) > 2 and title[0] in "\"“'«" and title[-1] in "\"”'»" and title.count(title[0]) <= 2:
            title = title[1:-1].strip()
        for opening, closing in (("\"", "\""), ("“", "”")):
            if title.startswith(opening) and title.count(opening) + title.count(closing) * (opening != closing) == 1:
                title = title[1:]
        return title


def _without(text: str, start: int, end: int, cuts: list[tuple[int, int]]) -> str:
    parts, at = [], start
    for first, last in cuts:
        if first >= at and last <= end:
            parts.append(text[at:first].rstrip())
            at = last
    parts.append(text[at:end])
    return " ".join(part for part in parts if part.strip()) if len(parts) > 1 else parts[0]


def _unbracketed(title: str) -> str:
    """``title`` without a closing bracket that nothing opened."""
    while title and title[-1] in ")]}" and title.count(title[-1]) > title.count({")": "(", "]": "[", "}": "{"}[title[-1]]):
        title = title[:-1].rstrip()
    return title
