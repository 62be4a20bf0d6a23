"""Filed, synced and unlinked in every format."""

from __future__ import annotations

from typing import Any

import pytest

DOCUMENTS = {
    "pm.rst": "Outage\n======\n\n:Date: 2026-11-03\n\nAction items\n------------\n\n- [ ] Alert when the pool is empty\n- Write a runbook for the pool\n\n  ::\n\n    - no measure\n",
    "pm.adoc": "= Outage\n:date: 2026-11-03\n\n== Action items\n\n* [ ] Alert when the pool is empty\n* Write a runbook for the pool\n+\n----\n* no measure\n----\n",
    "pm.org": "#+TITLE: Outage\n#+DATE: <2026-11-03 Tue>\n* Action items\n- [ ] Alert when the pool is empty\n** TODO Write a runbook for the pool\n: - no measure\n",
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_filed_can_be_taken_out_without_a_trace(name: str, shop: Any) -> None:
    path = shop.write(name, DOCUMENTS[name])
    shop.ok("file", name, "--yes")
    assert [ticket["title"] for ticket in shop.tickets()] == [
        "Alert when the pool is empty",
        "Write a runbook for the pool",
    ]
    assert path.read_text().count("#ft-") == 2
    shop.ok("unlink", name)
    assert path.read_text() == DOCUMENTS[name]


@pytest.mark.parametrize(("name", "ticked"), [("pm.rst", "[x]"), ("pm.adoc", "[x]"), ("pm.org", "[X]")])
def test_a_closed_ticket_ticks_its_box(name: str, ticked: str, shop: Any) -> None:
    path = shop.write(name, DOCUMENTS[name])
    shop.ok("file", name, "--yes")
    shop.ok("local", "close", "FT-1")
    shop.ok("sync")
    written = path.read_text()
    assert f"{ticked} Alert when the pool is empty" in written
    assert "FT-1, done" in written
    shop.ok("sync")
    assert path.read_text() == written


def test_a_folder_is_searched_for_all_of_them(shop: Any) -> None:
    for name, text in DOCUMENTS.items():
        shop.write(f"reviews/{name}", text)
    found = shop.ok("extract", "reviews", "--format", "jsonl").out.splitlines()
    assert len(found) == len(DOCUMENTS)
