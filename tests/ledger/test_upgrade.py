"""Ledgers of every earlier version, brought up to date by processes that die at every statement of it."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from followthrough.ledger import Record
from followthrough.ledger.schema import HEAD, VERSIONS
from followthrough.ledger.sqlite import open_sqlite

Helper = Callable[..., "Popen[str]"]
Tables = dict[str, list[dict[str, Any]]]


def held(path: Path) -> Tables:
    """Every row of every table, by column."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [
            row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: [dict(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY rowid")]
            for name in names
        }


@pytest.fixture(params=VERSIONS[:-1])
def old(request: pytest.FixtureRequest, tmp_path: Path, full: list[Record]) -> Path:
    """A ledger of an earlier version, with what of everything its tables have room for."""
    newest = tmp_path / "newest.db"
    with open_sqlite(newest, create=True, random_name=lambda: "abc") as ledger:
        ledger.commit(full)
    path = tmp_path / "ledger.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "followthrough.ledger:migrations")
        config.set_main_option("path_separator", "os")
        command.upgrade(config, request.param)
    engine.dispose()
    with closing(sqlite3.connect(path)) as database, database:
        for table, rows in held(newest).items():
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            if table == "alembic_version" or not columns:
                continue
            for row in rows:
                kept = {name: value for name, value in row.items() if name in columns}
                places = ", ".join("?" * len(kept))
                names = ", ".join(f'"{name}"' for name in kept)
                database.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(kept.values()))
    return path


def test_nothing_of_an_earlier_version_is_lost(old: Path) -> None:
    before = held(old)
    assert len(before) > 8
    open_sqlite(old, create=True, random_name=str).close()
    after = held(old)
    assert after.pop("alembic_version") == [{"version_num": HEAD}]
    for table, rows in before.items():
        if table == "alembic_version":
            continue
        moved = {"serial": rows[0]["serial"] + 1} if table == "ledger" else {}
        for row, now in zip(rows, after[table], strict=True):
            assert now == now | row | moved, table


def test_an_upgrade_that_is_killed_at_any_statement_is_repeated_whole(
    old: Path, tmp_path: Path, helper: Helper
) -> None:
    before = held(old)
    whole = tmp_path / "whole.db"
    shutil.copy(old, whole)
    open_sqlite(whole, create=True, random_name=str).close()
    upgrades = helper("upgrades")
    assert upgrades.stdin
    assert upgrades.stdout
    statement = 0
    while True:
        path = tmp_path / f"killed{statement}.db"
        shutil.copy(old, path)
        print(json.dumps({"path": str(path), "statement": statement}), file=upgrades.stdin, flush=True)
        status = json.loads(upgrades.stdout.readline())
        if status == 0:
            break
        assert status == signal.SIGKILL
        assert held(path) in (before, held(whole)), "neither the old ledger nor the new one"
        open_sqlite(path, create=True, random_name=str).close()
        assert held(path) == held(whole)
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        statement += 1
    assert statement > 4
    assert held(path) == held(whole)
