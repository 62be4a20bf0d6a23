"""Documents as blocks with exact byte spans, and the smallest edits back. Pure: no file is opened here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from followthrough.collector import no_collection

from .blocks import Document
from .edits import Edit, apply, invert
from .formats import format_named, name_of, source_of
from .legacy import moved_back
from .owned import fingerprint, marks, unlinked
from .reading import DEFAULT_LIMITS, Limits, Unreadable
from .rewriting import Altered, Rewrite, Wanted, anchor_at, rewrite

__all__ = [
    "Altered",
    "Document",
    "Edit",
    "Limits",
    "Rewrite",
    "Unreadable",
    "Wanted",
    "anchor_at",
    "apply",
    "fingerprint",
    "invert",
    "marks",
    "name_of",
    "parse",
    "rewrite",
    "unlinked",
]


@no_collection()
def parse(
    data: bytes,
    name: str,
    limits: Limits = DEFAULT_LIMITS,
    *,
    format: str | None = None,
    given: Mapping[str, Any] | None = None,
) -> Document:
    """The document in ``data``. Without ``format`` the end of ``name`` and what ``data`` is decide it.

    ``given`` is what the place where it lives says of it; what it says itself comes first. Raises
    ``Unreadable``, in which it is called ``name``, for what is no text, and for more of it than ``limits``.
    """
    format, source, read_only = source_of(data, name, limits, format)
    document = format_named(format).parse(source)
    if given:
        document = document.told(given)
    return document if read_only is None else moved_back(document, data, document.read_only or read_only)
