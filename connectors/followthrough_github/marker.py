"""Our marker in the body of an issue: an HTML comment on a line of its own, the last of the body.

Copied text cannot make one: the renderer escapes each ``<`` that could begin a comment.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

__all__ = ["marked", "marker_in"]

_LINE: Final = re.compile(r"<!-- followthrough:1 ([0-9a-hjkmnp-tv-z]{12}) \S[^\n]* -->")


def marked(body: str, id: str, document: str) -> str:
    """The body with the marker as its last line. ``document`` stands in it for people, not for us."""
    # Two hyphens or a line end could close the comment before its end.
    path = quote(document, safe="/ ._~-()[],;:=+@'&").replace("--", "-%2D")
    if path.startswith(" "):
        path = f"%20{path[1:]}"
    return f"{body}\n<!-- followthrough:1 {id} {path or '-'} -->"


def marker_in(body: str | None) -> str | None:
    """The item's id: from the first line of the body that is a marker, else ``None``.

    People write below our text; a marker that they paste there does not outweigh ours above it.
    """
    for line in (body or "").splitlines():
        found = _LINE.fullmatch(line.rstrip())
        if found:
            return found[1]
    return None
