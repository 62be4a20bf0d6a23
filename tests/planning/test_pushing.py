from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Base
from followthrough.model import State
from followthrough.planning.identity import Identified
from followthrough.planning.pushing import Wish, push
from followthrough.planning.readings import Reading, ScopeView, Seen
from followthrough.tickets import Assignee

NIGHT = Wish(fields=frozenset({"state", "title", "due", "assignee"}))


@pytest.mark.parametrize(("block", "pushed"), [(None, 2), (0, 0)], ids=["a box each", "one box for both"])
def test_a_box_that_several_measures_share_is_pushed_by_name_only(
    block: int | None,
    pushed: int,
    line: Callable[..., Seen],
    page: Callable[..., Reading],
    who: Callable[..., Identified],
    learnt: Callable[..., Snapshot],
    filed: Callable[..., Snapshot],
    ticket: Callable[..., Ticket],
    view: Callable[..., ScopeView],
) -> None:
    texts = ("Add an alert", "Write a runbook")
    reading = page("a.md", *(line(text, block=block, ticked=True) for text in texts))
    snapshot = learnt([reading])
    ids = list(snapshot.items)
    for number, id in enumerate(ids):
        snapshot = filed(snapshot, id, ticket(str(number)))
    snapshot = replace(snapshot, bases={id: Base(item=id, ticked=False) for id in ids})

    def ask(wish: Wish) -> Any:
        known = who([reading], snapshot).known
        nobody = lambda _owner, _scope: Assignee()  # noqa: E731  one answer for all
        return push(known, snapshot, {"a.md": "f"}, {"local": view()}, nobody, wish).pushes

    assert len(ask(NIGHT)) == pushed
    assert [(one.item, one.after) for one in ask(Wish(items=frozenset(ids[:1])))] == [(ids[0], State.DONE)]
