"""The lines of a paragraph or of a list's element: which of them are elements themselves."""

from __future__ import annotations

import re

from .folding import has_cjk
from .judging import Judge
from .phrases import words_of
from .states import MARKS

_SENTENCE_END = re.compile(r"[.!?…:]$")
_LABEL = 40
_WRITTEN = 40
"""Lines of what somebody indented in order to set it apart."""
_PROGRAM = re.compile(r"[{}=<>$|\\;]|\s--?\w|\w\(")
"""What programs and commands have, and sentences have not."""
_LINES = 5_000
"""Lines of a paragraph; where there are more, they are text."""


def line_spans(text: str, start: int = 0, stop: int | None = None) -> list[tuple[int, int]]:
    """The lines of ``text`` from ``start`` to ``stop``, without the blanks around them."""
    spans = []
    stop = len(text) if stop is None else stop
    while start < stop:
        end = text.find("\n", start, stop)
        end = stop if end < 0 else end
        first, last = start, end
        while first < last and text[first] in " \t\r\\":
            first += 1
        while last > first and text[last - 1] in " \t\r\\":
            last -= 1
        if last > first:
            spans.append((first, last))
        start = end + 1
    return spans


_MARKED = re.compile(
    r"\s{0,16}(?:\(?\d{1,2}\\?[.)]|\d{1,2}(?:\.\d{1,2}){1,3}(?=\s{1,8}[^\W\d_]{3})"
    r"|(?!P\d)[A-Z]{1,3}-?\d{1,3}[.):]|[•·▪◦‣–—*+-]|\(?[a-z]\))\s{1,8}(?=\S)"
    rf"|[{''.join(MARKS)}]\ufe0f?\s{{0,3}}(?=\S)"
    r"|(?:\d{1,2}[.．、)）]|[・①-⑳])\s{0,4}(?=[\u3040-\u9fff\uac00-\ud7af])"
)
"""What marks a line of a paragraph as an element of a list that the format does not know."""


def marked_lines(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The elements of a list in a paragraph, "1) ...", "• ...", each with the lines that go on with it."""
    first = next(
        (at for at, span in enumerate(spans) if not text[span[0] : span[1]].endswith((":", "："))), 0
    )
    if not spans or not _MARKED.match(text, *spans[first]):
        return []
    spans = spans[first:]
    found: list[tuple[int, int]] = []
    for start, end in spans:
        match = _MARKED.match(text, start, end)
        if match:
            found.append((start if text[start] in MARKS else match.end(), end))
        else:
            found[-1] = (found[-1][0], end)
    return found if len(found) > 1 else []


def separate_lines(text: str, spans: list[tuple[int, int]], judge: Judge) -> bool:
    """Whether every line says something of its own, rather than going on with the one before it."""
    if len(spans) > _LINES:
        return False
    starts = [text[start:end] for start, end in spans]
    if not all(line[0].isupper() or not line[0].isalpha() for line in starts):
        return False
    ended = sum(bool(_SENTENCE_END.search(line)) for line in starts[:-1])
    acting = sum(_acts(line[:120], judge) for line in starts)
    return acting * 2 >= len(starts) and (ended * 2 >= len(starts) - 1 or acting == len(starts))


def _acts(line: str, judge: Judge) -> bool:
    """Whether a line says what to do, at once or behind a label: "Limits: Drop jobs that are too old"."""
    label, _, rest = line.partition(": ")
    words = words_of(line)
    return (
        judge.instructs(words)
        or judge.names_deed(words)
        or (len(label) < _LABEL and rest[:1].isupper() and judge.instructs(words_of(rest)))
    )


def written_lines(text: str, judge: Judge) -> bool:
    """Whether code is none: lines that somebody indented, each of which says what to do."""
    spans = line_spans(text)
    if not 1 < len(spans) <= _WRITTEN or _PROGRAM.search(text):
        return False
    lines = [text[start:end] for start, end in spans]
    return all(
        (line[0].isupper() or has_cjk(line[0])) and " " in line and _acts(line[:120], judge) for line in lines
    )
