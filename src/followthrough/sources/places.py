"""All places of one workspace as one: the folder, and documents elsewhere by the names that they begin with.

Documents elsewhere are known by asking, so they are listed only where a command may ask; the folder is asked
for its files by the command line, before any ledger is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from followthrough.sources.interface import Content, PlaceError, Source, SourceError

__all__ = ["Places", "Remote", "Remotes"]


class Remote(Source, Protocol):
    """A place of documents that is asked over the network; see :class:`Source`.

    Once it could not be asked it remembers ``trouble``, asks nothing more, and says that all is there.
    """

    @property
    def name(self) -> str:
        """What the names of its documents begin with."""
        ...

    @property
    def trouble(self) -> PlaceError | None:
        """Why it could not be asked, if so."""
        ...

    def owns(self, path: str) -> bool:
        """Whether a document is one of its, by its name alone."""
        ...

    def url(self, path: str) -> str | None:
        """Where a person opens the document, if the place knows that."""
        ...

    def live(self, scope: str) -> str | None:
        """How it knows a scope's tracker, where it shows the state of its tickets by itself."""
        ...

    def close(self) -> None:
        """Give its connections back."""
        ...


@dataclass(slots=True)
class Remotes:
    """The remote places of a workspace. Where ``asking`` is false none of them is asked anything."""

    places: Sequence[Remote] = ()
    asking: bool = True
    _found: list[str] | None = field(default=None, init=False)
    _failed: dict[str, PlaceError] = field(default_factory=dict, init=False)

    def find(self) -> list[str]:
        """The documents of all of them, asked for once; a place that fails is in ``troubles``."""
        if self._found is None and self.asking:
            self._found = []
            for place in self.places:
                try:
                    self._found += place.find()
                except PlaceError as error:
                    self._failed[place.name] = error
        return self._found or []

    @property
    def troubles(self) -> dict[str, PlaceError]:
        """By name, the places that could not be asked, and why."""
        later = {place.name: place.trouble for place in self.places if place.trouble is not None}
        return {**self._failed, **later}

    def silent(self, path: str) -> bool:
        """Whether the document lies in a place that could not be asked."""
        place = self.of(path)
        return place is not None and place.name in self.troubles

    def of(self, path: str) -> Remote | None:
        """The place of a document, by its name; ``None`` for a file in the folder."""
        return next((place for place in self.places if place.owns(path)), None)

    def url(self, path: str) -> str | None:
        """Where a person opens the document; ``None`` where its place does not know."""
        place = self.of(path)
        return place.url(path) if place else None

    def present(self, paths: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
        """The documents that can be asked for, each with whether it was named by hand.

        Files of the folder that a remote place does not have are no documents of its, unless they were named.
        """
        given = [(path, named, self.of(path)) for path, named in paths]
        return [
            (path, named)
            for path, named, place in given
            if place is None
            or (place.name not in self.troubles and (named or not self.asking or place.exists(path)))
        ]

    def live(self, path: str, scope: str) -> str | None:
        """How a document's place knows a scope's tracker; see :meth:`Remote.live`."""
        place = self.of(path)
        return place.live(scope) if place else None

    def close(self) -> None:
        """Give all connections back."""
        for place in self.places:
            place.close()


@dataclass(frozen=True, slots=True)
class Places:
    """A :class:`Source` over the folder and the remote places."""

    folder: Source
    remotes: Remotes

    def find(self) -> Iterable[str]:
        return [*self.folder.find(), *self.remotes.find()]

    def exists(self, path: str) -> bool:
        remote = self.remotes.of(path)
        if remote is not None and not self.remotes.asking:
            return True  # nobody can say that it is gone
        return (remote or self.folder).exists(path)

    def read(self, path: str) -> Content:
        return self._asked(path).read(path)

    def write(self, path: str, data: bytes, version: str) -> Content | None:
        return self._asked(path).write(path, data, version)

    def puts_off(self, path: str) -> bool:
        return self._asked(path).puts_off(path)

    def publish(self) -> dict[str, SourceError]:
        failed = dict(self.folder.publish())
        for place in self.remotes.places:
            failed |= place.publish()
        return failed

    def nearby(self, path: str) -> Iterable[str]:
        return self._asked(path).nearby(path)

    def leftover(self, path: str) -> bytes | None:
        return (self.remotes.of(path) or self.folder).leftover(path)

    def discard(self, path: str) -> None:
        (self.remotes.of(path) or self.folder).discard(path)

    def _asked(self, path: str) -> Source:
        remote = self.remotes.of(path)
        if remote is not None and not self.remotes.asking:
            raise SourceError(
                f"{path}: is a page at {remote.url(path)}, and this command opens no connection. "
                "Use `plan` without --offline."
            )
        return remote or self.folder
