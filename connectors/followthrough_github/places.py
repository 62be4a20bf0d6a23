"""Where a repository lives: its addresses for programs and for people, and how its issues are named.

Addresses: docs.github.com, "Getting started with the REST API" (github.com and GHE.com), "GraphQL API"
of Enterprise Server. A base address of any other form is taken as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

__all__ = ["GITHUB", "Place", "api_of_host", "repository_name"]

GITHUB: Final = "https://api.github.com"

_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})?(?:_[a-z0-9]{1,8})?/[A-Za-z0-9._-]{1,100}")
_NUMBER: Final = re.compile(r"(?:#|GH-)([1-9][0-9]{0,9})", re.IGNORECASE)
_FULL: Final = re.compile(r"([\w.-]{1,60}/[\w.-]{1,100})#([1-9][0-9]{0,9})")
_PATH: Final = re.compile(r"/([\w.-]{1,60}/[\w.-]{1,100})/issues/([1-9][0-9]{0,9})/?")


def repository_name(text: str) -> str:
    """``owner/name``. Raises ``ValueError`` for anything else."""
    if not _NAME.fullmatch(text) or text.endswith(("/.", "/..")):
        raise ValueError(f'{text!r} is no repository; write it as "acme/web", or "auto" for git\'s remote')
    return text


def api_of_host(host: str, port: int | None = None) -> str:
    """The base address of the REST API of a host that serves repositories."""
    if host in ("github.com", "www.github.com", "ssh.github.com"):
        return GITHUB
    if host.endswith(".ghe.com"):
        return f"https://api.{host.removeprefix('api.')}"
    return f"https://{host}{f':{port}' if port else ''}/api/v3"


@dataclass(frozen=True, slots=True)
class Place:
    """One repository on one host."""

    api: str
    """Base address of the REST API, without a slash at its end."""
    repository: str
    """``owner/name``."""
    own: bool = False
    """It is the repository of the documents, so that a bare ``#12`` in them means an issue here."""

    @property
    def graphql(self) -> str:
        """Where GraphQL is asked for; it may not be offered there."""
        base = self.api.removesuffix("/api/v3")
        return f"{base}/api/graphql" if base != self.api else f"{self.api}/graphql"

    @property
    def web(self) -> str:
        """What the addresses that people open begin with."""
        parts = urlsplit(self.api)
        if self.api == GITHUB:
            return "https://github.com"
        if parts.netloc.endswith(".ghe.com"):
            return f"https://{parts.netloc.removeprefix('api.')}"
        return self.api.removesuffix("/api/v3")

    @property
    def host(self) -> str:
        """The host as people know it."""
        return urlsplit(self.web).netloc

    def is_at(self, host: str, port: int | None) -> bool:
        """Whether a git remote lies on this host; one without a port may lead to any of its."""
        here = urlsplit(self.web)
        name, ours = here.hostname or "", here.port or (443 if here.scheme == "https" else 80)
        return host.lower() in (name, f"ssh.{name}") and port in (None, ours)

    @property
    def path(self) -> str:
        """Path of the repository below the API."""
        return f"/repos/{self.repository}"

    def key_of(self, text: str) -> str | None:
        """The key of the issue of this repository that a word or address names; pull requests have none."""
        words = text.strip()
        if words.lower().startswith(("http://", "https://")):
            try:
                parts = urlsplit(words)
            except ValueError:
                return None
            if parts.netloc.lower().removeprefix("www.") != self.host.lower():
                return None
            found = _PATH.fullmatch(parts.path)
        else:
            bare = _NUMBER.fullmatch(words)
            if bare:
                return f"#{bare[1]}" if self.own else None
            found = _FULL.fullmatch(words)
        if found is None or found[1].lower() != self.repository.lower():
            return None
        return f"#{found[2]}"

    def key(self, repository: str, number: int) -> str:
        """What an issue is called here: with its repository where that is another one."""
        return f"#{number}" if repository.lower() == self.repository.lower() else f"{repository}#{number}"
