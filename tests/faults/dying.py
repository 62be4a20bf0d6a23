"""Run the real command line, and die without warning the N-th time a named step is reached.

Usage: dying.py STEP N COMMAND [ARGUMENT...]
"""

import os
import signal
import sys

from followthrough.__main__ import main
from followthrough.engine.world import World
from followthrough.sources.disk import RealDisk

wanted, left = sys.argv[1], int(sys.argv[2])


def step(reached: str) -> None:
    global left
    if reached == wanted:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


sys.exit(main(sys.argv[3:], world=World(step=step, disk=RealDisk(step))))
