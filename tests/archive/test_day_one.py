"""Day one: a folder with 500 postmortems of three years. The right things are filed, and nobody is surprised."""

from __future__ import annotations

from collections import Counter
from typing import Any

RERUNS = ("file --yes", "file --yes --limit 10000", "file --yes postmortems", "sync", "run", "plan")


def actions(plan: dict[str, Any], page: Any) -> list[str]:
    return [step["action"] for step in plan["steps"] if step["path"] == page.path]


def test_the_archive_is_what_it_says_it_is(since: Any, fate: Any) -> None:
    pages = [page for page in since.pages if page.postmortem]
    measures = Counter(one.fate for page in pages for one in page.measures)
    total = sum(measures.values())
    assert len(pages) == 500
    assert 0.17 < measures[fate.DONE] / total < 0.23
    assert 0.12 < measures[fate.ELSEWHERE] / total < 0.18
    assert measures[fate.DOUBLED] > 10
    assert sum(page.draft for page in pages) > 10
    assert sum(page.day is None for page in pages) > 10
    dated = sum(b"due 202" in line or b"| 202" in line for page in pages for line in page.data.splitlines())
    assert 0.07 < dated / total < 0.14, "nine measures in ten have no date"
    old = sum(page.history(since.since) for page in pages)
    assert old > 0.85 * len(pages), "with `since` most of it is history"
    assert 60 < len(since.to_file()) < 200 < 1_000 < len([t for p in pages for t in p.filed(None)])


def test_the_first_plan_reads_each_measure_for_what_it_is(day_one: Any) -> None:
    """Every step is what the text says of itself, by the rules in their order."""
    plan = day_one.shop.ok("plan", "--format", "json", "--limit", "10000").json
    told = {"open": "file", "done": "skip", "tracked elsewhere": "skip", "declined": "skip", "doubled": "ask"}
    for page in day_one.pages:
        steps = [(s["text"], s["action"]) for s in plan["steps"] if s["path"] == page.path]
        if page.history(day_one.since):
            expected = [(one.text, "history") for one in page.measures]
        elif page.draft:
            expected = [
                (one.text, "wait" if one.fate in ("open", "doubled") else "skip") for one in page.measures
            ]
        else:
            expected = [(one.text, told[one.fate]) for one in page.measures]
        assert Counter(steps) == Counter(expected), page.path
    assert not (day_one.root / ".followthrough").exists()


def test_the_first_plan_tells_it_in_a_few_lines(since: Any) -> None:
    out = since.shop.ok("plan").out
    pages = [page for page in since.pages if page.postmortem]
    history = [page for page in pages if page.history(since.since)]
    undated = [page for page in history if page.day is None]
    measures, left = (sum(len(page.measures) for page in shut) for shut in (history, undated))
    assert out.splitlines()[0] == (
        f"{len(pages) - len(history)} documents since 24 Aug 2026. {len(history) - len(undated)} older ones "
        f"are history: {measures - left:,} measures counted, none filed (since). "
        f"{len(undated)} have no date: {left} measures left out. Name one to file it."
    )
    assert "first run here, at most 10 issues (--limit)." in out
    assert "6 documents found here do not look like a postmortem and were left out.\n" in out
    assert "6 files left out by name (exclude): postmortems/2024/README.md, " in out
    assert not [page.path for page in history if page.path in out]
    assert len(out.splitlines()) < 8 * (len(pages) - len(history)), "what is history takes no lines"


def test_ten_then_the_brake_then_each_once_then_nothing(day_one: Any) -> None:
    shop, wanted = day_one.shop, day_one.to_file()
    first = shop.ok("file", "--yes")
    assert len(shop.tickets()) == 10
    assert "Filed 10, failed 0, unknown 0." in first.out
    assert (
        f"{len(wanted) - 10} more wait behind this run's limit. More than 50 at once trip the brake: "
        "`followthrough file --limit N` files them.\n"
    ) in first.out, "who does as they are told is not stopped"

    before = day_one.picture()
    braked = shop.run("file", "--yes")
    assert braked.code == 4
    assert f"{len(wanted) - 10} issues would be created in local, the brake is at 50." in braked.err
    assert day_one.picture() == before

    shop.ok("file", "--yes", "--limit", "10000")
    tickets = shop.tickets()
    assert sorted(ticket["title"] for ticket in tickets) == wanted, "each once, and nothing else"
    links = day_one.linked()
    assert [len(ids) for ids in links.values()] == [1] * len(wanted)
    assert sorted(id for (id,) in links.values()) == sorted(ticket["id"] for ticket in tickets)
    assert len({ticket["id"] for ticket in tickets}) == len(tickets)
    filed = {(page.path, title) for page in day_one.pages for title in page.filed(day_one.since)}
    assert set(links) == filed, "beside these measures and no other"

    before = day_one.picture()
    bytes_before = (day_one.root / ".followthrough" / "tracker.db").read_bytes()
    for command in RERUNS:
        result = shop.run(*command.split())
        assert result.code == 0, (command, result.out, result.err)
        assert day_one.picture() == before, command
    assert (day_one.root / ".followthrough" / "tracker.db").read_bytes() == bytes_before, "nobody wrote there"


def test_nothing_old_or_undated_is_filed_by_a_folder_or_a_glob_only_by_its_name(since: Any) -> None:
    shop = since.shop
    old = next(page for page in since.pages if page.history(since.since) and page.day and page.filed(None))
    undated = next(page for page in since.pages if page.postmortem and page.day is None and page.filed(None))
    before = since.picture()
    for found in (
        "postmortems/2024",
        "postmortems/2024/*.md",
        "postmortems/*/incident-*.md",
        f"{old.path[:-4]}*",
    ):
        result = shop.ok("file", "--yes", "--limit", "10000", found)
        assert "Filed 0, failed 0" in result.out, found
        assert since.picture() == before, found
    shop.ok("file", "--yes", "--limit", "10000", old.path, undated.path)
    assert sorted(t["title"] for t in shop.tickets()) == sorted([*old.filed(None), *undated.filed(None)])


def test_init_says_how_much_since_leaves_out(since: Any) -> None:
    """The settings that it writes shut out what is older than ninety days of today."""
    (since.root / "followthrough.toml").unlink()
    out = since.shop.ok("init").out
    settings = (since.root / "followthrough.toml").read_text()
    assert 'documents = ["postmortems/**/*.md"]' in settings
    day = settings.partition('since = "')[2][:10]
    pages = [page for page in since.pages if page.postmortem]
    older = [page for page in pages if page.day and page.day.isoformat() < day]
    undated = [page for page in pages if page.day is None]
    measures = sum(len(page.measures) for page in (*older, *undated))
    assert (
        f"Since leaves out {len(older)} older ones and {len(undated)} whose date is not known: "
        f"{measures:,} measures counted, none filed. {len(pages) - len(older) - len(undated)} are in.\n"
    ) in out
    head = since.shop.ok("plan").out.splitlines()[0]
    left = sum(len(page.measures) for page in undated)
    assert f"{len(older)} older ones are history: {measures - left:,} measures" in head
    assert f"{len(undated)} have no date: {left} measures left out" in head
