"""What Confluence tells of a page, in either of its APIs, as plain values. Pure.

Facts: v1 is shared by Data Center and Cloud (docs.atlassian.com, "Confluence Data Center REST API",
Content); v2 is Cloud's (developer.atlassian.com, "The Confluence Cloud REST API v2", Page). A page is seen
only by those whom it and every page above it admits (support.atlassian.com, "Page restrictions").
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["Listed", "NotTold", "Page", "listed", "mapping", "next_of", "restricted", "results", "stored"]


class NotTold(Exception):
    """An answer lacks what it should hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it is stored."""

    id: str
    title: str
    number: int
    """Its version, from 1."""
    status: str
    body: str
    """In storage format."""
    space: str = ""
    message: str = ""
    """What was said of this version."""

    def version(self, *, confidential: bool) -> str:
        """Names all that a reading of the page rests on. Restrictions change without a new version."""
        parts = (self.title, self.body, "confidential" if confidential else "")
        return f"{self.number}:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page as a listing shows it; ``None`` where it was not told."""

    id: str
    current: bool = True
    """Neither a draft nor archived nor in the trash."""
    ancestors: tuple[str, ...] | None = None
    restricted: bool | None = None
    """Whether it names itself who may read it."""
    editable: bool | None = None
    """Whether we may edit it."""


def mapping(value: Any) -> Mapping[str, Any]:
    """A JSON object. Raises :class:`NotTold` for anything else."""
    if not isinstance(value, Mapping):
        raise NotTold
    return value


def results(body: Any) -> Sequence[Any]:
    """The page of results in an answer. Raises :class:`NotTold`."""
    found = mapping(body).get("results")
    if not isinstance(found, list):
        raise NotTold
    return found


def next_of(body: Any) -> dict[str, list[str]] | None:
    """The query of the next page of results; ``None`` on the last one."""
    link = mapping(mapping(body).get("_links") or {}).get("next")
    return parse_qs(urlsplit(str(link)).query, keep_blank_values=True) if link else None


def stored(body: Any) -> Page:
    """One page with its storage. Raises :class:`NotTold` where either API leaves out what it promises."""
    told = mapping(body)
    try:
        version, storage = mapping(told["version"]), mapping(mapping(told["body"])["storage"])
        return Page(
            id=str(told["id"]),
            title=_text(told["title"]),
            number=int(version["number"]),
            status=_text(told["status"]),
            body=_text(storage["value"]),
            space=str((told.get("space") or {}).get("key") or ""),
            message=str(version.get("message") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotTold from error


def listed(body: Any) -> Listed:
    """One result of a search. Raises :class:`NotTold`."""
    told = mapping(body)
    above, limits = told.get("ancestors"), told.get("restrictions")
    if not str(told.get("id") or "").isdigit():
        raise NotTold
    return Listed(
        id=str(told["id"]),
        current=told.get("status", "current") == "current",
        ancestors=tuple(str(mapping(one).get("id")) for one in above) if isinstance(above, list) else None,
        restricted=restricted(limits.get("read")) if isinstance(limits, Mapping) else None,
        editable=_editable(told.get("operations")),
    )


def restricted(told: Any) -> bool | None:
    """Whether a restriction of reading names anybody; ``None`` where that was not told."""
    if not isinstance(told, Mapping) or not isinstance(told.get("restrictions"), Mapping):
        return None
    lists = [told["restrictions"].get(kind) for kind in ("user", "group")]
    if not all(isinstance(one, Mapping) and isinstance(one.get("results"), list) for one in lists):
        return None
    return any(one["results"] or _counted(one) for one in lists)


def _counted(told: Mapping[str, Any]) -> bool:
    """Names that are not shown to us count all the same."""
    return bool(told.get("size") or told.get("totalSize"))


def _editable(operations: Any) -> bool | None:
    named = list(_operations(operations))
    return "update" in named if named else None


def _operations(told: Any) -> Iterator[str]:
    """The names of the operations that we may do: a list in v1, a page of results in v2."""
    if isinstance(told, Mapping):
        told = told.get("results")
    for one in told if isinstance(told, list) else ():
        if isinstance(one, Mapping) and one.get("targetType", "page") == "page":
            yield str(one.get("operation"))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise NotTold
    value.encode()  # half a character, which raises a ValueError, is nothing that can be stored again
    return value
