"""Ticket references in text and links: addresses, ``OPS-12``, ``#12``, ``acme/web#12``, ``PR #12``.

Pure and offline. Whether a reference really names a ticket only its tracker can say.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection
from functools import lru_cache
from itertools import accumulate, islice
from typing import NamedTuple

_URL = re.compile(r"https?://[^\s<>\"'`|\\^{}]{3,2000}")
_TICKET_PATH = re.compile(
    r"/(?:issues?|pulls?|pull-requests|merge_requests|browse|tickets?|bugs?|workitems?|story|stories|cards?|c|t|"
    r"_workitems/edit|work_items|epics?|tasks?|b)/"
    r"(?:[^/?#\s]{1,80}/){0,2}(?:[A-Za-z][A-Za-z0-9_]{0,19}-)?\d{1,10}(?![\w.])"
    r"|/browse/[A-Z][A-Z0-9_]{1,19}-\d+"
    r"|show_bug\.cgi\?id=\d+"
    r"|[?&]selectedIssue=[A-Z][A-Z0-9]{1,19}+-\d+"
    r"|/(?:c|card)/[A-Za-z0-9]{6,}"
    r"|/[a-z-]{1,60}+/issue/[A-Z][A-Z0-9]{0,9}-\d+"
    r"|/\w{1,60}+\.do\?\S{0,300}(?:INC|PRB|CHG|RITM|CTASK|PTASK)\d{7}"
    r"|app\.asana\.com/\S{0,300}/\d{6,}(?!\d)"
    r"|//(?:phabricator|phab)\.[^/\s]{1,100}+/[TD]\d+(?!\w)",
    re.IGNORECASE,
)
_REPO = re.compile(r"(?<![\w./-])[A-Za-z0-9][\w.-]{0,60}(?:/[A-Za-z0-9][\w.-]{0,80}){1,3}[#!]\d{1,8}(?!\w)")
_NAMED = re.compile(
    r"(?<!\w)(?:PRs?|MRs?|GH|pull request|merge request|issues?|tickets?|bugs?|story|epic|case(?:[ ]id)?"
    r"|work item)"
    r"[ \t]{0,2}(?:[#!][ \t]?\d{1,11}|\d{3,11})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_NAMES = ("pr", "mr", "gh", "pull", "merge", "issue", "ticket", "bug", "story", "epic", "case", "work")
_NAME = re.compile(rf"(?<!\w)(?:{'|'.join(_NAMES)})", re.IGNORECASE)
_TRACKER = re.compile(r"#|[A-Z]\d{5}|/\d{5}")
_HASH = re.compile(r"(?<![\w&/#!])(?:[#!]\d{1,8}(?![\w-])|INC\d{7,10}(?!\w))")
_KEY = re.compile(r"(?<![\w/#-])[A-Z][A-Z0-9]{1,14}-\d{1,7}(?:-[A-Z0-9]{1,20}){0,3}(?!\w)")
_TRACKED = re.compile(
    r"(?<![\w/#.-])(?:AB#\d{1,8}|(?:PRB|CHG|RITM|CTASK|PTASK)\d{7,10}|T\d{5,7}|(?:b|cl|crbug|rdar)/\d{5,10})"
    r"(?![\w/-])"
)
"""Azure Boards, ServiceNow, Phabricator and trackers that people address as ``b/123456``."""
_LOOSE = re.compile(r"(?:[A-Za-z][A-Za-z0-9]{0,14}[-_/#!]|[#!]|[A-Za-z])?\d{2,12}")
"""What is a ticket only where tickets are expected, as in a column of them."""
_MOST = 24
"""References of one text; nobody tracks a piece of work in more tickets."""
_LAST = re.compile(r"(?:(?<![A-Za-z])[A-Za-z][A-Za-z0-9_]{0,60}+-)?(?<!\d)\d++$")
_SIGN = re.compile(r"\d")
_TRAILING = ".,;:!?)]}'\""


class Found(NamedTuple):
    """A reference in a text, from ``start`` to ``end``."""

    text: str
    url: str | None
    start: int
    end: int
    sure: bool
    """It cannot well be anything else; a bare ``#6`` or the number of an incident, ``INC0012345``, could."""


@lru_cache(maxsize=2048)
def is_ticket_url(url: str) -> bool:
    """Whether ``url`` has the form of a ticket's or a pull request's address."""
    return url.startswith(("http://", "https://")) and _TICKET_PATH.search(url) is not None


def key_of(text: str) -> str:
    """What two spellings of one ticket share: ``OPS-12`` and its address, ``#12`` and ``.../pull/12``."""
    path = _TICKET_PATH.search(text) if "://" in text else None
    key = _LAST.search(path[0] if path else text)
    return (key[0] if key else text).upper()


def same(words: str, url: str) -> bool:
    """Whether ``words`` name the ticket at ``url``."""
    repository, _, _ = words.partition("#")
    return key_of(words) == key_of(url) and ("/" not in repository or repository.lower() in url.lower())


def loose(text: str) -> str | None:
    """``text`` if it looks like a ticket's number in a tracker of whatever kind: ``1870990``, ``ord/12``."""
    text = " ".join(text.split())
    return text if _LOOSE.fullmatch(text) else None


def is_reference(text: str, not_keys: Collection[str] = ()) -> bool:
    """Whether ``text`` is nothing but one reference."""
    text = text.strip()
    if len(text) > 200 or not _SIGN.search(text):
        return False
    found = find(text, not_keys)
    return len(found) == 1 and found[0].start == 0 and found[0].end == len(text)


def find(text: str, not_keys: Collection[str] = (), *, most: int = _MOST) -> list[Found]:
    """The references in ``text``, in order. ``not_keys`` are prefixes such as ``UTF`` that no tracker has."""
    if not _SIGN.search(text):
        return []
    found: list[Found] = []
    taken: list[tuple[int, int]] = []
    if "://" in text:
        for match in islice(_URL.finditer(text), most):
            url, end = _cut(text, match)
            taken.append((match.start(), end))
            if is_ticket_url(url):
                found.append(Found(url, url, match.start(), end, True))
    for pattern, sure in _patterns(text):
        before = sorted(taken)
        ends = list(accumulate((last for _, last in before), max))
        for match in pattern.finditer(text):
            start, end = match.span()
            words = match[0]
            if len(found) >= most:
                break
            near = bisect_left(before, (end, 0)) - 1 if before else -1
            if near >= 0 and ends[near] > start:  # another pattern took it
                continue
            if pattern is _KEY and words.partition("-")[0] in not_keys:
                continue
            taken.append((start, end))
            found.append(Found(words, None, start, end, sure))
    found.sort(key=lambda hit: hit.start)
    return found


def _patterns(text: str) -> list[tuple[re.Pattern[str], bool]]:
    """The patterns that could match in ``text`` at all, the longest forms first."""
    patterns = []
    if "#" in text or "!" in text:
        patterns.append((_REPO, True))
    if _TRACKER.search(text):
        patterns.append((_TRACKED, True))
    folded = text.casefold()
    for name in _NAMES:
        if name in folded:
            if _NAME.search(text):
                patterns.append((_NAMED, True))
            break
    if "#" in text or "!" in text or "INC" in text:
        patterns.append((_HASH, False))
    if "-" in text:
        patterns.append((_KEY, True))
    return patterns


def bare(address: str) -> str:
    """A ticket's address without the words that AsciiDoc puts behind it: ``https://...[its words]``."""
    head, bracket, _ = address.partition("[")
    return head if bracket and is_ticket_url(head) else address


def _cut(text: str, match: re.Match[str]) -> tuple[str, int]:
    """An address in ``text`` and where it ends, with its words in brackets."""
    head = bare(match[0])
    close = text.find("]", match.start(), match.start() + 2200)
    if head != match[0] and close > 0:
        return head, close + 1
    url = _trimmed(match[0])
    return url, match.start() + len(url)


def _trimmed(url: str) -> str:
    """``url`` without the punctuation of the sentence around it."""
    while url and url[-1] in _TRAILING:
        if url[-1] == ")" and url.count("(") >= url.count(")"):
            break
        url = url[:-1]
    return url
