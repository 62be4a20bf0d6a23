"""GitHub at a distance, against a plain loop over PyGithub with its defaults."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.distance import compared, drafts, measured, one_request, processor, standin
from benchmarks.results import Row
from github import Auth, Github
from github.Repository import Repository

from followthrough.connector import Created
from followthrough.http import Transport
from followthrough_github import plugin

BOT = "bot"
TIMES_FASTER = 50


def github_site(*, create: int, refresh: int, latency: float) -> list[Row]:
    """``create`` issues created, ``refresh`` read again, in one run on one server.

    Creating is paced by both sides, a second apart as GitHub asks: its time says nothing.
    """
    os.environ["FOLLOWTHROUGH_BENCH_TOKEN"] = f"token-of-{BOT}"
    with standin("github_site", latency, refresh) as server:
        settings = plugin.settings_model().model_validate(
            {"url": server.url, "repository": "acme/web", "token": "env:FOLLOWTHROUGH_BENCH_TOKEN"},
            context={"root": Path.cwd(), "scope": "web"},
        )
        with plugin.connect(settings, Transport()) as connector:
            first = connector.changed(None)
            asked = [ticket.id for ticket in first.tickets]
            assert len(asked) == refresh, "not all were listed"
            connector.fetch(asked[:1])
            cursor = connector.changed(first.cursor).cursor
            idle = measured(server, lambda: connector.changed(cursor))
            found: list[int] = []
            read = measured(server, lambda: found.append(len(connector.fetch(asked))))
            assert found == [refresh], "not all were read"
            made_of: list[bool] = []
            made = measured(
                server,
                lambda: made_of.extend(isinstance(one, Created) for one in connector.create(drafts(create))),
            )
            assert made_of == [True] * create, "not all were created"
        sdk = Github(base_url=server.url, auth=Auth.Token(f"token-of-{BOT}")).get_repo("acme/web")
        read_by_sdk = measured(server, lambda: [sdk.get_issue(number + 1) for number in range(refresh)])
        made_by_sdk = measured(server, lambda: _create_with_sdk(sdk, create))
    delay = f"at {latency * 1000:g} ms"
    paced = f"create {create:,} issues {delay}, paced, against create_issue(), paced"
    refreshed = f"refresh {refresh:,} issues {delay}, against get_issue()"
    return [
        *compared(paced, made, made_by_sdk, goal=None),
        *compared(refreshed, read, read_by_sdk, goal=TIMES_FASTER),
        processor(read[0].cpu / refresh),
        one_request("  nothing changed (304)", idle[1]),
    ]


def _create_with_sdk(repository: Repository, number: int) -> None:
    """What a script does."""
    for draft in drafts(number):
        text = "\n\n".join("".join(run.text for run in block.inlines) for block in draft.body)
        repository.create_issue(draft.title, body=text, labels=list(draft.labels))
