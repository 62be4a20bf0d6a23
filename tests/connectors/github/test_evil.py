"""A GitHub that means harm: no byte of the token leaves its origin or is said, and nothing is filed twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from evil import CASES, Elsewhere, endured, forms
from sweeping import Case

Cases = Callable[[str], Case]
SECRETS = forms("token-of-bot")


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as listening:
        yield listening


@pytest.mark.parametrize(("name", "filed"), CASES)
def test_nothing_leaks_and_nothing_is_filed_twice(
    cases: Cases, elsewhere: Elsewhere, name: str, filed: bool
) -> None:
    endured(cases("case"), elsewhere, name, filed=filed, secrets=SECRETS)
