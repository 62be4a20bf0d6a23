"""Part the documents, page by page, in those that a run has to do with and the quiet ones.

So a night without change holds one page in memory, however many documents there are, and reads only
those that it does not remember. What is quiet is decided by planning it: see :mod:`.planning.quiet`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from followthrough.collector import no_collection
from followthrough.connector import Ticket
from followthrough.documents import Unreadable
from followthrough.engine.memo import Remembered
from followthrough.engine.reading import content_of, kept
from followthrough.engine.writing import bases_of
from followthrough.ledger import Part, Snapshot, TicketRecord
from followthrough.planning import following
from followthrough.planning.identity import Known, identify
from followthrough.planning.learning import record_of
from followthrough.planning.plan import Quiet
from followthrough.planning.planner import Situation, make_plan
from followthrough.planning.quiet import Elsewhere, at_home, elsewhere, quiet_in, seal_of, together, unsettled
from followthrough.planning.readings import Reading, ScopeView
from followthrough.sources import SourceError

if TYPE_CHECKING:
    from followthrough.engine.job import Job

Paths = Sequence[tuple[str, bool]]
Answers = Mapping[str, Mapping[str, Ticket] | None]
"""By scope, the tickets by the refs they were asked by; ``None`` where it could not be asked."""


@dataclass(slots=True)
class Sifted:
    """The documents of a run, parted."""

    paths: Paths
    """All of them, in their order."""
    held: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The ids that the ledger holds of each document; nothing where none is quiet."""
    quiet: dict[str, Quiet] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    """Of documents that are not quiet, as far as they were read."""
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    """What is to be known of the quiet ones."""

    @property
    def loud(self) -> Iterator[tuple[str, bool]]:
        """Those that are not quiet, in order."""
        return ((path, named) for path, named in self.paths if path not in self.quiet)

    @property
    def part(self) -> Part | None:
        """What of the ledger a plan over those needs; ``None`` for all of it."""
        if not self.quiet:
            return None
        others = [path for path in self.held if path not in self.quiet]
        return Part(documents=others, items=[id for path in others for id in self.held[path]])

    def wake(self, job: Job, ids: Collection[str]) -> bool:
        """Take the documents that hold these items from the quiet ones; whether there was any."""
        woken = [path for path in self.quiet if not set(self.held.get(path, ())).isdisjoint(ids)]
        for path in woken:
            del self.quiet[path]
            items = self.held[path]
            mine = elsewhere(job.ledger.snapshot(Part(documents=[path], items=items)), items)
            left = {scope: n - mine.tracked.get(scope, 0) for scope, n in self.elsewhere.tracked.items()}
            # What is told of the other documents' scopes holds of these as well.
            self.elsewhere = replace(self.elsewhere, tracked=left)
        return bool(woken)


@dataclass(slots=True)
class _Page:
    """Some documents, and what the ledger holds of them."""

    part: Snapshot
    remembered: dict[str, Remembered] = field(default_factory=dict)
    """Those that are as they were when they were quiet, the trackers' word aside."""
    fresh: dict[str, Reading] = field(default_factory=dict)
    """Those that had to be read."""
    lines: dict[str, list[Known]] = field(default_factory=dict)
    """Of fresh ones that may be quiet, the measures."""


def sift(job: Job, paths: Paths, at_once: int, planless: Situation, edition: str) -> Sifted:
    """Part the documents, ``at_once`` of them at a time; the tickets of a page are asked for together.

    ``planless`` is the situation but for readings, snapshot and scopes.

    ``edition`` names the settings and rules that it rests on.
    """
    work = _Sifting(job, planless, sealed_by(job, edition), Sifted(paths, job.ledger.contents()))
    for number in range(0, len(paths), at_once):
        page = paths[number : number + at_once]
        with no_collection():
            work.page(page)
        job.progress("Reading documents", number + len(page), len(paths))
    job.memo.replace(work.memo)
    return work.sifted


def sealed_by(job: Job, edition: str) -> str:
    """What every document's seal names beside what is its own: settings, rules and program."""
    return f"{edition} {job.memo.program}"


class _Sifting:
    """One pass over the documents."""

    def __init__(self, job: Job, planless: Situation, edition: str, sifted: Sifted) -> None:
        self.job = job
        self.planless = planless
        self.edition = edition
        self.sifted = sifted
        self.memo: dict[str, Remembered] = {}

    def page(self, paths: Paths) -> None:
        """Look at some documents: sort out, ask, plan what is left."""
        names = [path for path, _ in paths]
        items = [id for path in names for id in self.sifted.held.get(path, ())]
        page = _Page(self.job.ledger.snapshot(Part(documents=names, items=items)))
        seals = {path: one for path, named in paths if (one := self._read(path, named, page))}
        self._sort_out(page)
        keys = self._keys(page)
        answers = self._ask(page, keys)
        candidates = {path for path in page.lines if self._steady(path, page.part, answers)}
        for path, old in page.remembered.items():
            if self._steady(path, page.part, answers) and _same(old, answers):
                self._is_quiet(path, old.quiet, page.part)
                self.memo[path] = old
        for path, quiet in self._planned(page, candidates, keys, answers).items():
            self._is_quiet(path, quiet, page.part)
            told = self._told(path, page, keys[path], answers)
            if told is not None:
                self.memo[path] = Remembered(seal=seals[path], quiet=quiet, answers=told)
        self._keep(page, answers)

    def _read(self, path: str, named: bool, page: _Page) -> str | None:
        """The document's seal, once it is recognised or read; ``None`` where it cannot be read."""
        job, held = self.job, self.sifted.held.get(path, ())
        try:
            content = content_of(job.source, path)
        except SourceError:
            return None

        seal = seal_of(page.part, path, held, self.edition, content.version, named)
        old = job.memo.all().get(path)
        if old is not None and old.seal == seal:
            page.remembered[path] = old
            return seal
        try:
            reading = job.understand(
                content, path, named=named, settings=job.settings, today=job.today
            ).reading
        except Unreadable:
            return None
        page.fresh[path] = kept(reading, page.part)
        return seal

    def _sort_out(self, page: _Page) -> None:
        """Without planning: a line that is new, strange, moved or gone, and the document is not quiet."""
        readings = list(page.fresh.values())
        found = identify(readings, page.part, self.job.namespace, exists=lambda _path: True)
        gone = {record.document for record in found.gone}
        page.lines = {reading.path: [] for reading in readings if not reading.items}
        page.lines |= at_home(found.known, page.part)
        loud = gone | unsettled(page.part)
        page.lines = {path: lines for path, lines in page.lines.items() if path not in loud}
        page.remembered = {path: old for path, old in page.remembered.items() if path not in loud}

    def _keys(self, page: _Page) -> dict[str, dict[str, set[str]]]:
        """By document and scope, the references in its text that a tracker has to confirm."""
        resolve = self.job.trackers.resolve
        return {path: following.wanted(lines, page.part, resolve) for path, lines in page.lines.items()}

    def _ask(self, page: _Page, keys: Mapping[str, Mapping[str, Collection[str]]]) -> Answers:
        questions: dict[str, set[str]] = {}
        for path in (*page.lines, *page.remembered):
            for scope, ticket in self._tickets(path, page.part):
                questions.setdefault(scope, set()).add(ticket)
            for scope, names in keys.get(path, {}).items():
                questions.setdefault(scope, set()).update(names)
        for old in page.remembered.values():
            for scope, key, _ in old.answers:
                questions.setdefault(scope, set()).add(key)
        return {scope: self.job.trackers.page(scope, refs, page.part) for scope, refs in questions.items()}

    def _tickets(self, path: str, part: Snapshot) -> Iterator[tuple[str, str]]:
        """Scope and id of the tickets of the measures of a document, gone ones too."""
        for id in self.sifted.held.get(path, ()):
            yield from ((link.scope, link.ticket) for link in part.links.get(id, ()))

    def _steady(self, path: str, part: Snapshot, answers: Answers) -> bool:
        """Whether all tickets of a document are as the ledger has them, as far as the trackers answer."""
        for scope, id in self._tickets(path, part):
            found, old = answers[scope], part.tickets.get((scope, id))
            if old is None or (found is not None and not _is(scope, found.get(id), old)):
                return False
        return True

    def _planned(
        self,
        page: _Page,
        candidates: Collection[str],
        keys: Mapping[str, Mapping[str, Collection[str]]],
        answers: Answers,
    ) -> dict[str, Quiet]:
        """The quiet ones of the candidates, by their plan."""
        readings = [reading for path, reading in page.fresh.items() if path in candidates]
        if not readings:
            return {}
        asked = {scope: set[str]() for scope in answers}
        named = {scope: set[str]() for scope in answers}
        for path in candidates:
            for scope, ticket in self._tickets(path, page.part):
                asked[scope].add(ticket)
            for scope, names in keys[path].items():
                named[scope].update(names)
        views = self.job.trackers.unasked()
        for scope, found in answers.items():
            views[scope] = self._view(views[scope], asked[scope], named[scope], found)
        planned = make_plan(replace(self.planless, readings=readings, snapshot=page.part, scopes=views))
        settling = bases_of(self.job, planned.plan, planned.snapshot)
        return quiet_in(planned.plan, [*planned.records, *settling], readings, page.part)

    def _view(
        self,
        view: ScopeView,
        ids: Collection[str],
        keys: Collection[str],
        found: Mapping[str, Ticket] | None,
    ) -> ScopeView:
        if found is None:
            return self.job.trackers.failed[view.name]
        return replace(
            view,
            asked=frozenset(ids),
            refreshed={id: found[id] for id in ids if id in found},
            by_key={key: found[key] for key in keys if key in found},
        )

    def _is_quiet(self, path: str, quiet: Quiet, part: Snapshot) -> None:
        self.sifted.quiet[path] = quiet
        more = elsewhere(part, self.sifted.held.get(path, ()))
        self.sifted.elsewhere = together(self.sifted.elsewhere, more)

    def _told(
        self, path: str, page: _Page, keys: Mapping[str, Iterable[str]], answers: Answers
    ) -> tuple[tuple[str, str, str | None], ...] | None:
        """What the trackers said of a document's references; ``None`` where all may differ tomorrow.

        That is where one of them did not answer, and where the incident has no date, so that what is due
        "next week" depends on the day it is read.
        """
        scopes = {*keys, *(scope for scope, _ in self._tickets(path, page.part))}
        if page.fresh[path].incident.date is None or any(answers[scope] is None for scope in scopes):
            return None
        told = []
        for scope, names in sorted(keys.items()):
            found = answers[scope] or {}
            told += [(scope, key, _id(found.get(key))) for key in sorted(names)]
        return tuple(told)

    def _keep(self, page: _Page, answers: Answers) -> None:
        """What was read and asked of the others is not read and asked for again."""
        for path, reading in page.fresh.items():
            if path not in self.sifted.quiet:
                self.sifted.readings[path] = reading
        for path in (*page.lines, *page.remembered):
            if path not in self.sifted.quiet:
                for scope, id in self._tickets(path, page.part):
                    found = answers[scope]
                    if found is not None:
                        self.job.trackers.keep(scope, {id: found.get(id)})


def _is(scope: str, ticket: Ticket | None, old: TicketRecord) -> bool:
    return ticket is not None and record_of(scope, ticket, old) == old


def _same(old: Remembered, answers: Answers) -> bool:
    """Whether the trackers say of a document's references what they said then."""
    return all(
        (found := answers[scope]) is None or _id(found.get(key)) == id for scope, key, id in old.answers
    )


def _id(ticket: Ticket | None) -> str | None:
    return ticket.id if ticket else None
