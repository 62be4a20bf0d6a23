"""Jira, Cloud and Data Center.

``settings``, ``addresses``
    What a ``[trackers.X]`` section says, and the addresses that follow from it.
``client``, ``answers``, ``sdk``
    One request and its answer; refusals as sentences; the SDK on the same way out.
``project``, ``screen``, ``people``
    What a project demands of a new issue, and who can be assigned.
``drafting``, ``adf``, ``wiki``, ``words``
    A draft as the fields of an issue; its text in the markup of either kind.
``mapping``, ``workflow``
    An issue as a ticket; the transition that leads to a state.
``filing``, ``reading``, ``changing``, ``checking``
    The seam's operations, one file each; ``connector`` joins them.

Importing this package imports neither pydantic nor httpx nor the SDK; they come with the first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from followthrough.connector import Connector, Outside, Surroundings
    from followthrough_jira.settings import JiraSettings

__all__ = ["JiraPlugin", "plugin"]


class JiraPlugin:
    """The plugin of kind ``jira``."""

    name = "jira"

    def settings_model(self) -> type[JiraSettings]:
        """The model of one ``[trackers.X]`` section of this kind."""
        # pydantic is heavy, and a command that only names connectors needs none of it.
        from followthrough_jira.settings import JiraSettings

        return JiraSettings

    def reference(self, settings: JiraSettings, text: str, /) -> str | None:
        """The key that a word or an address of this site names, if it is one of this project."""
        from followthrough_jira.addresses import key_in

        return key_in(text, settings.url, settings.project)

    def connect(self, settings: JiraSettings, outside: Outside, /) -> Connector:
        """Open the project; requests nothing."""
        from followthrough_jira.connector import JiraConnector

        return JiraConnector(settings, outside)

    def suggest(self, surroundings: Surroundings, /) -> Mapping[str, str] | None:
        """A section where a variable seems to hold a token of Jira; only a person knows the rest."""
        for beginning in ("JIRA", "ATLASSIAN"):
            for name in surroundings.variables:
                if name.startswith(f"{beginning}_") or f"_{beginning}_" in name:
                    return {"url": "", "project": "", "email": "", "token": f"env:{name}"}
        return None


plugin = JiraPlugin()
