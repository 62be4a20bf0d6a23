"""Run the real command line, and die without warning the N-th time a named step is reached.

Usage: dying.py STEP N COMMAND [ARGUMENT...]
"""

import os
import signal
import sys
from collections import Counter

from followthrough.__main__ import main
from followthrough.engine.world import World
from followthrough.sources.disk import RealDisk

wanted, number = sys.argv[1], int(sys.argv[2])
reached = Counter[str]()


def step(name: str) -> None:
    reached[name] += 1
    if name == wanted and reached[name] == number:
        os.kill(os.getpid(), signal.SIGKILL)


sys.exit(main(sys.argv[3:], world=World(step=step, disk=RealDisk(step))))
