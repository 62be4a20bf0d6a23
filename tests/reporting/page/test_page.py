"""What stands on the page, and how large it gets."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest

from followthrough.reporting.page import page

LARGEST = 500_000


def words(html: str) -> str:
    """What a person reads, on one line."""
    body = re.sub("<(style|script|svg|details).*?</\\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub("<[^>]*>", " ", body)).split()).replace(" ;", ";").replace(" ,", ",")


def listed(html: str) -> int:
    return html.count("<tr data-t=")


def test_a_thousand_measures_fit_whole(measures: Any) -> None:
    html = page(measures(1000).report())
    assert listed(html) == 1000
    assert len(html.encode()) < LARGEST
    assert "The list shows the first" not in html


def test_long_words_and_addresses_make_the_list_shorter_and_not_the_page_larger(measures: Any) -> None:
    html = page(
        measures(
            1000,
            words=lambda number: f"{number} " + "Wörter " * 60,
            title="Überlänge " * 40,
            url=lambda key: f"https://acme.example/{'x' * 900}/{key}",
            address=lambda path, _: f"https://acme.example/{'y' * 900}/{path}",
        ).report()
    )
    assert len(html.encode()) < LARGEST
    shown = listed(html)
    assert 50 < shown < 1000
    assert f"The list shows the first {shown} of 1,000 measures" in words(html)


def test_a_large_ledger_makes_no_larger_page(measures: Any, nightly: bool) -> None:
    number = 100_000 if nightly else 3_000
    report = measures(number).report()
    html = page(report)
    shown = listed(html)
    assert 900 < shown <= 1000, "longer numbers take a little room from the list"
    assert len(html.encode()) < LARGEST
    assert f"The list shows the first {shown:,} of {number:,} measures" in words(html)
    assert f"{len(report.outstanding):,} of {number:,} measures" in words(html)
    first = re.search('<tr data-t="([^"]*)"', html)
    assert first
    assert {"o", "l"} <= set(first[1].split()), "the list begins with what is late"


def test_many_names_make_no_larger_page(measures: Any) -> None:
    report = measures(4000, per_document=2, team=lambda number: f"Team {number}").report()
    html = page(report)
    assert len(html.encode()) < LARGEST
    assert html.count("<option") < 500


def test_long_words_everywhere_make_shorter_tables(measures: Any) -> None:
    long = "ü" * 250
    report = measures(
        900,
        words=lambda number: f"{number} {long}",
        title=f"Title {long}",
        team=lambda number: f"{number} {long}",
        reason=long,
        evidence=(long,) * 9,
        url=lambda key: f"https://acme.example/{'x' * 1900}/{key}",
        address=lambda path, _: f"https://acme.example/{'ü' * 200}/{path}",
    ).report()
    recurrences = (replace(report.recurrences[0], items=tuple(row.id for row in report.rows)[:40]),)
    html = page(replace(report, recurrences=recurrences * 200))
    assert len(html.encode()) < LARGEST
    assert listed(html) > 50
    assert re.search(r"The first \d+ of 200 recurrences;", words(html))


def test_day_one_has_a_chart_and_says_where_history_starts(measures: Any) -> None:
    """Everything was filed this week: what is outstanding by kind can be drawn, a trend cannot."""
    html = page(measures(30, weeks=1).report())
    assert len(re.findall("<svg[^>]*>", html)) == 2
    assert 'id="kinds-title"' in html
    assert 'id="ages-title"' in html
    assert "3 weeks so far, and fewer than 5 make no trend." in words(html)
    assert "history starts 15 Nov: no older trend" in words(html)


def test_five_weeks_make_a_trend(measures: Any) -> None:
    drawn = [len(re.findall("<svg[^>]*>", page(measures(80, weeks=weeks).report()))) for weeks in (2, 6, 20)]
    assert drawn == [2, 4, 4]


def test_an_empty_ledger_says_so(measures: Any) -> None:
    html = page(measures(0).report())
    text = words(html)
    assert "No measure has a ticket yet." in text
    assert "Nothing is outstanding." in text
    assert "<svg" not in html
    assert "to ask about" not in text


def test_one_measure_is_told_in_the_singular(measures: Any) -> None:
    report = measures(1, owner="", seed=3).report()
    text = words(page(report))
    assert "1 of 1 measure from 1 incident is outstanding; " in text
    assert not re.search(r"\b1 (measures|incidents|have|are|days)\b", text)


def test_every_figure_of_the_first_screen_is_the_reports(measures: Any) -> None:
    report = measures(300).report()
    text = words(page(report))
    late = Counter(row.severity for row in report.late)
    assert (
        f"{len(report.outstanding)} of 300 measures from {report.incidents} incidents are outstanding; "
        f"{len(report.late)} are late, {late['sev1']} of those from sev1."
    ) in text
    change = report.change
    assert change
    assert (
        f"Since last Monday: {change.closed} closed, {change.new} new, {change.outstanding_before} → "
        f"{len(report.outstanding)} . Late: {change.late_before} → {len(report.late)} ."
    ) in text
    for share in report.kinds:
        assert f"{share.kind or 'unknown'} {share.outstanding}" in text
    for team in report.by[next(by for by in report.by if by.value == "team")]:
        assert f"{team.name or 'no team'} {team.outstanding} {team.late}" in text
    for ask in report.ask:
        assert f"{ask.row.text} from {ask.row.incident} {ask.row.key}" in text
        assert ", ".join(reason.words for reason in ask.reasons) in text
    assert f"{report.unknown.unowned} have no owner" in text
    assert f"{report.unknown.undated} have no date" in text
    assert f"{len(report.accepted)} accepted risks, not counted as late (first back on 1 Feb 2027)" in text


def test_dates_that_were_put_off_are_counted(measures: Any) -> None:
    report = measures(60).report()
    often = {row.id: number for number, row in enumerate(report.outstanding[:4])}
    moved = replace(report, rows=tuple(replace(row, moved=often.get(row.id, 0)) for row in report.rows))
    assert "The dates of 3 outstanding ones were put off, 6 times in all." in words(page(moved))
    assert 'data-want="m"' in page(moved)
    assert "put off" not in words(page(report))


def test_since_a_report_that_was_sent(measures: Any) -> None:
    from datetime import UTC, datetime

    report = measures(100, asked={"sent_at": datetime(2026, 11, 11, 7, tzinfo=UTC)}).report()
    assert "Since the last report, sent on Wednesday 11 November 2026: " in words(page(report))


def test_the_page_says_what_it_was_asked_for(measures: Any) -> None:
    report = measures(100, asked={"only": "preventive", "since": date(2026, 9, 1)}).report()
    text = words(page(report))
    assert "since 1 Sep · preventive measures only · data of 02:00" in text
    assert f"{report.left_out.other_kinds} measures of other kinds" in text
    assert f"{report.left_out.before_since} measures of incidents before 1 Sep" in text


def test_without_addresses_the_page_names_file_and_line(measures: Any) -> None:
    report = measures(9, address=lambda *_: None, url=lambda _: "").report()
    html = page(report)
    assert "https://" not in html
    for row in report.rows:
        assert f"{row.key} {row.state.words}" in words(html)
        assert f"{row.incident} ({row.document}:{row.line})" in words(html)


def test_definitions_stand_beside_the_figures(measures: Any) -> None:
    report = measures(60).report()
    html = page(report)
    shown = " ".join(re.findall("<details.*?</details>", html, flags=re.DOTALL))
    missing = [name for name, sentence in report.definitions.items() if sentence not in unescape(shown)]
    assert missing == []


def test_recurrences_and_accepted_risks_have_their_evidence(measures: Any) -> None:
    report = measures(60).report()
    text = words(page(report))
    assert "It happened again" in text
    for sentence in report.recurrences[0].evidence:
        assert sentence in text
    named = {row.id: row for row in report.rows}
    for id in report.recurrences[0].items:
        assert f"{named[id].key} {named[id].text} ({named[id].state.words}) from " in text
    for row in report.accepted:
        assert (
            f"{row.key} {row.severity or ''} 2027-02-01 {row.accepted.reason} Lin".replace("  ", " ") in text
        )


def test_the_program_writes_the_page(shop: Any, postmortem: str) -> None:
    shop.write("postmortems/2026-11-03-queue.md", postmortem)
    shop.ok("init")
    shop.ok("file", "postmortems/2026-11-03-queue.md", "--yes")
    done = shop.ok("report", "--format", "html", "-o", "report.html")
    assert "Report written to report.html." in done.err
    html = (shop.folder / "report.html").read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    assert "6 of 6 measures from 1 incident are outstanding" in words(html)
    assert shop.ok("report", "--format", "html").out == html


@pytest.mark.parametrize("format", ["text", "markdown", "json"])
def test_other_formats_load_no_templates(shop: Any, postmortem: str, format: str) -> None:
    import sys

    shop.write("a.md", postmortem)
    probe = (
        "import sys\nfrom followthrough.__main__ import main\n"
        f"sys.argv = ['followthrough', 'report', '--format', '{format}']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print({'jinja2', 'leather'} & set(sys.modules), file=sys.stderr)"
    )
    done = shop.start([sys.executable, "-c", probe])
    assert done.err.splitlines()[-1] == "set()"
