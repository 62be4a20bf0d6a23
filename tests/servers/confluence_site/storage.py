"""How Confluence stores what it is given: not always as it was given.

Facts: what is stored is re-written by its own serialiser: attributes in an order of its own, characters for
entities, ids for macros and, in the Cloud, for blocks; what is no well-formed XML is refused with 400.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import count
from xml.etree import ElementTree

NAMESPACES = ' xmlns:ac="urn:ac" xmlns:ri="urn:ri"'
_TAG = re.compile(r"<([A-Za-z][\w:-]*)((?:\s+[\w:-]+=\"[^\"]*\")*)\s*(/?)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)=\"([^\"]*)\"")
_ENTITY = re.compile(r"&([A-Za-z]+);")
_KEPT = frozenset({"amp", "lt", "gt", "quot", "nbsp"})
_BLOCKS = frozenset({"p", "li", "td", "h2", "ac:structured-macro", "ac:task-list", "ac:link", "ac:task"})


def fault(body: str) -> str | None:
    """Why the serialiser cannot read it, if so."""
    plain = _ENTITY.sub(lambda one: one[0] if one[1] in _KEPT - {"nbsp"} else unescape(one[0]), body)
    try:
        ElementTree.fromstring(f"<page{NAMESPACES}>{plain}</page>")
    except ElementTree.ParseError as error:
        return f"Error parsing xhtml: {error}"
    return None


class Serialiser:
    """Re-writes what it stores. Whatever it has written once it writes the same again."""

    def __init__(self) -> None:
        self._ids = count(1)

    def __call__(self, body: str) -> str:
        body = _ENTITY.sub(lambda one: one[0] if one[1] in _KEPT else unescape(one[0]), body)
        return _TAG.sub(self._tag, body)

    def _tag(self, tag: re.Match[str]) -> str:
        name = tag[1]
        attributes = dict(_ATTRIBUTE.findall(tag[2]))
        if name == "ac:structured-macro":
            attributes.setdefault("ac:macro-id", f"00000000-0000-4000-8000-{next(self._ids):012d}")
            attributes.setdefault("ac:schema-version", "1")
        if name in _BLOCKS:
            local = "ac:local-id" if name.startswith("ac:") else "local-id"
            attributes.setdefault(local, f"id-{next(self._ids)}")
        told = "".join(f' {key}="{value}"' for key, value in sorted(attributes.items()))
        return f"<{name}{told}{' /' if tag[3] else ''}>"
