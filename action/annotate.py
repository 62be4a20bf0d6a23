"""From an offline plan to notices beside the lines of a pull request, and a summary in Markdown.

``annotate.py PLAN CHANGED FOLDER DOCUMENTS``: the plan as JSON, the changed files of the repository
apart by NUL, the folder of the settings below the repository's top, and where to write the changed
documents. Notices go to standard error, which the runner reads as it reads standard output; the
summary goes to standard output.

How a command to the runner is written: GitHub's "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

import html
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

MOST = 10
"""Notices that GitHub shows for a step; the summary holds all."""
SAYS = {
    "file": "will be filed in {tracker}",
    "later": "will be filed in {tracker} in a later run",
    "follow": "is followed",
    "ask": "waits for a decision: {reason}",
    "wait": "waits: {reason}",
    "skip": "is not filed: {reason}",
}


def steps_of(
    plan: Mapping[str, Any], changed: Sequence[str], folder: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The steps of changed documents, each with the document's path in the repository."""
    for step in plan["steps"]:
        path = in_repository(step["path"], folder)
        if path in changed:
            yield path, step


def in_repository(path: str, folder: str) -> str:
    """A path below the settings' folder, as the repository has it."""
    return str(PurePosixPath(folder, path))


def sentence(step: Mapping[str, Any]) -> str:
    """What becomes of one measure."""
    words = SAYS.get(step["action"], step["action"]).format(
        tracker=step["tracker"], reason=step["reason"] or "see `followthrough plan`"
    )
    due = f", due {step['due']}" if step["due"] else ""
    whose = f", for {step['owner']}" if step["owner"] else ", without an owner"
    return f"{step['text']}: {words}{whose}{due}"


def notice(path: str, step: Mapping[str, Any]) -> str:
    """One command to the runner."""
    return f"::notice file={_property(path)},line={step['line']},title=followthrough::{_data(sentence(step))}"


def summary(found: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """The same for the page of the run; no word of a document is taken for markup."""
    yield "## Action items in this pull request"
    yield ""
    counts = Counter(step["action"] for _, step in found)
    yield ", ".join(f"{action}: {count}" for action, count in sorted(counts.items())) or "None."
    yield ""
    for path, step in found:
        yield f"- <code>{_plain(path)}:{step['line']}</code> {_plain(sentence(step))}"


def _plain(text: str) -> str:
    """Text that is neither HTML nor Markdown, and mentions nobody."""
    return "".join(
        f"&#{ord(one)};" if one in r"\`*_[]()@#~|!:" else html.escape(one) for one in " ".join(text.split())
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def main(plan_file: str, changed_file: str, folder: str, documents_file: str) -> int:
    """Read, print, write."""
    plan = json.loads(Path(plan_file).read_text(encoding="utf-8"))
    changed = [name for name in Path(changed_file).read_text(encoding="utf-8").split("\0") if name]
    found = list(steps_of(plan, changed, folder))
    for path, step in found[:MOST]:
        print(notice(path, step), file=sys.stderr)
    print("\n".join(summary(found)))
    here = {in_repository(one["path"], folder) for one in plan["documents"]}
    kept = sorted(here & set(changed))
    Path(documents_file).write_text("".join(f"{path}\0" for path in kept), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
