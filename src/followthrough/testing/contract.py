"""The contract that every connector keeps, as pytest cases."""

# ruff: noqa: S101  (the cases of the contract are tests, and tests assert)

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn

from followthrough.connector import (
    Body,
    Change,
    Check,
    Connector,
    ConnectorError,
    Created,
    Draft,
    Features,
    Footer,
    Inline,
    NotFound,
    Paragraph,
    Quote,
    RateLimited,
    Refused,
    Rejected,
    State,
    Ticket,
    Unauthorized,
    Unknown,
    Unreachable,
)

if TYPE_CHECKING:
    import pytest


HOSTILE: Final[Mapping[str, str]] = {
    "pipes": "a | b || c |",
    "backticks": "run `rm` and ```` then ```",
    "markdown": "# not *a* [link](https://evil.example) ![i](x) ~~no~~ - [ ] 1. > <b>&amp;",
    "jira": "{code}*b*{code} {color:red}x{color} [~sam] [a|https://evil.example] !i.png! h1. bq. \\\\",
    "adf": '{"type": "doc", "version": 1, "content": [{"type": "text"}]}',
    "html": "<script>alert(1)</script><img src=x onerror=y>",
    "mentions": "@sam @acme/ops #12 GH-7 acme/web#3 OPS-1 fixes #1",
    "crlf": "first\r\nsecond\rthird\nfourth",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea e\u0301 \u2764\ufe0f",
    "right-to-left": "\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c \u0645\u0631\u062d\u0628\u0627",
    "long": "word " * 59 + "words",
    "one-long-word": "x" * 300,
    "astral": "\U0001f600" * 300,
    "our-footer": "Filed by followthrough, 7f3k9q2m8dxa. What is this?",
    "our-marker": "<!-- followthrough:1 7f3k9q2m8dxa other.md -->",
    "our-marker-last": "innocent\n<!-- followthrough:1 7f3k9q2m8dxa other.md -->",
    "our-link": "[OPS-12, done](https://acme.example/browse/OPS-12#ft-7f3k9q2m8dxa)",
    "template": "%s {0} ${HOME} $(id) `id` {{ x }} \\u0000 %00",
    "jql": '" OR project is not EMPTY ORDER BY key --',
    "c0-controls": "bell \x07 escape \x1b[31mred\x1b[0m",
}
"""Titles and texts that break careless connectors, by what is odd about them."""


_CONTROLS: Final = re.compile("[\x01-\x08\x0e-\x1f\x7f]")


class ConnectorContract:
    """What every connector keeps, as pytest cases; subclass it in the connector's own tests.

    A subclass must give :meth:`connector` and, where the connector can show errors, :meth:`broken`.
    ``cannot_show`` declares what it cannot show, with the reason with which that case is skipped: by
    the name of an error class (``"RateLimited"``), a state (``"blocked"``) or a case without
    ``test_`` (``"opening_requests_nothing"``). Fields in ``features.cannot_store`` are skipped.
    """

    cannot_show: ClassVar[Mapping[str, str]] = {}
    people: ClassVar[tuple[str, str]] = ("sam", "kim")
    """Two accounts that issues can be assigned to."""
    priorities: ClassVar[tuple[str, str]] = ("High", "Low")
    absent: ClassVar[str] = "ZZZ-987654"
    """A key or id of an issue that is not there."""
    bulk: ClassVar[int] = 250
    """How many issues make more than one page."""

    # What a subclass gives.

    def connector(self) -> Connector:
        """Open the scope of the running case: empty at first, and the same one with each call."""
        raise NotImplementedError

    def broken(self, kind: type[ConnectorError]) -> Connector:
        """Open a scope all of whose requests meet that error; it need not be that of the case."""
        raise NotImplementedError(f"say how {kind.__name__} is shown, or why not in cannot_show")

    def traffic(self) -> object:
        """Something that differs after any request; ``None`` where there is nothing to watch."""
        return None

    def by_stranger(self, draft: Draft) -> str | None:
        """Make an issue like the draft's, marker and all, from another account, which is returned.

        ``None`` where nobody else can: then no issue may say who created it.
        """
        return None

    def move(self, ticket: Ticket) -> None:
        """Move the issue to another project or repository, as a person does."""
        raise NotImplementedError("say how an issue is moved, or why not in cannot_show")

    def delete(self, ticket: Ticket) -> None:
        """Delete the issue for good, as a person does."""
        raise NotImplementedError("say how an issue is deleted, or why not in cannot_show")

    def duplicate(self, ticket: Ticket, of: Ticket) -> None:
        """Close the first issue as a duplicate of the second, as a person does."""
        raise NotImplementedError("say how an issue is closed as a duplicate, or why not in cannot_show")

    def settle(self) -> None:
        """Let so much time pass in the tracker that its listings show what was written."""

    # What the cases share.

    def draft(self, number: int = 1, **fields: Any) -> Draft:
        """A draft whose id is made from a number."""
        body: Body = (
            Paragraph((Inline("Promised in "), Inline("a postmortem", href="https://acme.example/pm"))),
            Quote((Inline("Alert on the pool", strong=True),)),
            Footer((Inline("Filed by followthrough."),)),
        )
        values = {"title": f"Measure {number}", "document": "postmortems/a b.md", "body": body, **fields}
        return Draft(id=f"{number:0>12}", **values)

    def created(self, connector: Connector, draft: Draft) -> Ticket:
        """Create one and expect success."""
        (outcome,) = connector.create([draft])
        assert isinstance(outcome, Created), outcome
        self.settle()
        return outcome.ticket

    def need(self, *subjects: str) -> None:
        """Skip the running case if one of the subjects is declared in ``cannot_show``."""
        for subject in subjects:
            if subject in self.cannot_show:
                _skip(f"{subject}: {self.cannot_show[subject]}")

    def need_fields(self, connector: Connector, *names: str) -> None:
        """Skip the running case if the tracker has no place for one of the fields."""
        for name in names:
            if name in connector.features.cannot_store:
                _skip(f"this tracker has no {name}")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give the cases their parameters; a method, so that importing this needs no pytest."""
        given: dict[str, tuple[Sequence[object], Callable[[Any], str]]] = {
            "hostile": (list(HOSTILE), str),
            "state": (list(State), lambda state: state.value),
            "kind": ([Unauthorized, NotFound, Unreachable, RateLimited], lambda kind: kind.__name__),
            "method": (["check", "create", "fetch", "changed", "owned", "update"], str),
        }
        for name, (values, title) in given.items():  # in one order, or parallel workers disagree
            if name not in metafunc.fixturenames:
                continue
            metafunc.parametrize(name, values, ids=[title(value) for value in values])

    # Opening and looking.

    def test_opening_requests_nothing(self) -> None:
        self.need("opening_requests_nothing")
        before = self.traffic()
        if before is None:
            _skip("traffic() watches nothing")
        with self.connector() as connector:
            assert isinstance(connector.features, Features)
        assert self.traffic() == before

    def test_nothing_to_do_requests_nothing(self) -> None:
        with self.connector() as connector:
            before = self.traffic()
            assert list(connector.create([])) == []
            assert dict(connector.fetch([])) == {}
            assert self.traffic() == before

    def test_check_describes_and_changes_nothing(self) -> None:
        with self.connector() as connector:
            check = connector.check()
            assert check.place
            assert check.findings
            assert all(finding.subject and finding.message for finding in check.findings)
            assert not [finding for finding in check.findings if finding.ok is False]
            assert list(connector.owned()) == []

    def test_where_shows_exactly_these_issues(self) -> None:
        with self.connector() as connector:
            offer = getattr(connector, "where", None)
            if offer is None:
                _skip("it does not say where issues are seen together")
            first, second = (self.created(connector, self.draft(n)) for n in (1, 2))
            before = self.traffic()
            shown = offer([first.key, second.key])
            assert self.traffic() == before, "it is asked offline"
            assert shown == shown.strip()
            assert "\n" not in shown
            is_command = shown.startswith("`") and shown.endswith("`")
            assert is_command or (first.key in shown and second.key in shown)

    # Creating and finding.

    def test_created_ticket_is_found_by_its_marker(self) -> None:
        with self.connector() as connector:
            draft = self.draft()
            ticket = self.created(connector, draft)
            assert ticket.marker == draft.id
            assert ticket.title == draft.title
            assert ticket.state is State.OPEN
            assert ticket.native_status
            assert ticket.id
            assert ticket.key
            assert ticket.closed is None
            assert ticket.created.utcoffset() is not None
            assert ticket.updated >= ticket.created
            assert [found.marker for found in connector.owned()] == [draft.id]
            assert [found.id for found in connector.owned()] == [ticket.id]

    def test_our_own_account_is_the_author_of_what_we_create(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            check = connector.check()
            for read in (ticket, connector.fetch([ticket.id])[ticket.id], *connector.owned()):
                assert read.author in (None, check.author or check.account)

    def test_a_stranger_is_the_author_of_an_issue_with_a_copied_marker(self) -> None:
        with self.connector() as connector:
            ours = self.created(connector, self.draft(1))
            stranger = self.by_stranger(self.draft(2))
            self.settle()
            authors = {found.marker: found.author for found in connector.owned()}
            expected: dict[str | None, str | None] = {self.draft(1).id: ours.author}
            if stranger is not None:
                expected[self.draft(2).id] = stranger
                assert ours.author not in (None, stranger)
            else:
                assert ours.author is None, "by_stranger() must show that another account is told apart"
            assert authors == expected

    def test_outcomes_come_one_a_draft_in_order(self) -> None:
        with self.connector() as connector:
            drafts = [self.draft(n, title="a \0 b" if n == 3 else f"Measure {n}") for n in range(1, 6)]
            outcomes = connector.create(drafts)
            self.settle()
            made = [o.ticket.marker if isinstance(o, Created) else type(o) for o in outcomes]
            assert made == [Refused if draft.id.endswith("3") else draft.id for draft in drafts]
            assert isinstance(refused := outcomes[2], Refused)
            assert refused.reason
            assert len(connector.owned()) == 4

    def test_fields_are_stored_with_the_create(self) -> None:
        fields: dict[str, Any] = {
            "assignee": self.people[0],
            "due": date(2027, 2, 28),
            "priority": self.priorities[0],
            "labels": ("postmortem", "preventive"),
        }
        with self.connector() as connector:
            can = {k: v for k, v in fields.items() if k not in connector.features.cannot_store}
            ticket = self.created(connector, self.draft(**can))
            read = connector.fetch([ticket.id])[ticket.id]
            for name, value in can.items():
                if name == "labels":
                    assert set(value) <= set(read.labels)
                else:
                    assert getattr(read, name) == value, name

    def test_same_id_twice_is_one_issue_where_ids_are_accepted(self) -> None:
        with self.connector() as connector:
            if not connector.features.idempotent:
                _skip("this tracker accepts no id of ours")
            ticket = self.created(connector, self.draft())
            outcomes = connector.create([self.draft(title="Another"), self.draft(2), self.draft(2)])
            tickets = [outcome.ticket for outcome in outcomes if isinstance(outcome, Created)]
            assert [found.id for found in tickets[:1]] == [ticket.id]
            assert tickets[0].title == ticket.title
            assert tickets[1].id == tickets[2].id
            assert len(connector.owned()) == 2

    def test_fetch_takes_ids_and_keys_and_leaves_absent_ones_out(self) -> None:
        with self.connector() as connector:
            first, second = (self.created(connector, self.draft(n)) for n in (1, 2))
            found = connector.fetch({first.id, second.key, self.absent})
            assert {ref: ticket.marker for ref, ticket in found.items()} == {
                first.id: first.marker,
                second.key: second.marker,
            }
            assert dict(connector.fetch([self.absent])) == {}

    def test_many_are_created_fetched_and_listed_whole(self) -> None:
        with self.connector() as connector:
            outcomes = connector.create([self.draft(n) for n in range(1, self.bulk + 1)])
            tickets = [outcome.ticket for outcome in outcomes if isinstance(outcome, Created)]
            assert len(tickets) == self.bulk
            connector.update(tickets[0].id, Change(state=State.DONE))
            self.settle()
            refs = [t.id if number % 2 else t.key for number, t in enumerate(tickets)]
            found = connector.fetch([*refs, self.absent])
            assert set(found) == set(refs)
            assert sorted(t.id for t in connector.owned()) == sorted(t.id for t in tickets)
            assert {t.id for t in connector.changed(None).tickets} >= {t.id for t in tickets}

    # What people do with issues.

    def test_a_moved_issue_is_found_by_its_old_id_and_key(self) -> None:
        self.need("move")
        with self.connector() as connector:
            old = self.created(connector, self.draft())
            self.move(old)
            self.settle()
            found = connector.fetch([old.id, old.key])
            assert set(found) == {old.id, old.key}
            assert found[old.id] == found[old.key]
            now = found[old.id]
            assert (now.key, now.url) != (old.key, old.url)
            assert (now.title, now.marker) == (old.title, old.marker)
            assert connector.fetch([now.id]) == {now.id: now}

    def test_a_deleted_issue_is_absent_and_the_others_are_there(self) -> None:
        self.need("delete")
        with self.connector() as connector:
            gone, stays = (self.created(connector, self.draft(n)) for n in (1, 2))
            self.delete(gone)
            self.settle()
            assert set(connector.fetch([gone.id, gone.key, stays.id])) == {stays.id}
            assert [ticket.id for ticket in connector.owned()] == [stays.id]
            error = _raised(NotFound, lambda: connector.update(gone.id, Change(title="x")))
            assert error.message

    def test_a_duplicate_leads_to_the_other_issue(self) -> None:
        self.need("duplicate")
        with self.connector() as connector:
            first, second = (self.created(connector, self.draft(n)) for n in (1, 2))
            self.duplicate(second, of=first)
            self.settle()
            read = connector.fetch([second.id])[second.id]
            assert read.state is State.DROPPED
            assert read.duplicate_of is not None
            assert connector.fetch([read.duplicate_of])[read.duplicate_of].id == first.id
            assert {t.id: t.duplicate_of for t in connector.owned()} == {
                first.id: None,
                second.id: read.duplicate_of,
            }
            assert connector.update(second.id, Change(state=State.OPEN)).duplicate_of is None

    def test_two_issues_with_one_marker_are_both_listed(self) -> None:
        with self.connector() as connector:
            if connector.features.idempotent:
                _skip("here one id is one issue")
            tickets = [self.created(connector, self.draft()) for _ in range(2)]
            assert sorted(t.id for t in connector.owned()) == sorted(t.id for t in tickets)

    # What changed.

    def test_changed_starts_with_everything_and_goes_on_from_a_cursor(self) -> None:
        with self.connector() as connector:
            start = connector.changed(None)
            assert start.tickets == ()
            first = self.created(connector, self.draft(1))
            after_first = connector.changed(start.cursor)
            assert first.id in [ticket.id for ticket in after_first.tickets]
            second = self.created(connector, self.draft(2))
            assert second.id in [ticket.id for ticket in connector.changed(after_first.cursor).tickets]
            both = {first.id, second.id}
            assert {ticket.id for ticket in connector.changed(start.cursor).tickets} == both
            assert {ticket.id for ticket in connector.changed(None).tickets} == both

    def test_changed_misses_no_update(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            cursor = connector.changed(None).cursor
            for number in range(8):
                connector.update(ticket.id, Change(title=f"Title {number}"))
                self.settle()
                changes = connector.changed(cursor)
                assert [t.title for t in changes.tickets if t.id == ticket.id] == [f"Title {number}"]
                cursor = changes.cursor

    # Updating.

    def test_update_sets_each_field_and_none_clears_it(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft(labels=()))
            values: dict[str, tuple[Any, ...]] = {
                "title": ("A new title",),
                "assignee": (self.people[0], self.people[1], None),
                "due": (date(2027, 1, 31), date(2026, 12, 1), None),
                "priority": (self.priorities[0], self.priorities[1]),
            }
            if "priority" not in self.cannot_show:
                values["priority"] += (None,)
            for name in values.keys() - connector.features.cannot_store:
                for value in values[name]:
                    change = Change(**{name: value})
                    assert getattr(connector.update(ticket.id, change), name) == value, (name, value)
                    assert getattr(connector.fetch([ticket.id])[ticket.id], name) == value, (name, value)

    def test_update_sets_and_clears_labels(self) -> None:
        with self.connector() as connector:
            self.need_fields(connector, "labels")
            ticket = self.created(connector, self.draft(labels=("one",)))
            ours = set(ticket.labels) - {"one"}
            for labels in (("one", "two"), ("three",), ()):
                read = connector.update(ticket.id, Change(labels=labels))
                # A label that the connector itself needs to find its issues stays.
                assert set(read.labels) - ours == set(labels)
                assert [found.id for found in connector.owned()] == [ticket.id]

    def test_update_takes_a_backlink_and_a_key(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            change = Change(backlink="https://acme.example/pm?a=1&b=2#x", title="By key")
            assert connector.update(ticket.key, change).title == "By key"
            assert connector.update(ticket.key, change).id == ticket.id

    def test_setting_what_is_so_changes_nothing(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            cursor = connector.changed(None).cursor
            same = Change(title=ticket.title, state=ticket.state, assignee=ticket.assignee)
            assert connector.update(ticket.id, same) == ticket
            assert connector.update(ticket.id, Change()) == ticket
            self.settle()
            assert [t for t in connector.changed(cursor).tickets if t != ticket] == []

    def test_update_of_an_absent_issue_raises_not_found(self) -> None:
        with self.connector() as connector:
            error = _raised(NotFound, lambda: connector.update(self.absent, Change(title="x")))
            assert error.message
            assert list(connector.owned()) == []

    def test_state_can_be_set_and_read(self, state: State) -> None:
        self.need(state.value)
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            read = connector.update(ticket.id, Change(state=state))
            assert read.state is state
            assert read.native_status
            assert connector.fetch([ticket.id])[ticket.id] == read
            assert (read.closed is not None) == state.closed
            assert [found.state for found in connector.owned()] == [state]

    def test_closing_sets_a_time_and_reopening_takes_it_away(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            for state in (State.DONE, State.DROPPED):
                if state.value in self.cannot_show:
                    continue
                closed = connector.update(ticket.id, Change(state=state)).closed
                assert closed is not None
                assert closed.utcoffset() is not None
                reopened = connector.update(ticket.id, Change(state=State.OPEN))
                assert reopened.closed is None
                assert reopened.state is State.OPEN

    # Words from documents that anybody may have written.

    def test_hostile_title_survives_or_is_refused(self, hostile: str) -> None:
        title = HOSTILE[hostile]
        with self.connector() as connector:
            (outcome,) = connector.create([self.draft(title=title)])
            self.settle()
            if isinstance(outcome, Refused):
                assert outcome.reason
                assert list(connector.owned()) == []
                return
            assert isinstance(outcome, Created), outcome
            (owned,) = connector.owned()
            assert owned.marker == outcome.ticket.marker == self.draft().id
            assert _same_words(owned.title, title), owned.title
            assert _same_words(connector.fetch([owned.id])[owned.id].title, title)

    def test_hostile_text_leaves_the_marker_alone(self, hostile: str) -> None:
        text = HOSTILE[hostile]
        body: Body = (
            Paragraph((Inline(text, strong=True),)),
            Quote((Inline(text),)),
            Footer((Inline(text),)),
        )
        with self.connector() as connector:
            (outcome,) = connector.create([self.draft(body=body, document="a -- > | `b`.md")])
            self.settle()
            markers = [ticket.marker for ticket in connector.owned()]
            assert markers == ([] if isinstance(outcome, Refused) else [self.draft().id])

    def test_hostile_title_can_be_set_or_is_rejected(self, hostile: str) -> None:
        title = HOSTILE[hostile]
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            read = _result(lambda: connector.update(ticket.id, Change(title=title)))
            if isinstance(read, Ticket):
                assert _same_words(read.title, title), read.title
                assert read.marker == ticket.marker
            else:
                assert isinstance(read, Rejected), repr(read)
                assert read.message
                assert connector.fetch([ticket.id])[ticket.id].title == ticket.title

    def test_nul_is_refused_and_rejected(self) -> None:
        with self.connector() as connector:
            (outcome,) = connector.create([self.draft(title="a\0b")])
            assert isinstance(outcome, Refused)
            ticket = self.created(connector, self.draft(2))
            assert _raised(Rejected, lambda: connector.update(ticket.id, Change(title="a\0b"))).message
            assert [found.title for found in connector.owned()] == [ticket.title]

    # Errors.

    def test_error_is_one_of_the_seam(self, kind: type[ConnectorError], method: str) -> None:
        self.need(kind.__name__, f"{kind.__name__} {method}")
        calls: dict[str, Callable[[Connector], object]] = {
            "check": lambda c: c.check(),
            "create": lambda c: c.create([self.draft()]),
            "fetch": lambda c: c.fetch([self.absent]),
            "changed": lambda c: c.changed(None),
            "owned": lambda c: c.owned(),
            "update": lambda c: c.update(self.absent, Change(title="x")),
        }
        with self.broken(kind) as connector:
            result = _result(lambda: calls[method](connector))
        # Two methods may answer instead of raising: with an outcome, and with a diagnosis.
        if method == "create" and isinstance(result, Sequence):
            assert [type(outcome) for outcome in result] in ([Refused], [Unknown])
        elif isinstance(result, Check):
            assert [finding for finding in result.findings if finding.ok is not True and finding.message]
        else:
            assert isinstance(result, kind), f"{method} gave {result!r} instead of raising {kind.__name__}"
            assert result.message
            assert not isinstance(result, RateLimited) or result.retry_after > timedelta(0)


def _same_words(read: str, written: str) -> bool:
    # A title is one line in most trackers, and text only: white space may be folded, controls left away.
    return read == written or read.split() == _CONTROLS.sub("", written).split()


def _result(call: Callable[[], object]) -> object:
    """What the call returns, or the seam's error that it raises."""
    try:
        return call()
    except ConnectorError as error:
        return error


def _raised(kind: type[ConnectorError], call: Callable[[], object]) -> ConnectorError:
    result = _result(call)
    assert isinstance(result, kind), f"gave {result!r} instead of raising {kind.__name__}"
    return result


def _skip(reason: str) -> NoReturn:
    import pytest

    pytest.skip(reason)
