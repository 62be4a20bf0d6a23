"""Titles behind names and before reasons, questions that have a ticket, forms that ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem

Bullet = Callable[[str], ActionItem]
Texts = Callable[..., list[str]]
HEAD = "# Disk full\n\n## Action items\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "**OPS-QUEUE-ALERT:** Watch the age of the oldest job",
        "**OPS-QUEUE-ALERT (P2):** Watch the age of the oldest job",
        "[ ] OPS-QUEUE-ALERT – Watch the age of the oldest job",
        "`OPS-QUEUE-ALERT`: Watch the age of the oldest job",
    ],
)
def test_an_id_of_letters_stands_before_the_title(bullet: Bullet, text: str) -> None:
    item = bullet(text)
    assert item.text == "Watch the age of the oldest job"
    assert item.priority == ("P2" if "P2" in text else None)


@pytest.mark.parametrize(
    "text", ["CI-CD: add a stage", "IPv6-only-hosts: add one", "GB-DE-FR link: add a disk"]
)
def test_names_of_things_are_no_ids(bullet: Bullet, text: str) -> None:
    assert bullet(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "**OPS-QUEUE-ALERT (P2):** The queue was full for an hour. An alert on its length is missing.",
        "**COLA-SIN-ALERTA:** La cola estuvo llena. Falta una alerta.",
        "**ALARM-FEHLT-NOCH:** Niemand sah die volle Queue. Es fehlt ein Alarm.",
    ],
)
def test_behind_an_id_a_fault_and_what_is_missing_are_the_title(bullet: Bullet, text: str) -> None:
    assert bullet(text).text == text.split(":** ")[1]


def test_a_remark_ends_a_title_and_brackets_in_a_sentence_before_do_not(bullet: Bullet) -> None:
    text = "The relay has two users (`old` and `new`). Remove one of them"
    long = "the other one is named after its host, so that a reader of the logs knows at once where a mail is from"
    item = bullet(f"**MAIL-RELAY-USERS:** {text} ({long}, and where it went)")
    assert item.text == text.replace("`", "")
    assert item.description.startswith("(the other one")


def test_a_line_of_a_state_alone_has_no_title(texts: Texts) -> None:
    assert texts("(done)\n\n<!-- ft:item -->\n") == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("**Always keep a spare disk**: We need to have one for swaps.", "Always keep a spare disk"),
        ("**Never restart by hand:** It will lose the jobs in memory.", "Never restart by hand"),
        ("**Siempre crear una copia**: Hay que tener una para el cambio.", "Siempre crear una copia"),
        ("**Split the pool and cache**: Right now one needs the other.", "Split the pool and cache"),
    ],
)
def test_a_rule_is_a_title_whatever_its_reason_says(bullet: Bullet, text: str, title: str) -> None:
    assert bullet(text).text == title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- Can we add a second disk? Filed as OPS-12.\n", ["Can we add a second disk?"]),
        ("- Who reads the logs? [#7](https://github.com/o/r/issues/7)\n", ["Who reads the logs?"]),
        ("- Was the disk full? No, see OPS-12.\n", []),
        ("- Did OPS-12 help? It did not.\n", []),
    ],
)
def test_a_question_with_a_ticket_is_looked_into(texts: Texts, text: str, expected: list[str]) -> None:
    assert texts(HEAD + text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "- **Immediate action**: What was done to get it back?\n",
        "- **Acción inmediata**: ¿Qué se hizo para resolverlo?\n",
        "- **Sofortmaßnahme**: Was wurde getan?\n",
        "- **Ação imediata**: O que foi feito?\n",
    ],
)
def test_what_a_form_asks_behind_a_label_is_no_measure(texts: Texts, text: str) -> None:
    assert texts(HEAD + text) == []


def test_a_report_may_be_called_so_all_the_same(texts: Texts) -> None:
    assert texts("# Incident title\n\n## Action items\n\n- Add an alert\n") == ["Add an alert"]


@pytest.mark.parametrize(
    "title", ["Postmortem: Name of the incident", "Postmortem – Titre de l'incident", "障害報告書：障害名"]
)
def test_a_form_has_no_name_for_its_incident(texts: Texts, title: str) -> None:
    assert texts(f"# {title}\n\n## Action items\n\n- Add an alert\n") == []
