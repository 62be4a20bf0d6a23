"""A Jira that means harm: no byte of the token leaves its origin or is said, and nothing is filed twice."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from evil import Elsewhere, evils, forms, kept, suffered
from jira_cloud.standard import BOT, CLASSIC
from sweeping import Case

Cases = Callable[[str], Case]
SECRETS = forms(CLASSIC, BOT.email)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as listening:
        yield listening


NAMES = [name for name, _ in evils("http://127.0.0.1:1")]
NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"
CASES = [
    # Each idea once in every run, and by night before and after filing.
    (name, filed)
    for number, name in enumerate(NAMES)
    for filed in (False, True)
    if NIGHTLY or (number + filed) % 2 == 0
]


@pytest.mark.parametrize(("name", "filed"), CASES)
def test_nothing_leaks_and_nothing_is_filed_twice(
    cases: Cases, elsewhere: Elsewhere, name: str, filed: bool
) -> None:
    case = cases("case")
    if filed:
        case.desk.ok("file", "--yes")
        case.clock.advance(hours=20)
    commands = ("doctor", "file --yes", "sync", "run") if NIGHTLY else ("doctor", "run")
    said = suffered(case, dict(evils(elsewhere.url))[name], *commands)
    assert elsewhere.heard == []
    for secret in SECRETS:
        assert secret not in said
        assert secret.encode() not in kept(case.desk.folder)
    case.nights(3)
    case.assert_whole()
    shutil.rmtree(case.desk.folder)
