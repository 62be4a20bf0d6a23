"""What stands beside measures and looks like them: recovery, logs, faults, and what a measure is made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.extraction.headings import Headings
from followthrough.extraction.vocabulary import Role, Vocabulary
from followthrough.model import ActionItem, State

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
        ("Remediation during the incident", Role.TAKEN),
        ("Remediation (during the incident)", Role.TAKEN),
        ("What we decided not to do", Role.ASIDE),
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


@pytest.mark.parametrize("heads", ["Time | Action | By", "Heure | Action | Qui", "Uhrzeit | Maßnahme | Wer"])
def test_a_table_whose_rows_open_with_the_time_of_the_day_is_a_log(texts: Texts, heads: str) -> None:
    rows = f"| {heads} |\n|---|---|---|\n| 10:02 | Delete old logs | Sam |\n| 10:07 UTC | Restart | Kim |\n"
    assert texts(f"# Disk full\n\n## The day\n\n{rows}") == []


@pytest.mark.parametrize(
    "heading", ["Gaps", "Known limitations", "Why this order", "Residual risks", "Lücken"]
)
def test_what_is_wrong_and_why_below_a_heading_of_measures_is_none(texts: Texts, heading: str) -> None:
    body = f"### {heading}\n\n- One disk for all logs\n- Alerts by mail alone\n\n### Tasks\n\n- Add a second disk\n"
    assert texts(f"# Disk full\n\n## Follow-up\n\n{body}") == ["Add a second disk"]


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


@pytest.mark.parametrize(
    "remark", ["2026-05-14 done", "2026-05-14 fixed", "14.05.2026 erledigt", "2026/05/14実装済み"]
)
def test_a_day_in_front_of_a_state_says_when_it_was_reached(items: Items, remark: str) -> None:
    (item,) = items(f"{HEAD}1. **Add a second disk ({remark})** - More room for all logs of the queue.\n")
    assert (item.text, item.state, item.due) == ("Add a second disk", State.DONE, None)


def test_a_day_in_front_of_an_open_state_is_left_alone(items: Items) -> None:
    (item,) = items(f"{HEAD}- Add a second disk (2027-05-14 open)\n")
    assert item.state is not State.DONE


@pytest.mark.parametrize(
    ("bullet", "expected"),
    [
        ("**ディスクを監視する（完了）** — 変更した。", ("ディスクを監視する", State.DONE)),
        ("ディスクを増やす（2026-05-14 対応済み）", ("ディスクを増やす", State.DONE)),
    ],
)
def test_wide_brackets_hold_states_as_narrow_ones_do(
    items: Items, bullet: str, expected: tuple[str, State]
) -> None:
    (item,) = items(f"# 障害\n\n## 再発防止策\n\n- {bullet}\n")
    assert (item.text, item.state) == expected


def test_a_long_remark_in_wide_brackets_is_no_title(texts: Texts) -> None:
    told = "（这次磁盘写满时只能靠手工删除旧日志来恢复服务，如果删错目录，后面的恢复路径就会完全不同）"
    assert texts(f"# 故障\n\n## 改进措施\n\n- 变更之前先检查磁盘剩余空间{told}\n") == [
        "变更之前先检查磁盘剩余空间"
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("We are looking into adding a second disk.", 1),
        ("In the future we are looking to add a second disk.", 1),
        ("We are looking into the failure of the disk.", 0),
        ("We are looking at the logs.", 0),
    ],
)
def test_what_is_weighed_is_announced_and_what_is_investigated_is_not(
    texts: Texts, told: str, expected: int
) -> None:
    found = texts(f"# Disk full\n\n## Future measures\n\n{told} We will delete old logs every night.\n")
    assert len(found) == expected + 1


def test_what_something_will_be_taken_for_is_no_work_of_its_own(texts: Texts) -> None:
    told = "We will add a rule that says that uploads of this kind fill all disks and will be treated as an attack."
    assert texts(f"# Disk full\n\n## Future measures\n\n{told}\n") == [told]


def test_a_sentence_does_not_end_inside_a_quotation(texts: Texts) -> None:
    assert texts(HEAD + '- Stop logging "Disk is full. Trying again" every second. It hides the rest.\n') == [
        'Stop logging "Disk is full. Trying again" every second.'
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Not immediately clear which disk was full",
        "Unclear why nobody was paged",
        "Unklar, warum niemand gerufen wurde",
    ],
)
def test_what_nobody_knows_is_no_measure(texts: Texts, text: str) -> None:
    assert texts(f"{HEAD}- {text}\n- Add a second disk\n") == ["Add a second disk"]


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("再発防止策として実施しないこと", Role.ASIDE),
        ("Décisions pour la suite", Role.MEASURES),
        ("Decisions going forward", Role.MEASURES),
        ("Entscheidungen für die Zukunft", Role.MEASURES),
    ],
)
def test_headings_of_decisions_and_of_what_was_decided_against(
    vocabulary: Vocabulary, heading: str, role: Role
) -> None:
    assert Headings(vocabulary).read(heading).role is role


def test_rejected_measures_of_a_kind_are_none_below_measures(texts: Texts) -> None:
    body = "- Add a second disk\n\n### Preventive measures considered\n\n- Buy a larger building\n"
    assert texts(f"# Disk full\n\n## Preventive measures\n\n{body}") == ["Add a second disk"]


def test_the_return_of_a_service_is_no_measure(texts: Texts) -> None:
    assert texts("# 障害\n\n残りのサービスは順次復旧される予定です。\n") == []
    assert texts("# Disk full\n\nThe remaining services will be moved back as time permits.\n") == []


def test_a_ticket_beside_a_state_is_that_of_the_measure(items: Items) -> None:
    (item,) = items(f"{HEAD}- [ ] Add a second disk\n  Owner: Sam\n  Status: draft (see DISK-12)\n")
    assert ([reference.text for reference in item.references], item.owner) == (["DISK-12"], "Sam")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("**Steps:**", "**Acceptance criteria:**"),
        ("#### Steps", "#### Benefits"),
        ("**手順**", "**完了条件**"),
    ],
)
def test_labelled_parts_below_a_heading_that_names_work_tell_of_it(texts: Texts, one: str, two: str) -> None:
    body = (
        f"### 1. Add a second disk\n\n{one}\n\n- Open the console\n- Attach the disk\n\n"
        f"### 2. Alert on full disks\n\nNobody noticed.\n\n{two}\n\n- Call the team within a minute\n"
    )
    assert texts(HEAD + body) == ["Add a second disk", "Alert on full disks"]


def test_labelled_parts_below_the_name_of_a_kind_hold_measures(texts: Texts) -> None:
    body = "### Monitoring\n\n**Steps:**\n\n- Add an alert\n\n### Process\n\n**Steps:**\n\n- Train the team\n"
    assert texts(HEAD + body) == ["Add an alert", "Train the team"]


def test_boxes_below_a_heading_that_names_work_are_measures(texts: Texts) -> None:
    assert texts(f"{HEAD}### 1. Add a second disk\n\n**Steps:**\n\n- [ ] Order it\n- [ ] Attach it\n") == [
        "Order it",
        "Attach it",
    ]
