"""What people do to documents between two nights: no measure gets a second ticket, no link a wrong one.

Each edit is data: what is done to the pages, which ticket each line must lead to afterwards, how many
tickets there are then, and the words of the page in the documentation that promise it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from followthrough.connector import State

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "explanation" / "identity.md"
POOL, RESTORE, SIGN = "Alert on the pool", "Rehearse the restore", "Sign every cache entry"
CACHE = f"""\
# Postmortem: cache

## Action items

- [ ] {POOL}
- [ ] {RESTORE}
- [ ] {SIGN}
"""
QUEUE = f"""\
# Postmortem: queue

## Action items

- [ ] {POOL}
"""
Pages = dict[str, str]
"""Documents by name."""


@dataclass(frozen=True)
class Edit:
    """One thing that people do."""

    name: str
    """As the documentation calls it."""
    happens: str
    """What the documentation says that happens."""
    do: Callable[[Pages], None]
    leads: Mapping[str, str | None] = field(default_factory=dict)
    """By words of a line, ``DOCUMENT: WORDS``, the ticket that its link leads to; ``None`` for no link."""
    tickets: int = 4
    told: tuple[str, ...] = ()
    """Codes of matters and questions that stand afterwards."""


def line_of(page: str, words: str) -> str:
    return next(line for line in page.splitlines(keepends=True) if words in line)


def replaced(name: str, old: str, new: str) -> Callable[[Pages], None]:
    def do(pages: Pages) -> None:
        assert old in pages[name]
        pages[name] = pages[name].replace(old, new)

    return do


def bare(line: str) -> str:
    """A line without our link."""
    return re.sub(r" \[[^]]*\]\([^)]*#ft-[^)]*\)", "", line)


def without_link(words: str, name: str = "cache.md", new: str | None = None) -> Callable[[Pages], None]:
    def do(pages: Pages) -> None:
        line = line_of(pages[name], words)
        pages[name] = pages[name].replace(line, bare(line).replace(words, new or words))

    return do


def reordered(pages: Pages) -> None:
    head, *lines = re.split(r"(?m)^(?=- )", pages["cache.md"])
    pages["cache.md"] = head + "".join(reversed(lines))


def under_another_heading(pages: Pages) -> None:
    line = line_of(pages["cache.md"], RESTORE)
    pages["cache.md"] = pages["cache.md"].replace(line, "") + f"\n## Preventive actions\n\n{line}"


def deleted(pages: Pages) -> None:
    pages["cache.md"] = pages["cache.md"].replace(line_of(pages["cache.md"], RESTORE), "")


def copied(*, link: bool) -> Callable[[Pages], None]:
    def do(pages: Pages) -> None:
        line = line_of(pages["cache.md"], RESTORE)
        pages["cache.md"] += line if link else bare(line)

    return do


def copied_and_reworded(pages: Pages) -> None:
    line = line_of(pages["cache.md"], RESTORE)
    pages["cache.md"] += line.replace(RESTORE, "Try the failover")


def copied_bare_and_original_reworded(pages: Pages) -> None:
    line = line_of(pages["cache.md"], RESTORE)
    reworded = line.replace(RESTORE, "Practise bringing a snapshot back")
    pages["cache.md"] = pages["cache.md"].replace(line, reworded + bare(line))


def document_copied(pages: Pages) -> None:
    pages["copy.md"] = pages["cache.md"]


def renamed(pages: Pages) -> None:
    pages["2026-cache.md"] = pages.pop("cache.md")


def renamed_with_new_headings(pages: Pages) -> None:
    renamed(pages)
    pages["2026-cache.md"] = pages["2026-cache.md"].replace("## Action items", "## Follow-up actions")


def cut_and_pasted(*, link: bool) -> Callable[[Pages], None]:
    def do(pages: Pages) -> None:
        line = line_of(pages["cache.md"], RESTORE)
        pages["cache.md"] = pages["cache.md"].replace(line, "")
        pages["queue.md"] += line if link else bare(line)

    return do


def split(pages: Pages) -> None:
    line = line_of(pages["cache.md"], RESTORE)
    first = line.replace(RESTORE, "Rehearse the restore of the orders")
    pages["cache.md"] = pages["cache.md"].replace(line, f"{first}- [ ] Write down who may start a failover\n")


def merged(*, links: bool) -> Callable[[Pages], None]:
    def do(pages: Pages) -> None:
        first, second = (line_of(pages["cache.md"], words) for words in (POOL, RESTORE))
        link = second[second.index(" [OPS-2") :] if links else "\n"
        pages["cache.md"] = (
            pages["cache.md"]
            .replace(second, "")
            .replace(first, first.rstrip("\n") + " and rehearse the restore" + link)
        )

    return do


def put_back(pages: Pages) -> None:
    pages["cache.md"] = CACHE


def formatted(pages: Pages) -> None:
    pages["cache.md"] = (
        pages["cache.md"].replace("- [ ] ", "*   [ ]   ").replace("cache entry", "cache  entry")
    )


def nothing(_pages: Pages) -> None:
    return None


HOME = {"cache: Alert": "OPS-1", "cache: ehearse": "OPS-2", "cache: Sign": "OPS-3", "queue: Alert": "OPS-4"}
RENAMED = {f"2026-{where}" if "cache" in where else where: key for where, key in HOME.items()}

EDITS = (
    Edit("nothing", "nothing is written on either side", nothing, HOME),
    Edit(
        "the words change, the link stays",
        "the same measure, retitled; the ticket keeps its title, and the edit is told",
        replaced("cache.md", RESTORE, "Rehearse the restore twice a year"),
        HOME,
        told=("title-edited",),
    ),
    Edit(
        "the words change a little, the link is deleted",
        "a question; nothing is filed before somebody answers",
        without_link(RESTORE, new="Rehearse a restore"),
        {**HOME, "cache: ehearse": None},
        told=("retitled",),
    ),
    Edit(
        "the words change altogether, the link is deleted",
        "a new measure with a ticket of its own; the old ticket stays open",
        without_link(RESTORE, new="Document the failover of payments"),
        {"cache: Document": "OPS-5", "cache: Alert": "OPS-1", "cache: Sign": "OPS-3"},
        tickets=5,
    ),
    Edit("lines change places", "the same measures", reordered, HOME),
    Edit("a line moves under another heading", "the same measure", under_another_heading, HOME),
    Edit(
        "a heading is renamed",
        "the same measures",
        replaced("cache.md", "## Action items", "## Follow-up actions"),
        HOME,
    ),
    Edit("the link is deleted", "the same measure; the link is written again", without_link(RESTORE), HOME),
    Edit(
        "a line is deleted",
        "told as gone once; nothing is closed, nothing is filed",
        deleted,
        {"cache: Alert": "OPS-1", "cache: Sign": "OPS-3", "queue: Alert": "OPS-4"},
    ),
    Edit(
        "a line is copied with its link",
        "nobody can tell the two apart: both are frozen and told",
        copied(link=True),
        {"cache: Alert": "OPS-1", "queue: Alert": "OPS-4"},
        told=("link-copied",) * 2,
    ),
    Edit(
        "a line is copied with its link and then reworded",
        "the line that reads as before keeps the link, the other one is frozen and told",
        copied_and_reworded,
        HOME,
        told=("link-copied",),
    ),
    Edit(
        "a line is copied without its link",
        "a question: the same work twice",
        copied(link=False),
        {"cache: Alert": "OPS-1", "queue: Alert": "OPS-4"},
        told=("ask",),
    ),
    Edit(
        "a line is copied without its link, and the original is reworded",
        "a question: the copy reads as the ticket of the original does",
        copied_bare_and_original_reworded,
        {"cache: snapshot": "OPS-2", f"cache: {RESTORE}": None, "cache: Sign": "OPS-3"},
        told=("ask", "title-edited"),
    ),
    Edit(
        "a document is copied",
        "the original keeps its tickets, the copy is told, line by line",
        document_copied,
        HOME,
        told=("link-copied",) * 3,
    ),
    Edit("a document is renamed", "the same measures at their new path", renamed, RENAMED),
    Edit(
        "a document is renamed and gets other headings",
        "the same measures at their new path",
        renamed_with_new_headings,
        RENAMED,
    ),
    Edit(
        "a line is cut and pasted into another document, with its link",
        "the same measure in its new document",
        cut_and_pasted(link=True),
        {"cache: Alert": "OPS-1", "queue: ehearse": "OPS-2", "queue: Alert": "OPS-4"},
    ),
    Edit(
        "a line is cut and pasted into another document, without its link",
        "a question: was it moved? Nothing is filed",
        cut_and_pasted(link=False),
        {"cache: Alert": "OPS-1", "queue: ehearse": None, "queue: Alert": "OPS-4"},
        told=("retitled",),
    ),
    Edit(
        "one line is split in two",
        "the line with the link keeps it, the other one is a new measure",
        split,
        {"cache: orders": "OPS-2", "cache: failover": "OPS-5", "cache: Alert": "OPS-1"},
        tickets=5,
        told=("title-edited",),
    ),
    Edit(
        "two lines are merged, with both links",
        "one measure with two tickets: done when both are closed and one is done",
        merged(links=True),
        {"cache: Alert": "OPS-1", "cache: Sign": "OPS-3", "queue: Alert": "OPS-4"},
        told=("title-edited",),
    ),
    Edit(
        "two lines are merged, and one link is deleted",
        "one measure with the ticket that is left; the other ticket stays open",
        merged(links=False),
        {"cache: Alert": "OPS-1", "cache: Sign": "OPS-3", "queue: Alert": "OPS-4"},
        told=("title-edited",),
    ),
    Edit(
        "the document is put back to how it was before it had links",
        "the same measures; the links are written again",
        put_back,
        HOME,
    ),
    Edit(
        "a formatter changes markers and white space",
        "the same measures",
        formatted,
        HOME,
    ),
    Edit(
        "a box is ticked by hand",
        "told as drift; the tick stays, and the ticket stays open",
        replaced("cache.md", f"- [ ] {RESTORE}", f"- [x] {RESTORE}"),
        HOME,
        told=("ticked-by-hand",),
    ),
    Edit(
        "the words of the link are edited",
        "told; the link stays as it was edited and still counts",
        replaced("cache.md", "[OPS-2, open]", "[see the ticket]"),
        HOME,
        told=("link-edited",),
    ),
    Edit("a box is taken away", "the same measure without a box", replaced("cache.md", "- [ ] ", "- "), HOME),
)


@pytest.fixture
def office(office: Any) -> Any:
    office.named = False
    office.write("cache.md", CACHE)
    office.write("queue.md", QUEUE)
    office.run()
    assert {ticket.key: ticket.title for ticket in office.ops.tickets} == {
        "OPS-1": POOL,
        "OPS-2": RESTORE,
        "OPS-3": SIGN,
        "OPS-4": POOL,
    }
    return office


def pages_of(office: Any) -> Pages:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(office.root.glob("*.md"))}


def edit(office: Any, change: Callable[[Pages], None]) -> None:
    before = pages_of(office)
    after = dict(before)
    change(after)
    for name in before.keys() - after.keys():
        (office.root / name).unlink()
    for name, text in after.items():
        if before.get(name) != text:
            office.write(name, text)


def keys_in(line: str) -> list[str]:
    return re.findall(r"https://memory\.invalid/browse/([A-Z]+-\d+)#ft-", line)


@pytest.mark.parametrize("one", EDITS, ids=[one.name for one in EDITS])
def test_an_edit_makes_no_second_ticket_and_no_wrong_link(one: Edit, office: Any) -> None:
    office.at_once = None  # every measure has its step
    originals = {ticket.marker: ticket.key for ticket in office.ops.tickets}
    edit(office, one.do)
    done = [office.run() for _night in range(2)][-1]
    pages = pages_of(office)
    for where, key in one.leads.items():
        name, _, words = where.partition(": ")
        line = line_of(pages[f"{name}.md"], words)
        assert keys_in(line)[:1] == ([] if key is None else [key]), (where, line)
    assert len(office.ops.tickets) == one.tickets
    assert set(Counter(ticket.marker for ticket in office.ops.tickets).values()) == {1}, (
        "one ticket a measure"
    )
    for page in pages.values():
        for key, id in re.findall(r"browse/([A-Z]+-\d+)#ft-(\w+)\)", page):
            assert originals.get(id, key) == key, "a link leads to the ticket of its own measure"
    assert {ticket.state for ticket in office.ops.tickets} == {State.OPEN}, "an edit closes nothing"
    asked = [step for step in done.plan.steps if step.action.value == "ask"]
    places = {(matter.path, matter.line) for matter in done.plan.matters}
    told = [matter.code for matter in done.plan.matters]
    told += ["ask" for step in asked if (step.path, step.line) not in places]
    assert sorted(told) == sorted(one.told)
    quiet = pages_of(office)
    writes = office.ops.writes.total()
    office.run()
    assert (pages_of(office), office.ops.writes.total()) == (quiet, writes), "and then it rests"


def test_a_line_that_is_put_back_is_itself(office: Any) -> None:
    before = pages_of(office)
    edit(office, deleted)
    office.run()
    edit(office, lambda pages: pages.update(before))
    office.run()
    assert len(office.ops.tickets) == 4
    assert pages_of(office) == before


def test_the_documentation_lists_these_edits() -> None:
    assert len(EDITS) > 20
    page = DOCUMENTATION.read_text(encoding="utf-8")
    for one in EDITS:
        assert f"| {one.name} | {one.happens} |" in page
