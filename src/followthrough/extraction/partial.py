"""Deadlines that leave something out: "24/05", "CW 22", "June", "mid March", "H2 2026", "10月末"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from .folding import fold

_SLASHED = re.compile(r"(?<![\d/.])(\d{1,2})/(\d{1,2})(?![\d/.%])")
_DOTTED = re.compile(r"(?<![\d/.])(?:(\d{1,2})\.\s?(\d{1,2})\.|(\d\d)\.(\d\d))(?![\d.])")
_CODED = re.compile(r"(?<!\w)(\d{4})[ -]?(?:w|kw|cw)(\d{1,2})(?!\w)")
_ROMAN = re.compile(r"(?<!\w)(iv|i{1,3})[/. ](\d{4})(?!\w)")
_HALF = re.compile(r"(?<!\w)h([12])(?:\s?[-/']?\s?(\d{4}|\d{2}))?(?!\w)")
_YEAR = re.compile(r"(?<!\w)(20\d\d)(?!\w)")
_CJK_MONTH = re.compile(
    r"(?:(\d{4})\s?[年년]\s?)?(\d{1,2}|十[一二]?|[一二三四五六七八九])\s?[月월]\s?"
    r"(初|上旬|中旬|下旬|末|底|중순|초순|하순|초|말)?"
)
_CJK_QUARTER = re.compile(
    r"(?:今年|本年)?(?:(\d{4})\s?[年년]\s?)?第?\s?([1-4一二三四])\s?(?:四半期|季度|분기)\s?(?:末|底|말)?"
)
_CJK_WEEK = re.compile(r"(?:(\d{4})\s?[年년]\s?)?第?\s?(\d{1,2})\s?(?:周|週|주차)")
_CJK_HALF = re.compile(
    r"(?:今年|本年)?(?:(\d{4})\s?[年년度]{0,2}\s?)?(上半年|下半年|上半期|下半期|상반기|하반기)"
)
_NUMERALS = {word: at for at, word in enumerate("一二三四五六七八九", 1)} | {"十": 10, "十一": 11, "十二": 12}
_TENTH, _MIDDLE = ("初", "上旬", "초", "초순"), ("中旬", "중순")
AFTER = re.compile(
    r"\s*+(?:までに|まで|迄|까지|之前|以前|前|以内|内|中|にて|に)?\s?"
    r"(?:完成|完了|完了予定|予定|완료|완료 예정|예정|上线)?\s*+$"
)
"""What follows a date in languages that put "by" behind it."""
_ALWAYS = ("24/7", "7/24", "50/50")
"""What looks like a day and speaks of all of them."""
_OTHERWISE = ("may", "march")
"""Months only with a capital letter."""
_NAMED = re.compile(r"\s[A-Z][a-z]")
"""What follows a word that is part of a name: "May Day"."""
_BRIEF = 3
"""Shorter words in small letters are no months: "before set up"."""
_DOTTING = ("bis ", "zum ", "dem ", "am ", "den ")
"""Behind these "9.9." is a day and no version."""
_INSIDE = ("in", "en", "im", "em", "au", "am")
Span = tuple[date, int, int]


class Order(NamedTuple):
    """The base from which an unsaid year counts, and how to learn whether "03/04" names the day first."""

    base: date
    day_first: Callable[[], bool | None]


class Partial:
    """Finds deadlines of which the year, or the day as well, is left to the reader."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]], months: Mapping[str, int]) -> None:
        self._months = months
        named = choice(months)
        self._ordinals = {word: at % 4 + 1 for at, word in enumerate(lists.get("ordinals", ()))}
        self._start = frozenset(lists.get("start_of", ()))
        self._middle = frozenset(lists.get("mid_of", ()))
        parts = choice((*lists.get("start_of", ()), *lists.get("mid_of", ()), *lists.get("end_of", ())))
        self._month = re.compile(
            rf"(?<!\w)(?:({parts})[\s-](?:of |de |du |d )?)?({named})\.?(?:\s(?:de |of )?'?(\d{{4}}))?(?!\w)"
        )
        self._week = re.compile(
            rf"(?<!\w)(?:{choice(lists.get('weeks', ()))})\.?\s?(\d{{1,2}})(?:\s?[/,.]?\s?(\d{{4}}))?(?!\w)"
        )
        number = rf"([1-4]|{choice(self._ordinals)})(?:\.|st|nd|rd|th|er|e|o|a|re)?"
        self._quarter = self._counted(number, choice(lists.get("quarters", ())))
        self._half = self._counted(number, choice(lists.get("halves", ())))
        ahead = choice((*lists.get("prepositions", ()), *lists.get("planned", ()), *_INSIDE))
        self._before = re.compile(rf"(?:{ahead})[\s:]+(?:the |el |le |la |dem |zum |fin de |o )?")

    @staticmethod
    def _counted(number: str, unit: str) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){number}\s(?:{unit})(?:\s(?:de |of )?(\d{{4}}))?(?!\w)")

    def whole(self, text: str, order: Order) -> date | None:
        """The last day that ``text`` allows, if all of it is such a deadline."""
        text = text.strip(" ?!~")
        lowered = lower(text)
        ahead = self._before.match(lowered)
        first = ahead.end() if ahead else 0
        while ahead and (again := self._before.match(lowered, first)):
            first = again.end()
        for day, _, end in self._all(text, lowered, order, first):
            if not text[end:].strip(" .") or AFTER.match(text, end):
                return day
        return None

    def behind(self, text: str, order: Order, at: int) -> Span | None:
        """A deadline that starts at ``at`` in ``text``, where a word such as "by" ends."""
        if text[at : at + 5].split(" ")[0] in _OTHERWISE:
            return None
        for day, start, end in self._all(text, lower(text), order, at, loose=False):
            named = text[start].isupper() or len(text[start:end]) > _BRIEF
            if named and not _NAMED.match(text, end):
                return day, start, end
        return None

    def _all(self, text: str, lowered: str, order: Order, at: int, *, loose: bool = True) -> Iterator[Span]:
        """Every reading of ``text`` from ``at`` on. ``loose`` allows what a sentence means otherwise."""
        base = order.base
        readings: list[tuple[re.Pattern[str], str, Callable[[re.Match[str]], date | None]]] = [
            (_SLASHED, text, lambda match: self._slashed(match, order)),
            (_CODED, lowered, lambda match: _week(match[1], int(match[2]), base)),
            (self._week, lowered, lambda match: _week(match[2], int(match[1]), base)),
            (self._quarter, lowered, lambda match: _months(self._count(match[1]) * 3, match[2], base)),
            (self._half, lowered, lambda match: _half(self._count(match[1]), match[2], base)),
            (_HALF, lowered, lambda match: _half(int(match[1]), match[2], base)),
            (self._month, lowered, lambda match: self._named(match, base)),
        ]
        if loose:
            readings += [
                (_ROMAN, lowered, lambda match: _months(_roman(match[1]) * 3, match[2], base)),
                (_YEAR, lowered, lambda match: date(int(match[1]), 12, 31)),
            ]
        if loose or lowered.endswith(_DOTTING, 0, at):
            readings.append((_DOTTED, text, lambda match: _dotted(match, base)))
        if not text.isascii():
            readings += [
                (_CJK_MONTH, text, lambda match: _month_part(match, base)),
                (_CJK_QUARTER, text, lambda match: _months(_number(match[2]) * 3, match[1], base)),
                (_CJK_WEEK, text, lambda match: _week(match[1], int(match[2]), base)),
                (_CJK_HALF, text, lambda match: _half(1 + (match[2][0] in "下하"), match[1], base)),
            ]
        for pattern, where, read in readings:
            match = pattern.match(where, at)
            day = read(match) if match else None
            if match and day is not None:
                yield day, match.start(), match.end()

    def _count(self, word: str) -> int:
        return self._ordinals.get(word) or int(word)

    def _slashed(self, match: re.Match[str], order: Order) -> date | None:
        """Which number is the month tells the one above 12, else the habit of the document."""
        first, second = int(match[1]), int(match[2])
        if match[0] in _ALWAYS:
            return None
        if first > 12 or first == second or (second <= 12 and order.day_first()):
            return _next(second, first, order.base)
        if second > 12 or order.day_first() is False:
            return _next(first, second, order.base)
        return None

    def _named(self, match: re.Match[str], base: date) -> date | None:
        last = _months(self._months[match[2]], match[3], base)
        part = match[1] or ""
        return _within(last, 10 if part in self._start else 15 if part in self._middle else 0)


_KEPT = 10_000
"""Characters of which the spelling is kept."""


class _Lower(dict[int, str]):
    """Each character as the vocabulary spells it, found out once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if len(self) > _KEPT:
            self.clear()
        self[code] = fold(char)[:1] or (char if char in ":/.," else " ")
        return self[code]


_LOWER = _Lower()


def lower(text: str) -> str:
    """``text`` as the vocabulary spells it, every character where it was."""
    if text.isascii():
        return text.lower().replace("'", " ").replace("-", " ") if "'" in text else text.lower()
    return text.translate(_LOWER)


def choice(words: Iterable[str]) -> str:
    """A pattern for one of ``words``, the longest first."""
    ordered = sorted({word for word in words if word}, key=len, reverse=True)
    return "|".join(map(re.escape, ordered)) or r"(?!)"


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _year(given: str) -> int:
    return int(given) + (2000 if len(given) == 2 else 0)


def _next(month: int, day: int, base: date) -> date | None:
    """The next such day from ``base`` on."""
    for year in (base.year, base.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= base:
            return found
    return None


def _dotted(match: re.Match[str], base: date) -> date | None:
    return _next(int(match[2] or match[4]), int(match[1] or match[3]), base)


def _months(month: int, year: str | None, base: date) -> date | None:
    """The last day of ``month``, without a year the next such day."""
    if not 1 <= month <= 12:
        return None
    if year:
        return last_day(_year(year), month)
    day = last_day(base.year, month)
    return day if day >= base else last_day(base.year + 1, month)


def _half(number: int, year: str | None, base: date) -> date | None:
    return _months(number * 6, year, base) if number < 3 else None


def _week(year: str | None, week: int, base: date) -> date | None:
    """The last day of a calendar week."""
    for candidate in (int(year),) if year else (base.year, base.year + 1):
        try:
            day = date.fromisocalendar(candidate, week, 7)
        except ValueError:
            continue
        if year or day >= base:
            return day
    return None


def _within(last: date | None, day: int) -> date | None:
    return last.replace(day=day) if last and day else last


def _month_part(match: re.Match[str], base: date) -> date | None:
    last = _months(_number(match[2]), match[1], base)
    return _within(last, 10 if match[3] in _TENTH else 20 if match[3] in _MIDDLE else 0)


def _number(word: str) -> int:
    return _NUMERALS.get(word) or int(word)


def _roman(word: str) -> int:
    return {"i": 1, "ii": 2, "iii": 3, "iv": 4}[word]
