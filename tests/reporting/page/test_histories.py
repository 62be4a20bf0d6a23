"""The page of ledgers that were lived through: whatever it counts, its list shows exactly that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from benchmarks.histories import END, Histories

from followthrough.ledger import open_ledger
from followthrough.policy.effective import Fallbacks
from followthrough.reporting import sentences
from followthrough.reporting.asked import Asked
from followthrough.reporting.figures import Report
from followthrough.reporting.page import page
from followthrough.reporting.page.leads import Leads
from followthrough.reporting.reading import report_of
from followthrough.reporting.sentences import Figure
from followthrough.reporting.tokens import Tokens

LINK = re.compile('<a class="n" href="#list" data-want="([^"]*)"[^>]*>([0-9,]+)</a>')
ROW = re.compile('<tr data-t="([^"]*)">')


@pytest.fixture(scope="module", params=[1, 2, 3])
def reports(request: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """Of one history, on its last day and before, since a report that was sent at noon and since a week."""
    folder: Path = tmp_path_factory.mktemp("ledger")
    with open_ledger("sqlite", folder, create=True, random_name=lambda: "x") as ledger:
        each = Histories(request.param, hostile=True).records(60)
        ledger.commit([record for records in each for record in records])
        targets = {"sev1": timedelta(days=15), "sev2": timedelta(days=30)}
        return [
            report_of(ledger, Asked(as_of=day, now=END, sent_at=sent, fallbacks=Fallbacks(targets=targets)))
            for day in (END.date(), END.date() - timedelta(days=100), date(2025, 3, 3))
            for sent in (None, END - timedelta(days=800 if day.year == 2025 else 130, hours=9))
        ]


def figures(report: Report) -> Iterator[Figure]:
    said = [
        sentences.headline(report),
        sentences.change(report),
        sentences.kinds(report),
        sentences.soon(report),
        sentences.moved(report),
        *sentences.unknown(report),
        *sentences.left_out(report),
        *sentences.rates(report),
    ]
    return (part for sentence in said for part in sentence if isinstance(part, Figure) and part.number)


def test_every_link_of_the_page_asks_for_as_many_rows_as_it_says(reports: list[Report]) -> None:
    for report in reports:
        html = page(report)
        rows = [set(tokens.split()) for tokens in ROW.findall(html)]
        assert len(rows) == len(report.rows)
        links = LINK.findall(html)
        assert len(links) > 30
        for wanted, shown in links:
            asked = set(unescape(wanted).split())
            assert sum(asked <= row for row in rows) == int(shown.replace(",", "")), wanted


def test_every_figure_of_a_sentence_is_a_link(reports: list[Report]) -> None:
    """The tokens of the list and the computation of the figures agree on every single one."""
    seen = set()
    for report in reports:
        leads = Leads(Tokens(report))
        for figure in figures(report):
            seen |= set(figure.true)
            assert leads.lead(figure).startswith("<a "), figure
    assert len(seen) >= 12, "the histories have something of nearly every kind"


def test_every_group_and_bucket_is_a_link(reports: list[Report]) -> None:
    for report in reports:
        leads = Leads(Tokens(report))
        for by, groups in report.by.items():
            for group in groups:
                for number, true in ((group.tracked, ""), (group.outstanding, "o"), (group.late, "l")):
                    lead = leads.group(number, true, by, group.name)
                    assert lead.startswith("<a ") or not number, (by, group)
        html = page(report)
        for bucket in report.ageing:
            assert f">{bucket.outstanding:,}</a>" in html or not bucket.outstanding
