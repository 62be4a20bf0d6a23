"""Printing: data to standard output, talk and progress to standard error."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
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


NOTICE = "notice"
"""The level of what a person is told as well, although it is no trouble."""
ENOUGH = 20
"""Steps from which on a stage gets a progress bar."""


def data(text: str) -> None:
    """Print for a person or another program to read."""
    write(clean(text) + "\n")


def write(text: str) -> None:
    """Print as it is. A reader who has gone, such as ``head``, is no error and stops nothing."""
    try:
        sys.stdout.write(_scrubbed(text))
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


@dataclass(slots=True)
class _Talk:
    """How talk is written; one process runs one command, which decides this once."""

    as_json: bool = False
    run: str | None = None


_TALK = _Talk()


def talk_as_json() -> None:
    """From here on every message is a JSON object on a line of its own."""
    _TALK.as_json = True


def talks_as_json() -> bool:
    """Whether a program reads what is said on standard error."""
    return _TALK.as_json


def talk_of(run: str) -> None:
    """From here on what is said is said of this run."""
    _TALK.run = run


def talk(text: str, *, level: str = "info", event: str = "message", scope: str | None = None) -> None:
    """Say something about the work, not part of its result."""
    if _TALK.as_json:
        tell(event, text, level=level, scope=scope)
    else:
        _to_stderr(text)


def tell(event: str, message: str = "", /, *, level: str = "info", **facts: Any) -> None:
    """Say what a program wants to know and a person is told elsewhere: a line of JSON, else nothing."""
    if not _TALK.as_json:
        if level == NOTICE:
            _to_stderr(message)
        return
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    record = {
        "time": time,
        "level": level,
        "run": _TALK.run,
        "scope": facts.pop("scope", None),
        "event": event,
    }
    if message:
        record["message"] = clean(message)
    _to_stderr(json.dumps(record | facts, ensure_ascii=False, default=str))


def _to_stderr(text: str) -> None:
    from followthrough.redaction import redact_patterns

    print(clean(redact_patterns(_scrubbed(text))), file=sys.stderr)


def _scrubbed(text: str) -> str:
    """The text without a secret, which only a process that has loaded their module can have read."""
    module = sys.modules.get("followthrough.secrets")
    return module.scrub(text) if module is not None else text


def clean(text: str) -> str:
    """Without control characters: text of documents and trackers is not ours to trust."""
    return text.translate(CONTROL)


@contextmanager
def progress() -> Generator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal, while there is a stage with enough to do; silence elsewhere."""
    bar = _Bar()
    try:
        yield bar.show if sys.stderr.isatty() and not _TALK.as_json else _ignore
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
