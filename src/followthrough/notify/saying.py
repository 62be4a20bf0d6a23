"""Words of documents and trackers in messages of ours: made harmless, whatever reads them. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Final
from urllib.parse import quote

__all__ = ["count", "day", "link", "marked", "plain"]

JOINERS: Final = "\u200c\u200d"
"""Not printable by themselves, but part of words and emoji."""
GAP: Final = "\u200b"
"""Takes no room. Where it stands no service finds a mention, a link or a piece of HTML."""
LIVE: Final = re.compile(
    r"(?<=[@＠<])"  # mentions of people, groups and channels; tags
    r"|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bmailto)(?=:)|(?<=\btel)(?=:)"  # addresses
    r"|(?<=\])(?=[(\[:])|(?<=!)(?=\[)"  # links and pictures of Markdown
    r"|(?<=[#!])(?=\w)|(?<=\bgh)(?=-\d)"  # references
    r"|(?<=&)(?=[#\w])",  # entities
    re.IGNORECASE,
)
EMPHASIS: Final = re.compile(r"[\\`*~\[\]<>|]|(?<!\w)_|_(?!\w)")
"""What Markdown would take for markup; an underscore within a word it leaves alone."""


def plain(words: str) -> str:
    """On one line, without what drives a terminal, turns text around, or speaks to a service."""
    line = "".join(sign for sign in " ".join(words.split()) if sign.isprintable() or sign in JOINERS)
    return LIVE.sub(GAP, line)


def marked(words: str) -> str:
    """The same as a piece of Markdown."""
    return EMPHASIS.sub(lambda found: f"\\{found[0]}", plain(words))


def address(url: str | None) -> str:
    """An address as it may stand in a message; empty for what is no web address."""
    return quote(url, safe="!$&'*+,/:=?@#%-._~") if url and re.match(r"https?://", url) else ""


def link(words: str, url: str | None) -> str:
    """Words as a link of Markdown, or as they are where there is no address."""
    to = address(url)
    return f"[{marked(words)}]({to})" if to else marked(words)


def day(value: date, today: date) -> str:
    """A date as people write it: 27 Nov, with its year where that is not today's."""
    short = f"{value.day} {value:%b}"
    return short if value.year == today.year else f"{short} {value.year}"


def count(number: int, noun: str) -> str:
    """``1 measure``, ``2 measures``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
