"""The stand-in as a process of its own: prints its address, and on each line of input what was asked since the last.

PYTHONPATH=tests/servers python -m jira_cloud --latency 0.1
"""

from __future__ import annotations

import argparse
import json
import sys

from jira_cloud.server import Server
from jira_cloud.site import Site
from serving import RealClock


def main() -> None:
    parser = argparse.ArgumentParser(prog="jira_cloud", description=__doc__)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args()
    with Server(Site(RealClock()), latency=options.latency, described=False) as server:
        print(server.url, flush=True)
        for _ in sys.stdin:  # ends with whoever started it
            asked = list(server.journal)
            server.journal.clear()
            told = {
                "requests": len(asked),
                "sent": sum(one.sent for one in asked),
                "received": sum(one.received for one in asked),
                "issues": len(server.site.issues),
            }
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
