"""What was read before: the reader is a pure function, and most documents stand as they stood for many runs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from followthrough.engine.reading import Opened, understand
from followthrough.settings import Settings
from followthrough.sources.interface import Content


@dataclass
class Library:
    """Remembers for one simulation what the engine's reader made of which bytes.

    The day counts only where an incident has no date, see `engine/sifting.py`; such are read anew.
    """

    found: dict[tuple[str, bytes, str | None, bool], Opened] = field(default_factory=dict)

    def understand(
        self, content: Content, path: str, /, *, named: bool, settings: Settings, today: date
    ) -> Opened:
        """As the engine's own."""
        key = (path, content.data, content.read_only, named)
        opened = self.found.get(key)
        if opened is None:
            opened = understand(content, path, named=named, settings=settings, today=today)
            if opened.reading.incident.date is not None:
                self.found[key] = opened
        reading = replace(opened.reading, version=content.version)
        return replace(opened, reading=reading, content=content)
