"""What only other languages than English show: labels, numbered headings, singular headings, abbreviations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.extraction.sentences import sentences
from followthrough.model import ActionItem

Items = Callable[..., tuple[ActionItem, ...]]
Texts = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ver los topes (p. ej. disco, colas, etc.) de cada nodo. Eran bajos.", "Ver los topes (p. ej. disco, colas, etc.) de cada nodo."),
        ("Ver discos, colas, etc. Nadie los vio.", "Ver discos, colas, etc."),
        ("Discos, colas, etc. de cada nodo. Nada.", "Discos, colas, etc. de cada nodo."),
        ("Voir les quotas, c.-à-d. ceux du nœud. Rien.", "Voir les quotas, c.-à-d. ceux du nœud."),
        ("Grenzen (z. B. Platten usw.) prüfen. Nichts.", "Grenzen (z. B. Platten usw.) prüfen."),
        ("Dauer auf ca. 5 Minuten senken. Nichts.", "Dauer auf ca. 5 Minuten senken."),
        ("Vedere i limiti (dischi, code, ecc.) dei nodi. Niente.", "Vedere i limiti (dischi, code, ecc.) dei nodi."),
        ("画面に「止まりました。」と出す。前は無言だった。", "画面に「止まりました。」と出す。"),
    ],
)  # fmt: skip
def test_a_sentence_ends_behind_no_abbreviation_and_in_no_quotation(text: str, first: str) -> None:
    start, end = sentences(text)[0]
    assert text[start:end] == first


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("**Control de cuotas** — rechazar colas sin tope", "Control de cuotas — rechazar colas sin tope"),
        ("**Guarda de rede** — não abrir portas novas", "Guarda de rede — não abrir portas novas"),
        ("**Acción:** rechazar colas sin tope", "rechazar colas sin tope"),
        ("**Azione:** limitare le code", "limitare le code"),
        ("**Réplica de lectura:** Prever una segunda base. Es lenta.", "Réplica de lectura: Prever una segunda base."),
        ("**Alerte :** disque > 80 % → astreinte", "Alerte : disque > 80 % → astreinte"),
        ("**Alertas:** porque nadie miraba", "Alertas"),
        ("**Automate lesson 3:** a probe behind each rollout", "Automate lesson 3: a probe behind each rollout"),
    ],
)  # fmt: skip
def test_a_mere_label_stays_in_front_of_its_sentence(
    bullet: Callable[[str], ActionItem], text: str, title: str
) -> None:
    assert bullet(text).text == title


def test_a_title_in_bold_on_a_line_of_its_own_needs_no_spaces(texts: Texts) -> None:
    text = (
        "# 停止\n\n## 再発防止策\n\n1. **監視対象の明示**\n   各ノードのディスクを**必ず**一覧に書く。\n\n"
        "2. **空き容量の自動確認**\n   毎朝、空き容量を確かめる仕組みを入れる。\n"
    )
    assert texts(text) == ["監視対象の明示", "空き容量の自動確認"]


def test_a_wide_semicolon_ends_a_long_title(bullet: Callable[[str], ActionItem]) -> None:
    first = "每次调整磁盘配额时同步更新容量登记表并通知值班人员，确认所有节点的剩余空间都已经记录在案"
    assert (
        bullet(f"{first}；考虑给每个机房再准备一块备用磁盘，方便下次扩容时直接使用，不必等待采购流程").text
        == first
    )


@pytest.mark.parametrize(
    "heading",
    [
        "Próximo paso", "Medida preventiva", "Lo que queda", "Recomendación",
        "Prochaine étape", "Mesure corrective", "Ce qui reste à faire",
        "Próximo passo", "Ação preventiva", "O que falta",
        "Nächster Schritt", "Was noch offen ist", "Empfehlung",
        "Prossimo passo", "Azione correttiva", "Cosa resta da fare",
        "6. 残っている作業", "五、遗留问题", "남은 과제",
    ],
)  # fmt: skip
def test_headings_of_measures_in_the_singular_and_of_what_remains(texts: Texts, heading: str) -> None:
    assert texts(f"# Disk full\n\n## {heading}\n\n1. A second disk for node b\n") == [
        "A second disk for node b"
    ]


@pytest.mark.parametrize(
    ("parent", "numbers", "titles"),
    [
        ("再発防止策", ("① ", "② "), ("空き容量の監視を追加", "ディスク増設手順の整備")),
        ("再発防止策", ("(1) ", "(2) "), ("空き容量の監視を追加", "ディスク増設手順の整備")),
        ("改进措施", ("1. ", "2. "), ("增加磁盘告警", "完善扩容手册")),
        ("改进措施", ("（一）", "（二）"), ("增加磁盘告警", "完善扩容手册")),
        ("改进措施", ("一、", "二、"), ("增加磁盘告警", "完善扩容手册")),
        ("재발 방지", ("1. ", "2. "), ("디스크 알림 추가", "증설 절차 정비")),
    ],
)
def test_numbered_headings_are_the_measures_where_one_has_no_list(
    texts: Texts, parent: str, numbers: tuple[str, str], titles: tuple[str, str]
) -> None:
    first, second = (number + title for number, title in zip(numbers, titles, strict=True))
    text = f"# 停止\n\n## {parent}\n\n### {first}\n\n```\ndf\n```\n\n### {second}\n\n- 一覧\n- 手順\n"
    assert texts(text) == list(titles)


def test_numbered_headings_above_boxes_only_divide_them(texts: Texts) -> None:
    text = "# 停止\n\n## 预防措施\n\n### 4.1 代码优化\n\n- [x] 增加磁盘告警\n\n### 4.2 测试完善\n\n- [ ] 补充扩容演练\n"
    assert texts(text) == ["增加磁盘告警", "补充扩容演练"]


def test_a_table_of_what_remains_names_the_work_in_front_of_how(items: Items) -> None:
    text = (
        "# 停止\n\n## 残課題\n\n| 課題 | 優先度 | 対応方針 |\n|---|---|---|\n"
        "| 予備ディスクの購入 | 高 | 運用側で対応予定 |\n"
    )
    (item,) = items(text)
    assert (item.text, item.priority) == ("予備ディスクの購入", "高")


def test_what_comes_first_among_measures_is_not_history(items: Items) -> None:
    text = "# Caída\n\n## Plan de acción\n\n### Acciones inmediatas{}\n\n- Aumentar el disco\n\n### Después\n\n- Vigilar el disco\n"
    assert [(item.text, item.done) for item in items(text.format(""))] == [
        ("Aumentar el disco", None),
        ("Vigilar el disco", None),
    ]
    assert items(text.format(" (hecho)"))[0].done is True


def test_what_was_done_is_no_list_of_measures_however_it_is_introduced(texts: Texts) -> None:
    text = (
        "# Caída\n\n## Causa\n\nUn disco.\n\n## Acciones inmediatas\n\nPara evitar más daño se ejecutaron las siguientes acciones:\n\n"
        "1. Reinicio del nodo b\n\n## Acciones preventivas\n\n- Vigilar el disco\n"
    )
    assert texts(text) == ["Vigilar el disco"]


@pytest.mark.parametrize(
    "text",
    [
        "# Relatório\n\n## Lições aprendidas\n\nO exercício demonstrou a importância de:\n\n- vigiar discos;\n- guardar registros.\n",
        "# Rapport\n\n## Leçons\n\nL'exercice a montré l'importance de :\n\n- surveiller les disques ;\n- garder les journaux.\n",
        "# Rapport\n\n## Indicateurs de suivi\n\n- Disque : taux de remplissage (cible : 70 %)\n",
    ],
)
def test_what_only_shows_how_much_something_matters_is_no_measure(texts: Texts, text: str) -> None:
    assert texts(text) == []
