"""A ledger's tables on a server: whether they are there, of which version, and making them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, text

from followthrough.ledger import faults
from followthrough.ledger.interface import LedgerError
from followthrough.ledger.postgresql.address import Address
from followthrough.ledger.schema import HEAD, VERSIONS, served


def version_of(connection: Connection, address: Address) -> str | None:
    """The version of the tables, ``None`` where there are none.

    Raises :class:`LedgerError` for those of another program.
    """
    query = text("SELECT to_regclass(:version) IS NOT NULL, to_regclass(:leader) IS NOT NULL")
    names = {name: f"{address.schema}.{table}" for name, table in _NAMES.items()}
    versioned, led = connection.execute(query, names).one()
    if not versioned and not led:
        return None
    found = "" if not (versioned and led) else connection.execute(_VERSION).scalar_one_or_none() or ""
    if found in VERSIONS:
        return found
    if found.isdigit():
        raise faults.newer(str(address), found, HEAD)
    raise LedgerError(
        f"The schema {address.schema} of {address} holds tables of another program. "
        "Name another one in the url: ?schema=NAME."
    )


_NAMES = {"version": "alembic_version", "leader": "leader"}
_VERSION = text("SELECT version_num FROM alembic_version")


def bring_up(connection: Connection, address: Address, random_name: Callable[[], str]) -> None:
    """Make the tables, or bring them up to date, in the transaction that ``connection`` is in."""
    if version_of(connection, address) is None:
        if not connection.execute(
            text("SELECT to_regnamespace(:name)"), {"name": address.schema}
        ).scalar_one():
            connection.exec_driver_sql(f"CREATE SCHEMA {address.schema}")
        served.create_all(connection, checkfirst=False)
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
        connection.execute(text("INSERT INTO leader VALUES (1, 0, '{}')"))
        connection.execute(text("INSERT INTO ledger VALUES (1, :lineage, 0)"), {"lineage": random_name()})
        return
    from followthrough.ledger.migrations import upgrade

    upgrade(connection)
    connection.execute(text("UPDATE ledger SET serial = serial + 1"))
