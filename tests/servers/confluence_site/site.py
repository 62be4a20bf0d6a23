"""The pages of a Confluence, and what people do to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from confluence_site.model import BOT, TOKEN, Page, Version
from confluence_site.storage import Serialiser
from serving import Clock

Store = Callable[[str], str]


class Site:
    """``normalising`` says that what is stored is re-written."""

    def __init__(self, clock: Clock | None = None, *, normalising: bool = False) -> None:
        self.clock = clock or Clock()
        self.pages: dict[str, Page] = {}
        self.tokens = {TOKEN: BOT}
        self.normalising = normalising
        self.serialiser = Serialiser()
        self.spaces = {"OPS": {BOT}}
        """By key, who may edit there; everybody reads."""
        self.told: list[tuple[str, int]] = []
        """Page and version of each mail that a watcher got."""

    def stored(self, body: str) -> str:
        return self.serialiser(body) if self.normalising else body

    # What people do.

    def page(
        self,
        title: str,
        body: str = "",
        *,
        space: str = "OPS",
        parent: Page | None = None,
        labels: tuple[str, ...] = ("postmortem",),
        kind: str = "page",
        status: str = "current",
    ) -> Page:
        """A new page."""
        number = str(1001 + len(self.pages))
        self.spaces.setdefault(space, {BOT})
        first = Version(1, self.stored(body), title, "sam", self.clock.now())
        page = Page(number, space, parent.id if parent else None, [first], {*labels}, status, kind)
        self.pages[number] = page
        return page

    def edit(self, page: Page, change: Callable[[str], str], by: str = "sam") -> None:
        """Somebody saves the page."""
        self.save(page, change(page.body), page.title, by)

    def retitle(self, page: Page, title: str) -> None:
        self.save(page, page.body, title, "sam")

    def move(self, page: Page, space: str, parent: Page | None = None) -> None:
        page.space, page.parent = space, parent.id if parent else None
        self.spaces.setdefault(space, {BOT})

    def save(
        self, page: Page, body: str, title: str, by: str, message: str = "", *, minor: bool = False
    ) -> None:
        """Make the next version; whoever watches is told unless it is a minor edit."""
        new = replace(
            page.now,
            number=page.number + 1,
            body=self.stored(body),
            title=title,
            by=by,
            message=message,
            minor=minor,
            at=self.clock.now(),
        )
        page.versions.append(new)
        if not minor:
            self.told.append((page.id, new.number))

    # What is asked.

    def above(self, page: Page) -> Iterator[Page]:
        """The pages and folders above, the uppermost first."""
        chain = []
        at = page.parent
        while at is not None and at in self.pages:
            chain.append(self.pages[at])
            at = self.pages[at].parent
        return reversed(chain)

    def sees(self, who: str, page: Page) -> bool:
        return all(one.readers is None or who in one.readers for one in (page, *self.above(page)))

    def edits(self, who: str, page: Page) -> bool:
        allowed = page.editors is None or who in page.editors
        return self.sees(who, page) and allowed and who in self.spaces[page.space]
