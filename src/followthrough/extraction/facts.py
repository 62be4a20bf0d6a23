"""Labelled facts about the incident: lines, bullets, table rows, headings and front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from followthrough.documents.blocks import Block, BlockKind

from .phrases import Words, words_of
from .sections import Outline, Section
from .vocabulary import Fact, Role, Vocabulary

_FIELD = re.compile(r"[\W_]{0,6}([^\W\d_][^:：\n|\d]{0,40}?)[\s*_]{0,20}[:：][\s*_]*+(\S.*)")
_LABEL = re.compile(r"[\W_]{0,6}([^\W\d_][^:：\n|\d]{0,40}?)[\s*_]{0,20}[:：]")
_WIDE_COLON = "：".encode()
_DATED = re.compile(rb"\d{4}-\d")
_START = re.compile(r"[\W_]{0,6}((?:[^\W\d_]+\s){1,3})(?=\W?\d{1,4}[-/. :])")
_ROLES = (Role.NEUTRAL, Role.TITLE, Role.SUMMARY)
_SCANNED = 150
"""At most so many blocks are looked at: facts stand at the top, or in a summary."""
_LONG = 2000
_BREAK = re.compile(r"<br\s*/?>|\n|\s\|\s", re.IGNORECASE)


def _flat(value: object) -> str:
    """A value of front matter as one line."""
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value if not isinstance(part, Mapping))
    return "" if value is None or isinstance(value, Mapping) else str(value)


class Facts:
    """What the labelled parts of a document say. The first value of each fact counts."""

    def __init__(self, outline: Outline, vocabulary: Vocabulary) -> None:
        self.values: dict[Fact, str] = {}
        self.people: list[str] = []
        """Everybody whom the document calls its author, reviewer and so on."""
        self._outline = outline
        self._blocks = outline.blocks
        self._vocabulary = vocabulary
        self._front(outline.document.metadata)
        self._scan()
        self._sections()

    def get(self, fact: Fact) -> str | None:
        """The value as written."""
        return self.values.get(fact)

    def _front(self, metadata: Mapping[str, Any]) -> None:
        for key, value in metadata.items():
            for fact in self._facts(words_of(str(key))):
                self._set(fact, _flat(value))

    def _facts(self, words: Words) -> list[Fact]:
        fact = self._vocabulary.facts.exact.get(words.folded)
        return [] if fact is None else [fact]

    def _set(self, fact: Fact, value: str) -> None:
        value = " ".join(value[:_LONG].split()).strip(" *_")
        if fact is Fact.AUTHORS and len(value) < 200:
            self.people.append(value)
        if value and fact not in self.values:
            self.values[fact] = value

    def _scan(self) -> None:
        left = _SCANNED
        for section in self._outline.sections:
            events = section.role is Role.TIMELINE and not section.real
            if section.role not in _ROLES and not events and not section.tail:
                continue
            for index in self._of(section):
                left -= 1
                if left < 0:
                    return
                self._block(self._blocks[index], section)

    def _of(self, section: Section) -> Iterator[int]:
        if section.tail:
            yield section.block
        for first, last in section.ranges:
            yield from range(first, last)

    def _block(self, block: Block, section: Section) -> None:
        own = block.own
        if block.quoted or own.end - own.start > _LONG:
            return
        if block.kind is BlockKind.ROW:
            self._row(block)
        elif block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM) and self._labelled(own.start, own.end):
            for line in _BREAK.split(block.text):
                self._line(line)

    def _labelled(self, start: int, end: int) -> bool:
        """Whether a line of the source starts with the label of a fact; judged before any text is loaded."""
        data = self._outline.document.data
        opening = data[start : min(end, start + 70)]
        if (
            b":" not in opening
            and _WIDE_COLON not in opening
            and not (end - start < 70 and _DATED.search(opening))
        ):
            return False
        source = data[start:end].decode(errors="replace")
        known = self._vocabulary.facts.exact
        for line in _BREAK.split(source) if "\n" in source or "|" in source or "<" in source else (source,):
            match = None
            if ":" in line[:70] or "：" in line[:70]:
                match = _LABEL.match(line) or _START.match(line)
            if match and words_of(match[1]).folded in known:
                return True
        return False

    def _row(self, block: Block) -> None:
        if len(block.cells) == 2:
            words = words_of(block.cells[0].text)
            for fact in self._facts(words):
                self._set(fact, " ".join(block.cells[1].text.split()))

    def _line(self, line: str) -> None:
        match = _FIELD.match(line)
        if match:
            for fact in self._facts(words_of(match[1])):
                self._set(fact, match[2])
            return
        match = _START.match(line)
        if match:
            for fact in self._facts(words_of(match[1])):
                if fact in (Fact.START, Fact.END, Fact.DATE):
                    self._set(fact, line[match.end(1) :])

    def _sections(self) -> None:
        """Facts that are headings with their value below them."""
        wanted = {
            Fact.IMPACT,
            Fact.ROOT_CAUSE,
            Fact.DURATION,
            Fact.SEVERITY,
            Fact.DATE,
            Fact.AUTHORS,
            Fact.STATUS,
            Fact.SERVICES,
            Fact.START,
            Fact.END,
        }
        for section in self._outline.sections[1:]:
            if not wanted - self.values.keys():
                return
            if section.role in (Role.MEASURES, Role.TIMELINE, Role.HINDSIGHT, Role.LESSONS):
                continue
            for fact in self._facts(words_of(section.title)):
                if fact in wanted and fact not in self.values:
                    self._set(fact, self._below(section))

    def _below(self, section: Section) -> str:
        """The first paragraph, or the bullets, below a heading."""
        parts: list[str] = []
        if section.tail:
            return " ".join(self._blocks[section.block].text.split("\n")[1:]).strip()
        for first, last in section.ranges:
            for index in range(first, min(last, first + 12)):
                block = self._blocks[index]
                if block.kind is BlockKind.PARAGRAPH and not parts:
                    return " ".join(block.text.split())
                if block.kind is not BlockKind.ITEM:
                    break
                parts.append(" ".join(block.text.split()))
        return "; ".join(parts)[:_LONG]
