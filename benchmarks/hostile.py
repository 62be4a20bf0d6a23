"""Documents made to hurt: whatever the extraction reads, repeated without end, in every place and format.

One document repeats one thing, or several in turn; numbers in them differ, so that nothing profits from what
was read before. The sweep looks for what takes too long at the largest size that is read; the test of that
name counts calls over the same documents instead.
"""

from __future__ import annotations

import gc
import io
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from itertools import count
from random import Random

from benchmarks.measure import Series, Took
from benchmarks.results import Row
from benchmarks.results import size as size_of

from followthrough import documents, extraction

THINGS = {
    "key": "OPS-{n} ", "number": "#{n} ", "repository": "acme/web#{n} ",
    "address": "https://t.example/issues/{n} ", "pull": "PR {n} ", "incident": "INC00{n} ",
    "board": "AB#{n} ", "handle": "@sam{n} ", "name": "Sam Moss ", "owner": "Owner: Sam{n} ",
    "bracketed": "(Sam{n}) ", "team": "the a{n} team will ", "to": "Platform team to ",
    "nick": "(:sam) ", "mail": "sam{n}@acme.example ", "iso": "2026-01-02 ", "month": "by June ",
    "weeks": "in two weeks ", "quarter": "Q3 2026 ", "cjk-date": "3月{n}日 ", "due": "due 24/05 ",
    "clock": "10:{n} - ", "until": "until next week ", "share": "{n} % ",
    "link": "[a{n}](https://x.example/{n}) ", "auto": "<https://x.example/{n}> ", "image": "![a](b{n}) ",
    "ref": "[a{n}][b] ", "short": "[a{n}] ", "strong": "**a{n}** ", "em": "*a{n}* ",
    "struck": "~~a{n}~~ ", "low": "__a{n}__ ", "open": "**a{n} ", "stars": "***", "lows": "_ ",
    "opening": "(", "closing": ")", "pair": "(a{n}) ", "square": "[", "squared": "]",
    "braces": "{{{{a{n}}}}} ", "brace": "{{", "code": "`a{n}` ", "tick": "`", "ticks": "`` ",
    "add": "add a thing {n} ", "will": "we will add {n} ", "it-will": "it will {n} ",
    "was": "was added {n} ", "should": "We should add {n} tests. ", "have": "We have added {n} tests. ",
    "review": "and review {n} ", "need": "we need to do {n} ", "are": "we are now ", "we": "we, {n}, ",
    "action": "Action: {n} ", "todo": "TODO {n} ", "state": "Status: done{n} ", "label": "a{n}: ",
    "why": "Why: {n} ", "see": "(see a{n}) ", "done": "done ", "Done": "Not done ", "not": "won't do ",
    "mark": "✅ ", "sign": ":fire: ", "prevent": "To prevent {n}, ", "comma": ", ", "semicolon": "; ",
    "dash": " - ", "long-dash": " — ", "slash": " / ", "full-stop": ". ", "dots": "..", "colon": ": ",
    "arrow": "→ ", "wide-comma": "、", "wide-stop": "。", "bullet": "• ", "equals": "= ", "question": "? ",
    "backslash": "\\", "cjk": "再発防止{n}", "b": "<b>a{n}</b> ", "a": "<a href=x{n}>", "br": "<br>",
    "div": "<div>", "comment": "<!-- a{n} -->", "unclosed": "<!-- ", "entity": "&amp;", "tag": "<",
    "cell": "<td>", "item": "<li>", "closed": "</p>", "upper": "[INSERT] ", "ordinal": "{n}. ",
    "paren": "{n}) ", "circled": "① ", "accent": "é", "long": "a{n}", "hash": "# ", "pipe": "| ",
    "quote": '"a{n}" ', "apostrophe": "'",
}  # fmt: skip
"""By a name: what is repeated."""
LINE, TEXT = 60_000, 1_000
"""Bytes of a long line, of which more than 64 KiB are refused, and of a long sentence."""
PLACES = {
    "long lines": LINE, "lines": 1, "one paragraph": 80, "paragraphs": TEXT, "items": TEXT, "short items": 1,
    "cells": TEXT, "rows": 1, "owners": TEXT, "headings": 100, "quotes": TEXT,
}  # fmt: skip
"""Where it stands, and how many bytes of it stand together."""
LARGEST, SECONDS, ITEMS = 4_990_000, 2.0, 5_000
TODAY = date(2026, 11, 23)
_COLUMNS = ("Action", "Owner", "Due", "Status", "Ticket", "Notes")
_TABLES = ("cells", "rows", "owners")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a document repeats, where, below a heading of measures or in running text, in which format."""

    things: tuple[str, ...]
    place: str
    listed: bool = True
    format: str = "md"

    def __str__(self) -> str:
        where = "measures" if self.listed else "running text"
        return f"{' + '.join(self.things)} in {self.place} of {where} ({self.format})"


def singles(formats: Sequence[str] = ("md",)) -> list[Shape]:
    """Each thing alone, in all places."""
    return [
        Shape((thing,), place, listed, format)
        for format in formats
        for thing in THINGS
        for place in PLACES
        for listed in (True, False)
    ]


def mixtures(random: Random, number: int, formats: Sequence[str] = ("md",)) -> list[Shape]:
    """Any two or three things in turn."""
    return [
        Shape(
            tuple(random.sample(list(THINGS), random.choice((2, 2, 3)))),
            random.choice(list(PLACES)),
            random.random() < 0.6,
            random.choice(formats),
        )
        for _ in range(number)
    ]


def document(shape: Shape, size: int, first: int = 10) -> bytes:
    """About ``size`` bytes of it, numbered from ``first`` on."""
    numbers = count(first)
    text = "".join(THINGS[thing] for thing in shape.things)
    markup = MARKUPS[shape.format]
    repeated = max(1, min(PLACES[shape.place], size) // len(text.encode()))
    parts = [markup.heading.format("Action items" if shape.listed else "What happened")]
    if shape.place in _TABLES:
        parts.append(markup.table.format((markup.heads or markup.between).join(_COLUMNS)))
    made = 0
    while made < size:
        words = "".join([text.format(n=next(numbers)) for _ in range(repeated)]).strip()
        parts.append(markup.part(shape.place, escape(words) if markup.escaped else words))
        made += len(parts[-1].encode())
    if shape.place in _TABLES:
        parts.append(markup.end)
    return markup.whole("".join(parts))


@dataclass(frozen=True, slots=True)
class Markup:
    """How a format writes a heading, an item, a row."""

    heading: str
    smaller: str
    item: str
    quote: str
    row: str
    between: str
    """What parts two cells."""
    table: str
    """What opens a table, with its head."""
    end: str = ""
    heads: str = ""
    """What parts two names of columns, if not the same."""
    line: str = "{}\n"
    paragraph: str = "{}\n\n"
    escaped: bool = False
    """What is repeated is written as words, not as markup."""
    whole: Callable[[str], bytes] = str.encode

    def part(self, place: str, words: str) -> str:
        """``words`` once more."""
        if place in _TABLES:
            cells = ["Add a thing", words] if place == "owners" else [f"Add {words}", ""]
            return self.row.format(self.between.join([*cells, *[""] * 4]))
        if place == "headings":
            return self.smaller.format(words) + self.paragraph.format("Add a disk")
        form = {
            "items": self.item,
            "short items": self.item,
            "quotes": self.quote,
            "paragraphs": self.paragraph,
        }
        return form.get(place, self.line).format(words)


def _word_file(body: str) -> bytes:
    packed = io.BytesIO()
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    text = f"<w:document {space}><w:body>{body}</w:body></w:document>"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("word/document.xml"), text)
    return packed.getvalue()


def _mail(text: str) -> bytes:
    return f"From: a@acme.example\nContent-Type: text/plain; charset=utf-8\n\n{text}".encode()


_PLAIN = Markup("{}:\n\n", "{}:\n\n", "- {}\n", "> {}\n\n", "{}\n", " | ", "{}\n")
_HTML = Markup(
    "<h2>{}</h2>\n", "<h3>{}</h3>\n", "<ul><li>{}</li></ul>\n", "<blockquote>{}</blockquote>\n",
    "<tr><td>{}</td></tr>\n", "</td><td>", "<table><tr><th>{}</th></tr>\n", "</table>\n", "</th><th>",
    "<p>{}</p>\n", "<p>{}</p>\n",
)  # fmt: skip
_TEXT = "<w:r><w:t>{}</w:t></w:r>"
_STYLED = f'<w:p><w:pPr><w:pStyle w:val="Heading%d"/></w:pPr>{_TEXT}</w:p>'
_NUMBERED = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
_ROW = f"<w:tr><w:tc><w:p>{_TEXT}</w:p></w:tc></w:tr>"
MARKUPS = {
    "md": Markup(
        "## {}\n\n", "### {}\n\n", "- {}\n", "> {}\n\n", "| {} |\n", " | ",
        "| {} |\n|---|---|---|---|---|---|\n",
    ),
    "txt": _PLAIN,
    "eml": replace(_PLAIN, whole=_mail),
    "rst": Markup(
        "{}\n============\n\n", "{}\n------------\n\n", "* {}\n", "   {}\n\n", "   * - {}\n", "\n     - ",
        ".. list-table::\n   :header-rows: 1\n\n   * - {}\n",
    ),
    "adoc": Markup(
        "== {}\n\n", "=== {}\n\n", "* {}\n", "____\n{}\n____\n\n", "|{}\n\n", "\n|",
        "[%header,cols=6*]\n|===\n|{}\n\n", "|===\n",
    ),
    "org": Markup(
        "* {}\n\n", "** {}\n\n", "- {}\n", "#+begin_quote\n{}\n#+end_quote\n", "| {} |\n", " | ",
        "| {} |\n|---+---|\n",
    ),
    "mediawiki": Markup(
        "== {} ==\n\n", "=== {} ===\n\n", "* {}\n", "<blockquote>{}</blockquote>\n\n", "|-\n| {}\n", "\n| ",
        '{{| class="wikitable"\n! {}\n', "|}\n", "\n! ",
    ),
    "html": _HTML,
    "xml": replace(_HTML, whole=lambda text: f"<ac:layout>{text}</ac:layout>".encode()),
    "docx": Markup(
        _STYLED % 1, _STYLED % 2, f"<w:p>{_NUMBERED}{_TEXT}</w:p>", f"<w:p>{_TEXT}</w:p>",
        _ROW, "</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>", f"<w:tbl>{_ROW}", "</w:tbl>", "",
        f"<w:p>{_TEXT}</w:p>", f"<w:p>{_TEXT}</w:p>", escaped=True, whole=_word_file,
    ),
}  # fmt: skip


def read(data: bytes, name: str) -> int:
    """Reads it as `extract` does: how many measures it has, or -1 where it is refused."""
    try:
        return len(extraction.extract(documents.parse(data, name), today=TODAY, most=ITEMS).items)
    except documents.Unreadable:
        return -1


def seconds(shape: Shape, size: int) -> float:
    """Processor time for a document of about ``size`` bytes."""
    data = document(shape, size)
    gc.collect()
    began = time.process_time()
    read(data, f"pm.{shape.format}")
    return time.process_time() - began


def sweep(shapes: Iterable[Shape], size: int, largest: int = LARGEST) -> Iterator[tuple[Shape, float]]:
    """Those that at ``size`` and four times as much look dear, and how long they take at ``largest``."""
    for shape in shapes:
        less, more = seconds(shape, size), seconds(shape, 4 * size)
        if more * LARGEST / (4 * size) > SECONDS / 2 or more > 6 * less + 0.01:
            yield shape, seconds(shape, largest)


def dearest(*, mixed: int, size: int, largest: int, shown: int = 5) -> list[Row]:
    """Of all things in all places, and ``mixed`` mixtures in any format, those that take the longest."""
    random = Random("hostile")  # noqa: S311  (no secret)
    shapes = [*singles(), *mixtures(random, mixed, tuple(MARKUPS))] if mixed else singles()[:20]
    seconds(shapes[0], size)
    found = sorted(sweep(shapes, size, largest), key=lambda each: -each[1])
    return [
        Row(
            what=f"{shape}, {size_of(largest)}; of {len(shapes)} shapes, {len(found)} looked dear",
            ours=f"{took:.2f} s",
            other=f"{SECONDS:g} s",
            ratio=SECONDS / took,
            goal=1.0,
            runs=[Series(str(shape), [Took(took, took)])],
        )
        for shape, took in found[:shown]
    ]
