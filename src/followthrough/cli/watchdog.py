"""A run from its first signal to the watchdog to its last, however it ends."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from followthrough.cli import output
from followthrough.cli.errors import code_of
from followthrough.engine.exits import Exit

if TYPE_CHECKING:
    from pydantic import SecretStr

    from followthrough.cli.workspace import Workspace
    from followthrough.engine.heartbeat import Watchdog
    from followthrough.engine.running import Done


@dataclass(slots=True)
class Ending:
    """How the run ends."""

    code: int = int(Exit.UNEXPECTED)


@contextmanager
def watched(workspace: Workspace, results: Sequence[Done]) -> Iterator[Ending]:
    """Tell the watchdog of the settings when the run begins and ends; ``results`` may grow meanwhile.

    Raises :class:`followthrough.trust.Untrusted` where the settings may not say so.
    """
    ending = Ending()
    if not workspace.settings.heartbeat.addresses():
        yield ending
        return
    workspace.guard()
    dog = _watchdog(workspace)
    dog.begun({"root": workspace.root.name})
    # A signal leaves no time for more than one try.
    tries = 3
    try:
        yield ending
    except Exception as error:
        known = code_of(error)
        ending.code = int(Exit.UNEXPECTED if known is None else known)
        raise
    except BaseException as stop:
        ending.code = 128 + getattr(stop, "number", 0)
        tries = 1
        raise
    finally:
        dog.ended(ending.code, _summary(workspace, results), tries=tries)


def _summary(workspace: Workspace, results: Sequence[Done]) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    for done in results:
        counts.update(done.counts())
    return {"root": workspace.root.name, "runs": [done.run for done in results], "counts": dict(counts)}


def _watchdog(workspace: Workspace) -> Watchdog:
    from followthrough.engine.heartbeat import Watchdog
    from followthrough.settings.heartbeat import resolved

    def address(given: SecretStr | None) -> Any:
        return None if given is None else lambda: resolved(given, workspace.root)

    settings = workspace.settings.heartbeat
    return Watchdog(
        start=address(settings.start),
        finish=address(settings.finish),
        fail=address(settings.fail),
        warn=lambda words: output.talk(words, level="warning", event="heartbeat"),
        sleep=time.sleep,
    )
