"""A ledger's worth of measures, the page made of it, and a Chromium to read it with."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Literal

import pytest

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import DocumentRecord, ItemRecord, Link, TicketRecord
from followthrough.model import Kind, State
from followthrough.policy.effective import Fact, Fallbacks, Origin
from followthrough.reporting.asked import Asked
from followthrough.reporting.computing import report
from followthrough.reporting.figures import Report
from followthrough.reporting.matters import Recurrence
from followthrough.reporting.page import page
from followthrough.reporting.rows import Accepted

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Page

Scheme = Literal["light", "dark"]
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
VERBS = ("Alert when", "Rehearse", "Limit", "Fail over", "Document", "Back up", "Remove", "Test", "Throttle")
THINGS = (
    "the payment queue is over ten minutes old",
    "switching the region without hands",
    "retries in the shared client to three in a minute",
    "the certificate store before a certificate ends",
    "how to drain a stuck queue",
    "restoring the ledger every quarter",
)
TITLES = ("Checkout down", "Queue stuck behind a message", "DNS answers stale", "Search slow", "Disk full")
TEAMS = ("Payments", "Platform", "Search", "Edge")
SERVICES = ("checkout", "queue", "dns", "search")
PATIENCE = 120_000
"""Milliseconds that a browser on a busy machine may take for one step."""
POLICY = re.compile('<meta http-equiv="Content-Security-Policy"[^>]*>')
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass
class Measures:
    """Builds a report as the program does: from a ledger's records, through the computation."""

    number: int
    seed: int = 8
    weeks: int = 30
    """How far back tickets were made."""
    words: Callable[[int], str] = lambda number: f"{VERBS[number % 9]} {THINGS[number % 6]} ({number})"
    title: str | None = None
    team: Callable[[int], str | None] = lambda number: (None, *TEAMS)[number % 5]
    address: Callable[[str, str | None], str | None] = lambda path, _: f"https://git.example/pm/{path}"
    url: Callable[[str], str] = lambda key: f"https://acme.example/browse/{key}"
    key: Callable[[str], str] = str
    owner: str = "Ada"
    reason: str = "The component goes away in January."
    evidence: tuple[str, ...] = ("Both name the service checkout and a full queue.", "OPS-107 is still open.")
    confidential: frozenset[int] | set[int] = frozenset()
    """Numbers of postmortems."""
    ticket: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    per_document: int = 7

    def report(self) -> Report:
        random = Random(self.seed)
        documents: dict[str, DocumentRecord] = {}
        items: dict[str, ItemRecord] = {}
        links: dict[str, tuple[Link, ...]] = {}
        tickets: dict[tuple[str, str], TicketRecord] = {}
        accepted: dict[str, tuple[Accepted, ...]] = {}
        for number in range(self.number):
            document = self._document(number // self.per_document, random)
            documents.setdefault(document.path, document)
            item = self._item(number, document.path, random)
            items[item.id] = item
            ticket = replace(self._ticket(number, random), **self.ticket)
            tickets[ticket.scope, ticket.id] = ticket
            links[item.id] = (Link(item=item.id, scope=ticket.scope, ticket=ticket.id),)
            if number % 17 == 3 and not ticket.state.closed:
                accepted[item.id] = (self._accepted(item.id),)
        recurrences = self._recurrences(items, documents)
        return report(
            Snapshot(documents=documents, items=items, links=links, tickets=tickets),
            (),
            Asked(
                **{
                    "as_of": TODAY,
                    "now": NOW,
                    "history_before": date(2026, 4, 24),
                    "data_of": NOW,
                    "fallbacks": Fallbacks(targets={"sev1": timedelta(days=15)}, team=self._team),
                    "address": self.address,
                    "accepted": accepted,
                    "recurrences": recurrences,
                    **self.asked,
                }
            ),
        )

    def _team(self, owner: str | None, scope: str | None, services: Any) -> Fact[str] | None:
        number = SERVICES.index(services[0]) if services and services[0] in SERVICES else 4
        name = self.team(number + 1)
        return Fact(name, Origin.MAPPING) if name else None

    def _document(self, number: int, random: Random) -> DocumentRecord:
        day = TODAY - timedelta(days=7 * (number % self.weeks) + 3)
        return DocumentRecord(
            path=f"postmortems/{day.isoformat()}-{number}.md",
            fingerprint="",
            title=self.title or f"{TITLES[number % 5]}, {day.day} {day:%b}",
            incident_date=day,
            severity=(None, "sev1", "sev2", "sev3")[number % 4],
            confidential=number in self.confidential,
            services=((), *((one,) for one in SERVICES), SERVICES[:2])[number % 6],
        )

    def _item(self, number: int, document: str, random: Random) -> ItemRecord:
        return ItemRecord(
            id=f"item{number:08}",
            document=document,
            identity_text="",
            line=10 + number % self.per_document,
            text=self.words(number),
            section=("Action items",),
            kind=(None, *(kind.value for kind in Kind))[random.choice((0, 1, 2, 2, 2, 3, 3, 4, 5))],
            kind_stated=random.random() < 0.4,
            owner=self.owner if random.random() < 0.4 else None,
            due=TODAY + timedelta(days=random.randint(-60, 60)) if random.random() < 0.3 else None,
            first_seen=NOW,
        )

    def _ticket(self, number: int, random: Random) -> TicketRecord:
        age = random.randint(0, 7 * self.weeks)
        created = NOW - timedelta(days=age, hours=number % 24)
        state = random.choices(list(State), (8, 4, 1, 5, 1))[0]
        closed = created + timedelta(days=random.randint(0, age)) if state.closed else None
        return TicketRecord(
            scope="ops" if number % 4 else "web",
            id=str(number),
            key=self.key(f"OPS-{100 + number}"),
            url=self.url(f"OPS-{100 + number}"),
            title="",
            state=state,
            native_status=state.words,
            created=created,
            closed=closed,
            updated=closed or created + timedelta(days=random.randint(0, age)),
        )

    def _accepted(self, item: str) -> Accepted:
        return Accepted(
            item=item,
            since=NOW - timedelta(days=9),
            until=date(2027, 2, 1),
            reason=self.reason,
            by="Lin",
        )

    def _recurrences(self, items: Any, documents: Any) -> tuple[Recurrence, ...]:
        if len(documents) < 3:
            return ()
        document = next(iter(documents.values()))
        return (
            Recurrence(
                document=document.path,
                incident=document.title,
                incident_date=document.incident_date,
                items=tuple(list(items)[self.per_document : self.per_document + 2]),
                evidence=self.evidence,
            ),
        )


@pytest.fixture
def measures() -> type[Measures]:
    return Measures


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium, without a head."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: `make browser` installs one")
        pytest.skip("no Chromium on this machine: `make browser` installs one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, timeout=PATIENCE)
        yield chromium
        chromium.close()


@dataclass
class Reader:
    """Someone who has a page open. Whatever it complains about, asks for or is stopped from is kept."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def complain(self, words: str) -> None:
        self.complaints.append(words)

    def dismiss(self, dialog: Dialog) -> None:
        self.complain(f"dialog: {dialog.message}")
        dialog.dismiss()

    def texts(self, selector: str) -> list[str]:
        return [text.strip() for text in self.page.locator(selector).all_inner_texts()]

    def shown(self, column: int = 2) -> list[str]:
        """What stands in one column of the list, as it is now; the second one holds the tickets."""
        return self.texts(f"#measures tbody tr:visible td:nth-child({column})")

    def count(self) -> str:
        return self.page.locator(".narrow output").inner_text()

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        wider: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wider

    def undisturbed(self) -> None:
        """Nothing was complained about, and nothing but the page itself was ever asked for."""
        assert self.complaints == []
        assert self.requests == [self.address]


@pytest.fixture
def read(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Reader]]:
    """Opens a report's page from disk, as somebody does who got it by mail."""
    contexts: list[BrowserContext] = []

    def opened(
        report: Report,
        *,
        width: int = 1280,
        scheme: Scheme = "light",
        scripts: bool = True,
        guarded: bool = True,
    ) -> Reader:
        path = tmp_path / f"report-{len(contexts)}.html"
        text = page(report)
        path.write_text(text if guarded else POLICY.sub("", text, count=1), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        reader = Reader(context.new_page(), path.as_uri())
        reader.page.on("console", lambda message: reader.complain(f"{message.type}: {message.text}"))
        reader.page.on("pageerror", lambda error: reader.complain(f"error: {error}"))
        reader.page.on("dialog", reader.dismiss)
        context.on("request", lambda request: reader.requests.append(request.url))
        reader.page.goto(reader.address)
        return reader

    yield opened
    for context in contexts:
        context.close()
