"""``config.example.toml`` and the reference of settings hold every key, and nothing else."""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

settings = importlib.import_module("followthrough.settings")
registry = importlib.import_module("followthrough.registry")
Tracker = importlib.import_module("followthrough.settings").Tracker
NAMED = {"trackers": "trackers.X", "people": "people.X", "services": "services.X"}
"""Sections that people name."""
KINDS = ("github", "jira", "local")


def options(kind: str) -> type[BaseModel]:
    """The model of a connector that ships."""
    model: type[BaseModel] = registry.load(kind).settings_model()
    return model


@pytest.fixture(scope="session")
def example(checkout: Path) -> str:
    return (checkout / "config.example.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def uncommented(example: str) -> str:
    return re.sub(r"(?m)^#(?=[\w\[])", "", example)


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models(part)


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every key of the model as ``section.key``; trackers as ``trackers.X``."""
    for name, field in model.model_fields.items():
        inner = list(models(field.annotation))
        path = f"{prefix}{name}"
        if name == "trackers":
            yield from (f"trackers.X.{key}" for key in Tracker.model_fields)
            yield from (f"trackers.X.{key}" for kind in KINDS for key in options(kind).model_fields)
        elif name == "sources":
            yield from (key for one in inner for key in keys(one, f"{path}."))
        elif inner:
            yield from keys(inner[0], f"{NAMED.get(path, path)}.")
        else:
            yield path


def written(value: Any, prefix: str = "") -> Iterator[str]:
    for name, inner in value.items():
        path = f"{prefix}{name}"
        if path in NAMED:
            yield from (f"{NAMED[path]}.{key}" for one in inner.values() for key in one)
        elif path in ("policy.due", "check.rules", "vocabulary", "sources.jira_servers"):
            yield path  # whose keys are priorities, severities, rules, tables and lists of words, or trackers
        elif isinstance(inner, dict):
            yield from written(inner, f"{path}.")
        elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
            yield from (key for one in inner for key in written(one, f"{path}."))
        else:
            yield path


def load(text: str, folder: Path) -> Any:
    for name in ("ca.pem", "client.pem"):
        (folder / name).touch()
    file = folder / "followthrough.toml"
    file.write_text(text, encoding="utf-8")
    loaded = settings.load(file)
    for scope, tracker in loaded.scopes().items():
        settings.validate_tracker(options(tracker.kind), tracker, scope, folder, file)
    return loaded


def test_example_is_valid_as_it_stands(example: str, tmp_path: Path) -> None:
    assert load(example, tmp_path).default_scope() == "team"


def test_example_is_valid_with_every_key_uncommented(uncommented: str, tmp_path: Path) -> None:
    # A remote belongs to one kind of ledger only, and is an error beside the default.
    text = uncommented.replace('url = "sqlite"', 'url = "git:followthrough/ledger"')
    git = section(text, 'kind = "git"')
    loaded = load(text.replace(git, ""), tmp_path)
    assert loaded.document_url is not None
    assert len(loaded.routes) == len(loaded.people) == len(loaded.services) == 1
    assert [source.kind for source in loaded.sources] == ["folder", "confluence"]


def test_example_of_a_branch_is_valid_where_it_takes_the_place_of_the_folder(
    uncommented: str, tmp_path: Path
) -> None:
    git = section(uncommented, 'kind = "git"')
    assert [source.kind for source in load(git, tmp_path).sources] == ["git"]


def section(text: str, key: str) -> str:
    """The source that holds a line."""
    for found in re.finditer(r"(?m)^\[\[sources\]\]\n(?:(?:\w|#).*\n)*", text):
        if key in found[0]:
            return found[0]
    raise AssertionError(f"the example shows no source with {key}")


def test_example_holds_every_key_and_no_other(uncommented: str) -> None:
    assert sorted(set(written(tomllib.loads(uncommented)))) == sorted(set(keys(settings.Settings)))


def test_commented_keys_show_the_default(example: str, uncommented: str) -> None:
    shown = dict(values(tomllib.loads(uncommented)))
    stated = dict(values(tomllib.loads(example)))
    defaults = dict(values(settings.Settings().model_dump(mode="json")))
    examples = {
        "document_url",
        "default_tracker",
        "policy.preset",
        "policy.country",
        "check.baseline",
        *(f"heartbeat.{key}" for key in ("start", "finish", "fail")),
        "notify.report_url",
        "ledger.password",
        "ledger.remote",
    }  # the page says so, or it names the section above
    for key in shown.keys() - stated.keys() - examples:
        if key in defaults:
            assert shown[key] == defaults[key], key


def values(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from values(inner, f"{prefix}{name}.")
        elif name not in ("sources", "routes", "channels"):
            yield f"{prefix}{name}", inner


def test_reference_holds_every_key_and_no_other(
    checkout: Path, sections: Callable[[str], dict[str, str]], first_cells: Callable[[str], list[str]]
) -> None:
    page = (checkout / "docs/reference/settings.md").read_text(encoding="utf-8")
    told = []
    for heading, text in sections(page).items():
        section = re.fullmatch(r"\[+([\w.]+)\]+", heading)
        prefix = f"{section[1]}." if section else ""
        told += [f"{prefix}{key}" for key in first_cells(text)]
    assert sorted(set(told)) == sorted(set(keys(settings.Settings)))  # kinds of trackers share names of keys
