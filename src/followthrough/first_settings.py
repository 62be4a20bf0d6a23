"""The text of a first ``followthrough.toml``: short, commented, and nothing in it that was guessed wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from followthrough.connector import Surroundings

COMMENT_AT = 34
PLACEHOLDERS = {
    "url": "https://acme.atlassian.net",
    "project": "OPS",
    "email": "bot@acme.example",
    "repository": "acme/web",
    "token": "env:TOKEN_VARIABLE",
}


@dataclass(frozen=True, slots=True)
class TrackerSection:
    """One ``[trackers.X]`` to be written; not ``complete`` where a person has to fill it in."""

    kind: str
    keys: Mapping[str, str]

    @property
    def complete(self) -> bool:
        return all(self.keys.values())

    def lines(self) -> Iterator[str]:
        """The section as TOML, as a comment where it is not complete."""
        mark = "" if self.complete else "# "
        yield f"{mark}[trackers.{self.kind}]"
        yield f"{mark}kind = {_quoted(self.kind)}"
        for key, value in self.keys.items():
            yield f"{mark}{key} = {_quoted(value or PLACEHOLDERS.get(key, '…'))}"


def sections(
    kinds: Sequence[str],
    surroundings: Surroundings,
    suggested: Callable[[str], Mapping[str, str] | None] = lambda _kind: None,
) -> list[TrackerSection]:
    """What may be written for each installed kind, complete ones first.

    ``suggested`` asks a connector itself; for Jira and GitHub something is known without.
    """
    own = {"github": _github, "jira": _jira}
    found = []
    for kind in kinds:
        keys = suggested(kind)
        if keys is None and kind in own:
            keys = own[kind](surroundings)
        if keys:
            found.append(TrackerSection(kind, keys))
    return sorted(found, key=lambda section: not section.complete)


def _github(seen: Surroundings) -> Mapping[str, str] | None:
    if "github" not in seen.host and not _variable(seen, "GITHUB", "GH"):
        return None
    here = "github" in seen.host
    keys = {"repository": seen.path if here else "", "token": _variable(seen, "GITHUB", "GH", "GHE")}
    if here and seen.host != "github.com":
        keys["url"] = f"https://{seen.host}/api/v3"
    return keys


def _jira(seen: Surroundings) -> Mapping[str, str] | None:
    token = _variable(seen, "JIRA", "ATLASSIAN")
    return {"url": "", "project": "", "email": "", "token": token} if token else None


def _variable(seen: Surroundings, *beginnings: str) -> str:
    """A reference to the first variable that is named so, else nothing."""
    for beginning in beginnings:
        for name in seen.variables:
            if re.match(rf"(?:.*_)?{beginning}_", name):
                return f"env:{name}"
    return ""


def text_of(
    *, documents: Sequence[str], found: bool, since: date, namespace: str, trackers: Sequence[TrackerSection]
) -> str:
    """The whole file."""
    globs = ", ".join(_quoted(glob) for glob in documents)
    told = "" if found else "put your postmortems there, or change this"
    lines = [
        _line(f"documents = [{globs}]", told),
        _line(f"since = {_quoted(since.isoformat())}", "older incidents are history: counted, never filed"),
        _line(f"namespace = {_quoted(namespace)}", "ids are made with it: never change it"),
        "",
    ]
    active = [section for section in trackers if section.complete][:1]
    if active:
        lines += active[0].lines()
    else:
        lines.append(
            "# Tickets go to the embedded tracker, on this machine, until a [trackers.X] stands here."
        )
        for section in trackers[:1]:
            lines += section.lines()
    lines += [
        "",
        _line("[policy.due]", "targets for measures without a date of their own"),
        'sev1 = "15d"',
    ]
    return "\n".join(lines) + "\n"


def _line(setting: str, comment: str) -> str:
    return f"{setting.ljust(COMMENT_AT - 1)} # {comment}" if comment else setting


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are among TOML's, but DEL has to be escaped besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
