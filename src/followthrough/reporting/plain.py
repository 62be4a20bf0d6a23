"""What other people wrote, made harmless: words on one line, addresses that may be links."""

from __future__ import annotations

import re

LONGEST = 2000
"""Characters of an address that browsers and mail programs still follow."""
JOINERS = "\u200c\u200d"
"""Not printable by themselves, but part of words and emoji."""


def one_line(words: str) -> str:
    """Words on one line, without what drives a terminal or turns text around."""
    line = " ".join(words.split())
    if line.isprintable():
        return line
    return "".join(sign for sign in line if sign.isprintable() or sign in JOINERS)


def web_address(url: str | None) -> str:
    """An address as it may stand in a link; empty for what is no web address, or too long for one."""
    from urllib.parse import quote

    if url is None or not re.match(r"https?://[^/\s]", url, re.IGNORECASE):
        return ""
    quoted = quote(url, safe="!$&'*+,/:=?@#%-._~")
    return quoted if len(quoted) <= LONGEST else ""
