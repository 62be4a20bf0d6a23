from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from followthrough.connector import Change, Draft, Inline, Paragraph, State
from followthrough_local import plugin
from followthrough_local.commands import app
from followthrough_local.settings import LocalSettings


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


class Tracker:
    """The embedded tracker of a folder, driven as a person drives it: it is its commands' context."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = self.outside = Clock()
        self.scopes = {"local": LocalSettings(path=root / "tracker.db")}

    def run(self, *words: str, code: int = 0) -> str:
        """What the command prints: data if it succeeds, else the sentence."""
        result = CliRunner().invoke(app, list(words), obj=self)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        assert not (code and result.stdout)
        return result.stderr if code else result.stdout

    def settings(self, kind: str) -> Mapping[str, Any]:
        assert kind == "local"
        return self.scopes

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--format", "json"))

    def create(self, *titles: str, scope: str = "local", **fields: Any) -> None:
        with plugin.connect(self.scopes[scope], self.clock) as connector:
            for number, title in enumerate(titles, len(connector.owned()) + 1):
                body = (
                    Paragraph((Inline("Promised in "), Inline("a postmortem", href="https://a.example/p"))),
                )
                connector.create(
                    [Draft(id=f"id{number}", document="pm.md", title=title, body=body, **fields)]
                )

    def states(self) -> list[str]:
        return [ticket["state"] for ticket in self.json("list")["tickets"]]


@pytest.fixture(autouse=True)
def _person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "robin")


@pytest.fixture
def tracker(tmp_path: Path) -> Tracker:
    tracker = Tracker(tmp_path)
    tracker.create("Alert on the pool", due=date(2026, 12, 1), labels=("postmortem",), priority="P1")
    tracker.create("Try a restore", assignee="sam")
    return tracker


# --- list -----------------------------------------------------------------------------------------


def test_list_is_aligned_text(tracker: Tracker) -> None:
    tracker.run("start", "FT-2")
    assert tracker.run("list") == (
        "KEY   STATE        DUE         PRIORITY  ASSIGNEE  TITLE\n"
        "FT-1  open         2026-12-01  P1        -         Alert on the pool\n"
        "FT-2  in progress  -           -         sam       Try a restore\n"
    )


def test_list_as_json_is_exactly_this(tracker: Tracker) -> None:
    tracker.run("close", "FT-2")
    assert tracker.json("list") == {
        "schema": "followthrough.local-list/1",
        "tickets": [
            {
                "id": "id1",
                "key": "FT-1",
                "title": "Alert on the pool",
                "state": "open",
                "assignee": None,
                "due": "2026-12-01",
                "priority": "P1",
                "labels": ["postmortem"],
                "created": "2026-11-20T02:01:00Z",
                "closed": None,
                "updated": "2026-11-20T02:01:00Z",
            },
            {
                "id": "id2",
                "key": "FT-2",
                "title": "Try a restore",
                "state": "done",
                "assignee": "sam",
                "due": None,
                "priority": None,
                "labels": [],
                "created": "2026-11-20T02:02:00Z",
                "closed": "2026-11-20T02:03:00Z",
                "updated": "2026-11-20T02:03:00Z",
            },
        ],
    }


def test_list_as_json_lines(tracker: Tracker) -> None:
    lines = [json.loads(line) for line in tracker.run("list", "--format", "jsonl").splitlines()]
    assert [(line.pop("schema"), line) for line in lines] == [
        ("followthrough.local-ticket/1", ticket) for ticket in tracker.json("list")["tickets"]
    ]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ((), ["FT-1", "FT-2", "FT-3"]),
        (("--state", "open"), ["FT-1"]),
        (("--state", "open", "--state", "in_progress"), ["FT-1", "FT-2"]),
        (("--state", "In Progress"), ["FT-2"]),
        (("--state", "won't do"), ["FT-3"]),
        (("--state", "wont-do"), ["FT-3"]),
        (("--state", "dropped"), ["FT-3"]),
        (("--assignee", "Sam"), ["FT-2"]),
        (("--label", "postmortem"), ["FT-1"]),
        (("--label", "postmortem", "--state", "done"), []),
    ],
)
def test_list_filters(tracker: Tracker, words: tuple[str, ...], keys: list[str]) -> None:
    tracker.create("Third")
    tracker.run("start", "FT-2")
    tracker.run("drop", "FT-3")
    assert [ticket["key"] for ticket in tracker.json("list", *words)["tickets"]] == keys


def test_empty_list_is_empty_data(tmp_path: Path) -> None:
    tracker = Tracker(tmp_path)
    assert tracker.json("list") == {"schema": "followthrough.local-list/1", "tickets": []}
    assert tracker.run("list") == ""
    assert tracker.run("list", "--format", "jsonl") == ""
    assert list(tmp_path.iterdir()) == []


def test_unknown_state_names_the_known(tracker: Tracker) -> None:
    said = tracker.run("list", "--state", "doing", code=2)
    assert said == "There is no state doing: it is one of open, in_progress, blocked, done, dropped.\n"


def test_titles_cannot_command_the_terminal(tracker: Tracker) -> None:
    tracker.create("a\x1b[2Jb\u202ec\r\nd \U0001f468\u200d\U0001f469", assignee="kim\x07")
    for words in (("list",), ("show", "FT-3"), ("close", "FT-3")):
        said = tracker.run(*words)
        assert not set(said) & {"\x1b", "\x07", "\u202e", "\r"}
        assert "\U0001f468\u200d\U0001f469" in said
    assert tracker.json("list")["tickets"][2]["title"].startswith("a\x1b[2Jb")


def test_columns_stay_aligned_with_wide_letters(tracker: Tracker) -> None:
    tracker.create("Third", assignee="山田")
    rows = tracker.run("list").splitlines()
    assert rows[1].index("Alert") == rows[3].index("Third") + len("山田")


def test_no_colour_where_there_is_no_terminal(tracker: Tracker) -> None:
    tracker.run("close", "FT-1")
    assert "\x1b" not in tracker.run("list") + tracker.run("show", "FT-1")


def test_colour_on_a_terminal_unless_unwanted(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    tracker.run("close", "FT-1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[32mdone" in CliRunner().invoke(app, ["list"], obj=tracker, color=True).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in CliRunner().invoke(app, ["list"], obj=tracker, color=True).stdout


# --- show -----------------------------------------------------------------------------------------


def test_show_prints_text_and_history(tracker: Tracker) -> None:
    tracker.run("start", "FT-2")
    tracker.run("close", "FT-2", "--reason", "restored in 4 h")
    assert tracker.run("show", "ft-2") == (
        "FT-2  Try a restore\n"
        "State     done\n"
        "Assignee  sam\n"
        "Created   2026-11-20 02:02 UTC\n"
        "Closed    2026-11-20 02:04 UTC\n"
        "Document  pm.md\n"
        "Id        id2\n"
        "\n"
        "Promised in a postmortem (https://a.example/p)\n"
        "\n"
        "History\n"
        "  2026-11-20 02:02 UTC  robin  created\n"
        "  2026-11-20 02:03 UTC  robin  state: open → in progress\n"
        "  2026-11-20 02:04 UTC  robin  state: in progress → done (restored in 4 h)\n"
    )


def test_show_as_json_holds_everything(tracker: Tracker) -> None:
    with plugin.connect(tracker.scopes["local"], tracker.clock) as connector:
        connector.update(
            "FT-1", Change(labels=("a", "b"), backlink="https://a.example/p", state=State.BLOCKED)
        )
    shown = tracker.json("show", "FT-1", "FT-2")
    assert shown["schema"] == "followthrough.local-show/1"
    first, second = shown["tickets"]
    listed = tracker.json("list")["tickets"]
    assert {key: first[key] for key in listed[0]} == listed[0]
    assert first["body"] == "Promised in a postmortem (https://a.example/p)"
    assert (first["document"], first["backlink"]) == ("pm.md", "https://a.example/p")
    assert {"at", "who", "field", "old", "new", "note"} == set(first["history"][0])
    changes = {entry["field"]: (entry["old"], entry["new"]) for entry in first["history"]}
    assert changes["labels"] == (["postmortem"], ["a", "b"])
    assert changes["state"] == ("open", "blocked")
    assert second["key"] == "FT-2"
    assert json.loads(tracker.run("show", "FT-1", "--format", "jsonl"))["history"] == first["history"]


# --- changing states ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "before", "after", "said"),
    [
        ("start", "open", "in_progress", "FT-1  open → in progress  Alert on the pool\n"),
        ("start", "in_progress", "in_progress", "FT-1 is already in progress; nothing to do.\n"),
        ("start", "done", "in_progress", "FT-1  done → in progress  Alert on the pool\n"),
        ("close", "open", "done", "FT-1  open → done  Alert on the pool\n"),
        ("close", "done", "done", "FT-1 is already done; nothing to do.\n"),
        ("drop", "open", "dropped", "FT-1  open → won't do  Alert on the pool\n"),
        ("drop", "dropped", "dropped", "FT-1 is already won't do; nothing to do.\n"),
        ("reopen", "done", "open", "FT-1  done → open  Alert on the pool\n"),
        ("reopen", "dropped", "open", "FT-1  won't do → open  Alert on the pool\n"),
        ("reopen", "open", "open", "FT-1 is not closed; nothing to do.\n"),
        ("reopen", "in_progress", "in_progress", "FT-1 is not closed; nothing to do.\n"),
    ],
)
def test_states(tracker: Tracker, command: str, before: str, after: str, said: str) -> None:
    with plugin.connect(tracker.scopes["local"], tracker.clock) as connector:
        connector.update("FT-1", Change(state=State(before)))
    assert tracker.run(command, "FT-1") == said
    assert tracker.states()[0] == after


def test_several_keys_at_once_and_the_same_twice(tracker: Tracker) -> None:
    said = tracker.run("close", "FT-2", "ft-1", "FT-2")
    assert said == "FT-2  open → done  Try a restore\nFT-1  open → done  Alert on the pool\n"
    assert tracker.states() == ["done", "done"]


def test_reason_is_kept_even_where_nothing_else_changes(tracker: Tracker) -> None:
    tracker.run("close", "FT-1")
    assert tracker.run("close", "FT-1", "--reason", "twice") == "FT-1 is already done; the reason is noted.\n"
    assert tracker.run("show", "FT-1").endswith("robin  note (twice)\n")


def test_closing_again_changes_nothing(tracker: Tracker) -> None:
    tracker.run("close", "FT-1")
    before = tracker.json("show", "FT-1")
    tracker.run("close", "FT-1")
    assert tracker.json("show", "FT-1") == before


@pytest.mark.parametrize("command", ["show", "start", "close", "drop", "reopen"])
def test_unknown_key_changes_nothing_and_says_what_to_do(tracker: Tracker, command: str) -> None:
    before = tracker.json("list")
    said = tracker.run(command, "FT-1", "FT-9", "XY-1", code=2)
    assert said == (
        f"There is no ticket FT-9 or XY-1 in {tracker.root / 'tracker.db'}; nothing was changed."
        " `followthrough local list` shows those there are.\n"
    )
    assert tracker.json("list") == before


def test_unknown_key_without_a_file_makes_none(tmp_path: Path) -> None:
    assert "There is no ticket FT-1" in Tracker(tmp_path).run("close", "FT-1", code=2)
    assert list(tmp_path.iterdir()) == []


# --- assign ---------------------------------------------------------------------------------------


def test_assign(tracker: Tracker) -> None:
    assert tracker.run("assign", "FT-1", "kim") == "FT-1  assigned to kim  Alert on the pool\n"
    assert tracker.run("assign", "FT-1", "kim") == "FT-1 is already assigned to kim; nothing to do.\n"
    assert tracker.run("assign", "ft-1", "FT-2", "Kim B.").count("assigned to Kim B.") == 2
    assert tracker.run("assign", "FT-1", "FT-2", "--to", "sam").count("assigned to sam") == 2
    assert tracker.run("assign", "FT-1", "--nobody") == "FT-1  assigned to nobody  Alert on the pool\n"
    assert [ticket["assignee"] for ticket in tracker.json("list")["tickets"]] == [None, "sam"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("FT-1",), "No person is named"),
        (("FT-1", "FT-2"), "No person is named"),
        (("FT-1", "FT-9"), "No person is named"),
        (("FT-1", "--nobody", "--to", "sam"), "leave one away"),
        (("FT-9", "sam"), "There is no ticket FT-9"),
    ],
)
def test_assign_needs_a_person(tracker: Tracker, words: tuple[str, ...], said: str) -> None:
    before = tracker.json("list")
    assert said in tracker.run("assign", *words, code=2)
    assert tracker.json("list") == before


# --- settings and files ---------------------------------------------------------------------------


def test_several_trackers_need_a_name(tracker: Tracker) -> None:
    tracker.scopes = {
        "ops": LocalSettings(path=tracker.root / "tracker.db"),
        "web": LocalSettings(path=tracker.root / "web.db", prefix="WEB"),
    }
    tracker.create("In the other one", scope="web")
    assert "name one with --tracker (ops, web)" in tracker.run("list", code=2)
    assert tracker.run("close", "web-1", "--tracker", "web") == "WEB-1  open → done  In the other one\n"
    assert "There is no embedded tracker x in the settings; there is: ops, web." in tracker.run(
        "list", "--tracker", "x", code=2
    )
    tracker.scopes = {"local": tracker.scopes["ops"], **tracker.scopes}
    assert "Alert on the pool" in tracker.run("list")


def test_damaged_file_needs_a_human(tracker: Tracker) -> None:
    (tracker.root / "tracker.db").write_bytes(b"no tracker " * 1000)
    assert "is damaged or no tracker file" in tracker.run("list", code=4)


def test_busy_file_is_for_a_later_run(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("followthrough_local.commands.PATIENCE", 0.1)
    other = sqlite3.connect(tracker.root / "tracker.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert "in use by another process" in tracker.run("close", "FT-1", code=75)
    assert "FT-1  open" in tracker.run("list")
    other.close()


def test_bad_person_is_a_sentence(tracker: Tracker) -> None:
    assert "holds a NUL character" in tracker.run("assign", "FT-1", "a\0b", code=2)
