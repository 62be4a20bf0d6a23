"""Postmortems as teams write them, reproducible from a seed: headings, facts, prose, timelines, lists,
tables, logs and measures, in sizes like those of published ones (half below 4 kB, one in ten above 12 kB).

Sentences are put together from parts, so that no two documents repeat each other: an extractor that remembers
what it has read gains no more from them than from real ones.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

SERVICES = [
    "payments", "search", "login", "catalogue", "checkout", "invoicing", "inventory", "messaging",
    "profile", "uploads", "billing", "webhooks", "metrics", "ingress", "scheduler", "notifications",
    "reviews", "sessions", "exports", "ledger", "gateway", "cdn", "dns", "vault", "registry",
]  # fmt: skip
PARTS = [
    "queue", "cache", "consumer", "replica", "primary index", "thread pool", "certificate",
    "reverse proxy", "cron job", "load balancer", "worker", "shard", "deployment pipeline", "feature flag",
    "rate limiter", "retry loop", "volume", "health check", "node group", "message broker",
    "schema migration",
]  # fmt: skip
THINGS = [
    "consumer lag", "the error budget", "the connection pool", "disk usage", "replication delay",
    "open sockets", "certificate expiry", "failed log-ins", "the retry rate", "the dead-letter queue",
    "memory of the workers", "the age of the index", "queue depth", "cache misses",
    "the 99th percentile of latency", "stuck migrations",
]  # fmt: skip
PEOPLE = [
    "Lena", "Omar", "Mara", "Jonas", "Ines", "Priya", "Tom", "Sam", "Noor", "Yuki", "Wei", "Aisha",
    "Pavel", "Chloé", "Diego", "Freya", "Kofi", "Linh", "Marta", "Nils", "Olga", "Ravi", "Sofia", "Tariq",
    "Uma", "Vera", "Walid", "Xenia", "Zoë", "Arjun",
]  # fmt: skip
TEAMS = [
    "Platform", "Payments", "Storage", "Edge", "Identity", "Data", "Core Infrastructure",
    "Developer Tools",
]  # fmt: skip
ENDS = [
    "for {minutes} minutes", "until {time} UTC", "in {region}", "for {percent} % of requests", "on {host}",
    "after build {hash}", "during the deployment of {version}", "for {count} customers",
    "since {time} UTC",
]  # fmt: skip
CLAUSES = [
    "the {service} service answered with errors", "requests to {service} timed out",
    "the {part} of {service} was restarted", "nobody was paged", "{service}’s own alert stayed silent",
    "the dashboards showed nothing unusual", "{thing} rose to {percent} % of its limit",
    "the on-call engineer looked at `{code}` first", "a change to `{code}` was rolled out",
    "the {part} ran out of file descriptors", "the new version {version} went to {region}",
    "the runbook named a host that no longer exists", "writes to {service} were refused",
    "the health check still answered", "a third of the {part}s was replaced",
    "support had received {count} messages", "traffic was moved from {region} to {region2}",
    "the **{part}** kept its old settings", "the team met at {time} UTC", "{thing} was not watched",
    "the change had been reviewed in [#{number}](https://code.example/{service}/pull/{number})",
]  # fmt: skip
LINKS = [
    "because", "although", "while", "and so", "before", "as soon as", "which is why", "; at the same time",
    ", but", "until",
]  # fmt: skip
VERBS = [
    "Alert on {thing} of {service}", "Add a limit to the {part} of {service}",
    "Write a runbook for {thing} in {region}", "Move the {part} of {service} out of {region}",
    "Test the failover of {service} every {number2} weeks", "Remove the last use of `{code}`",
    "Document how the {part} of {service} is restarted", "Rotate the keys of {service} automatically",
    "Refuse a change to `{code}` without a review",
    "Lower the timeout of the {part} from {count} ms to {minutes} ms",
    "Automate the rollback of {service}", "Monitor {thing} on {host}",
    "Page the on-call engineer when {thing} passes {percent} %",
    "Replace the {part} of {service} with two smaller ones",
    "Review the permissions of the {service} robot account",
    "Run the {service} load test before each release of {version}",
    "Create a dashboard for {thing} of {service}", "Update {service} to {version}",
    "Back up the {part} of {service} every {number2} hours",
    "Separate the {part} of {service} from {service2}",
    "Train the support team on the status page of {service}", "Make the {part} of {service} fail closed",
    "Check `{code}` in CI",
    "Fix the [retry loop](https://code.example/{service}/issues/{number}) of the {part}",
]  # fmt: skip
REASONS = [
    "", "", "", " so that {clause} no longer", " before the next release",
    ", as {service2} does since {version}", " ({thing} went unseen for {minutes} minutes)",
    " and delete the old one", ", in {region} first",
]  # fmt: skip
HEADINGS = {
    "summary": [
        "Summary", "Executive summary", "What happened", "Overview", "TL;DR",
    ],
    "impact": [
        "Impact", "Customer impact", "User impact", "Effect",
    ],
    "cause": [
        "Root cause", "Root Causes", "Cause", "Root cause analysis", "Trigger",
    ],
    "detection": [
        "Resolution", "Response", "Recovery", "Background",
    ],
    "timeline": [
        "Timeline", "Timeline (UTC)", "Chronology", "What happened when",
    ],
    "lessons": [
        "Lessons learned", "What went well", "What went wrong", "Luck",
        "Contributing factors",
    ],
    "links": [
        "Supporting information", "References", "Related incidents", "Glossary",
    ],
    "actions": [
        "Action items", "Actions", "Follow-up", "Corrective and preventative measures", "Next steps",
        "Follow-up actions", "Remediation items", "Preventive measures",
    ],
}  # fmt: skip
EPOCH = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Generated:
    """One document, and how many measures its author put into it."""

    name: str
    data: bytes
    measures: int


class Generator:
    """Documents from one seed; the same seed gives the same bytes.

    ``measures`` are the numbers of measures that a list of them may have, each as likely.
    """

    def __init__(self, seed: int, measures: Sequence[int] = (2, 3, 4, 5, 5, 6, 7, 9)) -> None:
        self._counts = tuple(measures)
        self._random = Random(seed)  # noqa: S311  (nothing secret about it)
        self._number = 0
        self._measures = 0
        self._wrap = 0

    def document(self, size: int | None = None) -> Generated:
        """One document of about ``size`` bytes; without it, of a size that is likely for a real one."""
        random = self._random
        self._number += 1
        self._measures = 0
        self._wrap = random.choice((0, 0, 80, 100, 120))
        day = EPOCH + timedelta(days=random.randrange(300))
        if size is None:
            size = min(40_000, max(900, int(random.lognormvariate(math.log(4_300), 0.8))))
        lines = self._opening(day)
        used = _length(lines)
        while True:
            incident = self._incident(min(size - used, 30_000))
            lines += incident
            used += _length(incident)
            if size - used < 2_000:
                break
        return Generated(f"{day}-{self._slug()}-{self._number}.md", "\n".join(lines).encode(), self._measures)

    def documents(self, total: int) -> Iterator[Generated]:
        """Documents of about ``total`` bytes together."""
        left = total
        while left > 0:
            document = self.document() if left > 12_000 else self.document(left)
            left -= len(document.data)
            yield document

    def _incident(self, size: int) -> list[str]:
        """One incident: sections in their usual order; the prose makes up what is missing of ``size``."""
        random = self._random
        actions = self._section("actions", self._actions)
        timeline = self._section("timeline", self._timeline) if size > 1_500 else []
        lessons = self._section("lessons", self._bullets) if size > 2_500 else []
        links = self._section("links", self._links) if size > 4_000 and random.random() < 0.5 else []
        left = size - sum(_length(part) for part in (actions, timeline, lessons, links))
        before: list[str] = []
        told = ["summary", "impact", "cause", "detection"]
        for name in told if size > 2_500 else told[:2]:
            before += self._section(name, self._prose)
        while left - _length(before) > 700:
            before += random.choices((self._prose, self._logs, self._bullets, self._figures), (8, 1, 2, 0.5))[
                0
            ]()
            if random.random() < 0.35:
                before += ["### " + self._fill("{Part} of {service}"), ""]
        return [*before, *timeline, *lessons, *actions, *links]

    def _section(self, name: str, body: Callable[[], list[str]]) -> list[str]:
        return ["## " + self._random.choice(HEADINGS[name]), "", *body()]

    def _opening(self, day: date) -> list[str]:
        """Title and facts: as front matter, bold lines, a list or a table."""
        random = self._random
        title = self._fill("{Service} {fate} {ends}")
        facts = {
            "Date": random.choice((day.isoformat(), f"{day:%d %B %Y}", f"{day:%B} {day.day}, {day.year}")),
            "Severity": f"SEV-{random.randint(1, 4)}",
            "Services": ", ".join(random.sample(SERVICES, random.randint(1, 3))),
            "Authors": ", ".join(random.sample(PEOPLE, random.randint(1, 3))),
            "Duration": f"{random.randint(5, 600)} minutes",
        }
        shape = random.randrange(4)
        if shape == 0:
            return [
                "---",
                f"title: {title}",
                f"date: {day}",
                f"severity: {facts['Severity']}",
                "---",
                "",
                f"# {title}",
                "",
            ]
        lines = [f"# {random.choice(('', 'Postmortem: ', f'INC-{random.randint(10, 9999)}: '))}{title}", ""]
        if shape == 1:
            lines += [f"**{name}:** {value}  " for name, value in facts.items()]
        elif shape == 2:
            lines += [f"- {name}: {value}" for name, value in facts.items()]
        else:
            lines += ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in facts.items())]
        return [*lines, ""]

    def _prose(self) -> list[str]:
        text = " ".join(self._sentence() for _ in range(self._random.randint(2, 6)))
        return [*(textwrap.wrap(text, self._wrap) if self._wrap else [text]), ""]

    def _sentence(self) -> str:
        random = self._random
        text = self._fill(random.choice(CLAUSES))
        for _ in range(random.choice((0, 1, 1, 2))):
            text += f" {random.choice(LINKS)} {self._fill(random.choice(CLAUSES))}".replace(
                " ;", ";"
            ).replace(" ,", ",")
        if random.random() < 0.5:
            text += " " + self._fill("{ends}")
        return text[0].upper() + text[1:] + "."

    def _bullets(self) -> list[str]:
        return [*(f"- {self._sentence()}" for _ in range(self._random.randint(3, 8))), ""]

    def _figures(self) -> list[str]:
        rows = (
            self._fill("| {service} | {percent} % | {count} | {host} |")
            for _ in range(self._random.randint(3, 8))
        )
        return ["| Service | Errors | Requests | Host |", "| --- | ---: | ---: | --- |", *rows, ""]

    def _logs(self) -> list[str]:
        rows = (self._fill("{stamp} {host} {service}[{number}]: {clause} hash={hash}") for _ in range(6))
        return ["```", *rows, "```", ""]

    def _links(self) -> list[str]:
        rows = (
            self._fill("- [{Part} of {service}](https://wiki.example/{service}/{number}), {version}")
            for _ in range(4)
        )
        return [*rows, ""]

    def _timeline(self) -> list[str]:
        random = self._random
        at = datetime(2026, 1, 1, random.randrange(24), random.randrange(60))  # noqa: DTZ001  (a time of day)
        steps = []
        for _ in range(random.randint(5, 14)):
            at += timedelta(minutes=random.randint(1, 40))
            clause = self._fill(random.choice(CLAUSES))
            steps.append((f"{at:%H:%M}", clause[0].upper() + clause[1:]))
        if random.random() < 0.4:
            return [
                "| Time | Event |",
                "| --- | --- |",
                *(f"| {time} | {step} |" for time, step in steps),
                "",
            ]
        mark = random.choice(("- {} {}.", "- **{}** {}.", "* {} – {}"))
        return [*(mark.format(time, step) for time, step in steps), ""]

    def _actions(self) -> list[str]:
        random = self._random
        count = random.choice(self._counts)
        self._measures += count
        shape = random.choices((self._listed, self._tabled, self._grouped), (5, 2, 2))[0]
        return [*shape(count), ""]

    def _listed(self, count: int) -> list[str]:
        random = self._random
        style = random.choice(("- ", "- ", "* ", "- [ ] ", "1. "))
        lines = []
        for number in range(1, count + 1):
            mark = f"{number}. " if style == "1. " else style
            if style == "- [ ] " and random.random() < 0.25:
                mark = "- [x] "
            lines.append(mark + self._measure() + self._noted())
            if random.random() < 0.15:
                lines.append(f"{' ' * len(mark.split('[')[0])}- {self._sentence()}")
        return lines

    def _grouped(self, count: int) -> list[str]:
        lines: list[str] = []
        for group in ("Prevent", "Detect", "Mitigate"):
            size = count if group == "Mitigate" else min(count, self._random.randint(1, 3))
            if size:
                lines += [f"### {group}", "", *self._listed(size), ""]
            count -= size
        return lines

    def _tabled(self, count: int) -> list[str]:
        random = self._random
        rows = ["| # | Action | Owner | Due | Status |", "| --- | --- | --- | --- | --- |"]
        for number in range(1, count + 1):
            owner, due = random.choice(("", *PEOPLE)), random.choice(("", self._due(), self._due()))
            state = random.choice(("open", "open", "open", "in progress", "done"))
            rows.append(f"| {number} | {self._measure()} | {owner} | {due} | {state} |")
        return rows

    def _measure(self) -> str:
        random = self._random
        return self._fill(random.choice(VERBS) + random.choice(REASONS)) + random.choice(("", "", "."))

    def _noted(self) -> str:
        """Owner, due date and priority as people append them; mostly none."""
        random = self._random
        person = random.choice(PEOPLE)
        return random.choice(
            ("", "", "", "", f" (owner: {person})", f" ({person}, by {self._due()})", f" @{person.lower()}",
             f" Owner: {person}. Due: {self._due()}", f" [P{random.randint(0, 3)}]", f" (due {self._due()})",
             f" ({random.choice(TEAMS)})")
        )  # fmt: skip

    def _due(self) -> str:
        return (EPOCH + timedelta(days=self._random.randint(310, 500))).isoformat()

    def _slug(self) -> str:
        return f"{self._random.choice(SERVICES)}-{self._random.choice(PARTS).replace(' ', '-')}"

    def _fill(self, text: str) -> str:
        """``text`` with every {name} replaced."""
        while "{" in text:
            before, _, rest = text.partition("{")
            name, _, after = rest.partition("}")
            text = before + self._word(name) + after
        return text

    def _word(self, name: str) -> str:
        random = self._random
        match name:
            case "service" | "service2":
                return random.choice(SERVICES)
            case "Service" | "Part":
                return random.choice(SERVICES if name == "Service" else PARTS).capitalize()
            case "part":
                return random.choice(PARTS)
            case "thing":
                return random.choice(THINGS)
            case "clause":
                return random.choice(CLAUSES)
            case "ends":
                return random.choice(ENDS)
            case "fate":
                return random.choice(
                    ("was unavailable", "answered slowly", "lost messages", "refused log-ins")
                )
            case "number" | "count":
                return (
                    f"{random.randint(100, 99_999):,}" if name == "count" else str(random.randint(100, 9_999))
                )
            case _:
                return self._figure(name)

    def _figure(self, name: str) -> str:
        random = self._random
        match name:
            case "number2" | "percent" | "minutes":
                return str(random.randint(2, 98))
            case "time":
                return f"{random.randrange(24):02}:{random.randrange(60):02}"
            case "stamp":
                return (
                    f"2026-{random.randint(1, 12):02}-{random.randint(1, 28):02}T{self._figure('time')}:00Z"
                )
            case "region" | "region2":
                return (
                    random.choice(("eu", "us", "ap"))
                    + random.choice(("-west-", "-east-"))
                    + str(random.randint(1, 4))
                )
            case "host":
                return f"{random.choice(SERVICES)}-{random.randint(1, 60):02}"
            case "hash":
                return f"{random.getrandbits(40):010x}"
            case "version":
                return f"v{random.randint(1, 30)}.{random.randint(0, 40)}.{random.randint(0, 9)}"
            case "code":
                return f"{self._slug().replace('-', '_')}_{random.randint(1, 40)}"
        raise ValueError(name)


def _length(lines: list[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)
