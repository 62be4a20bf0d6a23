"""What is wrong with a settings file, as sentences with file, line and the nearest right key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

KIND = "kind: "
"""Begins the tag of a section's model where its kind decides which one that is; no key of a file."""


class SettingsError(Exception):
    """The settings cannot be used: a sentence with file, line and next step."""


def explain(
    error: ValidationError,
    model: type[BaseModel],
    path: Path,
    text: str,
    prefix: tuple[str, ...] = (),
    also: Collection[str] = (),
) -> str:
    """A validation error as sentences with file and line, and the nearest right key.

    ``also`` are keys that may stand beside those of ``model``.
    """
    sentences = []
    for problem in error.errors():
        where = (*prefix, *(part for part in problem["loc"] if not _is_tag(part)))
        place = f"{path}:{line_of(text, where)}"
        name = ".".join(map(str, where))
        if problem["type"] == "extra_forbidden":
            known = _keys_at(model, tuple(str(part) for part in problem["loc"][:-1]))
            sentences.append(f"{place}: {unknown(where, {*known, *also})}")
        elif problem["type"] == "missing":
            sentences.append(f"{place}: {name!r} is missing. Add it.")
        else:
            message = re.sub(r"^Value error, ", "", problem["msg"])
            sentences.append(f"{place}: {name!r} is wrong: {message[:1].lower()}{message[1:].rstrip('.')}.")
    return "\n".join(sentences)


def _is_tag(part: str | int) -> bool:
    return part == "[key]" or str(part).startswith(KIND)


def unknown(where: tuple[str | int, ...], known: Collection[str]) -> str:
    """The sentence for a key that is none of ours."""
    near = difflib.get_close_matches(str(where[-1]), known, n=1)
    advice = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(sorted(known))}."
    return f"unknown key {'.'.join(map(str, where))!r}. {advice}"


def _keys_at(model: type[BaseModel], where: tuple[str, ...]) -> list[str]:
    """The keys that a section may hold; ``where`` leads to it through the models."""
    current: type[BaseModel] | None = model
    found: list[type[BaseModel]] = []
    for part in where:
        if part.startswith(KIND):
            current = next(one for one in found if part.removeprefix(KIND) in _kinds(one))
            continue
        field = current.model_fields.get(part) if current else None
        if field is None:
            continue  # an index or a free name: the model stays the one found last
        found = _models_in(field.annotation)
        current = found[0] if found else None
    return list(current.model_fields) if current else []


def _kinds(model: type[BaseModel]) -> tuple[str, ...]:
    return getattr(model.model_fields["kind"].annotation, "__args__", ())


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def line_of(text: str, where: tuple[str | int, ...]) -> int:
    """The line, from 1, on which a key of a TOML file stands; the nearest parent's where it does not.

    A number in ``where`` is the place in an array, counted from 0.
    """
    best, best_depth = 1, 0
    table: tuple[str | int, ...] = ()
    arrays: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        header = re.match(r"\s*(\[\[?)([^\[\]]+)\]", line)
        key = re.match(r"\s*([\w.\"'-]+)\s*=", line)
        if header:
            name = tuple(part.strip().strip("\"'") for part in header[2].split("."))
            table = name
            if header[1] == "[[":
                arrays[name] = arrays.get(name, -1) + 1
                table = (*name, arrays[name])
            here = table
        elif key:
            here = (*table, *(part.strip("\"'") for part in key[1].split(".")))
        else:
            continue
        depth = min(len(here), len(where))
        if depth > best_depth and here[:depth] == where[:depth]:
            best, best_depth = number, depth
    return best
