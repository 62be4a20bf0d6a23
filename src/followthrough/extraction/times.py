"""Points in time and lengths of time, as incident reports write them."""

from __future__ import annotations

import itertools
import re
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

from .dates import Dates

_ZONES = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "WEST": 60,
    "BST": 60,
    "CET": 60,
    "MEZ": 60,
    "CEST": 120,
    "MESZ": 120,
    "EET": 120,
    "EEST": 180,
    "SAST": 120,
    "CAT": 120,
    "EAT": 180,
    "WAT": 60,
    "MSK": 180,
    "GST": 240,
    "PKT": 300,
    "IST": 330,
    "ICT": 420,
    "WIB": 420,
    "SGT": 480,
    "HKT": 480,
    "AWST": 480,
    "JST": 540,
    "KST": 540,
    "AEST": 600,
    "AEDT": 660,
    "NZST": 720,
    "NZDT": 780,
    "BRT": -180,
    "ART": -180,
    "EST": -300,
    "EDT": -240,
    "CST": -360,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
    "AKST": -540,
    "HST": -600,
    "COT": -300,
    "PET": -300,
}
_ZONE = (
    r"(?P<zone>(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d{2})?|[+-]\d{2}:?\d{2}|(?:"
    + "|".join(sorted(_ZONES, key=len, reverse=True))
    + r")(?![A-Za-z]))"
)
_TIME = re.compile(
    r"(?<![\d:.-])(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,6})?)?)?\s?(?P<half>[ap]\.?m\.?)?(?![\d:])"
    r"(?:\s?\(?" + _ZONE + r"\)?)?",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"(?<!\s)\s++(?:-{1,3}|–|—|→|->|to|until|till|through|a|à|bis|até|hasta)\s++|(?<!\s)\s*+[–—→]\s*+"
    r"|(?<=[\dmMzZT)])-(?=\d)"
)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})")
_ANY_ZONE = re.compile(r"(?<![A-Za-z])" + _ZONE)
_LENGTH = re.compile(r"(?<![\d.:])(\d{1,5}(?:[.,]\d{1,2})?)\s?([^\W\d_]{1,12})")
_DAY = re.compile(r"\s*\d{4}-\d{2}-\d{2}\s*")
_CLOCK = re.compile(r"\d[:.h]\d\d|\d\s?[ap]\.?m", re.IGNORECASE)
"""What every text with a time of day has."""
_DIGIT = re.compile(r"\d")
_NEAR, _WINDOW = 24, 64
"""Characters behind a joint in which a number, and a whole time with its zone, must begin and end."""
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


class Moment(NamedTuple):
    """A day, a time, or both."""

    day: date | None
    clock: time | None


class Times:
    """Reads moments, ranges and lengths of time."""

    def __init__(self, dates: Dates) -> None:
        self._dates = dates
        self._units = {word: unit for unit in _UNITS for word in dates.lists.get("units_" + unit, ())}
        self._numbers = dates.numbers

    def moment(self, text: str) -> Moment:
        """The day and the time of day that ``text`` names."""
        text = _ISO.sub(r"\1 \2", text)
        found = self._dates.absolute(text, date(2000, 1, 1))
        day = found.day if found and _has_year(found.words, found.day) else None
        rest = text[: found.start] + " " * (found.end - found.start) + text[found.end :] if found else text
        return Moment(day, _clock(rest))

    def span(self, text: str) -> tuple[datetime | None, datetime | None, date | None]:
        """Start, end and day of a range such as "12 May 2023, 15:00 - 18:00 UTC"."""
        if _DAY.fullmatch(text):
            found = self._dates.absolute(text, date(2000, 1, 1))
            return None, None, found.day if found else None
        if not _CLOCK.search(text):
            found = self._dates.absolute(text, date(2000, 1, 1)) if _DIGIT.search(text) else None
            return None, None, found.day if found and _has_year(found.words, found.day) else None
        text = _ISO.sub(r"\1 \2", text)
        parts = [part for part in _split(text) if part.strip()]
        first = self.moment(parts[0])
        second = self.moment(parts[1]) if len(parts) > 1 else Moment(None, None)
        if first.clock is None:
            return None, None, first.day
        if second.clock is None:
            return _joined(first.day, first.clock), None, first.day
        clock = first.clock
        if clock.tzinfo is None and second.clock.tzinfo is not None:
            clock = clock.replace(tzinfo=second.clock.tzinfo)
        later = second.clock
        if later.tzinfo is None and clock.tzinfo is not None:
            later = later.replace(tzinfo=clock.tzinfo)
        start = _joined(first.day or second.day, clock)
        end = _joined(second.day or first.day, later)
        if start and end and end < start and second.day is None:
            end += timedelta(days=1)
        return start, end, first.day or second.day

    def length(self, text: str) -> timedelta | None:
        """How long ``text`` says something took: "2 h 10 min", "three hours", "16h 45m"."""
        total, found = 0.0, False
        last = None
        for match in _LENGTH.finditer(text):
            unit = self._unit(match[2])
            if unit is None or (last is not None and _UNITS[unit] >= last):
                if found:
                    break
                continue
            total += float(match[1].replace(",", ".")) * _UNITS[unit]
            last, found = _UNITS[unit], True
        if not found:
            words = text.lower().split()
            for number, unit_word in itertools.pairwise(words):
                unit = self._unit(unit_word.strip(".,;"))
                if unit is not None and number in self._numbers:
                    return timedelta(seconds=self._numbers[number] * _UNITS[unit])
        return timedelta(seconds=round(total)) if found else None

    def _unit(self, word: str) -> str | None:
        return self._units.get(word.lower())


def _split(text: str) -> list[str]:
    """The two ends of a range; the first joint with a number on both sides parts them."""
    first = _TIME.search(text)
    if first is None:
        return [text]
    last = -1
    for match in _JOINT.finditer(text, first.start()):
        start, end = match.span()
        if start <= first.start() or not any(char.isdigit() for char in text[end : end + _NEAR]):
            continue
        if last < 0:
            last = max(time.start() for time in _TIME.finditer(text))
        if last >= end or _opens_with_time(text[end : end + _WINDOW]):
            return [text[:start], text[end:]]
    return [text]


def _opens_with_time(text: str) -> bool:
    """Whether a time stands in ``text``, which was cut off and may end in the middle of a number."""
    found = _TIME.search(text)
    return found is not None and (found.end() < len(text) or len(text) < _WINDOW)


def _clock(text: str) -> time | None:
    for match in _TIME.finditer(text):
        if match["minute"] is None and match["half"] is None:
            continue
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        half = (match["half"] or "").lower()[:1]
        if half == "p" and hour < 12:
            hour += 12
        elif half == "a" and hour == 12:
            hour = 0
        if hour == 24:
            hour = 0
        if hour > 23 or minute > 59:
            continue
        zone = match["zone"]
        if zone is None:
            other = _ANY_ZONE.search(text, match.end())
            zone = other["zone"] if other else None
        second = int(match["second"] or 0)
        return time(hour, minute, second if second < 60 else 0, tzinfo=_zone(zone))
    return None


def _zone(name: str | None) -> timezone | None:
    if name is None:
        return None
    minutes = _ZONES.get(name.upper())
    if minutes is None:
        found = re.search(r"([+-])\s?(\d{1,2}):?(\d{2})?", name)
        if not found:
            return None
        minutes = (int(found[2]) * 60 + int(found[3] or 0)) * (-1 if found[1] == "-" else 1)
    return timezone(timedelta(minutes=minutes)) if abs(minutes) < 1440 else None


def _joined(day: date | None, clock: time) -> datetime | None:
    return datetime.combine(day, clock) if day else None


def _has_year(words: str, day: date) -> bool:
    return str(day.year) in words or str(day.year)[2:] in words.replace("'", "")[-2:]
