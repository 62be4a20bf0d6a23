"""``followthrough.toml``: found, read, checked, and turned into frozen models.

Found by walking up from the current folder, never from a document. Unknown keys and wrong values
are errors that name the file, the line and the nearest right key. Secrets stand here by reference
only (``env:``, ``file:``, ``command:``).
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

FILE_NAME = "followthrough.toml"
ENVIRONMENT_NAME = "FOLLOWTHROUGH_CONFIG"
LOCAL = "local"
"""Kind and scope name of the embedded tracker, in force where no tracker is configured."""


class SettingsError(Exception):
    """The settings cannot be used: a sentence with file, line and next step."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone named {name!r}; write one such as Europe/Berlin") from error
    return name


def _day(value: object) -> object:
    """Accept both ``since = "2026-08-24"`` and the bare TOML date."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        shown = "this" if isinstance(value, list | dict) else repr(value)
        raise ValueError(f"{shown} is no date; write it as 2026-08-24") from error


def _built(kind: str) -> str:
    if kind != "folder":
        raise ValueError(f'a source of kind {kind!r} is not built yet; use kind = "folder"')
    return kind


Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[int, Field(ge=1, strict=True)]


class Section(BaseModel):
    """A part of the settings; unknown keys are errors and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Tracker(BaseModel):
    """One ``[trackers.X]``: ``kind`` names the connector, whose own model checks the other keys."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: str
    public: bool = False
    """What is filed there may be read by anybody."""

    @property
    def options(self) -> dict[str, Any]:
        """The keys that the connector's model checks."""
        return dict(self.model_extra or {})


class Brakes(Section):
    """Limits that stop a plan before anything is written."""

    creates: Count = 50
    first_run: Count = 10


class LedgerSettings(Section):
    """Where the ledger lies: ``sqlite`` in the state folder."""

    url: str = "sqlite"


class Limits(Section):
    """What a document may measure before it is refused."""

    document_bytes: Count = 5_000_000
    line_bytes: Count = 65_536
    items: Count = 5_000


class SourceSettings(Section):
    """One ``[[sources]]``: a kind of place where documents live."""

    kind: Annotated[str, AfterValidator(_built)] = "folder"
    documents: tuple[str, ...] = ()


class Settings(Section):
    """The whole file, with what is in force where it says nothing."""

    documents: tuple[str, ...] = ()
    sources: tuple[SourceSettings, ...] = ()
    exclude: tuple[str, ...] = ("**/README.md", "**/*template*")
    since: Day | None = None
    namespace: str | None = Field(default=None, min_length=1)
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    default_tracker: str | None = None
    document_url: str | None = None
    ready: tuple[str, ...] = ("final", "published", "reviewed")
    trackers: Mapping[str, Tracker] = Field(default_factory=dict)
    brakes: Brakes = Brakes()
    ledger: LedgerSettings = LedgerSettings()
    limits: Limits = Limits()

    @property
    def zone(self) -> tzinfo:
        """What "today" means."""
        return ZoneInfo(self.timezone)

    @property
    def patterns(self) -> tuple[str, ...]:
        """All globs of documents, the short form and the sources'."""
        return self.documents + tuple(glob for source in self.sources for glob in source.documents)

    def scopes(self) -> Mapping[str, Tracker]:
        """The configured trackers; the embedded one where there is none."""
        return self.trackers or {LOCAL: Tracker(kind=LOCAL)}

    def default_scope(self) -> str:
        """The scope that takes an item no route names."""
        return self.default_tracker or next(iter(self.scopes()))


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
        raise SettingsError(explain(error, Settings, path, text)) from error
    _check_names(settings, path, text)
    return settings


def _check_names(settings: Settings, path: Path, text: str) -> None:
    scopes = settings.scopes()
    name = settings.default_tracker
    if name is not None and name not in scopes:
        raise SettingsError(
            f"{path}:{line_of(text, ('default_tracker',))}: default_tracker names {name!r}, "
            f"but there is no [trackers.{name}]. Known: {', '.join(scopes)}."
        )
    if name is None and len(scopes) > 1:
        raise SettingsError(
            f"{path}:{line_of(text, ('trackers',))}: there are several trackers ({', '.join(scopes)}) and no "
            f'default_tracker. Add default_tracker = "{next(iter(scopes))}", or another of them.'
        )
    if settings.ledger.url != "sqlite":
        kind = settings.ledger.url.partition(":")[0]  # the rest may hold a password
        raise SettingsError(
            f"{path}:{line_of(text, ('ledger', 'url'))}: "
            f'a ledger at {kind!r} is not built yet; use url = "sqlite".'
        )


def validate_tracker(
    model: type[BaseModel], tracker: Tracker, scope: str, root: Path, path: Path | None
) -> BaseModel:
    """One tracker section, checked by its connector's own model.

    Raises :class:`SettingsError` with file and line.
    """
    try:
        return model.model_validate(tracker.options, context={"root": root, "scope": scope})
    except ValidationError as error:
        text = path.read_text(encoding="utf-8") if path else ""
        where = ("trackers", scope)
        raise SettingsError(explain(error, model, path or Path(FILE_NAME), text, where)) from error


def explain(
    error: ValidationError, model: type[BaseModel], path: Path, text: str, prefix: tuple[str, ...] = ()
) -> str:
    """A validation error as sentences with file and line, and the nearest right key."""
    sentences = []
    for problem in error.errors():
        where = (*prefix, *problem["loc"])
        place = f"{path}:{line_of(text, where)}"
        name = ".".join(map(str, where))
        if problem["type"] == "extra_forbidden":
            known = _keys_at(model, tuple(str(part) for part in problem["loc"][:-1]))
            near = difflib.get_close_matches(str(where[-1]), known, n=1)
            advice = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(sorted(known))}."
            sentences.append(f"{place}: unknown key {name!r}. {advice}")
        elif problem["type"] == "missing":
            sentences.append(f"{place}: {name!r} is missing. Add it.")
        else:
            message = re.sub(r"^Value error, ", "", problem["msg"])
            sentences.append(f"{place}: {name!r} is wrong: {message[:1].lower()}{message[1:].rstrip('.')}.")
    return "\n".join(sentences)


def _keys_at(model: type[BaseModel], where: tuple[str, ...]) -> list[str]:
    """The keys that a section may hold; ``where`` leads to it through the models."""
    current: type[BaseModel] | None = model
    for part in where:
        field = current.model_fields.get(part) if current else None
        if field is None:
            continue  # an index or a free name: the model stays the one found last
        found = _models_in(field.annotation)
        current = found[0] if found else None
    return list(current.model_fields) if current else []


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
