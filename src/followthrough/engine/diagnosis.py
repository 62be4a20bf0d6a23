"""What ``doctor`` looks at: each thing that a run needs, told with its cure; written only on trial."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from followthrough import registry
from followthrough.connector import (
    Check,
    Connector,
    ConnectorError,
    Features,
    Plugin,
    RateLimited,
    Unauthorized,
)
from followthrough.engine.exits import Exit
from followthrough.engine.ledgers import ledger_of
from followthrough.engine.place_diagnosis import diagnosed
from followthrough.engine.trackers import Trackers
from followthrough.engine.trial import Trial, try_out
from followthrough.engine.watching import Watched
from followthrough.git import parsed, remote_url
from followthrough.http import Transport
from followthrough.ledger import LedgerError, Run, Scope
from followthrough.ledger.files import state_path
from followthrough.secrets import Secret, SecretError
from followthrough.settings import (
    Person,
    Settings,
    SettingsError,
    Tracker,
    account,
    address,
    git_top,
    unreachable,
    validate_tracker,
)
from followthrough.sources.folder import FolderSource
from followthrough.sources.interface import Disk
from followthrough.trust import Untrusted, grants_of, require_trust

LOGIN = frozenset({"login", "token", "credentials"})
"""Subjects of a connector's findings that are about credentials."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One line. ``ok`` is ``None`` where nothing is wrong, but something should be known."""

    area: str
    subject: str
    ok: bool | None
    message: str
    cure: str = ""
    code: Exit = Exit.PARTIAL
    """What a command ends with where this is wrong."""


@dataclass(slots=True, kw_only=True)
class Patient:
    """What is looked at, and with what."""

    root: Path
    settings: Settings
    file: Path | None
    named: bool
    outside: Transport
    disk: Disk
    broken: str | None = None
    """Why the settings cannot be used; then ``settings`` are the defaults."""
    load: Callable[[str], Plugin] = registry.load
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    trial: Trial | None = None
    """Given, each tracker is tried out with an issue that is closed again."""
    checks: dict[str, Check] = field(default_factory=dict)
    """What each tracker said of itself, filled while looking,"""
    scopes: dict[str, Scope] = field(default_factory=dict)
    """and what the ledger holds of it."""

    def guard(self) -> None:
        """Raise :class:`Untrusted` where the settings file may not use secrets."""
        require_trust(self.settings, self.file, named=self.named, environ=self.environ)


def diagnose(patient: Patient) -> Iterator[Diagnosis]:
    """Everything, in the order in which it has to be put right."""
    yield from _settings(patient)
    yield from _folders(patient)
    yield from _ledger(patient)
    if patient.broken is None:
        for scope, tracker in patient.settings.scopes().items():
            yield from _tracker(patient, scope, tracker)
        yield from diagnosed(patient)
        yield from _routes(patient.settings)
        yield from _channels(patient)


def _channels(patient: Patient) -> Iterator[Diagnosis]:
    """Who is written to, where anybody is; nobody is for a look."""
    from followthrough.notify.checking import checked
    from followthrough.notify.deciding import Ways

    for one in checked(patient.settings, Ways(root=patient.root, guard=patient.guard)):
        code = Exit.CREDENTIALS if one.secret else Exit.PARTIAL
        yield Diagnosis("notify", one.name, one.ok, one.message, "", code)


def exit_of(found: list[Diagnosis]) -> Exit:
    """The exit code that tells it."""
    return Exit.worst([one.code for one in found if one.ok is False])


def _settings(patient: Patient) -> Iterator[Diagnosis]:
    if patient.broken is not None:
        for sentence in patient.broken.split("\n"):
            yield Diagnosis("settings", "file", False, sentence, "", Exit.USAGE)
        return
    if patient.file is None:
        message = "There is no settings file; the defaults are in force."
        yield Diagnosis("settings", "file", True, message, "`followthrough init` writes one.")
        return
    yield Diagnosis("settings", "file", True, f"{patient.file} can be used.")
    try:
        patient.guard()
    except SettingsError as error:
        yield Diagnosis("settings", "trust", False, str(error), "", Exit.USAGE)
    else:
        for grant in grants_of(patient.settings):
            yield Diagnosis("settings", "trust", True, f"May {grant}.")


def _folders(patient: Patient) -> Iterator[Diagnosis]:
    root, settings = patient.root, patient.settings
    source = FolderSource(root=root, disk=patient.disk, patterns=settings.patterns, exclude=settings.exclude)
    if patient.broken is not None:
        yield Diagnosis("root", "folder", True, f"{root} is the root.")
    elif settings.git is not None:
        yield Diagnosis("root", "folder", True, f"{root} is the root. The documents are read from a branch.")
    elif not settings.patterns and settings.confluences:
        yield Diagnosis("root", "folder", True, f"{root} is the root. The documents are pages elsewhere.")
    elif not settings.patterns:
        message = f"{root} is the root. The settings name no documents, so every command needs a path."
        yield Diagnosis("root", "documents", None, message, "Write `documents` into followthrough.toml.")
    else:
        number = len(list(source.find()))
        globs = ", ".join(settings.patterns)
        yield Diagnosis(
            "root",
            "documents",
            number > 0,
            f"{root} is the root. {number} files match {globs}.",
            "" if number else "Correct `documents` in followthrough.toml.",
        )
    yield _git(root)
    state = state_path(root)
    if not state.is_dir():
        yield Diagnosis("state", "folder", True, f"{state} is not there yet; the first run makes it.")
    elif not os.access(state, os.W_OK | os.X_OK):
        message = f"{state} cannot be written by this user."
        yield Diagnosis("state", "folder", False, message, f"Run `chown -R $(id -u) {state}`.")
    elif state.stat().st_mode & 0o077:
        message = f"{state} is open to others (mode {stat.S_IMODE(state.stat().st_mode):04o})."
        yield Diagnosis("state", "folder", None, message, f"Run `chmod 700 {state}`.")
    else:
        yield Diagnosis("state", "folder", True, f"{state} can be written.")


def _git(root: Path) -> Diagnosis:
    top = git_top(root)
    if top is None:
        return Diagnosis("git", "repository", True, "The root lies in no git repository; none is needed.")
    url = remote_url(root)
    remote = parsed(url) if url else None
    if remote is None:
        return Diagnosis("git", "repository", True, f"{top} is the repository; it has no remote `origin`.")
    return Diagnosis("git", "repository", True, f"{top} is the repository, from {remote.host}/{remote.path}.")


def _ledger(patient: Patient) -> Iterator[Diagnosis]:
    from followthrough.engine.ledger_diagnosis import ledger_code, pushing

    try:
        with ledger_of(
            patient.settings, patient.root, patient.guard, create=False, random_name=str
        ) as ledger:
            snapshot, runs = ledger.snapshot(), ledger.runs(1)
    except LedgerError as error:
        yield Diagnosis("ledger", "reading", False, str(error), "", ledger_code(error))
        return
    patient.scopes.update(snapshot.scopes)
    tracked = len(snapshot.links)
    yield Diagnosis("ledger", "reading", True, f"It can be read: {tracked} measures have a ticket.")
    yield from pushing(patient.settings, patient.root)
    if not runs:
        yield Diagnosis("ledger", "last run", True, "There was no run yet.")
    else:
        yield _last_run(runs[0], patient.settings.zone)


def _last_run(run: Run, zone: tzinfo) -> Diagnosis:
    when = (run.finished or run.started).astimezone(zone)
    name = f"Run {run.id} ({run.command}, {when:%Y-%m-%d %H:%M})"
    if run.finished is None:
        message = f"{name} did not come to its end."
        return Diagnosis(
            "ledger", "last run", None, message, "The next `followthrough run` goes on from there."
        )
    if run.exit_code:
        message = f"{name} ended with code {run.exit_code}."
        return Diagnosis("ledger", "last run", None, message, "`followthrough status` tells what is open.")
    return Diagnosis("ledger", "last run", True, f"{name} went well.")


def _tracker(patient: Patient, scope: str, tracker: Tracker) -> Iterator[Diagnosis]:
    try:
        plugin = patient.load(tracker.kind)
        options = validate_tracker(
            plugin.settings_model(), tracker, scope, patient.root, patient.file, patient.guard
        )
    except (SettingsError, registry.RegistryError) as error:
        yield Diagnosis(scope, "settings", False, str(error), "", Exit.USAGE)
        return
    usable = True
    for name, secret in secrets_in(options):
        one = _secret(scope, name, secret)
        usable = usable and one.ok is True
        yield one
    if not usable:
        yield Diagnosis(scope, "check", None, "Not asked: it has no login yet.")
        return
    with Trackers(
        patient.settings,
        patient.root,
        patient.file,
        patient.outside,
        patient.load,
        patient.guard,
        known=lambda: patient.scopes,
    ) as trackers:
        try:
            connector = trackers.get(scope)
            features = connector.features
            yield from _check(patient, scope, tracker, connector)
        except ConnectorError as error:
            code = Exit.CREDENTIALS if isinstance(error, Unauthorized) else Exit.PARTIAL
            code = Exit.LATER if isinstance(error, RateLimited) else code
            yield Diagnosis(scope, "check", False, error.message, error.hint, code)
            return
        yield from _people(patient.settings, scope, tracker, features)
        yield from _assignable(patient.settings, scope, tracker, connector)
        if patient.trial is not None:
            yield from _tried(patient, patient.trial, scope, tracker, connector)


def secrets_in(value: Any, name: str = "") -> Iterator[tuple[str, Secret]]:
    """Every secret that validated settings hold, with its key."""
    if isinstance(value, Secret):
        yield name, value
    elif isinstance(value, BaseModel):
        for field_name in type(value).model_fields:
            yield from secrets_in(getattr(value, field_name), f"{name}.{field_name}".lstrip("."))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from secrets_in(inner, f"{name}.{key}".lstrip("."))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from secrets_in(inner, name)


def _secret(scope: str, name: str, secret: Secret) -> Diagnosis:
    try:
        secret.resolve()
    except Untrusted:
        return Diagnosis(scope, name, None, f"{secret} was not read: the settings file is not trusted.")
    except SecretError as error:
        return Diagnosis(scope, name, False, error.message, error.hint, Exit.CREDENTIALS)
    return Diagnosis(scope, name, True, f"{secret} can be read.")


def _check(patient: Patient, scope: str, tracker: Tracker, connector: Connector) -> Iterator[Diagnosis]:
    check = connector.check()
    patient.checks[scope] = check
    account_name = f" as {check.account}" if check.account else ""
    yield Diagnosis(scope, "place", True, f"{check.place or scope}{account_name}.")
    for finding in check.findings:
        code = Exit.CREDENTIALS if finding.subject in LOGIN else Exit.PARTIAL
        yield Diagnosis(scope, finding.subject, finding.ok, finding.message, finding.cure, code)
    if check.public and not (tracker.public or check.home):
        yield Diagnosis(
            scope,
            "public",
            None,
            f"{check.place or scope} is public: documents not known to be public are not filed there.",
            f"Allow it with public = true under [trackers.{scope}], if that is meant.",
        )


def _tried(
    patient: Patient, trial: Trial, scope: str, tracker: Tracker, connector: Connector
) -> Iterator[Diagnosis]:
    if patient.checks[scope].public and not tracker.public:
        message = "No test issue was written: everybody could read it."
        yield Diagnosis(
            scope, "test issue", None, message, f"public = true under [trackers.{scope}] allows it."
        )
        return
    plain = tuple(label for label in tracker.labels if "{" not in label)
    for one in try_out(trial, connector, plain):
        code = Exit.CREDENTIALS if one.credentials else Exit.PARTIAL
        yield Diagnosis(scope, one.subject, one.ok, one.message, one.cure, code)


def _people(settings: Settings, scope: str, tracker: Tracker, features: Features) -> Iterator[Diagnosis]:
    """People for whom no account can be found; an e-mail address lets the tracker itself look."""
    if features.any_assignee or tracker.assign == "never" or not settings.people:
        return
    lost = [
        key
        for key, person in settings.people.items()
        if account(person, scope, tracker.kind) is None and not any("@" in name[1:] for name in person.names)
    ]
    if lost:
        message = f"No account is known for {', '.join(lost)}: their measures are filed without assignee."
        key = tracker.kind if scope in Person.model_fields else scope
        cure = f'Write {key} = "…" under [people.{lost[0]}], or an e-mail address among the names.'
        yield Diagnosis(scope, "people", False, message, cure)
    else:
        number = len(settings.people)
        yield Diagnosis(
            scope, "people", True, f"Of {number} people each has an account or an e-mail address."
        )


def _assignable(settings: Settings, scope: str, tracker: Tracker, connector: Watched) -> Iterator[Diagnosis]:
    """Whether the tracker itself knows these people, where it can be asked."""
    if tracker.assign == "never":
        return
    finds = connector.features.finds_people
    words = {
        key: word
        for key, one in settings.people.items()
        if (word := account(one, scope, tracker.kind) or (address("", one) if finds else None))
    }
    try:
        told = connector.assignable(list(words.values()))
    except ConnectorError as error:
        yield Diagnosis(scope, "assignees", None, f"Not known: {error.message}", error.hint)
        return
    lost = [key for key, word in words.items() if told.get(word) is False]
    if lost:
        names = ", ".join(f"{key} ({words[key]})" for key in lost)
        message = f"Issues cannot be assigned to {names}: they are filed without assignee."
        cure = "Correct the account in [people], or let them be assigned issues there."
        yield Diagnosis(scope, "assignees", False, message, cure)
    elif known := [key for key, word in words.items() if told.get(word)]:
        message = f"Issues can be assigned to {', '.join(known)}."
        yield Diagnosis(scope, "assignees", True, message)


def _routes(settings: Settings) -> Iterator[Diagnosis]:
    lost = dict(unreachable(settings.routes))
    for later, earlier in lost.items():
        yield Diagnosis(
            "routes",
            f"route {later + 1}",
            False,
            f"Route {later + 1} can never match: route {earlier + 1} takes all of it, and comes first.",
            "Put the narrower route first, or take it out.",
        )
    if settings.routes and not lost:
        yield Diagnosis("routes", "order", True, f"Each of the {len(settings.routes)} routes can match.")
