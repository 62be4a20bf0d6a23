"""Is a document an empty form, or a manual, rather than a report?"""

from __future__ import annotations

import re

from followthrough.documents.blocks import Block, BlockKind, Document

from .phrases import Words, words_of
from .sections import Outline
from .shown import Showing
from .vocabulary import Fact, Role, Vocabulary

_BLANK = re.compile(
    r"(?:[^\[\]:：]{0,40}[:：]\s?)?\W{0,3}(?:\[[^\[\]\d]{3,80}\]|<[^<>\d]{3,60}>|\{\{[^{}]{2,60}\}\}"
    r"|(?:YYYY|AAAA|JJJJ)[-/](?:MM|mm)[-/](?:DD|JJ|TT)(?:\s(?:HH:MM|hh:mm))?|HH:MM|INC-?[X#]{2,8})\W{0,3}"
)
"""A field that nobody filled in: "[name of the incident]", "Author: <name>", "YYYY-MM-DD"."""
_MAYBE_BLANK = re.compile(rb"[\[<{&\\]|YYYY|AAAA|JJJJ|HH:MM|INC")
"""What the source of such a field has, if only as an entity or escaped."""
_DATED = re.compile(r"\W{0,6}([^\W\d_][^:：\n]{0,30}?)[\s*_]{0,6}[:：]")
_NAMED = re.compile(r"\[[^\[\]\d]{5,60}\]\s*$")
"""How the title of a form ends: "Postmortem: [title of the incident]"."""
_BEHIND = re.compile(r"[^:：]{0,60}[:：]|[^–—]{0,60}\s[–—-]\s")
"""What stands in a title in front of the name of the incident: "Postmortem: "."""
_SHORT, _LONG = 160, 600
_TEXT = (BlockKind.PARAGRAPH, BlockKind.ITEM)
_BLANKS, _ASKS = 3, 3
"""So many of them tell."""
_OPENING = 80
_FIRST, _TEACHES = 40, 2
"""Of the first blocks so many that speak of reports in general make a manual."""


class Forms:
    """Judges one document as a whole."""

    def __init__(self, document: Document, outline: Outline, vocabulary: Vocabulary) -> None:
        self._document = document
        self._shown = Showing(document)
        self._blocks = document.blocks
        self._outline = outline
        self._v = vocabulary

    def template(self) -> bool:
        """Whether it is an empty form: its title or its first words say so, or most of it is blank."""
        for section in self._outline.sections[1:3]:
            words = words_of(section.title)
            name = _BEHIND.match(section.title)
            if name and words_of(section.title[name.end() :]).folded in self._v.unnamed:
                return True
            hit = self._v.template.first(words)
            if (
                hit is not None
                and (hit.at == 0 or hit.at + hit.size == len(words.tokens))
                and (hit.size > 1 or len(words.tokens) < 3)
            ):
                return True
        first = next((block for block in self._blocks[:20] if block.kind is BlockKind.PARAGRAPH), None)
        if first is not None and self._v.template.start(self._opening(first)) is not None:
            return True
        blanks, undated = self._blanks()
        return blanks >= _BLANKS and (undated or self._unnamed() or self._asks() >= _ASKS)

    def manual(self, *, dated: bool) -> bool:
        """Whether it is a manual: its title says so and speaks of no report, or it tells how to write one.

        A document of which the incident is ``dated`` is a report, whatever it says of reports.
        """
        titles = [section.title for section in self._outline.sections[1:2] if section.real]
        titles += [
            self._document.metadata[key] for key in ("title", "name") if key in self._document.metadata
        ]
        for title in titles:
            words = words_of(title)
            reports = any(hit.value is Role.TITLE for hit in self._v.headings.all(words))
            manuals = self._v.manuals
            if manuals.start(words) or (manuals.ends(words) and not reports):
                return True
            if not dated and (self._v.teaching.inside(words) or self._on_reports(words)):
                return True
        return not dated and self._teaches() >= _TEACHES

    def _on_reports(self, words: Words) -> bool:
        """Whether a title names a manual on reports, and no incident: "Incident review guide"."""
        titles, last = self._v.headings.exact, len(words.tokens)
        return any(
            hit.at + hit.size == last and titles.get(" ".join(words.tokens[: hit.at])) is Role.TITLE
            for hit in self._v.manuals.all(words)
        )

    def _teaches(self) -> int:
        """How many of its first texts speak of reports in general: "A postmortem is written after ..."."""
        texts = [block for block in self._blocks[:_FIRST] if block.kind in _TEXT]
        return sum(1 for block in texts for _ in self._v.teaching.all(words_of(block.text[:_LONG])))

    def _opening(self, block: Block) -> Words:
        return words_of(self._shown(block).head[:_OPENING].decode(errors="replace"))

    def _unnamed(self) -> bool:
        """Whether its title asks for the title of the incident."""
        return any(
            section.real and _NAMED.search(section.title) is not None
            for section in self._outline.sections[1:2]
        )

    def _asks(self) -> int:
        """How many sections open by telling the writer what to write: "Describe how it was found"."""
        found = 0
        for section in self._outline.sections:
            first = next((first for first, _ in section.ranges), -1)
            if section.real and first >= 0:
                found += self._v.asks.start(self._opening(self._blocks[first])) is not None
        return found

    def _blanks(self) -> tuple[int, bool]:
        """How many fields, cells or lines are blank, and whether the day is one of them."""
        found, undated = 0, False
        source = self._document.data
        for block in self._blocks:
            row = block.kind is BlockKind.ROW
            first, last = (block.start, block.end) if row else (block.own.start, block.own.end)
            if not _MAYBE_BLANK.search(source, first, last):  # before any text is loaded
                continue
            if row:
                short = [cell for cell in block.cells if cell.end - cell.start <= _SHORT]
                texts = [cell.text for cell in short if _MAYBE_BLANK.search(source, cell.start, cell.end)]
                label = short[0].text if texts else ""
            elif (
                block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
                and block.own.end - block.own.start <= _LONG
            ):
                texts, label = block.text.split("\n"), ""
            else:
                continue
            for text in texts:
                if _BLANK.fullmatch(text.strip()):
                    found += 1
                    undated = undated or self._is_day(text, label)
        return found, undated

    def _is_day(self, text: str, label: str) -> bool:
        """Whether a blank field is the day of the incident."""
        match = _DATED.match(text)
        name = words_of(match[1] if match else label)
        return self._v.facts.exact.get(name.folded) in (Fact.DATE, Fact.START)
