"""What PostgreSQL and the network report, as sentences with the next step."""

from __future__ import annotations

import ssl
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from followthrough.ledger.interface import LedgerBusy, LedgerError, LedgerUnauthorized, LedgerUnreachable
from followthrough.ledger.postgresql.address import Address

_LOST: Final = ("57P01", "57P02", "57P03", "57P05", "25P03", "53300")
"""Ended, crashed, starting or stopping, idle too long, full of connections: another connection may do.
See the manual's appendix A for these and the following."""
_LATER: Final = ("55P03", "40001", "40P01")
_CREDENTIALS: Final = ("28000", "28P01", "42501")


class Lost(Exception):
    """The connection is gone, or was not to be had; whether the last commit was done is not known."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def sorted_out(address: Address, error: BaseException) -> BaseException:
    """One of the driver's, SQLAlchemy's or the system's errors as :class:`Lost` or :class:`LedgerError`."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    said = original.args[0] if original.args and isinstance(original.args[0], dict) else None
    if said is not None:
        return _of_server(address, said)
    if isinstance(original, ssl.SSLCertVerificationError):
        return LedgerError(
            f"The server at {address} shows a certificate that is not believed ({original.verify_message}). "
            "Nothing was sent there. Name its authority with sslrootcert=FILE in the url."
        )
    if isinstance(original, ssl.SSLError):
        return LedgerError(f"No TLS with {address} ({original.reason or original}). Check its settings.")
    if isinstance(original, OSError):
        return Lost(original.strerror or str(original) or type(original).__name__)
    if type(original).__name__ == "InterfaceError":
        if "refuses SSL" in str(original):
            return LedgerError(
                f"The server at {address} has no TLS, so it is not spoken to: others on the way could "
                "read it. Turn ssl on there."
            )
        return Lost(str(original.__cause__ or original))
    return LedgerError(f"The ledger {address} could not be used ({original}); please report this.")


def _of_server(address: Address, said: dict[str, Any]) -> BaseException:
    code, message = str(said.get("C", "")), str(said.get("M", ""))
    if code in _LOST or code.startswith("08"):
        return Lost(message)
    if code in _CREDENTIALS or code.startswith("28"):
        return LedgerUnauthorized(
            f"The ledger {address} does not let {address.user!r} do this ({message}). Nothing was written. "
            "Check user, password and rights: docs/how-to/shared-ledger.md names those it needs."
        )
    if code in _LATER:
        return LedgerBusy(f"Another process holds the ledger {address} ({message}); a later run finishes it.")
    if code == "3D000":
        return LedgerError(
            f"There is no database for the ledger {address}; make it: createdb {address.database}"
        )
    if code == "25006":
        return LedgerError(f"The server at {address} only reads, so it is a copy; name the one that writes.")
    if code.startswith("53"):
        return LedgerError(
            f"The server of the ledger {address} has no room left ({message}). Nothing was written."
        )
    return LedgerError(
        f"The ledger {address} could not be used ({message}). Nothing was written; check its server."
    )


def unreachable(address: Address, why: str) -> LedgerUnreachable:
    """The error for a server that does not answer, or not any more."""
    return LedgerUnreachable(
        f"The ledger {address} cannot be reached ({why}). What was not acknowledged is not taken as "
        "written; a later run finishes the work."
    )


def busy(address: Address, holder: str) -> LedgerBusy:
    """The error while another run leads."""
    return LedgerBusy(f"{holder} is at work in the ledger {address}; a later run finishes the work.")


def fenced(address: Address, holder: str) -> LedgerBusy:
    """The error for a leader that another one has followed."""
    return LedgerBusy(
        f"This run lost the ledger {address} with its connection, and {holder} has taken over. Nothing more "
        "was written; a later run finishes the work."
    )


def pooled(address: Address) -> LedgerError:
    """The error for a way to the database on which the lock of a run does not hold."""
    return LedgerError(
        f"Between this machine and the ledger {address} stands a connection pooler, which may hand each "
        "transaction to another session, so that the lock of a run would not hold and two could file the "
        "same measure. Nothing was done. Name the server itself in [ledger] url."
    )


def forgetful(address: Address) -> LedgerError:
    """The error for a server that acknowledges what it may lose."""
    return LedgerError(
        f"The server of the ledger {address} runs with fsync off, so a loss of power would take back what it "
        "has acknowledged, and it might be filed again. Nothing was done. Turn fsync on there."
    )


def older(address: Address, version: str, head: str) -> LedgerError:
    """The error for reading what only a writing run can bring up to date."""
    return LedgerError(
        f"The ledger {address} is of an older version ({version}, this program's is {head}). "
        "The next run that writes brings it up to date: `followthrough sync`."
    )
