"""One report, written in every format, is read the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.documents import parse
from followthrough.extraction import extract

from .clothes import Fact, facts
from .written import WRITERS, Bullets, Element, Heading, Part, Report, Table, Words, markdown

HEAD = (Heading(1, "The night of the full disk"), Words("Nobody could upload for an hour."))
TOLD = (
    Heading(2, "Timeline"),
    Bullets((Element("02:10 We restarted the disk watcher."), Element("03:00 Uploads worked again."))),
)
REPORTS: dict[str, Report] = {
    "boxes": (
        *HEAD,
        *TOLD,
        Heading(2, "Action items"),
        Bullets(
            (
                Element("Add a second disk (owner: Sam, due 2026-12-01)", ticked=True),
                Element("Write a runbook [OPS-7](https://acme.example/browse/OPS-7)", ticked=False),
                Element("Alert when a disk is nearly full (P1)", ticked=False),
            )
        ),
    ),
    "numbers": (
        *HEAD,
        Heading(2, "Follow-up actions"),
        Bullets((Element("**DONE** Limit the queue (Sam)"), Element("Rehearse the failover")), numbered=True),
        *TOLD,
    ),
    "labels": (
        *HEAD,
        Bullets(
            (
                Element("**Impact:**", children=(Element("Half of the uploads failed."),)),
                Element("**Action items:**", children=(Element("Add a disk"), Element("Watch the disk"))),
                Element("**Lessons learned:**", children=(Element("Disks fill up at night."),)),
            )
        ),
    ),
    "bold lines": (
        *HEAD,
        Words("**Timeline**"),
        Bullets((Element("02:10 We added a disk."),)),
        Words("**Action items**"),
        Bullets((Element("Watch the disk"), Element("Rehearse the move"))),
        Words("**Appendix**"),
        Bullets((Element("Graphs of the disk"),)),
    ),
    "lines that end in a colon": (
        *HEAD,
        Words("Timeline:"),
        Bullets((Element("02:10 We added a disk."),)),
        Words("Next steps:"),
        Bullets((Element("Watch the disk (Lin)"), Element("Rehearse the move"))),
    ),
    "headings": (
        *HEAD,
        Heading(2, "Corrective actions"),
        Heading(3, "1. Rotate the keys every month"),
        Words("They were old."),
        Heading(3, "2. Warn before keys expire"),
        Words("Nobody saw it coming."),
        *TOLD,
    ),
    "table": (
        *HEAD,
        *TOLD,
        Heading(2, "Action items"),
        Table(
            ("Action item", "Owner", "Due", "Priority", "Status"),
            (
                ("Clear the cache on import", "Sam", "2026-05-01", "P0", "Done"),
                ("Compare prices every hour", "Lin", "2026-06-01", "P1", "Open"),
            ),
        ),
    ),
    "introduced": (
        *HEAD,
        Heading(2, "Details"),
        Words("We emptied the disk. To prevent this from happening again, we will do the following:"),
        Bullets((Element("Add a disk"), Element("Watch the disk"))),
    ),
    "labels in running text": (
        *HEAD,
        Heading(2, "Details"),
        Words("The disk was full."),
        Words("**Action:** Watch the disk."),
        Words("Action item: Add a disk."),
    ),
    "promises": (
        *HEAD,
        Heading(2, "Details"),
        Words("The disk was full. We will add a second disk next week."),
    ),
    "none": (
        *HEAD,
        *TOLD,
        Heading(2, "What went well"),
        Bullets((Element("**Alerts:** the page came at once"), Element("The runbook was right"))),
    ),
}


def found(report: Report, name: str) -> list[Fact]:
    written = markdown(report) if name == "a.md" else WRITERS[name](report)
    data = written.encode() if isinstance(written, str) else written
    return facts(extract(parse(data, name), today=date(2026, 11, 20)).items)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("report", REPORTS)
def test_a_report(report: str, name: str) -> None:
    expected = found(REPORTS[report], "a.md")
    assert bool(expected) is (report != "none")
    assert found(REPORTS[report], name) == expected


WORK = st.sampled_from(
    [
        "Add a second disk",
        "Watch the queue",
        "Rehearse the failover",
        "Write a runbook for full disks",
        "Limit retries",
    ]
)
BEHIND = st.sampled_from(
    ["", " (Sam)", " (owner: Lin, due 2026-12-01)", " (P1)", " by 2026-12-24", " - DONE"]
)
ELEMENTS = st.builds(lambda work, behind: work + behind, WORK, BEHIND)
TITLES = st.sampled_from(["Action items", "Next steps", "Follow-up actions", "Corrective measures"])


@settings(deadline=None)
@given(
    title=TITLES,
    texts=st.lists(ELEMENTS, min_size=1, max_size=4, unique=True),
    boxed=st.booleans(),
    numbered=st.booleans(),
    style=st.sampled_from(["heading", "bold", "colon"]),
    name=st.sampled_from(list(WRITERS)),
    data=st.data(),
)
def test_any_list(
    title: str, texts: list[str], boxed: bool, numbered: bool, style: str, name: str, data: st.DataObject
) -> None:
    ticked = [data.draw(st.booleans()) if boxed else None for _ in texts]
    heads: dict[str, Part] = {
        "heading": Heading(2, title),
        "bold": Words(f"**{title}**"),
        "colon": Words(f"{title}:"),
    }
    elements = tuple(map(Element, texts, ticked))
    report = (*HEAD, *TOLD, heads[style], Bullets(elements, numbered and not boxed))
    assert found(report, name) == found(report, "a.md")
    assert len(found(report, name)) == len(texts)


@pytest.mark.parametrize("name", WRITERS)
def test_a_label_behind_a_sentence(name: str) -> None:
    report = (*HEAD, Heading(2, "Details"), Words("It was full. **Action:** Watch the disk."))
    assert [fact[0] for fact in found(report, name)] == ["Watch the disk"]
