"""A CronJob for Kubernetes.

What its fields mean: the Kubernetes API reference, ``batch/v1`` CronJob. An exit code that a
``podFailurePolicy`` ignores makes a new pod at once, which is why 75 is turned into 0 by the shell.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from followthrough.scheduling.facts import Facts, Plan
from followthrough.scheduling.filling import filled, quoted
from followthrough.scheduling.systemd import CREDENTIALS, given

HOME: Final = "/srv/postmortems"
"""Where the volume lies in the container."""
SECRET: Final = "followthrough"  # noqa: S105  the name of a Secret


def image(facts: Facts) -> str:
    """What the container file beside the examples may be built as."""
    return f"registry.example/followthrough:{facts.version}"


def plan(facts: Facts) -> Plan:
    """A volume and a CronJob."""
    values = {
        "cron": f"{facts.at.minute} {facts.at.hour} * * *",
        "zone": quoted("Etc/UTC" if facts.timezone == "UTC" else facts.timezone),
        "seconds": str(facts.minutes * 60),
        "image": quoted(image(facts)),
        "home": HOME,
        "script": list(_script(facts)),
        "environment": list(_environment(facts)),
        "mounts": list(_mounts(facts)),
        "volumes": list(_volumes(facts)),
    }
    return Plan(files={"cronjob.yaml": filled("cronjob.yaml", values)}, steps=tuple(_steps(facts)))


def _script(facts: Facts) -> Iterator[str]:
    name = facts.settings_file.name if facts.settings_file else "followthrough.toml"
    run = shlex.join(["followthrough", "--config", f"{HOME}/{name}", "run", "--for", facts.limit])
    if facts.in_git:
        yield "git pull --quiet --rebase || exit 1"
    yield "trap 'kill -TERM $!' TERM"
    yield f"{run} & run=$!"
    yield 'wait "$run"; code=$?'
    yield 'while kill -0 "$run" 2>/dev/null; do wait "$run"; code=$?; done'
    if facts.in_git:
        yield "git add --update ."
        yield 'git diff --cached --quiet || git commit --quiet --message "Status of action items" || exit 1'
        yield "git push --quiet || exit 1"
    yield "# 75: a later run finishes it."
    yield "[ $code -eq 75 ] || exit $code"


def _environment(facts: Facts) -> Iterator[str]:
    values = {"HOME": "/tmp"}  # noqa: S108  the pod's own
    if facts.in_git:
        for who in ("AUTHOR", "COMMITTER"):
            values |= {f"GIT_{who}_NAME": "followthrough", f"GIT_{who}_EMAIL": "followthrough@localhost"}
    if any(map(given, facts.files)):
        values["CREDENTIALS_DIRECTORY"] = CREDENTIALS
    yield "env:"
    for name, value in values.items():
        yield f"  - name: {name}"
        yield f"    value: {quoted(value)}"
    for name in facts.variables:
        yield f"  - name: {name}"
        yield "    valueFrom:"
        yield "      secretKeyRef:"
        yield f"        name: {SECRET}"
        yield f"        key: {name}"


def _mounts(facts: Facts) -> Iterator[str]:
    if any(map(given, facts.files)):
        yield "- name: credentials"
        yield f"  mountPath: {CREDENTIALS}"
        yield "  readOnly: true"


def _volumes(facts: Facts) -> Iterator[str]:
    names = [name for name in map(given, facts.files) if name]
    if not names:
        return
    yield "- name: credentials"
    yield "  secret:"
    yield f"    secretName: {SECRET}"
    yield "    # fsGroup lets the pod's own group read them, too: CREDENTIALS_DIRECTORY says it is meant."
    yield "    defaultMode: 256  # 0400, as everybody reads this number"
    yield f"    items: {json.dumps([{'key': name, 'path': name} for name in names])}"


def _steps(facts: Facts) -> Iterator[str]:
    yield f"Build the image from examples/Containerfile, or write where yours lies instead of {image(facts)}."
    literals = [
        f"--from-file={name}=PATH" for name in (*facts.variables, *filter(None, map(given, facts.files)))
    ]
    if literals:
        yield (
            f"Make the Secret, each value from a file without a line break at its end: "
            f"kubectl create secret generic {SECRET} {' '.join(literals)}"
        )
    for file in facts.files:
        if not given(file):
            new = f"file:{CREDENTIALS}/{PurePosixPath(file).name}"
            yield f"Write {new} into the settings instead of file:{file}, and print the schedule again."
    yield f"Put documents and followthrough.toml on the volume, which lies in {HOME}."
    if facts.in_git:
        yield "The volume holds a clone, made by user 10001, with the rights to push."
    if any(need.kind == "command" for need in facts.needs):
        yield "The settings ask commands for secrets: the image needs those programs."
