"""The words of one block or cell of wikitext: its runs, and links of ours that somebody carried over."""

from __future__ import annotations

import re
from html import unescape

from .blocks import Mark, Run, Style, Text
from .links import split_addresses
from .marks import ours

# Every repetition is possessive or bounded, so that no sign is tried twice.
_SIGN = re.compile(
    rb"""'{2,}+
    |\[\[(?P<page>[^\[\]|\r\n]{0,300}+)(?P<more>\|)?+
    |\]\]
    |\[(?P<url>(?:https?:)?//[^\s\[\]<>"]{1,2000}+)[ \t]*+
    |\]
    |\{\{(?P<name>[^{}|]{0,200}+)(?P<rest>[^{}]{0,1000}+)\}\}
    |<!--
    |<(?P<end>/?)(?P<tag>[A-Za-z]{1,20}+)(?P<attributes>[^<>]{0,500}+)>
    |&(?:\#[0-9]{1,8}+|\#[xX][0-9a-fA-F]{1,7}+|[A-Za-z][A-Za-z0-9]{1,31}+);
    |(?<![ \t])[ \t]*+[\r\n][ \t\r\n]*+(?P<bullet>[*\#:;]++[ \t]*+)?+
    """,
    re.VERBOSE,
)
_STYLES = {
    "b": Style.STRONG,
    "strong": Style.STRONG,
    "i": Style.EMPHASIS,
    "em": Style.EMPHASIS,
    "s": Style.STRUCK,
    "strike": Style.STRUCK,
    "del": Style.STRUCK,
    "code": Style.CODE,
    "tt": Style.CODE,
    "kbd": Style.CODE,
    "samp": Style.CODE,
}
_TAGS = frozenset(
    [
        "u",
        "span",
        "small",
        "big",
        "sub",
        "sup",
        "font",
        "ins",
        "abbr",
        "mark",
        "var",
        "q",
        "cite",
        "div",
        "p",
        "center",
        "time",
        "wbr",
        "includeonly",
        "onlyinclude",
    ]
)
_TICKETS = ("bug", "ticket", "issue", "pr", "bugzilla")
"""Templates whose number is a ticket's."""
_LEFT_OUT = ("ref", "pre", "syntaxhighlight", "source", "math", "gallery", "noinclude")
"""Elements whose words are no part of the sentence around them."""
_FILES = re.compile(
    r"\s*(?:file|image|datei|bild|fichier|archivo|category|kategorie|catégorie|categoría)\s*:", re.IGNORECASE
)
_TRACKER = re.compile(
    r"(?:phab|phabricator|gerrit|bug|bugzilla|rt|gitlab|jira):(?=\w{0,10}-?\d)", re.IGNORECASE
)
"""What stands in front of a ticket in a link to another site."""
_NAMED = re.compile(r"\s*+[\w -]{1,60}+\s*+=")


class WikiText(Text):
    """Text read from its bytes when somebody asks."""

    __slots__ = ("data",)

    def __init__(self, data: bytes, start: int, end: int) -> None:
        super().__init__(start, end)
        self.data = data

    def _fill(self) -> None:
        words = _Words(self.data, self.start, self.end)
        words.walk()
        while words.runs and not words.runs[-1].text.strip():
            words.runs.pop()
        self._runs = tuple(words.runs)
        self._marks = tuple(words.marks)
        self._anchor = None


class _Words:
    def __init__(self, data: bytes, start: int, end: int) -> None:
        self.data = data
        self.end = end
        self.runs: list[Run] = []
        self.marks: list[Mark] = []
        self._at = start
        self._bold = self._italic = False
        self._tags = Style.PLAIN
        self._link: str | None = None
        self._opened = (start, 0)
        """Where the open link starts, and how many runs stood before it."""
        self._inside = ""
        """Whether the open link leads to a page or to an address."""
        self._silent = False

    def walk(self) -> None:
        while self._at < self.end:
            found = _SIGN.search(self.data, self._at, self.end)
            self._plain(self._at, found.start() if found else self.end)
            if found is None:
                return
            self._at = found.end()
            self._sign(found, found[0])

    def _sign(self, found: re.Match[bytes], sign: bytes) -> None:
        if found["page"] is not None:
            self._page(found)
        elif found["url"] is not None:
            self._open("]", found["url"].decode(errors="replace"), found.start())
        elif found["name"] is not None:
            self._template(found)
        elif found["tag"] is not None:
            self._tag(found)
        elif sign[:1] == b"'":
            self._quotes(found)
        elif sign in (b"]]", b"]"):
            self._close(found, sign.decode())
        elif sign == b"<!--":
            close = self.data.find(b"-->", self._at, self.end)
            self._at = close + 3 if close >= 0 else self.end
        elif sign[:1] == b"&":
            self._add(unescape(sign.decode()), found.start(), found.end())
        else:
            self._bold = self._italic = False
            if found["bullet"] is not None:
                self._break(found.start(), found.end())
            elif self.runs and self.runs[-1].text[-1:] not in (" ", "\n"):
                self._add(" ", found.start(), found.end())

    def _style(self) -> Style:
        style = self._tags
        if self._bold:
            style |= Style.STRONG
        return style | Style.EMPHASIS if self._italic else style

    def _plain(self, start: int, end: int) -> None:
        if start < end and not self._silent:
            run = Run(self.data[start:end].decode(errors="replace"), start, end, self._style(), self._link)
            self.runs += split_addresses(run) if run.link is None and "://" in run.text else (run,)

    def _add(self, text: str, start: int, end: int) -> None:
        if text and not self._silent:
            self.runs.append(Run(text, start, end, self._style(), self._link))

    def _break(self, start: int, end: int) -> None:
        if self.runs and self.runs[-1].text != "\n":
            self._add("\n", start, end)

    def _quotes(self, found: re.Match[bytes]) -> None:
        count = len(found[0])
        if count == 4 or count > 5:
            # The first ones are apostrophes.
            extra = 1 if count == 4 else count - 5
            self._plain(found.start(), found.start() + extra)
            count -= extra
        self._bold ^= count in (3, 5)
        self._italic ^= count in (2, 5)

    def _page(self, found: re.Match[bytes]) -> None:
        if found["more"] is None and self.data[self._at : self._at + 2] != b"]]":
            self._at = found.start() + 2  # no link
            self._plain(found.start(), self._at)
            return
        page = found["page"].decode(errors="replace")
        name = page.strip().lstrip(":")
        self._open("]]", name, found.start())
        if _FILES.match(page):
            self._silent = True
        elif found["more"] is None:
            start = found.start() + 2 + len(page[: page.find(name)].encode())
            prefix = _TRACKER.match(name)
            self._plain(start + (prefix.end() if prefix else 0), start + len(name.encode()))

    def _open(self, closing: str, target: str, start: int) -> None:
        self._link, self._inside = target, closing
        self._opened = (start, len(self.runs))

    def _close(self, found: re.Match[bytes], sign: str) -> None:
        if self._inside != sign and not (self._inside == "]" and sign == "]]"):
            self._plain(found.start(), found.end())
            return
        start, count = self._opened
        link, end = self._link or "", found.start() + len(self._inside)
        if self._inside == "]" and len(self.runs) == count:
            self._add(link, start + 1, found.start())  # an address without words
        self._at = end
        self._link, self._inside, self._silent = None, "", False
        mark = ours(link)
        if mark is not None:
            words = "".join(run.text for run in self.runs[count:])
            del self.runs[count:]
            self.marks.append(Mark(mark[1], start, end, " ".join(words.split()), mark[0]))

    def _template(self, found: re.Match[bytes]) -> None:
        """A template reads as its first argument without a name, or as its own name."""
        first = next(
            (
                part
                for part in found["rest"].decode(errors="replace").split("|")[1:]
                if not _NAMED.match(part)
            ),
            "",
        )
        name = " ".join(found["name"].decode(errors="replace").split())
        words = " ".join(first.split()) or name
        self._add(
            f"{name} {words}" if words.isdecimal() and name.lower() in _TICKETS else words, *found.span()
        )

    def _tag(self, found: re.Match[bytes]) -> None:
        name, closing = found["tag"].decode().lower(), bool(found["end"])
        if name == "br":
            self._break(*found.span())
        elif name in _STYLES:
            self._tags = self._tags & ~_STYLES[name] if closing else self._tags | _STYLES[name]
        elif name == "nowiki" or name in _LEFT_OUT:
            if not closing and found["attributes"][-1:] != b"/":
                close = self.data.find(f"</{name}>".encode(), self._at, self.end)
                close = close if close >= 0 else self.end
                if name == "nowiki":
                    self._plain(self._at, close)
                self._at = min(self.end, close + len(name) + 3)
        elif name not in _TAGS:
            self._plain(*found.span())
