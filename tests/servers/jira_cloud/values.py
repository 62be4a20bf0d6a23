"""Values of fields: what Jira takes for each kind, what it says of the rest, and how it shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from jira_cloud import rich_text
from jira_cloud.model import Field, Issue, Problem, Project, User
from jira_cloud.standard import PRIORITIES, RESOLUTIONS

if TYPE_CHECKING:
    from jira_cloud.site import Site

SUMMARY_LIMIT = 255
TEXT_LIMIT = 32_767


def parse(site: Site, project: Project, field: Field, raw: Any, *, version: str) -> Any:
    """What is stored for a value that was sent; raises :class:`Problem` as Jira words it."""
    if field.id == "summary":
        return _summary(raw)
    if raw is None:
        return None
    if field.rich:
        return _rich(field, raw, version)
    if field.type == "array":
        return _list(site, project, field, raw)
    readers: dict[str, Callable[[], Any]] = {
        "string": lambda: _text(field, raw),
        "date": lambda: _date(field, raw),
        "number": lambda: _number(field, raw),
        "user": lambda: _user(site, project, field, raw),
        "priority": lambda: _choice(field, PRIORITIES, raw),
        "resolution": lambda: _choice(field, RESOLUTIONS, raw),
        "option": lambda: _choice(field, field.options, raw),
        "securitylevel": lambda: _choice(field, tuple(project.security.items()), raw),
        "issuelink": lambda: _parent(site, field, raw),
    }
    return readers[field.type]()


def wrong(field: Field, message: str) -> Problem:
    return Problem(400, **{field.id: message})


def _summary(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise Problem(400, summary="You must specify a summary of the issue.")
    if "\n" in raw or "\r" in raw:
        raise Problem(400, summary="The summary is invalid because it contains newline characters.")
    if _length(raw) > SUMMARY_LIMIT:
        raise Problem(400, summary=f"Summary can't exceed {SUMMARY_LIMIT} characters.")
    if "\0" in raw:
        raise Problem(400, summary="The summary holds a character that is not allowed.")
    return raw


def _length(text: str) -> int:
    """As Java counts: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _rich(field: Field, raw: Any, version: str) -> Any:
    if version == "2":
        return rich_text.from_plain(_text(field, raw))
    if not rich_text.is_document(raw):
        raise wrong(
            field,
            "Operation value must be an Atlassian Document (see the Atlassian Document Format)",
        )
    if len(rich_text.plain(raw)) > TEXT_LIMIT:
        raise wrong(field, "CONTENT_LIMIT_EXCEEDED")
    return raw


def _text(field: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        raise wrong(field, "Operation value must be a string")
    if field.custom and _length(raw) > 255:
        raise wrong(field, "The entered text is too long. It exceeds the allowed limit of 255 characters.")
    return raw


def _date(field: Field, raw: Any) -> str:
    try:
        return date.fromisoformat(raw).isoformat()
    except (TypeError, ValueError) as error:
        raise wrong(field, f"Error parsing date string: {raw}") from error


def _number(field: Field, raw: Any) -> float:
    if not isinstance(raw, (int, float)) or isinstance(raw, bool):
        raise wrong(field, "Operation value must be a number")
    return raw


def _user(site: Site, project: Project, field: Field, raw: Any) -> str:
    account = raw.get("accountId") if isinstance(raw, dict) else None
    if not isinstance(account, str) or {*raw} - {"accountId", "id"}:
        raise wrong(field, "data was not an object with an accountId")
    if account not in site.users:
        raise wrong(field, "Specify a valid value for " + field.name.lower())
    if field.id == "assignee" and not site.assignable(project, account):
        raise wrong(field, f"User '{account}' cannot be assigned issues.")
    return account


def _choice(field: Field, options: tuple[tuple[str, str], ...], raw: Any) -> str:
    if not isinstance(raw, dict):
        raise wrong(field, "data was not an object")
    for id, name in options:
        if raw.get("id") == id or ("id" not in raw and name in (raw.get("name"), raw.get("value"))):
            return id
    if field.id == "priority":
        raise wrong(field, "The priority selected is invalid.")
    raise wrong(field, f"Specify a valid 'id' or 'name' for {field.name}")


def _parent(site: Site, field: Field, raw: Any) -> str:
    ref = (raw.get("key") or raw.get("id")) if isinstance(raw, dict) else None
    issue = site.find(ref) if isinstance(ref, str) else None
    if issue is None:
        raise wrong(field, "Could not find issue by id or key.")
    return issue.id


def _list(site: Site, project: Project, field: Field, raw: Any) -> list[str]:
    if not isinstance(raw, list):
        raise wrong(field, "data was not an array")
    if field.id == "labels":
        return _labels(field, raw)
    options = tuple(project.components.items()) if field.id == "components" else field.options
    return [_choice(field, options, one) for one in raw]


def _labels(field: Field, raw: list[Any]) -> list[str]:
    for label in raw:
        if not isinstance(label, str) or not label:
            raise wrong(field, "string expected at index 0")
        if any(letter.isspace() for letter in label):
            raise wrong(field, f"The label '{label}' contains spaces which is invalid.")
        if len(label) > 255:
            raise wrong(field, "The label exceeds the maximum length of 255 characters.")
    return sorted(set(raw))


# --- shown ----------------------------------------------------------------------------------------


def show(site: Site, base: str, issue: Issue, field: Field, *, version: str) -> Any:
    """A field's value as an issue shows it."""
    value = computed(site, base, issue, field)
    if value is not None:
        return value
    stored = issue.fields.get(field.id)
    if stored is None:
        return [] if field.type == "array" and not field.custom else None
    if field.rich:
        return stored if version == "3" else rich_text.plain(stored)
    if field.id == "components":
        return [_named(base, "component", id, issue.project.components[id]) for id in stored]
    if field.type == "array" and field.options:
        return [_option(base, field, id) for id in stored]
    if field.type == "user":
        return show_user(base, site.users[stored])
    if field.type == "option":
        return _option(base, field, stored)
    if field.type == "securitylevel":
        return _named(base, "securitylevel", stored, issue.project.security[stored])
    if field.type in ("priority", "resolution"):
        return _named(base, field.type, stored, dict(field.options)[stored])
    if field.type == "issuelink":
        return related(base, site.issues[stored]) if stored in site.issues else None
    return stored


def computed(site: Site, base: str, issue: Issue, field: Field) -> Any:
    """What no one sets by hand."""
    shown: dict[str, Callable[[], Any]] = {
        "project": lambda: {
            "self": f"{base}/project/{issue.project.id}",
            "id": issue.project.id,
            "key": issue.project.key,
            "name": issue.project.name,
            "projectTypeKey": "software",
            "simplified": issue.project.style == "next-gen",
        },
        "issuetype": lambda: {
            **_named(base, "issuetype", issue.type.id, issue.type.name),
            "subtask": issue.type.subtask,
            "hierarchyLevel": issue.type.level,
        },
        "status": lambda: show_status(base, issue.status),
        "creator": lambda: show_user(base, site.users[issue.creator]),
        "created": lambda: stamp(issue.created),
        "updated": lambda: stamp(issue.updated),
        "resolutiondate": lambda: issue.resolved and stamp(issue.resolved),
        "statuscategorychangedate": lambda: issue.category_changed and stamp(issue.category_changed),
        "issuelinks": lambda: [_link(site, base, link) for link in issue.links],
    }
    return shown[field.id]() if field.id in shown else None


def stamp(at: datetime) -> str:
    """As Jira writes times: ``2026-11-23T02:00:00.000+0000``."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}+0000"


def _named(base: str, kind: str, id: str, name: str) -> dict[str, Any]:
    return {"self": f"{base}/{kind}/{id}", "id": id, "name": name}


def _option(base: str, field: Field, id: str) -> dict[str, Any]:
    return {"self": f"{base}/customFieldOption/{id}", "id": id, "value": dict(field.options)[id]}


CATEGORIES = {
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}


def show_status(base: str, status: Any) -> dict[str, Any]:
    number, name, colour = CATEGORIES[status.category]
    category = {
        "self": f"{base}/statuscategory/{number}",
        "id": number,
        "key": status.category,
        "colorName": colour,
        "name": name,
    }
    return {
        **_named(base, "status", status.id, status.name),
        "description": "",
        "iconUrl": f"{base}/images/icons/status.png",
        "statusCategory": category,
    }


def show_user(base: str, user: User) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "self": f"{base}/user?accountId={user.id}",
        "accountId": user.id,
        "accountType": "atlassian",
        "displayName": user.name,
        "active": user.active,
        "timeZone": user.zone,
        "avatarUrls": {size: f"{base}/avatar/{size}" for size in ("16x16", "24x24", "32x32", "48x48")},
    }
    if user.email_visible:
        shown["emailAddress"] = user.email
    return shown


def related(base: str, issue: Issue) -> dict[str, Any]:
    """Another issue, in short."""
    return {
        "id": issue.id,
        "key": issue.key,
        "self": f"{base}/issue/{issue.id}",
        "fields": {"summary": issue.fields["summary"], "status": show_status(base, issue.status)},
    }


def _link(site: Site, base: str, link: dict[str, Any]) -> dict[str, Any]:
    shown = {key: value for key, value in link.items() if key not in ("inward", "outward")}
    for side in ("inward", "outward"):
        if link.get(side) in site.issues:
            shown[f"{side}Issue"] = related(base, site.issues[link[side]])
    return shown
