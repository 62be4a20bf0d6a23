"""The same document in other clothes: what changes nothing for its readers changes nothing that is read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from followthrough.model import Postmortem

from .clothes import facts

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
