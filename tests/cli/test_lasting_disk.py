"""A hosted runner loses the ledger with its disk: nothing is filed from there."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from followthrough.ledger import kept_elsewhere

REMOTE = '[trackers.ops]\nkind = "elsewhere"\n'
FORGETS = 'This runner forgets its disk: set [ledger] url = "git:followthrough/ledger", or a second run may file again. Nothing filed.'
RUNNERS = [
    {"GITHUB_ACTIONS": "true", "RUNNER_ENVIRONMENT": "github-hosted"},
    {"GITLAB_CI": "true"},
]


@pytest.mark.parametrize("runner", RUNNERS, ids=["GitHub", "GitLab"])
@pytest.mark.parametrize("command", ["file", "run"])
def test_nothing_is_filed_from_a_disk_that_is_forgotten(
    runner: dict[str, str], command: str, shop: Any, written: Callable[..., str]
) -> None:
    shop.write("pm.md", written("Alert when the pool is full"))
    shop.write("followthrough.toml", f'documents = ["pm.md"]\n{REMOTE}')
    shop.environ.update(runner)
    result = shop.run(command)
    assert (result.code, FORGETS in " ".join(result.err.split())) == (2, True)
    assert not (shop.folder / ".followthrough").exists()
    shop.environ["FOLLOWTHROUGH_LASTING_DISK"] = "1"
    assert "forgets" not in shop.run(command).err


def test_a_disk_of_ones_own_and_the_embedded_tracker_are_no_matter(
    shop: Any, written: Callable[..., str]
) -> None:
    shop.write("pm.md", written("Alert when the pool is full"))
    shop.environ.update({"GITHUB_ACTIONS": "true", "RUNNER_ENVIRONMENT": "self-hosted"})
    shop.ok("file", "pm.md")
    shop.environ.update(RUNNERS[0])
    shop.ok("run", "pm.md")


ADDRESSES = {
    "https://github.com/acme/pm.git": True,
    "https://x:token@ghe.acme.example/acme/pm": True,
    "git@github.com:acme/pm.git": True,
    "ssh://git@10.0.0.7:2222/pm.git": True,
    "git@[2001:db8::1]:pm.git": True,
    "/srv/git/pm.git": False,
    "../pm.git": False,
    "file:///srv/git/pm.git": False,
    "http://127.0.0.1:8080/pm.git": False,
    "ssh://git@localhost/pm.git": False,
    "git@[::1]:pm.git": False,
    "http://[broken": False,
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_branch_outlives_the_runner_where_another_machine_keeps_it(
    address: str, shop: Any, written: Callable[..., str]
) -> None:
    git = partial(subprocess.run, cwd=shop.folder, check=True, capture_output=True)
    git(["git", "init", "--quiet"])
    git(["git", "remote", "add", "origin", address])
    assert kept_elsewhere("git:followthrough/ledger", shop.folder) is ADDRESSES[address]


def test_a_branch_without_a_remote_is_forgotten_with_the_disk(shop: Any, written: Callable[..., str]) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=shop.folder, check=True)
    shop.write("pm.md", written("Alert when the pool is full"))
    shop.write("followthrough.toml", f'[ledger]\nurl = "git:followthrough/ledger"\n{REMOTE}')
    shop.environ.update(RUNNERS[0])
    result = shop.run("run", "pm.md")
    assert (result.code, FORGETS in " ".join(result.err.split())) == (2, True)
    assert not kept_elsewhere("sqlite", shop.folder)
