"""``kill -9`` around a message: whatever was remembered before the process died is not sent again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sinks import Hook, MailServer

Team = Any
DYING = Path(__file__).parents[1] / "faults" / "dying.py"


def killed(team: Team, step: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, str(DYING), step, "1", *arguments],
        cwd=team.desk.folder,
        env={**os.environ, **team.desk.environ},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


@pytest.mark.parametrize(("step", "arrived"), [("message remembered", 0), ("message sent", 1)])
def test_a_report_that_may_have_left_is_not_sent_again(
    step: str, arrived: int, team: Team, hook: Hook
) -> None:
    team.settings('[[notify.channels]]\nname = "boss"\nurl = "env:BOSS"\n')
    team.desk.environ["BOSS"] = f"json://{hook.address}/in"
    killed(team, step, "report", "--send")
    assert len(hook.posts) == arrived
    team.today()
    again = team.send()
    assert again.code == 0
    assert "nobody knows whether today's report arrived" in again.out
    assert len(hook.posts) == arrived


@pytest.mark.parametrize(("step", "arrived"), [("message remembered", 0), ("message sent", 1)])
def test_a_person_is_not_written_to_twice(step: str, arrived: int, team: Team, mail: MailServer) -> None:
    port = mail.address.rpartition(":")[2]
    team.settings(
        f'owners = true\n[notify.mail]\nurl = "mailto://localhost:{port}?from=report@acme.example"\n'
    )
    team.today()
    team.desk.ok("run")
    killed(team, step, "report", "--to", "owners")
    assert len(mail.mails) == arrived
    again = team.remind()
    assert again.code == 0
    assert "ada: was written to this week (nobody knows whether it arrived)" in again.out
    # The others had not come to their turn.
    assert sorted(to for got in mail.mails for to in got.to if to != "ada@acme.example") == [
        "sam@acme.example"
    ]
    assert len(mail.mails) == arrived + 1


def test_a_process_that_is_killed_while_it_sends_takes_no_second_turn(team: Team) -> None:
    with Hook(hangs=True) as hook:
        team.settings('[[notify.channels]]\nname = "boss"\nurl = "env:BOSS"\n')
        team.desk.environ["BOSS"] = f"json://{hook.address}/in"
        process = subprocess.Popen(
            [sys.executable, "-m", "followthrough", "report", "--send"],
            cwd=team.desk.folder,
            env={**os.environ, **team.desk.environ},
        )
        assert hook.arrived.wait(60)
        process.kill()
        process.wait()
        team.today()
        assert "nobody knows whether today's report arrived" in team.send().out
        assert len(hook.posts) == 1


def test_a_signal_lets_the_message_under_way_come_to_its_end_and_no_other_begin(team: Team) -> None:
    with Hook(hangs=True) as slow, Hook() as after:
        team.settings(
            '[[notify.channels]]\nname = "slow"\nurl = "env:SLOW"\ntimeout = 5\n'
            '[[notify.channels]]\nname = "next"\nurl = "env:NEXT"\n'
        )
        team.desk.environ |= {"SLOW": f"json://{slow.address}/in", "NEXT": f"json://{after.address}/in"}
        process = subprocess.Popen(
            [sys.executable, "-m", "followthrough", "report", "--send"],
            cwd=team.desk.folder,
            env={**os.environ, **team.desk.environ},
        )
        assert slow.arrived.wait(60)
        process.terminate()
        assert process.wait(60) == 143
        assert after.posts == []
        team.today()
        sent = team.send()
        assert "slow: nobody knows whether today's report arrived" in sent.out
        assert (len(slow.posts), len(after.posts)) == (1, 1)
