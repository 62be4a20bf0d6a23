"""Who is who: which known item each line of a document is, and the id of a new one.

Order of evidence: the mark in the item; the same text in the same document, its headings telling
equal texts apart; an equal text whose own document is gone. Likeness never decides, it only asks.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import PurePosixPath

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import IntentStatus, ItemRecord
from followthrough.planning.readings import Reading, Seen, SeenMark

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32 in lower case: no i, l, o, u."""
ID_LENGTH = 12
LIKENESS = 0.75
"""From here on two texts are near enough to ask whether one is the other, retitled."""
UNKNOWN_LINK = (
    "carries a link that neither the ledger nor a tracker knows. Take it out to have the item filed."
)


def identity_text(source: str) -> str:
    """Version 1 of the text that an identity rests on; frozen, because ids are made from it.

    ``source`` is the item's raw source without mark and checkbox: NFC, white space collapsed.
    """
    return " ".join(unicodedata.normalize("NFC", source).split())


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
    merged: tuple[str, ...] = ()
    """Other items whose links stand in it: somebody made one line of several."""

    @property
    def mark(self) -> SeenMark | None:
        """Its own mark as it stands in the document."""
        return self.mark_of(self.id)

    def mark_of(self, id: str) -> SeenMark | None:
        """The mark of that item as it stands in this line."""
        return next((mark for mark in self.seen.marks if mark.id == id), None)


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
    work.by_merging()
    work.by_minting()
    standing = {
        id for line in work.known.values() for id in (line.id, *line.merged)
    }  # frozen ones too: nobody knows yet which is which
    gone = tuple(
        record
        for record in snapshot.items.values()
        if record.document in read and record.id not in standing and not record.gone
    )
    # With a renamed document go those of its lines, too, that are found nowhere in it.
    carried = tuple(
        replace(record, document=work.renamed[record.document])
        for record in snapshot.items.values()
        if record.document in work.renamed and record.id in work.filed and record.id not in standing
    )
    return Identified(tuple(work.known[line.place] for line in lines), (*gone, *carried))


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
        self.lines = lines
        bare = [line for line in lines if not line.seen.marks]
        self.unmarked = {(line.reading.path, line.seen.identity_text) for line in bare}
        self.open: dict[tuple[str, int, int], _Line] = {line.place: line for line in lines}
        self.known: dict[tuple[str, int, int], Known] = {}
        self.taken: set[str] = set()
        self.items = snapshot.items
        self.documents = snapshot.documents
        self.renamed: dict[str, str] = {}
        """Documents that are gone, and what each seems to be called now; of those with new lines only."""
        out = (i.item for i in snapshot.intents.values() if i.status is not IntentStatus.REFUSED)
        # An issue that a listing shows only now is an item's all the same, whatever its create came to.
        listed = (id for id in in_trackers if (item := snapshot.items.get(id)) and item.ignored is None)
        self.filed = frozenset((*snapshot.links, *out, *listed))
        self.finished = frozenset(
            id for id in snapshot.links if (ticket := snapshot.ticket_of(id)) and ticket.state.closed
        )
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
        if trouble is None or evidence is Evidence.NEW:
            self.taken.add(id)
        del self.open[line.place]

    def frozen(self) -> set[str]:
        """Ids of marks that nobody can tell whose they are."""
        troubled = [line for line in self.known.values() if line.trouble is not None]
        return {id for line in troubled for id in (line.id, *(mark.id for mark in line.seen.marks))}

    def by_mark(self) -> None:
        """The mark names the item; of several lines with one mark, at most one keeps it."""
        bearers: dict[str, list[_Line]] = defaultdict(list)
        for line in self.open.values():
            for mark in line.seen.marks:
                bearers[mark.id].append(line)
        holders: dict[str, _Line] = {}
        known_first = sorted(bearers, key=lambda id: id not in self.items)
        for sure in (True, False):  # what reads as its mark says leaves the other marks to the other lines
            found = True
            while found:  # a line that is settled may leave another mark to one line only
                found = False
                for id in known_first:
                    if id in holders:
                        continue
                    bearing = [line for line in bearers[id] if line.place in self.open]
                    holder = self._holder(id, bearing) if bearing else None
                    if holder and (not sure or self._reads_as(holder, id)):
                        self.take(holder, id, Evidence.MARK)
                        holders[id] = holder
                        found = True
        for id in known_first:
            home, lines = holders.get(id), bearers[id]
            for line in lines:
                if line.place not in self.open or (home is not None and _same_block(line, home)):
                    continue  # sentences of a block share its marks
                self.take(line, id, Evidence.MARK, self._mark_trouble(id, lines, home))

    def _reads_as(self, line: _Line, id: str) -> bool:
        """Whether the line's words, too, say that it is this item."""
        record = self.items.get(id)
        if record is None:
            return self._derived(line) == id
        return (line.reading.path, line.seen.identity_text) == (record.document, record.identity_text)

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
        if not at_home and (record.document, record.identity_text) in self.unmarked:
            return None  # a copy, while its original stands there without our link
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
        return UNKNOWN_LINK

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
        frozen = self.frozen()
        for key, lines in waiting.items():
            records = sorted(
                remembered.get(key, ()), key=lambda r: (r.gone, r.id in frozen, r.line, r.occurrence)
            )
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
        frozen = self.frozen()
        wanted = {line.seen.identity_text for line in self.open.values()}
        gone: dict[str, bool] = {}
        homeless: dict[str, list[ItemRecord]] = defaultdict(list)
        for record in self.items.values():
            if record.id not in self.taken and record.identity_text in wanted:
                path = record.document
                if path not in gone:
                    gone[path] = path not in self.read and not self.exists(path)
                if gone[path]:
                    homeless[record.identity_text].append(record)
        for same_section in (True, False):
            for line in list(self.open.values()):
                name = PurePosixPath(line.reading.path).name
                match = min(
                    (
                        record
                        for record in homeless.get(line.seen.identity_text, ())
                        if record.id not in self.taken
                        and (not same_section or record.section == line.seen.item.section)
                    ),
                    key=lambda r: (PurePosixPath(r.document).name != name, r.document, r.occurrence, r.line),
                    default=None,
                )
                if match is not None:
                    trouble = (
                        "reads like lines that carry a link from elsewhere. Keep the link in one of them."
                    )
                    self.take(line, match.id, Evidence.MOVED, trouble if match.id in frozen else None)

    def by_merging(self) -> None:
        """Other marks in a line whose own item stands nowhere by itself: both were made one."""
        standing = {line.id for line in self.known.values()}
        bearers: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for place, line in self.known.items():
            for mark in line.seen.marks:
                if mark.id not in standing and (mark.id in self.items or mark.id in self.in_trackers):
                    bearers[mark.id].append(place)
        for id, places in bearers.items():
            line = self.known[places[0]]
            record = self.items.get(id)
            at_home = record is None or record.document == line.path
            if len(places) == 1 and at_home and line.trouble is None and line.evidence is Evidence.MARK:
                self.known[places[0]] = replace(line, merged=(*line.merged, id))
                self.taken.add(id)

    def by_minting(self) -> None:
        """What is left is new; a like text that was filed and is gone makes it a question."""
        vanished: dict[str, list[ItemRecord]] = defaultdict(list)
        elsewhere: dict[str, ItemRecord] = {}
        standing = {id for line in self.known.values() for id in (line.id, *line.merged)}
        for record in self.items.values():
            if record.id in self.filed and record.id not in standing:
                vanished[record.document].append(record)
                if (record.gone or record.document in self.read) and record.id not in self.finished:
                    elsewhere[record.identity_text] = record
        self._find_renamed(vanished)
        for old, new in self.renamed.items():
            vanished[new] += vanished[old]
        for line in list(self.open.values()):
            occurrence = line.seen.occurrence
            id = self._derived(line)
            while id in self.items or id in self.taken:  # the text was an item's before; this is another one
                occurrence += 1
                id = mint(self.namespace, line.reading.path, line.seen.identity_text, occurrence)
            like = _likest(line.seen.item.text, vanished.get(line.reading.path, ()))
            trouble = None
            if like is not None and id not in self.filed:  # unless somebody had it filed all the same
                here = like.document == line.reading.path
                place = like.line if here else f"{like.line} of {like.document}"
                trouble = f"reads like line {place} retitled ({like.text!r}), whose line is gone."
            twin = elsewhere.get(line.seen.identity_text)
            if trouble is None and twin is not None and id not in self.filed:
                trouble = (
                    f"reads as line {twin.line} of {twin.document} did. That is gone: was it moved here?"
                )
            self.take(line, id, Evidence.NEW, trouble)

    def _find_renamed(self, vanished: Iterable[str]) -> None:
        """What documents that are gone are called now: what holds most of their lines, else tells of the same
        incident, else has the same name.
        """
        readings = {line.reading.path: line.reading for line in self.open.values()}
        moved: dict[str, Counter[str]] = defaultdict(Counter)
        for line in self.known.values():
            if line.record is not None and line.path in readings:
                moved[line.record.document][line.path] += 1
        told = {(one.incident.title, one.incident.date): path for path, one in readings.items()}
        names = {PurePosixPath(path).name: path for path in readings}
        for old in vanished:
            if old in self.read:
                continue
            most, document = moved[old].most_common(1), self.documents.get(old)
            new = most[0][0] if most else None
            if new is None and document is not None and document.title:
                new = told.get((document.title, document.incident_date))
            new = new or names.get(PurePosixPath(old).name)
            if new is not None and not self.exists(old):
                self.renamed[old] = new


def _same_block(one: _Line, other: _Line) -> bool:
    return one.reading.path == other.reading.path and one.seen.item.place == other.seen.item.place


def _likest(text: str, records: Sequence[ItemRecord]) -> ItemRecord | None:
    """The record whose text is nearest, if it is near enough to ask."""
    best, best_ratio = None, LIKENESS
    for record in records:
        matcher = SequenceMatcher(None, text.lower(), record.text.lower(), autojunk=False)
        if (
            matcher.real_quick_ratio() >= best_ratio
            and matcher.quick_ratio() >= best_ratio
            and not _other_names(text, record.text)
        ):
            ratio = matcher.ratio()
            if ratio >= best_ratio:
                best, best_ratio = record, ratio
    return best


def _other_names(one: str, other: str) -> bool:
    """Whether each text names something that the other does not: then they are different work."""
    words = [re.findall(r"\w[\w./:]*\w|\w", text) for text in (one, other)]
    spoken = [{word.casefold() for word in found} for found in words]
    names = [{word.casefold() for at, word in enumerate(found) if _is_name(word, at == 0)} for found in words]
    return bool(names[0] - spoken[1] and names[1] - spoken[0])


def _is_name(word: str, first: bool) -> bool:
    """A number, an identifier, or a word with a capital letter that begins no sentence."""
    return not word.isalpha() or word[first:] != word[first:].lower()


def by_id(known: Iterable[Known]) -> Mapping[str, Known]:
    """Items that may be acted on, by id."""
    return {line.id: line for line in known if line.trouble is None}


def lines_by_id(known: Iterable[Known]) -> Mapping[str, Known]:
    """The same, with the lines of items that were merged into another's."""
    return {id: line for line in known if line.trouble is None for id in (line.id, *line.merged)}
