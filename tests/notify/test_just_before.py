"""Reminders obey the trackers as they are when the messages go out, not as the last run saw them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desk import Desk, Outcome
from followthrough.ledger import Event, EventKind, open_ledger
from followthrough.ledger.files import state_path
from jira_cloud import Clock, Server, Site
from jira_cloud.standard import BOT, CLASSIC, KIM, SAM
from sinks import MailServer

Team = Any
PATH = "postmortems/2026-10-05-queue.md"


def mailing(mail: MailServer) -> str:
    port = mail.address.rpartition(":")[2]
    return f'owners = true\n[notify.mail]\nurl = "mailto://localhost:{port}?from=report@acme.example"\n'


def told(mail: MailServer) -> dict[str, str]:
    """Each message by its reader."""
    found = {got.to[0].partition("@")[0]: got.text for got in mail.mails}
    assert len(found) == len(mail.mails)
    return found


def history(desk: Desk) -> list[Event]:
    """What the ledger holds of states, owners and dates that changed."""
    kinds = (EventKind.STATE, EventKind.ASSIGNEE, EventKind.DUE, EventKind.MISSING)
    with open_ledger("sqlite", state_path(desk.folder), create=False, random_name=str) as ledger:
        return list(ledger.events(kinds))


def position(desk: Desk) -> tuple[str, int]:
    with open_ledger("sqlite", state_path(desk.folder), create=False, random_name=str) as ledger:
        return ledger.position()


# With the embedded tracker.


@pytest.fixture
def office(team: Team, mail: MailServer) -> Team:
    """The team, with reminders on, and Eve, who has nothing to do yet."""
    team.settings(f'{mailing(mail)}[people.eve]\nlocal = "eve-7"\nemail = "eve@acme.example"\n')
    return team


def test_what_was_closed_an_hour_ago_is_not_spoken_of(office: Team, mail: MailServer) -> None:
    office.desk.ok("local", "close", office.key("Fail over"), "--reason", "done")
    office.desk.ok("local", "drop", office.key("Rehearse"), "--reason", "no queue any more")
    done = office.remind()
    assert done.code == 0, done.said
    assert told(mail).keys() == {"sam"}
    assert told(mail)["sam"].startswith("1 postmortem measure carries your name.\nFT-2  Alert when")


def test_what_was_given_away_is_told_to_whoever_has_it_now(office: Team, mail: MailServer) -> None:
    office.desk.ok("local", "assign", office.key("Fail over"), "eve-7")
    done = office.remind()
    assert done.code == 0, done.said
    assert told(mail).keys() == {"ada", "eve", "sam"}
    assert {name for name, words in told(mail).items() if "Fail over" in words} == {"eve"}


def test_whoever_is_written_to_for_what_they_were_given_hears_only_what_still_holds(
    office: Team, mail: MailServer
) -> None:
    # Without "Fail over", nothing of Sam's presses, so that nobody asked about "Alert" so far.
    office.settings(f'soon = "1d"\n{mailing(mail)}')
    office.desk.ok("local", "assign", office.key("Fail over"), "ada@acme.example")
    office.desk.ok("run")
    office.desk.ok("local", "assign", office.key("Rehearse"), "Sam")
    office.desk.ok("local", "close", office.key("Alert"), "--reason", "done")
    done = office.remind()
    assert done.code == 0, done.said
    assert told(mail).keys() == {"ada", "sam"}
    assert told(mail)["sam"].startswith("1 postmortem measure carries your name; 1 is late.\n")
    assert "Rehearse" in told(mail)["sam"]


def test_whoever_was_written_to_this_week_waits_for_what_they_are_given(
    office: Team, mail: MailServer
) -> None:
    office.remind()
    assert told(mail).keys() == {"ada", "sam"}
    mail.mails.clear()
    office.desk.ok("local", "assign", office.key("runbook"), "eve-7")
    office.desk.ok("run")
    office.desk.ok("local", "assign", office.key("runbook"), "Sam")
    done = office.remind()
    assert (done.code, mail.mails) == (0, []), done.said
    assert "sam: was written to this week; next from 30 Nov on." in done.out
    assert "eve" not in done.out


def test_the_ledger_learns_what_was_read_as_of_when_it_happened(office: Team, mail: MailServer) -> None:
    before = history(office.desk)
    office.clock.to("2026-11-23", 7)
    office.desk.ok("local", "close", office.key("Fail over"), "--reason", "done")
    office.clock.to("2026-11-23", 8)
    office.desk.ok("local", "assign", office.key("Rehearse"), "eve-7")
    office.clock.to("2026-11-23", 9)
    office.remind()
    new = history(office.desk)[len(before) :]
    assert {(one.kind, one.occurred_at.hour, one.seen_at.hour, one.command) for one in new} == {
        (EventKind.STATE, 7, 9, "report"),
        (EventKind.ASSIGNEE, 8, 9, "report"),
    }
    # The next run has nothing more to learn, and all the same writes the state into the document.
    assert "open" in office.desk.read(PATH).splitlines()[8]
    office.desk.ok("run")
    assert history(office.desk)[len(before) :] == new
    assert "done" in office.desk.read(PATH).splitlines()[8]


def test_a_dry_run_reads_and_remembers_nothing(office: Team, mail: MailServer) -> None:
    office.desk.ok("local", "assign", office.key("Fail over"), "eve-7")
    before = position(office.desk)
    shown = office.remind("--dry-run")
    assert shown.code == 0, shown.said
    assert "To eve (eve@acme.example)" in shown.out
    assert shown.out.count("Fail over") == 1
    assert (position(office.desk), mail.mails) == (before, [])


MANY = "# Queue stuck, 5 Oct\n\n- Date: 2026-10-05\n\n## Action items\n\n" + "".join(
    f"- Give worker pool number {number} an alert (owner: Sam, due 2026-10-20)\n" for number in range(14)
)


def test_where_a_run_would_stop_for_a_person_it_is_obeyed_and_not_learnt(
    office: Team, mail: MailServer
) -> None:
    office.desk.write("postmortems/2026-10-06-pools.md", MANY)
    office.desk.ok("file", "--yes", "--limit", "20")
    office.desk.ok("run")
    before = history(office.desk)
    keys = [
        str(one["key"])
        for one in office.desk.ok("local", "list", "--format", "json").json["tickets"]
        if "worker pool" in one["title"]
    ]
    office.desk.ok("local", "close", *keys, "--reason", "all at once")
    done = office.remind()
    assert done.code == 0, done.said
    assert "worker pool" not in told(mail)["sam"]
    assert history(office.desk) == before
    assert office.desk.run("run").code == 4


# With Jira, for what the embedded tracker cannot do or suffer.

POSTMORTEM = """\
# Checkout down, 12 October

- Date: 2026-10-12
- Severity: sev1

## Action items

- Alert when the connection pool is over 90 % (owner: Sam, due 2026-11-01)
- Try a restore from backup every quarter (owner: Sam, due 2026-11-02)
- Rehearse draining the payment queue (owner: Kim, due 2026-11-03)
"""
SETTINGS = f"""\
documents = ["postmortems/*.md"]
namespace = "k3v9q0z7"
since = "2026-08-24"
default_tracker = "ops"
[trackers.ops]
kind = "jira"
url = "{{url}}"
project = "OPS"
email = "{BOT.email}"
token = "env:JIRA_TOKEN"
[trackers.home]
kind = "local"
[[routes]]
when = {{{{ severity = ["sev3"] }}}}
tracker = "home"
[people.sam]
names = ["Sam"]
ops = "{SAM.id}"
home = "Sam"
email = "sam@acme.example"
[people.kim]
names = ["Kim"]
ops = "{KIM.id}"
email = "kim@acme.example"
[notify]
"""
AT_HOME = POSTMORTEM.split("- Alert")[0].replace("sev1", "sev3").replace("Checkout", "Login") + (
    "- Warn before the login certificate ends (owner: Sam, due 2026-11-01)\n"
)


@dataclass
class Shop:
    """Three late measures in Jira and one in the embedded tracker, all read in the night."""

    server: Server
    desk: Desk

    @property
    def site(self) -> Site:
        return self.server.site

    def key(self, words: str) -> str:
        return next(one.key for one in self.site.issues.values() if words in one.fields["summary"])

    def set(self, words: str, **values: Any) -> None:
        self.site.set(self.site[self.key(words)], **values)

    def remind(self, *arguments: str) -> Outcome:
        return self.desk.run("report", "--to", "owners", *arguments)


@pytest.fixture
def shop(mail: MailServer, tmp_path: Path) -> Iterator[Shop]:
    clock = Clock()
    with Server(Site(clock)) as server:
        desk = Desk.at(
            tmp_path / "shop", clock, SETTINGS.format(url=server.url) + mailing(mail), JIRA_TOKEN=CLASSIC
        )
        desk.write("postmortems/checkout.md", POSTMORTEM)
        desk.write("postmortems/login.md", AT_HOME)
        desk.ok("file", "--yes")
        desk.ok("run")
        clock.advance(hours=7)
        server.journal.clear()
        yield Shop(server, desk)
        assert server.violations == []


def test_what_jira_says_now_is_obeyed(shop: Shop, mail: MailServer) -> None:
    shop.set("Alert when", duedate="2027-01-15")
    shop.set("Rehearse", assignee=SAM.id)
    shop.set("Try a restore", labels=["followthrough", "no-reminder"])
    done = shop.remind()
    assert done.code == 0, done.said
    assert told(mail).keys() == {"sam"}
    sam = told(mail)["sam"]
    assert sam.startswith("3 postmortem measures carry your name; 2 are late.\n")
    assert "promised for 15 Jan 2027" in sam
    assert "Rehearse" in sam
    assert "Try a restore" not in sam
    assert "1 measure silenced by the label no-reminder." in done.out


def test_an_issue_that_is_gone_is_left_out_and_not_yet_taken_for_deleted(
    shop: Shop, mail: MailServer
) -> None:
    shop.site.delete(shop.key("Rehearse"))
    before = history(shop.desk)
    done = shop.remind()
    assert done.code == 0, done.said
    assert told(mail).keys() == {"sam"}
    assert "1 measure whose ticket is no longer found." in done.out
    assert history(shop.desk) == before


def test_all_are_asked_for_at_once_and_each_only_once(shop: Shop, mail: MailServer) -> None:
    shop.remind()
    assert shop.server.count("POST", "/issue/bulkfetch") == 1
    assert shop.server.count("PUT") == 0
    shop.server.journal.clear()
    # Now nobody is to be written to, so that there is nothing to ask.
    shop.remind()
    assert shop.server.journal == []


def test_a_tracker_that_cannot_be_reached_keeps_only_its_own_back(shop: Shop, mail: MailServer) -> None:
    shop.server.__exit__()
    done = shop.remind()
    assert done.code == 75, done.said
    assert told(mail).keys() == {"sam"}
    assert told(mail)["sam"].startswith("1 postmortem measure carries your name; 1 is late.\n")
    assert "login certificate" in told(mail)["sam"]
    (said,) = [line for line in done.err.splitlines() if line.startswith("ops: ")]
    assert said.startswith("ops: 3 measures are not spoken of: their tickets could not be read. ")
    shown = shop.remind("--dry-run", "--format", "json")
    assert shown.code == 75
    assert shown.json["left_out"]["unchecked"] == 1  # Kim's; Sam was written to and is not asked about
    assert [(one["tracker"], one["measures"]) for one in shown.json["unread"]] == [("ops", 1)]


def test_wrong_credentials_are_code_5(shop: Shop, mail: MailServer) -> None:
    shop.desk.environ["JIRA_TOKEN"] = "wrong-token"
    done = shop.remind()
    assert done.code == 5, done.said
    assert told(mail).keys() == {"sam"}
    assert "ops: 3 measures are not spoken of" in done.err
    assert "wrong-token" not in done.said


def test_a_run_that_sends_at_its_end_says_it_too(shop: Shop, mail: MailServer) -> None:
    file = shop.desk.folder / "followthrough.toml"
    file.write_text(file.read_text().replace("owners = true", "owners = true\nafter_run = true"))
    shop.desk.clock.sleep(timedelta(minutes=1).total_seconds())
    shop.server.__exit__()
    done = shop.desk.run("run")
    assert done.code == 3, done.said
    assert "ops: 3 measures are not spoken of" in done.err
    assert told(mail).keys() == {"sam"}
