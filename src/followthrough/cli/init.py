"""``init``: looks around and writes a first ``followthrough.toml``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from followthrough.engine.world import World
    from followthrough.first_settings import TrackerSection
    from followthrough.settings import Settings
    from followthrough.surroundings import Looked

HISTORY: Final = timedelta(days=90)
LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"


def init_command(
    ctx: typer.Context,
    force: Annotated[bool, typer.Option("--force", help="Replace the settings that are there.")] = False,
) -> int:
    """Look at folder, git remote and environment, and write a short followthrough.toml.

    followthrough init
    """
    from followthrough import surroundings
    from followthrough.cli import output
    from followthrough.first_settings import text_of
    from followthrough.settings import FILE_NAME, load

    world = ctx.obj.world
    path = (ctx.obj.config or Path.cwd() / FILE_NAME).absolute()
    _free(path, force)
    today = world.now().date()
    with output.progress() as progress:
        looked = surroundings.look(path.parent, world.disk, today, progress=progress)
    globs = surroundings.globs_for([one.path for one in looked.postmortems])
    variables = surroundings.token_variables(os.environ)
    trackers = _trackers(path.parent, variables)
    since = today - HISTORY
    text = text_of(
        documents=globs or ["postmortems/**/*.md"],
        found=bool(globs),
        since=since,
        namespace=_namespace(path) or _random(world),
        trackers=trackers,
    )
    _write(path, text, world.random_name(), force)
    settings = load(path)
    for line in _told(path, looked, settings, since, variables):
        output.data(line)
    _trust(path, settings, world)
    output.data("Next: `followthrough plan` shows what would be filed, and writes nothing.")
    return 0


def _free(path: Path, force: bool) -> None:
    from followthrough.cli.errors import UsageError

    if os.path.lexists(path) and not force:
        raise UsageError(
            f"{path}: is there already, and nothing was written. Edit it, or replace it with "
            "`followthrough init --force`"
        )


def _namespace(path: Path) -> str | None:
    """The namespace of the file that is replaced: with another one, ids would change."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    found = re.search(r"""^[ \t]*+namespace[ \t]*+=[ \t]*+["']([^"'\\]+)["']""", text, re.MULTILINE)
    return found[1] if found else None


def _random(world: World) -> str:
    number = int(world.random_name(), 16)
    return "".join(LETTERS[number >> 5 * place & 31] for place in range(8))


def _trackers(root: Path, variables: tuple[str, ...]) -> list[TrackerSection]:
    """The tracker sections that the surroundings suggest, of connectors that are installed."""
    from followthrough import registry
    from followthrough.connector import Surroundings
    from followthrough.first_settings import sections
    from followthrough.git import remote_of

    remote = remote_of(root)
    seen = Surroundings(
        host=remote.host if remote else "", path=remote.path if remote else "", variables=variables
    )

    def suggested(kind: str) -> Mapping[str, str] | None:
        try:
            offer = getattr(registry.load(kind), "suggest", None)
        except registry.RegistryError:
            return None
        return offer(seen) if offer is not None else None

    return sections(registry.names(), seen, suggested)


def _write(path: Path, text: str, name: str, force: bool) -> None:
    """Write the file; without ``force`` nothing is replaced, whoever made it meanwhile."""
    from followthrough.cli.errors import UsageError

    try:
        if not force:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            return
        target = path.resolve()
        new = target.with_name(f".followthrough-{name}")
        try:
            new.write_text(text, encoding="utf-8")
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)
    except FileExistsError:
        _free(path, force)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written ({error.strerror}). Check its folder's permissions."
        ) from error


def _trust(path: Path, settings: Settings, world: World) -> None:
    """What we wrote may use the secrets it names; without a place to note that, the user is asked later."""
    from followthrough.cli import output
    from followthrough.settings import SettingsError
    from followthrough.trust import grants_of, record

    if not grants_of(settings):
        return
    try:
        for grant in record(settings, path, os.environ, world.now()):
            output.data(f"Allowed for you: {grant}.")
    except SettingsError as error:
        output.talk(str(error))


def _told(
    path: Path, looked: Looked, settings: Settings, since: date, variables: tuple[str, ...]
) -> Iterator[str]:
    """What was seen, what was written, and what the settings leave out."""
    from followthrough.cli.screens.words import count, day

    number = len(looked.postmortems)
    if number:
        measures = count(sum(one.measures for one in looked.postmortems), "measure")
        yield f"Found {count(number, 'postmortem')} with {measures} in {count(looked.files, 'file')}."
    else:
        yield f"Found no postmortem in {count(looked.files, 'file')}: `documents` is a guess, change it."
    if looked.more:
        yield f"{count(looked.more, 'more file')} not looked at, there are too many: check `documents`."
    yield f"Wrote {path}: documents {', '.join(settings.documents)}; since {day(since)}."
    young, old, undated = looked.since(since)
    if old or undated:
        left = [f"{count(len(old), 'older one')}"] if old else []
        left += [f"{len(undated)} whose date is not known"] if undated else []
        measures = count(sum(one.measures for one in (*old, *undated)), "measure")
        yield f"Since leaves out {' and '.join(left)}: {measures} counted, none filed. {len(young)} are in."
    if settings.trackers:
        name, tracker = next(iter(settings.trackers.items()))
        place = tracker.options.get("repository") or tracker.options.get("project") or name
        yield f"Tickets go to {place} ({tracker.kind}): see [trackers.{name}] in the file."
    else:
        yield "Tickets go to the embedded tracker on this machine; a [trackers.X] in the file changes that."
    if variables:
        yield f"Variables that may hold a token: {', '.join(variables)} (their values were not used)."
    yield f"Keep {path.name} with the documents: every machine needs the same namespace."
