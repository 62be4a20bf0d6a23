"""``check --format github``: workflow commands, which GitHub Actions shows beside the lines of a change.

The form and its escapes are those of GitHub's "Workflow commands for GitHub Actions". Of each level
GitHub shows ten a step; the log holds them all.
"""

from __future__ import annotations

from collections.abc import Iterator

from followthrough.cli.screens.check import Checked
from followthrough.policy.findings import Level

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def lines(checked: Checked) -> Iterator[str]:
    """One command a finding, and one for each document that cannot be read."""
    for one in checked.placed:
        finding = one.finding
        where = {
            "file": one.home,
            "line": str(finding.line),
            "endLine": str(finding.end_line),
            "title": f"followthrough: {finding.rule.value}",
        }
        if finding.column and finding.end_line == finding.line:  # a column belongs to one line only
            where["col"] = str(finding.column)
        yield _command(_COMMANDS[finding.level], where, f"{finding.message} {finding.suggestion}")
    for _, home, error in checked.unreadable:
        yield _command("error", {"file": home, "title": "followthrough"}, error)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
