"""The page in a browser: it is quiet, it can be sorted and narrowed by mouse and by keys, and anybody can read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).parents[2] / "tools" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.parametrize("number", [0, 1, 48])
def test_a_page_needs_nothing_but_itself(read: Any, measures: Any, number: int) -> None:
    reader = read(measures(number).report())
    reader.page.wait_for_load_state("networkidle")
    reader.undisturbed()


def test_a_header_sorts_by_click_and_back(read: Any, measures: Any) -> None:
    reader = read(measures(60).report())
    before = sorted(words for words in reader.shown(5) if words)
    reader.page.get_by_role("button", name="Due", exact=True).click()
    shown = reader.shown(5)
    assert [words for words in shown if words] == before
    assert shown == before + [""] * (len(shown) - len(before)), "what has no date comes last"
    assert reader.page.locator("#measures th[aria-sort=ascending]").all_inner_texts() == ["Due"]
    reader.page.get_by_role("button", name="Due", exact=True).click()
    assert [words for words in reader.shown(5) if words] == before[::-1]
    assert reader.shown(5)[-1] == ""
    assert reader.page.locator("#measures th[aria-sort=descending]").all_inner_texts() == ["Due"]
    reader.undisturbed()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_header_sorts_by_key(read: Any, measures: Any, key: str) -> None:
    reader = read(measures(60).report())
    reader.page.get_by_role("button", name="Ticket", exact=True).last.focus()
    reader.page.keyboard.press(key)
    numbers = [int(name.removeprefix("OPS-")) for name in reader.shown()]
    assert numbers == sorted(numbers)
    assert len(numbers) > 10
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press(key)
    late = [int(days) for days in reader.shown(4) if days]
    assert late == sorted(late), "numbers sort as numbers"
    assert len(late) > 2


def test_other_tables_sort_too(read: Any, measures: Any) -> None:
    reader = read(measures(60).report())
    table = reader.page.locator("table", has=reader.page.get_by_text("Outstanding")).first
    table.get_by_role("button", name="Team").click()
    assert table.locator("tbody th").all_inner_texts() == [
        "Edge",
        "no team",
        "Payments",
        "Platform",
        "Search",
    ]


def test_typing_narrows_the_list_and_says_how_many_are_left(read: Any, measures: Any) -> None:
    reader = read(measures(60).report())
    reader.page.get_by_role("combobox", name="Show").select_option("all")
    assert reader.count() == "60 of 60"
    reader.page.get_by_role("searchbox", name="Find").last.focus()
    reader.page.keyboard.type("QUEUE disk")
    words = reader.texts("#measures tbody tr:visible")
    assert words
    assert all("queue" in line.lower() and "disk" in line.lower() for line in words)
    assert reader.count() == f"{len(words)} of 60"
    reader.page.get_by_role("button", name="Show all").press("Enter")
    assert reader.count() == "60 of 60"
    assert reader.page.get_by_role("searchbox", name="Find").last.input_value() == ""


def test_a_long_table_can_be_searched(read: Any, measures: Any) -> None:
    report = measures(120).report()
    reader = read(report)
    reader.page.locator(".find", has_text="incidents").get_by_role("searchbox").focus()
    reader.page.keyboard.type("disk full")
    found = reader.texts("#t-incidents tbody tr:visible th")
    assert all(title.startswith("Disk full") for title in found)
    assert 0 < len(found) < report.incidents
    assert reader.texts("p.find:has(+ #t-incidents) output") == [f"{len(found)} of {report.incidents}"]
    assert reader.shown() == [row.key for row in report.outstanding], "the list is another table"


def test_choices_narrow_the_list_together(read: Any, measures: Any) -> None:
    report = measures(200).report()
    reader = read(report)
    reader.page.get_by_role("combobox", name="Show").select_option("late")
    reader.page.get_by_role("combobox", name="Team").select_option("Payments")
    reader.page.get_by_role("combobox", name="Kind").focus()
    reader.page.keyboard.type("prev")
    expected = [row.key for row in report.late if row.team == "Payments" and row.kind == "preventive"]
    assert expected
    assert reader.shown() == expected
    assert reader.count() == f"{len(expected)} of 200"


def test_the_list_begins_with_what_is_outstanding(read: Any, measures: Any) -> None:
    report = measures(60).report()
    reader = read(report)
    assert reader.shown() == [row.key for row in report.outstanding]


@pytest.mark.parametrize("press", ["click", "Enter"])
def test_every_figure_leads_to_exactly_its_measures(read: Any, measures: Any, press: str) -> None:
    report = measures(70).report()
    reader = read(report)
    reader.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    links = reader.page.locator("a[data-want]")
    assert links.count() > 60
    for number in range(0, links.count(), 1 if press == "click" else 9):
        link = links.nth(number)
        figure = int(link.inner_text())
        link.click() if press == "click" else link.press("Enter")
        assert len(reader.shown()) == figure, link.evaluate("one => one.parentElement.innerText")
        assert reader.count() == f"{figure} of 70"
        assert reader.page.evaluate("document.activeElement.id") == "list"
    assert reader.complaints == []
    assert {address.partition("#")[0] for address in reader.requests} == {reader.address}


def test_a_list_that_was_cut_says_that_it_counts_this_page(read: Any, measures: Any) -> None:
    reader = read(measures(1200).report())
    reader.page.get_by_role("button", name="Show all").click()
    assert reader.texts(".narrow p") == ["1,000 of 1,000 measures on this page"]


def test_what_only_a_figure_narrows_can_be_taken_back(read: Any, measures: Any) -> None:
    report = measures(120).report()
    reader = read(report)
    reader.page.locator("header a[data-want=i]").click()
    button = reader.page.get_by_role("button", name="Only: kind inferred")
    assert reader.count() == f"{report.unknown.kind_inferred} of 120"
    button.press("Enter")
    assert reader.count() == "120 of 120"
    assert not button.is_visible()


def test_the_figures_of_a_report_are_links(read: Any, measures: Any) -> None:
    """The computation and the list count alike, also what happened since the last report."""
    report = measures(300).report()
    assert report.change
    assert report.change.new
    assert report.change.closed
    reader = read(report)
    for selector in ("header", "section:has(> #teams)", "section:has(> #unknown)"):
        bare = reader.page.locator(selector).first.evaluate(
            "one => { const copy = one.cloneNode(true);"
            " copy.querySelectorAll('a, details, .when, tbody th').forEach(part => part.remove());"
            " return copy.textContent }"
        )
        numbers = [word.strip(".,;()") for word in bare.split()]
        left = [word for word in numbers if word.isdigit() and word not in {"0", "14"}]
        incidents, then = str(report.incidents), report.change
        before = {str(then.outstanding_before), str(then.late_before), str(len(report.outstanding))}
        assert set(left) <= {incidents, *before}, bare


def test_every_measure_leads_to_its_ticket_and_its_postmortem(read: Any, measures: Any) -> None:
    report = measures(60).report()
    reader = read(report)
    reader.page.get_by_role("button", name="Show all").click()
    rows = reader.page.locator("#measures tbody tr")
    for number, row in enumerate(report.rows):
        links = rows.nth(number).locator("a").evaluate_all("all => all.map(one => one.href)")
        assert links == [row.url, row.postmortem]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(read: Any, measures: Any, scheme: str, width: int) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: `make node` does it")
    reader = read(measures(30).report(), scheme=scheme, width=width)
    for opened in (False, True):
        if opened:
            reader.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
            reader.page.locator("header a[data-want=i]").click()
        found = reader.page.evaluate(f"{AXE.read_text()}; axe.run()")
        violations = [
            (one["id"], one["help"], [node["html"] for node in one["nodes"]][:3])
            for one in found["violations"]
        ]
        assert violations == [], json.dumps(violations, indent=1)
        assert len(found["passes"]) > 20


@pytest.mark.parametrize("number", [0, 1, 120])
@pytest.mark.parametrize("width", [320, 360, 600, 820, 1024, 1280])
def test_no_width_makes_the_page_scroll_sideways(read: Any, measures: Any, number: int, width: int) -> None:
    reader = read(measures(number).report(), width=width)
    reader.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    assert reader.overflow() <= 0


def test_charts_carry_words(read: Any, measures: Any) -> None:
    report = measures(120).report()
    reader = read(report)
    for title in (
        "Outstanding by kind",
        "Outstanding by age in days",
        "Outstanding over 12 weeks",
        "Created and closed per week",
    ):
        chart = reader.page.get_by_role("img", name=title)
        described = chart.evaluate("one => one.querySelector('desc').textContent")
        assert any(sign.isdigit() for sign in described)
        table = reader.page.locator("figure", has_text=title).locator("table tbody tr")
        assert table.count() >= 5
    kinds = ", ".join(f"{share.kind or 'unknown'}: {share.outstanding}" for share in report.kinds)
    assert reader.page.locator("#kinds-desc").text_content() == f"{kinds}."


def test_without_scripts_everything_is_there(read: Any, measures: Any) -> None:
    report = measures(60).report()
    reader = read(report, scripts=False)
    assert reader.shown() == [row.key for row in report.rows]
    assert not reader.page.locator(".narrow").is_visible()
    assert reader.page.locator("thead button").count() == 0
    assert reader.page.locator("figure svg").count() == 4


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_white_and_has_no_controls(read: Any, measures: Any, paper: str, scheme: str) -> None:
    reader = read(measures(60).report(), scheme=scheme, width=660)
    reader.page.emulate_media(media="print")
    assert reader.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert reader.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not reader.page.locator(".narrow").is_visible()
    assert reader.page.locator("#measures thead").evaluate("one => getComputedStyle(one).display") == (
        "table-header-group"
    ), "the header stands on every sheet"
    buttons = reader.page.locator("#measures thead button")
    assert buttons.first.evaluate("one => getComputedStyle(one).display") == "contents"
    assert reader.overflow() <= 0
    sheets = reader.page.pdf(format=paper)
    assert sheets.startswith(b"%PDF")
