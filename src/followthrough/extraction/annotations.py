"""Understands annotations: "owner: Sam", "TODO due 2026-05-21", "P1", "✅", "fixed by #12"."""

from __future__ import annotations

import re
from itertools import islice

from followthrough.model import State
from followthrough.references import find, is_ticket_url

from .notes import Notes
from .owners import name_like, nick
from .parts import EDGES, FOLLOWING, behind, parted
from .phrases import Words, words_of
from .states import MARK, MARKS, state_of
from .together import Together
from .values import REMARKED, Setting
from .vocabulary import Label

_LABELLED = re.compile(r"\s*+([^\W\d_][^:=：]{0,30}?)\s{0,30}+(?:::|[:=：])\s*+(\S.*)", re.DOTALL)
_SECOND = re.compile(r"(?:[,;|]\s*|\.\s+)[^\W\d_][^:,;|.]{0,30}[:：]\s")
_NEXT = re.compile(r"[,;|•·]\s*[^\W\d_]")
_NEXT_PART = re.compile(
    r"(?<!\s)\s*+(?:[,;|•·]\s++|[、，；]\s*+)|(?<!\s)\s++(?:-\s++|(?=(?:by|due|until)\s))"
)
_INITIAL = re.compile(r"\s[A-Z]\.\s*$")
_TOLD = re.compile(r"(@?[^\W\d_][\w.'-]{0,30})\s(?:to\s|will\s)?(?=[^\W\d_])")
_LONGEST = 300
"""Characters; what is longer says more than an annotation does."""
_EFFORT = 40
"""Parts that are read for one item; of published measures none took more than 16."""
_OWNERS = 12
"""Joints behind an owner that are looked at."""
_LABEL, _JOINT = 80, 40
"""Characters that a label, or what parts two annotations, has at most."""
_FEW = 8
"""Words of a remark that tells somebody what to do."""
_AROUND = 5
"""Characters beside the tickets behind a state."""
_NOUN = 3
_ENDS = ("complete", "completed", "done", "finished")
"""How a remark ends that says what of the work is done: "Inspection complete"."""
OPEN_STATES = (State.OPEN, State.IN_PROGRESS, State.BLOCKED)


class Reader(Together):
    """Understands annotations."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._refused: set[tuple[str, bool, bool, bool]] = set()
        """Chunks of this document that are none: the same one is offered more than once."""
        self._most, self._read = setting.most, 0
        """Parts that are read of this document, and that were read so far."""

    @property
    def exhausted(self) -> bool:
        """Whether the document has more remarks than are read."""
        return self._read > self._most

    def take(
        self, chunk: str, notes: Notes, *, tag: bool = False, names: bool = True, alone: bool = False
    ) -> bool:
        """Whether ``chunk`` is nothing but annotations; if so they are in ``notes``.

        ``tag`` says that it stands in brackets or in bold before the words, where one word is enough;
        ``names`` that a mere name beside a date is an owner; ``alone`` that one without a date is, if it
        certainly is somebody's.
        """
        key = (chunk, tag, names, alone)
        if len(chunk) > _LONGEST or key in self._refused or notes.effort > _EFFORT or self.exhausted:
            return False
        before = self._read
        taken = self._taken(chunk, notes, tag, names, alone)
        notes.effort += self._read - before
        if not taken:
            self._refused.add(key)
        return taken

    def _taken(self, chunk: str, notes: Notes, tag: bool, names: bool, alone: bool) -> bool:
        found = Notes()
        if not self._whole(chunk, found, tag):
            parts = parted(chunk)
            known = parts == [chunk]
            if not known:
                found = Notes()
            if not self._together(parts, found, tag, names, alone, known=known):
                return False
        self.merge(found, notes)
        return True

    def label(self, label: Label, value: str, notes: Notes) -> bool:
        """Takes the value of a labelled part or of a table's cell."""
        vocabulary = self.vocabulary
        value = self._first(value, notes)
        if label is Label.OWNER:
            notes.own(self._peeled(value, notes), vocabulary)
        elif label is Label.DUE:
            self.deadline(value, notes)
        elif label is Label.PRIORITY:
            notes.priority = notes.priority or self.priority(value) or value.strip(EDGES) or None
        elif label is Label.STATE:
            notes.mark(self.state(value))
            for hit in find(value, vocabulary.not_keys):
                if hit.sure:
                    notes.refer(hit.text, hit.url)
        elif label is Label.TICKET:
            for hit in find(value, vocabulary.not_keys):
                notes.refer(hit.text, hit.url)
        elif label is Label.KIND:
            notes.kind = notes.kind or self.kind(value)
        else:
            return label is Label.NOTE
        return True

    def _whole(self, part: str, notes: Notes, tag: bool) -> bool:
        """Whether all of ``part`` is one annotation."""
        self._read += 1
        text = part.strip(EDGES).strip("`'\"“”")
        if part.rstrip()[-1:] == "." and _INITIAL.search(part):
            text += "."
        match = None if text.isascii() else MARK.match(text)
        if match and not text[match.end() :].strip(EDGES + "\ufe0f"):
            notes.mark(MARKS[match[0]])
            return True
        if match:
            text = text[match.end() :].strip(EDGES + "\ufe0f")
        words = words_of(text)
        if not words.folded or words.folded in self.vocabulary.residue:
            if match:
                notes.mark(MARKS[match[0]])
            return not text or bool(words.folded)
        return (
            self._labelled(text, words, notes)
            or self._spanned(text, words, notes)
            or self._plain(text, words, notes, tag)
            or self._since(text, notes)
            or self._remark(text, words, notes)
        )

    def _labelled(self, text: str, words: Words, notes: Notes) -> bool:
        match = _LABELLED.fullmatch(text) if ":" in text or "：" in text or "=" in text else None
        if match and _SECOND.search(match[2]):
            return False
        if match:
            label_words = words_of(match[1]).folded
            if self._ended(label_words, match[2], notes):
                return True
            label = self.vocabulary.labels.exact.get(label_words)
            if label is None or label in (Label.ACTION, Label.NUMBER, Label.NOTE):
                return False
            if label is Label.PRIORITY and "," in match[2]:
                return False
            return self.label(label, match[2], notes)
        hit = self.vocabulary.labels.start(words)
        if hit is not None and hit.value is Label.DUE:
            value = text[hit.size :].lstrip(EDGES) if words.unspaced else behind(text, hit.size)
            if words_of(value).folded in self.dates.unknown:
                return True
            found = self.dates.deadline(value, self.base)
            if found and len(value) - len(found.words) > 25:
                found = self.dates.deadline(text, self.base)
            if (
                found
                and len(text) - (found.end - found.start) <= 25
                and not _NEXT.search(text[: found.start] + text[found.end :])
            ):
                notes.due, notes.due_text = found.day, found.words
                return True
        if hit is not None and hit.value is Label.OWNER and hit.size < len(words.tokens):
            name = text.split(None, hit.size)[-1] if len(text.split(None, hit.size)) > hit.size else ""
            named = name_like(name, self.vocabulary) or nick(name, self.vocabulary, self.people)
            return named and notes.own(name, self.vocabulary)
        return False

    def _ended(self, named: str, value: str, notes: Notes) -> bool:
        """Whether a state stands in front of nothing but tickets: "done: #41"."""
        state = self.vocabulary.states.exact.get(named)
        hits = find(value, self.vocabulary.not_keys) if state is not None else []
        if not hits or len(value) - sum(hit.end - hit.start for hit in hits) > _AROUND:
            return False
        notes.mark(state)
        for hit in hits:
            notes.refer(hit.text, hit.url)
        return True

    def _spanned(self, text: str, words: Words, notes: Notes) -> bool:
        """A deadline that no calendar knows: "next sprint"."""
        if notes.due_text is not None or not self.dates.unspecified(text, words):
            return False
        notes.due_text = text
        return True

    def _first(self, value: str, notes: Notes) -> str:
        """``value`` up to the next label on its line: "Sam   Status: done"."""
        for match in FOLLOWING.finditer(value, max(0, len(value) - _LONGEST - _LABEL)):
            at, labels = match.start(1), self.vocabulary.labels.exact
            label = labels.get(words_of(match[1]).folded)
            if label is None and " " in match[1]:  # the last word of a name stands in front of it
                at += match[1].rindex(" ") + 1
                label = labels.get(words_of(value[at : match.end(1)]).folded)
            if label in (None, Label.ACTION, Label.NUMBER) or not self.take(value[at:], notes):
                continue
            return value[:at].rstrip()
        return value

    def _peeled(self, value: str, notes: Notes) -> str:
        """An owner without what stands behind the name: "Sam, due 2026-12-01", "Sam (done)"."""
        remark = REMARKED.fullmatch(value.strip())
        if remark:
            value = f"{remark[1]}, {remark[2]}" if self._beside(remark[2]) else value
        # What is longer is no annotation: it is not even looked at.
        joints = _NEXT_PART.finditer(value, max(0, len(value) - _LONGEST - _JOINT))
        for match in islice(joints, _OWNERS):
            inner = self._beside(value[match.end() :])
            if inner is not None:
                self.merge(inner, notes)
                return value[: match.start()]
        return value

    def _beside(self, rest: str) -> Notes | None:
        """What stands beside an owner, if it is an annotation and no second name."""
        inner = Notes()
        day = self.day(rest.strip(EDGES))
        if day is not None:
            inner.due, inner.due_text = day, rest.strip(EDGES)
        elif not self.take(rest, inner, names=False) or inner.owner:
            return None
        return inner

    def _since(self, text: str, notes: Notes) -> bool:
        """The day on which it was done, in front of the word for it: "2026-05-14 done"."""
        dated = self.dates.absolute(text, self.base) if text[:1].isdigit() else None
        if dated is None or dated.start > 0:
            return False
        state = self.vocabulary.states.exact.get(words_of(text[dated.end :]).folded)
        if state in (None, *OPEN_STATES):
            return False
        notes.mark(state)
        return True

    def _remark(self, text: str, words: Words, notes: Notes) -> bool:
        """``TODO due 2026-05-21``, ``DONE 2026-05-14``, ``DEFERRED P2``, ``fixed by pinning it``."""
        vocabulary = self.vocabulary
        state = vocabulary.states.start(words)
        if state is not None and state.size >= 3:
            notes.mark(state.value)
            return True
        if state is not None and state.size < len(words.tokens):
            rest = text
            for _ in range(state.size):
                rest = re.sub(r"^[\W_]*[^\W_]+", "", rest, count=1)
            inner = Notes()
            dated = self.dates.absolute(rest, self.base)
            if dated and len(rest.strip(EDGES)) - len(dated.words) <= 5 and state.value not in OPEN_STATES:
                notes.mark(state.value)
                return True
            if self._whole(rest, inner, True) or (dated and len(rest.strip(EDGES)) - len(dated.words) <= 5):
                if dated and not inner.due_text:
                    inner.due, inner.due_text = dated.day, dated.words
                notes.mark(state.value)
                self.merge(inner, notes)
                return True
        ended = len(words.tokens) <= _NOUN and words.tokens[-1] in _ENDS
        if ended or vocabulary.outcomes.start(words):
            notes.mark(state_of(text, vocabulary) if ended else State.DONE)
            for hit in find(text, vocabulary.not_keys):
                notes.refer(hit.text, hit.url)
            return True
        if vocabulary.filings.start(words):
            found = find(text, vocabulary.not_keys)
            for hit in found:
                notes.refer(hit.text, hit.url)
            return bool(found)
        told = _TOLD.match(text) if len(words.tokens) <= _FEW else None
        if told and self._told(told[1], text[told.end() :]):
            return notes.own(told[1], vocabulary)
        return self._shouted(text, words, notes)


def ticket_link(url: str, text: str, not_keys: frozenset[str]) -> str | None:
    """How a link to a ticket is noted: by its text where that is a reference, else by its address."""
    if not is_ticket_url(url):
        return None
    inner = find(text, not_keys) if text != url else ()
    return inner[-1].text if inner and inner[-1].url is None else url
