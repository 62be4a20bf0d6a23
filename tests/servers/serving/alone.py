"""A stand-in as a process of its own, for benchmarks."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from serving.front import Front

__all__ = ["serve"]


def serve(name: str, start: Callable[[float, int], Front]) -> None:
    """Print the address, and on each line of input what was asked since the last.

    ``start`` takes the latency in seconds and how many issues there are from the start.
    """
    parser = argparse.ArgumentParser(prog=name)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--issues", type=int, default=0, help="how many there are from the start")
    options = parser.parse_args()
    with start(options.latency, options.issues) as server:
        print(server.url, flush=True)
        for _ in sys.stdin:  # ends with whoever started it
            asked = list(server.journal)
            server.journal.clear()
            told = {
                "requests": len(asked),
                "sent": sum(one.sent for one in asked),
                "received": sum(one.received for one in asked),
            }
            print(json.dumps(told), flush=True)
