"""``status``: the last run, what waits for a human, and what waits by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

import typer

from followthrough.cli.options import AsFormat, Format

if TYPE_CHECKING:
    from followthrough.ledger import Run, Snapshot
    from followthrough.planning.plan import Plan


def status_command(ctx: typer.Context, format: AsFormat = Format.TEXT) -> int:
    """Tell how the last run ended, what waits for you, and what resolves itself.

    followthrough status
    """
    from followthrough.cli import output
    from followthrough.cli.requests import request_for
    from followthrough.cli.workspace import known_documents, open_job, workspaces
    from followthrough.engine.survey import survey

    workspace = workspaces(ctx, None)[0]
    with open_job(workspace, "status", writing=False) as job:
        runs = job.ledger.runs(1)
        snapshot = job.ledger.snapshot()
        plan = survey(job, request_for(workspace, offline=True, extra=known_documents(job))).plan
    last = runs[0] if runs else None
    if format is Format.TEXT:
        for line in lines(last, snapshot, plan, workspace.settings.zone):
            output.data(line)
    else:
        record = to_json(last, snapshot, plan)
        output.as_json(record) if format is Format.JSON else output.as_jsonl([record])
    return 0


def states(snapshot: Snapshot) -> Counter[str]:
    """How many tracked measures are in each state."""
    tracked = (snapshot.ticket_of(id) for id in snapshot.links)
    return Counter(ticket.state.value for ticket in tracked if ticket)


def lines(last: Run | None, snapshot: Snapshot, plan: Plan, zone: tzinfo) -> Iterator[str]:
    """The page as people read it."""
    from followthrough.cli.render import count
    from followthrough.model import State
    from followthrough.planning.plan import Action

    if last is None:
        yield "Last run    none yet. Start with `followthrough plan`."
    else:
        when = (last.finished or last.started).astimezone(zone)
        took = f", {(last.finished - last.started).seconds} s" if last.finished else ""
        how = "ok" if not last.exit_code else f"exit code {last.exit_code}"
        yield f"Last run    {last.id}, {last.command}, {when:%a %H:%M}{took}, {how}."
    counted = states(snapshot)
    known = ", ".join(f"{counted[state.value]} {state.words}" for state in State if counted[state.value])
    documents = len({snapshot.items[id].document for id in snapshot.links if id in snapshot.items})
    tracked = count(sum(counted.values()), "measure")
    yield f"Tracking    {tracked} in {count(documents, 'document')}{f': {known}' if known else ''}"
    asks = [step for step in plan.steps if step.action is Action.ASK]
    mine = [(m.code.replace("-", " "), f"{m.path}:{m.line}", m.choices or m.message) for m in plan.matters]
    told = {(m.path, m.line) for m in plan.matters}
    mine += [("decide", f"{s.path}:{s.line}", s.reason) for s in asks if (s.path, s.line) not in told]
    yield from _section(f"For you ({len(mine)})", mine)
    waits = [s for s in plan.steps if s.action is Action.WAIT and s.retry_at]
    yield from _section(
        "By itself", [(s.reason, f"{s.path}:{s.line}", f"looks again {s.retry_at:%a %H:%M}") for s in waits]
    )
    drafts = Counter((s.path, s.reason) for s in plan.steps if s.action is Action.WAIT and not s.retry_at)
    yield from _section(
        "In writing", [(count(number, "measure"), path, reason) for (path, reason), number in drafts.items()]
    )
    filing = len(plan.creates) + plan.counts()["later"]
    if filing:
        yield f"To file     {count(filing, 'measure')}: `followthrough plan` shows them"


def _section(title: str, rows: list[tuple[str, str, str]]) -> Iterator[str]:
    for number, (what, where, how) in enumerate(rows):
        yield f"{title if number == 0 else '':<11} {what:<24} {where:<36} {how}".rstrip()


def to_json(last: Run | None, snapshot: Snapshot, plan: Plan) -> dict[str, Any]:
    """The same for another program."""
    from followthrough.planning.plan import Action

    counted = states(snapshot)
    return {
        "schema": "followthrough.status/1",
        "last_run": None
        if last is None
        else {
            "id": last.id,
            "command": last.command,
            "started": last.started.isoformat(),
            "finished": last.finished.isoformat() if last.finished else None,
            "exit": last.exit_code,
            "counts": dict(last.counts),
        },
        "tracking": dict(counted),
        "matters": [
            {
                "code": m.code,
                "path": m.path,
                "line": m.line,
                "item": m.item,
                "key": m.key,
                "message": m.message,
            }
            for m in plan.matters
        ],
        "waiting": [
            {
                "item": s.item,
                "path": s.path,
                "line": s.line,
                "reason": s.reason,
                "retry_at": s.retry_at.isoformat() if s.retry_at else None,
            }
            for s in plan.steps
            if s.action is Action.WAIT
        ],
        "asks": [
            {"item": s.item, "path": s.path, "line": s.line, "reason": s.reason}
            for s in plan.steps
            if s.action is Action.ASK
        ],
    }
