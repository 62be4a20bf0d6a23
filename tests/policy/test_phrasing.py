from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.engine.checking import standards_of
from followthrough.policy.phrasing import VAGUE, several, vague_words
from followthrough.settings import Settings

STANDARDS = standards_of(Settings(), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("text", "description", "parts"),
    [
        ("Add an alert for the pool; raise the limit", "", ["Add an alert for the pool", "raise the limit"]),
        ("Add a canary and roll back on errors", "", ["Add a canary", "roll back on errors"]),
        ("Add a canary, update the runbook", "", ["Add a canary", "update the runbook"]),
        ("Update the runbook.", "Also train the on-call.", ["Update the runbook", "train the on-call"]),
        ("We should add a limit and then test the fallback", "", ["add a limit", "test the fallback"]),
        ("Fix the probe", "- Add a second one\n- Drop the third one", None),
    ],
)
def test_several_actions_are_told_apart(text: str, description: str, parts: list[str] | None) -> None:
    found = several(text, description, STANDARDS.is_verb)
    assert found == (parts or ["Fix the probe", "Add a second one", "Drop the third one"])


@pytest.mark.parametrize(
    "text",
    [
        "Add an alert for the pool",
        "Review and update the runbook",
        "Scope, plan, and build the new batcher",
        "Add rate limits to protect the pool and reduce load",
        "Write a test that stops the broker and starts it again",
        'Offer "squash and merge the branch" as the default',
        "Document the failover (drain the node and move the pods)",
        "Harden the deploy, to prevent half a release",
        "Add a check and make sure it pages somebody",
        "Fix the pipeline: in the builder, create the folder",
        "Alerts and dashboards for the queue",
        "Redis and Kafka upgrade",
        "",
    ],
)
def test_one_action_stays_one(text: str) -> None:
    assert several(text, "", STANDARDS.is_verb) == []


def test_what_explains_a_measure_is_no_second_one() -> None:
    text, why = "We should have alerting on failures", "We should be able to see the version."
    assert several(text, why, STANDARDS.is_verb) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Investigate the flaky probe", "investigate"),
        ("We should improve the monitoring", "improve"),
        ("Disable the feature if possible", "if possible"),
        ("Look  into the pool", "look into"),
        ("Verbessern der Überwachung", "verbessern"),
        ("Improve p99 to 200 ms", None),
        ("Publish what the team found when it had to investigate", None),
        ("Add an alert for the pool", None),
        ("", None),
    ],
)
def test_words_without_an_end_are_found(text: str, words: str | None) -> None:
    assert vague_words(text, VAGUE) == words


def test_words_of_the_settings_come_beside_those_that_ship() -> None:
    settings = Settings.model_validate({"check": {"vague": ["circle back"]}})
    standards = standards_of(settings, STANDARDS.today)
    assert vague_words("Circle back with the vendor", standards.vague) == "circle back"
    assert vague_words("Improve it", standards.vague) == "improve"


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_has_an_answer(text: str, description: str) -> None:
    found = several(text, description, STANDARDS.is_verb)
    assert len(found) != 1
    assert all(part in f"{text}\n{description}" for part in found)
    vague_words(text, VAGUE)
