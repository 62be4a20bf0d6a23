"""Which settings file is in force, and what it says: found, read, checked."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from followthrough.settings.contradictions import contradictions
from followthrough.settings.models import Settings
from followthrough.settings.problems import SettingsError, explain
from followthrough.settings.trackers import Tracker

if TYPE_CHECKING:
    from followthrough.git import Remote

FILE_NAME = "followthrough.toml"
ENVIRONMENT_NAME = "FOLLOWTHROUGH_CONFIG"
Guard = Callable[[], None]
"""Raises where this user has not allowed a settings file to use secrets."""


def find(start: Path, environ: Mapping[str, str], explicit: Path | None) -> Path | None:
    """The settings file in force: ``--config``, the environment, else the nearest one upwards.

    Raises :class:`SettingsError` where a named file does not exist.
    """
    named = explicit or (Path(environ[ENVIRONMENT_NAME]) if environ.get(ENVIRONMENT_NAME) else None)
    if named is not None:
        if not named.is_file():
            raise SettingsError(
                f"{named}: there is no such settings file. Check --config or {ENVIRONMENT_NAME}."
            )
        return named.resolve()
    for folder in (start, *start.parents):
        if os.path.isfile(folder / FILE_NAME):  # noqa: PTH113  False, too, where a folder may not be entered
            return folder / FILE_NAME
    return None


def load(path: Path | None) -> Settings:
    """Read and check one settings file; without one, the defaults.

    Raises :class:`SettingsError`, one sentence a problem.
    """
    if path is None:
        return Settings()
    try:
        text = path.read_text(encoding="utf-8-sig")
        raw = tomllib.loads(text)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not valid TOML: {error}.") from error
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        raise SettingsError(explain(error, Settings, path, text)) from None  # its text repeats values
    problems = contradictions(settings, path, text)
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def validate_tracker(
    model: type[BaseModel],
    tracker: Tracker,
    scope: str,
    root: Path,
    path: Path | None,
    guard: Guard | None = None,
) -> BaseModel:
    """One tracker section, checked by its connector's own model.

    Its secrets are read only after ``guard`` has let them; without one, only if this user has
    trusted the file. Raises :class:`SettingsError` with file and line.
    """
    context = {
        "root": root,
        "scope": scope,
        "guard": guard or _strict(path),
        "remote": lambda: _remote(root),
    }
    try:
        return model.model_validate(tracker.options_for(model, root), context=context)
    except ValidationError as error:
        text = path.read_text(encoding="utf-8-sig") if path else ""
        where, also = ("trackers", scope), Tracker.model_fields
        sentences = explain(error, model, path or Path(FILE_NAME), text, where, also)
        raise SettingsError(sentences) from None  # its own text repeats values, which may be secrets


def _remote(root: Path) -> Remote | None:
    from followthrough.git import remote_of  # it asks this module where a work tree begins

    return remote_of(root)


def _strict(path: Path | None) -> Guard:
    def guard() -> None:
        from followthrough.trust import require_trust

        require_trust(load(path), path, named=False)

    return guard


def root_of(settings_file: Path | None, start: Path) -> Path:
    """What paths and state belong to: the settings file's folder, else git's top level, else ``start``."""
    if settings_file is not None:
        return settings_file.parent
    return git_top(start) or start


def git_top(start: Path) -> Path | None:
    """The work tree that ``start`` lies in, found without running git; ``None`` outside of one."""
    for folder in (start, *start.parents):
        if os.path.exists(folder / ".git"):  # noqa: PTH110  False, too, where a folder may not be entered
            return folder
    return None
