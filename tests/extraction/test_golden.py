"""Documents of every shape and language, and what is read from them.

``FOLLOWTHROUGH_GOLDEN=write`` writes the expectations anew, to be read before they are committed.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from followthrough.documents import parse
from followthrough.extraction import extract
from followthrough.model import ActionItem, Postmortem

FOLDER = Path(__file__).parent / "golden"
DOCUMENTS = sorted(path for path in FOLDER.iterdir() if path.suffix != ".expected")


def line(item: ActionItem) -> str:
    facts = {
        "owner": item.owner,
        "due": item.due,
        "words": item.due_text,
        "priority": item.priority,
        "state": item.state.value if item.done is not None else None,
        "kind": item.kind.value if item.kind and item.kind_stated else None,
        "tickets": " ".join(map(str, item.references)) or None,
        "description": item.description.replace("\n", " / ") or None,
        "because": item.reason,
        "in": " > ".join(item.section),
    }
    told = [f"    {name}: {value}" for name, value in facts.items() if value is not None]
    return "\n".join([f"{item.line}-{item.end_line} {item.text}", *told])


def rendered(postmortem: Postmortem) -> str:
    incident = postmortem.incident
    names = (
        "title",
        "date",
        "start",
        "end",
        "duration",
        "severity",
        "services",
        "team",
        "authors",
        "impact",
        "root_cause",
    )
    facts = [f"{name}: {getattr(incident, name)}" for name in names if getattr(incident, name)]
    facts.append(f"status: {postmortem.status}")
    return "\n".join([*facts, "", *map(line, postmortem.items)]) + "\n"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_document(path: Path) -> None:
    found = rendered(extract(parse(path.read_bytes(), path.name), today=date(2026, 11, 20)))
    expected = path.with_name(path.name + ".expected")
    if os.environ.get("FOLLOWTHROUGH_GOLDEN") == "write":
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_spans_cover_the_words_of_their_items(path: Path) -> None:
    document = parse(path.read_bytes(), path.name)
    data = document.data
    for item in extract(document, today=date(2026, 11, 20)).items:
        source = data[item.span.start : item.span.end].decode()
        last = item.text.split()[-1].strip(".:")
        assert last in source, (item.text, source)
        if document.format not in ("docx", "email"):  # where lines are paragraphs, or stand below a head
            assert data.count(b"\n", 0, item.span.start) + 1 == item.line
        assert 0 <= item.place.block < len(document.blocks)
