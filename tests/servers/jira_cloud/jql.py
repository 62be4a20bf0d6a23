"""A small, honest reader of JQL: what it does not know is a 400, never an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jira_cloud.model import Face, Issue, Problem, User
from jira_cloud.rich_text import plain

if TYPE_CHECKING:
    from jira_cloud.site import Site

Test = Callable[[Issue, Face], bool]
_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<sign><=|>=|!=|!~|[=<>~(),])"""
    r"""|(?P<word>[^\s=<>!~(),"']+))"""
)
_WORD = re.compile(r"\w+")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_RESERVED = frozenset({"and", "or", "not", "in", "is", "empty", "null", "order", "by"})
_RELATIVE = re.compile(r"(-?\d+)([mhdw])")
_SPANS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True)
class Query:
    test: Test
    order: tuple[tuple[str, bool], ...]
    """Fields and whether each is turned round."""


def parse(jql: str, site: Site, user: User | None) -> Query:
    """The query as a test; raises :class:`Problem` (400) for one that Jira would not take, or we do not know."""
    return _Reader(_tokens(jql), site, user).query()


def _error(message: str) -> Problem:
    return Problem(400, f"Error in the JQL Query: {message}")


def _tokens(jql: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while jql[at:].strip():
        match = _TOKEN.match(jql, at)
        if match is None:
            raise _error(f"the character at {at} is not allowed here")
        at = match.end()
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "string":
            text = _ESCAPE.sub(_unescape, text[1:-1])
        found.append((kind, text))
    return found


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code.startswith("u"):
        return chr(int(code[1:], 16))
    if code not in "\"'\\ntr ":
        raise _error(f"'\\{code}' is an illegal JQL escape sequence")
    return {"n": "\n", "t": "\t", "r": "\r"}.get(code, code)


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]], site: Site, user: User | None) -> None:
        self.tokens = tokens
        self.at = 0
        self.site = site
        self.user = user

    def query(self) -> Query:
        if not self.tokens or self.word() == "order":
            raise Problem(
                400,
                "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.",
            )
        test = self.either()
        order = self.order() if self.word() == "order" else ()
        if self.at < len(self.tokens):
            raise _error(f"'{self.tokens[self.at][1]}' is not expected here")
        return Query(test, order)

    def word(self) -> str:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return text.lower() if kind in ("word", "sign") else ""

    def take(self, *wanted: str) -> str:
        word = self.word()
        if word not in wanted:
            raise _error(f"'{wanted[0]}' is expected, not '{word}'")
        self.at += 1
        return word

    def either(self) -> Test:
        tests = [self.both()]
        while self.word() == "or":
            self.at += 1
            tests.append(self.both())
        return lambda issue, face: any(test(issue, face) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.word() == "and":
            self.at += 1
            tests.append(self.one())
        return lambda issue, face: all(test(issue, face) for test in tests)

    def one(self) -> Test:
        if self.word() == "not":
            self.at += 1
            inner = self.one()
            return lambda issue, face: not inner(issue, face)
        if self.word() == "(":
            self.at += 1
            inner = self.either()
            self.take(")")
            return inner
        return self.clause()

    def order(self) -> tuple[tuple[str, bool], ...]:
        self.take("order")
        self.take("by")
        fields: list[tuple[str, bool]] = []
        while True:
            name = self.value().lower()
            if name not in ORDERS:
                raise _error(f"Field '{name}' does not exist or you do not have permission to view it.")
            turned = self.word() == "desc"
            self.at += self.word() in ("asc", "desc")
            fields.append((name, turned))
            if self.word() != ",":
                return tuple(fields)
            self.at += 1

    def value(self) -> str:
        if self.at >= len(self.tokens):
            raise _error("it ends too early")
        kind, text = self.tokens[self.at]
        if kind == "sign" or (kind == "word" and text.lower() in _RESERVED):
            raise _error(f"'{text}' is a reserved word or sign")
        self.at += 1
        if kind == "word" and self.word() == "(":
            self.take("(")
            self.take(")")
            return self.function(text)
        return text

    def function(self, name: str) -> str:
        if name.lower() == "currentuser" and self.user is not None:
            return self.user.id
        raise _error(f"Unable to find JQL function '{name}()'.")

    def values(self) -> list[str]:
        self.take("(")
        found = [self.value()]
        while self.word() == ",":
            self.at += 1
            found.append(self.value())
        self.take(")")
        return found

    def clause(self) -> Test:
        field = self.value().lower()
        if field not in _CLAUSES:
            raise _error(f"Field '{field}' does not exist or you do not have permission to view it.")
        sign = self.take("=", "!=", "in", "not", "is", "<", "<=", ">", ">=", "~")
        if sign == "not":
            self.take("in")
            sign = "not in"
        if sign == "is":
            turned = self.word() == "not"
            self.at += turned
            self.take("empty", "null")
            return _emptiness(field, turned)
        values = self.values() if sign in ("in", "not in") else [self.value()]
        return _CLAUSES[field](self, field, sign, values)


def _emptiness(field: str, turned: bool) -> Test:
    stored = {"due": "duedate"}.get(field, field)
    return lambda issue, face: (not face.fields.get(stored)) != turned


def _among(read: Callable[[Issue, Face], Any], wanted: Sequence[str], sign: str) -> Test:
    if sign not in ("=", "in", "!=", "not in"):
        raise _error(f"The operator '{sign}' is not supported here.")
    folded = {one.casefold() for one in wanted}

    def test(issue: Issue, face: Face) -> bool:
        value = read(issue, face)
        values = value if isinstance(value, (list, tuple)) else [value]
        found = any(str(one).casefold() in folded for one in values)
        # Of what is empty JQL says neither that it is something nor that it is not.
        return found if sign in ("=", "in") else bool(value) and not found

    return test


def _project(reader: _Reader, field: str, sign: str, values: list[str]) -> Test:
    keys = [_project_key(reader, value) for value in values]
    return _among(lambda _issue, face: face.project, keys, sign)


def _project_key(reader: _Reader, value: str) -> str:
    key = reader.site.former.get(value.upper(), value.upper())
    for one in reader.site.projects.values():
        named = key == one.key or value in (one.id, one.name)
        if named and reader.site.allowed(one, reader.user, "BROWSE_PROJECTS"):
            return one.key
    raise Problem(400, f"The value '{value}' does not exist for the field 'project'.")


def _key(reader: _Reader, field: str, sign: str, values: list[str]) -> Test:
    ids = []
    for value in values:
        issue = reader.site.find(value)
        if issue is None or not reader.site.visible(issue, reader.user):
            raise Problem(400, f"An issue with key '{value}' does not exist for field '{field}'.")
        ids.append(issue.id)
    return _among(lambda issue, _face: issue.id, ids, sign)


def _plain(read: Callable[[Issue, Face], Any]) -> Callable[[_Reader, str, str, list[str]], Test]:
    return lambda _reader, _field, sign, values: _among(read, values, sign)


def _contains(reader: _Reader, field: str, sign: str, values: list[str]) -> Test:
    """Words in any order, or with quotes inside the string those words one after another."""
    if sign != "~":
        raise _error(f"The operator '{sign}' is not supported by the '{field}' field.")
    text = values[0]
    phrase = len(text) > 1 and text[0] == text[-1] == '"'
    wanted = _WORD.findall(text.casefold())

    def test(_issue: Issue, face: Face) -> bool:
        value = face.fields.get(field) or ""
        words = _WORD.findall((value if isinstance(value, str) else plain(value)).casefold())
        if not phrase:
            return {*wanted} <= {*words}
        return any(words[at : at + len(wanted)] == wanted for at in range(len(words)))

    return test


def _date(read: Callable[[Issue, Face], datetime]) -> Callable[[_Reader, str, str, list[str]], Test]:
    def clause(reader: _Reader, field: str, sign: str, values: list[str]) -> Test:
        wanted = _moment(reader, field, values[0])
        compare: dict[str, Callable[[datetime], bool]] = {
            "<": lambda at: at < wanted,
            "<=": lambda at: at <= wanted,
            ">": lambda at: at > wanted,
            ">=": lambda at: at >= wanted,
        }
        if sign not in compare:
            raise _error(f"The operator '{sign}' is not supported by the '{field}' field.")
        return lambda issue, face: compare[sign](read(issue, face))

    return clause


def _moment(reader: _Reader, field: str, text: str) -> datetime:
    """Milliseconds since 1970, a time span before now, or a date in the account's own zone."""
    if text.isdigit() and len(text) >= 12:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    if span := _RELATIVE.fullmatch(text):
        return reader.site.clock.now() + timedelta(**{_SPANS[span[2]]: int(span[1])})
    zone = ZoneInfo(reader.user.zone) if reader.user else UTC
    for form in ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    raise Problem(
        400,
        f"Date value '{text}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
        "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
    )


_CATEGORY_NAMES = {
    "new": ("new", "To Do"),
    "indeterminate": ("indeterminate", "In Progress"),
    "done": ("done",),
}

_CLAUSES: dict[str, Callable[[_Reader, str, str, list[str]], Test]] = {
    "project": _project,
    "key": _key,
    "issuekey": _key,
    "issue": _key,
    "id": _key,
    "labels": _plain(lambda _issue, face: face.fields.get("labels") or []),
    "status": _plain(lambda _issue, face: (face.status.name, face.status.id)),
    "statuscategory": _plain(lambda _issue, face: _CATEGORY_NAMES[face.status.category]),
    "issuetype": _plain(lambda issue, face: (face.type, issue.type.id)),
    "type": _plain(lambda issue, face: (face.type, issue.type.id)),
    "creator": _plain(lambda issue, _face: issue.creator),
    "reporter": _plain(lambda _issue, face: face.fields.get("reporter")),
    "assignee": _plain(lambda _issue, face: face.fields.get("assignee")),
    "summary": _contains,
    "description": _contains,
    "created": _date(lambda issue, _face: issue.created),
    "updated": _date(lambda _issue, face: face.updated),
}

ORDERS: dict[str, Callable[[Issue, Face], Any]] = {
    "created": lambda issue, _face: (issue.created, int(issue.id)),
    "updated": lambda issue, face: (face.updated, int(issue.id)),
    "key": lambda issue, _face: (issue.key.rpartition("-")[0], int(issue.key.rpartition("-")[2])),
    "id": lambda issue, _face: int(issue.id),
    "issuekey": lambda issue, _face: (issue.key.rpartition("-")[0], int(issue.key.rpartition("-")[2])),
}
