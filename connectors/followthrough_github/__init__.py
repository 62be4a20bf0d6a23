"""GitHub Issues: github.com, GHE.com and GitHub Enterprise Server.

Importing this package imports neither pydantic nor httpx nor PyGithub; they come with the first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from followthrough.connector import Connector, Outside
    from followthrough_github.settings import GitHubSettings

__all__ = ["GitHubPlugin", "plugin"]


class GitHubPlugin:
    """The plugin of kind ``github``."""

    name = "github"

    def settings_model(self) -> type[GitHubSettings]:
        """The model of one ``[trackers.X]`` section of this kind."""
        # pydantic is heavy, and a command that only names connectors needs none of it.
        from followthrough_github.settings import GitHubSettings

        return GitHubSettings

    def reference(self, settings: GitHubSettings, text: str, /) -> str | None:
        """The key, such as ``#12``, of an issue of this repository that ``text`` names, else ``None``."""
        return settings.place.key_of(text)

    def connect(self, settings: GitHubSettings, outside: Outside, /) -> Connector:
        """Open the repository; nothing is requested by this."""
        from followthrough_github.connector import GitHubConnector

        return GitHubConnector(settings, outside)


plugin = GitHubPlugin()
