"""A heading and what its words say."""

from __future__ import annotations

from typing import NamedTuple

from followthrough.model import Kind

from .vocabulary import Role


class Heading(NamedTuple):
    """What the words of a heading say."""

    text: str
    role: Role
    kind: Kind | None = None
    """The kind of the measures below it, where it names just one."""
    done: bool = False
    """It says that everything below it is done."""
    stated: bool = False
    """It says so in as many words: "Immediate actions (done)"."""
    deed: bool = False
    """In a script without spaces, it names work."""
    urgent: bool = False
    """It only says that what stands below comes first: "Immediate actions"."""
    exact: bool = False
    """It consists of known words."""
    numbered: bool = False
    labelled: bool = False
    """A label and a number stand in front of its words: "Preventive action 2: Add a check"."""
    imperative: bool = False
    """It starts with a verb, as a measure does."""
    commands: bool = False
    """It starts with an imperative: "Close the hardening of the queue"."""
    vetoes: bool = False
    """It introduces something else than measures: "We categorise them as"."""
    sentence: bool = False
    """It says in a sentence or a question that it opens measures: "How we will stop this happening again"."""
    problem: bool = False
    """It names what is wrong, behind a label: "Finding 2: nobody was paged"."""
    rule: bool = False
    """It may be a measure itself, for what is listed below it: "Ask before any of the following"."""
    nothing: bool = False
    """It says that there is no work: "No action required"."""
    manual: bool = False
    """It tells how something is done: "How to upgrade"."""
    alone: bool = False
    """It opens measures where no heading above says otherwise: "Longer term"."""
    pointer: bool = False
    """Below "References" it names what is referred to: "Tickets"."""
