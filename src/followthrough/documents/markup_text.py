"""The words of one block or cell of HTML or XML: its runs, our marks, and the place for a new one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

from .blocks import NO_RUNS, Anchor, Mark, Run, Style, Text
from .links import split_addresses
from .marks import ours
from .markup import Attributes, Piece, What
from .markup_names import BLOCKS, SILENT, STYLES, VOID

Cutter = Callable[[bytes, int, int], Iterator[Piece]]
"""Cuts the bytes from one place to another into pieces, the peculiarities of a format resolved."""

NO_WORDS = Anchor(refusal="it has no text of its own to put a link behind")
HEADING = Anchor(refusal="it is a heading: the link belongs to the first paragraph below it")
NO_ROOM = Anchor(refusal="its cell is a single tag without room for a link: type something into it")
PARAMETER = Anchor(refusal="it is the parameter of a macro, where no link can stand")
COPIED = Anchor(refusal="it stands in a part of the page that is kept twice, so that a link would be too")
_OPEN_MARKUP = Anchor(refusal="its markup is never closed, so that a link would become part of it")
_CODE = Anchor(refusal="it is code, where a link would be read as part of it")
# White space with a line end in it is one blank; an entity is one character.
_SPECIAL = re.compile(
    rb"(?<![ \t])[ \t]*+[\r\n][ \t\r\n]*+"
    rb"|&(?:#[0-9]{1,8}+|#[xX][0-9a-fA-F]{1,7}+|[A-Za-z][A-Za-z0-9]{1,31}+);?"
)
_STRUCK = re.compile(rb"text-decoration(?:-line)?[ \t]*+:[^;\"']{0,40}line-through")
BLANK = b" \t\r\n\f"


def struck(data: bytes, start: int, end: int) -> bool:
    """Whether the tag's own style strikes its words through."""
    return data.find(b"line-through", start, end) >= 0 and bool(_STRUCK.search(data, start, end))


def hidden(data: bytes, start: int, end: int) -> bool:
    """Whether the tag says that nobody sees, or nobody hears, what is in it."""
    if data.find(b"hidden", start, end) < 0:
        return False
    attributes = Attributes(data, start, end)
    return "hidden" in attributes or attributes.text("aria-hidden").strip().lower() == "true"


class MarkupText(Text):
    """Text read from its bytes when somebody asks. ``fixed`` is where marks go if not behind the words."""

    __slots__ = ("cell", "cut", "data", "fixed", "style")

    def __init__(
        self,
        data: bytes,
        start: int,
        end: int,
        cut: Cutter,
        style: Style,
        *,
        cell: bool = False,
        fixed: Anchor | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.data = data
        self.cut = cut
        self.style = style
        self.cell = cell
        self.fixed = fixed
        self._runs = None
        self._text = None

    def _fill(self) -> None:
        words = Words(self.data, self.style)
        words.walk(self.cut(self.data, self.start, self.end))
        while words.runs and words.runs[-1].text in (" ", "\n"):
            words.runs.pop()
        self._runs = tuple(words.runs)
        self._marks = tuple(words.marks)
        self._anchor = self.fixed or words.anchor(self.cell)


class CodeText(Text):
    """What stands in code: its words without markup, and no place for a mark."""

    __slots__ = ("cut", "data")

    def __init__(self, data: bytes, start: int, end: int, cut: Cutter | None) -> None:
        super().__init__(start, end)
        self.data = data
        self.cut = cut

    def _fill(self) -> None:
        if self.cut is None:
            text = self.data[self.start : self.end].decode(errors="replace")
        else:
            found = self.cut(self.data, self.start, self.end)
            words = [self.data[first:last] for what, _, first, last in found if what is What.TEXT]
            text = unescape(b"".join(words).decode(errors="replace"))
        self._runs = (Run(text, self.start, self.end, Style.CODE),) if text else NO_RUNS
        self._marks = ()
        self._anchor = _CODE


class Words:
    """Walks the pieces of one text and collects its runs and marks."""

    def __init__(self, data: bytes, style: Style) -> None:
        self.data = data
        self.runs: list[Run] = []
        self.marks: list[Mark] = []
        self._outer = style
        self._style = style
        self._styled: list[tuple[str, Style]] = []
        """Open elements that set a style, each with the style outside of it."""
        self._depth = 0
        self._end = -1
        self._frozen = False
        """The first paragraph is over."""
        self._link: str | None = None
        self._mark: tuple[str, str, int, int] | None = None
        """A link of ours that is open: target, id, first byte, and how many runs stood before it."""
        self._silent: list[str] = []
        self._swallow = False

    def walk(self, found: Iterator[Piece]) -> None:
        """Reads all pieces."""
        for what, name, start, end in found:
            if self._silent:
                self._unsilence(what, name)
            elif what is What.TEXT:
                self._words(start, end)
            elif what is What.OPEN:
                self._open(name, start, end)
            elif what is What.CLOSE:
                self._close(name, end)
            elif what is What.ATOM:
                self._atom(name, start, end)
            elif what is What.MARK:
                self._marked(name, start, end)

    def anchor(self, cell: bool) -> Anchor:
        """Behind the last words of the first paragraph that stand outside of any inline element."""
        if not any(run.text.strip() for run in self.runs):
            return Anchor(self.marks[-1].end) if cell and self.marks else NO_WORDS
        return Anchor(self._end) if self._end >= 0 else _OPEN_MARKUP

    def _unsilence(self, what: What, name: str) -> None:
        """Waits for the end of an element whose words nobody sees."""
        if name == self._silent[0]:
            if what is What.OPEN:
                self._silent.append(name)
            elif what is What.CLOSE:
                self._silent.pop()

    def _reach(self, end: int) -> None:
        if self._depth == 0 and not self._frozen:
            self._end = end

    def _words(self, start: int, end: int) -> None:
        raw = self.data[start:end]
        if self._swallow:
            self._swallow = False
            if raw[:1] == b" ":
                raw, start = raw[1:], start + 1
        done = 0
        for special in _SPECIAL.finditer(raw):
            first, last = special.span()
            text = " " if raw[first] not in b"&" else unescape(special[0].decode())
            if text[:1] == "&" and text == special[0].decode():
                continue  # no entity of that name
            if first > done:
                self._verbatim(raw[done:first], start + done)
            self._add(Run(text, start + first, start + last, self._style, self._link))
            done = last
        if done < len(raw):
            self._verbatim(raw[done:], start + done)

    def _verbatim(self, raw: bytes, start: int) -> None:
        run = Run(raw.decode(errors="replace"), start, start + len(raw), self._style, self._link)
        if run.link is None and b"://" in raw and not run.style & Style.CODE:
            for piece in split_addresses(run):
                self._add(piece)
        else:
            self._add(run)

    def _add(self, run: Run) -> None:
        kept = run.text.rstrip()
        if kept:
            verbatim = len(run.text.encode()) == run.end - run.start
            self._reach(run.end - len(run.text[len(kept) :].encode()) if verbatim else run.end)
        elif run.text == " " and (not self.runs or self.runs[-1].text[-1:] in (" ", "\n")):
            return
        self.runs.append(run)

    def _atom(self, text: str, start: int, end: int) -> None:
        self._swallow = False
        self.runs.append(Run(text, start, end, self._style, self._link))
        self._reach(end)

    def _break(self, start: int, end: int) -> None:
        self._swallow = False
        if self.runs and self.runs[-1].text != "\n":
            if self.runs[-1].text == " ":
                self.runs.pop()
            self.runs.append(Run("\n", start, end, self._style, self._link))

    def _open(self, name: str, start: int, end: int) -> None:
        if name in VOID:
            if name == "br":
                self._break(start, end)
            elif name == "img":
                self._reach(end)
        elif name in BLOCKS:
            self._block(start)
        elif name in SILENT or hidden(self.data, start, end):
            self._silent.append(name)
        else:
            self._depth += 1
            style = STYLES.get(name, Style.PLAIN)
            if style is Style.PLAIN and struck(self.data, start, end):
                style = Style.STRUCK
            if style is not Style.PLAIN or self._styled:
                self._styled.append((name, self._style))
                self._style |= style
            if name == "a":
                self._follow(start, end)

    def _close(self, name: str, end: int) -> None:
        if name in BLOCKS:
            self._block(end)
            return
        if name in VOID or self._depth == 0:
            return
        self._depth -= 1
        if self._styled and any(name == open_name for open_name, _ in self._styled[-4:]):
            while self._styled:
                open_name, self._style = self._styled.pop()
                if open_name == name:
                    break
        if name == "a":
            self._unlink(end)
        self._reach(end)

    def _block(self, place: int) -> None:
        """Another paragraph, of a cell with several."""
        self._depth = 0
        self._styled = []
        self._style = self._outer
        self._link = self._mark = None
        if self._end >= 0:
            self._frozen = True
        self._break(place, place)

    def _follow(self, start: int, end: int) -> None:
        attributes = Attributes(self.data, start, end)
        if "href" not in attributes:
            return
        self._link = attributes.text("href").strip()
        mark = ours(self._link)
        self._mark = (*mark, start, len(self.runs)) if mark else None

    def _unlink(self, end: int) -> None:
        self._link = None
        if self._mark is None:
            return
        target, id, start, count = self._mark
        self._mark = None
        words = "".join(run.text for run in self.runs[count:])
        del self.runs[count:]
        self._keep(Mark(id, start, end, " ".join(words.split()), target))

    def _marked(self, name: str, start: int, end: int) -> None:
        words, _, address = name.partition("\n")
        if mark := ours(address):
            self._keep(Mark(mark[1], start, end, words, mark[0]))
            self._reach(end)

    def _keep(self, mark: Mark) -> None:
        start = mark.start
        self.marks.append(mark)
        if not self.runs:
            self._swallow = True
        else:
            self._own_space(start)

    def _own_space(self, start: int) -> None:
        """Takes the one blank before a mark out of the runs."""
        before = self.runs[-1]
        if before.text[-1:] == " " and before.end == start:
            self.runs.pop()
            if len(before.text) > 1:
                self.runs.append(before._replace(text=before.text[:-1], end=before.end - 1))
