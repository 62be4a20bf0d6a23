"""A repository that was renamed is known by its number; one that took its name is not taken for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from desk import Desk
from followthrough.connector import Change, Connector, Created, Draft, Rejected, State
from followthrough_github.home import Home, number_in
from followthrough_github.places import GITHUB, Place
from github_site import Server

Open = Callable[..., Any]

WEB = Place(GITHUB, "acme/web")
DOCUMENT = "postmortems/2026-11-12-queue.md"
POSTMORTEM = """\
# Queue down

- Date: 12 November 2026
- Severity: sev1
- Status: final

## Action items

- Alert when the queue is over 90 % for five minutes
- Try a restore from backup every quarter
"""


@pytest.fixture(params=[True, False], ids=["with GraphQL", "REST alone"])
def host(request: pytest.FixtureRequest, github: Callable[..., Server]) -> Server:
    server = github()
    server.site.graphql = request.param
    for number in range(1, 4):
        server.site.add(server.site.web, "bot", f"Measure {number}")
    return server


def draft(number: int = 1, **fields: Any) -> Draft:
    return Draft(id=f"{number:0>12}", document="pm.md", title=f"New {number}", body=(), **fields)


def created(connector: Connector, one: Draft) -> Created:
    (outcome,) = connector.create([one])
    assert isinstance(outcome, Created), outcome
    return outcome


# --- what is known --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "number"),
    [
        ("https://api.github.com/repositories/12/issues", 12),
        ("https://ghe.acme.example/api/v3/repositories/12", 12),
        ("/repositories/12/issues/7?page=2", 12),
        ("https://api.github.com/repos/acme/www/issues", None),
        ("https://api.github.com/repositories/12a/issues", None),
        ("", None),
    ],
)
def test_the_number_in_a_redirect(location: str, number: int | None) -> None:
    assert number_in(location) == number


@pytest.mark.parametrize(
    ("identity", "number", "name"),
    [
        ("12 github.com/acme/web acme/web", 12, "acme/web"),
        ("12 github.com/acme/web acme/www", 12, "acme/www"),
        ("12 github.com/acme/old acme/Web", 12, "acme/Web"),
        # settings that mean another repository by now
        ("12 github.com/acme/old acme/older", None, ""),
        ("12 ghe.acme.example/acme/web acme/web", None, ""),
        # nothing, or nothing of ours
        (None, None, ""),
        ("", None, ""),
        ("12", None, ""),
    ],
)
def test_what_was_remembered_counts_for_the_repository_it_was_learnt_of(
    identity: str | None, number: int | None, name: str
) -> None:
    home = Home(WEB)
    home.recall(identity)
    assert (home.number, home.name) == (number, name)


@pytest.mark.parametrize("name", ["acme/web", "acme/www"])
def test_what_is_remembered_comes_back_as_it_was(name: str) -> None:
    home, again = Home(WEB), Home(WEB)
    assert home.identity is None
    home.learn(12, name)
    again.recall(home.identity)
    assert again == home


def test_the_number_of_the_settings_outweighs_what_was_remembered() -> None:
    home = Home(WEB, 99, stated=True)
    home.recall("12 github.com/acme/web acme/www")
    assert (home.number, home.moved) == (99, False)


# --- a renamed repository ---------------------------------------------------------------------------


def learnt(host: Server, opened: Open) -> str:
    """What a run after the renaming keeps of it."""
    host.site.rename(host.site.web, "acme/www")
    connector = opened()
    connector.check()
    identity = connector.identity()
    assert isinstance(identity, str)
    host.journal.clear()
    return identity


def test_a_known_rename_costs_no_request(host: Server, opened: Open) -> None:
    host.site.web.milestones[3] = "Later"
    tickets = {ticket.key: ticket for ticket in opened().changed(None).tickets}
    connector = opened(learnt(host, opened), milestone="Later")
    cursor = connector.changed(None).cursor
    cursor = connector.changed(cursor).cursor
    assert connector.changed(cursor).tickets == ()
    assert connector.owned() == []
    assert connector.fetch([ticket.id for ticket in tickets.values()]).keys() == {
        ticket.id for ticket in tickets.values()
    }
    assert connector.fetch(["#1", "#3"]).keys() == {"#1", "#3"}
    assert created(connector, draft(1, assignee="sam", labels=("new",))).notes == ()
    assert connector.update("#2", Change(state=State.DONE)).state is State.DONE
    # Without GraphQL the name is looked up once, before a bare number is believed.
    looked = [] if host.site.graphql else ["/repos/acme/web"]
    assert [one.path for one in host.journal if one.status in (301, 307)] == looked


def test_ids_and_keys_stay_as_they_were(host: Server, opened: Open) -> None:
    before = {ticket.id: ticket.key for ticket in opened().changed(None).tickets}
    host.site.rename(host.site.web, "acme/www")
    for connector in (opened(), opened(learnt_after(opened)), opened(repository="acme/www")):
        listed = {ticket.id: ticket.key for ticket in connector.changed(None).tickets}
        found = {ticket.id: ticket.key for ticket in connector.fetch(list(before)).values()}
        assert listed == found == before


def learnt_after(opened: Open) -> str | None:
    connector = opened()
    connector.check()
    identity: str | None = connector.identity()
    return identity


def test_an_idle_poll_of_a_renamed_repository_is_one_request_and_free(host: Server, opened: Open) -> None:
    connector = opened(learnt(host, opened))
    cursor = connector.changed(connector.changed(None).cursor).cursor
    host.journal.clear()
    assert connector.changed(cursor).tickets == ()
    assert [one.status for one in host.journal] == [304]


def test_a_rename_between_two_requests_is_noticed(host: Server, opened: Open) -> None:
    connector = opened()
    connector.check()
    host.site.rename(host.site.web, "acme/www")
    assert created(connector, draft(1)).ticket.key == "#4"
    assert created(connector, draft(2)).ticket.key == "#5"
    assert [one.status for one in host.journal[-4:]] == [307, 200, 201, 201]
    host.site.rename(host.site.web, "acme/web")
    assert len(connector.fetch(["#1", "#5"])) == 2
    assert connector.update("#5", Change(title="Renamed back")).title == "Renamed back"


def test_an_issue_that_left_a_renamed_repository_is_followed(host: Server, opened: Open) -> None:
    ids = [ticket.id for ticket in opened().changed(None).tickets]
    host.site.rename(host.site.web, "acme/www")
    other = host.site.add_repository("acme/other")
    moved = host.site.transfer(host.site.web.issues[2], other)
    for identity in (None, learnt_after(opened)):
        found = opened(identity).fetch(ids)
        assert {ticket.key for ticket in found.values()} == {"#1", "acme/other#1", "#3"}
    connector = opened()
    connector.update(ids[1], Change(title="There"))
    assert moved.title == "There"


def test_a_rename_is_told_with_what_to_do(host: Server, opened: Open) -> None:
    connector = opened()
    assert connector.news() == ()
    host.site.rename(host.site.web, "acme/www")
    found = {one.subject: one.message for one in connector.check().findings}
    told = (
        "acme/web is called acme/www now; its issues are read and filed there. "
        'Write repository = "acme/www" before somebody takes the old name.'
    )
    assert (found["name"], connector.news()) == (told, (told,))
    assert opened(repository="acme/www").check().findings[1].subject == "repository"


# --- a name that was taken ------------------------------------------------------------------------


@pytest.fixture
def taken(host: Server, opened: Open) -> str:
    """What was remembered, before the repository was renamed and another one got its name."""
    identity = learnt_after(opened)
    assert identity is not None
    host.site.rename(host.site.web, "acme/legacy")
    host.site.add_repository("acme/web", rights={"bot": "push"})
    host.journal.clear()
    return identity


def test_a_repository_that_took_the_name_is_not_filed_in(host: Server, opened: Open, taken: str) -> None:
    new = host.site.repositories["acme/web"]
    with pytest.raises(Rejected) as error:
        opened(taken).check()
    assert error.value.message == (
        f"acme/web is another repository now (number {new.id}, ours has {host.site.web.id}), "
        "so nothing is read or filed there."
    )
    assert error.value.hint == (
        'Ours is called acme/legacy: write repository = "acme/legacy". '
        f"If the new one is meant, add repository_id = {new.id}."
    )
    del host.site.repositories["acme/legacy"]
    with pytest.raises(Rejected, match="Ours is not to be seen"):
        opened(taken).check()
    assert new.issues == {}


def test_either_cure_helps(host: Server, opened: Open, taken: str) -> None:
    new = host.site.repositories["acme/web"]
    ours = opened(taken, repository="acme/legacy")
    ours.check()
    created(ours, draft(1))
    theirs = opened(taken, repository_id=new.id)
    theirs.check()
    created(theirs, draft(2))
    assert [len(one.issues) for one in (host.site.web, new)] == [4, 1]
    assert theirs.identity() == f"{new.id} {theirs.identity().split()[1]} acme/web"


def test_a_stated_number_refuses_every_other_repository(host: Server, opened: Open) -> None:
    with pytest.raises(Rejected, match=r"ours has 4711"):
        opened(repository_id=4711).check()
    opened(repository_id=host.site.web.id).check()


def test_a_redirect_to_another_repository_is_not_followed(host: Server, opened: Open, taken: str) -> None:
    """The new one was renamed as well: the old name leads on, and not to ours."""
    new = host.site.repositories["acme/web"]
    host.site.rename(new, "acme/further")
    connector = opened(taken)
    with pytest.raises(Rejected, match="is another repository now"):
        connector.create([draft()])
    with pytest.raises(Rejected, match="is another repository now"):
        connector.owned()
    assert (len(new.issues), len(host.site.web.issues)) == (0, 3)


def test_reading_by_key_takes_no_other_repositorys_issues(host: Server, opened: Open, taken: str) -> None:
    host.site.add(host.site.repositories["acme/web"], "kim", "Of another repository")
    with pytest.raises(Rejected, match="is another repository now"):
        opened(taken).fetch(["#1"])
    assert opened(taken, repository="acme/legacy").fetch(["#1"])["#1"].title == "Measure 1"


# --- night after night ----------------------------------------------------------------------------


@pytest.fixture
def filed(github: Callable[..., Server], desk: Callable[..., Desk]) -> tuple[Server, Desk]:
    server = github()
    here = desk(server.url, server.site.clock)
    here.write(DOCUMENT, POSTMORTEM)
    here.ok("file", "--yes")
    return server, here


def remembered(here: Desk) -> list[str | None]:
    with closing(sqlite3.connect(here.folder / ".followthrough/ledger.db")) as ledger:
        return [row[0] for row in ledger.execute("SELECT identity FROM scopes")]


def test_the_ledger_keeps_the_number(filed: tuple[Server, Desk]) -> None:
    server, here = filed
    host = server.url.removeprefix("http://")
    assert remembered(here) == [f"{server.site.web.id} {host}/acme/web acme/web"]


def test_a_ledger_that_knew_no_number_learns_it_and_tells_nothing(filed: tuple[Server, Desk]) -> None:
    server, here = filed
    with closing(sqlite3.connect(here.folder / ".followthrough/ledger.db")) as ledger:
        ledger.execute("UPDATE scopes SET identity = NULL")
        ledger.commit()
    before = here.read(DOCUMENT)
    server.site.clock.advance(days=1)
    assert here.ok("sync").out == "0 lines in 0 files, 2 measures unchanged, 1 request.\n"
    assert here.read(DOCUMENT) == before
    assert str(server.site.web.id) in str(remembered(here)[0])


def test_a_rename_is_told_by_every_command_until_the_settings_follow(filed: tuple[Server, Desk]) -> None:
    server, here = filed
    server.site.rename(server.site.web, "acme/www")
    told = (
        'acme/web is called acme/www now; its issues are read and filed there. Write repository = "acme/www"'
    )
    server.site.clock.advance(days=1)
    for arguments in (
        ["plan"],
        ["sync"],
        ["run"],
        ["file", "--yes"],
        ["status"],
        ["plan", "--offline"],
        ["doctor"],
    ):
        done = here.ok(*arguments)
        assert done.said.count(told) == 1, (arguments, done.said)
    before = here.read(DOCUMENT)
    assert "acme/web/issues/1#ft-" in before, "links stay as long as the settings do"
    server.journal.clear()
    here.ok("run")
    assert [one.status for one in server.journal] == [200]
    here.write("followthrough.toml", here.read("followthrough.toml").replace('"acme/web"', '"acme/www"'))
    for arguments in (["plan"], ["sync"], ["run"], ["status"]):
        assert "acme/web" not in here.ok(*arguments).said
    assert here.read(DOCUMENT) == before.replace("acme/web/issues", "acme/www/issues")
    here.write(DOCUMENT, here.read(DOCUMENT) + "- Rehearse the failover twice a year\n")
    here.ok("file", "--yes")
    assert len(server.site.web.issues) == 3


def test_a_taken_name_stops_filing_and_reading_with_a_cure(filed: tuple[Server, Desk]) -> None:
    server, here = filed
    site = server.site
    site.rename(site.web, "acme/legacy")
    new = site.add_repository("acme/web", private=False, rights={"bot": "push"})
    here.write(DOCUMENT, here.read(DOCUMENT) + "- Rehearse the failover twice a year\n")
    before = here.read(DOCUMENT)
    for arguments in (["file", "--yes"], ["run"], ["sync"], ["doctor"]):
        site.clock.advance(hours=13)
        done = here.run(*arguments)
        assert done.code == 3, (arguments, done.said)
        assert "acme/web is another repository now" in done.said
        assert "filed there. Write" not in done.said
        assert 'Ours is called acme/legacy: write repository = "acme/legacy".' in done.said
    assert (len(new.issues), len(site.web.issues)) == (0, 2)
    assert here.read(DOCUMENT) == before
    here.write("followthrough.toml", here.read("followthrough.toml").replace('"acme/web"', '"acme/legacy"'))
    here.ok("run")
    assert (len(new.issues), len(site.web.issues)) == (0, 3)
