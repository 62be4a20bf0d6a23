"""What ``doctor`` finds about a ledger that lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from followthrough.engine.diagnosis import Diagnosis
from followthrough.engine.exits import Exit
from followthrough.ledger import LedgerBusy, LedgerError, LedgerUnauthorized, LedgerUnreachable
from followthrough.settings import Settings


def pushing(settings: Settings, root: Path) -> Iterator[Diagnosis]:
    """Whether a ledger on a branch may be pushed, which a login that reads may not do."""
    kind, _, branch = settings.ledger.url.partition(":")
    if kind != "git":
        return
    from followthrough.ledger.git import try_push

    try:
        remote = try_push(branch, root, remote=settings.ledger.remote)
    except LedgerError as error:
        yield Diagnosis("ledger", "pushing", False, str(error), "", ledger_code(error))
        return
    if remote is None:
        message = f"The branch {branch} is in this repository alone, which has no remote."
        cure = "Other hosts share it, and a disk that is lost takes nothing along, once there is a remote."
        yield Diagnosis("ledger", "pushing", None, message, cure)
    else:
        yield Diagnosis("ledger", "pushing", True, f"git may push the branch {branch} to {remote}.")


def ledger_code(error: LedgerError) -> Exit:
    """What a command ends with where the ledger says that."""
    if isinstance(error, LedgerUnauthorized):
        return Exit.CREDENTIALS
    return Exit.LATER if isinstance(error, LedgerUnreachable | LedgerBusy) else Exit.PARTIAL
