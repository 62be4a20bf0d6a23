"""Targets that organisations have published as their own, by the name of who published them.

Nobody else's figures stand here. Google, for one, publishes that a postmortem needs a P0 measure
against the root cause, and no time for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

PRESETS: Mapping[str, Mapping[str, timedelta]] = MappingProxyType(
    {
        # What is to be done first is agreed for 4 or for 8 weeks, by service; severities 1 and 2 have one.
        # https://www.atlassian.com/incident-management/handbook/postmortems
        "atlassian": MappingProxyType({"sev1": timedelta(weeks=4), "sev2": timedelta(weeks=4)}),
        "atlassian-8-weeks": MappingProxyType({"sev1": timedelta(weeks=8), "sev2": timedelta(weeks=8)}),
        # Corrective actions by severity.
        # https://gitlab.com/gitlab-com/gl-infra/mstaff/-/issues/333, which names the handbook's page
        "gitlab": MappingProxyType(
            {
                "sev1": timedelta(days=7),
                "sev2": timedelta(days=30),
                "sev3": timedelta(days=60),
                "sev4": timedelta(days=90),
            }
        ),
        # High-priority measures after a Sev-1 within 15 days of the incident, after a Sev-2 within 30.
        # https://postmortems.pagerduty.com/culture/accountability/
        "pagerduty": MappingProxyType({"sev1": timedelta(days=15), "sev2": timedelta(days=30)}),
    }
)
