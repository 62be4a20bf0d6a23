"""Trackers at a distance: requests, bytes and time for many issues, against a plain loop over the SDK."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jira
from benchmarks.measure import Series, Took, timed
from benchmarks.results import Row, milliseconds, size

from followthrough.connector import Created, Draft, Footer, Inline, Paragraph, Quote
from followthrough.http import Transport
from followthrough_jira import plugin

SERVERS = Path(__file__).resolve().parent.parent / "tests" / "servers"
EMAIL, TOKEN = "bot@acme.example", "classic-token-1"
TIMES_FASTER = 20
CPU_GOAL = 60e-6
"""Seconds of processor an issue that is refreshed."""


@dataclass(frozen=True)
class Traffic:
    """What went over the wire."""

    requests: int
    sent: int
    received: int

    def __str__(self) -> str:
        return f"{self.requests} requests, {size(self.sent)} up, {size(self.received)} down"


@dataclass
class Standin:
    """The stand-in for a tracker, in a process of its own."""

    url: str
    process: subprocess.Popen[str]

    def traffic(self) -> Traffic:
        """What was asked since the last question."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        return Traffic(told["requests"], told["sent"], told["received"])


@contextmanager
def standin(name: str, latency: float, issues: int = 0) -> Iterator[Standin]:
    """It answers nothing sooner than ``latency`` seconds, and holds so many issues from the start."""
    command = [sys.executable, "-m", name, "--latency", str(latency), "--issues", str(issues)]
    environ = {**os.environ, "PYTHONPATH": str(SERVERS)}
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield Standin(process.stdout.readline().strip(), process)
        process.terminate()


def drafts(number: int) -> list[Draft]:
    """Tickets as they are filed, each with a body of usual length."""
    return [
        Draft(
            id=f"{place:0>12}",
            document="postmortems/2026-11-12-checkout.md",
            title=f"Alert when the connection pool of service {place} is over 90 % for five minutes",
            body=(
                Paragraph(
                    (Inline("Promised in the postmortem "), Inline("Checkout down", "https://x.example/"))
                ),
                Quote(
                    (Inline("Alert when the connection pool is over 90 % for five minutes. (owner: Sam)"),)
                ),
                Paragraph((Inline("When you are done, close this issue. " * 8),)),
                Footer((Inline(f"Filed by followthrough, {place:0>12}."),)),
            ),
            labels=("postmortem",),
        )
        for place in range(number)
    ]


def jira_cloud(*, create: int, refresh: int, latency: float) -> list[Row]:
    """``create`` issues created, ``refresh`` read again, in one run on one server."""
    os.environ["FOLLOWTHROUGH_BENCH_TOKEN"] = TOKEN
    with standin("jira_cloud", latency) as server:
        section = {"url": server.url, "project": "OPS", "email": EMAIL, "deployment": "cloud"}
        settings = plugin.settings_model().model_validate(
            {**section, "token": "env:FOLLOWTHROUGH_BENCH_TOKEN"},
            context={"root": Path.cwd(), "scope": "ops"},
        )
        sdk = jira.JIRA(server.url, basic_auth=(EMAIL, TOKEN))
        with plugin.connect(settings, Transport()) as connector:
            ids: list[str] = []

            def ours() -> None:
                outcomes = connector.create(drafts(create))
                ids.extend(one.ticket.id for one in outcomes if isinstance(one, Created))

            made = measured(server, ours)
            assert len(ids) == create, "not all were created"
            made_by_sdk = measured(server, lambda: _create_with_sdk(sdk, create))
            while len(ids) < refresh:
                ours()
            asked = ids[:refresh]
            connector.fetch(asked[:1])
            found: list[int] = []
            read = measured(server, lambda: found.append(len(connector.fetch(asked))))
            read_by_sdk = measured(server, lambda: [sdk.issue(id) for id in asked])
            assert found == [refresh], "not all were read"
            idle = measured(server, lambda: connector.fetch(asked[:100]))
        delay = f"at {latency * 1000:g} ms"
        return [
            *compared(f"create {create:,} issues {delay}, against create_issue()", made, made_by_sdk),
            *compared(f"refresh {refresh:,} issues {delay}, against issue()", read, read_by_sdk),
            processor(read[0].cpu / refresh),
            one_request("  nothing changed, up to 100 issues known", idle[1]),
        ]


def _create_with_sdk(sdk: jira.JIRA, number: int) -> None:
    """What a script does; its text is plain, since the SDK speaks the older version of the API."""
    for draft in drafts(number):
        text = "\n\n".join("".join(run.text for run in block.inlines) for block in draft.body)
        fields: dict[str, Any] = {
            "project": {"key": "OPS"},
            "issuetype": {"name": "Task"},
            "summary": draft.title,
            "description": text,
            "labels": ["followthrough", *draft.labels],
        }
        sdk.create_issue(fields=fields)


def measured(server: Standin, work: Callable[[], object]) -> tuple[Took, Traffic]:
    server.traffic()
    took = timed(work)
    return took, server.traffic()


def processor(each: float) -> Row:
    """Seconds of the client's processor for each refreshed issue, against the goal."""
    return Row(
        what="  processor for each refreshed issue, against the goal",
        ours=f"{each * 1e6:.0f} µs",
        other=f"{CPU_GOAL * 1e6:.0f} µs",
        ratio=CPU_GOAL / each,
        goal=1,
    )


def one_request(what: str, traffic: Traffic) -> Row:
    """What must cost a single request."""
    return Row(
        what=what,
        ours=f"{traffic.requests} request, {size(traffic.received)}",
        other="1 request",
        ratio=1 / traffic.requests,
        goal=1,
    )


def compared(
    what: str, ours: tuple[Took, Traffic], other: tuple[Took, Traffic], goal: float | None = TIMES_FASTER
) -> list[Row]:
    """Time, requests, bytes and processor of the same work done by us and by the SDK."""

    def total(traffic: Traffic) -> int:
        return traffic.sent + traffic.received

    return [
        Row(
            what=what,
            ours=milliseconds(ours[0].wall),
            other=milliseconds(other[0].wall),
            ratio=other[0].wall / ours[0].wall,
            goal=goal,
            runs=[Series("ours", [ours[0]]), Series("SDK", [other[0]])],
        ),
        Row(
            what="  requests",
            ours=str(ours[1].requests),
            other=str(other[1].requests),
            ratio=other[1].requests / ours[1].requests,
        ),
        Row(
            what="  bytes of bodies, both ways",
            ours=size(total(ours[1])),
            other=size(total(other[1])),
            ratio=total(other[1]) / total(ours[1]),
        ),
        Row(
            what="  processor of the client",
            ours=milliseconds(ours[0].cpu),
            other=milliseconds(other[0].cpu),
            ratio=other[0].cpu / ours[0].cpu,
        ),
    ]
