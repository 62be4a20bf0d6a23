"""What a night tells others: a watchdog, a program that reads its log, whoever looks in the morning."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(sys.executable).parent / "followthrough"
SECRET = "7d1c0a9e-ping-secret"

Serve = Callable[[], Any]


@pytest.fixture
def sink(serve: Serve) -> Any:
    """Where heartbeats arrive."""
    return serve()


@pytest.fixture
def proven(night: Any, tracker: Any, document: Callable[..., str], settings: Callable[..., str]) -> Any:
    night.write("followthrough.toml", settings(tracker))
    night.write("first.md", document(1))
    night.ok("run")
    tracker.asked.clear()
    return night


def heartbeat(*names: str, url: str) -> str:
    return "[heartbeat]\n" + "".join(f'{name} = "{url}/{SECRET}/{name}"\n' for name in names)


def paths(sink: Any) -> list[str]:
    return [asked.path.removeprefix(f"/{SECRET}") for asked in sink.asked]


# --- heartbeats -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 404, 503])
@pytest.mark.parametrize("outcome", ["good", "bad document"])
def test_a_watchdog_hears_the_start_and_the_end_and_changes_nothing(
    outcome: str,
    status: int,
    proven: Any,
    tracker: Any,
    sink: Any,
    settings: Callable[..., str],
    document: Callable[..., str],
    answer: Any,
) -> None:
    proven.write(
        "followthrough.toml", settings(tracker, more=heartbeat("start", "finish", "fail", url=sink.url))
    )
    proven.write("more.md", document(2, first=3))
    sink.behave = lambda _asked: answer(status=status)
    if outcome != "good":
        proven.write("bad.md", document(1).replace("slow", 70_000 * "l"))
    result = proven.run("--config", "followthrough.toml", "run")
    code = 0 if outcome == "good" else 3
    assert result.code == code, result
    tries = 3 if status == 503 else 1
    expected = ["/start", *(["/fail"] if code else []), f"/finish/{code}"]
    assert paths(sink) == [path for path in expected for _ in range(tries)]
    told = json.loads(sink.asked[-1].body)
    assert told["exit"] == code
    assert told["counts"]["created"] == 2
    assert told["runs"] == [proven.run("status", "--format", "json").json["last_run"]["id"]]
    assert SECRET not in result.out + result.err
    assert ("heartbeat" in result.err) == (status != 200)
    for path in (proven.folder / ".followthrough").iterdir():
        assert SECRET.encode() not in path.read_bytes()


def test_a_watchdog_that_is_not_there(
    proven: Any, tracker: Any, settings: Callable[..., str], document: Callable[..., str]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    proven.write("followthrough.toml", settings(tracker, more=heartbeat("start", "finish", url=url)))
    proven.write("more.md", document(2, first=3))
    result = proven.run("--config", "followthrough.toml", "run")
    assert result.code == 0
    assert result.err.count("did not arrive: 127.0.0.1 refuses the connection.") == 2
    assert SECRET not in result.err
    assert len(tracker.issues) == 3


def test_a_killed_run_sends_no_end_and_a_stopped_one_does(
    proven: Any,
    tracker: Any,
    sink: Any,
    settings: Callable[..., str],
    document: Callable[..., str],
    answer: Any,
) -> None:
    proven.write("followthrough.toml", settings(tracker, more=heartbeat("start", "finish", url=sink.url)))
    for number, expected in ((signal.SIGKILL, ["/start"]), (signal.SIGTERM, ["/start", "/finish/143"])):
        proven.write(f"{number}.md", document(3, first=3).replace("slow", f"slow {number}"))
        sink.asked.clear()
        under_way = threading.Event()

        def behave(asked: Any, under_way: threading.Event = under_way) -> Any:
            if asked.writes:
                under_way.set()
            return answer(seconds=0.5 if asked.writes else 0)

        tracker.behave = behave
        process = subprocess.Popen(
            [PROGRAM, "--config", "followthrough.toml", "run"], cwd=proven.folder, env=proven.environ
        )
        assert under_way.wait(60)
        process.send_signal(number)
        process.wait(60)
        assert paths(sink) == expected


def test_an_address_may_stand_elsewhere_and_what_is_none_is_not_repeated(
    proven: Any, tracker: Any, sink: Any, settings: Callable[..., str]
) -> None:
    proven.write("followthrough.toml", settings(tracker, more='[heartbeat]\nfinish = "env:PING"\n'))
    proven.environ = {**proven.environ, "PING": f"{sink.url}/{SECRET}"}
    assert proven.run("--config", "followthrough.toml", "run").code == 0
    assert paths(sink) == ["/0"]
    proven.environ = {**proven.environ, "PING": f"ftp://{SECRET}"}
    result = proven.run("--config", "followthrough.toml", "run")
    assert result.code == 0
    assert "The secret env:PING holds no address" in result.err or "env:PING holds no address" in result.err
    assert SECRET not in result.err


@pytest.mark.parametrize(
    "value",
    [f"http://watch.example/{SECRET}", f"https://u:{SECRET}@watch.example", SECRET, f"command:echo {SECRET}"],
)
def test_addresses_that_do_not_fit(
    value: str, night: Any, tracker: Any, settings: Callable[..., str]
) -> None:
    night.write("followthrough.toml", settings(tracker, more=f'[heartbeat]\nfinish = "{value}"\n'))
    result = night.run("run")
    assert result.code == 2
    assert "'heartbeat.finish' is wrong" in result.err
    assert SECRET not in result.err


def test_settings_that_were_merely_found_tell_nobody(
    proven: Any, tracker: Any, sink: Any, settings: Callable[..., str]
) -> None:
    proven.write("followthrough.toml", settings(tracker, more=heartbeat("finish", url=sink.url)))
    result = proven.run("run")
    assert result.code == 2
    assert f"tell {sink.url} when it runs" in result.err
    assert SECRET not in result.err
    assert sink.asked == []
    proven.ok("trust")
    proven.ok("run")
    assert paths(sink) == ["/finish/0"]


# --- a deadline -----------------------------------------------------------------------------------


def test_a_deadline_leaves_the_rest_to_the_next_run_with_a_forecast(
    proven: Any, tracker: Any, answer: Any, document: Callable[..., str]
) -> None:
    proven.write("more.md", document(12, first=3))
    tracker.behave = lambda asked: answer(seconds=0.7 if asked.writes else 0)
    result = proven.run("run", "--for", "3s")
    assert result.code == 75, result
    told = re.search(
        r"one: The time given is over: (\d+) of 12 measures were taken up, the next run goes on \(about .*like this\)",
        result.err,
    )
    assert told, result.err
    assert len(tracker.issues) == 1 + int(told[1]) < 13
    assert "Goes on     one: The time given is over: " in proven.ok("status").out
    again = proven.run("run", "--for", "2s")
    assert again.code == 75
    if int(told[1]) >= 5:
        assert "measures to file, about" in again.err, again.err
    tracker.behave = lambda _asked: answer()
    proven.ok("run", "--for", "30m")
    assert len(tracker.issues) == len(set(tracker.markers)) == 13
    assert (proven.folder / "more.md").read_text().count("#ft-") == 12


# --- the log --------------------------------------------------------------------------------------


def test_the_log_is_one_object_a_line(
    night: Any, serve: Serve, answer: Any, document: Callable[..., str], settings: Callable[..., str]
) -> None:
    good, bad = serve(), serve()
    night.write("followthrough.toml", settings(good, bad))
    night.write("small.md", document(3))
    night.write("big.md", document(2, severity="sev1", first=3))
    bad.behave = lambda _asked: answer(status=401)
    result = night.run("--log-format", "json", "run", "--format", "json")
    assert result.code == 5
    lines = [json.loads(line) for line in result.err.splitlines()]
    run = result.json["run"]
    for line in lines:
        assert {"time", "level", "run", "scope", "event"} <= set(line)
        assert datetime.fromisoformat(line["time"]).tzinfo is not None
        assert line["level"] in ("info", "notice", "warning", "error")
        assert line["run"] in (run, None)
    events = [(line["event"], line["scope"], line["level"]) for line in lines]
    assert events.count(("create", "one", "info")) == 3
    assert ("failed", "two", "error") in events
    assert ("finished", None, "info") in events
    assert ("surveyed", None, "info") in events
    finished = next(line for line in lines if line["event"] == "finished")
    assert (finished["exit"], finished["created"]) == (5, 3)


def test_usage_errors_and_bugs_are_lines_of_the_log_too(proven: Any, document: Callable[..., str]) -> None:
    (line,) = proven.run("--log-format", "json", "run", "--no-such-option").err.splitlines()
    assert "--no-such-option" in json.loads(line)["message"]
    proven.write(
        "more.md", document(1, first=5).replace("slow", "slow, see https://other.example/browse/BUG-1")
    )
    result = proven.run("--log-format", "json", "run")
    assert result.code == 1
    bug = json.loads(result.err.splitlines()[-1])
    assert (bug["event"], bug["level"]) == ("bug", "error")
    assert "ZeroDivisionError" in bug["traceback"]


def test_as_text_the_log_holds_only_what_is_amiss(proven: Any, document: Callable[..., str]) -> None:
    proven.write("more.md", document(2, first=5))
    assert proven.ok("run").err == ""


# --- who looks in the morning ---------------------------------------------------------------------


def test_max_age(proven: Any) -> None:
    assert proven.run("status", "--max-age", "26h").code == 0
    threading.Event().wait(1.2)
    old = proven.run("status", "--max-age", "1s", "--format", "json")
    assert old.code == 6
    assert "ago, more than 1 s: see your scheduler." in old.err
    assert old.json["last_run"]["exit"] == 0
    wrong = proven.run("status", "--max-age", "tomorrow")
    assert (wrong.code, "write it as 30m or 26h" in wrong.err) == (2, True)


def test_max_age_without_any_run(night: Any) -> None:
    result = night.run("status", "--max-age", "26h")
    assert result.code == 6
    assert result.err == "No `run` has come to its end yet.\n"
    assert not (night.folder / ".followthrough").exists()
