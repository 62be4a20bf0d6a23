"""Issues, people and repositories as GitHub's REST API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from github_site.site import Issue, Repository, node_id

_USER = ("followers", "following{/other_user}", "gists{/gist_id}", "starred{/owner}{/repo}", "subscriptions")
_REPOSITORY = [
    "archive",
    "assignees",
    "blobs",
    "branches",
    "collaborators",
    "comments",
    "commits",
    "compare",
    "contents",
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "git_commits",
    "git_refs",
    "git_tags",
    "hooks",
    "issue_comment",
    "issue_events",
    "issues",
    "keys",
    "labels",
    "languages",
    "merges",
    "milestones",
    "notifications",
    "pulls",
    "releases",
    "stargazers",
    "statuses",
    "subscribers",
    "subscription",
    "tags",
    "teams",
    "trees",
    "clone",
    "git",
    "ssh",
    "svn",
]


def stamp(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def user(base: str, login: str) -> dict[str, Any]:
    api = f"{base}/users/{login}"
    urls = {f"{name.partition('{')[0]}_url": f"{api}/{name}" for name in _USER}
    return {
        "login": login,
        "id": sum(map(ord, login)),
        "node_id": node_id("U", sum(map(ord, login))),
        "avatar_url": f"{base}/avatars/{login}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{base}/{login}",
        **urls,
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events",
        "received_events_url": f"{api}/received_events",
        "type": "Bot" if login.endswith("[bot]") else "User",
        "site_admin": False,
    }


def me(base: str, login: str) -> dict[str, Any]:
    more = ("name", "company", "blog", "location", "email", "hireable", "bio")
    numbers = ("public_repos", "public_gists", "followers", "following")
    return {
        **user(base, login),
        **dict.fromkeys(more),
        **dict.fromkeys(numbers, 0),
        "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2024-01-01T00:00:00Z",
    }


def label(base: str, repository: Repository, name: str) -> dict[str, Any]:
    number = sum(map(ord, name))
    return {
        "id": number,
        "node_id": node_id("LA", number),
        "url": f"{base}/repos/{repository.name}/labels/{name}",
        "name": name,
        "description": None,
        "color": "ededed",
        "default": False,
    }


def milestone(base: str, repository: Repository, number: int) -> dict[str, Any]:
    url = f"{base}/repos/{repository.name}/milestones/{number}"
    return {
        "url": url,
        "html_url": f"{base}/{repository.name}/milestone/{number}",
        "labels_url": f"{url}/labels",
        "id": number,
        "node_id": node_id("MI", number),
        "number": number,
        "title": repository.milestones[number],
        "description": None,
        "creator": user(base, "bot"),
        "open_issues": 0,
        "closed_issues": 0,
        "state": "open",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "due_on": None,
        "closed_at": None,
    }


def issue(base: str, one: Issue) -> dict[str, Any]:
    repository = one.repository
    url = f"{base}/repos/{repository.name}/issues/{one.number}"
    people = [user(base, login) for login in one.assignees]
    kind = {"id": 1, "node_id": node_id("IT", 1), "name": one.type, "description": None} if one.type else None
    shown = {
        "url": url,
        "repository_url": f"{base}/repos/{repository.name}",
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": f"{base}/{repository.name}/{'pull' if one.is_pull else 'issues'}/{one.number}",
        "id": one.id,
        "node_id": one.node,
        "number": one.number,
        "title": one.title,
        "user": user(base, one.user),
        "labels": [label(base, repository, name) for name in one.labels],
        "state": one.state,
        "state_reason": one.reason,
        "locked": False,
        "assignee": people[0] if people else None,
        "assignees": people,
        "milestone": milestone(base, repository, one.milestone) if one.milestone else None,
        "comments": 0,
        "created_at": stamp(one.created),
        "updated_at": stamp(one.updated),
        "closed_at": stamp(one.closed),
        "body": one.body,
        "type": kind,
        "author_association": "MEMBER",
    }
    if one.is_pull:
        shown["pull_request"] = {"url": url, "html_url": url, "diff_url": url, "patch_url": url}
    return shown


def repository(base: str, one: Repository, login: str) -> dict[str, Any]:
    owner, _, name = one.name.partition("/")
    api = f"{base}/repos/{one.name}"
    counts = (
        "forks",
        "forks_count",
        "open_issues",
        "open_issues_count",
        "size",
        "stargazers_count",
        "watchers",
    )
    more = ("watchers_count", "network_count", "subscribers_count")
    flags = ("has_projects", "has_wiki", "has_pages", "has_discussions", "has_downloads", "fork", "disabled")
    push = one.may_push(login)
    return {
        "id": one.id,
        "node_id": one.node,
        "name": name,
        "full_name": one.name,
        "private": one.private,
        "visibility": "private" if one.private else "public",
        "owner": user(base, owner),
        "html_url": f"{base}/{one.name}",
        "url": api,
        **{f"{part}_url": f"{api}/{part}" for part in _REPOSITORY},
        **dict.fromkeys((*counts, *more), 0),
        **dict.fromkeys(flags, False),
        **dict.fromkeys(("description", "homepage", "language", "license", "mirror_url")),
        "has_issues": one.has_issues,
        "archived": one.archived,
        "default_branch": "main",
        "pushed_at": "2026-01-01T00:00:00Z",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "permissions": {
            "admin": False,
            "maintain": False,
            "push": push,
            "triage": push or one.rights.get(login) == "triage",
            "pull": True,
        },
    }
