"""How late a listing may be: never a duplicate while that is less than the waiting time, and all are told beyond."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.simulation.nights import Simulation
from tests.simulation.server import Profile
from tests.simulation.verdict import judge

from followthrough.engine.exits import Exit

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LAGS = {
    "none": 0 * SECOND,
    "5 s": 5 * SECOND,
    "8 min": 8 * MINUTE,
    "2 h": 2 * HOUR,
    "11 h": 11 * HOUR,
}
SETTLES = {"10 min": 10 * MINUTE, "30 min": 30 * MINUTE, "12 h": 12 * HOUR}
WITHIN = [(lag, settle) for lag in LAGS for settle in SETTLES if LAGS[lag] < SETTLES[settle]]
BEYOND = [(lag, settle) for lag in LAGS for settle in SETTLES if LAGS[lag] > SETTLES[settle]]


def lagging(seed: str, lag: timedelta, settle: timedelta) -> Simulation:
    """Each issue is listed so late; what takes effect late does so within what is left of the waiting time."""
    left = max((settle - lag).total_seconds() - 60, 0)
    seconds = lag.total_seconds()
    profile = Profile("lag", settle, lag=((1, seconds, seconds),), late=((1, 0, min(left, 1200)),))
    simulation = Simulation(seed, profile)
    simulation.chaos()
    return simulation


@pytest.mark.parametrize(("lag", "settle"), WITHIN)
def test_within_the_waiting_time_nothing_is_filed_twice(lag: str, settle: str, nightly: bool) -> None:
    for seed in range(200 if nightly else 3):
        simulation = lagging(f"{lag} {settle} {seed}", LAGS[lag], SETTLES[settle])
        judge(simulation, simulation.quiet())
        assert simulation.wrong == []


@pytest.mark.parametrize(("lag", "settle"), BEYOND)
def test_beyond_it_every_duplicate_is_told(lag: str, settle: str, nightly: bool) -> None:
    for seed in range(200 if nightly else 6):
        simulation = lagging(f"{lag} {settle} {seed}", LAGS[lag], SETTLES[settle])
        simulation.quiet()
        assert simulation.last is not None
        told = " ".join(matter.message for matter in simulation.last.plan.matters)
        double = [
            [issue.ticket.key for issue in issues]
            for server in simulation.servers.values()
            for issues in server.made().values()
            if sum(not one.ticket.state.closed and not one.deleted for one in issues) == len(issues) > 1
        ]
        assert all(key in told for keys in double for key in keys), (double, told)
        assert not double or simulation.last.exit is Exit.HUMAN


def test_what_is_never_listed_is_the_last_that_is_filed() -> None:
    never = Profile("never", 30 * MINUTE, lag=((1, 1e9, 1e9),), late=((1, 0, 60),))
    simulation = Simulation("never", never)
    simulation.writers.start(3, 9)
    for _night in range(5):
        simulation.run("run")
        simulation.stage.pass_time(24 * HOUR, 25 * HOUR)
    assert simulation.last is not None
    assert {len(server.issues) for server in simulation.servers.values()} <= {0, 1}
    assert simulation.last.exit is not Exit.OK
