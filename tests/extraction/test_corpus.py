"""How well it reads other people's postmortems, measured where the corpus is present.

The floors are what was reached; raise them with every improvement.
"""

from __future__ import annotations

import importlib.util
import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from followthrough.documents import Unreadable, parse
from followthrough.extraction import extract

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FORMATS = ("markdown", "text", "html", "docx", "asciidoc", "mediawiki")
PRECISION, RECALL = 0.985, 0.975
FIELDS = {"owner": 1.0, "priority": 1.0, "due found": 1.0, "tickets": 0.95, "done": 0.98, "stated kind": 1.0}
INVENTED = 0

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")


@pytest.fixture(scope="module")
def scored() -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("score", CORPUS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    hits = misses = false = 0
    wrong_negatives = []
    fields: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for raw in (CORPUS / "index.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(raw)
        if row["format"] not in FORMATS:
            continue
        found = predictions(CORPUS / row["file"])
        pairs = score.pair(row["gold"], found, 3 if row["format"] == "docx" else 1)
        matched = {gold for gold, _ in pairs}
        counted = [(gold, item) for gold, item in pairs if not row["gold"][gold].get("optional")]
        wanted = [gold for gold, want in enumerate(row["gold"]) if not want.get("optional")]
        hits += len(counted)
        misses += sum(gold not in matched for gold in wanted)
        false += len(found) - len(pairs)
        if not wanted and len(found) > len(pairs):
            wrong_negatives.append(row["file"])
        for gold, item in counted:
            score.field_hits(row["gold"][gold], found[item], fields)
    return {
        "precision": hits / (hits + false),
        "recall": hits / (hits + misses),
        "negatives": wrong_negatives,
        "fields": fields,
    }


def predictions(path: Path) -> list[dict[str, Any]]:
    try:
        document = parse(path.read_bytes(), path.name)
    except Unreadable:
        return []
    return [
        {
            "text": item.text,
            "line": item.line,
            "owner": item.owner,
            "due": item.due,
            "priority": item.priority,
            "done": item.done,
            "tickets": [str(reference) for reference in item.references],
            "kind": item.kind.value if item.kind is not None and item.kind_stated else None,
        }
        for item in extract(document, today=date(2026, 11, 20)).items
    ]


def test_precision_and_recall(scored: dict[str, Any]) -> None:
    assert scored["precision"] >= PRECISION
    assert scored["recall"] >= RECALL


def test_no_item_in_documents_without_any(scored: dict[str, Any]) -> None:
    assert scored["negatives"] == []


@pytest.mark.parametrize("field", FIELDS)
def test_field(scored: dict[str, Any], field: str) -> None:
    right, asked = scored["fields"][field]
    assert right / asked >= FIELDS[field]


def test_hardly_anything_is_invented(scored: dict[str, Any]) -> None:
    assert (
        sum(count for name, (count, _) in scored["fields"].items() if name.endswith("invented")) <= INVENTED
    )
