"""``report --send`` as people run it: what each channel gets, once, and what is said of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest

from sinks import Hook, MailServer

Team = Any


def to(*hooks: tuple[str, Hook], more: str = "") -> str:
    return "".join(
        f'[[notify.channels]]\nname = "{name}"\nurl = "env:{name.upper()}"\n{more}\n' for name, _ in hooks
    )


def wired(team: Team, **hooks: Hook) -> None:
    """Channels named as the hooks, their addresses in the environment."""
    team.settings(to(*hooks.items()))
    addresses(team, **hooks)


def addresses(team: Team, **hooks: Hook) -> None:
    team.desk.environ |= {name.upper(): f"json://{hook.address}/canary-token" for name, hook in hooks.items()}


def test_a_channel_gets_one_screen(team: Team, hook: Hook) -> None:
    wired(team, boss=hook)
    sent = team.send()
    assert (sent.code, sent.out) == (0, "boss (JSON): sent.\n")
    (post,) = hook.posts
    told = json.loads(post.body)
    assert told["title"] == "Outstanding work from incidents: 5, 3 late"
    assert "5 of 5 measures from 1 incident are outstanding; 3 are late, all from sev1." in told["message"]
    assert "Fail over the payment queue without hands" in told["message"]
    assert "sam" not in told["message"].casefold()  # no persons in what management reads


def test_the_second_time_on_a_day_it_has_it_already(team: Team, hook: Hook) -> None:
    wired(team, boss=hook)
    team.send()
    again = team.send()
    assert again.code == 0
    assert (
        again.out == "boss: it has today's report. Once more: `followthrough report --send --again boss`.\n"
    )
    assert len(hook.posts) == 1
    assert team.send("--again", "boss").code == 0
    assert len(hook.posts) == 2
    team.clock.to("2026-11-24")
    assert team.send().code == 0
    assert len(hook.posts) == 3


def test_the_change_is_that_since_the_channel_s_last_report(team: Team, hook: Hook) -> None:
    wired(team, boss=hook)
    team.send()
    team.desk.ok("local", "close", team.key("Fail over"), "--reason", "done")
    team.clock.to("2026-11-25", 2)
    team.desk.ok("run")
    team.clock.to("2026-11-25")
    team.send()
    told = json.loads(hook.posts[1].body)["message"]
    assert "Since the last report, sent on Monday 23 November 2026: 1 closed, 0 new, 5 → 4." in told


def test_one_that_fails_stops_no_other(team: Team) -> None:
    with Hook(answers=(404,)) as gone, Hook() as good:
        wired(team, old=gone, boss=good)
        sent = team.send()
    assert sent.code == 3
    assert sent.out == "boss (JSON): sent.\n"
    assert "old (JSON): not sent, its address is no longer there (404). Make a new one." in sent.err
    assert len(good.posts) == 1


def test_only_what_was_not_taken_is_sent_again(team: Team) -> None:
    with Hook(answers=(429, 200)) as busy, Hook() as good:
        wired(team, busy=busy, boss=good)
        first = team.send()
        assert first.code == 75
        assert "busy (JSON): not sent, it asks to come back later (429). Send again then." in first.err
        assert team.send().code == 0
    assert (len(busy.posts), len(good.posts)) == (2, 1)


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_code_5(status: int, team: Team) -> None:
    with Hook(answers=(status,)) as hook:
        wired(team, boss=hook)
        sent = team.send()
    assert sent.code == 5
    assert f"boss (JSON): not sent, its credentials were refused ({status})." in sent.err


@pytest.mark.parametrize("manner", ["hangs", "drops"])
def test_what_nobody_knows_of_is_not_sent_twice(manner: str, team: Team) -> None:
    with Hook(**{manner: True}) as hook:  # type: ignore[arg-type]  # each is a flag
        team.settings(to(("boss", hook), more="timeout = 5"))
        addresses(team, boss=hook)
        first = team.send()
        assert first.code == 3
        assert "it may have arrived or not. It is not sent again by itself; look there." in " ".join(
            first.err.split()
        )
        again = team.send()
    assert (again.code, len(hook.posts)) == (0, 1)
    assert "nobody knows whether today's report arrived" in again.out


def test_a_channel_may_ask_for_a_kind_a_day_or_something_late(team: Team, hook: Hook) -> None:
    channels = to(("kind", hook), more='only = "process"')
    channels += to(("tuesday", hook), more='days = ["tuesday", "thursday"]')
    channels += to(("late", hook), more='only = "process"\nwhen = "late"')
    team.settings(channels)
    addresses(team, kind=hook, tuesday=hook, late=hook)
    team.desk.ok("local", "close", team.key("Rehearse"), "--reason", "done")
    team.desk.ok("local", "close", team.key("runbook"), "--reason", "done")
    team.desk.ok("run")
    sent = team.send()
    assert "tuesday: nothing to do, it is sent on Tuesday and Thursday only." in sent.out
    assert "late: nothing to do, nothing is late." in sent.out
    (post,) = hook.posts
    assert "process measures only" in json.loads(post.body)["message"]


def test_mail_gets_the_page_and_others_the_link(team: Team, hook: Hook, mail: MailServer) -> None:
    port = mail.address.rpartition(":")[2]
    address = f"mailto://localhost:{port}?from=report@acme.example&to=boss@acme.example,cto@acme.example"
    channels = f'[[notify.channels]]\nname = "mail"\nurl = "{address}"\n' + to(("boss", hook))
    team.settings(f'report_url = "https://reports.acme.example/"\n{channels}')
    addresses(team, boss=hook)
    sent = team.send()
    assert sent.out.splitlines() == [
        "mail (boss@acme.example, cto@acme.example): sent.",
        "boss (JSON): sent.",
    ]
    assert sorted(to for got in mail.mails for to in got.to) == ["boss@acme.example", "cto@acme.example"]
    body = mail.mails[0].message.get_body(("plain",))
    assert body is not None
    assert "The whole report is attached: outstanding-work.html." in body.get_content()
    (page,) = list(mail.mails[0].message.iter_attachments())
    assert page.get_filename() == "outstanding-work.html"
    assert b"Fail over the payment queue" in (page.get_payload(decode=True) or b"")
    assert "The whole report: https://reports.acme.example/" in json.loads(hook.posts[0].body)["message"]


def test_a_dry_run_shows_everything_and_does_nothing(team: Team, hook: Hook) -> None:
    wired(team, boss=hook)
    state = {path: path.read_bytes() for path in team.desk.folder.rglob("*") if path.is_file()}
    shown = team.send("--dry-run")
    assert shown.code == 0
    assert shown.err.splitlines()[-1] == "Nothing was sent, and nothing remembered."
    assert hook.posts == []
    assert {path: path.read_bytes() for path in team.desk.folder.rglob("*") if path.is_file()} == state
    team.send()
    told = json.loads(hook.posts[0].body)
    words = "\n".join(line[2:] for line in shown.out.splitlines()[2:])
    assert words.strip() == f"{told['title']}\n\n{told['message']}".strip()


def test_a_program_is_told_in_json(team: Team) -> None:
    with Hook(answers=(500,)) as hook:
        wired(team, boss=hook)
        team.settings(to(("boss", hook), ("none", hook)))
        sent = team.send("--format", "json")
    assert sent.code == 5
    assert sent.json["schema"] == "followthrough.sent/1"
    assert [(one["to"], one["outcome"]) for one in sent.json["messages"]] == [
        ("boss", "unknown"),
        ("none", "credentials"),
    ]


def test_a_secret_that_is_not_there_is_said(team: Team, hook: Hook) -> None:
    wired(team, boss=hook)
    del team.desk.environ["BOSS"]
    sent = team.send()
    assert sent.code == 5
    assert sent.err.strip() == "boss: not sent. The environment variable BOSS is not set. Export BOSS."


def test_a_schedule_in_the_wrong_folder_tells_nobody_that_all_is_well(team: Team, hook: Hook) -> None:
    wired(team, boss=hook)
    shutil.rmtree(team.desk.folder / ".followthrough")
    for sent in (team.send(), team.send("--dry-run")):
        assert sent.code == 2
        assert "there is no ledger here, so there is nothing to send." in sent.err
    assert hook.posts == []
    assert not (team.desk.folder / ".followthrough").exists()


def test_settings_that_were_found_need_trust(team: Team, hook: Hook) -> None:
    team.desk.write("followthrough.toml", to(("boss", hook)))
    addresses(team, boss=hook)
    sent = team.send()
    assert sent.code == 2
    assert "send reports to env:BOSS" in sent.err
    assert hook.posts == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--send"], "Nobody is named who reads the report: add [[notify.channels]] to followthrough.toml."),
        (["--dry-run"], "--dry-run and --again go with --send or --to owners."),
        (["--to", "owners", "--again", "x"], "--again is for channels: nobody is reminded twice in a week."),
        (["--send", "--only", "process"], "What is sent is today's report as the settings say"),
    ],
)
def test_what_cannot_be_meant_is_said(arguments: list[str], said: str, team: Team) -> None:
    done = team.run(*arguments)
    assert done.code == 2
    assert said in done.err


def test_the_nightly_run_sends_where_the_settings_say_so(team: Team, hook: Hook) -> None:
    team.settings(f"after_run = true\n{to(('boss', hook))}")
    addresses(team, boss=hook)
    team.clock.to("2026-11-24", 2)
    done = team.desk.run("run")
    assert done.code == 0, done.said
    assert "boss (JSON): sent." in done.err
    assert len(hook.posts) == 1
    assert "boss" not in team.desk.run("run").err
    assert len(hook.posts) == 1


def test_no_secret_is_told_anywhere(team: Team) -> None:
    with Hook(answers=(400, 500, 403)) as hook:
        wired(team, boss=hook)
        said = ""
        for day in ("2026-11-23", "2026-11-24", "2026-11-25"):
            team.clock.to(day)
            said += team.send("--format", "json").said
            said += team.send("--dry-run").said
        said += team.desk.run("status").said
        command = [sys.executable, "-m", "followthrough", "--log-format", "json", "report", "--send"]
        environ = {**os.environ, **team.desk.environ}
        done = subprocess.run(command, cwd=team.desk.folder, env=environ, capture_output=True, check=False)
        assert done.returncode == 5
        said += (done.stdout + done.stderr).decode()
    assert "canary-token" not in said
    assert hook.address not in said
    for path in team.desk.folder.rglob("*"):
        assert not path.is_file() or b"canary-token" not in path.read_bytes(), path
