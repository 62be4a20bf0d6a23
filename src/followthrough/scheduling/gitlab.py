"""Jobs for GitLab CI.

What the keys mean: GitLab's "CI/CD YAML syntax reference". A cache or an artefact is no place for the
ledger: both may be gone at any time.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath

from followthrough.scheduling.facts import Facts, Plan
from followthrough.scheduling.filling import filled, quoted, span_of
from followthrough.scheduling.github import settings_path
from followthrough.scheduling.kubernetes import image


def plan(facts: Facts) -> Plan:
    """One file with two jobs."""
    inside = f"{facts.inside}/" if facts.inside else ""
    values = {
        "cron": f"{facts.at.minute} {facts.at.hour} * * *",
        "zone": facts.timezone,
        "image": list(_image(facts)),
        "paths": [f"- {quoted(inside + glob)}" for glob in facts.documents or ("**/*.md",)],
        "config": f"--config {shlex.quote(settings_path(facts))} ",
        "place": list(_place(facts)),
        "timeout": span_of(facts.patience),
        "variables": list(_variables(facts)),
        "script": [f"- {quoted(line)}" for line in _script(facts)],
    }
    name = "followthrough.gitlab-ci.yml"
    return Plan(files={name: filled("gitlab.yml", values)}, steps=tuple(_steps(facts)))


def _image(facts: Facts) -> Iterator[str]:
    yield "image:"
    yield f"  name: {quoted(image(facts))}"
    yield '  entrypoint: [""]'
    yield "  docker:"
    yield "    user: root  # to whom GitLab's checkout belongs; documents of others are not written"


def _place(facts: Facts) -> Iterator[str]:
    if facts.lasting:
        yield "# A job forgets its disk; with a ledger in a file nothing would be filed from here."
        yield from _image(facts)
        return
    yield "# A ledger in a file needs a machine whose disk lasts: a runner with a shell and this tag."
    yield "# The checkout of each job may be another folder, so the work is done in one of its own."
    yield "tags: [followthrough]"


def _variables(facts: Facts) -> Iterator[str]:
    yield "variables:"
    if facts.lasting:
        yield '  GIT_DEPTH: "0"'
        yield "  FT_BASE: $CI_DEFAULT_BRANCH"
        return
    yield "  GIT_STRATEGY: none"
    yield "  # A clone with the rights to push, made once by hand."
    yield f"  FOLLOWTHROUGH_HOME: {quoted(str(facts.root))}"
    yield "  # Says that this disk keeps the ledger; without it nothing is filed from GitLab CI."
    yield '  FOLLOWTHROUGH_LASTING_DISK: "1"'


def _script(facts: Facts) -> Iterator[str]:
    path = settings_path(facts)
    name = path if facts.lasting else PurePosixPath(path).name  # there it is run in its own folder
    run = f"followthrough --config {shlex.quote(name)} run --for {facts.limit}"
    if not facts.lasting:
        yield 'cd "$FOLLOWTHROUGH_HOME"'
        yield "git pull --quiet --rebase"
        yield f"code=0; {run} || code=$?"
        yield "git add --update ."
        yield 'git diff --cached --quiet || git commit --quiet --message "Status of action items"'
        yield "git push --quiet"
        yield "exit $code"
        return
    # GitLab's own token of a job may push only where the project allows it; a project access token may.
    # git asks for it, so that it stands in no address and in no file.
    yield 'git remote set-url origin "$CI_SERVER_URL/$CI_PROJECT_PATH.git"'
    yield (
        "git config credential.helper "
        "'!f() { echo username=followthrough; echo \"password=$FOLLOWTHROUGH_PUSH_TOKEN\"; }; f'"
    )
    yield "followthrough-rolling-branch prepare"
    yield f"code=0; {run} || code=$?"
    yield (
        'FT_PUSH_OPTIONS="merge_request.create merge_request.target=$CI_DEFAULT_BRANCH '
        'merge_request.remove_source_branch" followthrough-rolling-branch publish'
    )
    yield "exit $code"


def _steps(facts: Facts) -> Iterator[str]:
    yield "Make the schedule: Build, Pipeline schedules, on the default branch."
    if facts.variables:
        names = ", ".join(facts.variables)
        yield f"Store {names} as CI/CD variables: masked, and protected, so that no merge request sees them."
    for file in facts.files:
        yield f"Put the secret where the settings look for it, on the runner: {file}, chmod 600."
    if facts.lasting:
        yield (
            "Store a project access token with write_repository as FOLLOWTHROUGH_PUSH_TOKEN, "
            "masked and protected."
        )
        yield f"Build {image(facts)} from examples/Containerfile, or write where your image lies."
    else:
        yield (
            "Register a runner with the shell executor and the tag followthrough, "
            f"on the machine that holds {facts.root}."
        )
