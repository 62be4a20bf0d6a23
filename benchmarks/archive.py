"""The postmortems of three years as a team has them when it begins: most are old, most measures have no date.

Reproducible from a seed and the day it ends on. Each measure says what must become of it, so that a test can
ask for exactly that; the prose around them is :mod:`benchmarks.generate`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from benchmarks.generate import PEOPLE, TEAMS, VERBS, Generator

DAYS = 3 * 365
WORDS = [words for words in VERBS if "`" not in words and "](" not in words]
MEASURES = ["Action items", "Follow-up actions", "Corrective and preventative measures", "Remediation items"]
STATUSES = ["draft", "in review", "wip"]
READY = ["final", "Published", "reviewed"]
ELSEWHERE = [
    " (OPS-{number})",
    " [OPS-{number}](https://acme.atlassian.net/browse/OPS-{number})",
    " https://code.example/{service}/issues/{number}",
    " (acme/{service}#{number})",
]
OTHERS = {
    "README.md": "# Postmortems\n\nOne file for each incident, in the folder of its year.\n\n"
    "## Action items\n\n- Write one within a week of the incident\n",
    "template.md": "# Incident title\n\n- Date: YYYY-MM-DD\n- Severity: sev1 to sev5\n\n## Impact\n\n"
    "Who noticed, and for how long?\n\n## Action items\n\n- [ ] What has to be done (owner: name)\n",
    "on-call.md": "# On call\n\nThe rota changes on Mondays.\n\n## Paging\n\n"
    "- The first page goes to the team\n- After ten minutes the next person is paged\n\n"
    "## Words\n\n| word | means |\n| --- | --- |\n"
    "| sev1 | nobody can pay |\n",
    "how-we-write.md": "# How we write postmortems\n\nWithout blame, and while memories are fresh.\n\n"
    "## Sections\n\n1. Summary\n2. Timeline\n3. Measures\n",
}
"""What lies in such a folder besides: left out by name, or because it looks like no postmortem."""


class Fate(StrEnum):
    """What the text of a measure says about filing it."""

    OPEN = "open"
    DONE = "done"
    ELSEWHERE = "tracked elsewhere"
    DOUBLED = "doubled"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Measure:
    """One promise; ``text`` is its title, as it stands in the document."""

    text: str
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file of the archive."""

    path: str
    data: bytes = b""
    day: date | None = None
    """The incident's day, where the document says it."""
    draft: bool = False
    measures: tuple[Measure, ...] = ()
    postmortem: bool = True

    def history(self, since: date | None) -> bool:
        """Whether its measures are counted only."""
        return since is not None and (self.day is None or self.day < since)

    def filed(self, since: date | None) -> list[str]:
        """The titles of the tickets that it must give, no other and each once."""
        shut = self.draft or self.history(since)
        return [] if shut else [one.text for one in self.measures if one.fate is Fate.OPEN]


class Archive(Generator):
    """``count`` postmortems of the three years before ``until``, and what else lies among them."""

    def __init__(self, seed: int, until: date, count: int = 500) -> None:
        super().__init__(seed)
        self._until = until
        self._count = count

    def pages(self) -> Iterator[Page]:
        """All files, in the order of their incidents."""
        days = sorted(self._random.randrange(DAYS) for _ in range(self._count))
        for number, back in enumerate(reversed(days)):
            yield self._page(number, self._until - timedelta(days=back))
        for year in range(self._until.year - 2, self._until.year + 1):
            for name, text in OTHERS.items():
                yield Page(path=f"postmortems/{year}/{name}", data=text.encode(), postmortem=False)

    def write(self, root: Path) -> list[Page]:
        """All files below a folder."""
        pages = list(self.pages())
        for page in pages:
            path = root / page.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(page.data)
        return pages

    def _page(self, number: int, day: date) -> Page:
        random = self._random
        self._wrap = random.choice((0, 0, 80, 100))
        known, draft = random.random() < 0.95, random.random() < 0.06
        name = f"{day}-{self._slug()}-{number}" if known else f"incident-{self._slug()}-{number}"
        page = Page(
            path=f"postmortems/{day.year}/{name}.md",
            day=day if known else None,
            draft=draft,
            measures=self._promises(),
        )
        lines = [
            *self._top(page),
            *self._section("summary", self._prose),
            *self._section("impact", self._prose),
            *self._section("cause", self._prose),
            *(line for _ in range(random.randrange(4)) for line in self._prose()),
            *self._section("timeline", self._timeline),
            *self._promised(page.measures),
        ]
        return replace(page, data="\n".join(lines).encode())

    def _top(self, page: Page) -> list[str]:
        """Title and facts, with or without front matter; some say the day only in the file's name."""
        random = self._random
        title = self._fill("{Service} {fate} {ends}")
        facts = {"Duration": f"{random.randint(5, 600)} minutes"}
        if page.day and random.random() < 0.9:
            facts["Date"] = random.choice((page.day.isoformat(), f"{page.day:%d %B %Y}"))
        if random.random() < 0.8:
            facts["Severity"] = f"SEV-{random.randint(1, 4)}"
        status = random.choice(STATUSES) if page.draft else random.choice(("", "", "", *READY))
        front = page.draft or random.random() < 0.3
        if front:
            entries = [f"{name.lower()}: {value}" for name, value in facts.items()]
            entries += [f"status: {status}" if random.random() < 0.7 else "draft: true"] if page.draft else []
            entries += [f"status: {status}"] if status and not page.draft else []
            return ["---", *entries, "---", "", f"# {title}", ""]
        shape = random.choice(("- {}: {}", "**{}:** {}  "))
        return [f"# {title}", "", *(shape.format(name, value) for name, value in facts.items()), ""]

    def _promises(self) -> tuple[Measure, ...]:
        random = self._random
        count = random.choice((2, 3, 4, 4, 5, 6, 7, 9))
        fates = random.choices(
            (Fate.OPEN, Fate.DONE, Fate.ELSEWHERE, Fate.DECLINED), (64, 20, 15, 1), k=count
        )
        # Each from other words, so that nothing but the doubled one is twice the same work.
        texts = [self._fill(words) for words in random.sample(WORDS, count)]
        found = [Measure(text, fate) for text, fate in zip(texts, fates, strict=True)]
        if found[0].fate is Fate.OPEN and random.random() < 0.06:
            found.append(Measure(found[0].text, Fate.DOUBLED))
        return tuple(found)

    def _promised(self, measures: tuple[Measure, ...]) -> list[str]:
        """The measures under their heading, those that are doubled under one of their own."""
        first = [one for one in measures if one.fate is not Fate.DOUBLED]
        again = [one for one in measures if one.fate is Fate.DOUBLED]
        heading, other = self._random.sample(MEASURES, 2)
        shape = self._random.choices((self._boxes, self._bullets_of, self._table), (4, 5, 2))[0]
        lines = ["## " + heading, "", *shape(first), ""]
        return [*lines, "## " + other, "", *self._bullets_of(again), ""] if again else lines

    def _boxes(self, measures: list[Measure]) -> list[str]:
        return [
            f"- [{'x' if one.fate is Fate.DONE else ' '}] {one.text}{self._beside(one)}" for one in measures
        ]

    def _bullets_of(self, measures: list[Measure]) -> list[str]:
        return [
            f"- ~~{one.text}~~" if one.fate is Fate.DONE else f"- {one.text}{self._beside(one)}"
            for one in measures
        ]

    def _table(self, measures: list[Measure]) -> list[str]:
        lines = ["| Action | Owner | Due | Ticket | Status |", "| --- | --- | --- | --- | --- |"]
        for one in measures:
            ticket = self._fill("OPS-{number}") if one.fate is Fate.ELSEWHERE else ""
            note = " <!-- ft:declined too dear -->" if one.fate is Fate.DECLINED else ""
            state = "Done" if one.fate is Fate.DONE else self._random.choice(("", "open", "TODO"))
            lines.append(f"| {one.text}{note} | {self._owner()} | {self._day()} | {ticket} | {state} |")
        return lines

    def _beside(self, measure: Measure) -> str:
        """What stands behind a measure: mostly nothing, else an owner, a day, a ticket or our comment."""
        owner, day = self._owner(), self._day()
        note = f" (owner: {owner})" if owner else ""
        note += f" (due {day})" if day else ""
        note += self._fill(self._random.choice(ELSEWHERE)) if measure.fate is Fate.ELSEWHERE else ""
        return note + (" <!-- ft:declined too dear -->" if measure.fate is Fate.DECLINED else "")

    def _owner(self) -> str:
        random = self._random
        return random.choice((*PEOPLE, *TEAMS)) if random.random() < 0.12 else ""

    def _day(self) -> str:
        random = self._random
        return (
            (self._until + timedelta(days=random.randint(20, 200))).isoformat()
            if random.random() < 0.1
            else ""
        )
