"""Words of documents and trackers in messages of ours: made harmless, whatever reads them. Pure."""

from __future__ import annotations

import re
from typing import Final

from followthrough.reporting.plain import one_line, web_address

__all__ = ["count", "link", "marked", "plain"]

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
MARKUP: Final = re.compile(r"[\\`*~\[\]<>]|(?<![^\W_])_|_(?![^\W_])|^[#+=-]")
"""What Markdown would take for markup; an underscore within a word it leaves alone."""


NUMBERED: Final = re.compile(r"^(\d{1,9})([.)])")


def plain(words: str) -> str:
    """On one line, without what drives a terminal, turns text around, or speaks to a service."""
    return LIVE.sub(GAP, one_line(words))


def marked(words: str) -> str:
    """The same as a piece of Markdown."""
    escaped = MARKUP.sub(lambda found: f"\\{found[0]}", plain(words))
    return NUMBERED.sub(r"\1\\\2", escaped)


def link(words: str, url: str | None) -> str:
    """Words as a link of Markdown, or as they are where there is no address."""
    to = web_address(url)
    return f"[{marked(words)}]({to})" if to else marked(words)


def count(number: int, noun: str) -> str:
    """``1 measure``, ``2 measures``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
