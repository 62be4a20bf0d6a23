"""What the vocabulary speaks of: roles of sections, labels of an item's parts, facts of an incident."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a section of a postmortem is for."""

    MEASURES = "measures"
    LESSONS = "lessons"
    TAKEN = "taken"
    """Measures taken: history beside a list of measures, else a list of finished ones."""
    TIMELINE = "timeline"
    CAUSE = "cause"
    IMPACT = "impact"
    SUMMARY = "summary"
    HINDSIGHT = "hindsight"
    ASIDE = "aside"
    INSTRUCTION = "instruction"
    TITLE = "title"
    NEUTRAL = "neutral"


class Label(StrEnum):
    """What a labelled part of an item, or a column of a table, holds."""

    OWNER = "owner"
    DUE = "due"
    PRIORITY = "priority"
    STATE = "state"
    TICKET = "ticket"
    ACTION = "action"
    KIND = "kind"
    NUMBER = "number"
    NOTE = "note"


class Fact(StrEnum):
    """What a postmortem says of its incident."""

    ID = "id"
    TITLE = "title"
    DATE = "date"
    START = "start"
    END = "end"
    DURATION = "duration"
    SEVERITY = "severity"
    SERVICES = "services"
    TEAM = "team"
    AUTHORS = "authors"
    IMPACT = "impact"
    ROOT_CAUSE = "root_cause"
    STATUS = "status"
