"""Printing: data to standard output, talk and progress to standard error."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

CONTROL = dict.fromkeys(
    {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {0x09, 0x0A}
)
"""Characters that could drive a terminal or turn text around: taken out of what a person reads."""


def columns() -> int | None:
    """How wide the terminal is that standard output goes to; ``None`` where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


ENOUGH = 20
"""Steps from which on a stage gets a progress bar."""


def data(text: str) -> None:
    """Print for a person or another program to read."""
    write(clean(text) + "\n")


def write(text: str) -> None:
    """Print as it is. A reader who has gone, such as ``head``, is no error and stops nothing."""
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        _nobody_reads()


def finish() -> None:
    """Print what is still held back."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _nobody_reads()


def _nobody_reads() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def as_json(value: Any) -> None:
    """One JSON document, on several lines."""
    write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def as_jsonl(values: Iterable[Any]) -> None:
    """One JSON object a line."""
    for value in values:
        write(json.dumps(value, ensure_ascii=False) + "\n")


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
    """A progress bar on a terminal, while there is a stage with enough to do; silence elsewhere."""
    bar = _Bar()
    try:
        yield bar.show if sys.stderr.isatty() else _ignore
    finally:
        bar.stop()


def _ignore(_label: str, _done: int, _total: int) -> None:
    return None


class _Bar:
    """One stage at a time: gone once that is done, so that nothing draws over a question."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._label = ""

    def show(self, label: str, done: int, total: int) -> None:
        """Start the bar with a stage's first step, and take it away after the last."""
        if total < ENOUGH:
            return
        if label != self._label:
            self.stop()
        if self._progress is None:
            from rich.console import Console
            from rich.progress import Progress

            self._label = label
            self._progress = Progress(console=Console(stderr=True), transient=True)
            self._task = self._progress.add_task(label, total=total)
            self._progress.start()
        if self._task is not None:
            self._progress.update(self._task, completed=done)
        if done >= total:
            self.stop()

    def stop(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()
        self._progress, self._label = None, ""
