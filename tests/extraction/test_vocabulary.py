"""The words are data, and an organisation may add its own."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

import followthrough.extraction
from followthrough.documents import parse
from followthrough.extraction import Vocabulary, extract
from followthrough.extraction.vocabulary import Fact, Label, Role

WORDS = Path(followthrough.extraction.__file__).parent / "words"
FILES = sorted(WORDS.glob("*.toml"))
TABLES = {
    "headings",
    "kinds",
    "kind_words",
    "labels",
    "states",
    "priorities",
    "severities",
    "incident",
    "words",
    "dates",
}


def test_all_languages_are_there() -> None:
    assert {path.stem for path in FILES} == {
        *("de", "en", "es", "fr", "it", "ja", "ko", "nl", "pt", "ru", "vi", "zh"),
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_list_is_one_that_is_read(path: Path) -> None:
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    assert lists.keys() <= TABLES
    assert lists["headings"].keys() <= {role.value for role in Role} | {
        "heading_nouns",
        "heading_modifiers",
        "heading_vetoes",
        "heading_manuals",
        "heading_to",
        "heading_between",
        "heading_endings",
        "heading_acts",
        "heading_fillers",
        "heading_alone",
        "heading_readers",
        "heading_rejected",
        "heading_urgent",
        "heading_past",
        "heading_pointers",
        "heading_details",
        "heading_reasons",
        "heading_done",
        "ambiguous",
        "follow_ups",
        "incident_tasks",
    }
    assert lists["labels"].keys() <= {label.value for label in Label} | {
        "inline",
        "remedies",
        "problems",
        "anything",
        "calls",
        "leading",
    }
    assert lists["incident"].keys() <= {fact.value for fact in Fact} | {
        "report_status",
        "incident_status",
        "people_sections",
        "people_labels",
        "departments",
        "groups",
    }


def test_own_words(vocabulary: Vocabulary) -> None:
    own = vocabulary.extended({"headings": {"measures": ["penance"]}, "states": {"done": ["atoned"]}})
    document = parse(b"# Down\n\n## Penance\n\n- Add a disk (atoned)\n- Watch it\n", "a.md")
    found = extract(document, today=date(2026, 11, 20), vocabulary=own).items
    assert [(item.text, item.done) for item in found] == [("Add a disk", True), ("Watch it", None)]
    assert extract(document, today=date(2026, 11, 20)).items == ()


def test_own_words_win_over_those_that_ship(vocabulary: Vocabulary) -> None:
    own = vocabulary.extended({"headings": {"timeline": ["Follow-up"]}})
    document = parse(b"# Down\n\n## Follow-up\n\n- Add a disk\n", "a.md")
    assert len(extract(document, today=date(2026, 11, 20)).items) == 1
    assert extract(document, today=date(2026, 11, 20), vocabulary=own).items == ()
