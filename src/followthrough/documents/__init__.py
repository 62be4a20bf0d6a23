"""Documents as blocks with exact byte spans, and the smallest edits back. Pure: no file is opened here."""

from __future__ import annotations

from .blocks import Document
from .edits import Edit, apply, invert
from .formats import format_name, format_named
from .legacy import moved_back
from .owned import fingerprint, marks, unlinked
from .reading import DEFAULT_LIMITS, Limits, Unreadable, read
from .rewriting import Altered, Rewrite, Wanted, rewrite

__all__ = [
    "Altered",
    "Document",
    "Edit",
    "Limits",
    "Rewrite",
    "Unreadable",
    "Wanted",
    "apply",
    "fingerprint",
    "invert",
    "marks",
    "parse",
    "rewrite",
    "unlinked",
]


def parse(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The document in ``data``. The end of ``name`` decides its format; messages call it ``name``.

    Raises ``Unreadable`` for what is no text, and for more of it than ``limits``.
    """
    source, read_only = read(data, name, limits)
    document = format_named(format_name(name, source.data)).parse(source)
    return document if read_only is None else moved_back(document, data, read_only)
