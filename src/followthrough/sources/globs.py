"""Globs held against names, for places that can be listed but hold no folder to search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from followthrough.sources.disk import TEMPORARY_PREFIX
from followthrough.sources.folder import has_text

__all__ = ["named"]


def named(paths: Iterable[str], patterns: Sequence[str]) -> list[str]:
    """The paths that a glob (``**`` for any depth) or a folder's name finds; see ``folder.matching``."""
    globs = [tuple(part for part in pattern.split("/") if part not in ("", ".")) for pattern in patterns]
    return sorted(path for path in paths if any(_matches(tuple(path.split("/")), glob) for glob in globs))


def _matches(parts: tuple[str, ...], glob: tuple[str, ...]) -> bool:
    if parts[: len(glob)] == glob:
        inside = parts[len(glob) :]
        # A folder's name: the texts in it, at any depth, hidden ones left out.
        return not inside or (has_text(parts[-1]) and not any(part.startswith(".") for part in inside))
    return _fits(parts, glob)


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
