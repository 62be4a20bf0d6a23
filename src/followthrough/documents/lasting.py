"""What of Confluence's storage format stays as it is while the page is stored again and again."""

from __future__ import annotations

import re
from html import escape, unescape

from .markup import Attributes, What, pieces

_VOLATILE = frozenset(
    ("local-id", "ac:local-id", "ac:macro-id", "ac:schema-version", "ri:version-at-save", "ac:ref")
)
"""Attributes that Confluence sets itself."""
_MARKUP = frozenset(("amp", "lt", "gt", "quot"))
_ENTITY = re.compile(r"&([A-Za-z]{2,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")


def lasting(raw: bytes) -> bytes:
    """A stretch of storage format without what Confluence changes in it by itself when it stores a page:
    ids and the order of attributes, and characters that it writes as entities or does not.
    """
    parts, at = [], 0
    for what, _, start, end in pieces(raw, 0, len(raw), xml=True):
        if what is What.OPEN and start >= at:
            parts += [_characters(raw[at:start]), _tag(raw, start, end)]
            at = end
    return b"".join([*parts, _characters(raw[at:])])


def _tag(raw: bytes, start: int, end: int) -> bytes:
    attributes = Attributes(raw, start, end)
    name = raw[start + 1 : end - 1].split(maxsplit=1)[0].rstrip(b"/").decode(errors="replace")
    kept = sorted(attributes.keys() - _VOLATILE)
    told = "".join(f' {key}="{escape(attributes.text(key))}"' for key in kept)
    return f"<{name}{told}>".encode()


def _characters(raw: bytes) -> bytes:
    def one(found: re.Match[str]) -> str:
        return found[0] if found[1] in _MARKUP else unescape(found[0])

    text = raw.decode(errors="replace")
    return (_ENTITY.sub(one, text) if "&" in text else text).encode()
