"""What both renderers do to words first: drop what is no text, join what is alike, check addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from urllib.parse import quote, urlsplit

from followthrough.connector import Inline

__all__ = ["SUBDUED", "clean", "runs", "web_address"]

SUBDUED = "#6B778C"
"""Colour of small print: N200 of Atlassian's palette, 4.5:1 on white."""

_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# The wiki renderer marks its own place holders with noncharacters, so that a text could name them.
_NONCHARACTERS = "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
_NO_TEXT = re.compile(f"[\0-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NONCHARACTERS}]")
_NO_ADDRESS = re.compile(r'[\s"<>\\^`{|}\[\]!]')
_HIDDEN = re.compile("[\0-\x1f\x7f-\x9f]")


def clean(text: str) -> str:
    """The text with one kind of line end, without control characters, lone surrogates and noncharacters."""
    return _NO_TEXT.sub("", _LINE_END.sub("\n", text))


def web_address(href: str | None) -> str | None:
    """The address if it is one of the web, with characters encoded that could end it; else ``None``."""
    if not href or _HIDDEN.search(href):
        return None
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return _NO_ADDRESS.sub(lambda found: quote(found[0], safe=""), href)


def runs(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Stretches of clean text: no two neighbours alike, none empty, no line end first or last.

    Blanks alone are nothing.
    """
    cleaned = (replace(one, text=clean(one.text), href=web_address(one.href)) for one in inlines)
    joined = [
        Inline("".join(one.text for one in alike), href, strong)
        for (href, strong), alike in groupby(
            (one for one in cleaned if one.text), key=lambda one: (one.href, one.strong)
        )
    ]
    if not any(one.text.strip() for one in joined):
        return ()
    while not (text := joined[0].text.lstrip("\n")):
        del joined[0]
    joined[0] = replace(joined[0], text=text)
    while not (text := joined[-1].text.rstrip("\n")):
        del joined[-1]
    joined[-1] = replace(joined[-1], text=text)
    return tuple(joined)
