"""What is written for a shell: the script that brings documents out of git and back."""

from __future__ import annotations

import shlex

from followthrough.scheduling.facts import Facts
from followthrough.scheduling.filling import filled

SCRIPT = "followthrough-night"
"""The name of the script, wherever it is put."""


def command(facts: Facts) -> str:
    """The nightly command as a shell reads it."""
    return shlex.join([facts.program, *facts.arguments])


def night(facts: Facts) -> str:
    """The script for documents in git: fetch, run, commit, push; it ends with the code of the run."""
    return filled("night.sh", {"root": shlex.quote(str(facts.root)), "command": command(facts)})
