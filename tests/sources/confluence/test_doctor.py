"""`doctor` on a Confluence: what is well, what is wrong, and what cures it. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from confluence_site import BOT, Answer, Server
from desk import Desk

Start = Callable[..., Server]
AtDesk = Callable[..., Desk]
BODY = "<h2>Action items</h2><ul><li>Alert when the pool is full.</li></ul>"


def _said(here: Desk, code: int = 0) -> str:
    outcome = here.run("doctor")
    assert outcome.code == code, outcome.said
    return outcome.said


def test_all_is_well(confluence: Start, desk: AtDesk) -> None:
    server = confluence()
    server.site.page("Checkout", BODY)
    server.site.page("Queue", BODY)
    said = _said(desk(server, keys='spaces = ["OPS"]'))
    assert f"knows us as {BOT}" in said
    assert "2 pages found" in said
    assert "Each of them may be edited" in said
    assert {one.method for one in server.journal} == {"GET"}


def test_spaces_and_parents_that_are_not_there(confluence: Start, desk: AtDesk) -> None:
    said = _said(desk(confluence(), keys='spaces = ["OPS", "NOPE"]\nparents = ["77"]'), 3)
    assert "There is no space NOPE" in said
    assert "There is no page 77" in said
    assert "No page is found" in said


def test_pages_that_may_not_be_edited_and_those_that_not_everybody_sees(
    confluence: Start, desk: AtDesk
) -> None:
    site = (server := confluence()).site
    site.page("Checkout", BODY).editors = {"sam"}
    site.page("Leak", BODY).readers = {BOT}
    said = _said(desk(server))
    assert "1 of 2 pages may not be edited by this account" in said
    assert "1 of 2 pages may not be seen by everybody" in said


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (Answer(401, {"message": "no"}), 5, "refused by Confluence (401)"),
        (Answer(403, {"message": "Current user not permitted to use Confluence"}), 5, "may not do this"),
        (Answer(503, {"message": "maintenance"}), 3, "has trouble of its own"),
        (Answer(429, {"message": "x"}, {"Retry-After": "7200"}), 75, "asked later"),
        (Answer(200, raw=b"<title>Log in</title>"), 3, "an answer that is not Confluence's"),
    ],
)
def test_a_confluence_that_does_not_let_us_in(
    confluence: Start, desk: AtDesk, answer: Answer, code: int, told: str
) -> None:
    server = confluence()
    server.broken = lambda _request: answer
    assert told in _said(desk(server), code)


def test_a_token_that_is_not_there(confluence: Start, desk: AtDesk) -> None:
    here = desk(confluence())
    here.environ["CONFLUENCE_TOKEN"] = ""
    assert "CONFLUENCE_TOKEN is not set" in _said(here, 5)


def test_a_settings_file_that_was_found_sends_no_token_before_it_is_trusted(
    confluence: Start, desk: AtDesk
) -> None:
    server = confluence()
    server.site.page("2026-11-12 Checkout down", BODY)
    here = desk(server)
    del here.environ["FOLLOWTHROUGH_CONFIG"]
    outcome = here.run("plan")
    assert outcome.code == 2
    assert f"send env:CONFLUENCE_TOKEN to {server.url}" in outcome.said
    assert server.journal == []
    assert "not trusted" in here.run("doctor").said
    assert server.journal == []
    here.ok("trust", "followthrough.toml")
    assert "Alert when the pool is full" in here.ok("plan").said
