"""Run the real command line, and at a named step say so and wait for a line on standard input.

Usage: holding.py STEP COMMAND [ARGUMENT...]
"""

import sys

from followthrough.__main__ import main
from followthrough.engine.world import World

wanted = sys.argv[1]


def step(name: str) -> None:
    if name == wanted:
        print(name, flush=True)
        sys.stdin.readline()


sys.exit(main(sys.argv[2:], world=World(step=step)))
