"""Where a person opens a document: from the settings' pattern, or from what git's remote looks like.

The path patterns are those of the hosts' own web pages: GitHub ``/blob/``, GitLab ``/-/blob/``,
Bitbucket Cloud ``/src/``, Gitea and Forgejo ``/src/branch/``, Azure Repos ``?path=``. A host whose
name tells nothing is left without an address rather than given a wrong one.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_SSH = re.compile(r"(?:ssh://)?(?:[\w.-]++@)?([\w-]++(?:\.[\w-]++)++)(?::(?:\d++/)?|/)(.+?)(?:\.git)?/?")
_AZURE_SSH = re.compile(
    r"(?:ssh://)?(?:[\w.-]+@)?(?:ssh\.dev\.azure\.com|vs-ssh\.visualstudio\.com)[:/]v3/([^/]+)/([^/]+)/([^/]+?)/?"
)


def from_pattern(pattern: str, path: str, heading: str | None) -> str:
    """The settings' ``document_url`` with ``{path}`` filled in, and the heading's anchor after it."""
    return _anchored(pattern.replace("{path}", quote(path)), heading)


def from_remote(remote: str, branch: str, path: str, heading: str | None) -> str | None:
    """The page of a document in the repository that ``remote`` names; ``None`` for an unknown host."""
    azure = _AZURE_SSH.fullmatch(remote)
    if azure:
        organisation, project, repository = (quote(part, safe="%") for part in azure.groups())
        return _azure(f"https://dev.azure.com/{organisation}/{project}/_git/{repository}", branch, path)
    home = _home(remote)
    if home is None:
        return None
    host = urlsplit(home).hostname or ""
    if host == "dev.azure.com" or host.endswith(".visualstudio.com"):
        return _azure(home, branch, path)
    between = _between(host)
    return _anchored(f"{home}{between}{quote(branch)}/{quote(path)}", heading) if between else None


def _home(remote: str) -> str | None:
    """The repository's page, without credentials; ``None`` for a remote that has no page."""
    try:
        parts = urlsplit(remote)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # no address at all
        return None
    if parts.scheme in ("http", "https") and parts.hostname:
        return f"{parts.scheme}://{parts.hostname}{port}{parts.path.rstrip('/').removesuffix('.git')}"
    found = _SSH.fullmatch(remote)
    return f"https://{found[1]}/{found[2]}" if found else None


def _between(host: str) -> str | None:
    """What stands between repository and branch in the address of a file."""
    labels = host.split(".")
    if "github" in labels or host.endswith(".ghe.com"):
        return "/blob/"
    if "gitlab" in labels:
        return "/-/blob/"
    if host == "bitbucket.org":
        return "/src/"
    if {"gitea", "forgejo", "codeberg"} & set(labels):
        return "/src/branch/"
    return None


def _azure(home: str, branch: str, path: str) -> str:
    return f"{home}?path={quote('/' + path, safe='')}&version=GB{quote(branch, safe='')}"


def _anchored(address: str, heading: str | None) -> str:
    slug = anchor(heading) if heading else ""
    return f"{address}#{slug}" if slug and "#" not in address and "?" not in address else address


def anchor(heading: str) -> str:
    """The fragment that GitHub, GitLab and Gitea give a heading: lower case, hyphens, letters and digits."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return quote(kept.replace(" ", "-"))
