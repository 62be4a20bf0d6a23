"""Measures outside any section of measures: labelled ones, and promises in running text.

Both are looked for in the document's bytes first, so that most paragraphs are never read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from followthrough.documents.blocks import BlockKind
from followthrough.model import Kind

from .acts import FIELD, FIELD_END, Act
from .bodies import OPEN_ROLES
from .calls import NAMED, Calls
from .candidates import Candidate, Room
from .judging import Judge
from .lines import line_spans, separate_lines
from .phrases import words_of
from .prose import Prose
from .remedies import reported
from .sections import Outline, Section
from .vocabulary import Role, Vocabulary
from .wording import Wording

_ARROWS = ("→", "⇒", "➔", "➜", "➡", "»", "•", "–", "—")
_STATED = re.compile(
    rb"[\n>][ \t>+-]{0,6}(?:\*{1,3}|__|'''|<strong>|<b>)(?:TODO|DONE|WIP)[:.]?"
    rb"(?:\*{1,3}|__|'''|</strong>|</b>)[ \t:]{1,3}\w"
)
"""A state in capitals and bold in front of a paragraph."""
_PARTED = re.compile(r"(?:\)[,;]|;)\s(?=[^\W\d_])")
_STORY = (Role.TIMELINE, Role.CAUSE, Role.IMPACT, Role.SUMMARY)
_AHEAD = 40
"""Characters in front of a promise in which it may be said that it looks ahead."""
_CLOSED_ROLES = (Role.TIMELINE, Role.ASIDE, Role.INSTRUCTION)


class Patterns:
    """What to look for in bytes; made once a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.labels = (*_inline(vocabulary), *_behind(vocabulary))
        self.lines = _lines(vocabulary)
        self.calls = Calls(vocabulary)
        self.promises = _promise(vocabulary)


class Loose:
    """Looks through one document."""

    def __init__(
        self, outline: Outline, vocabulary: Vocabulary, judge: Judge, prose: Prose, patterns: Patterns
    ) -> None:
        self.document = outline.document
        self.outline = outline
        self.blocks = outline.blocks
        self.vocabulary = vocabulary
        self.judge = judge
        self.prose = prose
        self.patterns = patterns

    def labelled(self, found: list[Candidate], most: int) -> None:
        """Adds what a label such as "Action:" introduces to what is ``found`` already."""
        room = Room(most)
        known = {item.block for item in found}
        headings = (item for item in found if self.blocks[item.block].kind is BlockKind.HEADING)
        known.update(index for item in headings for index in item.below)
        stated = {
            index: section
            for index, section in self._hits(_STATED)
            if self.blocks[index].kind is BlockKind.PARAGRAPH
        }
        hits = stated | {
            index: section for pattern in self.patterns.labels for index, section in self._hits(pattern)
        }
        for index, section in sorted(hits.items()):
            if room.exceeded(found):
                break
            block = self.blocks[index]
            listed = section.role is Role.MEASURES and block.kind is not BlockKind.PARAGRAPH
            if section.role in _CLOSED_ROLES or listed or index in known:
                continue
            if block.quoted or block.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM):
                continue
            if index in stated:
                wording = Wording(block.own.runs)
                if not wording.lead() and wording.text[:2] not in ("**", "__"):
                    continue
                found.append(
                    Candidate(index, wording, section, f'labelled "{wording.text.split()[0].strip(":")}"')
                )
            else:
                found.extend(self._labelled(index, section, most) or self._called(index, section))

    def _labelled(self, index: int, section: Section, most: int) -> list[Candidate]:
        """One measure for each line of a block that such a label opens."""
        wording = Wording(self.blocks[index].own.runs)
        labels = list(self.patterns.lines.finditer(wording.broken))
        if not labels:  # the label's bytes belong to another block, such as a heading in an item
            return []
        ends = [label.start() for label in labels[1:]] + [len(wording.text)]
        found: list[Candidate] = []
        room = Room(most)
        for label, end in zip(labels, ends, strict=True):
            if room.exceeded(found):
                break
            rest = wording.text[label.end() : end]
            words = words_of(rest)
            if not rest.strip() or self.judge.hollow(rest, words) or self.judge.about_report(words):
                continue
            if self.judge.act(words) is Act.REPORTS and self._lists_parts(index):
                continue
            why = f'labelled "{label[1]}"'
            each = self._listed(wording, label.end(), end) or self._enumerated(wording.text, label.end(), end)
            each = each or [(label.start(1), end)]
            for first, last in each:
                candidate = Candidate(index, wording, section, why, first, last)
                candidate.notes.kind = self._kind(label[1])
                found.append(candidate)
            if end == len(wording.text):
                reported(self.blocks, index, self.vocabulary, found[-1])
        return found

    def _called(self, index: int, section: Section) -> list[Candidate]:
        """The measures that labels in the midst of a text call on somebody for."""
        wording = Wording(self.blocks[index].own.runs)
        found = []
        for call in self.patterns.calls.read(wording.broken):
            text = wording.text[call.start : call.end]
            words = words_of(text)
            if not text.strip() or self.judge.hollow(text, words) or self.judge.about_report(words):
                continue
            why = f'labelled "{call.label}"'
            candidate = Candidate(index, wording, section, why, call.start, call.end)
            if call.owner is not None:
                candidate.notes.own(call.owner, self.vocabulary)
            found.append(candidate)
        return found

    def _lists_parts(self, index: int) -> bool:
        """Whether the element above it is called as a part of a report is: "Timeline: ..."."""
        above = self.blocks[index - 1] if index else None
        if above is None or (above.list_id, above.kind) != (self.blocks[index].list_id, BlockKind.ITEM):
            return False
        label = FIELD.match(above.text[:FIELD_END])
        return label is not None and self.outline.headings.read(label[1]).role in _STORY

    def _listed(self, wording: Wording, start: int, end: int) -> list[tuple[int, int]]:
        """The lines below a label that stands alone, or in front of a line that introduces them."""
        lines = wording.broken
        spans = line_spans(lines, start, end)
        if spans and "\n" not in lines[start : spans[0][0]]:
            if not lines[spans[0][0] : spans[0][1]].endswith((":", "：")):
                return []
            spans = spans[1:]
        while spans and lines[spans[-1][0] : spans[-1][1]].endswith((":", "：")):
            spans.pop()
        return spans if len(spans) > 1 and separate_lines(lines, spans, self.judge) else []

    def _enumerated(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Works behind a label that brackets and commas part: "add a test (QA-8), drop the cache (QA-9)"."""
        starts = [start, *(match.end() for match in _PARTED.finditer(text, start, end))]
        spans = list(zip(starts, [*starts[1:], end], strict=True))
        acting = all(self.judge.instructs(words_of(text[first:last][:80])) for first, last in spans)
        return spans if len(spans) > 1 and acting else []

    def _kind(self, label: str) -> Kind | None:
        """The kind that a label such as "Preventive action:" states."""
        hit = self.vocabulary.kinds.start(words_of(label))
        return hit.value if hit is not None else None

    def _hits(self, pattern: re.Pattern[bytes]) -> list[tuple[int, Section]]:
        """The blocks in which ``pattern`` is found, with their sections."""
        found: list[tuple[int, Section]] = []
        index = 0
        blocks = self.blocks
        where: list[Section] | None = None
        for match in pattern.finditer(self.document.data):
            if where is None:
                where = self.outline.by_block()
            while index < len(blocks) and blocks[index].own.end <= match.start() + 1:
                index += 1
            if (
                index < len(blocks)
                and blocks[index].start <= match.end()
                and (not found or found[-1][0] != index)
            ):
                found.append((index, where[index]))
        return found

    def promised(self) -> list[Candidate]:
        """Promises in running text, for a document without any other measure."""
        found: list[Candidate] = []
        for index, section in self._hits(self.patterns.promises):
            block = self.blocks[index]
            if block.kind is not BlockKind.PARAGRAPH or block.quoted:
                continue
            if section.role in (*OPEN_ROLES, Role.SUMMARY):
                found.extend(self.prose.promises(index, block, section))
            elif section.role is Role.TIMELINE:
                found.extend(self._onward(self.prose.promises(index, block, section)))
        return found

    def _onward(self, promises: list[Candidate]) -> list[Candidate]:
        """Those with which a story of what happened ends: "Moving forward, we will ..."."""
        onward = self.vocabulary.onward
        for at, item in enumerate(promises):
            before = item.wording.text[max(0, item.start - _AHEAD) : item.start].rpartition(". ")[2]
            if onward.inside(words_of(before)) or onward.start(words_of(item.words)) is not None:
                return promises[at:]
        return []


def _words(vocabulary: Vocabulary) -> str:
    return _trie(sorted(vocabulary.inline.exact), "(?:[ -]|\u00a0)?", longest=True)


def _labels(vocabulary: Vocabulary) -> str:
    """Labels such as "Action:", with a number or not."""
    return rf"\[?({_words(vocabulary)}s?)\]?[ \t]?(?:\d{{1,2}})?(?:[ *_']{{0,3}}|</[a-z]{{1,6}}>)[:：]"


def _inline(vocabulary: Vocabulary) -> list[re.Pattern[bytes]]:
    """Such labels and calls where a line, or what a tag encloses, starts, in the bytes of a document."""
    signs = "|".join(_ARROWS)
    closed = r"(?:[ *_']{0,3}|</[a-z]{1,6}>)"
    ends = rf"\][ *_:]|[ \t]?(?:\d{{1,2}})?{closed}(?:[:：(@]|[–—-] )|[ *_]{{0,3}}(?:for |(?-i:{NAMED}))"
    words = list(vocabulary.inline.exact)
    first = _firsts([*words, *map(str.upper, words)])
    label = first + rf"(?:{_words(vocabulary)})s?(?:{ends})".encode()
    # One byte each in front: it is looked for quicker than one of two.
    return [
        re.compile(
            front + rf"(?:[ \t>*_+#='-]|{signs}){{0,8}}\[?".encode() + label,
            re.IGNORECASE,
        )
        for front in (rb"\n", rb">")
    ]


def _behind(vocabulary: Vocabulary) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Such labels behind a sentence or a bracket, where they start with a capital letter, and arrows."""
    words = sorted(vocabulary.inline.exact, key=len, reverse=True)
    spelled = [form for word in words for form in (word.capitalize(), word.upper())]
    loud = "|".join(map(re.escape, spelled))
    plain = "|".join(map(re.escape, words))
    called = rf"s?\]?[*_]{{0,3}} ?(?:[:：(@]|[–—-] |for |{NAMED})"
    ends = r"s?[*_]{0,3}[:：]"
    # What stands in front is one class of bytes, the last ones of arrows: so it is looked for quickly.
    return (
        re.compile(rb"[.!?()>][ *_\['\xc2\xa0]{0,5}" + _firsts(spelled) + rf"(?:{loud}){called}".encode()),
        re.compile(
            rb"[\x92-\x94>] [*_]{0,2}" + _firsts([*words, *spelled]) + rf"(?:{loud}|{plain}){ends}".encode()
        ),
    )


def _firsts(words: Sequence[str]) -> bytes:
    """A look at the first byte, which spares most places the words themselves."""
    found = sorted({word.encode()[0] for word in words})
    return b"(?=[" + b"".join(b"\\x%02x" % byte for byte in found) + b"])"


def _lines(vocabulary: Vocabulary) -> re.Pattern[str]:
    """The same in a block's text."""
    return re.compile(
        rf"(?:^[ \t>*_+#=\[{''.join(_ARROWS)}-]{{0,8}}|(?<=[.!?)–—→]) ){_labels(vocabulary)}",
        re.IGNORECASE | re.MULTILINE,
    )


def _promise(vocabulary: Vocabulary) -> re.Pattern[bytes]:
    """Promises in the document's bytes, spelled as in the vocabulary: folded words have no accents."""
    lists = vocabulary.lists.get("words", {})
    phrases = (*lists.get("announce", ()), *lists.get("purposes", ()), *lists.get("at_work", ()))
    spelled = {" ".join(re.split(r"[\s'’]+", phrase)) for phrase in phrases}
    return re.compile(rf"(?<![a-z])(?:{_trie(sorted(spelled), _SPACE)})".encode(), re.IGNORECASE)


_SPACE = "['’\u00a0\u202f\\s]{1,3}"


def _trie(phrases: Sequence[str], space: str, *, longest: bool = False) -> str:
    """A pattern for one of ``phrases``, all different, that tries each character once.

    Of two that begin alike it finds the shorter one, or the longer one if it is the ``longest`` that counts.
    """
    found: dict[str, list[str]] = {}
    for phrase in phrases:
        found.setdefault(phrase[:1], []).append(phrase[1:])
    ends = found.pop("", None) is not None
    if ends and not longest:
        return ""
    parts = [
        (space if first == " " else re.escape(first)) + _trie(rest, space, longest=longest)
        for first, rest in found.items()
    ]
    grouped = f"(?:{'|'.join(parts)})" if len(parts) > 1 or (ends and parts) else "".join(parts)
    return grouped + "?" if ends and parts else grouped
