"""Measures outside any section of measures: labelled ones, and promises in running text.

Both are looked for in the document's bytes first, so that most paragraphs are never read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from followthrough.documents.blocks import BlockKind
from followthrough.model import Kind

from .bodies import OPEN_ROLES
from .candidates import Candidate, Room
from .judging import Judge
from .lines import line_spans, separate_lines
from .phrases import words_of
from .prose import Prose
from .sections import Outline, Section
from .vocabulary import Role, Vocabulary
from .wording import Wording

_ARROWS = ("→", "⇒", "➔", "➜", "➡", "»", "•", "–", "—")
_STATED = re.compile(
    rb"\n[ \t>*+-]{0,6}(?:\*\*|__|<strong>|<b>)(?:TODO|DONE|WIP)[:.]?(?:\*\*|__|</strong>|</b>)[ \t:]{1,3}\w"
)
"""A state in capitals and bold in front of a paragraph."""
_PARTED = re.compile(r"(?:\)[,;]|;)\s(?=[^\W\d_])")
_SPACE = r"['’\s]{1,3}"
_CLOSED_ROLES = (Role.TIMELINE, Role.ASIDE, Role.INSTRUCTION)


class Patterns:
    """What to look for in bytes; made once a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.labels = (_inline(vocabulary), *_behind(vocabulary))
        self.lines = _lines(vocabulary)
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
                found.append(
                    Candidate(index, wording, section, f'labelled "{wording.text.split()[0].strip(":")}"')
                )
            else:
                found.extend(self._labelled(index, section, most))

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
            why = f'labelled "{label[1]}"'
            each = self._listed(wording, label.end(), end) or self._enumerated(wording.text, label.end(), end)
            each = each or [(label.start(1), end)]
            for first, last in each:
                candidate = Candidate(index, wording, section, why, first, last)
                candidate.notes.kind = self._kind(label[1])
                found.append(candidate)
            if end == len(wording.text):
                self._reported(index, found[-1])
        return found

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

    def _reported(self, index: int, candidate: Candidate) -> None:
        """A bullet right below may tell that it is done."""
        after = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        if after is not None and after.kind is BlockKind.ITEM and after.own.end - after.own.start < 400:
            words = words_of(after.text)
            hit = self.vocabulary.states.start(words)
            if hit is not None:
                candidate.notes.mark(hit.value)

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
            if (
                section.role in (*OPEN_ROLES, Role.SUMMARY)
                and block.kind is BlockKind.PARAGRAPH
                and not block.quoted
            ):
                found.extend(self.prose.promises(index, block, section))
        return found


def _labels(vocabulary: Vocabulary) -> str:
    """Labels such as "Action:", with a number or not."""
    words = _trie(sorted(vocabulary.inline.exact), r"[ -]?", longest=True)
    return rf"\[?({words}s?)\]?[ \t]?(?:\d{{1,2}})?[ *_]{{0,3}}[:：]"


def _inline(vocabulary: Vocabulary) -> re.Pattern[bytes]:
    """Such labels at the start of a line, in the document's bytes."""
    signs = "|".join(_ARROWS)
    return re.compile(
        rf"\n(?:[ \t>*_+#=-]|{signs}){{0,8}}{_labels(vocabulary)}".encode(),
        re.IGNORECASE,
    )


def _behind(vocabulary: Vocabulary) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Such labels behind a sentence, where they start with a capital letter, and behind an arrow or a dash.

    Two patterns, as each of them is looked for by its first character, which halves the time.
    """
    words = set(vocabulary.inline.exact)
    spelled = {form for word in words for form in (word.capitalize(), word.upper())}
    loud, plain = (_trie(sorted(forms), " ", longest=True) for forms in (spelled, spelled | words))
    ends = r"s?[*_]{0,3}[:：]"
    return (
        re.compile(rf"[.!?)] [*_]{{0,2}}{loud}{ends}".encode()),
        re.compile(rf"(?:–|—|→|=>) [*_]{{0,2}}{plain}{ends}".encode()),
    )


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
