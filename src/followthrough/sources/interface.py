"""What every place of documents offers, and the errors it raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


class SourceError(Exception):
    """A document cannot be read: a sentence with the next step."""


class Changed(SourceError):
    """Somebody else wrote the document since it was read; nothing was written."""


class WriteRefused(SourceError):
    """The document is there but must not, or cannot, be written; nothing was written."""


class PlaceError(SourceError):
    """A whole place of documents cannot be asked; nothing may be concluded from its silence.

    ``refused`` says that the credentials were, ``later`` that the next run may well succeed.
    """

    def __init__(self, message: str, *, refused: bool = False, later: bool = False) -> None:
        super().__init__(message)
        self.refused = refused
        self.later = later


@dataclass(frozen=True, slots=True)
class Content:
    """A document's bytes and the version they are. ``read_only`` says why it cannot be written."""

    data: bytes
    version: str
    read_only: str | None = None
    format: str | None = None
    """What the bytes are, where the place knows it; else name and content tell."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the place says of the document beside its bytes, in the words of a front matter."""


class Source(Protocol):
    """A place where documents live. Paths are relative to the root, with ``/``."""

    def find(self) -> Iterable[str]:
        """The documents that the settings name."""
        ...

    def exists(self, path: str) -> bool:
        """Whether the document is there, readable or not."""
        ...

    def read(self, path: str) -> Content:
        """Raises :class:`SourceError` where it cannot."""
        ...

    def write(self, path: str, data: bytes, version: str) -> Content | None:
        """Replace the document whole, if it still is ``version``; as it stands then, where that may differ.

        Raises :class:`Changed` or :class:`WriteRefused`; in both cases the old bytes stand. After any
        other :class:`SourceError` nobody knows.
        """
        ...

    def puts_off(self, path: str) -> bool:
        """Whether what is written there waits for :meth:`publish`, and nobody else sees it before."""
        ...

    def publish(self) -> Mapping[str, SourceError]:
        """Let everybody see what was put off, all at once; by path, what did not get there, and why.

        :class:`Changed` says that somebody else wrote meanwhile. What failed is forgotten here.
        """
        ...

    def nearby(self, path: str) -> Iterable[str]:
        """The documents beside one that is gone, one of which may be it under another name."""
        ...

    def leftover(self, path: str) -> bytes | None:
        """What a write that was killed left beside the document: its old bytes, ours, or somebody's save."""
        ...

    def discard(self, path: str) -> None:
        """Remove it."""
        ...


class AtOnce:
    """The part of :class:`Source` that every place has in common where what is written is seen at once."""

    __slots__ = ()

    def puts_off(self, path: str) -> bool:
        """It is never put off."""
        return False

    def publish(self) -> dict[str, SourceError]:
        """Nothing was put off."""
        return {}


class Disk(Protocol):
    """The file system as far as documents need it; an argument, so that tests can make it fail."""

    def read(self, path: Path) -> Content:
        """The bytes, their SHA-256 as version, and why the file cannot be replaced, if so."""
        ...

    def replace(self, path: Path, data: bytes, version: str) -> None:
        """Put ``data`` in the place of ``path``, whole or not at all, if its bytes still are ``version``."""
        ...

    def leftover(self, path: Path) -> bytes | None:
        """What a :meth:`replace` that was killed left beside ``path``."""
        ...

    def discard(self, path: Path) -> None:
        """Remove it."""
        ...
