"""Finding work that a document lists twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

from followthrough.ledger.interface import Snapshot
from followthrough.planning.identity import Known
from followthrough.planning.likeness import Gist, alike, gist


class Earlier:
    """The measures of a document so far, and those that have a ticket: to find work that is listed twice."""

    def __init__(self, filed: Iterable[tuple[Known, Sequence[str]]] = ()) -> None:
        self._filed: dict[str, list[tuple[Known, str]]] = {}
        """By document, filed measures with their words, and with those that they were filed with."""
        for line, titles in filed:
            told = [(line, text) for text in (line.seen.item.text, *titles)]
            self._filed.setdefault(line.path, []).extend(told)
        self._path = ""
        self._lines: list[Known] = []
        self._gists: dict[str, Gist] = {}

    @classmethod
    def of(cls, known: Iterable[Known], snapshot: Snapshot) -> Self:
        """With those of ``known`` that have a ticket."""
        filed = (line for line in known if snapshot.links.get(line.id) and line.trouble is None)
        return cls((line, _titles(line, snapshot)) for line in filed)

    def like(self, line: Known) -> Known | None:
        """Another measure of the same document that may be the same work.

        A line may have been copied before it was reworded: the copy reads as its ticket does.
        """
        before = self._lines if line.path == self._path else []
        others = [*((other, other.seen.item.text) for other in before), *self._filed.get(line.path, [])]
        mine, words = gist(line.seen.item.text), line.seen.item.text.casefold()
        for other, text in others:
            if other.id == line.id:
                continue
            if text not in self._gists:
                self._gists[text] = gist(text)
            if text.casefold() == words or alike(mine, self._gists[text]):
                return other
        return None

    def add(self, line: Known) -> None:
        """Remember a measure; a new document begins anew."""
        if line.path != self._path:
            self._path, self._lines, self._gists = line.path, [], {}
        self._lines.append(line)


def _titles(line: Known, snapshot: Snapshot) -> tuple[str, ...]:
    """What the tickets that were filed for a measure are called."""
    links = (link for link in snapshot.links[line.id] if link.relation.ours)
    tickets = (snapshot.tickets.get((link.scope, link.ticket)) for link in links)
    return tuple(ticket.title for ticket in tickets if ticket is not None)
