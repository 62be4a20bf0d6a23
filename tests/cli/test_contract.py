"""What other programs build on: names, fields, types, exit codes, and which stream says what."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

Written = Callable[..., str]
Picture = Callable[[Path], dict[str, Any]]
Sentence = Callable[[Any], str]
Titles = Callable[[Path], list[str]]

ALERT = "Alert when the connection pool is over 90 % for five minutes"
RESTORE = "Try a restore from backup every quarter"
REACH = "only this machine can open them"

FULL = """\
---
title: Checkout down
severity: SEV-2
services: [billing, checkout]
team: Payments
authors: [Ada Lovelace, Lin]
---

# Checkout down

- Incident: INC-77
- Date: 2026-11-03
- Start: 2026-11-03 09:12 UTC
- End: 2026-11-03 11:22 UTC
- Duration: 2 h 10 min
- Impact: nobody could pay.

## Root cause

The pool had no limit.

## Action items

### Preventive

| Action | Owner | Due | Priority | Ticket | Status |
| --- | --- | --- | --- | --- | --- |
| Limit **retries** in the [client](https://code.example/client) | Ada, Lin | 2027-01-15 | P1 | OPS-12 | done |

- [ ] Rehearse the region switch – ört für ört –
  every quarter (owner: Ada)
- [x] Write a runbook, see https://tracker.example/browse/OPS-7
- [ ] Alert when the pool is full <!-- ft:ignore -->

### Detective

- Review the limits of every pool by 2027-02-01
"""


def _object(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields)}


def _list(of: Any) -> dict[str, Any]:
    return {"type": "array", "items": of}


TEXT, NUMBER, YES_NO = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
MAYBE, MAYBE_NUMBER = {"type": ["string", "null"]}, {"type": ["integer", "null"]}
DAY = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\d$"}
ID = {"type": "string", "pattern": "^[0-9a-hjkmnp-tv-z]{12}$"}
KEY = {"type": "string", "pattern": r"^FT-\d+$"}
MOMENT = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d"}
STATE = {"enum": ["open", "in_progress", "blocked", "done", "dropped"]}
KIND = {"enum": ["corrective", "preventive", "detective", "mitigative", "process", None]}
SPAN = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}

EXTRACT = _object(
    schema={"const": "followthrough.extract/1"},
    document=TEXT,
    format=TEXT,
    title=MAYBE,
    incident=_object(
        id=MAYBE,
        title=MAYBE,
        date=DAY,
        start=MOMENT,
        end=MOMENT,
        duration=MAYBE_NUMBER,
        severity={"enum": ["sev1", "sev2", "sev3", "sev4", "sev5", None]},
        services=_list(TEXT),
        team=MAYBE,
        authors=_list(TEXT),
        impact=MAYBE,
        root_cause=MAYBE,
    ),
    items=_list(
        _object(
            id=ID,
            text=TEXT,
            line=NUMBER,
            end_line=NUMBER,
            span=SPAN,
            section=_list(TEXT),
            kind=KIND,
            kind_stated=YES_NO,
            owner=MAYBE,
            owners=_list(TEXT),
            due=DAY,
            due_text=MAYBE,
            priority=MAYBE,
            state=STATE,
            done={"enum": [True, False, None]},
            tickets=_list(TEXT),
            reason={"type": "string", "minLength": 1},
        )
    ),
    warnings=_list(_object(line=NUMBER, message=TEXT)),
)
LOCAL_LIST = _object(
    schema={"const": "followthrough.local-list/1"},
    tickets=_list(
        _object(
            id=ID,
            key=KEY,
            title=TEXT,
            state=STATE,
            assignee=MAYBE,
            due=DAY,
            priority=MAYBE,
            labels=_list(TEXT),
            created=MOMENT,
            closed=MOMENT,
            updated=MOMENT,
        )
    ),
)
PLAN = _object(
    schema={"const": "followthrough.plan/1"},
    hash={"type": "string", "pattern": "^[0-9a-f]{16}$"},
    paths=_list(TEXT),
    counts=_object(
        **dict.fromkeys(("file", "later", "keep", "skip", "wait", "ask", "history", "write"), NUMBER)
    ),
    documents=_list(_object(path=TEXT, version=TEXT, items=NUMBER, read_only=MAYBE, error=MAYBE)),
    steps=_list(
        _object(action=TEXT, item=ID, path=TEXT, line=NUMBER, text=TEXT, reason=TEXT, tracker=MAYBE, due=DAY)
    ),
    writes=_list(_object(item=ID, path=TEXT, line=NUMBER, words=MAYBE, key=TEXT)),
    matters=_list(_object(code=TEXT, path=TEXT, line=NUMBER, item=ID, message=TEXT)),
)
STATUS = _object(
    schema={"const": "followthrough.status/1"},
    last_run=_object(id=TEXT, command=TEXT, started=MOMENT, finished=MOMENT, exit=NUMBER, counts={}),
    tracking={"type": "object", "additionalProperties": NUMBER},
    matters=_list(_object(code=TEXT, path=TEXT, line=NUMBER, message=TEXT)),
    waiting=_list(_object(item=ID, path=TEXT, line=NUMBER, reason=TEXT, retry_at=MOMENT)),
    asks=_list(_object(item=ID, path=TEXT, line=NUMBER, reason=TEXT)),
)
REPORT = _object(
    schema={"const": "followthrough.report/1"},
    as_of=DAY,
    **dict.fromkeys(("tracked", "outstanding", "late", "done", "dropped", "unowned", "undated"), NUMBER),
    items=_list({"type": "object"}),
)


# --- extract ---------------------------------------------------------------------------------------


def test_extract_gives_every_field_of_every_item(shop: Any) -> None:
    shop.write("full.md", FULL)
    result = shop.ok("extract", "full.md", "--format", "jsonl")
    assert result.out.count("\n") == 1
    record = result.json
    jsonschema.validate(record, EXTRACT)
    assert record["document"] == "full.md"
    assert record["format"] == "markdown"
    assert record["title"] == "Checkout down"
    assert record["incident"] == {
        "id": "INC-77",
        "title": "Checkout down",
        "date": "2026-11-03",
        "start": "2026-11-03T09:12:00+00:00",
        "end": "2026-11-03T11:22:00+00:00",
        "duration": 7800,
        "severity": "sev2",
        "services": ["billing", "checkout"],
        "team": "Payments",
        "authors": ["Ada Lovelace", "Lin"],
        "impact": "nobody could pay.",
        "root_cause": "The pool had no limit.",
    }
    table, wrapped, ticked, dated = record["items"]
    expected = {
        "text": "Limit retries in the client",
        "line": 28,
        "end_line": 28,
        "section": ["Checkout down", "Action items", "Preventive"],
        "kind": "preventive",
        "kind_stated": True,
        "owner": "Ada, Lin",
        "owners": ["Ada", "Lin"],
        "due": "2027-01-15",
        "due_text": "2027-01-15",
        "priority": "P1",
        "state": "done",
        "done": True,
        "tickets": ["OPS-12"],
    }
    assert {name: table[name] for name in expected} == expected
    assert wrapped["text"].startswith("Rehearse the region switch – ört für ört –")
    assert (wrapped["line"], wrapped["end_line"]) == (30, 31)
    assert (wrapped["owner"], wrapped["done"], wrapped["state"]) == ("Ada", False, "open")
    assert (ticked["done"], ticked["state"]) == (True, "done")
    assert ticked["tickets"] == ["https://tracker.example/browse/OPS-7"]
    assert (dated["kind"], dated["kind_stated"]) == ("detective", True)
    assert (dated["due"], dated["done"]) == ("2027-02-01", None)
    assert dated["text"] == "Review the limits of every pool"


def test_spans_are_bytes_of_the_document(shop: Any) -> None:
    data = ("﻿" + FULL.replace("\n", "\r\n")).encode()
    shop.write("full.md", data)
    record = shop.ok("extract", "full.md", "--format", "jsonl").json
    jsonschema.validate(record, EXTRACT)
    for item, words in zip(
        record["items"], ("Limit **retries**", "Rehearse", "Write", "Review"), strict=True
    ):
        start, end = item["span"]
        assert words in data[start:end].decode()[: len("[ ] ") + len(words)]
        assert data[:start].count(b"\n") + 1 == item["line"]
        assert data[: end - 1].count(b"\n") + 1 == item["end_line"]


def test_ids_stay_when_a_document_is_filed(shop: Any) -> None:
    shop.write("followthrough.toml", 'namespace = "ids"\n')
    shop.write("full.md", FULL)
    before = [item["id"] for item in shop.ok("extract", "full.md", "--format", "jsonl").json["items"]]
    planned = [step["item"] for step in shop.ok("plan", "full.md", "--format", "json").json["steps"]]
    shop.ok("file", "full.md")
    record = shop.ok("extract", "full.md", "--format", "jsonl").json
    assert [item["id"] for item in record["items"]] == before == planned
    assert {ticket["id"] for ticket in shop.tickets()} <= set(before)
    assert "FT-1" not in "".join(item["text"] for item in record["items"]), "our link is none of its words"


def test_several_documents_are_a_line_each(shop: Any, written: Written) -> None:
    shop.write("a.md", written(ALERT))
    shop.write("b.md", b"\x00")
    shop.write("c.txt", "Action items:\n\n- Add an alert for the cache\n")
    result = shop.run("extract", "a.md", "b.md", "c.txt", "--format", "jsonl")
    assert result.code == 3
    a, b, c = [json.loads(line) for line in result.out.splitlines()]
    assert [a["document"], b["document"], c["document"]] == ["a.md", "b.md", "c.txt"]
    assert b["items"] == []
    assert b["error"]
    assert c["format"] == "text"
    jsonschema.validate(a, EXTRACT)
    jsonschema.validate(c, EXTRACT)
    assert [len(record["items"]) for record in (a, b, c)] == [1, 0, 1]


def test_standard_input_is_a_document(shop: Any) -> None:
    shop.write("full.md", FULL)
    named = shop.ok("extract", "full.md", "--format", "jsonl").json
    record = shop.run("extract", "-", "--format", "jsonl", stdin=FULL.encode()).json
    assert record["document"] == "-"
    jsonschema.validate(record, EXTRACT)
    fields = ("text", "line", "span", "owner", "due", "done", "tickets")
    assert [[item[f] for f in fields] for item in record["items"]] == [
        [item[f] for f in fields] for item in named["items"]
    ]
    both = shop.run("extract", "-", "full.md", "--format", "jsonl", stdin=FULL.encode())
    assert sorted(json.loads(line)["document"] for line in both.out.splitlines()) == ["-", "full.md"]
    assert shop.run("extract", "-", stdin=b"\x00\x01").code == 3
    assert shop.run("extract", "-", stdin=b"").code == 0
    wiki = shop.run("extract", "-", "--format", "json", stdin=b"{{Box}}\n== Action items ==\n* Pin it\n").json
    assert [(each["format"], len(each["items"])) for each in wiki["documents"]] == [("mediawiki", 1)]


def test_explain_says_why(shop: Any) -> None:
    shop.write("full.md", FULL)
    plain, explained = shop.ok("extract", "full.md").out, shop.ok("extract", "full.md", "--explain").out
    assert explained.startswith("\n".join(plain.splitlines()[:2]))
    assert "Alert when the pool is full   (a comment says so (ft:ignore))" in explained
    assert 'table with the column "Action"' in explained


# --- the other commands ----------------------------------------------------------------------------


def test_every_json_names_its_schema(shop: Any, written: Written) -> None:
    shop.write("pm.md", written(ALERT, RESTORE))
    for command in (
        "extract pm.md",
        "plan pm.md",
        "file pm.md",
        "sync",
        "run",
        "status",
        "local list",
        "local show FT-1",
    ):
        for form in ("json", "jsonl"):
            result = shop.run(*command.split(), "--format", form)
            assert result.code == 0, (command, result.said)
            lines = result.out.splitlines() if form == "jsonl" else [result.out]
            assert lines, command
            for line in lines:
                record = json.loads(line)
                if command != "local list":  # its lines are tickets
                    assert re.fullmatch(r"followthrough\.[a-z-]+/1", record["schema"]), command
    assert shop.ok("report", "--format", "json").json["schema"] == "followthrough.report/1"


def test_the_fields_of_plan_status_list_and_report(shop: Any) -> None:
    shop.write("full.md", FULL)
    plan = shop.ok("plan", "full.md", "--format", "json").json
    jsonschema.validate(plan, PLAN)
    assert plan["paths"] == ["full.md"]
    assert [(s["action"], s["line"]) for s in plan["steps"]] == [
        ("skip", 28),
        ("file", 30),
        ("skip", 32),
        ("file", 37),
    ]
    assert plan["steps"][3]["due"] == "2027-02-01"
    assert plan["steps"][1]["tracker"] == "local"
    shop.ok("file", "full.md")
    shop.ok("local", "close", "FT-1")
    shop.ok("sync")
    jsonschema.validate(shop.ok("plan", "full.md", "--format", "json").json, PLAN)
    listed = shop.ok("local", "list", "--format", "json").json
    jsonschema.validate(listed, LOCAL_LIST)
    first, second = listed["tickets"]
    assert (first["key"], first["state"], first["assignee"]) == ("FT-1", "done", "Ada")
    assert first["closed"]
    assert (second["due"], second["state"], second["closed"]) == ("2027-02-01", "open", None)
    status = shop.ok("status", "--format", "json").json
    jsonschema.validate(status, STATUS)
    assert status["last_run"]["command"] == "sync"
    assert status["tracking"] == {"done": 1, "open": 1}
    report = shop.ok("report", "--format", "json").json
    jsonschema.validate(report, REPORT)
    assert (report["tracked"], report["outstanding"], report["done"], report["late"]) == (2, 1, 1, 0)
    late = shop.ok("report", "--format", "json", "--as-of", "2027-02-11").json
    assert (late["as_of"], late["late"]) == ("2027-02-11", 1)
    assert late["items"][0]["days_late"] == 10


def test_a_tick_by_hand_is_told_with_its_fields(shop: Any, written: Written) -> None:
    document = shop.write("pm.md", written(f"[ ] {ALERT}"))
    shop.ok("file", "pm.md")
    document.write_text(document.read_text().replace("[ ]", "[x]"))
    result = shop.ok("sync", "--format", "json")
    (matter,) = result.json["matters"]
    assert (matter["code"], matter["path"], matter["line"]) == ("ticked-by-hand", "pm.md", 8)
    assert "[x]" in document.read_text(), "the tick stays"
    assert shop.run("sync", "--strict").code == 4
    status = shop.ok("status", "--format", "json").json
    jsonschema.validate(status, STATUS)
    assert status["matters"][0]["code"] == "ticked-by-hand"
    shop.ok("local", "close", "FT-1")
    shop.ok("sync", "--strict")
    assert "[FT-1, done]" in document.read_text()


def test_a_saved_plan_is_what_plan_prints_and_file_carries_out(
    shop: Any, written: Written, titles: Titles
) -> None:
    shop.write("pm.md", written(ALERT, RESTORE))
    printed = shop.ok("plan", "pm.md", "--format", "json").json
    result = shop.ok("plan", "pm.md", "-o", "plan.json")
    assert "file --plan plan.json" in result.out
    saved = json.loads((shop.folder / "plan.json").read_text())
    assert {name: saved[name] for name in printed} == printed
    assert not (shop.folder / ".followthrough").exists()
    result = shop.ok("file", "--plan", "plan.json")
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
    assert "Filed 2" in result.out


def test_exit_codes_of_a_day(shop: Any, written: Written) -> None:
    document = shop.write("pm.md", written(f"[ ] {ALERT}"))
    codes = {
        "plan": shop.run("plan", "pm.md").code,
        "plan with changes": shop.run("plan", "pm.md", "--detailed-exitcode").code,
        "file": shop.run("file", "pm.md").code,
        "plan without": shop.run("plan", "pm.md", "--detailed-exitcode").code,
    }
    shop.ok("local", "close", "FT-1")
    codes["plan with a status"] = shop.run("plan", "pm.md", "--detailed-exitcode").code
    shop.write("bad.md", b"\x00")
    codes["some failed"] = shop.run("sync", "pm.md", "bad.md").code
    document.write_text(document.read_text().replace("[x]", "[ ]"))
    codes["standing"] = shop.run("sync").code
    codes["standing, strict"] = shop.run("sync", "--strict").code
    codes["worst"] = shop.run("sync", "--strict", "pm.md", "bad.md").code
    codes["unreadable plan"] = shop.run("plan", "bad.md", "--detailed-exitcode").code
    assert codes == {
        "plan": 0,
        "plan with changes": 6,
        "file": 0,
        "plan without": 0,
        "plan with a status": 6,
        "some failed": 3,
        "standing": 0,
        "standing, strict": 4,
        "worst": 4,
        "unreadable plan": 3,
    }


def test_data_goes_to_standard_output_and_talk_to_standard_error(shop: Any, written: Written) -> None:
    shop.write("pm.md", written(ALERT))
    filed = shop.ok("file", "pm.md", "--format", "json")
    assert json.loads(filed.out)["created"][0]["key"] == "FT-1"
    assert filed.err.count(REACH) == 1
    assert not shop.ok("plan", "pm.md", "--format", "json").err
    assert shop.ok("report", "-o", "report.md", "--format", "markdown").out == ""
    assert "| FT-1 |" in (shop.folder / "report.md").read_text()
    failed = shop.run("extract", "missing.md", "--format", "json")
    assert (failed.code, failed.out) == (2, "")


def test_messages_as_json(shop: Any, written: Written) -> None:
    shop.write("pm.md", written(ALERT))
    result = shop.ok("--log-format", "json", "file", "pm.md")
    messages = [json.loads(line) for line in result.err.splitlines()]
    assert REACH in messages[0]["message"]
    failed = shop.run("--log-format", "json", "plan", "missing.md")
    assert "missing.md" in json.loads(failed.err)["message"]


def test_version_and_help(shop: Any) -> None:
    for arguments in (["--version"], ["--log-format", "json", "--version"]):
        result = shop.ok(*arguments)
        assert re.fullmatch(r"followthrough \d+\.\d+\.\d+\S*\n", result.out)
        assert not result.err
    result = shop.program("--version")
    assert result.code == 0
    assert result.out.startswith("followthrough ")
    for command in ("extract", "plan", "file", "sync", "run", "status", "report", "unlink", "local"):
        assert f"  {command} " in shop.ok("--help").out
        assert "Usage: followthrough" in shop.ok(command, "--help").out


@pytest.mark.parametrize(
    ("shell", "word"), [("bash", "complete "), ("zsh", "compdef"), ("fish", "complete --command")]
)
def test_completion_scripts(shell: str, word: str, shop: Any, tmp_path: Path) -> None:
    shop.environ = {**shop.environ, "_FOLLOWTHROUGH_COMPLETE": f"source_{shell}"}
    result = shop.program()
    assert result.code == 0
    assert word in result.out
    assert "followthrough" in result.out
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(result.out)
        subprocess.run([shell, "-n", str(script)], check=True)


def test_a_reader_that_leaves_early_is_no_error(shop: Any, written: Written) -> None:
    shop.write("pm.md", written(*[f"Add alert number {number} to the queue" for number in range(3000)]))
    reading, writing = os.pipe()
    os.close(reading)
    try:
        from_pipe = subprocess.run(
            [str(Path(sys.executable).with_name("followthrough")), "extract", "pm.md", "--format", "jsonl"],
            cwd=shop.folder,
            env=dict(shop.environ),
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert from_pipe.stderr == ""
    assert from_pipe.returncode in (0, 141)


# --- zero configuration ----------------------------------------------------------------------------


def test_zero_configuration_says_first_who_can_open_the_tickets(shop: Any, written: Written) -> None:
    document = shop.write("pm.md", written(ALERT))
    result = shop.program("file", "pm.md")
    assert result.code == 0
    assert REACH in result.err.splitlines()[0]
    assert result.out.splitlines()[0].startswith("FT-1")
    assert "[FT-1, open](#ft-" in document.read_text()
    state = shop.folder / ".followthrough"
    assert state.stat().st_mode & 0o777 == 0o700
    assert (state / ".gitignore").read_text() == "*\n"


def test_documents_outside_get_a_root_of_their_own(new_shop: Callable[[str], Any], written: Written) -> None:
    work, plain, checkout = new_shop("work"), new_shop("plain"), new_shop("checkout")
    (checkout.folder / ".git").mkdir()
    one = plain.write("deep/pm.md", written(ALERT))
    two = checkout.write("docs/pms/pm.md", written(RESTORE))
    assert work.run("file", str(one), str(two)).code == 0
    assert not list(work.folder.iterdir())
    assert (plain.folder / "deep" / ".followthrough" / "ledger.db").exists(), "its folder"
    assert (checkout.folder / ".followthrough" / "ledger.db").exists(), "its work tree"
    assert [t["title"] for t in checkout.run("local", "list", "--format", "json").json["tickets"]] == [
        RESTORE
    ]
    inside = checkout.run("file", "pm.md", cwd=two.parent)
    assert "Filed 0" in inside.out, "the same root from wherever it is asked"
    from_root = checkout.run("plan", "docs/pms/pm.md", "--format", "json").json
    assert from_root["documents"][0]["path"] == "docs/pms/pm.md"
    assert from_root["counts"]["keep"] == 1


def test_the_current_folder_s_work_tree_is_the_root(shop: Any, written: Written) -> None:
    (shop.folder / ".git").mkdir()
    document = shop.write("docs/pm.md", written(ALERT))
    assert shop.run("file", "pm.md", cwd=document.parent).code == 0
    assert (shop.folder / ".followthrough" / "ledger.db").exists()
    assert not (document.parent / ".followthrough").exists()
    assert shop.run("sync", cwd=document.parent).code == 0
    result = shop.run("file", "--item", "pm.md:8", cwd=document.parent)
    assert result.code == 0, "PATH:LINE counts from the current folder"


def test_first_run_files_ten_and_says_what_waits(shop: Any, written: Written, titles: Titles) -> None:
    shop.write("pm.md", written(*[f"Add alert number {number} to the queue" for number in range(14)]))
    plan = shop.ok("plan", "pm.md")
    assert "at most 10 issues" in plan.out
    result = shop.ok("file", "pm.md")
    assert "Filed 10" in result.out
    assert "4 more wait" in result.out
    shop.ok("file", "pm.md")
    assert len(titles(shop.folder)) == 14


def test_documents_of_the_settings_are_meant_where_none_is_named(
    shop: Any, written: Written, titles: Titles
) -> None:
    shop.write("followthrough.toml", 'documents = ["pms/**/*.md"]\nsince = "2026-10-01"\n')
    shop.write("pms/new.md", written(ALERT))
    shop.write("pms/old/old.md", written(RESTORE).replace("2026-11-03", "2026-01-03"))
    shop.write("pms/README.md", written("Read this first"))
    shop.write("other.md", written("Leave this alone"))
    plan = shop.ok("plan", "--format", "json").json
    assert (plan["counts"]["file"], plan["counts"]["history"]) == (1, 1)
    shop.ok("run")
    assert titles(shop.folder) == [ALERT]
    shop.ok("file", "pms/old/old.md")
    assert titles(shop.folder) == sorted([ALERT, RESTORE]), "a document named by hand is always in"


def test_one_item_by_name_and_kinds(shop: Any, titles: Titles) -> None:
    shop.write("full.md", FULL)
    shop.ok("file", "--item", "full.md:37")
    assert titles(shop.folder) == ["Review the limits of every pool"]
    id = shop.ok("extract", "full.md", "--format", "jsonl").json["items"][1]["id"]
    shop.ok("file", "full.md", "--item", id)
    assert len(titles(shop.folder)) == 2
    shop.write("b.md", FULL)
    assert "Filed 0" in shop.ok("file", "b.md", "--kind", "mitigative").out
    assert "Filed 1" in shop.ok("file", "b.md", "--kind", "preventive").out
    assert "Filed 1" in shop.ok("file", "b.md", "--kind", "preventive", "--kind", "detective").out
    assert len(titles(shop.folder)) == 4
