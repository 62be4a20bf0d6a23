"""What the postmortem says of its incident: named facts first, then its title, front matter and file name."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from followthrough.documents.blocks import Block, BlockKind
from followthrough.model import Incident

from .dates import Dates
from .facts import Facts
from .phrases import words_of
from .sections import Outline
from .times import Times
from .vocabulary import SEVERITIES, Fact, Role, Vocabulary

_NAME_DATE = re.compile(r"(?<!\d)(20\d{2}|19\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_LEVEL = re.compile(
    r"(?<![A-Za-z])(?:SEV(?:ERITY)?|S|P|PRIO(?:RITY)?|LEVEL)?[\s:-]{0,3}([0-5])(?![\d.%])", re.IGNORECASE
)
_NAMED_LEVEL = re.compile(r"(?<![A-Za-z])(?:SEV(?:ERITY)?|P|S)[\s:-]{0,2}([0-5])(?!\d)", re.IGNORECASE)
_LIST = re.compile(r"(?<!\s)\s*+[,;、，]\s*+|(?<!\s)\s++(?:[/+&]|and|y|et|und|e)\s++")
_PREFIX = re.compile(
    r"^(?:(?!\[)\W)*+(?:\[[^\[\]]{1,20}+\]\s{0,9})?(.{3,60}?)\s{0,9}(?::|–|—|\s-\s|\bof\b|\bfor\b)\s*+(?=\S)"
)
_SUFFIX = re.compile(
    r"(?<![\s,:–—-])[\s,:–—-]++(?:public\s)?(?:incident\s)?(?:post[- ]?mortem|incident report|retrospective)"
    r"(?:\s(?:report|analysis))?\s*$",
    re.IGNORECASE,
)
_BOLD_LINE = 11
"""Lines that look less like a heading than one in bold are no titles."""
_EMPTY = frozenset(
    ("", "my", "our", "the", "a", "an", "first", "second", "new", "this", "public", "post", "mortem")
)
_MAIL = re.compile(r"(?<!\s)\s*+<?(?<![\w.+-])[\w.+-]{1,60}@[\w-]{1,60}\.[\w.-]{1,60}>?")
_SEVERITY_NOTE = re.compile(
    r"(?<!\s)\s*+\(?\s*+severity\s*+:?\s*+([^()]{1,30})\)?\s{0,30}+:?\s{0,30}+$", re.IGNORECASE
)


class Report(NamedTuple):
    """The incident of a document, the report's own status, and the people it names, folded."""

    incident: Incident
    status: str | None
    people: frozenset[str]


def read_incident(outline: Outline, vocabulary: Vocabulary, dates: Dates) -> Report:
    """What the document says about its incident and about itself."""
    return _Reading(outline, vocabulary, dates).read()


@lru_cache(maxsize=8)
def _times(dates: Dates) -> Times:
    return Times(dates)


class _Reading:
    def __init__(self, outline: Outline, vocabulary: Vocabulary, dates: Dates) -> None:
        self.outline = outline
        self.vocabulary = vocabulary
        self.dates = dates
        self.times = _times(dates)
        self.facts = Facts(outline, vocabulary)

    def read(self) -> Report:
        facts = self.facts
        start, end, day = self._range()
        duration = self.times.length(facts.get(Fact.DURATION) or "")
        if start and end and (start.tzinfo is None) == (end.tzinfo is None) and end > start:
            duration = end - start
        title = self._title()
        incident = Incident(
            id=_short(facts.get(Fact.ID)),
            title=title,
            date=day or self._day(title),
            start=start,
            end=end,
            duration=duration if duration and duration > timedelta() else None,
            severity=self._severity(title),
            services=_names(facts.get(Fact.SERVICES)),
            team=_short(facts.get(Fact.TEAM)),
            authors=_names(facts.get(Fact.AUTHORS)),
            impact=facts.get(Fact.IMPACT),
            root_cause=facts.get(Fact.ROOT_CAUSE),
        )
        return Report(incident, self._status(), self._people())

    def _people(self) -> frozenset[str]:
        """Authors, reviewers, and whoever a section of participants lists."""
        names = [name for value in self.facts.people for name in _names(value)]
        for section in self.outline.sections[1:]:
            if (
                section.role is Role.ASIDE
                and words_of(section.title).folded in self.vocabulary.people_sections
            ):
                for first, last in section.ranges:
                    bullets = self.outline.blocks[first : min(last, first + 30)]
                    names += [block.text.split("(")[0] for block in bullets if _brief(block)]
        return frozenset(words_of(name).folded for name in names) - {""}

    def _range(self) -> tuple[datetime | None, datetime | None, date | None]:
        facts, times = self.facts, self.times
        day = None
        for fact in (Fact.DATE, Fact.DURATION, Fact.START):
            value = facts.get(fact)
            if value:
                start, end, found = times.span(value)
                day = day or found
                if start and end:
                    return start, end, start.date()
        start = self._moment(Fact.START, day)
        end = self._moment(Fact.END, day)
        if start is None and day is not None and facts.get(Fact.DATE):
            start = times.span(facts.get(Fact.DATE) or "")[0]
        if start and end and (start.tzinfo is None) != (end.tzinfo is None):
            zone = start.tzinfo or end.tzinfo
            start, end = start.replace(tzinfo=zone), end.replace(tzinfo=zone)
        return (
            start,
            end if start is None or end is None or end > start else None,
            start.date() if start else day,
        )

    def _moment(self, fact: Fact, day: date | None) -> datetime | None:
        value = self.facts.get(fact)
        if not value:
            return None
        moment = self.times.moment(value)
        when = moment.day or day
        return datetime.combine(when, moment.clock) if when and moment.clock else None

    def _day(self, title: str | None) -> date | None:
        """The day from the title, front matter, file name or the first sentences."""
        found = self.times.moment(title).day if title else None
        if found:
            return found
        named = _NAME_DATE.search(self.outline.document.name.rstrip("/").rpartition("/")[2])
        if named:
            last = 28 if named[2] == "02" else 31
            return date(int(named[1]), int(named[2]), min(int(named[3]), last))
        return self._told_day()

    def _told_day(self) -> date | None:
        """The first day that the summary tells, or the document in its first paragraphs."""
        for section in self.outline.sections:
            if section.role in (Role.SUMMARY, Role.TITLE, Role.NEUTRAL):
                for first, last in section.ranges:
                    for index in range(first, min(last, first + 3)):
                        block = self.outline.blocks[index]
                        if (
                            block.kind is BlockKind.PARAGRAPH
                            and not block.quoted
                            and block.own.end - block.own.start < 2000
                        ):
                            found = self.times.moment(block.text).day
                            if found:
                                return found
            elif section.own_role:
                return None
        return None

    def _title(self) -> str | None:
        named = self.facts.get(Fact.TITLE)
        if named:
            return self._bare(named) or named
        generic = None
        for section in self.outline.sections[1:12]:
            title = " ".join(section.title.split())
            if section.rank > _BOLD_LINE:
                continue
            if section.heading.role in (Role.TITLE, Role.NEUTRAL) or (
                section.index == 1 and not section.heading.exact
            ):
                bare = self._bare(title)
                if bare:
                    return bare
                if generic is None or len(title) > len(generic):
                    generic = title
            elif section.own_role:
                break
        return generic or self._first_line()

    def _bare(self, title: str) -> str | None:
        """``title`` without "Postmortem:" and the like; ``None`` if nothing is left."""
        title = title[:300]
        words = words_of(title)
        if words.folded in self.vocabulary.headings.exact:
            return None
        title = _SEVERITY_NOTE.sub("", title).strip().rstrip(":")
        match = _PREFIX.match(title)
        if match and self._names_report(match[1]):
            title = title[match.end() :]
        bare = _SUFFIX.sub("", title).strip(" :–—-")
        return bare if set(words_of(bare).tokens) - _EMPTY else None

    def _names_report(self, text: str) -> bool:
        """Whether ``text`` is "Postmortem" or "Acme incident report"."""
        words = words_of(text)
        found = self.vocabulary.headings.exact
        return found.get(words.folded) is Role.TITLE or words.tokens[-1] in ("postmortem", "retrospective")

    def _first_line(self) -> str | None:
        """The first line of a document without headings, if it is short."""
        block = next(iter(self.outline.blocks), None)
        if (
            block is None
            or block.kind is not BlockKind.PARAGRAPH
            or block.own.end - block.own.start > 120
            or ":" in block.text
        ):
            return None
        return self._bare(" ".join(block.text.split()).rstrip("."))

    def _severity(self, title: str | None) -> str | None:
        value = self.facts.get(Fact.SEVERITY)
        if value is None:
            heading = (
                next((s.title for s in self.outline.sections[1:3] if s.role is Role.TITLE), "") or title or ""
            )
            named = _NAMED_LEVEL.search(heading)
            return SEVERITIES[max(1, int(named[1])) - 1] if named and named[0][:3].upper() == "SEV" else None
        level = _NAMED_LEVEL.search(value) or _LEVEL.match(value.strip())
        if level:
            return SEVERITIES[max(1, int(level[1])) - 1]
        words = words_of(value)
        hit = self.vocabulary.severities.start(words) or self.vocabulary.severities.first(words)
        return hit.value if hit and hit.at < 4 else None

    def _status(self) -> str | None:
        if self.outline.document.metadata.get("draft") is True:
            return "draft"
        value = self.facts.get(Fact.STATUS)
        if not value:
            return None
        words = words_of(value.split("<br")[0])
        given = "status" in self.outline.document.metadata
        if self.vocabulary.incident_status.start(words) or (
            not given and not self.vocabulary.report_status.start(words)
        ):
            return None
        hit = self.vocabulary.report_status.start(words)
        return (
            " ".join(words.tokens[: hit.size])
            if hit and not words.unspaced
            else value.strip().lower()
            if len(words.tokens) <= 4
            else None
        )


def _brief(block: Block) -> bool:
    return block.kind is BlockKind.ITEM and block.own.end - block.own.start < 60


def _names(value: str | None) -> tuple[str, ...]:
    if not value:
        return ()
    value = _MAIL.sub("", value.split("<br")[0])
    if len(value) > 300:
        return ()
    return tuple(name.strip(" *_`()") for name in _LIST.split(value) if name.strip(" *_`()-–—"))


def _short(value: str | None) -> str | None:
    return value if value and len(value) <= 120 else None
