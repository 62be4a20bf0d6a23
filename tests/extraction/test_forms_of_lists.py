"""Lists that are no measures, lists set as code, ways to choose from, questions as headings, work in progress."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem, State

Items = Callable[..., tuple[ActionItem, ...]]
Texts = Callable[..., list[str]]
HEAD = "# Disk full\n\n## Action items\n\n"


@pytest.mark.parametrize(
    "lead",
    [
        "Use a service such as:",
        "Einen Dienst nutzen, zum Beispiel:",
        "Usar un servicio, tales como:",
        "Utiliser un service, par exemple :",
        "Usar um serviço, por exemplo:",
        "使用服务如：",
        "外部のサービスを使う。例えば：",
    ],
)
def test_names_of_products_to_choose_from(texts: Texts, lead: str) -> None:
    assert texts(f"{HEAD}- Add an alert\n\n{lead}\n\n- Uptime\n- Watchdog\n") == ["Add an alert"]


@pytest.mark.parametrize(
    "settings",
    [
        "- URL: https://shop.example/health\n- Interval: 5 minutes\n- On failure: mail\n",
        "- 间隔: 5分钟\n- 失败通知: 邮件\n",
        "- Intervalo: 30 s\n- Aviso: correo\n",
    ],
)
def test_values_of_a_program_are_no_measures(texts: Texts, settings: str) -> None:
    assert texts(f"{HEAD}Set up:\n\n{settings}") == []


def test_labels_with_work_behind_them_are_no_settings(texts: Texts) -> None:
    assert texts(f"{HEAD}- Alerts: add one\n- Timeout: 5 seconds\n") == [
        "Alerts: add one",
        "Timeout: 5 seconds",
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            f"{HEAD}We need to split the queue in one of the following ways:\n\n- by tenant\n- by age\n",
            "We need to split the queue in one of the following ways",
        ),
        (
            "# 障害報告\n\n## 修正方針\n\n値の意味を以下のどちらかに統一する必要があります。\n\n"
            "1. 率とする場合\n   - 型: 数値\n2. 区分とする場合\n   - 型: 文字列\n",
            "値の意味を以下のどちらかに統一する必要があります。",
        ),
    ],
)
def test_what_calls_for_one_of_several_ways_is_the_measure(texts: Texts, text: str, title: str) -> None:
    assert texts(text) == [title]


def test_ways_that_nothing_calls_for_are_none(texts: Texts) -> None:
    assert texts(f"{HEAD}One of the following:\n\n- by tenant\n- by age\n") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "短期対応としては、上限を数値に変更するのが最小です。",
        "上限を設定することを推奨します。",
        "監視を追加した方がよい。",
    ],
)
def test_suggestions_in_japanese_prose(texts: Texts, sentence: str) -> None:
    assert texts(f"# 障害報告\n\n## 修正方針\n\n{sentence}\n") == [sentence]


def test_lines_indented_as_code_are_a_list(items: Items) -> None:
    text = "# Disk full\n\n## Next steps\n\nWe're taking these steps:\n\n    Adding a second disk\n    Writing an alert\n"
    found = items(text)
    assert [(item.text, item.line) for item in found] == [
        ("Adding a second disk", 7),
        ("Writing an alert", 8),
    ]
    source = text.encode()
    assert [source[item.span.start : item.span.end].decode() for item in found] == [
        item.text for item in found
    ]


@pytest.mark.parametrize(
    "code",
    [
        "    Restart the job\n    Get-Item disk | Remove\n",
        "    Add(the, disk)\n    Run the job\n",
        "    restart nginx\n    check nginx\n",
        "    The disk is full\n    The queue is full\n",
    ],
)
def test_code_and_logs_are_no_list(texts: Texts, code: str) -> None:
    assert texts(f"{HEAD}- Add an alert\n\nRun this:\n\n{code}") == ["Add an alert"]


def test_questions_as_headings(texts: Texts) -> None:
    text = (
        "Disk full\n\nWhat happened?\n\nThe disk was full.\n\nWhy was it full?\n\nWe will never know.\n\n"
        "What are we doing to keep it from happening again?\n\n- Add a second disk\n"
    )
    assert texts(text) == ["Add a second disk"]
    assert texts("Disk full\n\nAre we doing enough to prevent this?\n\n- The disk was full\n") == []


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ("Sam is adding a second disk", "Sam"),
        ("@kim is currently adding a second disk", "@kim"),
    ],
)
@pytest.mark.parametrize("heading", ["Action items", "Mitigation steps taken"])
def test_what_somebody_is_at(items: Items, heading: str, line: str, owner: str) -> None:
    (item,) = items(f"# Disk full\n\n## {heading}\n\n- {line}\n")
    assert (item.text, item.owner, item.state) == ("adding a second disk", owner, State.IN_PROGRESS)


@pytest.mark.parametrize(
    "line", ["Search is failing on start", "Sam is looking into the disk", "Sam is away"]
)
def test_what_things_do_and_who_responds_is_no_work(texts: Texts, line: str) -> None:
    assert texts(f"# Disk full\n\n## Mitigation steps taken\n\n- {line}\n") == []


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "Follow-up",
            "Short term: add an alert. Long term: a second disk for the logs.",
            ["Short term: add an alert.", "Long term: a second disk for the logs."],
        ),
        (
            "Maßnahmen",
            "Kurzfristig: Alarm für volle Platten einrichten. Langfristig: Logs auf andere Server verschieben.",
            [
                "Kurzfristig: Alarm für volle Platten einrichten.",
                "Langfristig: Logs auf andere Server verschieben.",
            ],
        ),
        (
            "改进措施",
            "短期：增加磁盘告警。长期：把日志迁移到另一台机器。",
            ["短期：增加磁盘告警。", "长期：把日志迁移到另一台机器。"],
        ),
        (
            "Follow-up",
            "Short term: we restarted it. Long term: move the logs.",
            ["Long term: move the logs."],
        ),
        ("Follow-up", "Short term: none. Long term: move the logs.", ["Long term: move the logs."]),
    ],
)
def test_each_term_of_a_plan_is_a_measure(texts: Texts, title: str, text: str, expected: list[str]) -> None:
    assert texts(f"# Disk full\n\n## {title}\n\n{text}\n") == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Our next steps include adding a second disk for the logs.", "adding a second disk for the logs."),
        ("The next steps are to add a second disk for the logs.", "add a second disk for the logs."),
        (
            "Los próximos pasos son agregar un disco para los registros.",
            "agregar un disco para los registros.",
        ),
    ],
)
def test_steps_in_a_sentence(texts: Texts, text: str, title: str) -> None:
    assert texts(f"# Disk full\n\n## Follow-up\n\n{text}\n") == [title]


def test_a_name_with_its_owner_below_is_the_measure(items: Items) -> None:
    (item,) = items(
        f"{HEAD}1. Renewal\n   - Owner: Sam\n   - Due: 2026-12-01\n   - Renew by script, not by hand.\n"
    )
    assert (item.text, item.owner, item.due_text) == ("Renewal", "Sam", "2026-12-01")
    assert "Renew by script" in item.description


def test_an_owner_above_several_measures_is_theirs_and_nobody_elses(items: Items) -> None:
    found = items(f"{HEAD}- Add a disk\n- Alerts:\n  - Owner: Kim\n  - Add one\n  - Page on two\n")
    assert [(item.text, item.owner) for item in found] == [
        ("Add a disk", None),
        ("Add one", "Kim"),
        ("Page on two", "Kim"),
    ]
