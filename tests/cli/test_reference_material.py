"""The whole loop over real postmortems, where the reference material lies beside the checkout. None of it stands here."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

SUFFIXES = {".md", ".qmd", ".mdx", ".markdown", ".txt", ".rst", ".adoc", ".org"}


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _copy(path: Path, folder: Path, name: str | None = None) -> Path:
    copy = folder / (name or path.name)
    shutil.copyfile(path, copy)  # its bytes, not its protection
    return copy


@pytest.fixture
def seed(shared: Path) -> Path:
    return shared / "seed" / "postmortem.md"


def test_the_seed_holds_exactly_its_four_measures(seed: Path, shop: Any) -> None:
    source = seed.read_text(encoding="utf-8").splitlines()
    first = next(n for n, line in enumerate(source) if "Corrective and Preventative Measures" in line) + 3
    expected = [line.removeprefix("- ") for line in source[first : first + 4]]
    assert all(line.startswith("- ") for line in source[first : first + 4])
    _copy(seed, shop.folder)
    record = shop.ok("extract", "postmortem.md", "--format", "jsonl").json
    assert [item["line"] for item in record["items"]] == [first + 1 + n for n in range(4)]
    # A title may lose its full stop, nothing else.
    assert [item["text"].rstrip(".") for item in record["items"]] == [text.rstrip(".") for text in expected]
    assert all(item["state"] == "open" and item["done"] is None for item in record["items"])
    assert not any(
        item["owner"] or item["due"] or item["priority"] or item["tickets"] for item in record["items"]
    )
    incident = record["incident"]
    assert incident["title"]
    assert incident["date"] == "2023-05-12"
    assert incident["start"].startswith("2023-05-12T15:00:00")
    assert incident["end"].startswith("2023-05-12T18:00:00")
    assert incident["duration"] == 3 * 60 * 60
    assert incident["impact"].startswith("Our company's web application was down")
    assert "database connectivity problem" in incident["root_cause"]


def test_the_seed_goes_round_and_comes_back_byte_for_byte(seed: Path, shop: Any) -> None:
    document = _copy(seed, shop.folder)
    shop.ok("file", "postmortem.md")
    assert len(shop.tickets()) == 4
    before = seed.read_bytes().splitlines()
    after = document.read_bytes().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 4
    assert all(new.startswith(old) and b"#ft-" in new for old, new in changed)
    shop.ok("local", "close", "FT-1")
    shop.ok("sync")
    assert document.read_bytes().count(b", done]") == 1
    held = document.stat()
    for command in (("file", "postmortem.md"), ("sync",), ("run",)):
        shop.ok(*command)
    assert document.stat().st_mtime_ns == held.st_mtime_ns
    shop.ok("unlink", "postmortem.md")
    assert _sha(document) == _sha(seed)


@pytest.fixture
def corpus(shared: Path, shop: Any) -> dict[str, Path]:
    """Originals by the name of their writable copy."""
    found = sorted(p for p in (shared / "corpus" / "docs").iterdir() if p.suffix.lower() in SUFFIXES)
    assert len(found) > 50
    for path in found:
        _copy(path, shop.folder)
    return {path.name: path for path in found}


def test_the_corpus_goes_round_and_comes_back_byte_for_byte(corpus: dict[str, Path], shop: Any) -> None:
    names = list(corpus)
    extracted = [
        json.loads(line) for line in shop.run("extract", *names, "--format", "jsonl").out.splitlines()
    ]
    assert [record["document"] for record in extracted] == names
    filed = shop.run("file", *names, "--limit", "10000", "--format", "json")
    assert filed.code == 0, filed.err
    tickets = shop.tickets()
    done = json.loads(filed.out)
    assert len(tickets) == len(done["created"]) > 100
    assert not done["failures"]
    assert not done["refused"]
    assert not done["unknown"]
    linked = {name: (shop.folder / name).read_bytes() for name in names}
    times = {name: (shop.folder / name).stat().st_mtime_ns for name in names}
    assert sum(content.count(b"#ft-") for content in linked.values()) > len(tickets) * 0.9
    for name in names:
        before, after = corpus[name].read_bytes(), linked[name]
        kept = [line for line in after.splitlines() if b"#ft-" not in line]
        assert set(kept) <= set(before.splitlines()), f"{name}: a line without a link of ours changed"

    for command in ("file", "sync"):
        limit = ("--limit", "10000") if command == "file" else ()
        again = shop.run(command, *names, *limit)
        assert again.code == 0, again.said
        assert len(shop.tickets()) == len(tickets), command
        touched = [name for name in names if (shop.folder / name).stat().st_mtime_ns != times[name]]
        assert not touched, command
    plan = shop.run("plan", *names, "--format", "json", "--limit", "10000").json
    assert (plan["counts"]["file"], plan["counts"]["write"]) == (0, 0)

    assert shop.run("unlink", *names).code == 0
    different = [name for name in names if _sha(shop.folder / name) != _sha(corpus[name])]
    assert not different


def test_the_corpus_survives_a_day_of_work(corpus: dict[str, Path], shop: Any, nightly: bool) -> None:
    if not nightly:
        pytest.skip("the test above has shown the way there and back")
    names = list(corpus)
    shop.ok("file", *names, "--limit", "10000")
    keys = [ticket["key"] for ticket in shop.tickets()]
    shop.ok("local", "close", *keys[::3])
    shop.ok("local", "drop", *keys[1::3])
    shop.ok("sync", *names)
    written = {name: (shop.folder / name).read_bytes() for name in names}
    shop.ok("sync", *names)
    assert {name: (shop.folder / name).read_bytes() for name in names} == written
    shop.ok("local", "reopen", *keys)
    shop.ok("sync", *names)
    assert len(shop.tickets()) == len(keys)
    shop.ok("unlink", *names)
    assert not [name for name in names if _sha(shop.folder / name) != _sha(corpus[name])]
