"""From settings to sources: who asks, in which way, and which Jira the pages show by themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from followthrough.http import Network, Secret, Transport
from followthrough.settings import Settings
from followthrough.settings.confluence import ConfluenceSettings, is_cloud_host
from followthrough.sources.confluence.client import Client
from followthrough.sources.confluence.source import ConfluenceSource

__all__ = ["opened", "shown_by"]

JIRA = "jira"


def opened(
    settings: Settings, root: Path, guard: Callable[[], None] | None, outside: Transport
) -> list[ConfluenceSource]:
    """A source for each section, none of which asks anything yet. Secrets are read only after ``guard``.

    Each has a breaker of its own, so that a Confluence that fails turns off nothing else.
    """
    return [
        ConfluenceSource(
            one,
            Client(one, Secret(one.token, root=root, guard=guard), outside.through(_network(one, root))),
            shown_by(one, settings),
        )
        for one in settings.confluences
    ]


def shown_by(confluence: ConfluenceSettings, settings: Settings) -> dict[str, str]:
    """By scope, the application link to its Jira; empty for the one that a site in the cloud has itself."""
    if not confluence.jira_macro:
        return {}
    jiras = {
        scope: tracker.options.get("url")
        for scope, tracker in settings.scopes().items()
        if tracker.kind == JIRA
    }
    beside = {scope: "" for scope, url in jiras.items() if _same_site(confluence, url)}
    named = {scope: link for scope, link in confluence.jira_servers.items() if scope in jiras}
    return {**beside, **named}


def _same_site(confluence: ConfluenceSettings, url: Any) -> bool:
    """Whether this Jira and this Confluence are one site of Atlassian's cloud."""
    return (
        isinstance(url, str)
        and is_cloud_host(confluence.url)
        and urlsplit(url).hostname == urlsplit(confluence.url).hostname
    )


def _network(settings: ConfluenceSettings, root: Path) -> Network | None:
    if settings.ca_file is None and settings.client_cert is None and settings.proxy is None:
        return None
    return Network(settings.path("ca_file", root), settings.path("client_cert", root), settings.proxy)
