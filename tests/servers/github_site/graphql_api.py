"""GraphQL over GitHub's own schema: every document is validated, every answer completed by it.

What it does with what it cannot show: docs.github.com, "Using global node IDs": ``null`` and an error of
type ``NOT_FOUND`` at its path, beside the rest of the data.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, build_schema, execute, parse, validate

from github_site.pictures import stamp
from github_site.rest_api import Caller
from github_site.site import Issue, Repository
from serving import Answer, Request

__all__ = ["answer", "schema"]

SCHEMA = Path(__file__).resolve().parents[2] / "tools/node_modules/@octokit/graphql-schema/schema.graphql"
MOST_NODES = 100


@cache
def schema() -> GraphQLSchema:
    assert SCHEMA.exists(), "GitHub's schema is not installed: run `make node`"
    return build_schema(SCHEMA.read_text("utf-8"), assume_valid=True, no_location=True)


def answer(caller: Caller, request: Request) -> Answer:
    """One query. What breaks the schema is answered as GitHub answers it: 200, with errors and no data."""
    text, variables = request.body["query"], request.body.get("variables") or {}
    if not caller.site.knows_duplicates and "enableDuplicate" in text:
        message = "Field 'stateReason' doesn't accept argument 'enableDuplicate'"
        return Answer(body={"errors": [{"message": message, "extensions": {"code": "argumentNotAccepted"}}]})
    document = parse(text)
    faults = validate(schema(), document)
    if faults:
        return Answer(body={"errors": [{"message": fault.message} for fault in faults]})
    result = execute(schema(), document, _Root(caller), variable_values=variables)
    assert isinstance(result, ExecutionResult)
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_told(error) for error in result.errors]
    return Answer(body=body)


def _told(error: GraphQLError) -> dict[str, Any]:
    kind = (error.extensions or {}).get("type", "INTERNAL")
    return {"type": kind, "path": error.path, "message": error.message}


def _missing(what: str) -> GraphQLError:
    return GraphQLError(f"Could not resolve to {what}.", extensions={"type": "NOT_FOUND"})


class _Root:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def viewer(self, _info: Any) -> dict[str, Any]:
        return {"__typename": "User", "login": self._caller.login.removesuffix("[bot]")}

    def repository(self, _info: Any, owner: str, name: str, **_more: Any) -> _Repository:
        site = self._caller.site
        full = f"{owner}/{name}"
        found = site.repository(site.renamed.get(full.lower(), full))
        if found is None or not found.may_see(self._caller.login):
            raise _missing(f"a Repository with the name '{full}'")
        return _Repository(found, self._caller)

    def nodes(self, _info: Any, ids: list[str]) -> list[Any]:
        if len(ids) > MOST_NODES:
            message = f"You may not provide more than {MOST_NODES} node ids; you provided {len(ids)}."
            raise GraphQLError(message, extensions={"type": "ARGUMENT_LIMIT"})
        known = {issue.node: issue for issue in self._caller.site.all_issues()}
        return [self._node(known.get(id), id) for id in ids]

    def _node(self, issue: Issue | None, id: str) -> Any:
        if (
            issue is None
            or not issue.repository.may_see(self._caller.login)
            or issue.number in issue.repository.hidden
        ):
            return _missing(f"a node with the global id of '{id}'")
        return IssueNode(issue, self._caller)


class _Repository:
    def __init__(self, one: Repository, caller: Caller) -> None:
        self._one, self._caller = one, caller
        self.id, self.databaseId = one.node, one.id
        self.nameWithOwner = one.name

    def issue(self, _info: Any, number: int) -> IssueNode:
        issue = self._one.issues.get(number)
        if issue is None or issue.is_pull or number in self._one.hidden:
            raise _missing(f"an Issue with the number of {number}")
        return IssueNode(issue, self._caller)


class IssueNode:
    """The fields that we ask for; any other is ``null``, which most of the schema allows."""

    def __init__(self, one: Issue, caller: Caller) -> None:
        self._one, self._caller = one, caller
        # graphql-core looks for it under this name.
        self.__typename = "PullRequest" if one.is_pull else "Issue"
        self.id, self.number, self.title, self.body = one.node, one.number, one.title, one.body or ""
        self.url = f"{caller.base}/{one.repository.name}/issues/{one.number}"
        self.state = one.state.upper()
        self.createdAt, self.closedAt, self.updatedAt = (
            stamp(one.created),
            stamp(one.closed),
            stamp(one.updated),
        )
        self.author = {"__typename": "Bot" if one.user.endswith("[bot]") else "User"} | {
            "login": one.user.removesuffix("[bot]")
        }
        self.repository = {"nameWithOwner": one.repository.name}

    def stateReason(self, _info: Any, enableDuplicate: bool = False) -> str | None:
        reason = (self._one.reason or "").upper() or None
        return "NOT_PLANNED" if reason == "DUPLICATE" and not enableDuplicate else reason

    def assignees(self, _info: Any, first: int, **_more: Any) -> dict[str, Any]:
        return {"nodes": [{"__typename": "User", "login": login} for login in self._one.assignees[:first]]}

    def labels(self, _info: Any, first: int, **_more: Any) -> dict[str, Any]:
        shown = [{"name": name} for name in self._one.labels[:first]]
        return {"totalCount": len(self._one.labels), "nodes": shown}

    def timelineItems(self, _info: Any, **_more: Any) -> dict[str, Any]:
        original = self._one.duplicate_of
        if original is None:
            return {"nodes": []}
        event = {"__typename": "MarkedAsDuplicateEvent", "canonical": IssueNode(original, self._caller)}
        return {"nodes": [event]}
