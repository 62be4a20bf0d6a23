"""What `doctor` finds of a Confluence: login, spaces, pages, and what may be edited. It only reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from followthrough.connector import Finding

if TYPE_CHECKING:
    from followthrough.sources.confluence.dialects import Dialect
    from followthrough.sources.confluence.pages import Listed
    from followthrough.sources.confluence.source import ConfluenceSource

__all__ = ["findings"]


def findings(source: ConfluenceSource, dialect: Dialect) -> Iterator[Finding]:
    """In the order in which it has to be put right. Raises the seam's errors, and ``PlaceError``."""
    settings = source.settings
    yield Finding("login", True, f"{settings.host} knows us as {dialect.me()}.")
    lost = [key for key in settings.spaces if key not in dialect.spaces(settings.spaces)]
    if lost:
        yield Finding(
            "spaces",
            False,
            f"There is no space {', '.join(lost)}, or not for this account.",
            "Correct `spaces`, or let this account see it.",
        )
    missing = [id for id in settings.parents if id not in dialect.fetch(settings.parents)]
    if missing:
        yield Finding(
            "parents",
            False,
            f"There is no page {', '.join(missing)}, or not for this account.",
            "Correct `parents`: the number stands in a page's address, or in that of its information.",
        )
    found = source.listing()
    yield _pages(len(found))
    if found:
        yield _editing(found)
        yield from _secrecy(source, found)


def _pages(number: int) -> Finding:
    if number:
        return Finding("pages", True, f"{_count(number)} found.")
    cure = (
        "Correct labels, spaces, parents or cql; a page that was labelled just now is found a little later."
    )
    return Finding("pages", False, "No page is found.", cure)


def _editing(found: list[Listed]) -> Finding:
    refused = sum(one.editable is False for one in found)
    told = sum(one.editable is not None for one in found)
    if not told:
        message = "Whether pages may be edited is not told; writing the first link shows it."
        return Finding("editing", None, message)
    if refused:
        message = f"{refused} of {_count(len(found))} may not be edited by this account: they are only read."
        return Finding("editing", None, message, "Let this account edit there, to get links into them.")
    return Finding("editing", True, "Each of them may be edited by this account.")


def _secrecy(source: ConfluenceSource, found: list[Listed]) -> Iterator[Finding]:
    number = sum(source.confidential(one) for one in found)
    if number:
        yield Finding(
            "restrictions",
            None,
            f"{number} of {_count(len(found))} may not be seen by everybody: they count as confidential.",
            "Their measures are filed only by a route with confidential = true.",
        )


def _count(number: int) -> str:
    return "1 page" if number == 1 else f"{number} pages"
