"""A hosted runner loses the ledger with its disk: nothing is filed from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

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
