"""A ledger moved from one kind of store to another, by the command that people type."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from followthrough.ledger import Event, Ledger, LedgerError, Record, open_ledger
from followthrough.ledger.copying import copied, tally
from followthrough.ledger.memory import MemoryLedger
from postgres_server import PASSWORD, PostgresServer

Place = Callable[[str], str]
KINDS = ["sqlite", "git:followthrough/ledger", "postgresql"]


@pytest.fixture
def place(postgres_server: PostgresServer) -> Place:
    """The url of a ledger of a kind; each in the database is a new one."""
    return lambda kind: postgres_server.url(postgres_server.new_schema()) if kind == "postgresql" else kind


def opened(url: str, folder: Path, *, create: bool = False) -> Ledger:
    (folder / ".followthrough").mkdir(exist_ok=True)
    return open_ledger(
        url, folder / ".followthrough", create=create, random_name=lambda: "abc", password=lambda: PASSWORD
    )


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_a_copy_holds_the_same_under_the_same_name(
    source: str, target: str, place: Place, full: list[Record], new_shop: Callable[[str], Any], hosts: Any
) -> None:
    if source == target != "postgresql":
        pytest.skip("a folder has one ledger of this kind, and a copy of it onto itself is refused")
    shop = new_shop("shop")
    shop.folder = hosts.clone()
    shop.environ = {**shop.environ, "PGPASSWORD": PASSWORD}
    old, new = place(source), place(target)
    event = next(record for record in full if isinstance(record, Event))
    with opened(old, shop.folder, create=True) as ledger:
        ledger.commit([*full, *[event] * 1500])
        ledger.commit(full, past=7)
        before = tally(ledger)
    result = shop.run("ledger", "copy", old, new)
    assert result.code == 0, result.err
    assert result.out.startswith(f"Copied {before.records} records at serial 8 and compared them"), result.out
    with opened(old, shop.folder) as ledger, opened(new, shop.folder) as copy:
        assert tally(ledger) == tally(copy) == before
        assert copy.snapshot() == ledger.snapshot()
    assert PASSWORD not in result.out + result.err
    again = shop.run("ledger", "copy", old, new)
    assert again.code == 2, again.out
    assert "so nothing was copied there" in again.err


def test_there_and_back_again_is_the_same(
    tmp_path: Path, place: Place, full: list[Record], postgres_server: PostgresServer
) -> None:
    url = place("postgresql")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with opened("sqlite", tmp_path / "a", create=True) as first:
        first.commit(full)
        with opened(url, tmp_path, create=True) as second:
            copied(first, second)
            with opened("sqlite", tmp_path / "b", create=True) as third:
                assert copied(second, third) == tally(first)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("sqlite sqlite", "FROM and TO are the same ledger"),
        ("sqlite mysql://db", "a ledger at 'mysql' is not built yet"),
        ("sqlite postgresql://bot:hunter2@db.example/x", "a password must not stand"),
        ("sqlite postgresql://bot@db.example/x?sslmode=prefer", "would let others on the way"),
        ("sqlite git:-x", "is no branch"),
        ("sqlite git:ledger", "There is no ledger at sqlite"),
    ],
)
def test_what_cannot_be_copied_is_said_before_anything_is_made(shop: Any, arguments: str, says: str) -> None:
    result = shop.run("ledger", "copy", *shlex.split(arguments))
    assert result.code == 2
    assert says in result.err
    assert "hunter2" not in result.out + result.err
    assert list(shop.folder.iterdir()) == []


class Forgetful(MemoryLedger):
    """Keeps all but the last record."""

    def fill(self, lineage: str, serial: int, source: Any, /) -> None:
        super().fill(lineage, serial, lambda: iter(list(source())[:-1]))


def test_a_copy_that_differs_is_told(full: list[Record]) -> None:
    source = MemoryLedger("a")
    source.commit(full)
    with pytest.raises(LedgerError, match="The copy differs from the ledger it was made of"):
        copied(source, Forgetful("b"))
