"""The state of a Jira site, and what people and administrators do to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from jira_cloud import standard
from jira_cloud.model import Field, Issue, IssueType, Move, Problem, Project, Status, User
from jira_cloud.standard import FIELDS, PEOPLE, TOKENS
from jira_cloud.values import parse, wrong
from serving import Clock

CLOUD_ID = "9f1b5a7e-2f0e-4f4e-8a3b-6d1c2e3f4a5b"


class Site:
    """Everything a Jira Cloud site holds. ``lag`` is how long its search is behind its issues."""

    def __init__(self, clock: Clock | None = None, *, lag: timedelta = timedelta(0)) -> None:
        self.clock = clock or Clock()
        self.lag = lag
        self.lag_of: dict[str, timedelta] = {}
        """Issues, by id, whose changes search shows even later."""
        self.users: dict[str, User] = {user.id: user for user in PEOPLE}
        self.tokens = {**TOKENS}
        self.fields: dict[str, Field] = {field.id: field for field in FIELDS}
        self.projects = {project.key: project for project in standard.projects()}
        self.issues: dict[str, Issue] = {}
        self.deleted: list[Issue] = []
        self.cloud_id = CLOUD_ID
        self.former: dict[str, str] = {}
        """Former keys of projects; Jira takes them everywhere still."""
        self._last_id = 10_000
        self._link_id = 20_000
        self._keys: dict[str, str] = {}

    # Looking.

    def find(self, ref: str) -> Issue | None:
        """An issue by id, key or former key."""
        return self.issues.get(ref) or self.issues.get(self._keys.get(ref.upper(), ""))

    def project(self, ref: str) -> Project | None:
        key = self.former.get(ref.upper(), ref.upper())
        return self.projects.get(key) or next(
            (project for project in self.projects.values() if project.id == ref), None
        )

    def allowed(self, project: Project, user: User | None, permission: str) -> bool:
        """Whether an account may; nobody at all may look at a public project."""
        if user is None:
            return project.public and permission == "BROWSE_PROJECTS"
        return permission in project.permissions.get(user.id, frozenset())

    def visible(self, issue: Issue, user: User | None) -> bool:
        """Whether an account may see an issue; a security level is for those who may set it."""
        if not self.allowed(issue.project, user, "BROWSE_PROJECTS"):
            return False
        return not issue.fields.get("security") or self.allowed(issue.project, user, "SET_ISSUE_SECURITY")

    def assignable(self, project: Project, account: str) -> bool:
        user = self.users[account]
        return user.active and self.allowed(project, user, "ASSIGNABLE_USER")

    def create_screen(self, project: Project, kind: IssueType, user: User | None) -> dict[str, bool]:
        """The fields of a new issue, without those that the account may not set."""
        needs = {"assignee": "ASSIGN_ISSUES", "duedate": "SCHEDULE_ISSUES", "security": "SET_ISSUE_SECURITY"}
        return {
            name: required
            for name, required in kind.create.items()
            if name not in needs or self.allowed(project, user, needs[name])
        }

    def moves(self, issue: Issue, user: User | None) -> list[Move]:
        """The transitions that an account has from where the issue is."""
        if not self.allowed(issue.project, user, "TRANSITION_ISSUES"):
            return []
        return [
            move
            for move in issue.type.workflow.moves
            if move.to != issue.status.name and (move.sources is None or issue.status.name in move.sources)
        ]

    # What requests do; they name the account, and are refused as Jira refuses.

    def create(
        self, user: User | None, body: Mapping[str, Any], *, version: str = "3", check_only: bool = False
    ) -> Issue:
        """A new issue. A refused create uses up a number all the same, as it does in Jira."""
        fields = body.get("fields") or {}
        project = self._project_of(user, fields)
        kind = self._type_of(project, fields)
        project.last_number += 1
        values = self._values(project, self.create_screen(project, kind, user), fields, version=version)
        self._complete(kind, values)
        now = self.clock.now()
        self._last_id += 1
        status = kind.workflow.statuses[0]
        key = f"{project.key}-{project.last_number}"
        assert user is not None
        values.setdefault("priority", "3")
        issue = Issue(
            str(self._last_id), key, project, kind, status, user.id, now, now, {"reporter": user.id, **values}
        )
        for entry in body.get("properties") or ():
            issue.properties[entry["key"]] = entry["value"]
        self.issues[issue.id] = issue
        self._keys[key] = issue.id
        issue.category_changed = now
        issue.remember(now)
        return issue

    def _project_of(self, user: User | None, fields: Mapping[str, Any]) -> Project:
        ref = fields.get("project")
        named = (ref.get("id") or ref.get("key")) if isinstance(ref, dict) else None
        project = self.project(str(named)) if named else None
        if project is None or not self.allowed(project, user, "BROWSE_PROJECTS"):
            raise Problem(400, project="valid project is required")
        if not self.allowed(project, user, "CREATE_ISSUES"):
            raise Problem(400, "You do not have permission to create issues in this project.")
        return project

    @staticmethod
    def _type_of(project: Project, fields: Mapping[str, Any]) -> IssueType:
        ref = fields.get("issuetype")
        for kind in project.types:
            if isinstance(ref, dict) and (
                ref.get("id") == kind.id or ("id" not in ref and ref.get("name") == kind.name)
            ):
                return kind
        raise Problem(400, issuetype="Specify a valid issue type")

    def _values(
        self,
        project: Project,
        screen: Mapping[str, bool] | set[str],
        fields: Mapping[str, Any],
        *,
        version: str,
    ) -> dict[str, Any]:
        """The values as they are stored; all that is wrong with them is told at once."""
        values: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for name, raw in fields.items():
            if name in ("project", "issuetype") and name in screen:
                continue
            if name not in screen or name not in self.fields:
                errors[name] = (
                    f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
                )
                continue
            try:
                values[name] = parse(self, project, self.fields[name], raw, version=version)
            except Problem as problem:
                errors |= problem.errors
        if errors:
            raise Problem(400, **errors)
        return {name: value for name, value in values.items() if value is not None or name == "assignee"}

    def _complete(self, kind: IssueType, values: Mapping[str, Any]) -> None:
        missing = {
            name: (
                "You must specify a summary of the issue."
                if name == "summary"
                else f"{self.fields[name].name} is required."
            )
            for name, required in kind.create.items()
            if required
            and name not in ("project", "issuetype")
            and not values.get(name)
            and not self.fields[name].has_default
        }
        if missing:
            raise Problem(400, **missing)
        if kind.subtask and not values.get("parent"):
            raise Problem(400, parent="Issue type is a sub-task but parent issue key or id not specified.")

    def edit(self, user: User | None, issue: Issue, body: Mapping[str, Any], *, version: str = "3") -> None:
        """Set fields; the ``update`` verbs work for labels."""
        if not self.allowed(issue.project, user, "EDIT_ISSUES"):
            raise Problem(403, "You do not have permission to edit issues in this project.")
        fields = {**(body.get("fields") or {})}
        for name, verbs in (body.get("update") or {}).items():
            fields[name] = self._updated(issue, name, verbs)
        screen = {*issue.type.edit}
        if not self.allowed(issue.project, user, "ASSIGN_ISSUES"):
            screen -= {"assignee"}
        if not self.allowed(issue.project, user, "SCHEDULE_ISSUES"):
            screen -= {"duedate"}
        values = self._values(issue.project, screen, fields, version=version)
        for name in fields:
            if fields[name] is None:
                values[name] = None
        for entry in body.get("properties") or ():
            issue.properties[entry["key"]] = entry["value"]
        self.set(issue, **values)

    def _updated(self, issue: Issue, name: str, verbs: Any) -> Any:
        if name != "labels":
            (only,) = verbs
            return only["set"]
        labels = {*issue.fields.get("labels", ())}
        for verb in verbs:
            labels |= {verb["add"]} if "add" in verb else set()
            labels -= {verb["remove"]} if "remove" in verb else set()
            labels = {*verb["set"]} if "set" in verb else labels
        return sorted(labels)

    def transition(
        self, user: User | None, issue: Issue, body: Mapping[str, Any], *, version: str = "3"
    ) -> None:
        """Carry out a transition with what its screen demands."""
        wanted = str((body.get("transition") or {}).get("id", ""))
        move = next((one for one in self.moves(issue, user) if one.id == wanted), None)
        if move is None:
            raise Problem(
                400,
                f"It seems that you have tried to perform a workflow operation ({wanted}) that is not valid "
                f"for the current state of this issue ({issue.key}).",
            )
        values = self._values(issue.project, set(move.screen), body.get("fields") or {}, version=version)
        missing = [name for name in move.required if not values.get(name)]
        if missing:
            raise Problem(400, **{name: f"{self.fields[name].name} is required." for name in missing})
        self.move_to(issue, issue.type.workflow.status(move.to), move, values)

    def move_to(self, issue: Issue, status: Status, move: Move, values: Mapping[str, Any]) -> None:
        workflow, now = issue.type.workflow, self.clock.now()
        fields = {**values}
        if status.category == "done" and workflow.resolves and not fields.get("resolution"):
            fields["resolution"] = next(
                (id for id, name in standard.RESOLUTIONS if name == move.resolution), None
            )
        if status.category != "done" and workflow.clears:
            fields["resolution"] = None
        if status.category != issue.status.category:
            issue.category_changed = now
        issue.status = status
        self.set(issue, **fields)
        issue.resolved = (issue.resolved or now) if issue.fields.get("resolution") else None
        issue.remember(now)

    # What people do in the browser, and administrators; nothing of it is refused.

    def set(self, issue: Issue, **values: Any) -> None:
        """Set fields to values as they are stored, and move the time of the last change."""
        issue.fields.update(values)
        self.touch(issue)

    def touch(self, issue: Issue) -> None:
        issue.updated = self.clock.now()
        issue.remember(issue.updated)

    def go(self, ref: str, status: str, *, resolution: str | None = None) -> Issue:
        """Put an issue into a status, as a person does by whatever way there is."""
        issue = self[ref]
        ids = {name: id for id, name in standard.RESOLUTIONS}
        values = {"resolution": ids[resolution]} if resolution else {}
        self.move_to(
            issue, issue.type.workflow.status(status), Move("0", "", status, resolution="Done"), values
        )
        return issue

    def relocate(self, ref: str, project: str) -> Issue:
        """Move an issue to another project: a new key, the same id; the old key leads there."""
        issue, target = self[ref], self.projects[project]
        issue.old_keys.append(issue.key)
        target.last_number += 1
        issue.key, issue.project = f"{target.key}-{target.last_number}", target
        issue.type = next(kind for kind in target.types if kind.name == issue.type.name)
        names = [status.name for status in issue.type.workflow.statuses]
        if issue.status.name not in names:
            issue.status = issue.type.workflow.statuses[0]
        self._keys[issue.key] = issue.id
        self.touch(issue)
        return issue

    def rename_project(self, old: str, new: str) -> None:
        """Give a project another key, and with it all its issues; the old ones lead there."""
        project = self.projects.pop(old)
        self.projects[new], self.former[old] = project, new
        project.key = new
        for issue in self.issues.values():
            if issue.project is project:
                issue.old_keys.append(issue.key)
                issue.key = f"{new}-{issue.key.rpartition('-')[2]}"
                self._keys[issue.key] = issue.id
                issue.remember(self.clock.now())

    def delete(self, ref: str) -> None:
        issue = self.issues.pop(self[ref].id)
        self.deleted.append(issue)

    def link(self, source: str, target: str, kind: str = "Duplicate") -> None:
        """Link two issues: the source duplicates the target."""
        self._link_id += 1
        words = {"Duplicate": ("is duplicated by", "duplicates"), "Blocks": ("is blocked by", "blocks")}[kind]
        shown = {"id": "10002", "name": kind, "inward": words[0], "outward": words[1]}
        one, other = self[source], self[target]
        one.links.append({"id": str(self._link_id), "type": shown, "outward": other.id})
        other.links.append({"id": str(self._link_id), "type": shown, "inward": one.id})

    def __getitem__(self, ref: str) -> Issue:
        issue = self.find(ref)
        if issue is None:
            raise KeyError(ref)
        return issue

    def permit(self, project: str, account: str, *permissions: str) -> None:
        """Give more permissions."""
        where = self.projects[project]
        where.permissions[account] = where.permissions.get(account, frozenset()) | frozenset(permissions)

    def forbid(self, project: str, account: str, *permissions: str) -> None:
        """Take permissions away; all of them where none is named."""
        where = self.projects[project]
        left = where.permissions.get(account, frozenset()) - frozenset(permissions)
        where.permissions[account] = left if permissions else frozenset()


__all__ = ["CLOUD_ID", "Site", "wrong"]
