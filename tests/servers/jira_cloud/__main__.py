"""The stand-in as a process of its own.

PYTHONPATH=tests/servers python -m jira_cloud --latency 0.1
"""

from __future__ import annotations

from jira_cloud.server import Server
from jira_cloud.site import Site
from serving import RealClock
from serving.alone import serve


def start(latency: float, _issues: int) -> Server:
    return Server(Site(RealClock()), latency=latency, described=False)


if __name__ == "__main__":
    serve("jira_cloud", start)
