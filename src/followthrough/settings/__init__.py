"""``followthrough.toml``: found, read, checked, and turned into frozen models.

Found by walking up from the current folder, never from a document. Unknown keys and wrong values
are errors that name the file, the line and the nearest right key. Secrets stand here by reference
only (``env:``, ``file:``, ``command:``).
"""

from __future__ import annotations

from followthrough.settings.labels import filled as labels_of
from followthrough.settings.models import (
    LOCAL,
    Brakes,
    LedgerSettings,
    Limits,
    Settings,
    Sync,
)
from followthrough.settings.people import (
    Person,
    Service,
    account,
    address,
    is_team,
    person,
    person_at,
    team_named,
    team_of,
)
from followthrough.settings.policy import Check, Policy
from followthrough.settings.problems import SettingsError, explain, line_of
from followthrough.settings.reading import (
    ENVIRONMENT_NAME,
    FILE_NAME,
    Guard,
    find,
    git_top,
    load,
    root_of,
    validate_tracker,
)
from followthrough.settings.routes import Route, When, route, unreachable
from followthrough.settings.trackers import Tracker
from followthrough.settings.values import Count, Day, Section

__all__ = [
    "ENVIRONMENT_NAME",
    "FILE_NAME",
    "LOCAL",
    "Brakes",
    "Check",
    "Count",
    "Day",
    "Guard",
    "LedgerSettings",
    "Limits",
    "Person",
    "Policy",
    "Route",
    "Section",
    "Service",
    "Settings",
    "SettingsError",
    "Sync",
    "Tracker",
    "When",
    "account",
    "address",
    "explain",
    "find",
    "git_top",
    "is_team",
    "labels_of",
    "line_of",
    "load",
    "person",
    "person_at",
    "root_of",
    "route",
    "team_named",
    "team_of",
    "unreachable",
    "validate_tracker",
]
