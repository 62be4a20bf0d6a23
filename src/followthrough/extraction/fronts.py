"""Takes annotations off the front of an item's words: marks, numbers, tags, labels, owners."""

from __future__ import annotations

import re

from followthrough.model import State
from followthrough.references import find, is_reference

from .annotations import Reader, ticket_link
from .notes import Notes
from .owners import Subjects, nick
from .phrases import words_of
from .states import MARK, MARKS, PICTURES, SHORT_NAME, TICKS
from .verbs import Form
from .wording import Wording

_LEADING = re.compile(rf"[\s{''.join(MARKS)}{PICTURES}→▶•·*\-–—>]*")
BRACKET = re.compile(r"\[([^\[\]]{1,200})\]|\(([^()]{1,200})\)|\{([^{}]{1,60})\}|（([^（）]{1,200})）")
_TAG_END = re.compile(r"[\s:：–—\-|.,]*")
_NUMBER = re.compile(
    r"(?:(?:action|item|task|ai|a|r|step|no|recommendation|measure|improvement|remediation"
    r"|follow[- ]?up)[ .]?)?"
    r"(?:\d{1,2}\.\d{1,2}(?=\s+[^\W\d_][^\W\d_ ]{0,20}(?:\s[^\W\d_]{1,20})?[- #]?\d{1,3}\s?[:.)–—-]\s)"
    r"|#?\d{1,3}(?:\.\d{1,2}){0,2}(?:[.):](?=\s|\*)|\s(?:[–—]|-{1,3})(?=\s)))\s*"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}\s+(?=(?-i:[A-Z][a-z]))",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:[①-⑳❶-❿]|[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)\s{0,3}"
    r"(?=[*`\w]{0,20}[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])"
)
"""Numbers as they stand in front of Japanese, Chinese and Korean."""
_NAMED = (
    r"(?!(?:P[0-5]|[HRS][1-3]|Q[1-4]|L[1-7]|F5|K8|M365|V\d{1,2})\b)"
    r"(?:[A-Z]|A[IPR]|CA|PA|FU|ACT|DET|MIT)-?\d{1,3}[a-z]?"
)
_ID = re.compile(
    rf"(?:[(（\[](?:{_NAMED}|[A-Ha-h](?=[)）]))[)）\]](?=[\s:.–—-])[:.–—-]?"
    rf"|{_NAMED}(?:[.):](?=[\s*])|\s?[–—](?=\s)|\s-(?=\s)))\s*"
)
"""What a document calls an item by: "C2. ", "D-3: ", "A1 – ", "[B4] ", "(a) ". No quarter, no product."""
_BARE_ID = re.compile(rf"{_NAMED}[\s.:)–—-]*")
"""The same, where bold letters set it apart."""
_SPELLED = re.compile(
    r"[A-Z]{2,12}(?:-[A-Z0-9]{1,16}){2,5}"
    r"(?:\s?\(([^()]{1,40})\))?(?:[:.](?=[\s*])|\s?[–—](?=\s)|\s-(?=\s))\s*"
)
"""An id in letters, maybe with a remark: "TD-QUEUE-ALERT (P1): ". Two parts are a name as well: "CI-CD: "."""
_BOX = re.compile(r"\[([ \u00a0xX])\]\s+")
"""A box where the format has none."""
_UNSAID = re.compile(r"[\[(](?:\?{1,3}|!{1,3}|~|-|\.{2,3}|…)[\])][\s:–—-]*")
"""Brackets in which the writer left the owner or the state open."""
_FIRST_TICKET = re.compile(r"(#\d{3,8})(?:\s(?:[–—]|-{1,3})\s|:?\s)(?=\S)")
_LINKS = 200
"""Links of one item that may be tickets."""
_MOST = 6
"""Rounds in which tags are taken off."""
_TICKET = 120
_KEY = re.compile(r"[\w.-]{1,60}[-/#]|T\d|https?://|(?:bug|issue|pr|ticket)\s", re.IGNORECASE)
"""How a ticket may start."""
_TICKET_JOINT = re.compile(r"\s?(?:[:–—]|-{1,3})\s+|\s+")
_LEVEL = re.compile(r"(P[0-5])\s?(?:[–—]|-{1,3})\s(?=\S)")
_TOLD = re.compile(r"([a-z][a-z0-9_.-]{1,20})(?::\s|\s(?:[–—]|-{1,3})\s|\sto\s)(?=\S)")
_TEAM = re.compile(r"(?:the|our)\s(?:[\w-]{1,20}\s){1,3}(?:team|squad|group|desk)\s")
"""Who may be the subject of a promise though no capital letter tells so."""
_SHOUT = re.compile(r"(DONE|TODO|FIXED|WIP)[ \t]*[-–—:]?[ \t]+")
_SAID = re.compile(r"([^\W\d_]{2,16}(?: [^\W\d_]{2,12}){0,2})\s(?:[–—]|-{1,3})\s(?=\S)")
"""What may be a state in front: "Pending - ..."."""
_LABEL = re.compile(r"([^\W\d_][^:：.!?\n]{0,60}?)\s{0,9}[:：]\s*+(?=\S)")
_BEFORE_TICKET = " \t\n([:,;-–—{"


class Front:
    """Finds where an item's own words start, noting what stands before them."""

    def __init__(self, reader: Reader, subjects: Subjects) -> None:
        self._reader = reader
        self._vocabulary = reader.vocabulary
        self._subjects = subjects

    def links(self, wording: Wording, start: int, end: int, notes: Notes) -> None:
        """Notes every ticket named from ``start`` to ``end``."""
        for link in wording.links_from(start, end)[:_LINKS]:
            words = ticket_link(link.url, wording.text[link.start : link.end], self._vocabulary.not_keys)
            if words is not None:
                notes.refer(words, link.url)
            elif ":" in link.url and "://" not in link.url:  # a link to another wiki: [[phab:T123456]]
                for hit in find(wording.text[link.start : link.end], self._vocabulary.not_keys):
                    notes.refer(hit.text, hit.url)
        text = wording.text if end - start == len(wording.text) else wording.text[start:end]
        for hit in find(text, self._vocabulary.not_keys):
            if hit.sure and wording.linked(start + hit.start) is None:
                notes.refer(hit.text, hit.url)

    def leading(self, wording: Wording, start: int, end: int, notes: Notes) -> int:
        """Behind tags, marks and numbers at the start."""
        text, reader = wording.text, self._reader
        lead = wording.lead()
        for _ in range(_MOST):
            first = start
            start = self._signs(text, start, end, notes)
            for plain in (_NUMBER, _ID, _SIGNED, _UNSAID):
                passed = plain.match(text, start, end)
                start = passed.end() if passed else start
            start = self._named(text, start, lead, end, notes)
            start = self._ticket(wording, start, end, notes)
            while text.startswith("{{", start):
                start += 2
            bracket = BRACKET.match(text, start, end)
            if bracket and reader.take(bracket[bracket.lastindex or 0], notes, tag=True, alone=True):
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
            if start == first or start >= end:
                break
        return min(start, end)

    def _named(self, text: str, start: int, lead: int, end: int, notes: Notes) -> int:
        """Behind an id in bold or one that is spelled in letters."""
        if start < lead < end and _BARE_ID.fullmatch(text, start, lead):
            return lead
        spelled = _SPELLED.match(text, start, end)
        if spelled and (spelled[1] is None or self._reader.take(spelled[1], notes, tag=True, alone=True)):
            return spelled.end()
        return start

    def _signs(self, text: str, start: int, end: int, notes: Notes) -> int:
        """Behind signs, boxes that are only words, and signs by their short names."""
        signs = _LEADING.match(text, start, end)
        if signs and signs.end() > start:
            sign = MARK.search(text, start, signs.end())
            if sign:
                notes.mark(self._reader.state(sign[0]))
            start = signs.end()
        box = _BOX.match(text, start, end)
        if box:
            notes.mark(State.DONE if box[1] in "xX" else State.OPEN)
            start = box.end()
        named = SHORT_NAME.match(text, start, end)
        if named:
            if named[1] in TICKS:
                notes.mark(State.DONE)
            start = named.end()
        return start

    def _ticket(self, wording: Wording, start: int, end: int, notes: Notes) -> int:
        """Behind a ticket in front of the words: "#8123 add ...", "OPS-12: add ..."."""
        text = wording.text
        first = _FIRST_TICKET.match(text, start, end)
        if first:
            notes.refer(first[1])
            return first.end()
        link = wording.linked(start)
        if link is not None and link.start == start < link.end < end:
            joint = _TICKET_JOINT.match(text, link.end, end)
            named = is_reference(text[start : link.end], self._vocabulary.not_keys)
            if joint is None or not named or not self._joins(text, joint):
                return start
            notes.refer(text[start : link.end])
            return joint.end()
        found = (
            find(text[start : start + _TICKET], self._vocabulary.not_keys) if _KEY.match(text, start) else []
        )
        if not found or found[0].start > 0 or not found[0].sure:
            return start
        joint = _TICKET_JOINT.match(text, start + found[0].end, end)
        if joint is None:
            return start
        if self._joins(text, joint):
            notes.refer(found[0].text, found[0].url)
            return joint.end()
        return start

    def _joins(self, text: str, joint: re.Match[str]) -> bool:
        """Whether what stands behind a ticket is the work, not a sentence that the ticket begins."""
        token = words_of(text[joint.end() : joint.end() + 40]).tokens[0]
        return bool(joint[0].strip()) or self._vocabulary.verbs.form(token) is Form.BASE

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
        match = _LABEL.match(text, start, end)
        if match:
            words = words_of(match[1])
            vocabulary = self._vocabulary
            named = words.folded.rstrip(" 0123456789")
            if words.folded in vocabulary.leading:
                return match.end()
            if named in vocabulary.inline.exact or named.removesuffix("s") in vocabulary.inline.exact:
                kind = vocabulary.kinds.start(words)
                notes.kind = notes.kind or (kind.value if kind is not None else None)
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
        told = _TOLD.match(text, start, end)
        if (
            told
            and nick(told[1], self._vocabulary, self._subjects.people)
            and notes.own(told[1], self._vocabulary)
        ):
            return told.end()
        if text[start : start + 1] == "@" or text[start : start + 1].isupper() or _TEAM.match(text, start):
            return self._subjects.strip(text, start, end, notes, lead=lead)
        return start
