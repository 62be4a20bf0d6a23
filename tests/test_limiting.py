from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.limiting import Limiter, Pace, TooLong, Window

GITHUB = Pace(writes=(Window(1, 1), Window(80, 60), Window(500, 3600)))
FOREVER = float("inf")


class Time:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds


def sent(limiter: Limiter, time: Time, pace: Pace, count: int, *, write: bool = True) -> list[float]:
    moments = []
    for _ in range(count):
        with limiter.turn(pace, write=write, latest=FOREVER):
            moments.append(time.now)
    return moments


def test_github_writes_keep_its_three_windows() -> None:
    time = Time()
    moments = sent(Limiter(time, time.sleep), time, GITHUB, 1000)
    assert moments[0] == 1000.0
    for window in GITHUB.writes:
        for first, last in zip(moments, moments[window.requests :], strict=False):
            assert last - first >= window.seconds
    # No slower than it must be: 500 in the first hour, the next 500 in the second.
    assert moments[499] == 1000 + 499
    assert moments[500] == 1000 + 3600


def test_reads_do_not_wait_for_writes() -> None:
    time = Time()
    limiter = Limiter(time, time.sleep)
    sent(limiter, time, GITHUB, 3)
    assert sent(limiter, time, GITHUB, 50, write=False) == [time.now] * 50


@given(
    st.lists(st.tuples(st.integers(1, 9), st.floats(0.1, 100)), min_size=1, max_size=3),
    st.lists(st.floats(0, 30), max_size=40),
)
def test_no_stretch_of_time_holds_more_than_allowed(
    windows: list[tuple[int, float]], pauses: list[float]
) -> None:
    time = Time()
    limiter = Limiter(time, time.sleep)
    pace = Pace(writes=tuple(Window(*window) for window in windows))
    moments = []
    for pause in pauses:
        time.now += pause
        moments += sent(limiter, time, pace, 1)
    for window in pace.writes:
        for first, last in zip(moments, moments[window.requests :], strict=False):
            # A thousandth of a second is what adding floats may cost.
            assert last - first >= window.seconds - 0.001


def test_closed_means_closed_for_reads_and_writes_and_the_longer_time_stands() -> None:
    time = Time()
    limiter = Limiter(time, time.sleep)
    limiter.close_for(30)
    limiter.close_for(10)
    assert sent(limiter, time, Pace(), 2, write=False) == [1030.0, 1030.0]
    limiter.close_for(5)
    assert sent(limiter, time, Pace(), 1) == [1035.0]


def test_a_turn_that_comes_too_late_is_refused_at_once_and_uses_nothing_up() -> None:
    time = Time()
    limiter = Limiter(time, time.sleep)
    limiter.close_for(3600)
    for _ in range(10):
        with pytest.raises(TooLong) as caught, limiter.turn(Pace(at_once=1), write=True, latest=1120.0):
            raise AssertionError("it was let through")
        assert caught.value.seconds == 3600
    assert time.slept == []
    time.now += 3600
    assert sent(limiter, time, GITHUB, 1) == [4600.0]


def test_a_request_that_fails_gives_its_place_back() -> None:
    time = Time()
    limiter = Limiter(time, time.sleep)
    for _ in range(20):
        with suppress(OSError), limiter.turn(Pace(at_once=2), write=False, latest=FOREVER):
            raise OSError("reset")
    assert len(sent(limiter, time, Pace(at_once=1), 1)) == 1


def test_no_more_at_once_than_allowed() -> None:
    time = Time()
    limiter = Limiter(time, time.sleep)
    lock = threading.Lock()
    under_way = most = 0
    full = threading.Barrier(3, timeout=30)

    def ask() -> None:
        nonlocal under_way, most
        with limiter.turn(Pace(at_once=3), write=False, latest=FOREVER):
            with lock:
                under_way += 1
                most = max(most, under_way)
            # Three are in here together, or this barrier breaks.
            full.wait()
            with lock:
                under_way -= 1

    threads = [threading.Thread(target=ask) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == 3
    assert under_way == 0
    assert not full.broken


def test_writers_in_threads_keep_the_pace_together() -> None:
    now, lock = [0.0], threading.Lock()

    def sleep(seconds: float) -> None:
        with lock:
            now[0] += seconds

    limiter = Limiter(lambda: now[0], sleep)

    def write() -> None:
        for _ in range(25):
            with limiter.turn(Pace(writes=(Window(10, 1),)), write=True, latest=FOREVER):
                pass

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    # A hundred writes, ten a second, the first ten at once.
    assert now[0] == pytest.approx(9.0)
