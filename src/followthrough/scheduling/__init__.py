"""Schedules for this configuration: pure functions from settings to the texts of files.

No secret is read here and none is written: what a schedule needs of them is a name or a path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from followthrough.scheduling import cron, github, gitlab, kubernetes, systemd
from followthrough.scheduling.facts import Facts, Plan, facts_of

__all__ = ["KINDS", "Facts", "Plan", "facts_of", "schedule"]

KINDS: Final[Mapping[str, Callable[[Facts], Plan]]] = {
    "systemd": systemd.plan,
    "cron": cron.plan,
    "github": github.plan,
    "gitlab": gitlab.plan,
    "kubernetes": kubernetes.plan,
}


def schedule(kind: str, facts: Facts) -> Plan:
    """The files of one kind of scheduler, and what is left to do by hand."""
    made = KINDS[kind](facts)
    return replace(made, steps=(*made.steps, _watched(facts)))


def _watched(facts: Facts) -> str:
    if facts.heartbeat:
        return "Let the watchdog of [heartbeat] raise the alarm when it has heard nothing for 26 hours."
    return (
        "Nobody hears of a night that does not begin: set [heartbeat], or ask from outside: "
        "followthrough status --max-age 26h"
    )
