"""What stands among measures and is none: facts by the dozen, commands, advice, checks, blank fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.documents import parse
from followthrough.extraction.explaining import passed_over

Texts = Callable[..., list[str]]
HEAD = "# Search index lost\n\n## Follow-up\n\n"
FACTS = (
    "The index had 40 shards",
    "12 of them were on one node",
    "Node 7 ran out of memory",
    "The heap was 30 GB",
    "GC took 14 s",
    "The coordinator dropped node 7",
    "Replicas were disabled since March",
    "The snapshot of Sunday was complete",
    "The restore took 4 h",
    "The queue held 200,000 messages",
    "Two consumers were stuck",
)


def bullets(*lines: str) -> str:
    return "".join(f"- {line}\n" for line in lines)


def test_of_a_long_list_of_facts_only_what_calls_for_work_counts(texts: Texts) -> None:
    assert texts(HEAD + bullets(*FACTS, "Enable replicas again")) == ["Enable replicas again"]


def test_a_long_list_of_work_is_kept_whole(texts: Texts) -> None:
    works = [f"Add a test for shard {number}" for number in range(12)]
    assert texts(HEAD + bullets(*works, "The dashboard of the index")) == [
        *works,
        "The dashboard of the index",
    ]
    done = [f"Shard {number} moved to another node" for number in range(12)]
    assert texts(HEAD + bullets(*done)) == done


@pytest.mark.parametrize("title", ["Findings", "Observations", "Befunde", "Hallazgos", "Constats", "Achados"])
def test_findings_among_measures_are_none(texts: Texts, title: str) -> None:
    assert texts(f"{HEAD}{title}:\n\n{bullets('Heap above 80 %', 'No replicas')}") == []


def test_commands_are_no_measures(texts: Texts, today: date) -> None:
    document = HEAD + bullets("`df -h`", "`systemctl restart search`", "Add `df` to the runbook")
    assert texts(document) == ["Add df to the runbook"]
    passed = passed_over(parse(document.encode(), "incident.md"), today=today)
    assert [one.reason for one in passed] == ["is nothing but code"] * 2


@pytest.mark.parametrize(
    "advice",
    [
        "Make sure you upgrade your client.",
        "Users should rotate their keys.",
        "Remember to check your logs.",
        "Bitte aktualisieren Sie den Client.",
        "Asegúrese de actualizar el cliente.",
        "Assurez-vous de mettre à jour le client.",
        "Certifique-se de atualizar o cliente.",
    ],
)
def test_advice_to_readers_is_none(texts: Texts, advice: str) -> None:
    assert texts(HEAD + bullets(advice, "Add a test for old keys")) == ["Add a test for old keys"]


@pytest.mark.parametrize("title", ["How to upgrade", "Cómo actualizar", "Anleitung", "Comment mettre à jour"])
def test_below_next_steps_a_heading_tells_how_something_is_done(texts: Texts, title: str) -> None:
    body = f"- Add a test for old keys\n\n### {title}\n\n1. Stop the client\n2. Install version 2\n"
    assert texts(HEAD + body) == ["Add a test for old keys"]


def test_a_heading_that_asks_how_it_is_prevented_opens_measures(texts: Texts) -> None:
    assert texts("# Disk full\n\n## How to prevent this\n\n- Add a second disk\n") == ["Add a second disk"]


@pytest.mark.parametrize("column", ["Command", "Expected result", "Befehl", "Comando", "Commande"])
def test_a_table_of_checks_is_none_of_measures(texts: Texts, column: str) -> None:
    table = f"| # | Check | {column} |\n|---|---|---|\n| 1 | Is the node up? | `curl node` |\n"
    more = "\n| Action | Owner |\n|---|---|\n| Enable replicas again | Tom |\n"
    assert texts(HEAD + table + more) == ["Enable replicas again"]


def test_beside_lessons_a_column_of_recommendations_holds_measures(texts: Texts) -> None:
    table = (
        "# Disk full\n\n## Lessons learned\n\n| Lesson | Recommendation |\n|---|---|\n"
        "| Nobody knew the limit | Document the limit in the handbook |\n"
    )
    assert texts(table) == ["Document the limit in the handbook"]
    assert texts(table + "\n## Action items\n\n- Add a second disk\n") == ["Add a second disk"]


@pytest.mark.parametrize("column", ["What we will do", "Recommendation", "Action"])
def test_what_was_learned_is_not_the_measure_of_its_row(texts: Texts, column: str) -> None:
    table = (
        f"| What we learned | {column} | Owner |\n|---|---|---|\n| Nobody knew it | Write it down | Mia |\n"
    )
    assert texts(f"# Disk full\n\n## Lessons learned\n\n{table}") == ["Write it down"]


def test_a_form_without_its_day_is_not_filled_in(texts: Texts) -> None:
    form = "# Incident\n\nTitle: [short title]\nDate: {day}\nLead: [name]\nTeam: [name of the team]\n\n"
    actions = "## Corrective actions\n\n- Short-term (rollback)\n- Long-term (tests)\n"
    assert texts(form.format(day="[date of the incident]") + actions) == []
    assert texts(form.format(day="YYYY-MM-DD") + actions) == []
    assert texts(form.format(day="2026-05-03") + actions) == ["Short-term (rollback)", "Long-term (tests)"]


@pytest.mark.parametrize(
    "title",
    [
        "Recommendations for users",
        "Recomendaciones para los usuarios",
        "Recommandations pour nos clients",
        "Recomendações para os clientes",
        "Empfehlungen für alle Nutzer",
    ],
)
def test_recommendations_for_readers_are_none(texts: Texts, title: str) -> None:
    assert texts(f"# Disk full\n\n## {title}\n\n- Delete old files\n") == []


def test_what_its_writers_only_watch_is_none(texts: Texts) -> None:
    assert texts(HEAD + "Search has been fast since. We are watching it.\n") == []


@pytest.mark.parametrize(
    "line",
    ["We will move the mail. This will be done by the end of June.", "We will move the mail. It will be."],
)
def test_what_only_points_at_another_sentence_is_none(texts: Texts, line: str) -> None:
    assert texts(f"{HEAD}{line}\n") == ["We will move the mail."]


def test_the_parts_of_a_report_are_no_measures(texts: Callable[..., list[str]]) -> None:
    text = "# Writing reports\n\nA good report has:\n\n- **Timeline:** what happened when\n- **Action items:** {}\n"
    assert texts(text.format("identified actions and who does them")) == []
    assert texts(text.format("add a second disk")) == ["add a second disk"]
