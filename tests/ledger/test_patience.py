"""How long a server may be away before a run gives up."""

from __future__ import annotations

from itertools import takewhile
from typing import cast

import pytest

from followthrough.ledger.postgresql.patience import Patience


def pauses(patience: Patience, away: float) -> list[float]:
    """All attempts, each of which finds no connection for so long."""
    return list(
        takewhile(lambda pause: pause is not None, (cast("float", patience.lost(away)) for _ in range(1000)))
    )


@pytest.mark.parametrize(("away", "attempts"), [(0.0, 33), (1.0, 16), (10.0, 2), (30.0, 0)])
def test_a_server_that_stays_away_is_given_up(away: float, attempts: int) -> None:
    waits = pauses(Patience(30), away)
    assert len(waits) == attempts
    assert sum(waits) + away * attempts <= 30
    assert waits[:6] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0][: len(waits)]


def test_the_time_that_a_connection_lasted_does_not_count() -> None:
    patience = Patience(3)
    assert [patience.lost(0) for _ in range(4)] == [0.05, 0.1, 0.2, 0.4]
