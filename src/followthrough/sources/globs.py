"""Globs held against names, for places that can be listed but hold no folder to search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from followthrough.sources.disk import TEMPORARY_PREFIX
from followthrough.sources.folder import has_text

__all__ = ["named"]


def named(paths: Iterable[str], patterns: Sequence[str]) -> list[str]:
    """The paths that a glob (``**`` for any depth) or a folder's name finds; see ``folder.matching``."""
    names = {tuple(path.split("/")): path for path in paths}
    found = set[str]()
    for pattern in patterns:
        glob = tuple(part for part in pattern.split("/") if part not in ("", "."))
        inside = [parts for parts in names if len(parts) > len(glob) and parts[: len(glob)] == glob]
        # As on a disk, what is the name of a folder is no glob, whatever it holds.
        here = [one for one in inside if _is_text(one[len(glob) :])] if inside else _fitting(names, glob)
        found.update(names[parts] for parts in here)
    return sorted(found)


def _is_text(inside: tuple[str, ...]) -> bool:
    """Whether a folder is searched for it: a text at any depth, hidden ones left out."""
    return has_text(inside[-1]) and not any(part.startswith(".") for part in inside)


def _fitting(names: Iterable[tuple[str, ...]], glob: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [parts for parts in names if _fits(parts, glob)]


def _fits(parts: tuple[str, ...], glob: tuple[str, ...]) -> bool:
    if not glob:
        return False
    if glob[0] == "**":
        rest = glob[1:] or ("*",)
        return _fits(parts, rest) or (
            len(parts) > 1 and not parts[0].startswith(".") and _fits(parts[1:], glob)
        )
    if not parts or not _part(parts[0], glob[0]):
        return False
    if len(parts) == 1 or len(glob) == 1:
        return len(parts) == len(glob) and not parts[0].startswith(TEMPORARY_PREFIX)
    return _fits(parts[1:], glob[1:])


def _part(name: str, glob: str) -> bool:
    """As a shell: a name that begins with a dot is found only by a glob that does."""
    return fnmatchcase(name, glob) and (not name.startswith(".") or glob.startswith("."))
