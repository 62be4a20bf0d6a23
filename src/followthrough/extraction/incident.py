"""What the postmortem says of its incident."""

from __future__ import annotations

from datetime import date

from ..model import Incident
from .dates import Dates
from .phrases import Words
from .sections import Outline
from .vocabulary import Role, Vocabulary


def read_incident(outline: Outline, vocabulary: Vocabulary, dates: Dates, today: date) -> tuple[Incident, str | None]:
    """The incident, and the report's own status."""
    return Incident(), None
