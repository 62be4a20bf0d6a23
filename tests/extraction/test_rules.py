"""Rules with what they hold for, lists to choose from, suggestions, and headings that ask how to be faster."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem, State

Texts = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "# Down\n\n## Prevention\n\nGet the owner's approval before any of the following:\n\n"
            "- `queue purge`\n- deleting data of production\n",
            "Get the owner's approval before any of the following",
        ),
        (
            "# Down\n\n## Prevention\n\n- Ask the owner before any of these:\n  - a purge\n  - a new shard\n",
            "Ask the owner before any of these",
        ),
        (
            "# 障害報告\n\n## 再発防止策\n\n今後、以下の操作を行う前に**必ず承認を得る**：\n\n"
            "- `queue purge`\n- 本番データの削除\n",
            "今後、以下の操作を行う前に必ず承認を得る",
        ),
    ],
)
def test_the_line_in_front_is_the_measure(
    items: Callable[..., tuple[ActionItem, ...]], text: str, rule: str
) -> None:
    (item,) = items(text)
    assert item.text == rule
    assert "purge" in item.description


@pytest.mark.parametrize(
    "text",
    [
        "# Down\n\n## Next steps\n\nAs the owner decides, one of the following:\n\n1. Keep the volume\n2. Drop it\n",
        "# 障害報告\n\n## 今後の対応\n\n責任者の指示に従い、以下のいずれかを実施：\n\n1. 変更を維持\n2. 変更を取り消し\n",
    ],
)
def test_options_are_none(texts: Texts, text: str) -> None:
    assert texts(text) == []


@pytest.mark.parametrize(
    ("parent", "children"),
    [
        ("今後：", ["ディスク容量の監視を追加する", "手順書を更新する"]),
        ("**長期**", ["二重化", "容量の見直し"]),
        ("**Long term**", ["a second region", "quotas for each team"]),
        ("향후:", ["디스크 모니터링 추가", "절차서 갱신"]),
        ("后续：", ["增加磁盘监控", "更新手册"]),
    ],
)
def test_a_time_over_elements_is_their_label(texts: Texts, parent: str, children: list[str]) -> None:
    below = "".join(f"  - {child}\n" for child in children)
    assert texts(f"# Down\n\n## Action items\n\n- {parent}\n{below}") == children


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("Future suggestions", "Disk check: warn at boot when the disk is nearly full"),
        ("Vorschläge für die Zukunft", "Plattenprüfung: beim Start warnen, wenn die Platte voll ist"),
        ("Suggestions", "Limits: refuse uploads of more than 2 GB"),
        ("Propositions pour l'avenir", "Contrôle du disque: avertir au démarrage"),
        ("Sugerencias para el futuro", "Control del disco: avisar al arrancar"),
        ("Sugestões para o futuro", "Controle do disco: avisar ao iniciar"),
        ("再発防止（案）", "容量検知: 起動時に残り容量が少なければ警告を出す"),
        ("今後の示唆", "命名規約: すべてのキューを同じ形式に統一"),
        ("后续建议", "容量检查: 启动时发出告警"),
        ("향후 제안", "용량 점검: 시작할 때 경고"),
    ],
)
def test_suggestions_with_their_names(texts: Texts, heading: str, label: str) -> None:
    name, _, rest = label.partition(":")
    assert texts(f"# Down\n\n## {heading}\n\n1. **{name}**:{rest}\n2. **Alarm**: warn\n")[0] == label


@pytest.mark.parametrize(
    "heading",
    ["How do we detect this faster next time?", "How will we respond faster?", "What do we do next time?"],
)
def test_headings_that_ask_how_to_be_faster(texts: Texts, heading: str) -> None:
    assert texts(f"# Down\n\n## {heading}\n\n- Page on the age of the oldest job\n") == [
        "Page on the age of the oldest job"
    ]


@pytest.mark.parametrize("heading", ["How did we detect it?", "How we responded", "Earlier incidents"])
def test_headings_that_tell(texts: Texts, heading: str) -> None:
    assert texts(f"# Down\n\n## {heading}\n\n- Page on the age of the oldest job\n") == []


def test_what_works_needs_no_work(texts: Texts) -> None:
    assert texts(
        "# Down\n\n## Prevention\n\n1. Split the pool\n2. **Uptime monitor confirmed working** — it paged.\n"
    ) == ["Split the pool"]


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("Implemented; activation pending", State.IN_PROGRESS),
        ("Done, rollout pending", State.IN_PROGRESS),
        ("Done; see the notes", State.DONE),
        ("Done", State.DONE),
        ("☒", State.DONE),
    ],
)
def test_states_with_more_behind(
    items: Callable[..., tuple[ActionItem, ...]], cell: str, state: State
) -> None:
    (item,) = items(f"# Down\n\n## Actions\n\n| Action | Status |\n|---|---|\n| Split the pool | {cell} |\n")
    assert item.state is state
