"""A tour: plan, file, work, sync, report, on a scratch copy of the example postmortems.

`make demo` runs it. It needs no account and no network, and leaves the checkout as it was.
"""

from __future__ import annotations

import difflib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
DOCUMENT = Path("postmortems/2026-10-06-login-certificate.md")
CLOSED = "Warn 21 days before any certificate expires"
STARTED = "Issue the login certificates automatically"


class Failed(Exception):
    """A step did not do what it is there to show."""


def main() -> int:
    scratch = Path(tempfile.mkdtemp(prefix="followthrough-demo-"))
    try:
        tour(Demo(program(), scratch))
    except Failed as failure:
        print(f"\nThe demo failed: {failure}\nIts files are in {scratch}.", file=sys.stderr)
        return 1
    return 0


def tour(demo: Demo) -> None:
    before = contents(EXAMPLES / "postmortems")
    for name in ("postmortems", "followthrough.toml"):
        source, target = EXAMPLES / name, demo.folder / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    print(f"Four postmortems are copied to {demo.folder}. Nothing outside of it is written.")

    demo.say("What would be done? The plan says it of every measure, and writes nothing.")
    demo.run("plan", "--limit", "20")
    demo.check(contents(demo.documents) == before, "the plan changed a document")

    demo.say("File the measures, each once. A first run files at most 10 unless --limit says otherwise.")
    demo.run("file", "--limit", "20", "--yes")
    filed = demo.tickets()
    demo.check(bool(filed), "nothing was filed")

    demo.say("The tickets are in the embedded tracker, one file on this machine.")
    demo.run("local", "list")

    demo.say("Somebody finishes one of them, somebody else begins another.")
    demo.run("local", "close", key_of(filed, CLOSED))
    demo.run("local", "start", key_of(filed, STARTED))

    demo.say("Bring their status back into the documents.")
    demo.run("sync")

    demo.say("What changed in one document since it was copied: our links, one box, no other byte.")
    after = contents(demo.documents)
    shown = diff(before[DOCUMENT.name], after[DOCUMENT.name])
    print(shown, end="")
    demo.check("+- [x] Warn 21 days" in shown, "the box of the closed ticket is not ticked")
    demo.check(", in progress" in shown, "the started ticket is not in progress in the document")

    demo.say("The report, for people who were not there.")
    demo.run("report", "--format", "markdown", "-o", "report.md")
    report = demo.folder / "report.md"
    demo.check(report.stat().st_size > 0, "the report is empty")

    demo.say("File again: everything has its ticket, so nothing happens.")
    demo.run("file", "--yes")
    demo.check(contents(demo.documents) == after, "filing again changed a document")
    demo.check(len(demo.tickets()) == len(filed), "filing again made a ticket")
    demo.check(contents(EXAMPLES / "postmortems") == before, "the examples themselves were changed")

    print(f"\nDone. The report is {report}, the documents are beside it.")
    print(f"Look around there with the same commands, then: rm -r {shlex.quote(str(demo.folder))}")


class Demo:
    """The installed program, run in the scratch folder."""

    def __init__(self, command: Path, folder: Path) -> None:
        self.command = command
        self.folder = folder
        self.documents = folder / "postmortems"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("FOLLOWTHROUGH_")}
        self.steps = 0

    def say(self, sentence: str) -> None:
        self.steps += 1
        print(f"\n{self.steps}. {sentence}")

    def run(self, *arguments: str) -> None:
        print(f"\n$ followthrough {shlex.join(arguments)}", flush=True)
        done = subprocess.run(
            [self.command, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        self.check(done.returncode == 0, f"`followthrough {shlex.join(arguments)}` gave {done.returncode}")

    def tickets(self) -> list[dict[str, str]]:
        done = subprocess.run(
            [self.command, "local", "list", "--format", "json"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=False,
        )
        self.check(done.returncode == 0, f"`followthrough local list` gave {done.returncode}")
        tickets: list[dict[str, str]] = json.loads(done.stdout)["tickets"]
        return tickets

    def check(self, fulfilled: bool, otherwise: str) -> None:
        if not fulfilled:
            raise Failed(f"{otherwise}.")


def program() -> Path:
    """The program beside this Python, as `make setup` installs it; else the one on PATH."""
    beside = Path(sys.executable).with_name("followthrough")
    found = str(beside) if beside.is_file() else shutil.which("followthrough")
    if found is None:
        print("followthrough is not installed here: run `make demo`.", file=sys.stderr)
        raise SystemExit(1)
    return Path(found)


def key_of(tickets: list[dict[str, str]], start: str) -> str:
    for ticket in tickets:
        if ticket["title"].startswith(start):
            return ticket["key"]
    raise Failed(f"there is no ticket for {start!r}.")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.md"))}


def diff(before: bytes, after: bytes) -> str:
    old, new = (data.decode().splitlines(keepends=True) for data in (before, after))
    name = DOCUMENT.as_posix()
    return "".join(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", n=0))


if __name__ == "__main__":
    sys.exit(main())
