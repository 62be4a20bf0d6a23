"""A written document goes through a formatter and syncs as if nothing had happened.

All documents of a formatter share its process and each of our commands: a start costs more than the work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from markdown_it import MarkdownIt

LONG = (
    "Limit what one tenant may ask of the shared pool, because a single import of theirs took every connection "
    "that there was and kept it for as long as it ran, which was most of the afternoon"
)
HEAD = "# Checkout down\n\n- Date: 2026-11-03\n- Impact: nobody could pay.\n\n"

DOCUMENTS: Mapping[str, str] = {
    "bullet-headings": "# Issue in summary:\n\n\n* Duration: May 12, 2026 3:00 PM UTC - May 12, 2026 6:00 PM UTC\n\n"
    "* Impact: The shop was down.\n\n* Root Cause: The pool was empty.\n\n* Timeline:\n- 3:00 PM: it was noticed.\n"
    "- 6:00 PM: it was over.\n\n* Corrective and Preventative Measures:\n\nTo keep this from coming back, we need to:\n"
    "- Add better monitoring to detect an empty pool early.\n- Write runbooks for the procedures during outages.\n"
    f"- {LONG}.\n\n\nThis was not the last one.\n",
    "bullets": HEAD
    + f"## Action items\n\n- Alert when the pool is full\n- Try a restore every quarter\n- {LONG}\n",
    "stars": HEAD
    + "## Action items\n\n* Alert when the pool is full. (owner: Ada)\n* Try a restore every quarter\n",
    "tasks": HEAD
    + f"## Action items\n\n- [ ] Alert when the pool is full\n- [ ] {LONG}\n- [x] Raise the limit\n"
    "- [ ] Try a restore every quarter\n",
    "nested": HEAD + "## Action items\n\n- Monitoring\n    - [ ] Alert when the pool is full\n"
    f"    - [ ] {LONG}\n- Recovery\n    - [ ] Try a restore every quarter\n",
    "numbered": HEAD
    + f"## Action items\n\n1. Alert when the pool is full\n2. {LONG}\n3. Try a restore every quarter\n",
    "numbered-tasks": HEAD
    + "## Action items\n\n1) [ ] Alert when the pool is full\n2) [ ] Try a restore every quarter\n",
    "table": HEAD + "## Action items\n\n| Action | Owner | Due | Ticket | Status |\n|---|---|---|---|---|\n"
    "| Alert when the pool is full | Ada | 2027-01-15 | | TODO |\n| Try a restore every quarter | Lin | | | |\n",
    "table-without-ticket": HEAD + "## Action items\n\n| Action | Owner |\n| --- | --- |\n"
    f"| Alert when the pool is full | Ada |\n| {LONG} | |\n",
    "wrapped": HEAD + "## Action items\n\n- Alert when the pool is\n  full for more than five\n  minutes\n"
    "- [ ] Try a restore\n      every quarter\n\n* * *\n\nThe end.\n",
    "hard-breaks": HEAD + "## Action items\n\n- Alert when the pool is full  \n  and page the team on call\n"
    "- Try a restore every quarter\\\n  and write down how long it took\n",
    "loose": HEAD
    + "## Action items\n\n- Alert when the pool is full\n\n  It was not noticed for an hour.\n\n"
    "- Try a restore every quarter\n\n  Nobody knows whether it works.\n",
    "emphasis": HEAD
    + "## Action items\n\n- **Alert when the pool is full**\n- *Try a restore every quarter*\n"
    '- Use `pool_size` in the [client](https://code.example/client "the client")\n- Review the limits <https://docs.example/limits>\n',
    "setext": "Checkout down\n=============\n\nDate: 2026-11-03\n\nAction items\n------------\n\n+ Alert when the pool is full\n+ Try a restore every quarter\n",
    "windows": (
        HEAD + "## Action items\n\n- [ ] Alert when the pool is full\n- [ ] Try a restore every quarter\n"
    ).replace("\n", "\r\n"),
    "own-link": HEAD
    + "## Action items\n\n- Alert when the pool is full, as [they do](https://blog.example/pool)\n"
    "- Try a restore every quarter\n",
    "eighty": HEAD
    + "## Action items\n\n"
    + "".join(f"- Add the alert that has {'x' * n} for its name\n" for n in range(30, 52, 3)),
}


@dataclass
class Run:
    """A folder with filed documents that a formatter went over."""

    shop: Any
    filed: dict[str, bytes]
    formatted: dict[str, bytes]
    tickets: list[dict[str, Any]]
    items: dict[str, list[Any]]
    synced: Any


def _items(shop: Any, names: list[str]) -> dict[str, list[Any]]:
    out = shop.run("extract", *names, "--format", "jsonl").out
    return {
        record["document"]: [(item["id"], item["text"], item["done"]) for item in record["items"]]
        for record in map(json.loads, out.splitlines())
    }


def _names(shop: Any) -> list[str]:
    return sorted(path.name for path in shop.folder.glob("*.md"))


def _read(shop: Any) -> dict[str, bytes]:
    return {name: (shop.folder / name).read_bytes() for name in _names(shop)}


@pytest.fixture(scope="module")
def rounds() -> dict[str, Run]:
    """One round for each formatter, made by the first test that asks for it."""
    return {}


@pytest.fixture(params=["prettier", "mdformat"])
def formatted(request: pytest.FixtureRequest, new_shop: Callable[[str], Any], rounds: dict[str, Run]) -> Run:
    name = str(request.param)
    if name not in rounds:
        shop = new_shop(name)
        settings = 'documents = ["*.md"]\nnamespace = "formatters"\n[brakes]\nchanges = "100%"\n'
        shop.write("followthrough.toml", settings)
        for stem, text in DOCUMENTS.items():
            # The same work in another postmortem is other work, but tells nothing about a document of its own.
            shop.write(f"{stem}.md", text)
        shop.ok("file", "--limit", "1000")
        tickets, items, filed = shop.tickets(), _items(shop, _names(shop)), _read(shop)
        request.getfixturevalue(name)(shop.folder, _names(shop))
        after = _read(shop)
        synced = shop.run("sync")
        rounds[name] = Run(shop, filed, after, tickets, items, synced)
    return rounds[name]


def test_every_document_has_links_and_the_formatter_did_something(formatted: Run) -> None:
    for name, content in formatted.filed.items():
        marked = content.count(b"#ft-")
        assert marked == len([item for item in formatted.items[name] if item[2] is not True]), name
        assert marked >= 2, name
    changed = [name for name in formatted.filed if formatted.filed[name] != formatted.formatted[name]]
    assert len(changed) > len(DOCUMENTS) / 2
    moved = [name for name in changed if re.search(rb"\n +\[FT-\d+, open", formatted.formatted[name])]
    assert len(moved) >= 3, "hardly a link was moved to a line of its own: these documents try too little"


def test_sync_after_the_formatter_finds_nothing_to_write(formatted: Run) -> None:
    assert formatted.synced.code == 0, formatted.synced
    assert "!" not in formatted.synced.out, formatted.synced.out
    assert _read(formatted.shop) == formatted.formatted, formatted.synced.out


def test_the_items_keep_their_ids(formatted: Run) -> None:
    after = _items(formatted.shop, _names(formatted.shop))
    assert {name: [item[0] for item in items] for name, items in after.items()} == {
        name: [item[0] for item in items] for name, items in formatted.items.items()
    }
    assert {name: [item[2] for item in items] for name, items in after.items()} == {
        name: [item[2] for item in items] for name, items in formatted.items.items()
    }


def test_nothing_is_filed_again(formatted: Run) -> None:
    shop = formatted.shop
    for command in (("file",), ("file", *_names(shop)), ("run",)):
        result = shop.ok(*command)
        assert "Filed 0" in result.out
    assert [(t["id"], t["key"]) for t in shop.tickets()] == [(t["id"], t["key"]) for t in formatted.tickets]
    plan = shop.ok("plan", "--format", "json").json
    assert (plan["counts"]["file"], plan["counts"]["ask"], plan["counts"]["write"]) == (0, 0, 0)
    assert plan["matters"] == []


def test_every_link_is_still_rendered_as_a_link(formatted: Run) -> None:
    renderer = MarkdownIt("commonmark").enable("table")
    for name, content in formatted.formatted.items():
        page = renderer.render(content.decode().replace("\r\n", "\n"))
        links = re.findall(r'<a href="(#ft-[0-9a-z]{12})">(FT-\d+, open[^<]*)</a>', page)
        assert len(links) == content.count(b"#ft-") == formatted.filed[name].count(b"#ft-"), f"{name}\n{page}"


def test_a_change_of_state_is_still_written_and_unlink_leaves_no_trace(formatted: Run) -> None:
    shop = formatted.shop
    keys = [ticket["key"] for ticket in formatted.tickets]
    shop.ok("local", "close", *keys[::2])
    shop.ok("local", "start", *keys[1::2])
    shop.ok("sync")
    for name, content in _read(shop).items():
        words = re.sub(r"\s+", " ", content.decode())
        assert len(
            re.findall(r"\[FT-\d+, (?:done|in progress)(?:, due 2027-01-15)?\]\(#ft-", words)
        ) == content.count(b"#ft-"), name
        assert ", open]" not in words, name
    result = shop.ok("sync")
    assert result.out.startswith("0 lines in 0 files")
    shop.ok("unlink", *_names(shop))
    for name, content in _read(shop).items():
        assert b"#ft-" not in content, name
        assert b"FT-" not in content, name
        plain = formatted.formatted[name].decode()
        expected = re.sub(r"\s+\[FT-\d+,[^\]]*\]\(#ft-[0-9a-z]{12}\)", "", plain)
        boxes = re.compile(r"\[[ x]\]")
        assert boxes.sub("[]", re.sub(r"\s+", " ", content.decode())) == boxes.sub(
            "[]", re.sub(r"\s+", " ", expected)
        ), name


@pytest.mark.parametrize("name", ["prettier", "mdformat"])
def test_formatted_before_and_after_filing_is_the_same_to_the_formatter(
    name: str, request: pytest.FixtureRequest, new_shop: Callable[[str], Any]
) -> None:
    """In a document the formatter is content with, unlinking gives back what it was content with."""
    shop = new_shop(name)
    shop.write("followthrough.toml", 'documents = ["*.md"]\n')
    for stem, text in DOCUMENTS.items():
        shop.write(f"{stem}.md", text)
    run = request.getfixturevalue(name)
    run(shop.folder, _names(shop))
    content = _read(shop)
    shop.ok("file", "--limit", "1000")
    assert _read(shop) != content
    run(shop.folder, _names(shop))
    shop.ok("sync")
    shop.ok("unlink", *_names(shop))
    run(shop.folder, _names(shop))
    assert _read(shop) == content
