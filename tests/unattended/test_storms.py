"""Real processes in the weather of a real network: storms, limits, dead hosts."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def proven(night: Any, tracker: Any, document: Callable[..., str], settings: Callable[..., str]) -> Any:
    """A night after the first, so that more than ten may be filed."""
    night.write("followthrough.toml", settings(tracker))
    night.write("first.md", document(1, first=19))
    night.ok("run")
    tracker.asked.clear()
    return night


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize("which", ["everything", "writes"])
def test_a_storm_costs_at_most_ten_requests(
    which: str, status: int, proven: Any, tracker: Any, answer: Any, document: Callable[..., str]
) -> None:
    proven.write("big.md", document(15))
    storm = answer(status=status, headers={"Retry-After": "0"} if status in (429, 503) else {})
    tracker.behave = lambda asked: storm if which == "everything" or asked.writes else answer()
    result = proven.run("run")
    wasted = [asked for asked in tracker.asked if which == "everything" or asked.writes]
    assert len(wasted) <= 10, [(asked.method, asked.path) for asked in wasted]
    assert result.code in (3, 75), result
    assert "Traceback" not in result.err
    tracker.behave = lambda _asked: answer()
    again = proven.run("run")
    assert again.code in (0, 75), again


def test_one_dead_host_leaves_the_other_scope_alone(
    night: Any, tracker: Any, document: Callable[..., str], settings: Callable[..., str]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}"
    night.write("followthrough.toml", settings(tracker, dead))
    night.write("small.md", document(3))
    night.write("big.md", document(3, severity="sev1", first=3))
    night.write("bad.md", document(1).replace("slow", "s" + 70_000 * "l" + "ow"))
    result = night.run("run", "--format", "json")
    assert result.code == 3
    assert len(tracker.issues) == 3
    assert "127.0.0.1 refuses the connection." in result.err
    assert (night.folder / "small.md").read_text().count("#ft-") == 3
    assert len(result.json["created"]) == 3
    # Nobody has to read a log in the morning.
    told = night.ok("status").out
    assert ", some measures failed." in told
    assert (
        "Failed      bad.md: line 9 is one line of" in told or "Failed      bad.md:9 is one line of" in told
    )
    assert "two: 127.0.0.1 refuses the connection." in told
    assert len(night.ok("status", "--format", "json").json["last_run"]["failed"]) == 2


def test_refused_credentials_stop_their_scope_at_the_first_request(
    night: Any, serve: Any, answer: Any, document: Callable[..., str], settings: Callable[..., str]
) -> None:
    good, bad = serve(), serve()
    night.write("followthrough.toml", settings(good, bad))
    night.write("small.md", document(3))
    night.write("big.md", document(3, severity="sev1", first=3))
    bad.behave = lambda _asked: answer(status=401)
    result = night.run("run")
    assert result.code == 5
    assert len(bad.asked) == 1
    assert len(good.issues) == 3


def test_no_request_goes_out_before_it_is_asked_to(
    proven: Any, tracker: Any, answer: Any, document: Callable[..., str]
) -> None:
    """The tracker refuses every third request for a moment that it names in one of the three forms."""
    proven.write("big.md", document(6))
    closed: list[tuple[float, float]] = []

    def behave(asked: Any) -> Any:
        if len(tracker.asked) % 3 or len(closed) == 3:
            return answer()
        wait = ("1", "0.4", "0.2")[len(closed)]
        closed.append((asked.at, float(wait)))
        return answer(status=429, headers={"Retry-After": wait})

    tracker.behave = behave
    assert proven.run("run").code == 0
    assert len(closed) == 3
    for start, wait in closed:
        early = [asked for asked in tracker.asked if start < asked.at < start + wait]
        assert early == [], (start, wait)
    assert sorted(tracker.markers) == sorted(set(tracker.markers))
    assert len(tracker.issues) == 7


def test_a_tracker_that_asks_for_an_hour_is_left_to_the_next_run(
    proven: Any, tracker: Any, answer: Any, document: Callable[..., str]
) -> None:
    proven.write("big.md", document(6))
    hour = answer(status=429, headers={"Retry-After": "3600"})
    tracker.behave = lambda asked: hour if asked.writes else answer()
    result = proven.run("run")
    assert result.code == 75
    assert len([asked for asked in tracker.asked if asked.writes]) == 1
    assert "asked too often" in result.err
    tracker.behave = lambda _asked: answer()
    assert proven.run("run").code == 0
    assert len(tracker.issues) == 7


def test_thirty_nights_with_a_bad_document_each(
    night: Any, tracker: Any, nightly: bool, document: Callable[..., str], settings: Callable[..., str]
) -> None:
    """What is wrong with one document is told every night, and costs the others nothing."""
    night.write("followthrough.toml", settings(tracker))
    night.write("bad.md", document(1).replace("slow", "s" + 70_000 * "l" + "ow"))
    for number in range(30 if nightly else 4):
        night.write(f"{number}.md", document(1, first=number % 20).replace("slow", f"slow again, {number}"))
        result = night.run("--log-format", "json", "run", "--format", "json")
        assert result.code == 3, result
        assert [line for line in result.err.splitlines() if "bad.md" in json.loads(line).get("message", "")]
        assert len(tracker.issues) == number + 1
        assert (night.folder / f"{number}.md").read_text().count("#ft-") == 1
