"""Two hosts and one ledger on a branch: it never forks, and what was sent is never forgotten."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from followthrough.ledger import (
    Audience,
    Base,
    Delivery,
    DeliveryStatus,
    Event,
    EventKind,
    Intent,
    IntentStatus,
    Ledger,
    LedgerBusy,
    Link,
    Relation,
    TicketRecord,
)
from followthrough.ledger.git import GitLedger, open_git
from followthrough.model import State

BRANCH = "followthrough/ledger"


def opened(root: Path, **more: Any) -> GitLedger:
    return open_git(BRANCH, root, create=True, random_name=lambda: f"of {root.name}", **more)


def commits(hosts: Any) -> int:
    return int(hosts.git(hosts.remote, "rev-list", "--count", BRANCH))


def test_who_comes_second_writes_nothing(hosts: Any) -> None:
    one, other = opened(hosts.clone()), opened(hosts.clone())
    one.commit([Base(item="one")])
    with pytest.raises(LedgerBusy, match="Another run is at work on the ledger's branch"):
        other.commit([Base(item="other")])
    with pytest.raises(LedgerBusy):
        other.commit([Base(item="other again")])
    other.close()
    one.commit([Base(item="one again")])
    with opened(hosts.clone()) as third:
        assert third.snapshot().lineage == "of host-2"
        assert list(third.snapshot().bases) == ["one", "one again"]
    assert commits(hosts) == 2


def test_who_writes_the_same_at_the_same_moment_comes_second_too(
    hosts: Any, intent: Callable[[str], Intent], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal commits would be one: the second push of it would seem to have arrived."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_DATE", "2026-11-27T02:00:00Z")
    with opened(hosts.clone()) as first:
        first.commit([])
    one, other = opened(hosts.clone()), opened(hosts.clone())
    one.commit([intent("a")])
    with pytest.raises(LedgerBusy):
        other.commit([intent("a")])


def test_who_comes_second_may_begin_again(hosts: Any) -> None:
    root = hosts.clone()
    one, other = opened(hosts.clone()), opened(root)
    one.commit([Base(item="one")])
    with pytest.raises(LedgerBusy), other:
        other.commit([Base(item="other")])
    with opened(root) as other:
        assert other.commit([Base(item="other")]) == 2
    with pytest.raises(LedgerBusy):
        one.commit([Base(item="late")])


def created(intent: Intent, now: datetime, relation: Relation = Relation.FILED) -> list[Any]:
    """What is written of a create that was answered."""
    return [
        replace(intent, status=IntentStatus.CREATED),
        Link(item=intent.item, scope="ops", ticket=f"1-{intent.item}", relation=relation),
        TicketRecord(
            scope="ops",
            id=f"1-{intent.item}",
            key="OPS-1",
            url="",
            title=relation.value,
            state=State.OPEN,
            native_status="",
            created=now,
            updated=now,
        ),
        Event(
            kind=EventKind.FILED,
            item=intent.item,
            occurred_at=now,
            seen_at=now,
            run=intent.run,
            command="run",
        ),
    ]


def test_an_answer_is_written_although_another_host_has_written_meanwhile(
    hosts: Any, intent: Callable[[str], Intent], now: datetime
) -> None:
    one = opened(hosts.clone())
    one.commit([intent("a"), intent("b")])
    one.commit([Base(item="waits")], waits=True)
    with opened(hosts.clone()) as other:
        assert other.snapshot().intents["a"].status is IntentStatus.PENDING
        other.commit([Base(item="of the other")])
    assert one.commit([*created(intent("a"), now), replace(intent("b"), status=IntentStatus.REFUSED)]) == 3
    with pytest.raises(LedgerBusy):  # no new promise may rest on what was read before
        one.commit([intent("c")])
    with pytest.raises(LedgerBusy):
        one.commit([Base(item="late")])
    with pytest.raises(LedgerBusy):
        one.commit([Base(item="late")], waits=True)
    one.close()
    with opened(hosts.clone()) as third:
        state = third.snapshot()
        assert [one.key for one in state.tickets_of("a")] == ["OPS-1"]
        assert state.intents["b"].status is IntentStatus.REFUSED
        assert list(state.bases) == ["of the other"]
        assert [event.item for event in third.events()] == ["a"]


def test_what_the_other_host_has_found_out_by_itself_stands(
    hosts: Any, intent: Callable[[str], Intent], now: datetime
) -> None:
    one = opened(hosts.clone())
    one.commit([intent("a"), intent("b")])
    with opened(hosts.clone()) as other:
        other.commit(created(intent("a"), now, Relation.ADOPTED))
    one.commit([*created(intent("a"), now), *created(intent("b"), now)])
    with opened(hosts.clone()) as third:
        state = third.snapshot()
        assert [link.relation for link in state.links["a"]] == [Relation.ADOPTED]
        assert [link.relation for link in state.links["b"]] == [Relation.FILED]
        assert state.tickets["ops", "1-a"].title == "adopted"
        assert [event.item for event in third.events()] == ["a", "b"]


def test_the_other_host_has_sent_it_again(hosts: Any, intent: Callable[[str], Intent], now: datetime) -> None:
    """A request that hangs for hours: what is told of it then is no answer to the later one."""
    one = opened(hosts.clone())
    one.commit([intent("a")])
    again = replace(intent("a"), attempt=2, run="20261121-1", at=now + timedelta(hours=13))
    with opened(hosts.clone()) as other:
        other.commit([again])
    one.commit([replace(intent("a"), status=IntentStatus.REFUSED)])
    with opened(hosts.clone()) as third:
        assert third.snapshot().intents["a"] == again


def test_the_fate_of_a_message_is_written_too(hosts: Any, now: datetime) -> None:
    sending = Delivery(
        audience=Audience.CHANNEL, to="boss", day=now.date(), at=now, status=DeliveryStatus.SENDING, run="r"
    )
    one = opened(hosts.clone())
    one.commit([sending])
    with opened(hosts.clone()) as other:
        other.commit([Base(item="x")])
    one.commit([replace(sending, status=DeliveryStatus.DELIVERED)])
    with opened(hosts.clone()) as third:
        assert [one.status for one in third.deliveries()] == [DeliveryStatus.DELIVERED]


def test_what_may_wait_goes_with_the_next_push(hosts: Any, intent: Callable[[str], Intent]) -> None:
    with opened(hosts.clone()) as ledger:
        ledger.commit([Base(item="first")])
        for number in range(10):
            ledger.commit([Base(item=str(number))], waits=True)
        assert (commits(hosts), ledger.position()[1]) == (1, 1)
        assert len(ledger.snapshot().bases) == 11
        ledger.commit([intent("a")])
        assert (commits(hosts), ledger.position()[1]) == (2, 12)
        ledger.commit([Base(item="last")], waits=True)
    assert commits(hosts) == 3
    with opened(hosts.clone()) as again:
        assert list(again.snapshot().bases) == ["first", *map(str, range(10)), "last"]


@pytest.mark.parametrize("many", [2, 8])
def test_many_at_once_and_nothing_is_lost(hosts: Any, many: int, helper: Callable[..., Any]) -> None:
    roots = [hosts.clone() for _ in range(many)]
    processes = [helper("on-a-branch", root, f"h{number}-", 3) for number, root in enumerate(roots)]
    told = [process.communicate()[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0] * many
    with opened(hosts.clone()) as ledger:
        assert sorted(ledger.snapshot().bases) == sorted(line.split()[0] for lines in told for line in lines)
        assert ledger.position()[1] == many * 3
    serials = sorted(int(line.split()[1]) for lines in told for line in lines)
    assert serials == list(range(1, many * 3 + 1))
    assert commits(hosts) == many * 3


def test_threads_of_one_run_take_their_turn(hosts: Any) -> None:
    with opened(hosts.clone()) as ledger:
        threads = [threading.Thread(target=ledger.commit, args=([Base(item=str(n))],)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert ledger.position()[1] == 4
    with opened(hosts.clone()) as again:
        assert len(again.snapshot().bases) == 4


def test_the_log_becomes_a_new_base(hosts: Any, full: list[Any], now: datetime) -> None:
    root = hosts.clone()
    with opened(root) as ledger:
        ledger.commit(full)
        event = next(one for one in full if isinstance(one, Event))
        ledger.commit([event, replace(event, item="twice"), replace(event, item="twice")])
        ledger.commit([Link(item="gone", scope="ops", ticket="1", retired=True)])
        assert len(hosts.git(hosts.remote, "ls-tree", "-r", BRANCH).splitlines()) == 4
        ledger.commit([Base(item="large", text="x" * 1_000_001)])
        assert len(hosts.git(hosts.remote, "ls-tree", "-r", BRANCH).splitlines()) == 2
        ledger.commit([Base(item="after")])
        told = everything(ledger)
    with opened(hosts.clone()) as again:
        assert everything(again) == told
        again.commit([Link(item="gone", scope="ops", ticket="1")])
        assert again.position()[1] == 6
        assert "gone" in again.snapshot().links
    assert commits(hosts) == 6


def everything(ledger: Ledger) -> tuple[object, ...]:
    rest = list(ledger.events()), ledger.runs(), ledger.deliveries(), ledger.acceptances()
    return ledger.snapshot(), ledger.contents(), ledger.position(), *rest


def test_the_files_are_lines_of_json(hosts: Any, full: list[Any]) -> None:
    with opened(hosts.clone()) as ledger:
        ledger.commit(full)
    text = hosts.git(hosts.remote, "show", f"{BRANCH}:ledger.jsonl")
    head, *records = map(json.loads, text.splitlines())
    assert (head["followthrough-ledger"], head["lineage"], head["serial"]) == (1, "of host-2", 1)
    assert len(records) == head["records"] == len(full)
