"""A service and a timer for systemd.

What the directives mean: systemd.service(5), systemd.exec(5) and systemd.time(7).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from followthrough.scheduling.facts import Facts, Plan
from followthrough.scheduling.filling import filled, span_of
from followthrough.scheduling.shell import SCRIPT, night

CREDENTIALS: Final = "/run/credentials/followthrough.service"
"""Where systemd lays what ``LoadCredential=`` names, for this service alone."""
ENVIRONMENT: Final = "/etc/followthrough/environment"
HOMES: Final = ("/home/", "/root/", "/run/user/")


def plan(facts: Facts) -> Plan:
    """Service, timer, and a service that tells of failures."""
    files = {
        "followthrough.service": _service(facts),
        "followthrough.timer": filled(
            "followthrough.timer", {"at": f"{facts.at:%H:%M}", "zone": facts.timezone}
        ),
        "followthrough-failed.service": filled("followthrough-failed.service", {}),
    }
    if facts.in_git:
        files[SCRIPT] = night(facts)
    return Plan(files=files, steps=tuple(_steps(facts)), programs=frozenset({SCRIPT} & files.keys()))


def _service(facts: Facts) -> str:
    script = f"/usr/local/bin/{SCRIPT}"
    command = [script] if facts.in_git else [facts.program, *facts.arguments]
    return filled(
        "followthrough.service",
        {
            "script": ["# Fetches, runs, commits and pushes."] if facts.in_git else "",
            "command": " ".join(_word(word.replace("$", "$$")) for word in command),
            "limit": span_of(facts.span),
            "minutes": str(facts.minutes),
            "user": facts.user,
            "workdir": _percent(str(facts.root)),
            "writable": _word(str(facts.root)),
            "secrets": list(_secrets(facts)),
            "home": _home(facts),
        },
    )


def _secrets(facts: Facts) -> Iterator[str]:
    if facts.variables:
        yield f"# One NAME=value a line, for {', '.join(facts.variables)}; chmod 600, owned by root."
        yield f"EnvironmentFile={ENVIRONMENT}"
    for file in facts.files:
        name = given(file)
        if name:
            yield f"LoadCredential={name}:/etc/followthrough/{name}"
        else:
            yield f"# {file} has to belong to {facts.user}, chmod 600."


def given(file: str) -> str:
    """The name of a secret that systemd hands over; empty where the settings name another place."""
    path = PurePosixPath(file)
    return path.name if str(path.parent) == CREDENTIALS else ""


def _home(facts: Facts) -> str:
    """How much of people's homes the service sees: nothing, unless something it needs lies there."""
    paths = [str(facts.root), str(facts.settings_file or ""), facts.program, *facts.files]
    # git looks there for keys and for who commits.
    if facts.in_git or any(f"{path}/".startswith(HOMES) or path.startswith("~") for path in paths):
        return "read-only"
    return "yes"


def _steps(facts: Facts) -> Iterator[str]:
    yield "Copy the units to /etc/systemd/system, then: systemctl daemon-reload"
    if facts.in_git:
        yield f"Copy {SCRIPT} to /usr/local/bin, chmod 755."
    if facts.variables:
        yield f"Put {', '.join(facts.variables)} into {ENVIRONMENT}, owned by root, chmod 600."
    for file in facts.files:
        name = given(file)
        if name:
            yield f"Put the secret {name} into /etc/followthrough/{name}, owned by root, chmod 600."
        else:
            kept = f"file:{CREDENTIALS}/{PurePosixPath(file).name}"
            yield (
                f"Give {file} to {facts.user}, chmod 600; or let systemd keep it: "
                f"write {kept} into the settings and print the schedule again."
            )
    yield "Start the timer: systemctl enable --now followthrough.timer"


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _word(text: str) -> str:
    """One word of a command line or of a list, as systemd reads it."""
    plain = _percent(text)
    if all(character.isalnum() or character in "/._-:=,@+%$" for character in plain):
        return plain
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
