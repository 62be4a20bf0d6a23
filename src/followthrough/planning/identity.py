"""Who is who: which known item each line of a document is, and the id of a new one.

Order of evidence: the mark in the item; the same text in the same document, its headings telling
equal texts apart; an equal text whose own document is gone. Likeness never decides, it only asks.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import ItemRecord
from followthrough.planning.readings import Reading, Seen, SeenMark

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32 in lower case: no i, l, o, u."""
ID_LENGTH = 12
LIKENESS = 0.75
"""From here on two texts are near enough to ask whether one is the other, retitled."""


def identity_text(source: str) -> str:
    """Version 1 of the text that an identity rests on; frozen, because ids are made from it.

    ``source`` is the item's raw source without mark and checkbox: NFC, white space collapsed.
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", source)).strip()


def mint(namespace: str, path: str, text: str, occurrence: int) -> str:
    """The id of an item at first sight: 60 bits of SHA-256 in 12 characters of base32.

    A second host, a branch or a rebuilt ledger derives the same one.
    """
    digest = hashlib.sha256("\0".join((namespace, path, text, str(occurrence))).encode()).digest()
    number = int.from_bytes(digest[:8], "big") >> 4
    return "".join(ALPHABET[number >> shift & 31] for shift in range(55, -5, -5))


class Evidence(StrEnum):
    """Why a line is the item it is taken for."""

    MARK = "mark"
    TEXT = "text"
    MOVED = "moved"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A line of a document with its identity."""

    id: str
    path: str
    seen: Seen
    evidence: Evidence
    record: ItemRecord | None
    """What the ledger holds of it; ``None`` for an item at first sight."""
    trouble: str | None = None
    """Why nothing may be done with it before somebody decides: a sentence."""

    @property
    def mark(self) -> SeenMark | None:
        """Its own mark as it stands in the document."""
        return next((mark for mark in self.seen.marks if mark.id == self.id), None)


@dataclass(frozen=True, slots=True)
class Identified:
    """All lines with their identities, and the known items whose line is gone."""

    known: tuple[Known, ...]
    gone: tuple[ItemRecord, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line and its place in reading order."""

    reading: Reading
    seen: Seen

    @property
    def place(self) -> tuple[str, int, int]:
        return self.reading.path, self.seen.item.line, self.seen.item.span.start


def identify(
    readings: Sequence[Reading],
    snapshot: Snapshot,
    namespace: str,
    *,
    exists: Callable[[str], bool],
    marked_in_trackers: Iterable[str] = (),
) -> Identified:
    """Give every line its identity.

    ``exists`` tells whether a document outside of ``readings`` is still there; ``marked_in_trackers``
    are ids that some tracker's complete listing knows.
    """
    lines = [_Line(reading, seen) for reading in readings if reading.error is None for seen in reading.items]
    read = frozenset(reading.path for reading in readings if reading.error is None)
    work = _Identification(lines, snapshot, namespace, read, exists, frozenset(marked_in_trackers))
    work.by_mark()
    work.by_text()
    work.by_move()
    work.by_minting()
    gone = tuple(
        record
        for record in snapshot.items.values()
        if record.document in read and record.id not in work.taken and not record.gone
    )
    return Identified(tuple(work.known[line.place] for line in lines), gone)


class _Identification:
    """The steps of :func:`identify` over shared books: lines still open, ids already taken."""

    def __init__(
        self,
        lines: Sequence[_Line],
        snapshot: Snapshot,
        namespace: str,
        read: frozenset[str],
        exists: Callable[[str], bool],
        in_trackers: frozenset[str],
    ) -> None:
        self.open: dict[tuple[str, int, int], _Line] = {line.place: line for line in lines}
        self.known: dict[tuple[str, int, int], Known] = {}
        self.taken: set[str] = set()
        self.items = snapshot.items
        self.namespace = namespace
        self.read = read
        self.exists = exists
        self.in_trackers = in_trackers

    def take(self, line: _Line, id: str, evidence: Evidence, trouble: str | None = None) -> None:
        self.known[line.place] = Known(
            id=id,
            path=line.reading.path,
            seen=line.seen,
            evidence=evidence,
            record=self.items.get(id),
            trouble=trouble,
        )
        if trouble is None or evidence is not Evidence.MARK:
            self.taken.add(id)
        del self.open[line.place]

    def by_mark(self) -> None:
        """The mark names the item; of several lines with one mark, at most one keeps it."""
        bearers: dict[str, list[_Line]] = defaultdict(list)
        for line in self.open.values():
            for mark in line.seen.marks:
                bearers[mark.id].append(line)
        for id, lines in bearers.items():
            candidates = [line for line in lines if line.place in self.open]
            holder = self._holder(id, candidates)
            for line in candidates:
                if line is holder:
                    self.take(line, id, Evidence.MARK)
                elif holder is None or not _same_block(line, holder):  # sentences of a block share its marks
                    self.take(line, id, Evidence.MARK, self._mark_trouble(id, lines, holder))

    def _holder(self, id: str, lines: Sequence[_Line]) -> _Line | None:
        """The one line that keeps a mark, if that can be said for certain."""
        record = self.items.get(id)
        if record is None:
            ours = [line for line in lines if self._derived(line) == id]
            if not ours and id in self.in_trackers:
                ours = list(lines)  # retitled before the ledger was lost; its tracker vouches for the id
            return ours[0] if len(ours) == 1 else None
        at_home = [line for line in lines if line.reading.path == record.document]
        if not at_home and record.document not in self.read and self.exists(record.document):
            return None  # a copy, while its original stands unread
        candidates = at_home or list(lines)
        if len(candidates) > 1:
            candidates = [line for line in candidates if line.seen.identity_text == record.identity_text]
        if len(candidates) > 1:
            candidates = [line for line in candidates if line.seen.item.section == record.section]
        return candidates[0] if len(candidates) == 1 else None

    def _mark_trouble(self, id: str, lines: Sequence[_Line], holder: _Line | None) -> str:
        if holder is not None:
            home = f"{holder.reading.path}:{holder.seen.item.line}"
            return f"carries the same link as {home}, which keeps it. Take the link out of one of the two."
        record = self.items.get(id)
        if record is not None and len(lines) == 1:
            return f"carries the link of {record.document}, from which it was copied. Take the link out here."
        if len(lines) > 1:
            return (
                "carries the same link as another line, and neither is the one it was written to. Keep one."
            )
        return (
            "carries a link that neither the ledger nor a tracker knows. Take it out to have the item filed."
        )

    def _derived(self, line: _Line) -> str:
        return mint(self.namespace, line.reading.path, line.seen.identity_text, line.seen.occurrence)

    def by_text(self) -> None:
        """The same text in the same document; headings, then order, tell equal texts apart."""
        remembered: dict[tuple[str, str], list[ItemRecord]] = defaultdict(list)
        for record in self.items.values():
            if record.id not in self.taken:
                remembered[record.document, record.identity_text].append(record)
        waiting: dict[tuple[str, str], list[_Line]] = defaultdict(list)
        for line in self.open.values():
            waiting[line.reading.path, line.seen.identity_text].append(line)
        for key, lines in waiting.items():
            records = sorted(remembered.get(key, ()), key=lambda record: (record.occurrence, record.line))
            for same_section in (True, False):
                for line in list(lines):
                    match = next(
                        (r for r in records if not same_section or r.section == line.seen.item.section), None
                    )
                    if match is not None:
                        records.remove(match)
                        lines.remove(line)
                        self.take(line, match.id, Evidence.TEXT)

    def by_move(self) -> None:
        """An equal text whose own document is gone is that item, moved."""
        homeless: dict[str, list[ItemRecord]] = defaultdict(list)
        for record in self.items.values():
            if record.id not in self.taken:
                homeless[record.identity_text].append(record)
        gone: dict[str, bool] = {}
        for line in list(self.open.values()):
            candidates = []
            for record in homeless.get(line.seen.identity_text, ()):
                if record.document not in gone:
                    gone[record.document] = record.document not in self.read and not self.exists(
                        record.document
                    )
                if gone[record.document] and record.id not in self.taken:
                    candidates.append(record)
            if len(candidates) > 1:
                candidates = [r for r in candidates if r.section == line.seen.item.section][:1]
            if candidates:
                self.take(line, candidates[0].id, Evidence.MOVED)

    def by_minting(self) -> None:
        """What is left is new; a like text that has just vanished makes it a question."""
        vanished: dict[str, list[ItemRecord]] = defaultdict(list)
        for record in self.items.values():
            if record.id not in self.taken and not record.gone:
                vanished[record.document].append(record)
        for line in list(self.open.values()):
            occurrence = line.seen.occurrence
            id = self._derived(line)
            while id in self.items or id in self.taken:  # the text was an item's before; this is another one
                occurrence += 1
                id = mint(self.namespace, line.reading.path, line.seen.identity_text, occurrence)
            like = _likest(line.seen.item.text, vanished.get(line.reading.path, ()))
            trouble = None
            if like is not None:
                trouble = f"reads like line {like.line} retitled ({like.text!r}), whose line is gone."
            self.take(line, id, Evidence.NEW, trouble)


def _same_block(one: _Line, other: _Line) -> bool:
    return one.reading.path == other.reading.path and one.seen.item.place == other.seen.item.place


def _likest(text: str, records: Sequence[ItemRecord]) -> ItemRecord | None:
    """The record whose text is nearest, if it is near enough to ask."""
    best, best_ratio = None, LIKENESS
    for record in records:
        matcher = SequenceMatcher(None, text.lower(), record.text.lower(), autojunk=False)
        if matcher.real_quick_ratio() >= best_ratio and matcher.quick_ratio() >= best_ratio:
            ratio = matcher.ratio()
            if ratio >= best_ratio:
                best, best_ratio = record, ratio
    return best


def by_id(known: Iterable[Known]) -> Mapping[str, Known]:
    """Items that may be acted on, by id."""
    return {line.id: line for line in known if line.trouble is None}
