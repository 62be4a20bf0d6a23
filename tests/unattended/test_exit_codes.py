"""Every exit code of the reference, each reached by the installed program."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(sys.executable).parent / "followthrough"


@dataclass
class Scene:
    """A folder with settings, a tracker and one filed measure."""

    night: Any
    tracker: Any
    settings: Callable[..., str]
    document: Callable[..., str]
    answer: Any

    def more(self, count: int = 2, **how: Any) -> None:
        self.night.write("more.md", self.document(count, first=5, **how))

    def set(self, text: str) -> None:
        self.night.write("followthrough.toml", self.settings(self.tracker, more=text))

    def refuse(self, status: int, **headers: str) -> None:
        told = self.answer(
            status=status, headers={key.replace("_", "-"): value for key, value in headers.items()}
        )
        self.tracker.behave = lambda _asked: told

    def bad_document(self) -> None:
        self.night.write("bad.md", self.document(1).replace("slow", 70_000 * "l"))

    def tick_by_hand(self) -> None:
        path = self.night.folder / "first.md"
        path.write_text(path.read_text().replace("- [ ]", "- [x]"))


def nothing(_scene: Scene) -> None:
    pass


def a_bug(scene: Scene) -> None:
    scene.night.write(
        "more.md", scene.document(1, first=5).replace("slow", "slow, see https://other.example/browse/BUG-1")
    )


def a_brake(scene: Scene) -> None:
    scene.set("[brakes]\ncreates = 1\n")
    scene.more()


def refused_and_bad(scene: Scene) -> None:
    scene.bad_document()
    scene.more()
    scene.refuse(401)


def brake_and_bad(scene: Scene) -> None:
    a_brake(scene)
    scene.bad_document()


def bad_and_limited(scene: Scene) -> None:
    scene.bad_document()
    scene.more()
    scene.refuse(429, retry_after="3600")


def a_dead_tracker(scene: Scene) -> None:
    scene.more()
    scene.refuse(500)


def limited(scene: Scene) -> None:
    scene.more()
    scene.refuse(429, retry_after="3600")


def refused(scene: Scene) -> None:
    scene.more()
    scene.refuse(401)


CASES: list[tuple[int, str, Callable[[Scene], None], str]] = [
    (0, "nothing left to do", nothing, "run"),
    (0, "a standing matter", Scene.tick_by_hand, "run"),
    (1, "a bug in a connector", a_bug, "run"),
    (2, "an option that is none", nothing, "run --no-such-option"),
    (2, "a document that is not there", nothing, "plan missing.md"),
    (2, "settings with an unknown key", lambda scene: scene.set("[brakes]\ncreate = 1\n"), "run"),
    (2, "a time that is none", nothing, "run --for soon"),
    (3, "a document that cannot be read", Scene.bad_document, "run"),
    (3, "a tracker that is down", a_dead_tracker, "run"),
    (4, "a brake", a_brake, "run"),
    (4, "a standing matter and --strict", Scene.tick_by_hand, "run --strict"),
    (5, "credentials refused", refused, "run"),
    (6, "something to do", Scene.more, "plan --detailed-exitcode"),
    (6, "no recent run", nothing, "status --max-age 1s"),
    (0, "a recent run", nothing, "status --max-age 26h"),
    (75, "a tracker that asks for patience", limited, "run"),
    (75, "a deadline", Scene.more, "run --for 1s"),
    (5, "credentials before everything", refused_and_bad, "run"),
    (4, "a brake before failures", brake_and_bad, "run"),
    (3, "failures before what comes later", bad_and_limited, "run"),
]


@pytest.fixture
def scene(
    night: Any, tracker: Any, settings: Callable[..., str], document: Callable[..., str], answer: Any
) -> Scene:
    found = Scene(night, tracker, settings, document, answer)
    found.set("")
    night.write("first.md", document(1))
    night.ok("run")
    return found


@pytest.mark.parametrize(
    ("code", "situation", "prepare", "command"), CASES, ids=[f"{c[0]}: {c[1]}" for c in CASES]
)
def test_exit_code(
    code: int, situation: str, prepare: Callable[[Scene], None], command: str, scene: Scene
) -> None:
    prepare(scene)
    if situation == "a deadline":
        scene.tracker.behave = lambda asked: scene.answer(seconds=1.2 if asked.writes else 0)
    if "--max-age 1s" in command:
        threading.Event().wait(1.1)
    result = scene.night.run(*command.split())
    assert result.code == code, result
    assert ("Traceback" in result.err) == (code == 1), result.err
    assert result.err or code == 0 or "--detailed-exitcode" in command, "it failed without a word"


def test_75_while_another_run_is_at_work_and_none_once_that_was_killed(scene: Scene) -> None:
    scene.more()
    under_way = threading.Event()

    def behave(asked: Any) -> Any:
        if asked.writes:
            under_way.set()
        return scene.answer(seconds=20 if asked.writes else 0)

    scene.tracker.behave = behave
    process = subprocess.Popen([PROGRAM, "run"], cwd=scene.night.folder, env=scene.night.environ)
    assert under_way.wait(60)
    busy = scene.night.run("run")
    process.kill()
    process.wait(60)
    assert busy.code == 75
    told = re.fullmatch(
        r"Run \d{8}-2 \(run\) on (\S+) \(process (\d+), since (\S+)\) is at work in (\S+); "
        r"a later run finishes the work\.\n",
        busy.err,
    )
    assert told, busy.err
    assert (told[1], int(told[2]), told[4]) == (
        socket.gethostname(),
        process.pid,
        str(scene.night.folder),
    )
    assert abs(datetime.fromisoformat(told[3]) - datetime.now(UTC)) < timedelta(minutes=10)
    scene.tracker.behave = lambda _asked: scene.answer()
    assert scene.night.run("run").code == 0
    assert len(set(scene.tracker.markers)) == len(scene.tracker.issues) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_130_and_143(number: signal.Signals, scene: Scene) -> None:
    scene.more()
    under_way = threading.Event()

    def behave(asked: Any) -> Any:
        if asked.writes:
            under_way.set()
        return scene.answer(seconds=0.5 if asked.writes else 0)

    scene.tracker.behave = behave
    process = subprocess.Popen(
        [PROGRAM, "run"],
        cwd=scene.night.folder,
        env=scene.night.environ,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert under_way.wait(60)
    process.send_signal(number)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert b"Nothing is lost" in err


def test_the_table_holds_every_code_of_the_reference(checkout_codes: set[int]) -> None:
    assert {code for code, *_ in CASES} | {75, 130, 143} == checkout_codes


@pytest.fixture
def checkout_codes() -> set[int]:
    page = Path(__file__).parents[2] / "docs" / "reference" / "exit-codes.md"
    rows = [line.split("|")[1].strip() for line in page.read_text().splitlines() if line.startswith("| `")]
    return {int(row.strip("`")) for row in rows}


# --- standing matters -----------------------------------------------------------------------------


def test_a_standing_conflict_never_turns_a_night_red(scene: Scene) -> None:
    scene.tick_by_hand()
    for _night in range(3):
        result = scene.night.run("run")
        assert result.code == 0, result
        assert "ticked by hand" in result.out
    for command in ("file first.md", "sync", "run"):
        assert scene.night.run(*command.split()).code == 0
        strict = scene.night.run(*command.split(), "--strict")
        assert strict.code == 4, (command, strict)
        assert "ticked by hand" in strict.out
