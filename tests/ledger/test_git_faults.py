"""A ledger on a branch and everything that is in its way: one sentence, the right error, nothing lost."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from followthrough.ledger import (
    Base,
    LedgerBusy,
    LedgerError,
    LedgerUnauthorized,
    LedgerUnreachable,
    put_aside,
)
from followthrough.ledger.git import GitLedger, open_git

BRANCH = "followthrough/ledger"
REF = f"refs/heads/{BRANCH}"


def opened(root: Path, *, create: bool = True, **more: Any) -> GitLedger:
    return open_git(BRANCH, root, create=create, random_name=lambda: f"of {root.name}", **more)


@pytest.fixture
def root(hosts: Any) -> Path:
    """A clone whose ledger holds one base."""
    root: Path = hosts.clone()
    with opened(root) as ledger:
        ledger.commit([Base(item="a")])
    return root


def bases(root: Path) -> list[str]:
    with opened(root, create=False) as ledger:
        return list(ledger.snapshot().bases)


HOOK = "#!/bin/sh\ncat >/dev/null\n"


@pytest.mark.parametrize("hook", ["pre-receive", "update"])
def test_a_server_that_takes_no_push(hook: str, hosts: Any, root: Path) -> None:
    script = hosts.remote / "hooks" / hook
    script.write_text(f"{HOOK}echo 'GH013: no pushes here' >&2\nexit 1\n", encoding="utf-8")
    script.chmod(0o755)
    with opened(root) as ledger:
        with pytest.raises(
            LedgerError, match=r"does not take the ledger \(GH013: no pushes here; .*hook declined\)"
        ):
            ledger.commit([Base(item="b")])
        assert list(ledger.snapshot().bases) == ["a"]
        assert ledger.position()[1] == 1
        script.unlink()
        assert ledger.commit([Base(item="c")]) == 2
    assert bases(root) == ["a", "c"]


def test_a_remote_that_is_gone(hosts: Any, root: Path) -> None:
    waits: list[float] = []
    with opened(root, sleep=waits.append) as ledger:
        away = hosts.remote.rename(hosts.folder / "away.git")
        with pytest.raises(LedgerUnreachable, match=r"cannot be reached .* a later run goes on"):
            ledger.commit([Base(item="b")])
        assert waits == [2.0, 4.0]
        for create in (True, False):
            with pytest.raises(LedgerUnreachable, match="cannot be reached"):
                opened(root, create=create)
        away.rename(hosts.remote)
        ledger.commit([Base(item="c")])
    assert bases(root) == ["a", "c"]


def wrapped(folder: Path, script: str) -> str:
    """A PATH on which ``git push`` is this script; ``$GIT`` is the real one."""
    import os
    import shutil

    folder.mkdir()
    wrapper = folder / "git"
    wrapper.write_text(
        f'#!/bin/sh\nGIT={shutil.which("git")}\nfor word; do [ "$word" = push ] && push=1; done\n'
        f'[ -z "$push" ] && exec $GIT "$@"\n{script}\n',
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_an_answer_that_was_lost(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The push has arrived, and nobody was told."""
    script = '$GIT "$@"\necho "fatal: the remote end hung up unexpectedly" >&2\nexit 128'
    monkeypatch.setenv("PATH", wrapped(tmp_path / "bin", script))
    with opened(root) as ledger:
        assert ledger.commit([Base(item="b")]) == 2
        assert ledger.commit([Base(item="c")]) == 3
    assert bases(root) == ["a", "b", "c"]


def test_an_answer_that_was_lost_before_another_host_wrote(
    hosts: Any, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = tmp_path / "done"
    script = (
        f'$GIT "$@" || exit\n[ -e {done} ] && exit\ntouch {done}\n'
        f"$GIT fetch -q origin {REF}\n"
        "next=$($GIT -c user.name=x -c user.email=x@x commit-tree -p FETCH_HEAD -m x 'FETCH_HEAD^{tree}')\n"
        f"$GIT push -q origin $next:{REF}\nexit 128"
    )
    monkeypatch.setenv("PATH", wrapped(tmp_path / "bin", script))
    with opened(root) as ledger:
        assert ledger.commit([Base(item="b")]) == 2
        with pytest.raises(LedgerBusy):
            ledger.commit([Base(item="c")])
    assert bases(root) == ["a", "b"]


def test_a_push_that_needs_a_second_try(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    once = tmp_path / "once"
    script = f'[ -e {once} ] && exec $GIT "$@"\ntouch {once}\necho "fatal: Connection reset" >&2\nexit 128'
    monkeypatch.setenv("PATH", wrapped(tmp_path / "bin", script))
    waits: list[float] = []
    with opened(root, sleep=waits.append) as ledger:
        assert ledger.commit([Base(item="b")]) == 2
    assert waits == [2.0]
    assert bases(root) == ["a", "b"]


def test_a_push_that_hangs_is_ended(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", wrapped(tmp_path / "bin", "sleep 600"))
    with opened(root, sleep=lambda _seconds: None, timeout=3) as ledger:
        with pytest.raises(LedgerUnreachable, match=r"cannot be reached \(no answer in the time given\)"):
            ledger.commit([Base(item="b")])
        assert list(ledger.snapshot().bases) == ["a"]


def test_git_is_not_there(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(LedgerError, match="needs git, which is not installed"):
        opened(root)


class Refusing(http.server.BaseHTTPRequestHandler):
    """A server of git that answers everything with one status."""

    status = 500

    def do_GET(self) -> None:
        self.send_response(self.status)
        if self.status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def refusing() -> Iterator[Callable[[int], int]]:
    """Starts a server that answers with a status; gives its port."""
    servers: list[http.server.HTTPServer] = []

    def start(status: int) -> int:
        handler = type("Handler", (Refusing,), {"status": status})
        server = http.server.HTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_port

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


STATUSES = {
    401: LedgerUnauthorized,
    403: LedgerUnauthorized,
    429: LedgerUnreachable,
    500: LedgerUnreachable,
    503: LedgerUnreachable,
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_server_that_does_not_let_us_in_and_no_password_is_told(
    status: int, hosts: Any, refusing: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = hosts.clone()
    address = f"http://kim:s3cret-canary@127.0.0.1:{refusing(status)}/acme/pm.git?token=s3cret-canary"
    hosts.git(root, "remote", "set-url", "origin", address)
    monkeypatch.setenv("GIT_TRACE_CURL", "1")
    monkeypatch.setenv("GIT_ASKPASS", "/bin/false")
    for create in (True, False):
        with pytest.raises(LedgerError) as caught:
            opened(root, create=create)
        assert type(caught.value) is STATUSES[status]
        assert "s3cret" not in str(caught.value)
        assert "\n" not in str(caught.value)


def test_nobody_listens(hosts: Any) -> None:
    root = hosts.clone()
    hosts.git(root, "remote", "set-url", "origin", "http://127.0.0.1:9/acme/pm.git")
    with pytest.raises(LedgerUnreachable, match="cannot be reached"):
        opened(root)


def test_a_login_that_may_read_and_not_write(hosts: Any, root: Path, refusing: Callable[[int], int]) -> None:
    hosts.git(root, "remote", "set-url", "--push", "origin", f"http://127.0.0.1:{refusing(403)}/pm.git")
    with opened(root) as ledger, pytest.raises(LedgerUnauthorized, match=r"contents: write"):
        ledger.commit([Base(item="b")])
    assert bases(root) == ["a"]


def rewrite(hosts: Any, path: str, change: Callable[[str], str | None]) -> None:
    """Change one file of the branch by hand, in a new commit."""
    work = hosts.folder / "by-hand"
    hosts.git(hosts.folder, "clone", "--quiet", "--branch", BRANCH, str(hosts.remote), str(work))
    text = change((work / path).read_text(encoding="utf-8"))
    (work / path).unlink() if text is None else (work / path).write_text(text, encoding="utf-8")
    hosts.git(work, "commit", "--quiet", "--all", "--message=By hand")
    hosts.git(work, "push", "--quiet")


LOG = "log/000000000000002.jsonl"
DAMAGES: dict[str, tuple[str, Callable[[str], str | None], str]] = {
    "half a line": (LOG, lambda text: text[:-20] + "\n", r"log/000000000000002\.jsonl, line 2: no record"),
    "a line less": (LOG, lambda text: text.splitlines()[0], "holds 0 records where its first line says 1"),
    "no head": (LOG, lambda text: text.replace("{", "", 1), r"line 1: no head of a ledger's file"),
    "empty": (LOG, lambda _text: "", "line 1: no head"),
    "another value": (LOG, lambda text: text.replace('"b"', "7"), r"line 2: item is 7"),
    "a value less": (LOG, lambda text: text.replace('"item":"b"', ""), "line 2: no record in JSON"),
    "without its key": (LOG, lambda text: text.replace('"item":"b",', ""), "line 2: item is missing"),
    "a merge's marks": (LOG, lambda text: f"<<<<<<< HEAD\n{text}", "line 1: no head"),
    "a file less": (LOG, lambda _text: None, r"log/000000000000003\.jsonl does not follow on"),
    "a strange word": ("ledger.jsonl", lambda text: text.replace('"open"', '"ajar"'), "'ajar' is no"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named_and_put_aside_by_rebuilding(
    damage: str, hosts: Any, full: list[Any], now: datetime
) -> None:
    path, change, why = DAMAGES[damage]
    root = hosts.clone()
    with opened(root) as ledger:
        ledger.commit([one for one in full if type(one).__name__ in ("ItemRecord", "Base")])
        ledger.commit([Base(item="b")])
        ledger.commit([Base(item="c")])
    rewrite(hosts, path, change)
    damaged = hosts.git(hosts.remote, "rev-parse", BRANCH)
    for create in (True, False):
        with pytest.raises(
            LedgerError, match=rf"is damaged at {damaged[:10]} .*{why}.*followthrough rebuild"
        ):
            opened(root, create=create)
    aside = put_aside(f"git:{BRANCH}", root / ".followthrough", at=now, random_name=lambda: "new")
    assert aside == f"commit {damaged}"
    with opened(root) as ledger:
        assert ledger.position() == ("new", 0)
        assert ledger.commit([Base(item="d")]) == 1
    assert hosts.git(hosts.remote, "rev-parse", f"{BRANCH}~2") == damaged
    assert bases(root) == ["d"]


def test_only_what_cannot_be_read_is_put_aside(root: Path, now: datetime) -> None:
    with pytest.raises(LedgerError, match="can be read now; nothing was put aside"):
        put_aside(f"git:{BRANCH}", root / ".followthrough", at=now, random_name=str)
    assert bases(root) == ["a"]


NEWER = [
    ('"followthrough-ledger":1', '"followthrough-ledger":2'),
    ('{"bases"', '{"wishes"'),
    ('"item"', '"soul":"x","item"'),
]


@pytest.mark.parametrize(("old", "new"), NEWER)
def test_a_ledger_of_a_newer_program(old: str, new: str, hosts: Any, root: Path) -> None:
    rewrite(hosts, "ledger.jsonl", lambda text: text.replace(old, new))
    with pytest.raises(LedgerError, match=r"was written by a newer followthrough.*update followthrough"):
        opened(root)


def test_a_line_put_right_by_hand_is_read(hosts: Any, root: Path) -> None:
    rewrite(hosts, "ledger.jsonl", lambda text: text.replace('"a"', '"z"'))
    assert bases(root) == ["z"]


def test_a_branch_that_was_rewritten_or_deleted(hosts: Any, root: Path) -> None:
    first = hosts.git(hosts.remote, "rev-parse", BRANCH)
    with opened(root) as ledger:
        ledger.commit([Base(item="b")])
    last = hosts.git(hosts.remote, "rev-parse", BRANCH)
    hosts.git(hosts.remote, "update-ref", REF, first)
    for create in (True, False):
        with pytest.raises(LedgerError, match=rf"was rewritten: it no longer holds {last[:10]}"):
            opened(root, create=create)
    hosts.git(hosts.remote, "update-ref", "-d", REF)
    with pytest.raises(LedgerError, match=rf"is gone; .* Bring it back: `git push origin {last}:{REF}`"):
        opened(root)
    hosts.git(root, "push", "--quiet", "origin", f"{last}:{REF}")
    assert bases(root) == ["a", "b"]
    hosts.git(hosts.remote, "update-ref", REF, first)
    hosts.git(root, "update-ref", "-d", f"refs/followthrough/origin/{BRANCH}")
    assert bases(root) == ["a"]
