"""What a project is like: its number, issue types and create screen, each asked once.

What cannot be learned is unknown, and then Jira's own answer to a create decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from followthrough.connector import ConnectorError, NotFound, Rejected
from followthrough_jira.answers import Missing
from followthrough_jira.client import Client
from followthrough_jira.drafting import Target
from followthrough_jira.people import FATAL
from followthrough_jira.screen import Screen, screen_of

if TYPE_CHECKING:
    import jira

__all__ = ["Project"]

FIELDS_PAGE: Final = 200


class Project:
    """One project and the issue type of the settings."""

    def __init__(self, client: Client, sdk: Callable[[], jira.JIRA]) -> None:
        self._client = client
        self._sdk = sdk
        self._target: Target | None = None
        self._told: Mapping[str, Any] | None = None

    @property
    def told(self) -> Mapping[str, Any]:
        """The project as Jira tells it; empty where it would not. Raises ``NotFound`` where it is hidden."""
        if self._told is None:
            settings, asked = self._client.settings, self._client.asked
            try:
                self._told = self._sdk().project(settings.project).raw
            except Missing:
                self._told = {}
            except NotFound as error:
                raise NotFound(
                    f"There is no project {settings.project} at {asked.host}, or {asked.who} may not see it.",
                    hint="Check `project`, and the permission to browse it.",
                ) from error
            except FATAL:
                raise
            except ConnectorError:
                self._told = {}
            _same_name(self._told, settings.project)
        return self._told

    @property
    def types(self) -> list[Mapping[str, Any]]:
        """The issue types of the project; empty where they are not known."""
        types = self.told.get("issueTypes")
        return [one for one in types if isinstance(one, Mapping)] if isinstance(types, list) else []

    @property
    def target(self) -> Target:
        """All that drafting needs to know. Raises ``Rejected`` where the issue type is not there."""
        if self._target is None:
            settings = self._client.settings
            kind = self._type()
            self._target = Target(
                settings=settings,
                cloud=self._client.cloud,
                project_id=_id(self.told),
                type_id=_id(kind) if kind else None,
                subtask=bool(kind and kind.get("subtask")),
                screen=self._screen(_id(kind) if kind else None),
            )
        return self._target

    def _type(self) -> Mapping[str, Any] | None:
        settings = self._client.settings
        wanted = settings.issue_type
        for one in self.types:
            if str(one.get("name")).casefold() == wanted.casefold() or str(one.get("id")) == wanted:
                return one
        if not self.types:
            return None
        names = ", ".join(str(one.get("name")) for one in self.types)
        raise Rejected(
            f'{settings.project} has no issue type "{wanted}".', hint=f"Set issue_type to one of: {names}."
        )

    def _screen(self, type_id: str | None) -> Screen:
        if type_id is None:
            return Screen(known=False)
        try:
            return self._new_metadata(type_id) or self._old_metadata(type_id)
        except FATAL:
            raise
        except ConnectorError:
            return Screen(known=False)

    def _new_metadata(self, type_id: str) -> Screen | None:
        """The fields, page by page; ``None`` where this address is not there."""
        path = f"/issue/createmeta/{self._client.settings.project}/issuetypes/{type_id}"
        fields: list[Any] = []
        while True:
            params = {"startAt": str(len(fields)), "maxResults": str(FIELDS_PAGE)}
            answer = self._client.ask("GET", path, params=params, or_missing=True)
            if answer.missing:
                return None
            body = answer.body if isinstance(answer.body, Mapping) else {}
            page = body.get("fields", body.get("values"))
            if not isinstance(page, list):
                return Screen(known=False)
            fields += page
            total = body.get("total")
            if not page or not isinstance(total, int) or len(fields) >= total:
                return screen_of(fields)

    def _old_metadata(self, type_id: str) -> Screen:
        """As Data Center before 8.4 tells it."""
        told = self._sdk().createmeta(
            projectKeys=self._client.settings.project,
            issuetypeIds=[type_id],
            expand="projects.issuetypes.fields",
        )
        for project in told.get("projects", ()):
            for kind in project.get("issuetypes", ()):
                if str(kind.get("id")) == type_id:
                    return screen_of(kind.get("fields"))
        return Screen(known=False)


def _same_name(told: Mapping[str, Any], key: str) -> None:
    """Raise where the project has a new key: so have its issues, none of which would be ours by the old."""
    now = told.get("key")
    if isinstance(now, str) and now.casefold() != key.casefold():
        raise Rejected(
            f"Project {key} is called {now} now.",
            hint=f'Set project = "{now}" in the tracker\'s section; nothing was changed.',
        )


def _id(told: Mapping[str, Any]) -> str | None:
    id = told.get("id")
    return str(id) if id else None
