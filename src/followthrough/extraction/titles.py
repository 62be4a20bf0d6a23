"""From an item's words to a ticket's title: annotations off, framing off, the first sentence."""

from __future__ import annotations

import re
from typing import NamedTuple

from followthrough.model import State

from .acts import Act
from .annotations import Reader
from .folding import has_cjk
from .judging import Judge
from .lengths import own_words
from .notes import Notes
from .owners import Subjects
from .phrases import words_of
from .sentences import TOLD, sentences
from .trimming import Trimmer
from .verbs import Form
from .wording import Wording

_LABEL = re.compile(r"([^\W\d_][^:：.!?\n]{0,60}?)\s{0,9}[:：]\s*+(?=\S)")
_WORD = re.compile(r"[^\W_]+")
_DASH = re.compile(r"\s*(?:\([^()]{1,60}\)\s*)?(?:—|–|-{1,2}|:)\s+")
_LOUD = re.compile(
    r"^\W*[A-Z]{3,}\b|\b[A-Z]{3,}\W*$|[a-z]\s[A-Z][\w'’]+(?:\s[\w'’]+){0,2}\W*$|,\s\w+(?:\s\w+){1,2}\W*$"
)
_CALM = re.compile(r"[A-Z](?:[\w,'’%&+ -]|\.(?=\w))*\.?")
"""Words without any sign of an annotation, the usual case."""
_SEMICOLON = re.compile(r";\s")
_WIDE_SEMICOLON = re.compile(r"[;；]")
_LONG, _SHORT = 160, 30
"""A longer sentence may name several works, each of at least so many characters."""
_SAID = 160
"""Characters in which a sentence behind a label says what is or will be done."""
_RULE = ("always", "never", "do", "don")
"""How a rule starts."""
_NAME = 3
"""A label of so many words names the work; a sentence behind it explains, unless it promises or instructs."""
_COMPLETE = 4
"""An instruction of so many words is a title; fewer may be the name of one."""
_NAMED, _REMARK = 8, 120
"""Brackets hold a remark if they are longer, and stand behind so many characters."""
_MEANING = ("i.e. ", "ie. ", "i.e., ", "that is, ", "d.h. ", "c'est-à-dire ", "es decir, ", "ou seja, ")
"""How a remark starts that only says the same in more words."""
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
        self._trimmer = Trimmer(reader, subjects)
        self._judge = Judge(reader.vocabulary)

    def read(self, wording: Wording, start: int, end: int, notes: Notes, *, extend: bool = True) -> Title:
        """The title in ``wording`` from ``start`` to ``end``.

        With ``extend`` a mere label may take a second sentence.
        """
        text = wording.text
        if (
            _CALM.fullmatch(text, start, end)
            and not wording.links
            and wording.plain
            and not _LOUD.search(text, start, end)
            and text.find(" - ", start, end) < 0
            and text.find(" -- ", start, end) < 0
        ):
            start = self._subjects.strip(text, start, end, notes)
            return Title(self._polish(text[start:end], notes), "", start)
        struck = wording.struck_lead()
        if start < struck < end:
            dropped = self._dropped(wording, start, struck, end, notes)
            if dropped is not None:
                return dropped
        self._trimmer.links(wording, start, end, notes)
        start = self._trimmer.leading(wording, start, end, notes)
        end = self._trimmer.trailing(wording, start, end, notes)
        cuts = self._trimmer.middle(wording, start, end, notes)
        lead = wording.lead()
        stop, label = self._stop(wording, start, end, lead, extend)
        stop = _before_remark(text, start, stop)
        title = _without(text, start, stop, cuts)
        rest = _without(text, stop, end, cuts).strip(_EDGE + ".")
        self._rest(text, stop, end, notes)
        return Title(self._polish(title, notes, labelled=label), rest, start)

    def _dropped(self, wording: Wording, start: int, struck: int, end: int, notes: Notes) -> Title | None:
        """The title of struck words that a remark on their fate follows: "~~Add a disk~~ Won't do, ..."."""
        rest = wording.text[struck:end].strip(_EDGE + ".")
        words = words_of(rest[:80])
        hit = self._vocabulary.states.start(words)
        if hit is None:
            return None
        notes.mark(hit.value)
        self._trimmer.links(wording, struck, end, notes)
        title = self.read(wording, start, struck, notes)
        told = "" if words.folded in self._vocabulary.states.exact and len(rest) <= 80 else rest
        parts = [part for part in (title.description, told) if part]
        return title._replace(description="\n".join(parts))

    def _breaks(self, wording: Wording, lead: int) -> bool:
        """Whether a new sentence or a new line follows the words in bold."""
        rest = wording.broken[lead:].lstrip(" ")
        return rest[:1] == "\n" or (
            rest[:1].isupper()
            and self._vocabulary.verbs.form(words_of(wording.text[:40]).tokens[0]) is not None
        )

    def _stop(self, wording: Wording, start: int, end: int, lead: int, extend: bool) -> tuple[int, bool]:
        """Where the title ends, and whether it starts with a mere label."""
        text = wording.text
        label = False
        if start < lead < end:
            dash = _DASH.match(text, lead - (text[lead - 1] == ":"), end)
            if dash:
                if not self._is_mere(text, start, lead, dash.end(), end):
                    return lead, False
                label = True
            elif text[lead - 1] in ".!。" or self._breaks(wording, lead):
                titled = wording.broken[lead:].lstrip(" ")[:1] == "\n"
                own = self._own(text[start:lead])
                whole = titled or (own > 1 and self._instructs(text[start:lead]))
                if own <= _NAME - 1:
                    label = not whole
                elif whole or not self._promised(text, lead, end):
                    return lead, False
                else:
                    label = True
        spans = sentences(text, start, end=end, most=2)
        if not spans:
            return end, label
        stop = self._listed(text, start, spans[0][1])
        colon = _LABEL.match(text, start, stop)
        label = label or (colon is not None and self._sentence_follows(text, colon.end(), stop))
        if (
            colon is not None
            and lead <= start
            and self._instructs(colon[1])
            and colon[1].count(" ") >= 4
            and (text[colon.end()].isupper() or stop - colon.end() > 2 * (colon.end() - start))
        ):
            return colon.end(1), False
        named = 0 < lead <= start
        if (label or named) and extend and len(spans) > 1 and stop - start < 120:
            after = colon.end() if colon else start
            second = text[spans[1][0] : spans[1][1]]
            if not self._acts(text[after:stop]) and (self._acts(second) or (named and self._lacks(second))):
                stop = spans[1][1]
        return stop, label

    def _listed(self, text: str, start: int, stop: int) -> int:
        """Before the second of several works that semicolons part, in a long sentence."""
        if has_cjk(text[start : start + _SHORT]):
            parts = _WIDE_SEMICOLON.search(text, start + _SHORT // 2, stop)
            return parts.start() if parts and stop - start > _LONG // 2 else stop
        if stop - start < _LONG:
            return stop
        for match in _SEMICOLON.finditer(text, start + _SHORT, stop):
            words = words_of(text[match.end() : stop][:80])
            if self._vocabulary.verbs.form(words.tokens[0]) is Form.BASE:
                return match.start()
        return stop

    def _promised(self, text: str, start: int, end: int) -> bool:
        """Whether the next sentence promises or demands the work that the words before it only name."""
        told = sentences(text, start, end=end, most=1)
        words = [words_of(text[first:last][:300]) for first, last in told]
        return any(self._judge.promises(one) or self._judge.act(one) is Act.OBLIGES for one in words)

    def _sentence_follows(self, text: str, start: int, end: int) -> bool:
        """Whether what follows a label is a sentence of its own, not an explanation of it."""
        rest = text[start:end].lstrip(" \"“'`({")
        if not rest:
            return False
        words = words_of(rest[:80])
        told = self._instructs(rest[:80]) or (words.tokens[0] in _RULE and self._judge.instructs(words))
        told = told or self._judge.states_work(words_of(rest[:_SAID]))
        return rest[0].isupper() or told or words.unspaced

    def _is_mere(self, text: str, start: int, lead: int, after: int, end: int) -> bool:
        """Whether bold words, which a dash or colon ends, are a mere label of the sentence behind it."""
        own = len(text[start:lead].rstrip(" :：").split())
        if ":" not in text[lead - 1 : after]:
            return self._own(text[start:lead]) < _NAME and self._named(text[start:lead], text[after:end])
        if words_of(text[start:lead]).tokens[-1].isdigit() and self._refers(text[start:lead]):
            return True
        if not self._sentence_follows(text, after, end):
            return own == 1 and self._bare(text[start:lead], text[after:end])
        if own >= _NAME and self._orders(text[start:lead]):
            return False
        told = sentences(text, after, end=end, most=1)
        if own > 1 and self._instructs(text[start:lead]):
            acts = self._tells if own >= _COMPLETE else self._acts
        elif own >= _NAME:
            acts = self._acts
        else:
            return True
        return any(acts(text[first:last]) for first, last in told)

    def _own(self, text: str) -> int:
        return own_words(words_of(text), self._vocabulary.particles)

    def _refers(self, label: str) -> bool:
        """Whether a label only points to something numbered elsewhere: "Automate lesson 1"."""
        return not self._vocabulary.referents.isdisjoint(words_of(label).tokens[-2:-1])

    def _bare(self, label: str, rest: str) -> bool:
        """Whether one word says too little without what follows it, which gives no reason."""
        words = words_of(rest[:_SAID])
        return not self._instructs(label) and not (
            self._judge.looks_back_on(words) or self._judge.subordinate(words) or self._judge.remarks(words)
        )

    def _named(self, label: str, rest: str) -> bool:
        """Whether one or two words only say what the instruction behind a dash is about."""
        names = not self._instructs(label) or not self._vocabulary.particles.isdisjoint(
            words_of(label).tokens[1:2]
        )
        return names and rest[:1].islower() and self._judge.instructs(words_of(rest[:80]))

    def _instructs(self, text: str) -> bool:
        tokens = words_of(text).tokens
        form = self._vocabulary.verbs.form(tokens[0])
        return form in (Form.BASE, Form.ING, Form.PAST) or self._vocabulary.infinitive(tokens)

    def _orders(self, label: str) -> bool:
        """Whether a label is a rule for everybody, and complete: "Always keep a spare disk"."""
        return words_of(label).tokens[0] in self._vocabulary.rules

    def _tells(self, text: str) -> bool:
        words = words_of(text[:300])
        return words.unspaced or self._judge.instructs(words) or self._judge.conditional(text, words)

    def _acts(self, text: str) -> bool:
        words = words_of(text[:300])
        vocabulary = self._vocabulary
        if "we" in words.tokens[:6] or self._tells(text):
            return True
        return (
            self._judge.states_work(words)
            or vocabulary.announce.inside(words)
            or vocabulary.oblige.inside(words)
            or self._judge.foretells(words)
        )

    def _lacks(self, text: str) -> bool:
        """Whether a sentence says what is missing or wrong: "There is no alert for it."."""
        return self._vocabulary.defects.inside(words_of(text[:300]))

    def _rest(self, text: str, start: int, end: int, notes: Notes) -> None:
        """States and owners told in the sentences behind the title."""
        if start >= end or (
            text.find("@", start, end) < 0 and not self._vocabulary.states.inside(words_of(text[start:end]))
        ):
            return
        for first, last in sentences(text, start, end=end, most=TOLD):
            words = words_of(text[first:last])
            hit = self._vocabulary.states.start(words)
            if (
                hit is not None
                and len(words.tokens) <= 10
                and (hit.value is not State.OPEN or len(words.tokens) <= 3)
            ):
                notes.mark(hit.value)
            if text[first] == "@":
                self._subjects.strip(text, first, last, notes)

    def _polish(self, title: str, notes: Notes, *, labelled: bool = False) -> str:
        """Without framing, quotes around all of it, stray signs and double spaces."""
        title = " ".join(title.replace("{{", " ").replace("}}", " ").split()).strip(_EDGE)
        title = _unbracketed(title)
        words = words_of(title[:80])
        hit = self._vocabulary.framing.start(words)
        if hit is not None and not labelled:
            spans = list(_WORD.finditer(title[:120]))
            if hit.size < len(spans):
                at = spans[hit.size].start()
                title = title[at:] if len(title) - at > 8 else title
        while len(title) > 2 and title[0] in "\"“'«" and title[-1] in "\"”'»" and title.count(title[0]) <= 2:
            title = title[1:-1].strip()
        for opening, closing in (('"', '"'), ("“", "”")):
            if (
                title.startswith(opening)
                and title.count(opening) + title.count(closing) * (opening != closing) == 1
            ):
                title = title[1:]
        return title


def _without(text: str, start: int, end: int, cuts: list[tuple[int, int]]) -> str:
    parts, at = [], start
    for first, last in cuts:
        if first >= at and last <= end:
            parts.append(text[at:first].rstrip())
            at = last
    parts.append(text[at:end])
    if len(parts) < 2:
        return parts[0]
    kept = [part for part in parts if part.strip()]
    return "".join(
        part if at == 0 or part[0] in ":;,." else " " + part.lstrip() for at, part in enumerate(kept)
    )


def _before_remark(text: str, start: int, end: int) -> int:
    """Before brackets at the end that say more than the words before them: they explain."""
    last = len(text[start:end].rstrip(" .。")) + start
    opening = {")": "(", "）": "（"}.get(text[last - 1 : last], "")
    told = sentences(text, start, end=end, most=2) if opening else []
    if not told:
        return end
    start = told[-1][0]
    at = text.find(opening, start, last)
    least = _REMARK // 3 if has_cjk(text[start:at]) else _REMARK
    if at > start + _NAMED and text.startswith(_MEANING, at + 1):
        least = _SHORT
    return at if at > start + _NAMED and last - at > max(least, at - start) else end


def _unbracketed(title: str) -> str:
    """``title`` without a closing bracket that nothing opened."""
    while (
        title
        and title[-1] in ")]}"
        and title.count(title[-1]) > title.count({")": "(", "]": "[", "}": "{"}[title[-1]])
    ):
        title = title[:-1].rstrip()
    return title
