"""What is outstanding, and how late: figures over one snapshot of the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import DocumentRecord, ItemRecord, TicketRecord
from followthrough.model import State
from followthrough.policy.effective import Effective, Fallbacks, Held, Origin, effective, remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure that has a ticket, with its effective values: the tracker's, else the document's."""

    id: str
    text: str
    key: str
    url: str
    tracker: str
    state: State
    native_status: str
    values: Effective
    """Owner, date, priority, kind and team, each with who says so."""
    owner: str | None
    due: date | None
    days_late: int
    """Days past its promised date; 0 while it is not late or not outstanding."""
    priority: str | None
    kind: str | None
    kind_stated: bool
    team: str | None
    document: str
    line: int
    incident: str | None
    incident_date: date | None
    severity: str | None
    created: date
    closed: date | None

    @property
    def outstanding(self) -> bool:
        """Somebody still has to finish or refuse it."""
        return not self.state.closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures as of one day. ``rows`` stand late first, then by date."""

    as_of: date
    rows: tuple[Row, ...]
    untracked: int
    """Measures in known documents without a ticket."""
    confidential: int = 0
    """Measures of confidential documents that have a ticket: counted here and nowhere else."""

    @property
    def outstanding(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.outstanding)

    @property
    def late(self) -> tuple[Row, ...]:
        """Outstanding and past the promised date."""
        return tuple(row for row in self.rows if row.days_late)

    @property
    def incidents(self) -> int:
        """How many postmortems the measures come from."""
        return len({row.document for row in self.rows})

    def by_state(self) -> Mapping[State, int]:
        """How many are in each state, every state named."""
        counted = Counter(row.state for row in self.rows)
        return {state: counted.get(state, 0) for state in State}

    def by_kind(self) -> Mapping[str, int]:
        """Outstanding ones by kind, most first; ``unknown`` where nothing tells it."""
        return dict(Counter(row.kind or "unknown" for row in self.outstanding).most_common())

    @property
    def unowned(self) -> int:
        """Outstanding ones without an owner."""
        return sum(row.owner is None for row in self.outstanding)

    @property
    def undated(self) -> int:
        """Outstanding ones without a date."""
        return sum(row.due is None for row in self.outstanding)


def figures(
    snapshot: Snapshot, as_of: date, *, only: str | None = None, fallbacks: Fallbacks | None = None
) -> Figures:
    """Count what the ledger knows; ``only`` names one kind, ``fallbacks`` are the settings' answers."""
    rows = []
    untracked = confidential = 0
    for item in snapshot.items.values():
        if item.merged_into is not None:
            continue  # it is counted as part of the line that it was merged into
        ticket = snapshot.ticket_of(item.id)
        document = snapshot.documents.get(item.document)
        values = _values(item, ticket, document, snapshot, fallbacks or Fallbacks(), as_of)
        if only is not None and (values.kind.value if values.kind else None) != only:
            continue
        if ticket is None:
            untracked += not item.gone
        elif document is not None and document.confidential:
            confidential += 1
        else:
            rows.append(_row(item, ticket, document, values, as_of))
    rows.sort(
        key=lambda row: (not row.outstanding, -row.days_late, row.due or date.max, row.document, row.line)
    )
    return Figures(as_of=as_of, rows=tuple(rows), untracked=untracked, confidential=confidential)


def _values(
    item: ItemRecord,
    ticket: TicketRecord | None,
    document: DocumentRecord | None,
    snapshot: Snapshot,
    fallbacks: Fallbacks,
    as_of: date,
) -> Effective:
    links = snapshot.links.get(item.id, ())
    link = next((one for one in links if ticket and one.ticket == ticket.id), None)
    held = Held(ticket=ticket, link=link) if ticket else None
    return effective(remembered(item, document), held, fallbacks, as_of)


def _row(
    item: ItemRecord, ticket: TicketRecord, document: DocumentRecord | None, values: Effective, as_of: date
) -> Row:
    due = values.due.value if values.due else None
    told = (Origin.TRACKER, Origin.DOCUMENT)
    late = (as_of - due).days if due and not ticket.state.closed else 0
    return Row(
        id=item.id,
        text=item.text,
        key=ticket.key,
        url=ticket.url,
        tracker=ticket.scope,
        state=ticket.state,
        native_status=ticket.native_status,
        values=values,
        owner=values.owner.value if values.owner else None,
        due=due,
        days_late=max(late, 0),
        priority=values.priority.value if values.priority else None,
        kind=values.kind.value if values.kind else None,
        kind_stated=values.kind is not None and values.kind.origin in told,
        team=values.team.value if values.team else None,
        document=item.document,
        line=item.line,
        incident=document.title if document else None,
        incident_date=document.incident_date if document else None,
        severity=document.severity if document else None,
        created=ticket.created.date(),
        closed=ticket.closed.date() if ticket.closed else None,
    )
