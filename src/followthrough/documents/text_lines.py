"""Lines of plain text as blocks: bullets, boxes, underlined headings, continuations.

Whether a line goes on in the next one is judged without our marks in it, so that writing one never
changes which lines belong together.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import east_asian_width

from .blocks import Anchor, Block, BlockKind, Checkbox, Text
from .reading import Source, too_many
from .text_words import PlainWords

_BULLET = re.compile(
    r"([-*+•–—◦▪‣●·](?=[ \t]|$)|\d{1,4}[.)](?=[ \t]|$)"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}[.)]?(?=[ \t]{2}|[ \t][A-Z])"
    r"|(?:\d{1,2}[.．、)）]|[・①-⑳])(?=[ \t]*[\u3040-\u9fff\uac00-\ud7af]))[ \t]*"
)
_BOX = re.compile(r"\[([ xX])\](?=[ \t]|$)")
_SIGN = re.compile(r"(?:\[[^\w\s]\]|[✓✔✅☑☐❌✗✘])\s")
"""A line that starts so is an element of its own, and of a list that this format does not have."""
_HASHES = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_RULE = re.compile(r"([-=*_~#+])(?:[ \t]*\1){2,}")
_ENDED = (".", "!", "?", ":", ";", "。", "！", "？", "：", "；")
_BLANK_TEXT = " \t\r\n\f\v"
_BLANK = _BLANK_TEXT.encode()
_TAB = 4
_WRAPS = 60
"""A line of fewer columns was not broken for want of room."""
_WIDE = 120
"""Who writes a line of more columns than this, blanks left out, breaks none for want of room."""
_CAPITALS = 60
"""A numbered line in capitals of at most so many characters is a heading."""

_NO_PLACE = Anchor(refusal="it has no text of its own to put a link behind")


class _Line(NamedTuple):
    number: int
    start: int
    """Offset of its first character that is not blank."""
    end: int
    """Offset behind its last one."""
    text: str
    """Without blanks around it, and without our marks."""
    indent: int
    inside: bool
    """It starts inside one of our marks, or holds nothing else."""


class _Level(NamedTuple):
    indent: int
    block: int
    list_id: int
    numbered: bool


def _wide(source: Source, marks: list[tuple[int, int]]) -> bool:
    """Whether a line is wide; our marks and blanks do not count, so that writing one changes nothing."""
    data = source.data
    if marks:
        blanked = bytearray(data)
        for first, last in marks:
            blanked[first:last] = b" " * (last - first)
        data = bytes(blanked)
    ends = [*source.lines[1:], len(data)]
    return any(
        end - start > _WIDE
        and len(bare := data[start:end].translate(None, _BLANK)) > _WIDE
        and (bare.isascii() or _columns(bare.decode(errors="replace")) > _WIDE)
        for start, end in zip(source.lines, ends, strict=True)
    )


def _columns(text: str) -> int:
    """How many columns a line takes: Chinese, Japanese and Korean characters take two each."""
    if text.isascii():
        return len(text)
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)


class Lines:
    """Collects the blocks of one document. ``marks`` are the spans of our marks, in order."""

    def __init__(self, source: Source, marks: list[tuple[int, int]]) -> None:
        self.source = source
        self.data = source.data
        self.blocks: list[Block] = []
        self._marks = marks
        self._passed = 0
        self._open: Block | None = None
        self._last: _Line | None = None
        self._levels: list[_Level] = []
        self._lists = 0
        self._wide = _wide(source, marks)

    def walk(self) -> None:
        """Goes through the lines once."""
        for number, start in enumerate(self.source.lines, 1):
            following = self.source.lines[number] if number < len(self.source.lines) else len(self.data)
            line = self._line(number, max(start, self.source.start), following)
            if line is None:
                self._open = self._last = None
                continue
            if not (self._continues(line) or self._underlines(line)):
                self._begin(line)
            self._last = line
        for block in reversed(self.blocks):  # an item covers what stands inside it
            if block.parent >= 0:
                above = self.blocks[block.parent]
                above.end = max(above.end, block.end)

    def _line(self, number: int, start: int, end: int) -> _Line | None:
        raw = self.data[start:end]
        text = raw.strip(_BLANK)
        if not text:
            return None
        blanks = raw[: raw.index(text)]
        indent = len(blanks.decode().expandtabs(_TAB))
        first = start + len(blanks)
        last = first + len(text)
        inside = False
        if self._marks:
            text, inside = self._unmarked(first, last)
        return _Line(number, first, last, text.decode().strip(_BLANK_TEXT), indent, inside)

    def _unmarked(self, first: int, last: int) -> tuple[bytes, bool]:
        """The line from ``first`` to ``last`` without our marks, and whether it belongs to one."""
        kept, done, inside = [], first, False
        while self._passed < len(self._marks) and self._marks[self._passed][1] <= first:
            self._passed += 1
        for number in range(self._passed, len(self._marks)):
            start, end = self._marks[number]
            if start >= last:
                break
            inside = inside or start < first
            kept.append(self.data[done : max(done, start)])
            done = min(end, last)
        kept.append(self.data[done:last])
        text = b"".join(kept)
        return text, inside or not text.strip()

    def _continues(self, line: _Line) -> bool:
        """Whether ``line`` goes on where the block before it stopped; if so it is taken in."""
        before, block = self._last, self._open
        if before is None or block is None:
            return False
        if not line.inside:
            if any(sign.match(line.text) for sign in (_BULLET, _BOX, _SIGN)) or _RULE.fullmatch(line.text):
                return False
            indented = block.kind is BlockKind.ITEM and line.indent > self._levels[-1].indent
            wrapped = (
                _columns(before.text) >= _WRAPS
                and not before.text.endswith(_ENDED)
                and not _HASHES.match(line.text)
                and (not self._wide or line.text[0].islower())
                and (line.indent <= before.indent or block.kind is BlockKind.ITEM)
            )
            if not (indented or wrapped):
                return False
        block.own.end = block.end = line.end
        block.end_line = line.number
        return True

    def _underlines(self, line: _Line) -> bool:
        """Whether ``line`` underlines the one before it, which then is a heading."""
        block = self._open
        if block is None or block.kind is not BlockKind.PARAGRAPH or block.line != block.end_line:
            return False
        if line.text[0] not in "=-" or set(line.text) != {line.text[0]} or len(line.text) < 3:
            return False
        block.kind = BlockKind.HEADING
        block.level = 1 if line.text[0] == "=" else 2
        block.parent = -1
        block.end = line.end
        block.own = PlainWords(self.data, block.own.start, block.own.end, heading=True)
        self._levels = []
        self._open = None
        return True

    def _begin(self, line: _Line) -> None:
        bullet, hashes = _BULLET.match(line.text), _HASHES.match(line.text)
        if _RULE.fullmatch(line.text):
            self._add(BlockKind.RULE, line, line.start, Text(line.start, line.end, anchor=_NO_PLACE))
            self._open = None
        elif bullet and self._capitals(line, bullet):
            self._levels = []
            own = PlainWords(self.data, line.start + bullet.end(), line.end, heading=True)
            self._add(BlockKind.HEADING, line, line.start, own).level = 2
            self._open = None
        elif bullet or _BOX.match(line.text):
            self._item(line, bullet)
        elif hashes:
            self._levels = []
            own = PlainWords(self.data, line.start + hashes.end(), line.end, heading=True)
            self._add(BlockKind.HEADING, line, line.start, own).level = len(hashes[1])
            self._open = None
        else:
            while self._levels and self._levels[-1].indent >= line.indent:
                self._levels.pop()
            self._open = self._add(
                BlockKind.PARAGRAPH, line, line.start, PlainWords(self.data, line.start, line.end)
            )

    def _capitals(self, line: _Line, bullet: re.Match[str]) -> bool:
        """Whether it is a chapter's heading, "5. RECOMMENDATIONS", behind a blank line."""
        rest = line.text[bullet.end() :]
        return bullet[1][0].isdigit() and rest.isupper() and 2 < len(rest) <= _CAPITALS and self._last is None

    def _item(self, line: _Line, bullet: re.Match[str] | None) -> None:
        marker = bullet[1] if bullet else ""
        numbered = marker[:1].isdecimal()
        list_id = -1
        while self._levels and self._levels[-1].indent >= line.indent:
            level = self._levels.pop()
            same = level.indent == line.indent and level.numbered == numbered
            list_id = level.list_id if same else -1
        if list_id < 0:
            list_id = self._lists
            self._lists += 1
        # The words start behind the bullet and the box; both are measured in bytes.
        start = line.start + (len(bullet[0].encode()) if bullet else 0)
        checkbox = None
        box = _BOX.match(line.text[bullet.end() :] if bullet else line.text)
        if box:
            checkbox = Checkbox(start + 1, box[1] != " ")
            start += 3
            while start < line.end and self.data[start] in b" \t":
                start += 1
        own = PlainWords(self.data, min(start, line.end), line.end)
        block = self._add(BlockKind.ITEM, line, line.start, own)
        block.level = len(self._levels) + 1
        block.list_id = list_id
        block.marker = marker
        block.number = int(marker.rstrip(".)．、）").rpartition(".")[2]) if numbered else None
        block.checkbox = checkbox
        self._levels.append(_Level(line.indent, len(self.blocks) - 1, list_id, numbered))
        self._open = block

    def _add(self, kind: BlockKind, line: _Line, start: int, own: Text) -> Block:
        parent = self._levels[-1].block if self._levels else -1
        block = Block(kind, start, line.end, own, line=line.number, end_line=line.number, parent=parent)
        self.blocks.append(block)
        if len(self.blocks) > self.source.limits.blocks:
            raise too_many(self.source, "lines and items", self.source.limits.blocks)
        return block
