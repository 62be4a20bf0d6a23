"""The paragraphs and tables of a .docx file as blocks. ``line`` counts ``w:p``, empty ones included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .blocks import Block, BlockKind, Checkbox, Run, Style
from .docx_package import Package, parser_for
from .docx_paragraphs import Paragraph
from .docx_styles import number, read_numbering, read_styles
from .docx_tables import Lists, Table
from .reading import Source, too_many

_UNSEEN = frozenset((
    "del", "moveFrom", "Fallback", "pPrChange", "rPrChange", "tblPrChange", "trPrChange", "tcPrChange",
    "sectPrChange", "numberingChange", "instrText", "delInstrText", "delText",
))  # fmt: skip
"""What a reader does not see: tracked deletions, what stood before a tracked change, second versions."""
_FLAGS = {"b": Style.STRONG, "i": Style.EMPHASIS, "strike": Style.STRUCK, "dstrike": Style.STRUCK}
_SIGNS = {"tab": "\t", "noBreakHyphen": "-", "br": "\n", "cr": "\n"}
_SYMBOLS = {"F0A8": "☐", "F06F": "☐", "F0FE": "☑", "F0FD": "☒", "F052": "☑", "F0A3": "☐"}
"""Boxes in the fonts Wingdings, Wingdings 2 and Symbol."""
_OFF = ("0", "false", "off", "none")


class DocxBlocks:
    """Collects the blocks of one document."""

    def __init__(self, source: Source, package: Package) -> None:
        self.source = source
        self.data = source.data
        self.blocks: list[Block] = []
        self._package = package
        self._styles = read_styles(package.styles)
        self._lists = Lists(read_numbering(package.numbering))
        self._parser = parser_for(self._start, self._end, self._text)
        self._unseen = 0
        self._paragraphs: list[Paragraph] = []
        """Open paragraphs; a text box stands inside another paragraph."""
        self._count = 0
        self._style = Style.PLAIN
        self._hidden = self._in_run = self._in_words = False
        self._links: list[str | None] = []
        self._fields: list[str] = []
        """For each open field what it says it is."""
        self._controls: list[_Control] = []
        self._tables: list[Table] = []
        self._table_count = 0

    def walk(self) -> None:
        """Reads the document. Raises ``expat.ExpatError`` where it is broken, ``Unreadable`` over limits."""
        self._parser.Parse(self.data, True)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "p":
            self._count += 1
        if self._unseen or name in _UNSEEN:
            self._unseen += name in _UNSEEN
            return
        handler = _STARTS.get(name)
        if handler is not None:
            handler(self, attributes)
        elif name in _FLAGS and self._in_run:
            self._style |= _FLAGS[name] if attributes.get("val") not in _OFF else Style.PLAIN
        elif name in _SIGNS and self._in_run:
            self._sign(_SIGNS[name])

    def _end(self, name: str) -> None:
        if self._unseen:
            self._unseen -= name in _UNSEEN
            return
        handler = _ENDS.get(name)
        if handler is not None:
            handler(self)

    # Words.

    def _text(self, text: str) -> None:
        if not self._in_words or self._unseen or not self._paragraphs or self._hidden:
            return
        start = self._parser.CurrentByteIndex
        end = start + len(text.encode())
        if self.data[start : start + 1] == b"&":
            end = self.data.find(b";", start) + 1
        self._add(text.replace("\n", " "), start, end)

    def _sign(self, text: str) -> None:
        start = self._parser.CurrentByteIndex
        if self._paragraphs and not self._hidden:
            self._add(text, start, self._here())

    def _add(self, text: str, start: int, end: int) -> None:
        control = self._controls[-1] if self._controls else None
        paragraph = self._paragraphs[-1]
        if control is not None and control.placeholder:
            return
        if control is not None and control.ticked is not None:
            if paragraph.box is None:
                paragraph.box = Checkbox(start, control.ticked)
            return
        link = self._links[-1] if self._links else None
        paragraph.runs.append(Run(text, start, end, self._style, link))

    def _symbol(self, attributes: Mapping[str, str]) -> None:
        sign = _SYMBOLS.get(attributes.get("char", "").upper())
        if sign and self._in_run:
            self._sign(sign)

    # Runs, links, fields and controls.

    def _run_start(self, attributes: Mapping[str, str]) -> None:
        self._in_run, self._style, self._hidden = True, Style.PLAIN, False

    def _run_end(self) -> None:
        self._in_run = False

    def _hide(self, attributes: Mapping[str, str]) -> None:
        self._hidden = self._in_run and attributes.get("val") not in _OFF

    def _words_start(self, attributes: Mapping[str, str]) -> None:
        self._in_words = self._in_run

    def _words_end(self) -> None:
        self._in_words = False

    def _link_start(self, attributes: Mapping[str, str]) -> None:
        target = self._package.links.get(attributes.get("id", ""), "")
        if target and attributes.get("anchor"):
            target += f"#{attributes['anchor']}"
        self._links.append(target or None)

    def _link_end(self) -> None:
        self._links.pop()

    def _control_start(self, attributes: Mapping[str, str]) -> None:
        self._controls.append(_Control())

    def _control_end(self) -> None:
        self._controls.pop()

    def _box(self, attributes: Mapping[str, str]) -> None:
        if self._controls:
            self._controls[-1].ticked = False

    def _box_ticked(self, attributes: Mapping[str, str]) -> None:
        if self._controls and self._controls[-1].ticked is not None:
            self._controls[-1].ticked = attributes.get("val", "1") not in _OFF

    def _placeholder(self, attributes: Mapping[str, str]) -> None:
        if self._controls and attributes.get("val") not in _OFF:
            self._controls[-1].placeholder = True

    # Paragraphs.

    def _paragraph_start(self, attributes: Mapping[str, str]) -> None:
        self._paragraphs.append(Paragraph(self._count, self._parser.CurrentByteIndex))

    def _paragraph_style(self, attributes: Mapping[str, str]) -> None:
        if self._paragraphs:
            self._paragraphs[-1].style = attributes.get("val", "")

    def _paragraph_list(self, attributes: Mapping[str, str]) -> None:
        if self._paragraphs:
            self._paragraphs[-1].list = attributes.get("val", "")

    def _paragraph_depth(self, attributes: Mapping[str, str]) -> None:
        if self._paragraphs:
            self._paragraphs[-1].depth = number(attributes.get("val", ""))

    def _paragraph_outline(self, attributes: Mapping[str, str]) -> None:
        if self._paragraphs:
            self._paragraphs[-1].outline = number(attributes.get("val", ""))

    def _paragraph_end(self) -> None:
        if not self._paragraphs:
            return
        paragraph = self._paragraphs.pop()
        paragraph.finish(self._here(), self._styles)
        if not paragraph.words and paragraph.box is None:
            return
        if self._tables and self._tables[-1].takes:
            self._tables[-1].take(paragraph)
        else:
            self._block(paragraph)

    def _here(self) -> int:
        """Where the tag ends that is being read."""
        return self.data.find(b">", self._parser.CurrentByteIndex) + 1

    def _block(self, paragraph: Paragraph) -> None:
        shape = paragraph.shape
        if shape.contents:
            return
        if shape.heading or shape.code or not (shape.list or paragraph.box):
            self._lists.leave()
        if shape.code:
            self._append(BlockKind.CODE, paragraph)
        elif shape.heading:
            self._append(BlockKind.HEADING, paragraph).level = shape.heading
        elif shape.list or paragraph.box is not None:
            block = self._append(BlockKind.ITEM, paragraph)
            block.checkbox = paragraph.box
            self._lists.enter(block, len(self.blocks) - 1, shape.list, shape.depth)
        else:
            self._append(BlockKind.PARAGRAPH, paragraph)

    def _append(self, kind: BlockKind, paragraph: Paragraph) -> Block:
        line = paragraph.line
        block = Block(kind, paragraph.start, paragraph.end, paragraph.text(), line=line, end_line=line)
        self._keep(block)
        return block

    def _keep(self, block: Block) -> None:
        self.blocks.append(block)
        if len(self.blocks) > self.source.limits.blocks:
            raise too_many(self.source, "paragraphs, items and rows", self.source.limits.blocks)

    # Tables.

    def _table_start(self, attributes: Mapping[str, str]) -> None:
        if self._tables and self._tables[-1].takes:
            self._free(self._tables[-1])
        self._lists.leave()
        self._tables.append(Table(self._table_count))
        self._table_count += 1

    def _table_end(self) -> None:
        self._tables.pop()

    def _free(self, table: Table) -> None:
        """Lets what stands in a row of ``table`` stand alone."""
        for paragraph in table.dissolve():
            self._block(paragraph)

    def _row_start(self, attributes: Mapping[str, str]) -> None:
        if self._tables:
            self._tables[-1].open_row(self._parser.CurrentByteIndex)

    def _row_end(self) -> None:
        if not self._tables:
            return
        table = self._tables[-1]
        if table.layout():
            self._free(table)
        row = table.close_row(self._here())
        if row is not None:
            self._keep(row)

    def _cell_start(self, attributes: Mapping[str, str]) -> None:
        if self._tables and self._tables[-1].row_start >= 0 and not self._tables[-1].dissolved:
            self._tables[-1].open_cell()

    def _cell_merged(self, attributes: Mapping[str, str]) -> None:
        if self._tables and attributes.get("val", "continue") == "continue":
            self._tables[-1].merge()

    def _cell_span(self, attributes: Mapping[str, str]) -> None:
        if self._tables and self._tables[-1].takes:
            self._tables[-1].span(number(attributes.get("val", "")))


@dataclass(slots=True)
class _Control:
    """A control that somebody fills in: a box, a date, a choice."""

    ticked: bool | None = None
    placeholder: bool = False


_STARTS: dict[str, Callable[[DocxBlocks, Mapping[str, str]], None]] = {
    "p": DocxBlocks._paragraph_start,
    "pStyle": DocxBlocks._paragraph_style,
    "numId": DocxBlocks._paragraph_list,
    "ilvl": DocxBlocks._paragraph_depth,
    "outlineLvl": DocxBlocks._paragraph_outline,
    "r": DocxBlocks._run_start,
    "t": DocxBlocks._words_start,
    "vanish": DocxBlocks._hide,
    "sym": DocxBlocks._symbol,
    "hyperlink": DocxBlocks._link_start,
    "sdt": DocxBlocks._control_start,
    "checkbox": DocxBlocks._box,
    "checked": DocxBlocks._box_ticked,
    "showingPlcHdr": DocxBlocks._placeholder,
    "tbl": DocxBlocks._table_start,
    "tr": DocxBlocks._row_start,
    "tc": DocxBlocks._cell_start,
    "vMerge": DocxBlocks._cell_merged,
    "gridSpan": DocxBlocks._cell_span,
}
_ENDS: dict[str, Callable[[DocxBlocks], None]] = {
    "p": DocxBlocks._paragraph_end,
    "r": DocxBlocks._run_end,
    "t": DocxBlocks._words_end,
    "hyperlink": DocxBlocks._link_end,
    "sdt": DocxBlocks._control_end,
    "tbl": DocxBlocks._table_end,
    "tr": DocxBlocks._row_end,
}
