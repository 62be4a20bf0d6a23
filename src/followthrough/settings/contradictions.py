"""What each value alone cannot show: names that lead nowhere, and settings that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from followthrough.settings.confluence import ConfluenceSettings
from followthrough.settings.git import GitSettings, is_branch
from followthrough.settings.models import Settings
from followthrough.settings.notify import Mailbox
from followthrough.settings.people import Person, known_names
from followthrough.settings.problems import line_of, unknown
from followthrough.settings.sources import FolderSettings
from followthrough.settings.trackers import PATHS

Place = tuple[str | int, ...]
Problem = tuple[Place, str]


def contradictions(settings: Settings, path: Path, text: str) -> list[str]:
    """Every problem as a sentence with file and line, in the order of the checks."""
    checks = (
        _trackers,
        _ledger,
        _files,
        _globs,
        _git,
        _confluences,
        _routes,
        _accounts,
        _names,
        _targets,
        _vocabulary,
        _channels,
    )
    return [
        f"{path}:{line_of(text, where)}: {sentence}"
        for check in checks
        for where, sentence in check(settings, path.parent, text)
    ]


def _trackers(settings: Settings, _root: Path, _text: str) -> Iterator[Problem]:
    scopes = settings.scopes()
    known = ", ".join(scopes)
    name = settings.default_tracker
    if name is not None and name not in scopes:
        yield (
            ("default_tracker",),
            f"default_tracker names {name!r}, but there is no [trackers.{name}]. Known: {known}.",
        )
    if name is None and len(scopes) > 1:
        yield (
            ("trackers",),
            f"there are several trackers ({known}) and no default_tracker. "
            f'Add default_tracker = "{next(iter(scopes))}", or another of them.',
        )
    for number, one in enumerate(settings.routes):
        if one.tracker not in scopes:
            yield (
                ("routes", number, "tracker"),
                f"a route names {one.tracker!r}, but there is no [trackers.{one.tracker}]. Known: {known}.",
            )
        elif one.confidential and scopes[one.tracker].public:
            yield (
                ("routes", number, "confidential"),
                f"this route would take confidential documents to {one.tracker}, which says public = true. "
                "Take one of the two out.",
            )


def ledger_problem(url: str) -> str:
    """Why no ledger can lie there, empty where one can."""
    kind, _, rest = url.partition(":")  # the rest may hold a password
    if kind in ("postgresql", "postgres"):
        from followthrough.ledger.postgresql.address import said

        try:
            said(url)
        except ValueError as error:
            return f"{error}."
    elif kind == "git":
        return "" if is_branch(rest) else f'{rest!r} is no branch; write url = "git:followthrough/ledger".'
    elif url != "sqlite":
        return f'a ledger at {kind!r} is not built yet; use url = "sqlite".'
    return ""


def _ledger(settings: Settings, _root: Path, _text: str) -> Iterator[Problem]:
    if problem := ledger_problem(settings.ledger.url):
        yield ("ledger", "url"), problem
    if settings.ledger.remote is not None and not settings.ledger.url.startswith("git:"):
        yield ("ledger", "remote"), "only a ledger on a branch has a remote. Take this line out."


def _files(settings: Settings, root: Path, _text: str) -> Iterator[Problem]:
    for scope, tracker in settings.trackers.items():
        for name in PATHS:
            file = tracker.path(name, root)
            if file is not None and not file.is_file():
                yield (
                    ("trackers", scope, name),
                    f"'trackers.{scope}.{name}' names {file}, and there is no such file. Check the path.",
                )


def _channels(settings: Settings, root: Path, text: str) -> Iterator[Problem]:
    given = settings.notify
    seen: dict[str, int] = {}
    for number, channel in enumerate(given.channels):
        if channel.name in seen:
            first = line_of(text, ("notify", "channels", seen[channel.name], "name"))
            where = ("notify", "channels", number, "name")
            yield (
                where,
                f"the channel in line {first} is named {channel.name!r} as well. Choose another name.",
            )
        seen.setdefault(channel.name, number)
    places: list[tuple[Place, Mailbox]] = [
        (("notify", "channels", number), channel) for number, channel in enumerate(given.channels)
    ]
    places += [(("notify", "mail"), given.mail)] if given.mail else []
    for place, mailbox in places:
        file = mailbox.authorities(root)
        if file is not None and not file.is_file():
            yield (
                (*place, "ca_file"),
                f"'notify.ca_file' names {file}, and there is no such file. Check the path.",
            )
    if given.owners and not given.mail and not any(one.notify for one in settings.people.values()):
        yield (
            ("notify", "owners"),
            "owners = true, but nothing says how people are reached. "
            "Add [notify.mail], or notify under [people.X].",
        )


def _globs(settings: Settings, _root: Path, text: str) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    places: list[tuple[Place, str]] = [(("documents",), glob) for glob in settings.documents]
    for number, source in enumerate(settings.sources):
        if not isinstance(source, FolderSettings):
            continue
        places += [(("sources", number, "documents"), glob) for glob in source.documents]
    for where, glob in places:
        if glob in seen:
            first = line_of(text, seen[glob])
            yield where, f"{glob!r} stands in line {first} already. Take one of the two out."
        seen.setdefault(glob, where)


def _git(settings: Settings, _root: Path, text: str) -> Iterator[Problem]:
    first: int | None = None
    for number, source in enumerate(settings.sources):
        if not isinstance(source, GitSettings):
            continue
        where: Place = ("sources", number)
        if first is not None:
            line = line_of(text, ("sources", first))
            yield where, f"line {line} has a source of kind git already. Put all globs into that one."
            continue
        first = number
        if settings.ledger.url == f"git:{source.branch}":
            yield (*where, "branch"), f"the ledger lies on {source.branch} already. Choose another branch."
        if settings.documents or any(isinstance(one, FolderSettings) for one in settings.sources):
            yield (
                where,
                "a source of kind git reads the repository's files from a branch, and other globs read the "
                "same files from the folder. Put all globs into this source.",
            )


def _confluences(settings: Settings, root: Path, text: str) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for number, source in enumerate(settings.sources):
        if not isinstance(source, ConfluenceSettings):
            continue
        where = ("sources", number)
        if source.name in seen:
            first = line_of(text, ("sources", seen[source.name]))
            yield (
                (*where, "name"),
                f"the source in line {first} is named {source.name!r} as well. Choose another name.",
            )
        seen.setdefault(source.name, number)
        for scope in source.jira_servers:
            if scope not in settings.scopes():
                yield (
                    (*where, "jira_servers"),
                    f"jira_servers names {scope!r}, but there is no [trackers.{scope}]. "
                    f"Known: {', '.join(settings.scopes())}.",
                )
        for name in PATHS:
            file = source.path(name, root)
            if file is not None and not file.is_file():
                yield (
                    (*where, name),
                    f"{name!r} names {file}, and there is no such file. Check the path.",
                )


def _routes(settings: Settings, _root: Path, text: str) -> Iterator[Problem]:
    seen: dict[tuple[object, ...], int] = {}
    for number, one in enumerate(settings.routes):
        key = (one.when.wanted(), one.confidential)
        if key in seen:
            first = line_of(text, ("routes", seen[key]))
            yield (
                ("routes", number),
                f"this route has the same `when` as the one in line {first}, which always comes first. "
                "Take one of the two out.",
            )
        seen.setdefault(key, number)


def _accounts(settings: Settings, _root: Path, _text: str) -> Iterator[Problem]:
    known = {*settings.scopes(), *(tracker.kind for tracker in settings.scopes().values())}
    for key, person in settings.people.items():
        for name, value in person.accounts.items():
            where = ("people", key, name)
            if name not in known and name not in _installed():
                yield where, unknown(where, {*known, *Person.model_fields})
            elif not isinstance(value, str) or not value:
                yield where, f"'people.{key}.{name}' is wrong: an account is a word in quotes."


def _installed() -> list[str]:
    from followthrough.registry import names

    return names()


def _names(settings: Settings, _root: Path, text: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for key, person in settings.people.items():
        for name in known_names(key, person):
            if seen.setdefault(name, key) != key:
                first = line_of(text, ("people", seen[name]))
                yield (
                    ("people", key, "names"),
                    f"{name!r} is the name of two people, {seen[name]} (line {first}) and {key}. "
                    "Tell them apart by more of the name.",
                )


def _targets(_settings: Settings, _root: Path, text: str) -> Iterator[Problem]:
    """One target given twice in different letters: the model keeps one, the text shows both."""
    import tomllib

    seen: dict[str, str] = {}
    for key in tomllib.loads(text).get("policy", {}).get("due", {}):
        words = " ".join(key.split()).casefold()
        if words in seen:
            yield ("policy", "due", key), f"{key!r} and {seen[words]!r} are the same target. Take one out."
        seen.setdefault(words, key)


def _vocabulary(settings: Settings, _root: Path, _text: str) -> Iterator[Problem]:
    if not settings.vocabulary:
        return
    from followthrough.extraction.vocabulary import IN_ORDER, default_vocabulary

    known = default_vocabulary().lists
    for table, lists in settings.vocabulary.items():
        if table not in known:
            yield ("vocabulary", table), unknown(("vocabulary", table), known)
            continue
        for name, words in lists.items():
            where = ("vocabulary", table, name)
            turn = IN_ORDER.get(name) if table == "dates" else None
            if name not in known[table]:
                yield where, unknown(where, known[table])
            elif turn is not None and len(words) % turn:
                yield where, f"'vocabulary.dates.{name}' is wrong: give all {turn}, in their order."
