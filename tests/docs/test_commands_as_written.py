"""The console blocks of README and docs, run as a reader would run them.

A page is run from top to bottom in an empty folder. Invisible comments say what a reader does by
other means: ``<!-- file: NAME -->`` saves the block below it, ``<!-- setup: COMMAND -->`` runs
first and prints nothing (``$CHECKOUT`` is the checkout). After a change of what the program prints,
``FOLLOWTHROUGH_DOCS=write .venv/bin/pytest tests/docs`` writes the new output into the pages.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
RUNNABLE = [page for page in PAGES if "```console" in page.read_text(encoding="utf-8")]

WRITE = os.environ.get("FOLLOWTHROUGH_DOCS") == "write"

# What differs from day to day and from reader to reader.
PLACEHOLDERS = (
    (re.compile(r"#ft-[0-9a-hjkmnp-tv-z]{12}"), "#ft-ID"),
    (re.compile(r"(?<=Filed by followthrough, )[0-9a-hjkmnp-tv-z]{12}"), "ID"),
    (re.compile(r"(?m)^(Id +)[0-9a-hjkmnp-tv-z]{12}$"), r"\1ID"),
    (re.compile(r'(?<="id": ")[0-9a-hjkmnp-tv-z]{12}'), "ID"),
    (re.compile(r"\b20\d{6}-\d+\b"), "RUN"),
    (re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d:\d\d\b"), "DAY TIME"),
    (re.compile(r"\b20\d\d-\d\d-\d\d \d\d:\d\d(?: UTC)?(?=\b|  )"), "MINUTE"),
    (re.compile(r"(?m)^(  MINUTE  )\S+"), r"\1WHO"),
    (re.compile(r"\b\d+ s, "), "N s, "),
    (re.compile(r"\bresolved \d+ [A-Z][a-z]{2}(?: 20\d\d)?\b"), "resolved DAY"),
    (re.compile(r"\b(\d{1,2} [A-Z][a-z]{2}) 20\d\d\b"), r"\1"),  # the year stands where it is not this one
    (re.compile(r"--confirm [0-9a-f]{16}"), "--confirm HASH"),
    (re.compile(r"\bdata of (?:\d{1,2} [A-Z][a-z]{2}(?: 20\d\d)?, )?\d\d:\d\d"), "data of THEN"),
    (re.compile(r" {2,}(?=[A-Z][a-z]+day \d.* · data of THEN)"), "  "),  # it stands right
    (re.compile(r"(?m) +$"), ""),
)


@dataclass(frozen=True)
class Save:
    """A block that the reader saves under a name."""

    name: str
    content: str


@dataclass(frozen=True)
class Command:
    """A command on a line of the page, and what it prints there; ``None`` where the page does not tell."""

    line: int
    text: str
    output: str | None


def steps(text: str) -> Iterator[Save | Command]:
    name = kind = None
    block: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if kind is None:
            comment = re.fullmatch(r"<!-- (file|setup): (.+) -->", line)
            if comment and comment[1] == "setup":
                yield Command(number, comment[2], None)
            elif comment:
                name = comment[2]
            fence = re.fullmatch(r"```(\w*)", line)
            if fence:
                kind, block = fence[1], []
        elif line == "```":
            if name is not None:
                yield Save(name, "".join(f"{content}\n" for _, content in block))
                name = None
            elif kind == "console":
                yield from commands(block)
            kind = None
        else:
            block.append((number, line))


def commands(block: list[tuple[int, str]]) -> Iterator[Command]:
    starts = [at for at, (_, line) in enumerate(block) if line.startswith("$ ")]
    assert starts[:1] == [0], f"line {block[0][0]}: a console block begins with `$ `"
    for at, after in zip(starts, [*starts[1:], len(block)], strict=True):
        output = "".join(f"{line}\n" for _, line in block[at + 1 : after])
        yield Command(block[at][0], block[at][1][2:], output)


def plain(text: str) -> str:
    for pattern, placeholder in PLACEHOLDERS:
        text = pattern.sub(placeholder, text)
    return text.rstrip("\n")


@dataclass
class Shell:
    """What stays between the commands of a page: the folder and the last exit code."""

    folder: Path
    notes: Path
    environment: Mapping[str, str]
    code: int = 0

    def run(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", f'(exit {self.code})\n{command}\ncode=$?; pwd >"$NOTES"; exit $code'],
            cwd=self.folder,
            env={**self.environment, "NOTES": os.fspath(self.notes), "CHECKOUT": os.fspath(CHECKOUT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.folder = Path(self.notes.read_text(encoding="utf-8").strip())
        self.code = done.returncode
        return done.stdout


@pytest.mark.parametrize("page", [pytest.param(p, id=p.relative_to(CHECKOUT).as_posix()) for p in RUNNABLE])
def test_page_runs_as_written(page: Path, tmp_path: Path, environment: Mapping[str, str]) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    shell = Shell(folder, tmp_path / "pwd", environment)
    text = page.read_text(encoding="utf-8")
    found = list(steps(text))
    outputs: dict[int, tuple[str, str]] = {}
    same = True
    for step, after in zip(found, [*found[1:], None], strict=True):
        if isinstance(step, Save):
            target = shell.folder / step.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(step.content, encoding="utf-8")
            continue
        printed = shell.run(step.text)
        where = f"{page.name}:{step.line}: $ {step.text}"
        told = isinstance(after, Command) and after.text == "echo $?"
        expected = (0, 1) if step.text.startswith("diff ") else (0,)
        assert told or shell.code in expected, f"{where}: exit code {shell.code}\n{printed}"
        if step.output is not None:
            outputs[step.line] = (step.output, printed)
            same = same and plain(printed) == plain(step.output)
            assert WRITE or plain(printed) == plain(step.output), where
    if not same:  # all of it, so that an id is the same wherever the page shows it
        page.write_text(rewritten(text, outputs), encoding="utf-8")


def rewritten(text: str, outputs: Mapping[int, tuple[str, str]]) -> str:
    lines = text.splitlines(keepends=True)
    for number, (old, new) in sorted(outputs.items(), reverse=True):
        ending = "" if not new or new.endswith("\n") else "\n"
        anonymous = re.sub(r"(?m)^(  \d{4}-\d\d-\d\d \d\d:\d\d UTC  )\S+", r"\1you", new)
        lines[number : number + old.count("\n")] = [anonymous + ending]
    return "".join(lines)


def test_readme_and_tutorial_are_among_them() -> None:
    names = {page.relative_to(CHECKOUT).as_posix() for page in RUNNABLE}
    assert {"README.md", "docs/tutorial.md"} <= names
