"""``kill -9`` at each step and at any time, and two hosts at once: nothing filed twice, and one commit."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable

import pytest
from tests.sources.git.nights import GIT_LEDGER, Nights
from tests.sources.git.project import BOT
from tests.sources.git.staying import squash

LEDGERS = {"own": "", "branch": GIT_LEDGER}


def after_death(made: Nights) -> None:
    """A run at once, two nights, and a quiet one."""
    made.run(0.05)
    assert made.run() == 0, made.said()
    made.run()
    made.settled()
    at = made.project.at(BOT)
    assert made.run() == 0, made.said()
    assert made.project.at(BOT) == at


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("step", ["created", "recorded", "document written", "base recorded", "published"])
def test_killed_at_a_step(step: str, ledger: str, nights: Callable[..., Nights], nightly: bool) -> None:
    made = nights(more=LEDGERS[ledger])
    for turn in range(10 if nightly else 1):
        number = 1 if step == "published" else 1 + turn % 2
        assert made.run(step=step, number=number) == -signal.SIGKILL
        after_death(made)
        made.close_one()
        if step not in ("created", "recorded"):  # a night that writes states only
            assert made.run(step=step, number=1) == -signal.SIGKILL
            after_death(made)
        made.postmortem()
        made.postmortem()


def test_killed_at_any_time(nights: Callable[..., Nights], nightly: bool) -> None:
    made = nights(more=GIT_LEDGER)
    dice = random.Random(9)
    whole = 0.0
    for number in range(60 if nightly else 4):
        if number % 10 == 0:  # the more documents there are, the longer a run takes
            begun = time.monotonic()
            assert made.run(0.05) in (0, 75), made.said()
            whole = time.monotonic() - begun
        made.postmortem()
        for _ in range(2):
            made.run(after=dice.uniform(0, whole))
            made.close_one()
        if dice.random() < 0.5 and made.project.at(BOT):
            squash(made.project)
    made.postmortem()
    after_death(made)


@pytest.mark.parametrize("ledger", LEDGERS)
def test_two_hosts_at_once(ledger: str, nights: Callable[..., Nights], nightly: bool) -> None:
    """With one ledger both file; with two, which no tracker can keep from filing twice, both write states."""
    made = nights(more=LEDGERS[ledger])
    hosts = [made.project.root, made.host("second")]
    for folder in hosts:
        assert made.run(folder=folder) == 0, made.said()
    made.settled()
    for night in range(30 if nightly else 3):
        if ledger == "branch":
            made.postmortem()
        elif night % 2:
            made.postmortem()
            assert made.run(folder=hosts[night % 2]) == 0
        made.close_one()
        codes = made.together(hosts)
        assert {*codes} <= {0, 75}, made.said()
        for folder in hosts:
            assert made.run(folder=folder) == 0, made.said()
        made.settled()
        if night % 3 == 1:
            made.project.git("update-ref", "refs/heads/main", BOT, where=made.project.remote)


def test_another_host_goes_on_where_one_died(nights: Callable[..., Nights]) -> None:
    """The second one has a ledger of its own, and knows only what lies on the branch and in the tracker."""
    made = nights()
    second = made.host("second")
    assert made.run(step="published") == -signal.SIGKILL
    at = made.project.at(BOT)
    assert made.run(folder=second) == 0, made.said()
    assert made.run(folder=second) == 0, made.said()
    assert made.project.at(BOT) == at
    made.settled()
