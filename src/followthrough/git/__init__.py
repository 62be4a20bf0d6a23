"""What git knows of a folder, read from its own files: no git is run, so none of its hooks can be."""

from __future__ import annotations

import configparser
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from followthrough.settings import git_top

_SCP = re.compile(r"(?:[^@/:\s]+@)?([^/:\s]+):(?!//)(.+)")


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a repository comes from."""

    host: str
    path: str
    """Below the host, without slashes around it and without ``.git``: ``acme/web``."""
    port: int | None = None
    """The web server's, where the address names it; that of ssh says nothing of the web."""


def remote_url(root: Path) -> str | None:
    """The address of the remote ``origin`` as it stands in git's own file."""
    top = git_top(root)
    folder = _git_folder(top) if top is not None else None
    if folder is None or not (folder / "config").is_file():
        return None
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read(folder / "config", encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return None  # git itself will say so; an id then rests on the path
    return parser.get('remote "origin"', "url", fallback=None)


def remote_of(root: Path) -> Remote | None:
    """The remote ``origin`` taken apart; ``None`` without one, or where it is a folder."""
    url = remote_url(root)
    return parsed(url) if url else None


def parsed(url: str) -> Remote | None:
    """Host and path of a remote's address; user names and passwords in it are left out."""
    text = url.strip()
    if "://" in text:
        try:
            parts = urlsplit(text)
            host, path, port = parts.hostname, parts.path, parts.port
        except ValueError:
            return None
    else:
        found = _SCP.fullmatch(text)
        host, path, port = (found[1], found[2], None) if found else (None, "", None)
    path = path.strip("/").removesuffix(".git").strip("/")
    web = port if text.lower().startswith(("https:", "http:")) else None
    return Remote(host.lower(), path, web) if host and path else None


def _git_folder(top: Path) -> Path | None:
    """The folder that holds git's configuration; for a work tree added to a clone, the clone's."""
    entry = top / ".git"
    if entry.is_dir():
        return entry
    folder = _pointed(entry, "gitdir:")
    if folder is None:
        return None
    common = _pointed(folder / "commondir", "")
    return common or folder


def _pointed(file: Path, prefix: str) -> Path | None:
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    path = text.removeprefix(prefix).strip()
    return (file.parent / path).resolve() if path and text.startswith(prefix) else None
