"""A line for cron.

A ``%`` in a line of a crontab is a line break and has to be escaped: crontab(5).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from followthrough.scheduling.facts import Facts, Plan
from followthrough.scheduling.filling import filled
from followthrough.scheduling.shell import SCRIPT, command, night

ENVIRONMENT: Final = "$HOME/.config/followthrough/environment"


def plan(facts: Facts) -> Plan:
    """A crontab, and a script where the documents are in git."""
    files = {
        "followthrough.crontab": filled(
            "crontab",
            {
                "mailto": facts.user,
                "zone": _zone(facts),
                "schedule": f"{facts.at.minute} {facts.at.hour} * * *",
                "line": line(facts).replace("%", "\\%"),
            },
        )
    }
    if facts.in_git:
        files[SCRIPT] = night(facts)
    return Plan(files=files, steps=tuple(_steps(facts)), programs=frozenset({SCRIPT} & files.keys()))


def line(facts: Facts) -> str:
    """The command as ``sh`` is to read it: silent after 0 and 75, else all that was said and the code."""
    secrets = f'set -a && . "{ENVIRONMENT}" && set +a && ' if facts.variables else ""
    run = f"/usr/local/bin/{SCRIPT}" if facts.in_git else command(facts)
    inner = f"{secrets}cd {shlex.quote(str(facts.root))} && {run}"
    return (
        f"said=$({{ {inner}; }} 2>&1); code=$?; [ $code -eq 0 ] || [ $code -eq 75 ] || "
        f'{{ echo "$said"; echo "followthrough ended with $code"; exit $code; }}'
    )


def _zone(facts: Facts) -> list[str]:
    if facts.timezone == "UTC":
        return []
    return [
        "# cronie counts in this zone; a cron that does not know CRON_TZ takes the machine's own.",
        f"CRON_TZ={facts.timezone}",
    ]


def _steps(facts: Facts) -> Iterator[str]:
    if facts.in_git:
        yield f"Copy {SCRIPT} to /usr/local/bin, chmod 755."
    if facts.variables:
        yield f"Put {', '.join(facts.variables)} into {ENVIRONMENT}, one NAME=value a line, chmod 600."
    for file in facts.files:
        yield f"Give {file} to {facts.user}, chmod 600."
    yield "Add the lines to the crontab: crontab -e"
