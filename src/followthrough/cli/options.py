"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How data is printed on standard output."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class Grouping(StrEnum):
    """What a report puts measures together by, named as :class:`followthrough.reporting.figures.By` is."""

    PERSON = "person"
    TEAM = "team"
    SERVICE = "service"
    SEVERITY = "severity"
    TRACKER = "tracker"
    INCIDENT = "incident"
    KIND = "kind"


class ReportFormat(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


class CheckFormat(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


class Readers(StrEnum):
    """Who else a report is for."""

    OWNERS = "owners"


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="Documents, folders or globs; without them, `documents` of the settings.",
        show_default=False,
    ),
]
AsFormat = Annotated[Format, typer.Option("--format", help="How to print.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to this file.")]
Strict = Annotated[bool, typer.Option("--strict", help="Standing matters give exit code 4 as well.")]
Evidence = Annotated[bool, typer.Option("--evidence", help="The history as JSON Lines, chained by hashes.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Confirm = Annotated[
    str | None, typer.Option("--confirm", metavar="HASH", help="Let exactly this plan past the brake.")
]
Send = Annotated[bool, typer.Option("--send", help="Send one screen of it to the channels of the settings.")]
To = Annotated[
    Readers | None, typer.Option("--to", help="Remind each owner of their own measures, once a week at most.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would go to whom; send nothing.")]
Again = Annotated[
    list[str] | None,
    typer.Option("--again", metavar="CHANNEL", help="Send to this channel, even if it has today's report."),
]
