"""Addresses: where people open an issue, where the program asks, and which issue an address names.

Facts: keys are ``PROJECT-NUMBER``, the project's key begins with a letter (support.atlassian.com,
"Valid project keys"); a scoped token or one of a service account is taken only at
``https://api.atlassian.com/ex/jira/CLOUD_ID`` (the same, "Manage API tokens"), whose own addresses no
person can open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

__all__ = ["GATEWAY_PATH", "browse", "host_of", "is_cloud_host", "is_id", "is_key", "key_in", "together"]

GATEWAY_PATH: Final = "/ex/jira"
"""What stands in front of the cloud id at the gateway."""
_CLOUD_HOSTS: Final = (".atlassian.net", ".jira.com", ".jira-dev.com", ".atlassian-us-gov-mod.net")
_KEY: Final = re.compile(r"([A-Za-z][A-Za-z0-9_]*)-([1-9][0-9]{0,17})")
_ID: Final = re.compile(r"[1-9][0-9]{0,17}")


def is_key(text: str) -> bool:
    """Whether it looks like the key of an issue."""
    return _KEY.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """Whether it looks like the number of an issue."""
    return _ID.fullmatch(text) is not None


def host_of(url: str) -> str:
    """The host, as people know the site."""
    return urlsplit(url).hostname or url


def is_cloud_host(url: str) -> bool:
    """Whether the address tells by itself that the site is in Atlassian's cloud."""
    return host_of(url).endswith(_CLOUD_HOSTS)


def browse(site: str, key: str) -> str:
    """Where a person opens the issue."""
    return f"{site}/browse/{quote(key)}"


def together(site: str, keys: Sequence[str]) -> str:
    """Where a person sees exactly these issues."""
    query = f"key in ({','.join(keys)})"
    return f"{site}/issues/?jql={quote(query, safe='(),')}"


def key_in(text: str, site: str, project: str) -> str | None:
    """The key that a word or an address names, in capitals; ``None`` if it is none of that project.

    Addresses are ``/browse/KEY``, ``…/issues/KEY`` and whatever has ``selectedIssue=KEY``.
    """
    text = text.strip()
    if "://" not in text:
        return _of_project(text, project)
    try:
        parts, home = urlsplit(text), urlsplit(site)
        same = (parts.scheme, parts.hostname, parts.port) == (home.scheme, home.hostname, home.port)
    except ValueError:
        return None
    path = unquote(parts.path)
    if not same or not path.startswith(f"{home.path}/"):
        return None
    for selected in parse_qs(parts.query).get("selectedIssue", ()):
        return _of_project(selected, project)
    before, _, last = path.removeprefix(home.path).rstrip("/").rpartition("/")
    return _of_project(last, project) if before.endswith(("/browse", "/issues")) else None


def _of_project(word: str, project: str) -> str | None:
    found = _KEY.fullmatch(word)
    return word.upper() if found and found[1].upper() == project.upper() else None
