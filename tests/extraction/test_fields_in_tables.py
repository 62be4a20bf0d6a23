"""Columns of owners, deadlines, states and tickets as teams of many languages name and fill them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.model import ActionItem, State

Items = Callable[..., tuple[ActionItem, ...]]


def table(head: str, row: str, title: str = "Action items") -> str:
    rule = "|" + "-|" * (head.count("|") - 1)
    return f"# Disk full\n\nDate: 2026-03-11\n\n## {title}\n\n{head}\n{rule}\n{row}\n"


@pytest.mark.parametrize(
    ("title", "head", "row", "owner", "due", "state"),
    [
        (
            "Action items",
            "| Action | Resp. | Date | Status |",
            "| Add a disk | Kim | CW 22 | Ordered |",
            "Kim",
            date(2026, 5, 31),
            State.IN_PROGRESS,
        ),
        (
            "Action items",
            "| Task | Claimed by | By when | Done? |",
            "| Add a disk | Lee | 24/05 (tentative) | ✗ |",
            "Lee",
            date(2026, 5, 24),
            State.OPEN,
        ),
        (
            "Action items",
            "| Action | Accountable | ETA | State |",
            "| Add a disk | Lee | Q4 2026 | In negotiation |",
            "Lee",
            date(2026, 12, 31),
            State.IN_PROGRESS,
        ),
        (
            "Maßnahmen",
            "| Maßnahme | Wer | Bis wann | Stand |",
            "| Platte einbauen | Team Netz | KW 22 | erledigt am 9.9. |",
            "Team Netz",
            date(2026, 5, 31),
            State.DONE,
        ),
        (
            "Plan de acción",
            "| Qué | Quién | Para cuándo | Estado |",
            "| Añadir un disco | Equipo SRE | junio | En curso |",
            "Equipo SRE",
            date(2026, 6, 30),
            State.IN_PROGRESS,
        ),
        (
            "Plan d’action",
            "| Action | Qui | Quand | Statut |",
            "| Ajouter un disque | Zoé | semaine 22 | pas commencé |",
            "Zoé",
            date(2026, 5, 31),
            State.OPEN,
        ),
        (
            "Plano de ação",
            "| Ação | Quem | Prazo | Situação |",
            "| Adicionar um disco | Thaís | 15/01 | feito |",
            "Thaís",
            date(2027, 1, 15),
            State.DONE,
        ),
        (
            "再発防止策",
            "| 内容 | 担当 | 期限 | 状況 |",
            "| ディスクを追加する | 森田 | 7/31 | 完了予定 |",
            "森田",
            date(2026, 7, 31),
            State.OPEN,
        ),
        (
            "改进措施",
            "| 改进措施 | 负责人 | 完成时间 | 状态 |",
            "| 增加磁盘监控 | 张伟 | 四季度 | 未完成 |",
            "张伟",
            date(2026, 12, 31),
            State.OPEN,
        ),
        (
            "재발 방지 대책",
            "| 조치 사항 | 담당 | 기한 | 상태 |",
            "| 디스크 추가 | 김민수 | 10월 말 | 완료 |",
            "김민수",
            date(2026, 10, 31),
            State.DONE,
        ),
    ],
)
def test_columns_of_eight_languages(
    items: Items, title: str, head: str, row: str, owner: str, due: date, state: State
) -> None:
    (item,) = items(table(head, row, title))
    assert (item.owner, item.due, item.state) == (owner, due, state)


@pytest.mark.parametrize(
    ("cell", "tickets"),
    [
        ("b/778120", ["b/778120"]),
        ("T377010", ["T377010"]),
        ("bug 1871204", ["bug 1871204"]),
        ("1870990", ["1870990"]),
        ("OPS-1, OPS-2", ["OPS-1", "OPS-2"]),
        ("INC0012345", ["INC0012345"]),
        ("AB#12", ["AB#12"]),
        ("group/project!12", ["group/project!12"]),
        ("[OPS-3](https://tracker.example/OPS-3)", ["https://tracker.example/OPS-3"]),
        ("TBD", []),
        ("n/a", []),
        ("SEV-1", []),
        ("two of them, see the board", []),
    ],
)
def test_a_column_of_tickets(items: Items, cell: str, tickets: list[str]) -> None:
    (item,) = items(table("| Action | Owner | Tracker |", f"| Add a disk | Kim | {cell} |"))
    assert [str(reference) for reference in item.references] == tickets
    assert item.done is None


def test_the_state_beside_a_ticket(items: Items) -> None:
    for cell in ("OPS-1 **DONE**", "[OPS-1](https://tracker.example/OPS-1) merged", "1870990 (fixed)"):
        (item,) = items(table("| Action | Owner | Ticket |", f"| Add a disk | Kim | {cell} |"))
        assert item.state is State.DONE
        assert len(item.references) == 1


def test_columns_without_a_telling_name(items: Items) -> None:
    (item,) = items(
        table("| ID | Action | Owner | Where to |  |", "| PM-1 | Add a disk | Kim | OPS-12 | ✅ |")
    )
    assert [str(reference) for reference in item.references] == ["OPS-12"]
    assert item.state is State.DONE


def test_a_person_before_a_team(items: Items) -> None:
    (item,) = items(table("| Action | Team | Owner |", "| Add a disk | Storage | Kim |"))
    assert item.owner == "Kim"
    (item,) = items(table("| Action | Owning team |", "| Add a disk | Storage |"))
    assert item.owner == "Storage"


def test_what_stands_beside_an_owner(items: Items) -> None:
    (item,) = items(table("| Action | Owner |", "| Add a disk | Kim, OPS-12 |"))
    assert (item.owner, [str(reference) for reference in item.references]) == ("Kim", ["OPS-12"])
    (item,) = items(table("| Action | Owner |", "| Add a disk | Kim (2026-05-01) |"))
    assert (item.owner, item.due) == ("Kim", date(2026, 5, 1))


def test_nobody_in_many_words(items: Items) -> None:
    for nobody in ("nobody yet", "TBC", "N.N.", "por definir", "à désigner", "未定", "待分配", "미정"):
        (item,) = items(table("| Action | Owner |", f"| Add a disk | {nobody} |"))
        assert item.owner is None


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("not implemented", State.OPEN),
        ("not yet closed", State.OPEN),
        ("to be fixed", State.OPEN),
        ("almost done", State.IN_PROGRESS),
        ("80 %", State.IN_PROGRESS),
        ("100 %", State.DONE),
        ("Draft", State.IN_PROGRESS),
        ("accepted and complete", State.DONE),
        ("Outstanding", State.OPEN),
        ("🔜", State.OPEN),
        ("🚧 pilot", State.IN_PROGRESS),
    ],
)
def test_states(items: Items, cell: str, state: State) -> None:
    (item,) = items(table("| Action | Status |", f"| Add a disk | {cell} |"))
    assert item.state is state
