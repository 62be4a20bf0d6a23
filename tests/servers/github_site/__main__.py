"""The stand-in as a process of its own.

PYTHONPATH=tests/servers python -m github_site --latency 0.1 --issues 1000
"""

from __future__ import annotations

from github_site.server import Server
from github_site.site import BOT, Site
from serving import RealClock
from serving.alone import serve

TEXT = "Promised in the postmortem of the checkout, to be done before the next quarter ends. " * 8


def start(latency: float, issues: int) -> Server:
    site = Site(RealClock())
    for number in range(issues):
        body = f"{TEXT}\n<!-- followthrough:1 {number:0>12} postmortems/2026-11-12-checkout.md -->"
        title = f"Alert when the connection pool of service {number} is over 90 % for five minutes"
        site.add(site.web, BOT, title, body, labels=["postmortem"])
    return Server(site, latency=latency, described=False)


if __name__ == "__main__":
    serve("github_site", start)
