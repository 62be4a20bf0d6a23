"""Figures that are sums over the rows of a report. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from operator import attrgetter
from statistics import median

from followthrough.model import State
from followthrough.reporting.asked import Asked
from followthrough.reporting.figures import Bucket, By, Group, KindShare, Rates, Unknown
from followthrough.reporting.rows import Row

AGES = ((0, 30), (31, 90), (91, 180), (181, 365), (366, None))
"""Days since a measure got its ticket."""


def due_soon(rows: Sequence[Row], asked: Asked) -> tuple[Row, ...]:
    """Outstanding, not late, no accepted risk, and due within the next days; the next first."""
    last = asked.as_of + timedelta(days=asked.soon_days)
    found = [(row.due, row) for row in rows if row.due and asked.as_of <= row.due <= last]
    found.sort(key=lambda pair: (pair[0], pair[1].document, pair[1].line))
    return tuple(row for _, row in found if row.accepted is None)


def groups(rows: Sequence[Row], by: By, fates: Sequence[int]) -> tuple[Group, ...]:
    """The rows put together, most outstanding first; who has no name comes last. ``fates`` are the rows'."""
    pairs: Counter[tuple[str | None, int]]
    if by is By.SERVICE:
        pairs = Counter(
            (name, fate) for row, fate in zip(rows, fates, strict=True) for name in names(row, by)
        )
    else:
        pairs = Counter(zip(map(NAMES[by], rows), fates, strict=True))
    counts: dict[str | None, list[int]] = {}
    for (name, fate), number in pairs.items():
        counts.setdefault(name, [0, 0, 0, 0])[fate] = number
    titles = {row.document: row.incident for row in rows} if by is By.INCIDENT else {}
    found = [
        Group(
            name=name,
            title=titles.get(name or ""),
            tracked=sum(of),
            outstanding=of[0] + of[1],
            late=of[1],
            done=of[2],
            dropped=of[3],
        )
        for name, of in counts.items()
    ]
    found.sort(key=lambda one: (one.name is None, *_rank(one, by)))
    return tuple(found)


def fate(row: Row) -> int:
    """Which of four a row is: outstanding and not late, late, done, dropped."""
    if row.days_late:
        return 1
    return 2 if row.state is State.DONE else 3 if row.state is State.DROPPED else 0


def _rank(group: Group, by: By) -> tuple[object, ...]:
    if by is By.SEVERITY:
        return (group.name or "",)
    return (-group.outstanding, -group.late, -group.tracked, group.name or "")


def names(row: Row, by: By) -> Sequence[str | None]:
    """The groups that a row is in; ``None`` is that of those without."""
    return row.services or (None,) if by is By.SERVICE else (NAMES[by](row),)


NAMES: Mapping[By, Callable[[Row], str | None]] = {
    By.PERSON: attrgetter("owner"),
    By.TEAM: attrgetter("team"),
    By.SEVERITY: attrgetter("severity"),
    By.TRACKER: attrgetter("tracker"),
    By.INCIDENT: attrgetter("document"),
    By.KIND: attrgetter("kind"),
}
"""What a row is put together by; services aside, of which it may have several."""


def kinds(rows: Sequence[Row]) -> tuple[KindShare, ...]:
    """The outstanding ones by kind, most first."""
    every: Counter[str | None] = Counter()
    late: Counter[str | None] = Counter()
    told: Counter[str | None] = Counter()
    for row in rows:
        every[row.kind] += 1
        late[row.kind] += row.days_late > 0
        told[row.kind] += row.kind_stated
    return tuple(
        KindShare(
            kind=kind,
            outstanding=number,
            late=late[kind],
            stated=told[kind],
            inferred=number - told[kind] if kind else 0,
        )
        for kind, number in sorted(every.items(), key=lambda pair: (pair[0] is None, -pair[1], pair[0] or ""))
    )


def ageing(rows: Sequence[Row], as_of: date) -> tuple[Bucket, ...]:
    """The outstanding ones by their age; every bucket is named."""
    every, late = [0] * len(AGES), [0] * len(AGES)
    for row in rows:
        age = (as_of - row.created).days
        number = next(n for n, (_, most) in enumerate(AGES) if most is None or age <= most)
        every[number] += 1
        late[number] += row.days_late > 0
    return tuple(
        Bucket(least=least, most=most, outstanding=every[n], late=late[n])
        for n, (least, most) in enumerate(AGES)
    )


def rates(rows: Sequence[Row]) -> Rates:
    """Completion, punctuality and the time it takes."""
    done = [row for row in rows if row.state is State.DONE]
    late = sum(row.days_late > 0 for row in rows)
    days = sorted((row.closed - row.created).days for row in done if row.closed)
    return Rates(
        done=len(done),
        dropped=sum(row.state is State.DROPPED for row in rows),
        tracked=len(rows),
        on_time=sum(row.closed is not None and row.due is not None and row.closed <= row.due for row in done),
        on_time_of=sum(row.due is not None for row in done) + late,
        median_days=median(days) if days else None,
        p90_days=days[-(-9 * len(days) // 10) - 1] if days else None,
    )


def unknown(rows: Sequence[Row], missing: Collection[str]) -> Unknown:
    """What is not known of the outstanding ones."""
    late = [row for row in rows if row.days_late]
    return Unknown(
        unowned=sum(row.owner is None for row in rows),
        undated=sum(row.due is None for row in rows),
        kind_inferred=sum(row.kind is not None and not row.kind_stated for row in rows),
        kind_unknown=sum(row.kind is None for row in rows),
        late_promised=sum(row.promised for row in late),
        late_target=sum(not row.promised for row in late),
        missing=sum(row.id in missing for row in rows),
    )
