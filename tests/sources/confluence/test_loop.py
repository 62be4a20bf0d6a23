"""The whole loop with pages as documents, and the embedded tracker."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from confluence_site import BOT, Page, Server
from desk import Desk

Start = Callable[..., Server]
AtDesk = Callable[..., Desk]
BODY = """\
<p>Date: 12 November 2026</p><p>Severity: sev1</p><h2>Impact</h2><p>Nobody could pay.</p><h2>Action items</h2>\
<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status>\
<ac:task-body>Alert when the pool is over 90 %.</ac:task-body></ac:task>\
<ac:task><ac:task-id>2</ac:task-id><ac:task-status>incomplete</ac:task-status>\
<ac:task-body>Try a <ac:inline-comment-marker ac:ref="a1">restore</ac:inline-comment-marker> every quarter.\
</ac:task-body></ac:task></ac:task-list>\
<p><ac:structured-macro ac:name="toc" /></p><p><ac:image><ri:attachment ri:filename="graph.png" /></ac:image></p>"""
LINK = re.compile(r' <a href="#ft-[0-9a-z]{12}">[^<]*</a>')


def test_measures_of_a_page_are_filed_linked_and_followed(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)
    plan = here.ok("plan").out
    assert f"confluence:{page.id}" in plan
    assert "sev1, 12 Nov 2026" in plan
    assert server.count("PUT") == 0
    here.ok("file", "--yes")
    assert page.number == 2
    assert len(LINK.findall(page.body)) == 2
    assert LINK.sub("", page.body) == BODY, "everything but our links keeps its bytes"
    here.ok("run")
    assert page.number == 2, "nothing changed, no version"
    here.ok("local", "close", "FT-1")
    here.ok("run")
    assert page.number == 3
    assert "FT-1, done</a>" in page.body
    assert page.body.count("<ac:task-status>complete</ac:task-status>") == 1
    here.ok("run")
    assert page.number == 3
    assert server.site.told == [], "nobody who watches was mailed"


def test_a_ticket_links_back_to_the_page(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)
    here.ok("file", "--yes")
    shown = here.ok("local", "show", "FT-1").out
    assert f"{server.address}/pages/viewpage.action?pageId={page.id}" in shown
    assert "Checkout down" in shown


def test_a_night_without_change_reads_and_writes_nothing_more(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    for number in range(30):
        server.site.page(f"Incident {number}, 12 November 2026", BODY)
    here = desk(server, trackers="[brakes]\ncreates = 1000\nfirst_run = 1000\n")
    here.ok("file", "--yes", "--limit", "100")
    here.ok("run")
    server.journal.clear()
    done = here.ok("run", "--format", "json").json
    assert done["written"] == []
    assert server.count("PUT") == 0
    assert server.count("GET") == 2, [one.path for one in server.journal]


@pytest.mark.parametrize("nights", [3])
def test_a_server_that_rewrites_what_it_stores_is_not_edited_every_night(
    confluence: Start, desk: AtDesk, nights: int
) -> None:
    server = confluence(normalising=True)
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)
    here.ok("file", "--yes")
    assert page.number == 2
    for _ in range(nights):
        server.site.clock.advance(hours=24)
        assert here.ok("run").code == 0
    assert page.number == 2
    assert "Drift" not in here.ok("status").out
    here.ok("local", "close", "FT-2")
    here.ok("run")
    assert page.number == 3
    here.ok("run", "--strict")
    assert page.number == 3


OLD_EDITOR = BODY.replace(
    "every quarter.", 'every <ac:link><ri:page ri:content-title="Q1" /></ac:link> f&uuml;r uns.'
)


def test_ids_that_the_server_gives_to_what_stands_in_a_measure_make_no_new_measure(
    confluence: Start, desk: AtDesk
) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", OLD_EDITOR)
    server.site.normalising = True  # from our own write on
    here = desk(server)
    here.ok("file", "--yes")
    assert "local-id" in page.body
    assert "für" in page.body
    for _ in range(3):
        here.ok("run", "--strict")
    assert page.number == 2
    assert len(here.ok("local", "list", "--format", "json").json["tickets"]) == 2
    server.site.edit(page, lambda body: LINK.sub("", body))
    here.ok("run", "--strict")
    assert len(here.ok("local", "list", "--format", "json").json["tickets"]) == 2
    assert len(LINK.findall(page.body)) == 2


def test_an_edit_by_a_person_between_read_and_write_wins_and_the_next_run_takes_it_up(
    confluence: Start, desk: AtDesk
) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)

    def broken(request: object) -> None:
        if getattr(request, "method", "") == "PUT" and page.number == 1:
            server.site.edit(page, lambda body: body.replace("Nobody", "Few"))

    server.broken = broken
    assert here.run("file", "--yes").code == 75
    assert page.body == BODY.replace("Nobody", "Few")
    here.run("run")
    assert page.body.count("#ft-") == 2
    assert LINK.sub("", page.body) == BODY.replace("Nobody", "Few")
    assert len(here.ok("local", "list", "--format", "json").json["tickets"]) == 2


def _titled(page: Page) -> str:
    return f"confluence:{page.id}"


def test_a_page_that_is_retitled_moved_and_loses_its_label_keeps_its_measures(
    confluence: Start, desk: AtDesk
) -> None:
    site = (server := confluence()).site
    page = site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)
    here.ok("file", "--yes")
    site.retitle(page, "Checkout down, 12 November 2026 (reviewed)")
    site.move(page, "WEB", site.page("Reviews", labels=()))
    here.ok("run", "--strict")
    page.labels.clear()
    here.ok("run", "--strict")
    here.ok("local", "close", "FT-1")
    here.ok("run")
    assert "FT-1, done" in page.body
    assert len(here.ok("local", "list", "--format", "json").json["tickets"]) == 2


def test_a_page_that_was_deleted_closes_nothing_and_says_so(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    server.site.page("Other, 12 November 2026", "<h2>Action items</h2><ul><li>Add a runbook.</li></ul>")
    here = desk(server)
    here.ok("file", "--yes")
    page.status = "trashed"
    said = here.ok("run").said
    assert _titled(page) in said
    states = {one["state"] for one in here.ok("local", "list", "--format", "json").json["tickets"]}
    assert states == {"open"}


def test_a_restricted_page_is_not_filed_without_a_route_that_says_so(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    page = server.site.page("Leak of customer data, 12 November 2026", BODY)
    page.readers = {BOT}
    here = desk(server)
    said = here.ok("file", "--yes").said
    assert "Filed 0" in said
    assert page.number == 1
    assert "confidential" in here.ok("plan").said
    text = here.read("followthrough.toml")
    here.write("followthrough.toml", text + '[[routes]]\nconfidential = true\ntracker = "local"\n')
    assert "Filed 2" in here.ok("file", "--yes").said


def test_a_page_that_we_may_not_edit_has_its_measures_filed_and_says_so(
    confluence: Start, desk: AtDesk
) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    page.editors = {"sam"}
    here = desk(server)
    said = here.ok("file", "--yes").said
    assert "Filed 2" in said
    assert "may not be edited by this account" in said
    assert page.number == 1
    server.journal.clear()
    here.ok("run")
    assert server.count("PUT") == 0


def test_commands_that_open_no_connection_leave_pages_out_and_say_so(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)
    here.write(
        "pm.md", "# Queue stuck, 5 November 2026\n\n## Action items\n\n- Add an alert for the queue.\n"
    )
    text = here.read("followthrough.toml")
    here.write("followthrough.toml", 'documents = ["*.md"]\n' + text)
    for command in (("extract",), ("check",), ("plan", "--offline")):
        outcome = here.run(*command)
        if command != ("extract",):
            assert f"Pages at {server.url.partition('://')[2].partition(':')[0]} are left out" in outcome.said
    for command in (("extract",), ("check",), ("plan", "--offline")):
        outcome = here.run(*command, _titled(page))
        assert "opens no connection" in outcome.said, outcome.said
    assert server.journal == []


def test_comments_of_readers_work_in_pages(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    page = server.site.page(
        "Checkout down, 12 November 2026", BODY.replace("90 %.", "90 %. <!-- ft:ignore -->")
    )
    here = desk(server)
    assert "Filed 1" in here.ok("file", "--yes").said
    assert "<!-- ft:ignore -->" in page.body


def test_links_are_taken_out_again_to_the_byte(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)
    here.ok("file", "--yes")
    here.ok("unlink")
    assert page.body == BODY
    here.ok("run")
    assert page.body == BODY, "left alone until it is named"
    here.ok("file", "--yes", _titled(page))
    assert page.body.count("#ft-") == 2


def test_a_run_is_undone_in_pages_too(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)
    here.ok("file", "--yes")
    here.ok("undo", "20261123-1", "--yes")
    assert page.body == BODY


def test_an_item_of_a_page_is_named_by_page_and_line(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)
    plan = here.ok("plan", "--format", "json").json
    first, second = (step["line"] for step in plan["steps"])
    assert first < second
    here.ok("ignore", f"{_titled(page)}:{first}", "--reason", "done long ago")
    here.ok("file", "--yes", "--item", f"{_titled(page)}:{second}")
    assert [one["title"] for one in here.ok("local", "list", "--format", "json").json["tickets"]] == [
        "Try a restore every quarter"
    ]


def test_a_ledger_that_was_lost_is_rebuilt_from_pages(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)
    here.ok("file", "--yes")
    for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm", "runs.jsonl", "quiet"):
        (here.folder / ".followthrough" / name).unlink(missing_ok=True)
    here.ok("rebuild")
    here.ok("local", "close", "FT-1")
    here.ok("run")
    assert "FT-1, done" in page.body
    assert len(here.ok("local", "list", "--format", "json").json["tickets"]) == 2
