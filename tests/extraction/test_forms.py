"""What is no report, or no part of it: forms, what was sent along, hours as headings, examples."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Texts = Callable[..., list[str]]

FORM = """\
# Post-mortem: {title}

| Campo | Descrição |
|---|---|
| Serviços | [Lista de serviços] |
| Impacto | [Breve descrição do impacto] |

## Detecção
Descreva como o incidente foi identificado.

## Correção
Descreva o que foi feito.

## Causa raiz
Explique a origem do problema.

## Ações corretivas
- Criar alerta para o disco

## Responsáveis
- Autor: {author}
"""


def test_a_form_asks_for_what_it_holds(texts: Texts) -> None:
    assert texts(FORM.format(title="[Título do incidente]", author="[Nome]")) == []
    assert texts(FORM.format(title="disco cheio", author="[Nome]")) == []


def test_a_form_that_was_filled_in_is_a_report(texts: Texts) -> None:
    filled = FORM.format(title="disco cheio", author="Ana")
    filled = filled.replace("[Lista de serviços]", "loja").replace("[Breve descrição do impacto]", "nenhum")
    assert texts(filled) == ["Criar alerta para o disco"]


def test_what_was_sent_along_with_a_report_is_none_of_its_measures(texts: Texts) -> None:
    letter = "**Changes made:**\n\n1. Renamed the section on causes\n2. Added a row to the table\n\n"
    report = "# Disk full\n\n## Action items\n\n- Add a second disk\n"
    assert texts(letter + report) == ["Add a second disk"]
    assert texts(letter) == ["Renamed the section on causes", "Added a row to the table"]


def test_headings_that_are_hours_tell_what_happened(texts: Texts) -> None:
    report = (
        "# Disk full\n\n## Follow-up (UTC)\n\n### 8:16 PM\n\nTom reports an error.\n\n"
        "### 20:37\n\nMia asks for logs.\n\n## Action items\n\n- Add a second disk\n"
    )
    assert texts(report) == ["Add a second disk"]


@pytest.mark.parametrize("word", ["Examples", "Beispiele", "Ejemplos", "Exemples", "Exemplos"])
def test_examples_are_no_measures(texts: Texts, word: str) -> None:
    report = f"# Disk full\n\n## Action items\n\n{word}:\n\n1. any fix of the disk\n2. any new alert\n"
    assert texts(report) == []


def test_lines_underlined_by_a_tag_are_headings(texts: Texts) -> None:
    report = (
        "# Disk full\n\n<u>Timeline</u>\n\n- Rollback of the release\n\n"
        "<u>Action items</u>\n\n- Add a second disk\n\n<u>References</u>\n\n- See the dashboard\n"
    )
    assert texts(report) == ["Add a second disk"]


def test_a_bold_name_with_its_parts_below_is_one_measure_among_others(texts: Texts) -> None:
    report = (
        "# Disk full\n\n## Prevention\n\n- Better labels on all disks\n- Audit of all racks\n"
        "- **Two ways of paging**:\n  - Pages by the monitoring\n  - Pages by a probe outside\n"
        "- **Automatic failover** (in development):\n  - Trigger: a missed heartbeat\n  - A pause of an hour\n"
    )
    assert texts(report) == [
        "Better labels on all disks",
        "Audit of all racks",
        "Two ways of paging",
        "Automatic failover",
    ]


def test_a_form_sent_by_mail_is_still_empty(texts: Callable[..., list[str]]) -> None:
    form = "# Postmortem template\n\n## Action items\n\n- Add an alert\n"
    mail = "Message-ID: <1@x.example>\nFrom: a@x.example\nSubject: The form\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n"
    assert texts(form) == []
    assert (
        texts(
            mail
            + "Content-Type: text/html\n\n<h1>Postmortem template</h1><h2>Action items</h2><ul><li>Add an alert</ul>",
            "a.eml",
        )
        == []
    )
    assert texts(mail + "\nDisk full\n\nAction items\n\n- Add an alert\n", "a.eml") == ["Add an alert"]
