"""Which errors are expected, and the exit code of each."""

from __future__ import annotations

from followthrough.engine.exits import Exit


class UsageError(Exception):
    """The command line asks for something that is not there: a sentence with the next step."""


CODES = {
    "followthrough.cli.errors.UsageError": Exit.USAGE,
    "followthrough.settings.problems.SettingsError": Exit.USAGE,
    "followthrough.registry.RegistryError": Exit.USAGE,
    "followthrough.planning.rules.NoSuchItem": Exit.USAGE,
    "followthrough.ledger.interface.LedgerBusy": Exit.LATER,
    "followthrough.ledger.interface.LedgerUnreachable": Exit.LATER,
    "followthrough.ledger.interface.LedgerUnauthorized": Exit.CREDENTIALS,
    "followthrough.ledger.interface.LedgerError": Exit.USAGE,
    "followthrough.engine.running.StalePlan": Exit.HUMAN,
    "followthrough.cli.sending.TooOld": Exit.LATER,
    "followthrough.engine.decisions.Refusal": Exit.USAGE,
    "followthrough.connector.Unauthorized": Exit.CREDENTIALS,
    "followthrough.connector.RateLimited": Exit.LATER,
    "followthrough.connector.ConnectorError": Exit.PARTIAL,
    "followthrough.sources.interface.SourceError": Exit.PARTIAL,
}
"""By name: a module that raised one is loaded, the others need not be."""


def code_of(error: Exception) -> Exit | None:
    """The exit code of an expected error, by the nearest of its classes; ``None`` for anything else."""
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
    return next((CODES[name] for name in names if name in CODES), None)
