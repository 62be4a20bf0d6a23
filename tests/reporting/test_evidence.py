"""The exported history: what it tells, and that its chain cannot be bent unnoticed."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.ledger import Event, EventKind
from followthrough.reporting.evidence import FIRST, hash_of, lines

CHECKOUT = Path(__file__).resolve().parents[2]
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
EVENT = Event(
    kind=EventKind.STATE,
    item="a",
    occurred_at=START,
    seen_at=START,
    run="20261120-1",
    command="run",
    data={"from": "open", "to": "done"},
)
WORDS = st.text(st.characters(codec="utf-8"), max_size=8)
EVENTS = st.lists(
    st.builds(
        lambda kind, item, days, words: replace(
            EVENT,
            kind=kind,
            item=item,
            seen_at=START + timedelta(days=days),
            data={"from": words, "to": words},
        ),
        st.sampled_from(EventKind),
        st.sampled_from("abc"),
        st.integers(0, 5),
        WORDS,
    ),
    max_size=8,
)


def told(events: Iterable[Event], since: date | None = None, hidden: str = "") -> list[str]:
    return list(lines(events, since=since, zone=UTC, hidden=lambda item: item in hidden.split()))


@pytest.fixture(scope="module")
def verify(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], tuple[int, str]]:
    """The command of the documentation."""
    page = (CHECKOUT / "docs" / "how-to" / "audit.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)

    def run(path: Path) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


def unbroken(found: list[str]) -> bool:
    """What the documented command asks, without a process for each case."""
    return all(json.loads(after)["previous"] == hash_of(before) for before, after in pairwise(found))


@given(EVENTS)
def test_the_chain_holds_and_begins_with_nothing(events: list[Event]) -> None:
    found = told(events)
    assert unbroken(found)
    assert [json.loads(line)["number"] for line in found] == list(range(1, len(events) + 1))
    assert not found or json.loads(found[0])["previous"] == FIRST
    assert all("\n" not in line and "\u2028" not in line.split('"data"')[0] for line in found)


@given(EVENTS.filter(lambda events: len(events) > 2), st.data())
def test_whatever_is_done_to_a_line_in_the_middle_shows(events: list[Event], data: st.DataObject) -> None:
    found = told(events)
    at = data.draw(st.integers(0, len(found) - 2))
    changed = json.dumps({**json.loads(found[at]), "run": "20990101-1"}, sort_keys=True)
    assert not unbroken([*found[:at], changed, *found[at + 1 :]])
    if at:
        assert not unbroken([*found[:at], *found[at + 1 :]])
    assert not unbroken([*found[: at + 1], found[at], *found[at + 1 :]])


@given(EVENTS, st.integers(0, 6))
def test_a_part_holds_the_lines_of_the_whole(events: list[Event], days: int) -> None:
    since = (START + timedelta(days=days)).date()
    part = told(events, since)
    assert part == [line for line in told(events) if json.loads(line)["seen_at"][:10] >= since.isoformat()]
    assert told([*events, EVENT])[: len(events)] == told(events)  # what is added changes nothing before it


def test_words_of_a_document_are_told_as_a_hash_and_of_confidential_ones_nothing() -> None:
    retitled = replace(EVENT, kind=EventKind.RETITLED, data={"from": "Old words", "to": "New words"})
    accepted = replace(EVENT, kind=EventKind.ACCEPTED, item="b", data={"reason": "Known risk", "by": "Ada"})
    plain = [json.loads(line) for line in told([retitled, accepted])]
    assert plain[0]["data"]["to"] == f"sha256:{hashlib.sha256(b'New words').hexdigest()}"
    assert plain[1]["data"]["reason"] == "Known risk"
    closed = "".join(told([retitled, accepted], hidden="a b"))
    assert "words" not in closed
    assert "Known risk" not in closed
    assert closed.count('"confidential": true') == 2


# --- the command


@pytest.fixture
def used(shop: Any, postmortem: str) -> Any:
    """A ledger with a day behind it: filed by hand, closed, synced by a nightly run, accepted."""
    shop.write("followthrough.toml", 'documents = ["*.md"]\nnamespace = "example"\n')
    shop.write("queue.md", postmortem)
    shop.write(
        "secret.md",
        postmortem.replace("# Post", "---\nconfidential: true\n---\n# Post").replace("queue", "vault"),
    )
    shop.ok("file", "queue.md", "--yes")
    shop.ok("local", "close", "FT-1")
    shop.ok("run")
    return shop


def test_it_tells_run_account_command_plan_and_confirmation(used: Any, verify: Any, tmp_path: Path) -> None:
    result = used.ok("report", "--evidence")
    records = [json.loads(line) for line in result.out.splitlines()]
    filed = [one for one in records if one["kind"] == "filed"]
    assert len(filed) == 6
    assert {(one["command"], one["confirmation"]) for one in filed} == {("file", "yes")}
    assert all(
        re.fullmatch(r"[0-9a-f]{16}", one["plan_hash"]) and one["account"].count("@") == 1 for one in filed
    )
    (closed,) = [one for one in records if one["kind"] == "state"]
    assert (closed["command"], closed["confirmation"], closed["data"]["to"]) == ("run", None, "done")
    assert "confirmation" not in closed["data"]
    path = tmp_path / "evidence.jsonl"
    path.write_text(result.out, encoding="utf-8")
    last = hash_of(result.out.splitlines()[-1])
    assert verify(path) == (0, f"unbroken, the last line's SHA-256 is {last}\n")
    assert last in result.err
    path.write_text(result.out.replace('"filed"', '"adopted"', 1), encoding="utf-8")
    assert verify(path) == (1, "broken before number 2\n")
    page = (CHECKOUT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    section = page.partition("## followthrough.evidence/1")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(records[0])


def test_it_writes_a_file_shows_a_part_and_refuses_what_would_bend_it(used: Any) -> None:
    whole = used.ok("report", "--evidence").out
    result = used.ok("report", "--evidence", "--output", "evidence.jsonl")
    assert (used.folder / "evidence.jsonl").read_text(encoding="utf-8") == whole
    assert result.out == ""
    assert used.ok("report", "--evidence", "--since", "2999-01-01").out == ""
    for more in (["--only", "preventive"], ["--format", "json"], ["--as-of", "2026-11-01"], ["--send"]):
        result = used.run("report", "--evidence", *more)
        assert (result.code, result.out) == (2, "")
        assert "--since and --output alone" in result.err


def test_it_needs_no_ledger_and_makes_none(shop: Any) -> None:
    assert shop.ok("report", "--evidence").out == ""
    assert not (shop.folder / ".followthrough").exists()
