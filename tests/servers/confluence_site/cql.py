"""As much of the query language as tests ask in: ``and``, ``or``, brackets, ``=``, ``in``, ``order by``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from confluence_site.model import Page
from confluence_site.site import Site
from serving import Problem

_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([()=,])|([\w.~-]+))')


class _Query:
    def __init__(self, text: str, site: Site) -> None:
        self.site = site
        self.tokens = list(self._cut(text))
        self.at = 0

    def _cut(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                raise Problem(400, {"message": f"Could not parse cql : {text}"})
            at = found.end()
            quoted, sign, word = found.groups()
            yield ("text", re.sub(r"\\(.)", r"\1", quoted)) if quoted is not None else ("word", sign or word)

    def peek(self) -> str:
        return self.tokens[self.at][1].lower() if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        try:
            return self.tokens[self.at - 1][1]
        except IndexError:
            raise Problem(400, {"message": "Could not parse cql : it ends too early"}) from None

    def either(self) -> set[str]:
        found = self.both()
        while self.peek() == "or":
            self.take()
            found |= self.both()
        return found

    def both(self) -> set[str]:
        found = self.term()
        while self.peek() == "and":
            self.take()
            found &= self.term()
        return found

    def term(self) -> set[str]:
        if self.peek() == "(":
            self.take()
            found = self.either()
            self.take()
            return found
        field, sign = self.take().lower(), self.take().lower()
        values = [self.take()] if sign == "=" else list(self.values())
        return {page.id for page in self.site.pages.values() if self.fits(page, field, values)}

    def values(self) -> Iterator[str]:
        self.take()
        while self.peek() != ")":
            yield self.take()
            if self.peek() == ",":
                self.take()
        self.take()

    def fits(self, page: Page, field: str, values: list[str]) -> bool:
        match field:
            case "type":
                return page.kind in values
            case "label":
                return not page.labels.isdisjoint(values)
            case "space":
                return page.space in values
            case "id":
                return page.id in values
            case "ancestor":
                return any(one.id in values for one in self.site.above(page))
        raise Problem(400, {"message": f"Could not parse cql : No field exists with name: {field}"})


def search(site: Site, text: str, who: str) -> list[Page]:
    """What somebody finds: current pages that are in the index by now, oldest first."""
    before, _, order = text.partition(" order by ")
    query = _Query(before, site)
    found = query.either()
    if query.at != len(query.tokens) or order not in ("", "created asc"):
        raise Problem(400, {"message": f"Could not parse cql : {text}"})
    return [
        page
        for page in site.pages.values()
        if page.id in found and page.status == "current" and page.indexed and site.sees(who, page)
    ]
