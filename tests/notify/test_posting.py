"""A letter through a real courier to real services on loopback: what arrives, and what is known afterwards."""

from __future__ import annotations

import json
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from followthrough.notify.letters import Letter, Outcome, Trouble
from followthrough.notify.posting import Way, carry
from sinks import Hook, MailServer
from tunnel import Tunnel

SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
TEAMS = (
    "https://prod-1.logic.azure.com:443/workflows/abc123/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=CANARYSIGNATURE"
)


def test_a_web_hook_takes_the_words(hook: Hook, letter: Letter) -> None:
    answer = carry(letter, Way(url=f"json://{hook.address}/in"))
    assert answer.outcome is Outcome.DELIVERED
    (post,) = hook.posts
    told = json.loads(post.body)
    assert told["title"] == letter.title
    assert told["message"] == letter.markdown


def test_without_sending_nothing_is_asked(hook: Hook, letter: Letter) -> None:
    answer = carry(letter, Way(url=f"json://{hook.address}/in"), send=False)
    assert answer.taken is not None
    assert answer.taken.service == "JSON"
    assert hook.posts == []


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (201, Outcome.DELIVERED),
        (400, Outcome.REFUSED),
        (401, Outcome.CREDENTIALS),
        (403, Outcome.CREDENTIALS),
        (404, Outcome.REFUSED),
        (429, Outcome.LATER),
        (500, Outcome.UNKNOWN),
        (503, Outcome.UNKNOWN),
    ],
)
def test_a_status_says_what_is_known_and_is_asked_for_once(
    status: int, outcome: Outcome, letter: Letter
) -> None:
    with Hook(answers=(status,)) as hook:
        answer = carry(letter, Way(url=f"json://{hook.address}/in"))
    assert answer.outcome is outcome
    assert answer.number == (None if outcome is Outcome.DELIVERED else status)
    assert len(hook.posts) == 1


def test_a_redirect_is_not_followed(hook: Hook, letter: Letter) -> None:
    with Hook(answers=(307,), moved_to=f"http://{hook.address}/elsewhere") as first:
        answer = carry(letter, Way(url=f"json://{first.address}/in"))
    assert (answer.outcome, answer.number) == (Outcome.REFUSED, 307)
    assert hook.posts == []


@pytest.mark.parametrize("manner", ["hangs", "drips", "drops"])
def test_without_a_whole_answer_nobody_knows(manner: str, letter: Letter) -> None:
    with Hook(**{manner: True}) as hook:  # type: ignore[arg-type]  # each is a flag
        answer = carry(letter, Way(url=f"json://{hook.address}/in", timeout=5))
    assert len(hook.posts) == 1
    assert answer.outcome is Outcome.UNKNOWN


def test_a_service_that_is_not_there_was_told_nothing(letter: Letter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    answer = carry(letter, Way(url=f"json://127.0.0.1:{port}/in"))
    assert (answer.outcome, answer.trouble) == (Outcome.REFUSED, Trouble.REFUSES)


def test_slack_takes_its_own_markup(context: ssl.SSLContext, ca_file: Path, letter: Letter) -> None:
    with Hook(context=context) as hook, Tunnel() as proxy:
        proxy.leads["hooks.slack.com:443"] = hook.address
        answer = carry(letter, Way(url=SLACK, ca_file=ca_file, proxy=f"http://{proxy.address}"))
    assert answer.outcome is Outcome.DELIVERED
    (post,) = hook.posts
    assert post.path == SLACK.removeprefix("https://hooks.slack.com")
    text = json.dumps(json.loads(post.body))
    assert "<https://ops.example/OPS-1|OPS-1>" in text
    assert "*late*" in text


def test_teams_takes_a_card(context: ssl.SSLContext, ca_file: Path, letter: Letter) -> None:
    with Hook(context=context, answers=(202,)) as hook, Tunnel() as proxy:
        proxy.leads["prod-1.logic.azure.com:443"] = hook.address
        answer = carry(letter, Way(url=TEAMS, ca_file=ca_file, proxy=f"http://{proxy.address}"))
    assert answer.outcome is Outcome.DELIVERED
    (post,) = hook.posts
    card = json.loads(post.body)["attachments"][0]["content"]
    assert "sig=CANARYSIGNATURE" in post.path
    assert letter.markdown in [block.get("text") for block in card["body"]]


@pytest.mark.parametrize("url", [SLACK, TEAMS])
def test_a_service_behind_an_unknown_authority_is_told_nothing(
    url: str, context: ssl.SSLContext, letter: Letter
) -> None:
    with Hook(context=context) as hook, Tunnel() as proxy:
        proxy.leads["hooks.slack.com:443"] = proxy.leads["prod-1.logic.azure.com:443"] = hook.address
        answer = carry(letter, Way(url=url, proxy=f"http://{proxy.address}"))
    assert (answer.outcome, answer.trouble, answer.detail) == (
        Outcome.REFUSED,
        Trouble.CERTIFICATE,
        "authority",
    )
    assert hook.posts == []


def test_a_certificate_in_another_name_is_told_nothing(
    context: ssl.SSLContext, ca_file: Path, letter: Letter
) -> None:
    url = TEAMS.replace("prod-1", "prod-2")
    with Hook(context=context) as hook, Tunnel() as proxy:
        proxy.leads["prod-2.logic.azure.com:443"] = hook.address
        answer = carry(letter, Way(url=url, ca_file=ca_file, proxy=f"http://{proxy.address}"))
    assert (answer.trouble, answer.detail) == (Trouble.CERTIFICATE, "name")
    assert hook.posts == []


def test_a_proxy_that_refuses_was_told_nothing(letter: Letter) -> None:
    with Tunnel(password="us:secret") as proxy:
        answer = carry(letter, Way(url=SLACK, proxy=f"http://{proxy.address}"))
    assert (answer.outcome, answer.trouble) == (Outcome.REFUSED, Trouble.PROXY)
    assert b"TIiajkdnlazkcOXrIdevi7FQ" not in b"".join(proxy.heard)


@pytest.mark.parametrize("url", ["json://192.0.2.1/in", "syslog://", "ntfy://ops.example/topic"])
def test_words_go_nowhere_in_plain(url: str, letter: Letter) -> None:
    answer = carry(letter, Way(url=url, timeout=2))
    assert (answer.outcome, answer.trouble) == (Outcome.REFUSED, Trouble.UNPROTECTED)


@pytest.mark.parametrize("option", ["verify=no", "redirect=yes", "retry=3", "template=/etc/hostname"])
def test_an_address_does_not_undo_our_promises(option: str, hook: Hook, letter: Letter) -> None:
    answer = carry(letter, Way(url=f"json://{hook.address}/in?{option}"))
    assert (answer.trouble, answer.detail) == (Trouble.OPTION, option.partition("=")[0])
    assert hook.posts == []


@pytest.mark.parametrize("url", ["nonsense", "slack://A/B", "nosuch://a/b", "https://ops.example/hook", ""])
def test_an_address_that_is_none_is_said(url: str, letter: Letter) -> None:
    answer = carry(letter, Way(url=url))
    assert (answer.outcome, answer.trouble) == (Outcome.REFUSED, Trouble.ADDRESS)


def mailto(server: MailServer, *, scheme: str = "mailto", login: str = "", more: str = "") -> str:
    port = server.address.rpartition(":")[2]
    return f"{scheme}://{login}localhost:{port}/?to=boss@acme.example&from=report@acme.example{more}"


def test_mail_carries_text_and_page(mail: MailServer, letter: Letter) -> None:
    answer = carry(letter, Way(url=mailto(mail)))
    assert answer.outcome is Outcome.DELIVERED
    (got,) = mail.mails
    assert got.to == ("boss@acme.example",)
    assert got.message["Subject"] == letter.title
    body = got.message.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip().splitlines() == letter.text.splitlines()
    (page,) = list(got.message.iter_attachments())
    assert (page.get_content_type(), page.get_filename()) == ("text/html", "report.html")
    assert "Report" in str(page.get_payload(decode=True))


@pytest.mark.parametrize(("implicit", "more"), [(False, "&mode=starttls"), (True, "&mode=ssl")])
def test_mail_over_tls_with_a_login(
    implicit: bool, more: str, context: ssl.SSLContext, ca_file: Path, letter: Letter
) -> None:
    with MailServer(context=context, implicit=implicit, password="p@ss:w/rd") as server:
        way = Way(
            url=mailto(server, scheme="mailtos", login="bot@", more=more),
            password="p@ss:w/rd",
            ca_file=ca_file,
        )
        answer = carry(letter, way)
    assert answer.outcome is Outcome.DELIVERED
    (got,) = server.mails
    assert got.secure
    assert got.login == "bot"
    assert "MAIL" not in server.commands


def test_a_wrong_password_is_known(context: ssl.SSLContext, ca_file: Path, letter: Letter) -> None:
    with MailServer(context=context, password="right") as server:
        way = Way(url=mailto(server, scheme="mailtos", login="bot@"), password="wrong", ca_file=ca_file)
        answer = carry(letter, way)
    assert (answer.outcome, answer.number) == (Outcome.CREDENTIALS, 535)
    assert server.mails == []


def test_a_mail_server_without_tls_gets_no_password_of_mailtos(letter: Letter) -> None:
    with MailServer(password="right") as server:
        way = Way(url=mailto(server, scheme="mailtos", login="bot@"), password="right")
        answer = carry(letter, way)
    assert answer.outcome is Outcome.REFUSED
    assert server.mails == []
    assert "MAIL" not in server.commands


@pytest.mark.parametrize(
    ("server", "outcome", "trouble"),
    [
        (MailServer(unknown=("boss@acme.example",)), Outcome.REFUSED, Trouble.RECIPIENT),
        (MailServer(answer="554 looks like spam", keeps=False), Outcome.REFUSED, Trouble.ANSWERED),
        (MailServer(answer="451 come back", keeps=False), Outcome.LATER, Trouble.ANSWERED),
        (MailServer(answer=""), Outcome.UNKNOWN, Trouble.SILENT),
    ],
)
def test_what_a_mail_server_says_is_what_is_known(
    server: MailServer, outcome: Outcome, trouble: Trouble, letter: Letter
) -> None:
    with server:
        answer = carry(letter, Way(url=mailto(server), timeout=5))
    assert (answer.outcome, answer.trouble) == (outcome, trouble)


def test_a_letter_that_some_got_is_not_one_that_can_be_sent_again(letter: Letter) -> None:
    with MailServer(unknown=("gone@acme.example",)) as server:
        answer = carry(letter, Way(url=mailto(server, more="&cc=gone@acme.example")))
    assert len(server.mails) == 1
    assert (answer.outcome, answer.trouble) == (Outcome.UNKNOWN, Trouble.RECIPIENT)


def test_a_letter_to_one_person_goes_to_nobody_else(mail: MailServer, letter: Letter) -> None:
    way = Way(url=mailto(mail, more="&cc=all@acme.example&bcc=spy@acme.example"))
    answer = carry(letter, way, to="sam@acme.example")
    assert answer.taken is not None
    assert answer.taken.to == ("sam@acme.example",)
    (got,) = mail.mails
    assert got.to == ("sam@acme.example",)
    assert "all@" not in str(got.message)


def test_a_courier_knows_no_secret_but_its_own(hook: Hook, letter: Letter, tmp_path: Path) -> None:
    """Neither of the environment nor of a .netrc, which the library beneath would send along."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login canary password canary-secret-1\n")
    netrc.chmod(0o600)
    environ: dict[str, Any] = {"HOME": str(tmp_path), "NETRC": str(netrc), "JIRA_TOKEN": "canary-secret-2"}
    answer = carry(letter, Way(url=f"json://{hook.address}/in"), environ=environ)
    assert answer.outcome is Outcome.DELIVERED
    assert "Authorization" not in hook.posts[0].headers


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc on this system")
def test_no_command_line_and_no_environment_shows_an_address(letter: Letter, tmp_path: Path) -> None:
    """Others on this machine can read the first, and whatever a courier started would get the second."""
    with Hook(hangs=True) as hook, ThreadPoolExecutor() as pool:
        sending = pool.submit(carry, letter, Way(url=f"json://{hook.address}/canary-token", timeout=5))
        assert hook.arrived.wait(60)
        couriers = 0
        for process in Path("/proc").glob("[0-9]*"):
            try:
                shown = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            except OSError:
                continue  # it has ended, or belongs to somebody else
            couriers += b"followthrough.notify.courier" in shown
            assert b"canary-token" not in shown
        assert couriers
        assert sending.result().outcome is Outcome.UNKNOWN


def test_a_folder_lends_a_courier_no_module(
    hook: Hook, letter: Letter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apprise.py").write_text("raise SystemExit(9)\n")
    (tmp_path / "requests.py").write_text("raise SystemExit(9)\n")
    monkeypatch.chdir(tmp_path)
    assert carry(letter, Way(url=f"json://{hook.address}/in")).outcome is Outcome.DELIVERED


def test_a_way_shows_nothing_of_itself() -> None:
    assert "hunter2" not in repr(Way(url="json://hunter2@localhost", password="hunter2"))
