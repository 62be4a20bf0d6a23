"""Which connectors are installed, found through entry points and named without being imported.

Errors::

    RegistryError
    ├── UnknownConnector    nothing of that name is installed
    └── BrokenConnector     it is installed, and cannot be used
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from followthrough.connector import Plugin

__all__ = [
    "COMMANDS",
    "CONNECTORS",
    "BrokenConnector",
    "RegistryError",
    "UnknownConnector",
    "command_groups",
    "load",
    "names",
]

CONNECTORS: Final = "followthrough.connectors"
COMMANDS: Final = "followthrough.commands"


class RegistryError(Exception):
    """A connector cannot be had: a sentence with the next step."""


class UnknownConnector(RegistryError):
    """No installed package offers a connector of that name."""


class BrokenConnector(RegistryError):
    """An installed connector cannot be imported, or two packages offer the same name."""


def names() -> list[str]:
    """The names of the installed connectors, sorted; none of them is imported."""
    return sorted(_found(CONNECTORS))


def load(name: str) -> Plugin:
    """The plugin of that name. Raises :class:`UnknownConnector` or :class:`BrokenConnector`."""
    found = _found(CONNECTORS)
    if name not in found:
        raise UnknownConnector(_unknown(name, sorted(found)))
    return cast("Plugin", _loaded(name, found[name]))


def command_groups() -> dict[str, Callable[[], Any]]:
    """The connectors' own command groups, sorted by name, each with what imports its Typer app.

    Calling one raises :class:`BrokenConnector` where the app cannot be imported.
    """

    def loader(name: str, points: list[EntryPoint]) -> Callable[[], Any]:
        return lambda: _loaded(name, points)

    return {name: loader(name, points) for name, points in sorted(_found(COMMANDS).items())}


def _found(group: str) -> dict[str, list[EntryPoint]]:
    # Costs 40 ms to import, and --version and --help need none of it.
    from importlib.metadata import entry_points

    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=group):
        same = found.setdefault(point.name, [])
        if all(point.value != other.value for other in same):
            same.append(point)
    return found


def _loaded(name: str, points: list[EntryPoint]) -> Any:
    if len(points) > 1:
        offers = " and ".join(f"{_package(point)} ({point.value})" for point in points)
        raise BrokenConnector(f"Two installed packages offer {name}: {offers}. Uninstall one of them.")
    (point,) = points
    try:
        return point.load()
    except Exception as error:
        # Third-party code: whatever its import raises must not look like a fault of the caller.
        raise BrokenConnector(
            f"{name} is installed ({_package(point)}) but cannot be imported"
            f" ({type(error).__name__}: {error})."
            " Install that package again, or a version made for this followthrough."
        ) from error


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else "an unnamed package"


def _unknown(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    if not known:
        return f'There is no connector "{name}", and none is installed: install followthrough again.'
    nearest = get_close_matches(name.lower(), known, n=1)
    guess = f' Did you mean "{nearest[0]}"?' if nearest else ""
    return f'There is no connector "{name}".{guess} Installed: {", ".join(known)}.'
