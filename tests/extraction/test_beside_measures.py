"""What stands beside measures and looks like them: recovery, logs, faults, and what a measure is made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.extraction.headings import Headings
from followthrough.extraction.vocabulary import Role, Vocabulary
from followthrough.model import ActionItem

Texts = Callable[..., list[str]]
Items = Callable[..., tuple[ActionItem, ...]]
HEAD = "# Disk full\n\n## Action items\n\n"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Recovery (one-off remediation)", Role.TIMELINE),
        ("Resolution (short-lived fix)", Role.TIMELINE),
        ("Root cause (and what we will improve)", Role.CAUSE),
        ("Mitigation (action items)", Role.MEASURES),
        ("Action items (recovery)", Role.MEASURES),
        ("Issues identified:", Role.CAUSE),
        ("Festgestellte Probleme", Role.CAUSE),
        ("Zeitverlauf", Role.TIMELINE),
    ],
)
def test_headings_of_something_else(vocabulary: Vocabulary, text: str, role: Role) -> None:
    assert Headings(vocabulary).read(text).role is role


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        pytest.param("When | What", [], id="a log"),
        pytest.param("Wann | Was", [], id="a German log"),
        pytest.param("Quand | Quoi | Qui", [], id="a log with those who did it"),
        pytest.param("What | By when", ["Disk replaced"], id="what and by when"),
        pytest.param("When | Action", ["Disk replaced"], id="actions and by when"),
    ],
)
def test_a_table_that_opens_with_the_time_is_a_log(texts: Texts, heads: str, expected: list[str]) -> None:
    first, *rest = heads.split(" | ")
    cells = ["4 May", "Disk replaced", "Sam"] if first != "What" else ["Disk replaced", "4 May"]
    rows = f"| {heads} |\n|{'---|' * (len(rest) + 1)}\n| {' | '.join(cells[: len(rest) + 1])} |\n"
    assert texts(f"# Disk full\n\n## The day\n\n{rows}") == expected


def test_faults_below_a_heading_of_future_work_are_none(texts: Texts) -> None:
    body = (
        "### Identified issues\n\n- One disk for all logs\n- Slow alerts\n\n### Plan\n\n- Add a second disk\n"
    )
    assert texts(f"# Disk full\n\n## Future work\n\n{body}") == ["Add a second disk"]


@pytest.mark.parametrize("name", ["incident.md", "incident.txt"])
def test_what_a_measure_is_made_of_belongs_to_it(items: Items, name: str) -> None:
    text = (
        f"{HEAD}- [ ] One store for all logs\n  Requirements:\n  - Read the logs of the queue\n"
        "  - Keep them for a month\n\n  Owner: Storage team\n\n  Target: 1 May 2027\n\n"
        "- [ ] Disks that grow\n  Acceptance criteria:\n  - Review by two people\n"
    )
    found = items(text, name)
    assert [item.text for item in found] == ["One store for all logs", "Disks that grow"]
    assert (found[0].owner, found[0].due) == ("Storage team", date(2027, 5, 1))


def test_elements_inside_another_explain_it_in_plain_text_as_well(texts: Texts) -> None:
    text = (
        "Disk full\n\nAction items:\n\n  - Move the logs to another disk\n      - they grow every day\n"
        "      - nobody reads them\n\n  - Add an alert on full disks\n"
    )
    assert texts(text, "incident.txt") == ["Move the logs to another disk", "Add an alert on full disks"]


@pytest.mark.parametrize("gap", ["", "\n"])
def test_tickets_among_references_are_no_measures(texts: Texts, gap: str) -> None:
    text = f"Disk full\n\nREFERENCES\n\nTICKETS:\n{gap}- DISK-12: The disk was full\n- DISK-14: Late alert\n"
    assert texts(text, "incident.txt") == []
    assert texts("# Disk full\n\n## References\n\n**Tickets:**\n\n- DISK-12: The disk was full\n") == []
    assert texts("# Disk full\n\n## Tickets\n\n- DISK-12: Add a second disk\n") == ["Add a second disk"]


def test_an_instruction_whose_list_says_what_it_brings(texts: Texts) -> None:
    body = "Disks: Add a second disk, allowing:\n\n- A whole month of logs\n- Room for the database\n"
    assert texts(HEAD + body) == ["Disks: Add a second disk"]
    body = "Change the disks, including:\n\n- Add a second disk\n- Move the logs to it\n"
    assert texts(HEAD + body) == ["Add a second disk", "Move the logs to it"]


def test_a_state_of_affairs_and_a_lesson_are_none(texts: Texts) -> None:
    told = "The service is now fully operational. However, this highlights the need for larger disks.\n"
    assert texts(f"# Disk full\n\n## Future plans\n\n{told}") == []


def test_short_explanations_below_titles_where_others_are_longer(texts: Texts) -> None:
    text = (
        "Disk full\n\nPreventive measures\n\nLimit the logs\nEnsure that no log takes more than a gigabyte.\n\n"
        "Check the disks before every deployment\nAvoid deploying to full disks.\n\n"
        "Alert earlier\nUse a threshold of eighty per cent.\n"
    )
    assert texts(text, "incident.txt") == [
        "Limit the logs",
        "Check the disks before every deployment",
        "Alert earlier",
    ]
