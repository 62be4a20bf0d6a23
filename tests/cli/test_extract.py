"""``extract``: reasons for what was not taken, and the summary of an archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Written = Callable[..., str]
ALERT = "Alert when the pool is over 90 %"
RESTORE = "Try a restore from backup every quarter"
SETTINGS = """[vocabulary.headings]
measures = ["Homework"]
timeline = ["Follow-up"]
"""


def test_explain_says_why_the_rest_was_not_taken(shop: Any, written: Written) -> None:
    shop.write("pm.md", written(ALERT))
    out = shop.ok("extract", "pm.md", "--explain").out
    assert 'bullet under "Action items"' in out
    assert '- L12    09:12 noticed   (stands under "Timeline": what happened, not what will be done)' in out
    assert "09:12" not in shop.ok("extract", "pm.md").out


def test_explain_as_json(shop: Any, written: Written) -> None:
    shop.write("pm.md", written(ALERT))
    record = shop.ok("extract", "pm.md", "--explain", "--format", "jsonl").json
    assert record["passed"][-1] == {
        "line": 12,
        "text": "09:12 noticed",
        "section": ["Checkout down", "Timeline"],
        "reason": 'stands under "Timeline": what happened, not what will be done',
    }
    assert "passed" not in shop.ok("extract", "pm.md", "--format", "jsonl").json


def test_an_uncertain_measure_is_marked(shop: Any) -> None:
    shop.write("pm.md", "# Down\n\nWe will add an alert for the pool.\n")
    assert "[uncertain]" in shop.ok("extract", "pm.md").out
    (item,) = shop.ok("extract", "pm.md", "--format", "jsonl").json["items"]
    assert item["certain"] is False


@pytest.fixture
def archive(shop: Any, written: Written) -> Any:
    shop.write(
        "a/one.md", written(f"{ALERT} (owner: Sam, due: 2026-12-01)", f"[x] {RESTORE}", "OPS-12: Add disks")
    )
    shop.write(
        "a/two.md",
        "# Down\n\n## Homework\n\n- New disks\n\n## Impact\n\n- Slow pages\n\n**Date:** 2026-11-02\n",
    )
    shop.write(
        "a/three.md",
        "# Slow\n\nIt was slow. We will add an alert for the pool.\n\n## homework\n\n- New pool\n",
    )
    shop.write("a/notes.md", "# Notes\n\nNothing.\n")
    shop.write("a/bad.md", b"\x00")
    return shop


def test_summary_counts_an_archive(archive: Any) -> None:
    result = archive.run("extract", "a", "--summary", "--format", "json")
    assert result.code == 3, "one document could not be read"
    summary = result.json
    assert summary["schema"] == "followthrough.extract-summary/1"
    assert summary["counts"] == {
        "documents": 5,
        "with_measures": 2,
        "without_measures": 2,
        "unreadable": 1,
        "measures": 4,
        "done": 1,
        "with_ticket": 1,
        "without_owner": 3,
        "without_date": 3,
        "uncertain": 1,
    }
    assert sum(kind["stated"] + kind["inferred"] for kind in summary["kinds"]) == 4
    assert summary["skipped"][0] == {"heading": "homework", "role": "neutral", "times": 2}
    (doubt,) = summary["uncertain"]
    assert (doubt["document"], doubt["line"]) == ("a/three.md", 3)
    by_name = {one["document"]: one for one in summary["documents"]}
    assert "a/bad.md" in by_name["a/bad.md"]["error"]
    assert by_name["a/two.md"]["measures"] == 0


def test_summary_for_people(archive: Any) -> None:
    result = archive.run("extract", "a", "--summary")
    for words in (
        "5 documents: 2 with measures, 2 without, 1 unreadable",
        "4 measures: 1 done, 1 with a ticket, 3 without owner, 3 without date, 1 uncertain",
        "    2  homework",
        "a/bad.md has NUL bytes",
        "a/three.md:3: ",
    ):
        assert words in result.out, result.out
    assert "a/one.md" not in result.out
    everything = archive.run("extract", "a", "--summary", "--all").out
    assert "a/one.md: 3 measures (1 done" in everything
    assert "a/notes.md" in everything


def test_a_long_list_is_cut_and_counted(shop: Any) -> None:
    for number in range(30):
        shop.write(
            f"a/{number:02}.md",
            f"# Down\n\nWe will add disk {number} to the pool.\n\n## Odd {'x' * number}\n\nYes.\n",
        )
    out = shop.ok("extract", "a", "--summary").out
    assert "Uncertain: 30" in out
    assert "a/19.md" in out
    assert "a/20.md" not in out
    assert "… and 10 more (--all)" in out
    everything = shop.ok("extract", "a", "--summary", "--all").out
    assert "more (--all)" not in everything
    assert "a/29.md:3" in everything


@pytest.mark.parametrize("options", [("--all",), ("--summary", "--explain")])
def test_options_that_do_not_go_together(options: tuple[str, ...], shop: Any, written: Written) -> None:
    shop.write("pm.md", written(ALERT))
    result = shop.run("extract", "pm.md", *options)
    assert result.code == 2
    assert "--summary" in result.err


def test_every_command_knows_the_words_of_the_settings(shop: Any) -> None:
    shop.write("followthrough.toml", 'namespace = "test"\n' + SETTINGS)
    document = shop.write("pm.md", f"# Down\n\n## Homework\n\n- {ALERT}\n\n## Follow-up\n\n- {RESTORE}\n")
    (item,) = shop.ok("extract", "pm.md", "--format", "jsonl").json["items"]
    assert item["text"] == ALERT
    (step,) = shop.ok("plan", "pm.md", "--format", "json").json["steps"]
    assert step["text"] == ALERT
    assert "Filed 1" in shop.ok("file", "pm.md").out
    assert document.read_text().count("#ft-") == 1
    shop.ok("local", "close", "FT-1")
    shop.ok("sync")
    assert "FT-1, done" in document.read_text()
    shop.ok("unlink", "pm.md")
    assert "#ft-" not in document.read_text()
    explained = shop.ok("extract", "pm.md", "--explain").out
    assert 'stands under "Follow-up": what happened' in explained
    summary = shop.ok("extract", "pm.md", "--summary", "--format", "json").json
    assert summary["skipped"] == [{"heading": "Follow-up", "role": "timeline", "times": 1}]


def test_a_document_is_read_though_another_one_is_hostile(shop: Any, written: Written) -> None:
    shop.write("a/deep.md", ">" * 10_000 + " x\n")
    shop.write("a/good.md", written(ALERT))
    for options in ((), ("--explain",), ("--summary", "--all")):
        result = shop.run("extract", "a", *options)
        assert result.code == 3
        assert "a/good.md" in result.out
        assert "a/deep.md" in result.said


def test_a_document_that_is_only_read_says_so(shop: Any) -> None:
    shop.write("pm.mediawiki", "== Actionables ==\n* Add an alert for the pool\n")
    shop.write("pm.md", f"# Down\n\n## Action items\n\n- {ALERT}\n")
    out = shop.ok("extract", "pm.mediawiki", "pm.md").out
    assert out.count("  It is wikitext, and that is only read: it carries no links.\n") == 1
    assert out.count("only read") == 1
    record = shop.ok("extract", "pm.mediawiki", "--format", "jsonl").json
    assert record["read_only"] == "is wikitext, and that is only read: it carries no links."
    assert shop.ok("extract", "pm.md", "--format", "jsonl").json["read_only"] is None


def test_a_document_that_is_only_read_and_holds_nothing_says_nothing_of_it(shop: Any) -> None:
    shop.write("pm.mediawiki", "== Timeline ==\n* 09:00 down\n")
    assert "only read" not in shop.ok("extract", "pm.mediawiki").out
