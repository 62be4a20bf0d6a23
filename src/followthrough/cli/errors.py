"""Which errors are expected, and the exit code of each."""

from __future__ import annotations

from followthrough.connector import ConnectorError, RateLimited, Unauthorized
from followthrough.engine.decisions import Refusal
from followthrough.engine.running import Exit, StalePlan
from followthrough.ledger import LedgerBusy, LedgerError
from followthrough.planning.filing import NoSuchItem
from followthrough.registry import RegistryError
from followthrough.settings import SettingsError
from followthrough.sources import SourceError


class UsageError(Exception):
    """The command line asks for something that is not there: a sentence with the next step."""


CODES: tuple[tuple[type[Exception], Exit], ...] = (
    (UsageError, Exit.USAGE),
    (SettingsError, Exit.USAGE),
    (RegistryError, Exit.USAGE),
    (NoSuchItem, Exit.USAGE),
    (LedgerBusy, Exit.LATER),
    (LedgerError, Exit.USAGE),
    (StalePlan, Exit.HUMAN),
    (Refusal, Exit.USAGE),
    (Unauthorized, Exit.CREDENTIALS),
    (RateLimited, Exit.LATER),
    (ConnectorError, Exit.PARTIAL),
    (SourceError, Exit.PARTIAL),
)


def code_of(error: Exception) -> Exit | None:
    """The exit code of an expected error, ``None`` for anything else."""
    return next((code for kind, code in CODES if isinstance(error, kind)), None)
