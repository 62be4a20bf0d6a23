"""Marks that another program formats: found again, with the same words, and taken out without a trace."""

from __future__ import annotations

import mdformat
import pytest

from followthrough.documents import Wanted, marks, parse, rewrite, unlinked
from followthrough.documents.owned import texts

WORDS = "OPS_4-12, in progress, due 2026-11-27"
URL = "https://acme.example/browse/OPS-412"
PAGE = """\
# Checkout down

We will move the queue to its own machine and watch it for a week.

- Alert when the connection pool is over 90 % for five minutes, and page somebody. (owner: Sam)
- [ ] Try a restore from backup every quarter
- [x] An item that was wrapped by hand at some place where
  nobody else would have wrapped it
  - with a nested one
  - and **bold words**

1. Rotate keys

   Because they are old.

1. Ask `vault` for new ones

| What | Kind | Ticket |
| --- | --- | --- |
| Compare snapshots between replicas | Detect |  |

> We promise this, too.\\
> And that.
"""


def formatted(text: str, wrap: int | str) -> str:
    return mdformat.text(text, options={"wrap": wrap}, extensions={"gfm"})


@pytest.mark.parametrize("wrap", [40, 80, 120, "no", "keep"])
def test_marks_survive_mdformat(wrap: int | str) -> None:
    document = parse(PAGE.encode(), "pm.md")
    places = [place for place, text in texts(document) if text.anchor and text.anchor.refusal is None]
    wanted = [Wanted(place, f"{number:012d}", WORDS, URL) for number, place in enumerate(places)]
    written = rewrite(document, wanted)
    assert not written.refusals
    assert len(wanted) == 16

    page = parse(formatted(written.data.decode(), wrap).encode(), "pm.md")
    assert [(place, mark.id, mark.words, mark.target) for place, mark in marks(page)] == [
        (want.place, want.id, WORDS, URL) for want in wanted
    ]
    assert rewrite(page, wanted).edits == ()
    # A formatter that aligns tables leaves the wide columns behind; everything else is as without marks.
    plain = formatted(PAGE, wrap)
    for again in (unlinked(page), rewrite(page, [Wanted(want.place, want.id, None) for want in wanted]).data):
        assert formatted(again.decode(), wrap) == plain
        assert [line for line in again.decode().splitlines() if "|" not in line] == [
            line for line in plain.splitlines() if "|" not in line
        ]


def test_formatting_a_written_page_twice_changes_nothing() -> None:
    document = parse(PAGE.encode(), "pm.md")
    written = rewrite(
        document,
        [
            Wanted(place, f"{n:012d}", WORDS, URL)
            for n, (place, text) in enumerate(texts(document))
            if text.anchor and not text.anchor.refusal
        ],
    )
    once = formatted(written.data.decode(), 80)
    assert formatted(once, 80) == once
