"""What ``sync`` and ``run`` tell: each line they changed, and what they left to a human."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from followthrough.cli.screens.changes import pushed_lines
from followthrough.cli.screens.file import created_lines, filed_counts, troubles
from followthrough.cli.screens.plan import change
from followthrough.cli.screens.words import MARGIN, Names, Screen, cells, count, fit, matter_line
from followthrough.engine.running import Done
from followthrough.model import State
from followthrough.planning.plan import Action, Note

GAP = "   "


def synced_lines(done: Done, screen: Screen) -> Iterator[str]:
    """What ``sync`` changed, and what it left to a human."""
    yield from pushed_lines(done.pushed)
    yield from _synced(done, screen)
    for line in troubles(done):
        yield from screen.flow(line, MARGIN)
    yield synced_counts(done)


def run_lines(done: Done, screen: Screen) -> Iterator[str]:
    """What the nightly run did: what it filed, then what it brought back, each item once."""
    yield from created_lines(done, screen)
    yield from pushed_lines(done.pushed)
    yield from _synced(done, screen, leave_out={step.item for step, _ in done.filed.created})
    for line in troubles(done):
        yield from screen.flow(line, MARGIN)
    yield filed_counts(done)
    yield synced_counts(done)


def _synced(done: Done, screen: Screen, leave_out: Collection[str] = ()) -> Iterator[str]:
    names = Names(done.plan.paths)
    notes = [note for _, notes in done.written.documents for note in notes if note.item not in leave_out]
    rows = [
        (note.key, change(note), f"{names(note.path)}:{note.line}", _remark(note, screen)) for note in notes
    ]
    widths = [max((cells(row[at]) for row in rows), default=0) for at in range(3)]
    for row in rows:
        key, what, where = (fit(cell, width) for cell, width in zip(row[:3], widths, strict=True))
        line = f"{key}  {what}{GAP}{where}{GAP}{row[3]}".rstrip()
        yield from screen.flow(line, widths[0] + 2)
    for matter in done.plan.matters:
        yield from screen.flow(matter_line(matter, names), MARGIN)


def _remark(note: Note, screen: Screen) -> str:
    """What the change of state alone does not tell."""
    found = []
    if note.after is State.DONE and note.closed:
        found.append(f"resolved {screen.day(note.closed.astimezone(screen.zone).date())}")
    if note.before is None:
        found.append("link written")
    elif note.before is note.after:
        found.append("link brought up to date")
    return ", ".join([*found, note.why] if note.why else found)


def unchanged(done: Done) -> int:
    """How many measures with a ticket were left as they stand."""
    written = {note.item for _, notes in done.written.documents for note in notes}
    changed = sum(step.action is Action.KEEP and step.item in written for step in done.plan.steps)
    return done.plan.kept - changed


def synced_counts(done: Done) -> str:
    """The end of a sync; requests only where any went over the network."""
    lines = sum(len(notes) for _, notes in done.written.documents)
    parts = [
        f"{count(lines, 'line')} in {count(len(done.written.documents), 'file')}",
        f"{count(unchanged(done), 'measure')} unchanged",
    ]
    if done.requests:
        parts.append(count(done.requests, "request"))
    return f"{', '.join(parts)}."
