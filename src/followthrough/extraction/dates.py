"""Dates as people write them, absolute and relative, in the languages of the vocabulary."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from .folding import fold, has_cjk
from .partial import AFTER, Order, Partial, choice, last_day, lower
from .phrases import Words, words_of
from .relative import RELATIVE, TODAYS, relative_day
from .vocabulary import Vocabulary

_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_CJK = re.compile(r"(?:(\d{4})\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_NUMBERS = re.compile(r"(?<![\d/.])(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d{2})(?![\d/])")
_QUARTER = re.compile(
    r"(?<!\w)([QTqt])([1-4])(?:\s?[-/,']?\s?(?:FY)?(\d{4}|\d{2}))?(?!\w)|(?<!\w)(\d{4})[ -]?[Qq]([1-4])(?!\w)"
)
_RANGE = re.compile(r"\s?(?:-{1,3}|[–—/]|to)\s?")
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th|er|\.|º)?"
_QUARTERS = frozenset(letter + number for letter in "qt" for number in "1234")
_DIGIT = re.compile(r"\d")
_FEW = 5
_MONTH = 30
"""Characters at the end of a sentence in which its month stands."""
_SPAN = 40
"""Characters at the end of a sentence in which a deadline without a day stands."""
_SPRINT = re.compile(r"(?:by |in |end of )?(?:sprint|iteration) #?\d{1,4}")
_UNITS = {"day": 1, "week": 7, "month": 30, "year": 365}


class Dated(NamedTuple):
    """A date found: as written, as a day, and where."""

    words: str
    day: date
    start: int
    end: int


class Dates:
    """Finds dates in text."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        lists = self.lists = vocabulary.dates
        self.day_first: Callable[[], bool | None] = lambda: None
        """Whether "03/04" means April, if the document tells."""
        self._months: dict[str, int] = {}
        for name in ("months", "months_short"):
            for at, word in enumerate(lists.get(name, ())):
                self._months.setdefault(word, at % 12 + 1)
        self.months = frozenset(self._months)
        self._weekdays = {word: at % 7 for at, word in enumerate(lists.get("weekdays", ()))}
        self.numbers = {word: at % 12 + 1 for at, word in enumerate(lists.get("numbers", ()))}
        self._relative = {word: name for name in RELATIVE for word in lists.get(name, ())}
        self._units = {word: unit for unit in _UNITS for word in lists.get("units_" + unit, ())}
        self.unknown = frozenset(lists.get("unknown", ()))
        self._since = frozenset(lists.get("since", ()))
        self._today = frozenset(word for word in lists.get("today", ())[:40] if word in TODAYS)
        self._last = frozenset(word.rsplit(" ", 1)[-1] for word in self._relative)
        self._named = self._months.keys() | _QUARTERS
        self._dating = frozenset(
            fold(word).rsplit(" ", 1)[-1]
            for words in (
                self._months,
                self._weekdays,
                self._last,
                self._units,
                lists.get("quarters", ()),
                lists.get("halves", ()),
            )
            for word in words
        )
        """Without a digit nothing in ASCII is a deadline that has none of these words."""
        self._unspaced = tuple(word for word in self._relative if has_cjk(word))
        self._spans = frozenset(lists.get("spans", ()))
        self._span_ends = frozenset(word.rsplit(" ", 1)[-1] for word in self._spans)
        self._span_last = re.compile(rf"(?<![a-z0-9])(?:the )?({choice(self._spans)})[.!]?$")
        months = choice(self._months)
        self._day_first = re.compile(
            rf"(?<!\w){_ORDINAL}\s?(?:de |of )?({months})\.?(?:\s?(?:de )?,?\s?(\d{{4}}))?(?!\w)"
        )
        self._month_first = re.compile(rf"(?<!\w)({months})\.?\s{_ORDINAL}(?:,?\s?(\d{{4}}))?(?![\w:])")
        self._month_last = re.compile(rf"(?<!\w)(?:in|im|en|em) ({months})[.!]?$")
        self._month_year = re.compile(rf"(?<!\w)({months})\.?\s(?:de )?(\d{{4}})(?!\w)")
        self._partial = Partial(lists, self._months)
        self._phrase = re.compile(_bounded(self._relative))
        within, units = choice(lists.get("within", ())), choice(self._units)
        self._within = re.compile(
            rf"(?<!\w)(?:{within})\s(\d{{1,3}}|{choice(self.numbers)})\s({units})(?!\w)"
        )
        after = choice(lists.get("after_incident", ()))
        self._span = re.compile(rf"(\d{{1,3}}|{choice(self.numbers)})\s({units})(?:\s(?:{after}))?")
        self._end_month = re.compile(
            rf"(?<!\w)(?:{choice(lists.get('end_of', ()))})\s(?:of )?({months})(?:\s(\d{{4}}))?(?!\w)"
        )
        self._weekday = re.compile(
            rf"(?<!\w)(?:{choice(lists.get('prepositions', ()))})\s(?:next |this )?"
            rf"({choice(self._weekdays)})(?!\w)"
        )
        self._prepositions = frozenset(
            word.rsplit(" ", 1)[-1]
            for name in ("prepositions", "end_of", "planned")
            for word in lists.get(name, ())
        )
        planned = choice((*lists.get("prepositions", ()), *lists.get("planned", ())))
        self._ahead = re.compile(rf"(?<!\w)(?:{planned})[\s:]{{1,3}}(?:the |el |le |dem |zum )?")
        self._end_of = re.compile(rf"(?:^|\W)((?:{choice(lists.get('end_of', ()))}) )$")
        self._before = re.compile(
            rf"(?:^|\W)(?:{choice(lists.get('prepositions', ()))})[\s:]{{0,3}}(?:the |el |le |dem |zum )?$"
        )

    def written(self, day_first: Callable[[], bool | None]) -> Dates:
        """These dates for a document that writes the day first, or the month; it is asked when it matters."""
        same = copy.copy(self)
        same.day_first = cache(day_first)
        return same

    def deadline(self, text: str, base: date) -> Dated | None:
        """The day that ``text`` sets where nothing but a deadline is expected: even "June" is one."""
        if text.isascii() and self._dating.isdisjoint(words_of(text).tokens) and not _DIGIT.search(text):
            return None
        day = self._partial.whole(text, Order(base, self.day_first))
        at = self._weekdays.get(lower(text)) if day is None else None
        if at is not None:
            day = base + timedelta(days=(at - base.weekday()) % 7 or 7)
        if day is None:
            hit = self.due(text, base)
            if hit is None or hit.start > 0 or text.isascii() or not AFTER.match(text, hit.end):
                return hit
            day = hit.day
        return Dated(text, day, 0, len(text))

    def counted(self, text: str, base: date) -> Dated | None:
        """The day that a mere span of time sets: "2 weeks", "10 working days", "7 days post-incident"."""
        match = self._span.fullmatch(lower(text).strip(" .").replace("-", " "))
        if match is None:
            return None
        count = int(match[1]) if match[1].isdigit() else self.numbers[match[1]]
        return Dated(text, base + timedelta(days=count * _UNITS[self._units[match[2]]]), 0, len(text))

    def relatively(self, text: str) -> bool:
        """Whether ``text`` is nothing but words such as "today" or "next week"."""
        return lower(text) in self._relative

    def since(self, text: str, base: date) -> Dated | None:
        """The day behind "from", where nothing but a deadline is expected: work that goes on starts then."""
        first, _, rest = text.partition(" ")
        return self.deadline(rest, base) if rest and lower(first) in self._since else None

    def bounded(self, text: str) -> bool:
        """Whether a few words set a deadline, be it without a date: "before the summer term"."""
        ahead = self._ahead.match(lower(text))
        return ahead is not None and ahead.end() < len(text) and text.count(" ") < _FEW

    def unspecified(self, text: str, words: Words) -> bool:
        """Whether ``text`` is a deadline that no calendar knows: "next sprint", "by the next release"."""
        if words.tokens[-1] not in self._span_ends and not words.tokens[-1].isdigit() and not words.unspaced:
            return False
        folded = lower(text).strip(" .")
        ahead = self._ahead.match(folded)
        return (
            folded in self._spans
            or (ahead is not None and folded[ahead.end() :] in self._spans)
            or _SPRINT.fullmatch(folded) is not None
        )

    def unspecified_last(self, text: str) -> str | None:
        """Such a deadline at the end of a sentence."""
        if self._span_ends.isdisjoint(words_of(text[-_SPAN:]).tokens[-1:]):
            return None
        match = self._span_last.search(lower(text[-_SPAN:]))
        return text[-_SPAN:][match.start(1) : match.end(1)] if match else None

    def absolute(self, text: str, base: date) -> Dated | None:
        """The first full date in ``text``; one without a year is the next such day from ``base`` on."""
        if not _DIGIT.search(text):
            return None
        found = [hit for hit in (self._iso(text), self._cjk(text, base), self._numeric(text)) if hit]
        if self._months.keys().isdisjoint(words_of(text).tokens):
            return min(found, key=lambda hit: hit.start) if found else None
        folded = lower(text)
        for pattern, day, month in ((self._month_first, 2, 1), (self._day_first, 1, 2)):
            match = pattern.search(folded)
            if match:
                when = self._with_year(match[3], self._months[match[month]], int(match[day]), base)
                if when:
                    found.append(Dated(text[match.start() : match.end()], when, *match.span()))
                    break
        return min(found, key=lambda hit: (hit.start, -hit.end)) if found else None

    def due(self, text: str, base: date) -> Dated | None:
        """The first date in ``text``, be it absolute, a quarter, or relative to ``base``."""
        found = self.absolute(text, base) or self._period(text, base)
        return found or self.relative(text, base)

    def hints(self, words: Words) -> bool:
        """Whether it is worth looking for a date: a word stands there that dates are made of, or a digit."""
        return _DIGIT.search(words.raw) is not None or self._relatively(words)

    def _relatively(self, words: Words) -> bool:
        tokens = words.tokens
        if words.unspaced and any(word in words.folded for word in self._unspaced):
            return True
        if not self._last.isdisjoint(tokens) or not self._weekdays.keys().isdisjoint(tokens):
            return True
        return not self._units.keys().isdisjoint(tokens)

    def period(self, text: str, base: date) -> Dated | None:
        """A period that a heading sets, or a date behind "by"; not "immediately"."""
        found = self.absolute(text, base)
        if found:
            return found if self._before.search(lower(text[: found.start])) else None
        found = self._period(text, base) or self.relative(text, base)
        if (
            found
            and self._relative.get(lower(found.words)) == "today"
            and lower(found.words) not in self._today
        ):
            return None
        return found

    def relative(self, text: str, base: date) -> Dated | None:
        """The first date in words such as "next week" or "in two weeks", counted from ``base``."""
        if not self._relatively(words_of(text)):
            return None
        folded = lower(text)
        match = self._phrase.search(folded)
        if match:
            day = relative_day(self._relative[match[0]], base)
            return Dated(text[match.start() : match.end()], day, *match.span())
        match = self._within.search(folded)
        if match:
            count = int(match[1]) if match[1].isdigit() else self.numbers[match[1]]
            day = base + timedelta(days=count * _UNITS[self._units[match[2]]])
            return Dated(text[match.start() : match.end()], day, *match.span())
        match = self._weekday.search(folded)
        if match:
            ahead = (self._weekdays[match[1]] - base.weekday()) % 7 or 7
            return Dated(text[match.start(1) : match.end(1)], base + timedelta(days=ahead), *match.span())
        return None

    def may_announce(self, words: Words) -> bool:
        """Whether ``words`` hold one that a date set as a deadline needs."""
        return not self._prepositions.isdisjoint(words.tokens) or self._relatively(words)

    def announced(self, text: str, base: date) -> Dated | None:
        """A date that ``text`` sets as its own deadline: one behind "by", or "this quarter" and the like.

        The span found takes in the "by"; the words do not.
        """
        if not self.may_announce(words_of(text)):
            return None
        found = self.absolute(text, base) or self._period(text, base)
        if found:
            before = self._before.search(lower(text[: found.start]))
            if before:
                start = before.start() + (text[before.start()] == " ")
                return found._replace(start=start)
            return (
                found if found.words.lower().startswith(("end ", "the end", "fin ", "ende ", "by ")) else None
            )
        found = self._set(text, base)
        if found is not None:
            return found
        found = self.relative(text, base)
        if found is None or not found.words[:1].isalpha():
            return None
        name = self._relative.get(lower(found.words))
        if name in ("today", "tomorrow"):
            return None
        opens = found.start == 0 and text[found.end : found.end + 1] == " "
        outside = opens or len(text.rstrip(" .!")) <= found.end
        named = lower(found.words) in self._weekdays
        return (
            found if name is not None or (outside and (named or "day" not in found.words.lower())) else None
        )

    def _set(self, text: str, base: date) -> Dated | None:
        """A deadline such as "June" or "24/05" behind "by"."""
        order = Order(base, self.day_first)
        for match in self._ahead.finditer(lower(text)):
            hit = self._partial.behind(text, order, match.end())
            if hit is not None:
                day, start, end = hit
                return Dated(text[start:end], day, match.start(), end)
        return None

    def in_month(self, text: str, base: date) -> Dated | None:
        """The month that ends a sentence behind "in": "... in September."."""
        match = self._month_last.search(lower(text[-_MONTH:]))
        if match is None or not text[-_MONTH:][match.start(1)].isupper():
            return None
        month = self._months[match[1]]
        first = max(0, len(text) - _MONTH)
        span = (first + match.start(), first + match.end(1))
        return Dated(
            text[first + match.start(1) : span[1]], last_day(base.year + (month < base.month), month), *span
        )

    def _iso(self, text: str) -> Dated | None:
        match = _ISO.search(text)
        when = _day(int(match[1]), int(match[2]), int(match[3])) if match else None
        return Dated(match[0], when, *match.span()) if match and when else None

    def _cjk(self, text: str, base: date) -> Dated | None:
        match = None if text.isascii() else _CJK.search(text)
        when = self._with_year(match[1], int(match[2]), int(match[3]), base) if match else None
        return Dated(match[0], when, *match.span()) if match and when else None

    def _numeric(self, text: str) -> Dated | None:
        """``31/12/2026``: where one cannot be a month, dots part them, or the document tells the order."""
        match = _NUMBERS.search(text) if "/" in text or "." in text else None
        if not match:
            return None
        first, second = int(match[1]), int(match[3])
        year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
        if first > 12 or match[2] == "." or first == second or (second <= 12 and self.day_first()):
            when = _day(year, second, first)
        elif second > 12 or self.day_first() is False:
            when = _day(year, first, second)
        else:
            return None
        return Dated(match[0], when, *match.span()) if when else None

    def _period(self, text: str, base: date) -> Dated | None:
        """A quarter or a month: its last day."""
        if self._named.isdisjoint(words_of(text).tokens):
            return None
        match = _QUARTER.search(text)
        if match:
            behind = _RANGE.match(text, match.end())
            later = _QUARTER.match(text, behind.end()) if behind else None
            first, match = match.start(), later or match
            quarter = int(match[2] or match[5])
            given = match[3] or match[4]
            year = (int(given) + (2000 if len(given) == 2 else 0)) if given else base.year
            day = last_day(year, quarter * 3)
            if not given and day < base:
                day = last_day(year + 1, quarter * 3)
            ahead = self._end_of.search(lower(text[:first]))
            start = ahead.start(1) if ahead else first
            return Dated(text[start : match.end()], day, start, match.end())
        folded = lower(text)
        match = self._end_month.search(folded) or self._month_year.search(folded)
        if not match:
            return None
        month = self._months[match[1]]
        year = int(match[2]) if match[2] else base.year + (month < base.month)
        return Dated(text[match.start() : match.end()], last_day(year, month), *match.span())

    def _with_year(self, year: str | None, month: int, day: int, base: date) -> date | None:
        if year:
            return _day(int(year), month, day)
        when = _day(base.year, month, day)
        return when if when is None or when >= base else _day(base.year + 1, month, day)


def _bounded(words: Iterable[str]) -> str:
    return rf"(?<![a-z0-9])(?:{choice(words)})(?![a-z0-9])"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
