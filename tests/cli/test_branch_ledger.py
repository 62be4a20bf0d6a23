"""The ledger on a branch, from the command line: exit codes, and what a person is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cloning import Hosts

SETTINGS = 'documents = ["pm.md"]\n[ledger]\nurl = "git:followthrough/ledger"\n'
BRANCH = "followthrough/ledger"


@pytest.fixture
def hosts(tmp_path: Path) -> Hosts:
    folder = tmp_path / "hosts"
    folder.mkdir()
    return Hosts(folder)


@pytest.fixture
def clone(shop: Any, hosts: Hosts, written: Callable[..., str]) -> Path:
    """The shop's folder as a clone with one document, and a ledger on a branch that has seen one run."""
    hosts.clone()
    hosts.git(shop.folder, "init", "--quiet", "--initial-branch=main")
    hosts.git(shop.folder, "remote", "add", "origin", hosts.remote.as_uri())
    shop.write("followthrough.toml", SETTINGS)
    shop.write("pm.md", written("Alert when the pool is full"))
    shop.ok("run")
    folder: Path = shop.folder
    return folder


def said(result: Any) -> str:
    return " ".join(result.said.split())


@pytest.mark.usefixtures("clone")
def test_a_night_without_anything_new_makes_two_pushes(shop: Any, hosts: Hosts) -> None:
    before = int(hosts.git(hosts.remote, "rev-list", "--count", BRANCH))
    shop.ok("run")
    assert int(hosts.git(hosts.remote, "rev-list", "--count", BRANCH)) == before + 2
    assert "1 measure in 1 document" in said(shop.ok("status"))


@pytest.mark.usefixtures("clone")
def test_a_batch_makes_two_pushes_however_many_it_holds(
    shop: Any, hosts: Hosts, written: Callable[..., str]
) -> None:
    shop.write("pm.md", written(*(f"Alert {word}" for word in ("when full", "on errors", "on restarts"))))
    before = int(hosts.git(hosts.remote, "rev-list", "--count", BRANCH))
    assert "Filed 3" in said(shop.ok("run"))
    assert int(hosts.git(hosts.remote, "rev-list", "--count", BRANCH)) == before + 4


def test_the_state_of_another_clone_is_seen(clone: Path, shop: Any, hosts: Hosts) -> None:
    shutil.rmtree(clone / ".followthrough")  # as on a runner that forgets its disk
    hosts.git(clone, "update-ref", "-d", f"refs/followthrough/origin/{BRANCH}")
    assert "1 measure in 1 document" in said(shop.ok("status"))
    assert not (clone / ".followthrough").exists()


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize("command", ["run", "file", "sync", "status", "plan", "report", "rebuild"])
def test_a_remote_that_does_not_answer(command: str, shop: Any, hosts: Hosts) -> None:
    hosts.remote.rename(hosts.folder / "away.git")
    result = shop.run(command)
    assert result.code == 75
    assert "The ledger's branch followthrough/ledger of origin cannot be reached" in said(result)
    assert "Nothing was done; a later run goes on." in said(result)


@pytest.mark.usefixtures("clone")
def test_offline_nobody_is_asked(shop: Any, hosts: Hosts) -> None:
    hosts.remote.rename(hosts.folder / "away.git")
    assert "Filed already 1." in said(shop.ok("plan", "--offline"))


@pytest.mark.usefixtures("clone")
def test_doctor_says_whether_git_may_push(shop: Any, hosts: Hosts) -> None:
    assert "git may push the branch followthrough/ledger to origin." in said(shop.ok("doctor"))
    hosts.git(shop.folder, "remote", "set-url", "--push", "origin", "http://127.0.0.1:9/pm.git")
    result = shop.run("doctor")
    assert (result.code, "cannot be reached" in said(result)) == (75, True)
    hosts.git(shop.folder, "remote", "remove", "origin")
    assert "which has no remote" in said(shop.run("doctor"))


def test_a_damaged_ledger_is_built_anew_on_top_of_it(clone: Path, shop: Any, hosts: Hosts) -> None:
    work = hosts.folder / "by-hand"
    hosts.git(hosts.folder, "clone", "--quiet", "--branch", BRANCH, str(hosts.remote), str(work))
    base = work / "ledger.jsonl"
    base.write_text(base.read_text(encoding="utf-8").replace('"items"', '"items'), encoding="utf-8")
    hosts.git(work, "commit", "--quiet", "--all", "--message=By hand")
    hosts.git(work, "push", "--quiet")
    damaged = hosts.git(work, "rev-parse", "HEAD")
    result = shop.run("run")
    assert result.code == 2
    assert f"is damaged at {damaged[:10]} (ledger.jsonl, line 3: no record in JSON)" in said(result)
    assert f"It is kept as commit {damaged}." in said(shop.ok("rebuild"))
    assert "1 measure in 1 document" in said(shop.ok("status"))
    assert len(shop.tickets()) == 1
    assert "Filed 0" in said(shop.run("run"))
    assert (
        hosts.git(clone, "merge-base", "--is-ancestor", damaged, f"refs/followthrough/origin/{BRANCH}") == ""
    )


@pytest.mark.parametrize(
    "runner", [{"GITHUB_ACTIONS": "true", "RUNNER_ENVIRONMENT": "github-hosted"}, {"GITLAB_CI": "true"}]
)
def test_a_hosted_runner_files_where_another_machine_keeps_the_branch(
    runner: dict[str, str], shop: Any, hosts: Hosts, written: Callable[..., str]
) -> None:
    hosts.git(shop.folder, "init", "--quiet")
    hosts.git(shop.folder, "remote", "add", "origin", "https://ghe.acme.invalid/acme/pm.git")
    shop.write("followthrough.toml", f'{SETTINGS}[trackers.ops]\nkind = "elsewhere"\n')
    shop.write("pm.md", written("Alert when the pool is full"))
    shop.environ.update(runner)
    result = shop.run("run")
    # Let through, it looks for the branch, on a host that cannot be there.
    assert (result.code, "cannot be reached" in said(result)) == (75, True)
