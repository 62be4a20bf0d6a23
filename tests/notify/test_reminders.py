"""``report --to owners`` as people run it: one message a person, a week at least between two."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from sinks import Hook, MailServer

Team = Any


@pytest.fixture
def office(team: Team, mail: MailServer) -> Team:
    """The team, with reminders on."""
    team.settings(on(mail))
    return team


def on(mail: MailServer) -> str:
    port = mail.address.rpartition(":")[2]
    return f'owners = true\n[notify.mail]\nurl = "mailto://localhost:{port}?from=report@acme.example"\n'


def test_each_gets_one_message_with_what_is_theirs(office: Team, mail: MailServer) -> None:
    done = office.remind()
    assert done.code == 0, done.said
    assert done.out.splitlines() == [
        "ada (ada@acme.example): sent.",
        "sam (sam@acme.example): sent.",
        "1 measure without an owner.",
        "1 measure of owners who are not in [people]: Lee.",
    ]
    ada, sam = mail.mails
    assert ada.to == ("ada@acme.example",)
    assert sam.message["Subject"] == "2 postmortem measures carry your name; 1 is late"
    fail, alert = office.key("Fail over"), office.key("Alert")
    assert sam.text == (
        "2 postmortem measures carry your name; 1 is late.\n"
        f'{fail}  Fail over the payment queue without hands   promised for 20 Oct, sev1, "Queue stuck, 5 Oct"\n'
        f"{alert}  Alert when the pool is over 90 %            promised for 1 Dec\n"
        "Move the date, reassign or close it in the tracker: this mail follows the tracker, nothing to answer. "
        "Label `no-reminder` silences one issue."
    )
    assert "Rehearse" not in sam.text


def test_nobody_is_written_to_before_the_settings_say_so(team: Team, mail: MailServer) -> None:
    team.settings(on(mail).replace("owners = true", ""))
    done = team.remind()
    assert (done.code, done.err.strip()) == (
        2,
        "Reminders are off: set owners = true under [notify]. Nobody was written to.",
    )
    assert mail.mails == []


def test_a_week_lies_between_two(office: Team, mail: MailServer) -> None:
    office.remind()
    for day in range(24, 30):
        office.clock.to(f"2026-11-{day}", 2)
        office.desk.ok("run")
        done = office.remind()
        assert done.code == 0
        assert "sam: was written to this week; next from 30 Nov on." in done.out
    assert len(mail.mails) == 2
    office.clock.to("2026-11-30", 2)
    office.desk.ok("run")
    office.remind()  # the same weekday a little earlier is a week, too
    assert len(mail.mails) == 4


def test_the_tracker_is_obeyed(office: Team, mail: MailServer) -> None:
    office.desk.ok("local", "close", office.key("Fail over"), "--reason", "done")
    # Ada's goes to Eve, by the name that the tracker knows her by.
    office.settings(f'{on(mail)}[people.eve]\nlocal = "eve-7"\nemail = "eve@acme.example"\n')
    office.desk.ok("local", "assign", office.key("Rehearse"), "eve-7")
    office.desk.ok("run")
    office.remind()
    told = {got.to[0]: got.text for got in mail.mails}
    assert told.keys() == {"sam@acme.example", "eve@acme.example"}
    assert told["sam@acme.example"].startswith("1 postmortem measure carries your name.\n")
    assert "Rehearse draining the queue" in told["eve@acme.example"]


def test_who_has_nothing_pressing_is_left_in_peace(office: Team, mail: MailServer) -> None:
    office.desk.ok("local", "close", office.key("Fail over"), "--reason", "done")
    office.settings('soon = "1d"\n' + on(mail))
    office.desk.ok("run")
    office.remind()
    assert [mail.to for mail in mail.mails] == [("ada@acme.example",)]


def test_old_news_are_no_reason_to_write(office: Team, mail: MailServer) -> None:
    office.clock.to("2026-11-26")
    done = office.remind()
    assert done.code == 75
    assert "The trackers were not read since yesterday" in done.err
    assert mail.mails == []


def test_a_dry_run_shows_what_would_go_to_whom(office: Team, mail: MailServer) -> None:
    shown = office.remind("--dry-run")
    assert shown.code == 0
    assert mail.mails == []
    assert "To sam (sam@acme.example)" in shown.out
    office.remind()
    for got in mail.mails:
        for line in got.text.splitlines():
            assert line in shown.out


def test_one_who_cannot_be_written_to_costs_the_others_nothing(office: Team) -> None:
    with MailServer(unknown=("ada@acme.example",)) as server:
        office.settings(on(server))
        done = office.remind()
        assert done.code == 3
        assert "ada (ada@acme.example): not sent, nobody there is known to its mail server (550)." in done.err
        assert "sam (sam@acme.example): sent." in done.out
        # Provably not there, so that it is tried again as soon as somebody asks.
        assert office.remind().code == 3
    assert len(server.mails) == 1


def test_a_person_may_have_a_channel_of_their_own(team: Team, hook: Hook, mail: MailServer) -> None:
    team.settings(on(mail))
    file = team.desk.folder / "followthrough.toml"
    file.write_text(file.read_text().replace("[people.sam]", '[people.sam]\nnotify = "env:SAM"'))
    team.desk.ok("trust")
    team.desk.environ["SAM"] = f"json://{hook.address}/in"
    done = team.remind()
    assert done.code == 0, done.said
    assert len(hook.posts) == 1
    assert [mail.to for mail in mail.mails] == [("ada@acme.example",)]


def test_a_wrong_password_of_the_mail_server_is_code_5(
    team: Team, context: ssl.SSLContext, ca_file: Path
) -> None:
    with MailServer(context=context, password="right") as server:
        secure = on(server).replace("mailto://", "mailtos://bot@")
        team.settings(f'{secure}password = "env:PASSWORD"\nca_file = "{ca_file}"\n')
        team.desk.environ["PASSWORD"] = "canary-password"
        done = team.remind()
        assert done.code == 5
        assert "sam (sam@acme.example): not sent, its credentials were refused (535)." in done.err
        assert "canary-password" not in done.said
        assert server.mails == []
        team.desk.environ["PASSWORD"] = "right"
        assert team.remind().code == 0
    assert [(got.secure, got.login) for got in server.mails] == [(True, "bot")] * 2


def test_confidential_postmortems_are_not_spoken_of(office: Team, mail: MailServer) -> None:
    path = office.desk.folder / "postmortems" / "2026-10-05-queue.md"
    path.write_text(f"---\nconfidential: true\n---\n{path.read_text()}")
    office.desk.run("run")
    done = office.remind()
    assert mail.mails == []
    assert "5 measures in confidential postmortems, left out." in done.out


def test_a_risk_that_somebody_took_is_not_asked_about(office: Team, mail: MailServer) -> None:
    key = office.key("Fail over")
    office.desk.ok("accept", key, "--until", "2027-01-31", "--reason", "a new queue comes", "--by", "ada")
    done = office.remind()
    assert "1 measure accepted as a risk for now." in done.out
    assert not any("Fail over" in got.text for got in mail.mails)


def test_the_doctor_says_which_channels_are_understood(office: Team, mail: MailServer, hook: Hook) -> None:
    channels = "".join(
        f'[[notify.channels]]\nname = "{name}"\nurl = "env:{name.upper()}"\n'
        for name in ("good", "odd", "none")
    )
    office.settings(on(mail) + channels)
    office.desk.environ |= {"GOOD": f"json://{hook.address}/canary-token", "ODD": "slack://canary-token"}
    done = office.desk.run("doctor", "--format", "json")
    found = {one["subject"]: one for one in done.json["findings"] if one["area"] == "notify"}
    assert {name: one["ok"] for name, one in found.items()} == {
        "good": True,
        "odd": False,
        "none": False,
        "mail": True,
    }
    assert found["good"]["message"] == "It is JSON; nobody was asked."
    assert found["none"]["message"] == "The environment variable NONE is not set. Export NONE."
    assert done.code == 5
    assert "canary-token" not in done.said
    assert hook.posts == []
