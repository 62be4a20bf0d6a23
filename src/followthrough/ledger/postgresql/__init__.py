"""A ledger that a team shares: tables of PostgreSQL, led by one run at a time."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from followthrough.ledger.postgresql.address import address_of, password_of

if TYPE_CHECKING:
    from followthrough.ledger.sql import SqlLedger

__all__ = ["open_postgresql"]


def open_postgresql(
    url: str,
    *,
    create: bool,
    random_name: Callable[[], str],
    password: Callable[[], str | None] | None = None,
    environ: Mapping[str, str] | None = None,
    patience: float = 30.0,
    queue: float = 2.0,
) -> SqlLedger:
    """Open the ledger at ``url``.

    With ``create=False`` it is for reading: nothing is created or changed, a database without a
    ledger is an empty one, and ``commit`` is refused. Otherwise this is the ledger's only leader until
    it is closed; raises :class:`followthrough.ledger.LedgerBusy` while another one is, for longer than
    ``queue`` seconds. ``password`` is asked when a connection is made; where it knows none, libpq's
    ``PGPASSWORD`` and password file do. ``patience`` is how many seconds a server may be away before
    :class:`followthrough.ledger.LedgerUnreachable`.
    """
    from followthrough.ledger.postgresql.access import Leading, Reading
    from followthrough.ledger.postgresql.speech import SPEECH
    from followthrough.ledger.sql import SqlLedger

    environ = os.environ if environ is None else environ
    address = address_of(url, environ, _user())

    def secret() -> str | None:
        given = password() if password is not None else None
        return given if given is not None else password_of(address, environ)

    if create:
        return SqlLedger(Leading(address, secret, random_name, patience=patience, queue=queue), SPEECH)
    return SqlLedger(Reading(address, secret, patience), SPEECH)


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # an account without a name, as in a container
        return str(os.geteuid())
