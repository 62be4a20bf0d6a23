"""``[policy]`` and ``[check]``: what is expected of measures, and how strictly documents are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import BeforeValidator, Field

from followthrough.policy.business import BusinessDays, works_in
from followthrough.policy.due import Allowed, Targets, target_of
from followthrough.policy.findings import Level, Rule
from followthrough.policy.presets import PRESETS
from followthrough.settings.values import (
    Allowance,
    Country,
    Day,
    Demand,
    Section,
    SeverityName,
    Target,
    Words,
    a_list,
    one_of,
)

OFF = "off"


def _preset(value: object) -> object:
    return None if value is None else one_of(value, "preset", PRESETS)


def _rule(value: object) -> object:
    return one_of(value, "rule", [rule.value for rule in Rule])


def _level(value: object) -> object:
    return one_of(value, "level", [*(level.value for level in Level), OFF])


class Policy(Section):
    """``[policy]``: what is expected of measures, whether they say it themselves or not."""

    preset: Annotated[str | None, BeforeValidator(_preset)] = None
    """Targets that somebody has published; those under ``due`` go before."""
    due: Mapping[Target, Allowance] = Field(default_factory=dict)
    """Targets by folded priority or severity, as they are written."""
    country: Country = None
    holidays: Annotated[tuple[Day, ...], BeforeValidator(a_list)] = ()
    required: Annotated[tuple[Demand, ...], BeforeValidator(a_list)] = ("owner", "due")
    preventive: Annotated[tuple[SeverityName, ...], BeforeValidator(a_list)] = ()

    @property
    def targets(self) -> Targets:
        """All targets, with the business days of the country."""
        works_on = works_in(self.country, frozenset(self.holidays))
        known: Mapping[str, Allowed] = {**PRESETS.get(self.preset or "", {}), **self.due}
        return {
            name: replace(allowed, works_on=works_on) if isinstance(allowed, BusinessDays) else allowed
            for name, allowed in known.items()
        }

    def target(self, priority: str | None, severity: str | None) -> Allowed | None:
        """How long a measure may take: its priority decides, else its incident's severity."""
        found = target_of(self.targets, priority, severity)
        return found[1] if found else None


class Check(Section):
    """``[check]``: which rules documents are looked at by."""

    rules: Mapping[Annotated[str, BeforeValidator(_rule)], Annotated[str, BeforeValidator(_level)]] = Field(
        default_factory=dict
    )
    vague: Words = ()
    """Beside the words that ship."""
    baseline: str | None = Field(default=None, min_length=1)
    """File of findings that are known and forgiven, from the root."""

    def levels(self, policy: Policy) -> Mapping[Rule, Level]:
        """The rules in force: those that the policy asks for, and what this section says of them."""
        asked = {
            Rule.OWNER: "owner" in policy.required,
            Rule.DATE: "due" in policy.required,
            Rule.BEYOND: bool(policy.due or policy.preset),
            Rule.PREVENTIVE: bool(policy.preventive),
        }
        levels = {rule.value: Level.ERROR.value for rule, wanted in asked.items() if wanted}
        chosen = {**levels, **self.rules}
        return {rule: Level(chosen[rule]) for rule in Rule if chosen.get(rule, OFF) != OFF}
