"""The program's door: ``--version`` without loading anything, everything else through the CLI."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from followthrough import __version__

if TYPE_CHECKING:
    from followthrough.engine.world import World


def main(argv: Sequence[str] | None = None, *, world: World | None = None) -> int:
    """Run one command and return its exit code. ``world`` replaces clock, randomness and disk."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        print(f"followthrough {__version__}")
        return 0
    # Loading is not to be interrupted with a traceback, and there is nothing yet that could be lost.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from followthrough.cli.app import run

    # A document is many small values without a cycle among them: looking for one takes half of the time.
    gc.set_threshold(100_000, 20, 20)
    return run(arguments, world)


if __name__ == "__main__":
    sys.exit(main())
