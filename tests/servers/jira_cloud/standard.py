"""A site as one finds it at work: three projects, three workflows, people of every kind."""

from __future__ import annotations

from collections.abc import Iterable

from jira_cloud.model import ALL_PERMISSIONS, Field, IssueType, Move, Project, Status, Token, User, Workflow

BOT = User("5b10ac8d82e05b22cc7d4ef5", "followthrough bot", "bot@acme.example")
SAM = User("5b10a2844c20165700ede21f", "Sam Field", "sam@acme.example")
KIM = User("712020:0c1f8e2e-7a3b-4f5d-9a55-1d0b6a3b9c11", "Kim Berg", "kim@acme.example", email_visible=False)
GONE = User("5b10ac8d82e05b22cc7d4111", "Robin Left", "robin@acme.example", active=False)
OUTSIDER = User("5b10ac8d82e05b22cc7d4222", "Ola Outside", "ola@acme.example")
STRANGER = User("5b10ac8d82e05b22cc7d4333", "Mal Lory", "mal@acme.example")
PEOPLE = (BOT, SAM, KIM, GONE, OUTSIDER, STRANGER)

CLASSIC, SCOPED, SERVICE = "classic-token-1", "scoped-token-2", "service-token-3"
TOKENS = {
    CLASSIC: Token(BOT.id),
    SCOPED: Token(BOT.id, scoped=True),
    SERVICE: Token(BOT.id, scoped=True, bearer=True),
    "stranger-token": Token(STRANGER.id),
    "sam-token": Token(SAM.id),
}

PRIORITIES = (("1", "Highest"), ("2", "High"), ("3", "Medium"), ("4", "Low"), ("5", "Lowest"))
RESOLUTIONS = (
    ("10000", "Done"),
    ("10001", "Won't Do"),
    ("10002", "Duplicate"),
    ("10003", "Cannot Reproduce"),
)

_TYPES = "com.atlassian.jira.plugin.system.customfieldtypes:"
FIELDS = (
    Field("summary", "Summary", "string"),
    Field("issuetype", "Issue Type", "issuetype"),
    Field("project", "Project", "project"),
    Field("description", "Description", "string"),
    Field("labels", "Labels", "array", items="string"),
    Field("assignee", "Assignee", "user"),
    Field("reporter", "Reporter", "user", has_default=True),
    Field("creator", "Creator", "user"),
    Field("priority", "Priority", "priority", options=PRIORITIES, has_default=True),
    Field("duedate", "Due date", "date"),
    Field("components", "Components", "array", items="component"),
    Field("parent", "Parent", "issuelink"),
    Field("security", "Security Level", "securitylevel"),
    Field("resolution", "Resolution", "resolution", options=RESOLUTIONS),
    Field("status", "Status", "status"),
    Field("created", "Created", "datetime"),
    Field("updated", "Updated", "datetime"),
    Field("resolutiondate", "Resolved", "datetime"),
    Field("statuscategorychangedate", "Status Category Changed", "datetime"),
    Field("issuelinks", "Linked Issues", "array", items="issuelinks"),
    Field(
        "customfield_10040",
        "Team",
        "option",
        custom=_TYPES + "select",
        options=(("10100", "Payments"), ("10101", "Search")),
    ),
    Field("customfield_10041", "Customer", "string", custom=_TYPES + "textfield"),
    Field("customfield_10042", "Background", "string", custom=_TYPES + "textarea"),
    Field("customfield_10043", "Effort", "number", custom=_TYPES + "float"),
    Field("customfield_10044", "Review on", "date", custom=_TYPES + "datepicker"),
    Field(
        "customfield_10045",
        "Areas",
        "array",
        items="option",
        custom=_TYPES + "multiselect",
        options=(("10110", "Web"), ("10111", "API")),
    ),
    Field("customfield_10046", "Checked by", "user", custom=_TYPES + "userpicker"),
)

_TO_DO = Status("10000", "To Do", "new")
_IN_PROGRESS = Status("3", "In Progress", "indeterminate")
_BLOCKED = Status("10003", "Blocked", "indeterminate")
_DONE = Status("10002", "Done", "done")

SIMPLE = Workflow(
    (_TO_DO, _IN_PROGRESS, _BLOCKED, _DONE),
    (
        Move("11", "To Do", "To Do"),
        Move("21", "Start", "In Progress"),
        Move("31", "Block", "Blocked"),
        Move("41", "Done", "Done", screen=("resolution",), resolution="Done"),
    ),
)
"""From everywhere to everywhere; closing offers a screen with a resolution."""

_OPEN = Status("1", "Open", "new")
_RESOLVED = Status("5", "Resolved", "done")
_CLOSED = Status("6", "Closed", "done")
_REOPENED = Status("4", "Reopened", "new")

STRICT = Workflow(
    (_OPEN, _IN_PROGRESS, _RESOLVED, _CLOSED, _REOPENED),
    (
        Move("4", "Start Progress", "In Progress", frozenset({"Open", "Reopened"})),
        Move(
            "5",
            "Resolve Issue",
            "Resolved",
            frozenset({"Open", "In Progress", "Reopened"}),
            screen=("resolution", "customfield_10041"),
            required=frozenset({"resolution", "customfield_10041"}),
        ),
        Move("701", "Close Issue", "Closed", frozenset({"Resolved"})),
        Move("3", "Reopen Issue", "Reopened", frozenset({"Resolved"})),
        Move("301", "Stop Progress", "Open", frozenset({"In Progress"})),
    ),
)
"""The old default, stricter: resolving demands fields, and what is closed stays closed."""

_WONT_DO = Status("10005", "Won't do", "done")

TEAM_MANAGED = Workflow(
    (_TO_DO, _IN_PROGRESS, _DONE, _WONT_DO),
    (
        Move("11", "To Do", "To Do"),
        Move("21", "In Progress", "In Progress"),
        Move("31", "Done", "Done"),
        Move("51", "Won't do", "Won't do"),
    ),
    resolves=False,
)
"""Without resolutions: the status alone tells won't-do from done."""

_CREATE = {
    "summary": True,
    "issuetype": True,
    "project": True,
    "description": False,
    "labels": False,
    "assignee": False,
    "reporter": False,
    "priority": False,
    "duedate": False,
    "components": False,
    "parent": False,
}


def _types(workflow: Workflow, *, more: Iterable[str] = (), number: int = 0) -> list[IssueType]:
    create = {**_CREATE, **dict.fromkeys(more, False)}
    edit = {*create} - {"project"}
    return [
        IssueType(str(10001 + number), "Task", workflow, {**create}, {*edit}),
        IssueType(str(10004 + number), "Bug", workflow, {**create}, {*edit}),
        IssueType(str(10000 + number), "Epic", workflow, {**create}, {*edit}, level=1),
        IssueType(str(10003 + number), "Sub-task", workflow, {**create}, {*edit}, subtask=True, level=-1),
    ]


def projects() -> list[Project]:
    """OPS, plain; PAY, strict and with every custom field; WEB, team-managed."""
    members = {user.id: ALL_PERMISSIONS for user in (BOT, SAM, KIM)}
    members[GONE.id] = ALL_PERMISSIONS
    members[STRANGER.id] = frozenset({"BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES"})
    customs = [field.id for field in FIELDS if field.custom]
    return [
        Project(
            "10010",
            "OPS",
            "Operations",
            _types(SIMPLE, more=customs),
            {**members},
            components={"10200": "Database", "10201": "Network"},
            security={"10300": "Staff"},
        ),
        Project("10011", "PAY", "Payments", _types(STRICT, more=customs, number=100), {**members}),
        Project("10012", "WEB", "Web", _types(TEAM_MANAGED, number=200), {**members}, style="next-gen"),
    ]
