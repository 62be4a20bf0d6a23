"""A workflow for GitHub Actions, around the action in ``action.yml``.

What its keys mean: GitHub's "Workflow syntax for GitHub Actions".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from followthrough.scheduling.facts import Facts, Plan
from followthrough.scheduling.filling import filled, quoted

OWN: Final = "GITHUB_TOKEN"
"""The token that each job is given anyway."""


def plan(facts: Facts) -> Plan:
    """One workflow: pull requests are looked at, the rest files and syncs."""
    values = {
        "branch": "main",
        "paths": [f"- {quoted(_inside(facts, glob))}" for glob in facts.documents or ("**/*.md",)],
        "cron": f"{facts.at.minute} {facts.at.hour} * * *",
        "zone": [] if facts.timezone == "UTC" else [f"timezone: {quoted(facts.timezone)}"],
        "action": f"acme/followthrough@v{facts.version}",
        "settings": quoted(settings_path(facts)),
        "runner": list(_runner(facts)),
        "minutes": str(facts.minutes),
        "issues": ["issues: write"] if OWN in facts.variables else [],
        "environment": list(_environment(facts)),
        "clean": []
        if facts.lasting
        else ["# The ledger lies in .followthrough/, which cleaning would delete.", "clean: false"],
        "files": list(_files(facts)) if facts.lasting else [],
        "limit": facts.limit,
    }
    return Plan(files={"followthrough.yml": filled("github.yml", values)}, steps=tuple(_steps(facts)))


def settings_path(facts: Facts) -> str:
    """Where the settings lie in the repository."""
    name = facts.settings_file.name if facts.settings_file else "followthrough.toml"
    return str(PurePosixPath(facts.inside, name))


def _inside(facts: Facts, glob: str) -> str:
    return f"{facts.inside}/{glob}" if facts.inside else glob


def _runner(facts: Facts) -> Iterator[str]:
    if facts.lasting:
        yield "# This runner forgets its disk; with a ledger in a file nothing would be filed from here."
        yield "runs-on: ubuntu-latest"
        return
    yield "# A ledger in a file needs a runner of your own, whose disk lasts: on GitHub's nothing is filed."
    yield "runs-on: [self-hosted, followthrough]"


def _environment(facts: Facts) -> Iterator[str]:
    if facts.variables:
        yield "env:"
    for name in facts.variables:
        yield f"  {name}: ${{{{ {'github.token' if name == OWN else f'secrets.{secret(name)}'} }}}}"


def secret(name: str) -> str:
    """The name of a secret in GitHub's settings, which takes none that begins with ``GITHUB_``."""
    plain = re.sub(r"\W", "_", name).upper()
    return f"FOLLOWTHROUGH_{plain}" if re.match(r"GITHUB_|\d", plain) else plain


def _files(facts: Facts) -> Iterator[str]:
    """A step for each secret that the settings look for in a file."""
    for file in facts.files:
        yield f"- name: {quoted(f'Put a secret into {file}')}"
        yield "  env:"
        yield f"    SECRET: ${{{{ secrets.{secret(_stem(file))} }}}}"
        yield f"    FILE: {quoted(file)}"
        yield "  run: |"
        yield '    case $FILE in "~/"*) FILE=$HOME/${FILE#??} ;; esac'
        yield "    umask 077"
        yield '    mkdir -p "$(dirname "$FILE")"'
        yield """    printf '%s\\n' "$SECRET" >"$FILE\""""


def _stem(file: str) -> str:
    return PurePosixPath(file).name or "secret"


def _steps(facts: Facts) -> Iterator[str]:
    yield "Put the file into .github/workflows, and your default branch where it says main."
    yield "Where it says acme/followthrough, write the repository that holds the action for you."
    yield (
        "Allow Actions to open pull requests: Settings, Actions, General, Workflow permissions. "
        "Without it the branch is pushed all the same."
    )
    for name in facts.variables:
        if name != OWN:
            yield f"Store the secret {secret(name)}: Settings, Secrets and variables, Actions."
    for file in facts.files:
        where = (
            f"Store the secret {secret(_stem(file))}"
            if facts.lasting
            else f"Put the secret on the runner, in {file}"
        )
        yield f"{where}."
    if not facts.lasting:
        yield "Register a runner of your own with the label followthrough; its disk keeps the ledger."
    if any(need.kind == "command" for need in facts.needs):
        yield "The settings ask commands for secrets: the runner needs those programs."
