"""The embedded tracker: tickets in one SQLite file, for a start without an account anywhere.

Importing this package imports neither pydantic nor sqlite3; they come with the first use.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from followthrough.connector import Connector, Outside
    from followthrough_local.settings import LocalSettings

__all__ = ["LocalPlugin", "plugin"]


class LocalPlugin:
    """The plugin of kind ``local``."""

    name = "local"

    def settings_model(self) -> type[LocalSettings]:
        """The model of one ``[trackers.X]`` section of this kind."""
        # pydantic is heavy, and a command that only names connectors needs none of it.
        from followthrough_local.settings import LocalSettings

        return LocalSettings

    def reference(self, settings: LocalSettings, text: str, /) -> str | None:
        """The key that ``text`` names, such as ``FT-3``, in any case; ``None`` if it names none."""
        prefix, _, number = text.strip().upper().partition("-")
        is_key = prefix == settings.prefix and re.fullmatch(r"[1-9][0-9]{0,14}", number)
        return f"{prefix}-{number}" if is_key else None

    def connect(self, settings: LocalSettings, outside: Outside, /) -> Connector:
        """Open the tracker's scope; the file is neither read nor created by this."""
        from followthrough_local.connector import LocalConnector

        return LocalConnector(settings, outside)


plugin = LocalPlugin()
