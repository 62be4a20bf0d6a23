"""MediaWiki's wikitext: read, never written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .blocks import Document
from .directives import comments
from .marks import ReadOnlyStyle
from .mediawiki_blocks import WikiBlocks
from .reading import Source, too_many

_CODE = ("pre", "syntaxhighlight", "source", "math", "gallery", "timeline", "score")
_REGION = re.compile(
    rb"<!--|<(%s|nowiki|ref)(?:\s[^<>]{0,500}+)?+>|\{\{|\}\}" % "|".join(_CODE).encode(), re.IGNORECASE
)
_FIELD = re.compile(rb"^[ \t]*\|[ \t]*([A-Za-z][\w -]{0,40}+)=[ \t]*([^\r\n|{}]{1,200}+)", re.MULTILINE)
_TEXT = re.compile(rb"[^\r\n]")


class MediaWiki(ReadOnlyStyle):
    """Reads wikitext."""

    name = "mediawiki"

    def parse(self, source: Source) -> Document:
        """The page's blocks. Raises ``Unreadable`` over the limits."""
        signs = len(source.data) - len(source.data.translate(None, b"[]{}|'<&"))
        limit = source.limits.pieces // 3  # a cell takes more time than a line
        if signs > limit:
            raise too_many(source, "signs of markup", limit)
        regions = _Regions(source.data)
        found = WikiBlocks(source, regions.shape(), regions.code)
        found.walk()
        return Document(
            name=source.name,
            data=source.data,
            format=self.name,
            limits=source.limits,
            blocks=tuple(found.blocks),
            metadata=regions.metadata,
            directives=tuple(found.at(source.line(found.start)) for found in comments(source.data)),
            read_only=f"{source.name} is wikitext, and that is only read: it carries no links.",
        )


class _Regions:
    """What spans lines without being lines of text: comments, code, templates that stand alone."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.code: list[tuple[int, int]] = []
        self.metadata: dict[str, str] = {}
        self._blank: list[tuple[int, int, bytes]] = []
        self._opened: list[int] = []
        """Where the templates start that are open."""
        self._walk()

    def shape(self) -> bytes:
        """The page with blanks or other harmless signs in their place; the ends of lines stay."""
        kept: list[bytes] = []
        done = 0
        for start, end, sign in sorted(self._blank):
            if start >= done:
                kept += (self.data[done:start], _TEXT.sub(sign, self.data[start:end]))
                done = end
        return b"".join((*kept, self.data[done:]))

    def _walk(self) -> None:
        at, endless = 0, set[bytes]()
        while True:
            found = _REGION.search(self.data, at)
            if found is None:
                return
            at = found.end()
            if found[0] == b"{{":
                self._opened.append(found.start())
            elif found[0] == b"}}":
                self._template(found.end())
            else:
                ends = b"-->" if found[1] is None else b"</%s>" % found[1].lower()
                close = -1 if ends in endless or found[0].endswith(b"/>") else self.data.find(ends, at)
                if close < 0:
                    if not found[0].endswith(b"/>"):
                        endless.add(ends)
                    continue
                at = close + len(ends)
                self._region(found.start(), at, (found[1] or b"").lower().decode())

    def _region(self, start: int, end: int, name: str) -> None:
        if name in _CODE:
            self.code.append((start, end))
        self._blank.append((start, end, b"x" if name == "nowiki" else b" "))

    def _template(self, end: int) -> None:
        """A template ends; one that has lines for itself is no text, and its fields are facts."""
        if not self._opened:
            return
        start = self._opened.pop()
        if self._opened:
            return
        before = self.data.rfind(b"\n", 0, start) + 1
        after = self.data.find(b"\n", end)
        after = after if after >= 0 else len(self.data)
        alone = not self.data[before:start].strip() and not self.data[end:after].strip()
        if alone or self.data.find(b"\n", start, end) >= 0:
            self._blank.append((start, end, b" "))
            for key, value in self._fields(start, end):
                self.metadata.setdefault(key, value)

    def _fields(self, start: int, end: int) -> Iterator[tuple[str, str]]:
        for found in _FIELD.finditer(self.data, start, end):
            value = found[2].decode(errors="replace").strip()
            if value:
                yield found[1].decode(errors="replace").strip().lower(), value
