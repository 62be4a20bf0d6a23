"""Reading is fast enough that nobody waits for it: measured against a parser written in Python."""

from __future__ import annotations

import time
from collections.abc import Callable

from markdown_it import MarkdownIt

from followthrough.documents import parse

SECTION = """\
## Incident {n}

The pool of connections ran out because a **deploy** raised the limit without review, and nobody saw it.
Customers called before any alert did; the [dashboard](https://x.example/{n}) was green all the time.

- 09:15 The deploy starts
- 09:40 First calls, `checkout` answers with errors

| When | What | Who |
| --- | --- | --- |
| 10:05 | Roll back the deploy | Sam |

### Action items

- [ ] Alert when the pool is over 90 % for five minutes (owner: *Sam*)
- [x] Review pool settings before each deploy
  - with the people who run the database

```
kubectl get pods
```

"""


def seconds(work: Callable[[], object]) -> float:
    """Processor time, the best of three."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def test_blocks_come_three_times_as_fast_as_from_markdown_it() -> None:
    text = "".join(SECTION.format(n=n) for n in range(1_000))
    theirs = MarkdownIt("commonmark").enable("table")
    assert seconds(lambda: parse(text.encode(), "pm.md")) * 3 < seconds(lambda: theirs.parse(text))
