"""What ``doctor`` is told of a repository: read only, each finding with its cure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from followthrough.connector import Check, ConnectorError, Finding, Unauthorized
from followthrough_github.client import NotOffered
from followthrough_github.mapping import login_of

if TYPE_CHECKING:
    from followthrough_github.client import Client
    from followthrough_github.settings import GitHubSettings

__all__ = ["check"]


def check(client: Client, settings: GitHubSettings) -> Check:
    """Login, repository, permissions, labels, milestone and limits.

    Raises the error of the seam where nobody answers, so that a tracker that is down is no diagnosis.
    """
    place = client.place
    name = f"{place.repository} at {place.host}" if place.host != "github.com" else place.repository
    try:
        account = _account(client)
        repository = client.repository()
    except Unauthorized as error:
        finding = Finding("login", ok=False, message=error.message, cure=error.hint)
        return Check(findings=(finding,), place=name)
    public = _is_public(repository)
    return Check(
        findings=tuple(_findings(client, settings, account, repository, public=public)),
        account=account or "",
        author=account or "",
        place=name,
        public=public,
        home=place.own,
    )


def _is_public(repository: dict[str, Any]) -> bool:
    """Older servers say only whether it is private; an internal one is not for everybody."""
    otherwise = "private" if repository.get("private", True) else "public"
    return bool(repository.get("visibility", otherwise) == "public")


def _account(client: Client) -> str | None:
    """Who we are. A token of GitHub Actions may not ask REST for it, and an App is no user there."""
    try:
        answer = client.graphql("query { viewer { login } }", {})
        viewer = answer.data.get("viewer")
        if viewer:
            return login_of(viewer)
    except NotOffered:
        pass
    response = client.send("GET", "/user")
    if response.status_code == 401:
        raise client.error(response)
    return login_of(response.json()) if response.status_code == 200 else None


def _findings(
    client: Client, settings: GitHubSettings, account: str | None, repository: dict[str, Any], *, public: bool
) -> Iterator[Finding]:
    place = client.place
    known = f"{place.host} knows this token as {account}."
    unsaid = f"{place.host} does not say who this token is."
    yield Finding("login", ok=True if account else None, message=known if account else unsaid)
    archived = bool(repository.get("archived"))
    yield Finding(
        "repository",
        ok=not archived,
        message=f"{place.repository} is {'archived' if archived else 'public' if public else 'private'}.",
        cure="File in another repository." if archived else "",
    )
    for sentence in client.home.news(auto=settings.repository == "auto"):
        yield Finding("name", ok=None, message=sentence)
    if not repository.get("has_issues", True):
        yield Finding(
            "issues",
            ok=False,
            message=f"Issues are turned off in {place.repository}.",
            cure="Turn them on in the repository's settings.",
        )
    yield _permission(repository, client, public=public)
    yield from _too_wide(client, public=public)
    yield from _labels(client, settings, repository)
    yield from _milestone(client, settings)
    yield from _limits(client)


def _permission(repository: dict[str, Any], client: Client, *, public: bool) -> Finding:
    """What the token tells of itself (a classic one its scopes, an App its permissions), else the account."""
    name, scopes, app = client.place.repository, client.scopes, client.permissions
    needed = {"repo", "public_repo"} if public else {"repo"}
    if scopes is not None and not scopes & needed:
        return Finding(
            "permission",
            ok=False,
            message=f"This classic token may file nothing in {name}: it has no scope `repo`.",
            cure="Give it the scope in GitHub's settings, or use a fine-grained token.",
        )
    if app is not None:
        if _writes_issues(client):
            message = f"This App may create, label and assign issues in {name}."
            return Finding("permission", ok=True, message=message)
        return Finding(
            "permission",
            ok=False,
            message=f"This App may file nothing in {name}: its permission for issues is {_level(app)}.",
            cure="Give the App Issues: read and write, and let the owner of the installation approve it.",
        )
    may = repository.get("permissions")
    if may is None:
        message = f"GitHub does not say what this token may do in {name}."
        return Finding("permission", ok=None, message=message)
    if may.get("push") or may.get("triage") or may.get("maintain") or may.get("admin"):
        # Only classic tokens tell what they may do.
        unseen = "; whether this token has Issues: write, its first issue shows" if scopes is None else ""
        message = f"This account may create, label and assign issues{unseen}."
        return Finding("permission", ok=True, message=message)
    return Finding(
        "permission",
        ok=False,
        message=f"It may read {name}; labels, assignees and milestones would be dropped without a word.",
        cure="Give it Issues: read and write, and the account triage rights at least.",
    )


def _too_wide(client: Client, *, public: bool) -> Iterator[Finding]:
    """What a lost token could do beyond what it is for; fine-grained tokens do not tell."""
    if client.scopes is not None:
        more = sorted(client.scopes - {"public_repo" if public else "repo", ""})
        cure = "Fine-grained tokens can be made for one repository, with Issues: read and write and no more."
        if more:
            yield Finding("reach", None, f"This token may do more than it needs: {', '.join(more)}.", cure)
        elif not public:
            yield Finding(
                "reach", None, "The scope `repo` is for all private repositories of the account.", cure
            )
    if client.permissions is not None:
        needed = {("metadata", "read"), ("issues", "write"), ("contents", "read")}
        more = sorted(f"{name}: {level}" for name, level in set(client.permissions.items()) - needed)
        if more:
            message = f"This App may do more than it needs: {', '.join(more)}."
            yield Finding("reach", None, message, "Take these permissions from the App.")


def _writes_issues(client: Client) -> bool:
    """Whether an App's permissions say so; the role that the repository shows is no App's."""
    return client.permissions is not None and client.permissions.get("issues") == "write"


def _level(permissions: Mapping[str, str]) -> str:
    return f'"{permissions["issues"]}"' if "issues" in permissions else "missing"


def _labels(client: Client, settings: GitHubSettings, repository: dict[str, Any]) -> Iterator[Finding]:
    """Whether the labels of the settings are there, or will be made; those with parts to fill in aside."""
    named = (*settings.labels, *settings.in_progress, *settings.blocked)
    wanted = list(dict.fromkeys(label for label in named if "{" not in label))
    if not wanted:
        return
    there = client.labels()
    missing = [label for label in wanted if label.casefold() not in there]
    words = ", ".join(missing)
    if not missing:
        yield Finding("labels", ok=True, message=f"Labels: {', '.join(wanted)}.")
    elif _writes_issues(client) or (repository.get("permissions") or {}).get("push", True):
        yield Finding("labels", ok=True, message=f"Not there yet, made with their first issue: {words}.")
    else:
        message = f"Labels that are not there, and that this token may not make: {words}."
        yield Finding("labels", ok=False, message=message, cure=f"Make them in {client.place.repository}.")


def _milestone(client: Client, settings: GitHubSettings) -> Iterator[Finding]:
    if settings.milestone is None:
        return
    try:
        number = client.milestone(settings.milestone)
    except ConnectorError as error:
        yield Finding("milestone", ok=False, message=error.message, cure=error.hint)
    else:
        yield Finding("milestone", ok=True, message=f"{settings.milestone} is milestone {number}.")


def _limits(client: Client) -> Iterator[Finding]:
    """What is left of this hour's requests; asking costs none. Enterprise Server may limit nothing (404)."""
    response = client.send("GET", "/rate_limit")
    if response.status_code != 200:
        yield Finding("limits", ok=None, message="It does not say how often it may be asked.")
        return
    core = response.json().get("resources", {}).get("core", {})
    remaining, limit = core.get("remaining"), core.get("limit")
    yield Finding(
        "limits",
        ok=None if remaining is None else remaining > 100,
        message=f"{remaining} of {limit} requests are left this hour.",
        cure="" if remaining is None or remaining > 100 else "Wait for the next hour.",
    )
