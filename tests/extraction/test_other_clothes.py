"""The same document in other clothes: what changes nothing for its readers changes nothing that is read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.documents import parse
from followthrough.extraction import extract
from followthrough.model import ActionItem, Postmortem

from .clothes import facts
from .conftest import TODAY

BOXES = """\
# The night of the full disk

## Timeline

- 02:10 We restarted the disk watcher.

## Action items

- [x] Add a second disk (owner: Sam, due 2026-12-01)
- [ ] Write a runbook for full disks (@lin) [OPS-7](https://acme.atlassian.net/browse/OPS-7)
- [ ] Alert when a disk is nearly full (P1)
"""
NUMBERS = """\
# Payments were late

## Root cause

1. The queue had no limit.

## Follow-up actions

1. **DONE** Limit the queue (Sam)
2. **IN PROGRESS** Rehearse the failover every quarter (Lin)
3. Show the age of the queue on the dashboard by 2026-12-24

## Lessons learned

1. Queues grow quietly.
"""
LABELS = """\
# Search was slow

- **Impact**:
  - Half of the queries timed out.

- **Review actions**:
  - Raise the heap of the search nodes #12
  - Split the index by tenant

- **Notes**:
  - We keep the logs for a week.
"""
HEADINGS = """\
# Logins failed

## Corrective actions

### 1) Rotate the keys every month

It was the cause.

### 2) Warn before keys expire (owner: Sam)

Nobody saw it coming.

## Timeline

### 1) Keys expired
"""
TABLE = """\
# Wrong prices

## Action items

| Action item | Owner | Due | Priority | Status |
|-------------|-------|-----|----------|--------|
| Clear the price cache on import | Sam | 2026-05-01 | P0 | Done |
| Compare prices every hour | Lin | 2026-06-01 | P1 | Open |

## Files changed

| File | Change |
|------|--------|
| cache.py | Add an expiry |
"""
DOCUMENTS = {"boxes": BOXES, "numbers": NUMBERS, "labels": LABELS, "headings": HEADINGS, "table": TABLE}
_ITEM = re.compile(r"^( *)([-*]|\d\.) (.*)$", re.MULTILINE)
_HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)


COMMENTS: dict[str, Callable[[str], str]] = {
    "comments before items": lambda text: _ITEM.sub(r"\1<!-- a remark -->\n\g<0>", text),
    "comments behind items": lambda text: _ITEM.sub(r"\g<0> <!-- a remark -->", text),
    "comments below headings": lambda text: _HEADING.sub(r"\g<0>\n\n<!-- Fill this in. -->", text),
    "comments behind headings": lambda text: _HEADING.sub(r"\g<0> <!-- a remark -->", text),
}
ATTRIBUTES: dict[str, Callable[[str], str]] = {
    "ids of headings": lambda text: _HEADING.sub(r"\g<0> {#an-id}", text),
    "attributes of headings": lambda text: _HEADING.sub(r"\g<0> {: #an-id .wide data-a=b }", text),
}


@pytest.mark.parametrize("clothes", [*COMMENTS, *ATTRIBUTES])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_nothing_else_is_read(read: Callable[..., Postmortem], document: str, clothes: str) -> None:
    text = DOCUMENTS[document]
    changed = {**COMMENTS, **ATTRIBUTES}[clothes](text)
    found = facts(read(text).items)
    assert len(found) > 1
    assert facts(read(changed).items) == found


_PICTURES = ("\U0001f525", "\U0001f6e0\ufe0f", ":rocket:")
LOOKS: dict[str, Callable[[str], str]] = {
    "pictures in front of headings": lambda text: _HEADING.sub(lambda m: f"{m[1]} {_PICTURES[len(m[2]) % 3]} {m[2]}", text),
    "pictures behind headings": lambda text: _HEADING.sub(lambda m: f"{m[0]} {_PICTURES[len(m[2]) % 3]}", text),
    "colons behind headings": lambda text: _HEADING.sub(r"\g<0>:", text),
    "bold headings": lambda text: _HEADING.sub(r"\1 **\2**", text),
    "closed headings": lambda text: _HEADING.sub(r"\g<0> \1", text),
    "signs of no width": lambda text: _HEADING.sub("\\1 \u200b\\2", text),
    "capitals": lambda text: re.sub(r"^##+ .*$", lambda m: m[0].upper() if "1)" not in m[0] and "2)" not in m[0] else m[0], text, flags=re.MULTILINE),
    "spaces that do not break": lambda text: re.sub(r"(?<=\w) (?=\w)", "\u00a0", text),
    "a wide marker": lambda text: re.sub(r"^( *)- ", "\\1- \u00a0", text, flags=re.MULTILINE),
    "plus signs": lambda text: re.sub(r"^( *)- ", r"\1+ ", text, flags=re.MULTILINE),
    "stars": lambda text: re.sub(r"^( *)- ", r"\1* ", text, flags=re.MULTILINE),
    "brackets behind numbers": lambda text: re.sub(r"^(\d)\. ", r"\1) ", text, flags=re.MULTILINE),
    "one level deeper": lambda text: _HEADING.sub(r"#\g<0>", text),
    "loose lists": lambda text: re.sub(r"\n(?= *(?:-|\d\.) )", "\n\n", text),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "blanks at the ends": lambda text: re.sub(r"(?<=\S)\n", " \n", text),
    "two blank lines": lambda text: text.replace("\n\n", "\n\n\n"),
    "underscores": lambda text: re.sub(r"\*\*([^*]+)\*\*", r"__\1__", text),
    "front matter": lambda text: f"---\nlayout: post\ntags: [incident]\n---\n\n{text}",
    "other front matter": lambda text: f'+++\nlayout = "post"\n+++\n\n{text}',
    "a byte order mark": lambda text: "\ufeff" + text,
    "reference links": lambda text: re.sub(r"\[([^\]]+)\]\((\S+)\)", r"[\1][one]", text) + "\n[one]: https://acme.atlassian.net/browse/OPS-7\n",
    "no outer bars": lambda text: re.sub(r"^\| ?(.*?) ?\|$", r"\1", text, flags=re.MULTILINE),
    "columns the other way round": lambda text: re.sub(r"^\|(.*)\|$", lambda m: "|" + "|".join(reversed(m[1].split("|"))) + "|", text, flags=re.MULTILINE),
    "a column of numbers": lambda text: re.sub(
        r"^\|(.)(.*)$",
        lambda m: {"-": "|---", " ": "| No " if "Owner" in m[2] or "Change" in m[2] else "| 1 "}[m[1]] + m[0],
        text,
        flags=re.MULTILINE,
    ),
    "breaks at the ends of cells": lambda text: re.sub(r"(?<=\w) +\|", "<br> |", text),
}  # fmt: skip


@pytest.mark.parametrize("clothes", LOOKS)
@pytest.mark.parametrize("document", DOCUMENTS)
def test_looks_change_nothing(read: Callable[..., Postmortem], document: str, clothes: str) -> None:
    text = DOCUMENTS[document]
    assert facts(read(LOOKS[clothes](text)).items) == facts(read(text).items)


TOGETHER = [
    *COMMENTS,
    *(name for name in LOOKS if name not in ("capitals", "front matter", "other front matter")),
]
LAST = ("closed headings", "blanks at the ends", "carriage returns", "a byte order mark")
"""Those that change what the others look for."""


@given(
    st.sampled_from(list(DOCUMENTS)),
    st.lists(st.sampled_from(TOGETHER), min_size=2, max_size=4, unique=True),
)
@settings(deadline=None)
def test_several_at_once(document: str, clothes: list[str]) -> None:
    text = changed = DOCUMENTS[document]
    for name in sorted(clothes, key=lambda name: LAST.index(name) if name in LAST else -1):
        changed = {**COMMENTS, **LOOKS}[name](changed)
    assert facts(written(changed)) == facts(written(text))


def written(text: str) -> tuple[ActionItem, ...]:
    return extract(parse(text.encode(), "incident.md"), today=TODAY).items
