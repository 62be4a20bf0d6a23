"""Opening the ledger that the settings name, with what it needs of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from followthrough.ledger import Ledger, open_ledger
from followthrough.ledger.files import state_path
from followthrough.settings import Settings


def ledger_of(
    settings: Settings,
    root: Path,
    guard: Callable[[], None],
    *,
    create: bool,
    random_name: Callable[[], str],
    offline: bool = False,
    url: str | None = None,
) -> Ledger:
    """The ledger of ``root``; another one than the settings' where ``url`` names it.

    ``guard`` raises where this user has not allowed the settings to use secrets: it is asked before a
    server is connected to. See :func:`followthrough.ledger.open_ledger` for the rest.
    """

    def password() -> str | None:
        from followthrough.secrets import Secret

        guard()
        reference = settings.ledger.password
        return None if reference is None else Secret(reference.get_secret_value(), root=root).resolve()

    return open_ledger(
        url or settings.ledger.url,
        state_path(root),
        create=create,
        random_name=random_name,
        remote=settings.ledger.remote,
        offline=offline,
        password=password,
    )
