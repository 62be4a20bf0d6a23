"""Printing: data to standard output, talk and progress to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import TaskID

CONTROL = dict.fromkeys(
    {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {0x09, 0x0A}
)
"""Characters that could drive a terminal or turn text around: taken out of what a person reads."""


def data(text: str) -> None:
    """Print for a person or another program to read."""
    print(clean(text))


def as_json(value: Any) -> None:
    """One JSON document, on several lines."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def as_jsonl(values: Iterable[Any]) -> None:
    """One JSON object a line."""
    for value in values:
        print(json.dumps(value, ensure_ascii=False))


_talk_as_json = False


def talk_as_json() -> None:
    """From here on every message is a JSON object on a line of its own."""
    global _talk_as_json  # noqa: PLW0603  one process runs one command, which decides this once
    _talk_as_json = True


def talk(text: str) -> None:
    """Say something about the work, not part of its result."""
    if _talk_as_json:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = json.dumps({"at": at, "message": text}, ensure_ascii=False)
    print(clean(text), file=sys.stderr)


def clean(text: str) -> str:
    """Without control characters: text of documents and trackers is not ours to trust."""
    return text.translate(CONTROL)


@contextmanager
def progress() -> Generator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal, once there is enough to do; silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _label, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    tasks: dict[str, TaskID] = {}
    with Progress(console=Console(stderr=True), transient=True) as bar:

        def show(label: str, done: int, total: int) -> None:
            if total >= 20:
                if label not in tasks:
                    tasks[label] = bar.add_task(label, total=total)
                bar.update(tasks[label], completed=done, total=total)

        yield show
