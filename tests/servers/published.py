"""The JSON schemas that are published, and whether a value keeps to one of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
from referencing import Registry, Resource

__all__ = ["keeps_to", "schemas"]


@cache
def schemas() -> dict[str, Any]:
    """Those that ship with the program, by the name that stands in the objects."""
    found = [
        json.loads(one.read_text(encoding="utf-8"))
        for one in files("followthrough").joinpath("schemas").iterdir()
    ]
    return {schema["title"]: schema for schema in found}


def closed(schema: Any) -> Any:
    """The same, but a field that it does not name is an error: ours has to name all of them."""
    found = deepcopy(schema)
    todo = [found]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            if "properties" in one and "additionalProperties" not in one:
                one["additionalProperties"] = False
            todo += one.values()
        elif isinstance(one, list):
            todo += one
    return found


@cache
def _validator(name: str, change: Callable[[Any], Any]) -> jsonschema.Draft202012Validator:
    changed = {title: change(schema) for title, schema in schemas().items()}
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in changed.values()
    )
    return jsonschema.Draft202012Validator(
        changed[name], registry=registry, format_checker=jsonschema.FormatChecker()
    )


def keeps_to(record: Any, name: str) -> None:
    """Raise where an object breaks the schema of that name, or has a field that it does not name."""
    for change in (deepcopy, closed):
        _validator(name, change).validate(record)
