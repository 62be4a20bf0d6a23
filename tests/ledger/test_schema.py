from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from followthrough.ledger import Base, DocumentRecord, ItemRecord, LedgerError, Link, Scope, Snapshot
from followthrough.ledger.access import _bring_up
from followthrough.ledger.migrations import upgrade
from followthrough.ledger.schema import HEAD, VERSIONS, metadata
from followthrough.ledger.sqlite import open_sqlite


def described(path: Path) -> dict[str, str]:
    """Every table and index of a database, as SQL without its layout."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master").fetchall()
    return {name: re.sub(r"\s+", " ", sql or "") for name, sql in found}


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    """A database that Alembic made from nothing."""
    path = tmp_path / "migrated.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return path


def test_migrating_from_nothing_gives_the_schema_of_a_new_ledger(tmp_path: Path, migrated: Path) -> None:
    open_sqlite(tmp_path / "new.db", create=True, random_name=str).close()
    assert described(migrated) == described(tmp_path / "new.db")
    assert {"items", "ledger", "alembic_version"} <= described(migrated).keys()


def test_a_ledger_of_the_first_version_keeps_its_rows(tmp_path: Path) -> None:
    """What was there before decided nothing: not confidential, not ignored, no target, nothing agreed."""
    path = tmp_path / "ledger.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "followthrough.ledger:migrations")
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "0001")
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO ledger VALUES (1, 'abc', 1)",
            "INSERT INTO documents VALUES ('a.md', 'f', NULL, NULL, NULL, '[]', NULL, 1)",
            "INSERT INTO items VALUES ('x', 'a.md', 't', 0, '[]', 3, 'T', NULL, 0, NULL, NULL, NULL,"
            " '2026-11-20T02:00:00.000000+00:00', 1)",
            "INSERT INTO links VALUES ('x', 'ops', '7', 'filed', 0)",
            "INSERT INTO tickets VALUES ('ops', '7', 'OPS-7', '', 'T', 'open', 'To Do', NULL, NULL, NULL, '[]',"
            " '2026-11-20T02:00:00.000000+00:00', NULL, '2026-11-20T02:00:00.000000+00:00',"
            " '2026-11-20T02:00:00.000000+00:00')",
            "INSERT INTO bases VALUES ('x', 0, 'OPS-7, open', 'https://x', 'T')",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()
    with open_sqlite(path, create=True, random_name=str) as ledger:
        ledger.commit([Scope(name="ops")])
        found = ledger.snapshot()
    assert found.lineage == "abc"
    assert found.documents == {"a.md": DocumentRecord(path="a.md", fingerprint="f", detached=True)}
    first_seen = datetime(2026, 11, 20, 2, tzinfo=UTC)
    item = ItemRecord(
        id="x", document="a.md", identity_text="t", line=3, text="T", first_seen=first_seen, gone=True
    )
    assert found.items == {"x": item}
    assert found.tickets["ops", "7"].missing
    assert found.links == {"x": (Link(item="x", scope="ops", ticket="7"),)}
    assert found.bases == {
        "x": Base(item="x", ticked=False, words="OPS-7, open", target="https://x", text="T")
    }
    open_sqlite(tmp_path / "new.db", create=True, random_name=str).close()
    assert described(path) == described(tmp_path / "new.db")


def test_the_migrations_leave_nothing_out(migrated: Path) -> None:
    engine = create_engine(f"sqlite:///{migrated}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_versions_are_those_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", "followthrough.ledger:migrations")
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == VERSIONS
    assert all(re.fullmatch(r"\d{4}", version) for version in VERSIONS)


def test_a_failing_migration_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    engine = create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql("CREATE TABLE tickets (mine)")
    engine.dispose()
    before = described(path)
    with pytest.raises(LedgerError, match="tickets"):
        open_sqlite(path, create=True, random_name=str)
    assert described(path) == before


def test_a_migration_moves_the_serial(tmp_path: Path) -> None:
    """Readers that take no locks notice a migration by the serial alone."""
    path = tmp_path / "ledger.db"
    with open_sqlite(path, create=True, random_name=lambda: "abc") as ledger:
        ledger.commit([Scope(name="ops")])
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        _bring_up(connection, HEAD, lambda: "another")
    engine.dispose()
    with open_sqlite(path, create=False, random_name=str) as ledger:
        assert ledger.snapshot() == Snapshot(lineage="abc", serial=2, scopes={"ops": Scope(name="ops")})


LIGHT = """
import sys
import followthrough.ledger, followthrough.ledger.files, followthrough.ledger.memory
assert not {"sqlalchemy", "alembic"} & set(sys.modules), "on import"
"""
OPENED = """
import sys
from pathlib import Path
from followthrough.ledger import Scope, open_ledger
for create in (True, True, False):
    with open_ledger("sqlite", Path(sys.argv[1]), create=create, random_name=str) as ledger:
        ledger.snapshot()
        if create:
            ledger.commit([Scope(name="ops")])
assert "sqlalchemy" in sys.modules
assert not {"alembic", "sqlalchemy.orm"} & set(sys.modules)
"""


@pytest.mark.parametrize("code", [LIGHT, OPENED], ids=["import", "open"])
def test_what_is_not_needed_is_not_loaded(tmp_path: Path, code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
