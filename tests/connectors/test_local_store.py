from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from followthrough.connector import (
    Change,
    ConnectorError,
    Created,
    Draft,
    Inline,
    Paragraph,
    Quote,
    State,
    Unauthorized,
    Unknown,
    Unreachable,
)
from followthrough.http import Transport
from followthrough_local import database, plugin
from followthrough_local.connector import LocalConnector, plain
from followthrough_local.rows import NewTicket
from followthrough_local.settings import LocalSettings
from followthrough_local.store import Store

NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".followthrough" / "tracker.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path, "FT", Clock(), wait=5)
    yield store
    store.close()


def new(id: str, **fields: Any) -> NewTicket:
    values: dict[str, Any] = {
        "title": f"Measure {id}",
        "document": "pm.md",
        "body": "",
        "assignee": None,
        "due": None,
        "priority": None,
        "labels": (),
        **fields,
    }
    return NewTicket(id=id, **values)


def draft(id: str) -> Draft:
    return Draft(id=id, document="pm.md", title=f"Measure {id}", body=())


def connect(path: Path) -> LocalConnector:
    connector = plugin.connect(LocalSettings(path=path), Transport())
    assert isinstance(connector, LocalConnector)
    return connector


# --- settings and plugin --------------------------------------------------------------------------


def test_path_counts_from_the_root_of_the_settings(tmp_path: Path) -> None:
    context = {"root": tmp_path, "scope": "local"}
    model = plugin.settings_model()
    assert model.model_validate({}, context=context).path == tmp_path / ".followthrough/tracker.db"
    assert model.model_validate({"path": "t.db"}, context=context).path == tmp_path / "t.db"
    assert model.model_validate({"path": "/var/t.db"}, context=context).path == Path("/var/t.db")


@pytest.mark.parametrize("wrong", [{"prefx": "A"}, {"prefix": "ft"}, {"prefix": "A-B"}, {"prefix": ""}])
def test_wrong_settings_are_errors(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        plugin.settings_model().model_validate(wrong)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("FT-3", "FT-3"),
        (" ft-12 ", "FT-12"),
        ("FT-0", None),
        ("FT-03", None),
        ("FT3", None),
        ("XFT-3", None),
        ("FT-3.", None),
        ("FT-²", None),
        ("#ft-7f3k9q2m8dxa", None),
        ("https://acme.example/browse/FT-3", None),
        ("", None),
    ],
)
def test_reference(text: str, key: str | None) -> None:
    assert plugin.reference(LocalSettings(), text) == key


def test_reference_follows_the_prefix() -> None:
    assert plugin.reference(LocalSettings(prefix="OPS"), "ops-7") == "OPS-7"
    assert plugin.reference(LocalSettings(prefix="OPS"), "FT-7") is None


def test_importing_the_plugin_is_cheap() -> None:
    code = (
        "import sys, followthrough_local; followthrough_local.plugin.name;"
        "print(sorted({'pydantic', 'sqlite3', 'typer', 'httpx', 'rich'} & set(sys.modules)))"
    )
    assert python(code).stdout.strip() == "[]"


def test_importing_the_commands_imports_no_store() -> None:
    code = (
        "import typer, sys; before = set(sys.modules); import followthrough_local.commands;"
        "print(sorted({'pydantic', 'sqlite3', 'httpx', 'rich'} & (set(sys.modules) - before)))"
    )
    assert python(code).stdout.strip() == "[]"


# --- reading makes nothing ------------------------------------------------------------------------


def test_reading_a_missing_file_makes_nothing(tmp_path: Path, path: Path) -> None:
    with connect(path) as connector:
        assert list(connector.owned()) == []
        assert dict(connector.fetch(["FT-1"])) == {}
        assert connector.changed(None).tickets == ()
        assert connector.check().findings[0].ok
        with pytest.raises(ConnectorError):
            connector.update("FT-1", Change(state=State.DONE))
    assert list(tmp_path.iterdir()) == []


def test_reading_leaves_no_files_and_no_new_bytes(store: Store, path: Path) -> None:
    store.add([new("a")], "sam")
    store.close()
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert len(store.all()) == 1
    store.close()
    assert sorted(p.name for p in path.parent.iterdir()) == [".gitignore", "tracker.db"]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_state_folder_is_private_and_ignored_by_git(store: Store, path: Path) -> None:
    store.add([new("a")], "sam")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert (path.parent / ".gitignore").read_text() == "*\n"


def test_folder_of_ones_own_choice_is_not_ignored(tmp_path: Path) -> None:
    store = Store(tmp_path / "shared" / "t.db", "FT", Clock())
    store.add([new("a")], "sam")
    store.close()
    assert [p.name for p in (tmp_path / "shared").iterdir()] == ["t.db"]


# --- tickets and history --------------------------------------------------------------------------


def test_ticket_holds_what_was_drafted(store: Store) -> None:
    (ticket,) = store.add(
        [new("a", due=date(2026, 12, 1), priority="P0", labels=("x", "y", "x"), assignee="sam")], "sam"
    )
    assert (ticket.id, ticket.marker, ticket.key, ticket.url) == ("a", "a", "FT-1", "")
    assert (ticket.due, ticket.priority, ticket.labels) == (date(2026, 12, 1), "P0", ("x", "y"))
    assert store.find(["a", "ft-1", "FT-1", "FT-2", "A"]) == dict.fromkeys(["a", "ft-1", "FT-1"], ticket)


def test_numbers_go_on_and_a_known_id_uses_none_up(store: Store) -> None:
    store.add([new("a"), new("b"), new("a")], "sam")
    store.add([new("b"), new("c")], "sam")
    assert [(t.key, t.id) for t in store.all()] == [("FT-1", "a"), ("FT-2", "b"), ("FT-3", "c")]


def test_every_change_is_kept_with_time_and_person(store: Store) -> None:
    store.add([new("a")], "sam")
    store.update({"a": Change(state=State.IN_PROGRESS, assignee="kim")}, "kim")
    store.update({"a": Change(state=State.DONE)}, "kim", "shipped")
    store.update({"a": Change(state=State.DONE)}, "kim")
    store.update({"a": Change(state=State.DONE)}, "kim", "really")
    details = store.details("FT-1")
    assert details is not None
    assert [(e.who, e.field, e.old, e.new, e.note) for e in details.history] == [
        ("sam", "created", None, "Measure a", None),
        ("kim", "assignee", None, "kim", None),
        ("kim", "state", "open", "in_progress", None),
        ("kim", "state", "in_progress", "done", "shipped"),
        ("kim", "note", None, None, "really"),
    ]
    times = [e.at for e in details.history]
    assert times == sorted(times)
    assert details.ticket.created == times[0]
    assert details.ticket.closed == times[3]


def test_history_cannot_be_rewritten(store: Store, path: Path) -> None:
    store.add([new("a")], "sam")
    store.close()
    with sqlite3.connect(path) as db:
        for statement in ("DELETE FROM history", "UPDATE history SET who = 'nobody'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)
    db.close()


def test_from_one_closed_state_to_another_it_stays_closed_since_the_first(store: Store) -> None:
    store.add([new("a")], "sam")
    first = store.update({"a": Change(state=State.DONE)}, "sam")["a"]
    second = store.update({"a": Change(state=State.DROPPED)}, "sam")["a"]
    assert first.closed == second.closed
    assert second.updated > first.updated


def test_updates_are_all_or_none(store: Store) -> None:
    store.add([new("a"), new("b")], "sam")
    changes = {"a": Change(state=State.DONE), "b": Change(title="x\0y")}
    with pytest.raises(ConnectorError):
        store.update(changes, "sam")
    assert [t.state for t in store.all()] == [State.OPEN, State.OPEN]
    # The failed transaction is over: the next one goes through.
    assert store.update({"a": Change(state=State.DONE)}, "sam")["a"].state is State.DONE


def test_lone_surrogate_is_refused_and_the_others_are_stored(path: Path) -> None:
    bad = Draft(id="b", document="pm.md", title="half \ud83d", body=())
    with connect(path) as connector:
        outcomes = connector.create([draft("a"), bad, draft("c")])
        assert [type(o).__name__ for o in outcomes] == ["Created", "Refused", "Created"]


def test_body_becomes_plain_text() -> None:
    body = (
        Paragraph((Inline("See "), Inline("the postmortem", href="https://a.example/p"), Inline("."))),
        Quote((Inline("one\ntwo"),)),
        Paragraph((Inline("https://a.example", href="https://a.example"),)),
    )
    assert plain(body) == "See the postmortem (https://a.example/p).\n\n> one\n> two\n\nhttps://a.example"


# --- what changed ---------------------------------------------------------------------------------


def test_nothing_new_is_nothing_and_the_cursor_stays(store: Store) -> None:
    assert store.changed(None) == ([], "0")
    store.add([new("a"), new("b")], "sam")
    tickets, cursor = store.changed("0")
    assert [t.id for t in tickets] == ["a", "b"]
    assert store.changed(cursor) == ([], cursor)
    store.update({"a": Change(title="Other")}, "sam")
    tickets, later = store.changed(cursor)
    assert [t.title for t in tickets] == ["Other"]
    assert int(later.split("-")[0]) > int(cursor.split("-")[0])


@pytest.mark.parametrize("cursor", ["", "x", "99-00000000", "1-deadbeef", "1", "-1-00", "9" * 30, "٣-00"])
def test_unknown_cursor_counts_from_the_beginning(store: Store, cursor: str) -> None:
    store.add([new("a"), new("b")], "sam")
    assert [t.id for t in store.changed(cursor)[0]] == ["a", "b"]


def test_file_put_back_from_a_backup_misses_no_change(store: Store, path: Path) -> None:
    store.add([new("a"), new("b")], "sam")
    store.close()
    shutil.copy(path, path.with_name("backup"))
    store.update({"a": Change(title="After the backup")}, "sam")
    _, cursor = store.changed(None)
    store.close()
    shutil.copy(path.with_name("backup"), path)
    # The same number of changes as before, so that only their tokens tell them apart.
    store.update({"b": Change(title="Another history")}, "sam")
    assert [t.id for t in store.changed(cursor)[0]] == ["a", "b"]


# --- several processes ----------------------------------------------------------------------------


def python(code: str, *args: str, check: bool = True, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *args]
    return subprocess.run(command, capture_output=True, text=True, check=check, timeout=120, **more)


CREATE = """
import sys
from pathlib import Path
from followthrough.connector import Draft
from followthrough.http import Transport
from followthrough_local import plugin
from followthrough_local.settings import LocalSettings
path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with plugin.connect(LocalSettings(path=path), Transport()) as connector:
    sys.stdin.readline()
    for number in range(count):
        draft = Draft(id=f"{name}{number}", document="pm.md", title=f"Measure {number}", body=())
        (outcome,) = connector.create([draft])
        print(outcome.ticket.id, outcome.ticket.key, flush=True)
"""


def start(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CREATE, str(path), name, str(count)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_many_processes_creating_the_same_ids_at_once_make_each_once(path: Path) -> None:
    # The file does not exist yet: they race for making it as well.
    children = [start(path, "id", 40) for _ in range(6)]
    answers = [child.communicate("go\n", timeout=120)[0] for child in children]
    assert [child.returncode for child in children] == [0] * 6
    assert len(set(answers)) == 1
    with connect(path) as connector:
        assert len(connector.owned()) == 40
    assert sorted(p.name for p in path.parent.iterdir()) == [".gitignore", "tracker.db"]


def test_killed_writers_lose_nothing_that_was_answered(path: Path) -> None:
    chance = random.Random(7)
    answered: set[str] = set()
    for turn in range(40 if NIGHTLY else 8):
        child = start(path, f"r{turn}-", 100_000)
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write("go\n")
        child.stdin.flush()
        answered |= {child.stdout.readline().split()[0]}
        time.sleep(chance.uniform(0, 0.05))
        child.send_signal(signal.SIGKILL)
        # The last line may be torn.
        answered |= {line.split()[0] for line in child.stdout.read().splitlines()[:-1]}
        child.wait()
        child.stdout.close()
        child.stdin.close()
    with connect(path) as connector:
        owned = connector.owned()
        assert {t.id for t in owned} >= answered
        assert len({t.key for t in owned}) == len(owned)
        assert len(connector.changed(None).tickets) == len(owned)
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_threads_may_share_a_connector(path: Path) -> None:
    with connect(path) as connector, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: connector.create([draft(f"id{n % 50}")]), range(200)))
        assert sorted(t.key for t in connector.owned()) == sorted(f"FT-{n}" for n in range(1, 51))


def test_reader_goes_on_while_another_writes(store: Store, path: Path) -> None:
    store.add([new("a")], "sam")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert [t.id for t in store.all()] == ["a"]
    other.close()


def test_writer_that_waits_too_long_says_so(store: Store, path: Path) -> None:
    store.add([new("a")], "sam")
    impatient = Store(path, "FT", Clock(), wait=0.2)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(database.Busy, match=r"in use by another process for 0\.2 s.*Try again"):
        impatient.add([new("b")], "sam")
    other.execute("ROLLBACK")
    other.close()
    assert len(impatient.add([new("b")], "sam")) == 1
    impatient.close()


def test_file_that_another_process_has_only_begun_is_empty(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with connect(path) as connector:
        assert list(connector.owned()) == []
        assert path.stat().st_size == 0
        assert isinstance(connector.create([draft("a")])[0], Created)


# --- what goes wrong with files -------------------------------------------------------------------


def test_damaged_file_is_a_sentence_and_stays_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no tracker " * 1000)
    with connect(path) as connector:
        for call in (connector.owned, lambda: connector.create([draft("a")])):
            with pytest.raises(Unreachable, match=r"tracker\.db is damaged or no tracker file.*backup"):
                call()
        assert connector.check().findings[0].ok is False
    assert path.read_bytes() == b"no tracker " * 1000


def test_torn_pages_are_a_sentence(store: Store, path: Path) -> None:
    store.add([new(f"a{n}", body="x" * 500) for n in range(200)], "sam")
    store.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(Unreachable, match="damaged"):
        store.all()


def test_file_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")
    db.close()
    before = path.read_bytes()
    with connect(path) as connector:
        for call in (connector.owned, lambda: connector.create([draft("a")])):
            with pytest.raises(Unreachable, match="another program"):
                call()
    assert path.read_bytes() == before


def test_newer_schema_asks_for_an_upgrade(store: Store, path: Path) -> None:
    store.add([new("a")], "sam")
    store.close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 2")
    db.close()
    with pytest.raises(Unreachable, match=r"newer followthrough \(schema 2, this one knows 1\).*Upgrade"):
        store.all()


def test_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with connect(tmp_path / "file" / "t.db") as connector:
        assert list(connector.owned()) == []
        with pytest.raises(Unreachable, match="cannot be made"):
            connector.create([draft("a")])


def test_path_that_is_a_folder_is_a_sentence(tmp_path: Path) -> None:
    with connect(tmp_path) as connector, pytest.raises(Unauthorized, match="cannot be opened"):
        connector.create([draft("a")])


def test_full_disk_is_a_sentence_and_the_tracker_goes_on_afterwards(store: Store) -> None:
    store.add([new("a")], "sam")
    assert store._opened is not None
    (pages,) = store._opened.execute("PRAGMA page_count").fetchone()
    store._opened.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unreachable, match=r"disk of .*tracker\.db is full.*Make room"):
        store.add([new(f"b{n}", body="x" * 5000) for n in range(20)], "sam")
    store._opened.execute("PRAGMA max_page_count = 1000000")
    assert len(store.add([new("b", body="x" * 5000)], "sam")) == 1
    assert [t.id for t in store.all()] == ["a", "b"]


def test_commit_that_fails_on_the_disk_is_unknown(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise database.UncertainCommit("The disk failed.")

    with connect(path) as connector:
        monkeypatch.setattr(Store, "_commit", fail)
        assert [type(o) for o in connector.create([draft("a")])] == [Unknown]
        monkeypatch.undo()
        # Asking again with the same id is safe.
        assert [type(o) for o in connector.create([draft("a")])] == [Created]
        assert len(connector.owned()) == 1


AS_SOMEBODY = """
import getpass, os, sys
from pathlib import Path
from followthrough.connector import ConnectorError, Draft
from followthrough.http import Transport
from followthrough_local.connector import LocalConnector
from followthrough_local.settings import LocalSettings
if os.geteuid() == 0:
    # Permissions do not hold for root, so somebody else goes on from here.
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
with LocalConnector(LocalSettings(path=Path(sys.argv[1])), Transport()) as connector:
    print([finding.ok for finding in connector.check().findings])
    for call in (connector.owned, lambda: connector.create([Draft(id="b", document="d", title="t", body=())])):
        try:
            print(len(call()))
        except ConnectorError as error:
            print(f"{type(error).__name__}: {error}")
"""


@pytest.mark.parametrize(("mode", "reads"), [(0o555, True), (0o000, False)])
def test_unwritable_folder_can_be_read_and_says_so_on_writing(mode: int, reads: bool) -> None:
    # Not below pytest's own folder, which nobody else may enter.
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        path = Path(name) / "state" / "tracker.db"
        store = Store(path, "FT", Clock())
        store.add([new("a")], "sam")
        store.close()
        path.chmod(0o444)
        path.parent.chmod(mode)
        try:
            diagnosis, owned, created = python(AS_SOMEBODY, str(path)).stdout.splitlines()
        finally:
            path.parent.chmod(0o700)
        assert [p.name for p in path.parent.iterdir()] == ["tracker.db"]
    refused = f"Unauthorized: {path} cannot be opened or written to: no permission, or the disk is read-only."
    assert created.startswith(refused)
    assert owned == "1" if reads else owned.startswith(refused)
    assert diagnosis == ("[True, False]" if reads else "[False, False]")


# --- speed ----------------------------------------------------------------------------------------


def test_a_thousand_tickets_are_one_transaction(path: Path) -> None:
    with connect(path) as connector:
        begin = time.perf_counter()
        connector.create([draft(f"{n:012}") for n in range(1000)])
        # Generous: one transaction each would take a second on the slowest disks and more.
        assert time.perf_counter() - begin < 5
        found = connector.fetch([f"{n:012}" for n in range(1000)] + [f"FT-{n}" for n in range(1, 1001)])
        assert len(found) == 2000
    assert json.dumps(sorted(found))
