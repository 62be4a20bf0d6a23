"""Our links in documents: what makes a link ours, and how its words and address stay harmless.

A mark is one link whose address ends in ``#ft-`` and the item's id. Each format renders it in its own
syntax through ``MarkStyle``; words and addresses are made safe here, once for all of them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Protocol

ID = "[0-9a-hjkmnp-tv-z]{12}"
_ID = re.compile(ID)
_OURS = re.compile(f"(.*)#ft-({ID})", re.DOTALL)
_ADDRESS = re.compile(r"(?:https?://[^\s/?#]+(?:[^\s#]| )*)?", re.IGNORECASE)
# Characters that no syntax gives a meaning inside an address. Everything else is percent-encoded,
# ";" too: "&lt;" in an address would be read as an entity.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?@!$&+,=%")


class MarkStyle(Protocol):
    """How one format writes a mark. Reading ``render``'s text again gives the same words and target."""

    def words(self, words: str) -> str:
        """``words`` as a reader gets them back from this format."""
        ...

    def render(self, id: str, words: str, target: str) -> str:
        """The mark without the space before it."""
        ...


def is_id(text: str) -> bool:
    """Whether ``text`` is an item's id: 12 characters of lower-case Crockford base32."""
    return _ID.fullmatch(text) is not None


def ours(address: str) -> tuple[str, str] | None:
    """(target, id) of a link address that is one of our marks, else ``None``."""
    if "#ft-" not in address:
        return None
    found = _OURS.fullmatch(address)
    return (found[1], found[2]) if found else None


def address(id: str, target: str) -> str:
    """The address of a mark: ``target`` with our fragment, safe inside any markup.

    Raises ``ValueError``, as a sentence, for what is not an id, or an address that is not plain http.
    """
    if not is_id(id):
        raise ValueError(f"{id!r} is not an item's id")
    if not _ADDRESS.fullmatch(target):
        raise ValueError(f"{target!r} is not an http address without a fragment")
    return f"{safe_target(target)}#ft-{id}"


def safe_target(target: str) -> str:
    """``target`` percent-encoded wherever a format could read a character as markup."""
    return "".join(c if c in _PLAIN else _encode(c) for c in target)


def clean_words(words: str) -> str:
    """``words`` on one line, without control, bidirectional and other invisible characters."""
    kept = "".join(c if unicodedata.category(c)[0] in "LMNPS" else _blank(c) for c in words)
    return " ".join(kept.split())


def _blank(character: str) -> str:
    return " " if character.isspace() else ""


def _encode(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


class ReadOnlyStyle:
    """The style of a format that takes no marks."""

    def words(self, words: str) -> str:
        return clean_words(words)

    def render(self, id: str, words: str, target: str) -> str:
        raise ValueError("its format is only read")
