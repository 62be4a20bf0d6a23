"""What ``file`` asks and tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from followthrough.cli.screens.changes import pushed_lines
from followthrough.cli.screens.words import MARGIN, Screen, count
from followthrough.engine.running import Done
from followthrough.planning.plan import Action, Note, Plan, Step, TrackerFacts
from followthrough.tickets import title_of

SEEN = {True: "public", False: "private", None: "public or private, it does not say"}


def question(plan: Plan) -> str:
    """How many issues, where, who can read them, and how many people they are assigned to."""
    scopes = Counter(step.scope for step in plan.creates if step.scope)
    places = []
    for scope, number in scopes.items():
        facts = plan.trackers[scope]
        places.append(f"{count(number, 'issue')} in {facts.place or scope} ({SEEN[facts.public]})")
    people = {step.draft.assignee for step in plan.creates if step.draft and step.draft.assignee}
    assigned = f"{len(people)} {'person' if len(people) == 1 else 'people'}" if people else "nobody"
    return f"File {' and '.join(places)}, {assigned} assigned?"


def filed_lines(done: Done, screen: Screen) -> Iterator[str]:
    """What was filed and written, where to look at it, and how to take it back."""
    yield from created_lines(done, screen)
    yield from pushed_lines(done.pushed)
    for line in (*written_lines(done, screen), *troubles(done)):
        yield from screen.flow(line, MARGIN)
    yield filed_counts(done)
    for scope, where in done.where.items():
        name = done.plan.trackers[scope].called
        yield f"These issues in {name if name[:1].isupper() else f'the {name}'}: {where}"
    if done.filed.created:
        hint = f"`followthrough undo {done.run}` closes them as won't do and takes the links out."
        yield from screen.flow(f"Not what you wanted? {hint}")


def created_lines(done: Done, screen: Screen) -> Iterator[str]:
    """The issues, the wait for the first one of a tracker, and what has no answer or was refused."""
    keys = [ticket.key for _, ticket in done.filed.created]
    width = max((len(key) for key in keys), default=0)
    for step, ticket in done.filed.created:
        yield from screen.flow(f"{ticket.key:<{width}}  {title_of(step.text)}", width + 2)
        proof = done.filed.proofs.get(step.scope or "")
        if proof and proof.key == ticket.key:
            answer = (f"yes, {proof.seconds} s" if proof.seconds else "yes, at once") if proof.found else "no"
            name = _facts(done.plan, step).called
            whose = name if name[:1].isupper() else f"the {name}"
            yield from screen.flow(
                f"{'':<{width}}  First issue here: waiting until {whose}'s search shows it "
                f"(once per project) ... {answer}"
            )
    for note in done.filed.notes:
        yield from screen.flow(f"{'!':<{MARGIN}}{note}", MARGIN)
    for step, reason in done.filed.unknown:
        short = _facts(done.plan, step).short
        line = f"{short}-?  {title_of(step.text)}: {reason} {_next_look(step, screen)}"
        yield from screen.flow(line, MARGIN)
    for step, reason in done.filed.refused:
        line = f"{'!':<{MARGIN}}{step.path}:{step.line} was not filed: {reason}"
        yield from screen.flow(line, MARGIN)


def _facts(plan: Plan, step: Step) -> TrackerFacts:
    return plan.trackers.get(step.scope or "") or TrackerFacts(scope=step.scope or "")


def _next_look(step: Step, screen: Screen) -> str:
    when = screen.moment(step.retry_at or screen.now)
    return f"Not sent again; next look after {when}, nothing for you to do."


def filed_counts(done: Done) -> str:
    """How many creates ended how, and the run to name in ``undo``."""
    filed = done.filed
    counts = f"Filed {len(filed.created)}, failed {len(filed.refused)}, unknown {len(filed.unknown)}."
    return f"{counts}   Run {done.run}"


def links_and_statuses(done: Done) -> tuple[int, int]:
    """Of the lines written, how many got a link to a ticket of ours, and how many a status."""
    followed = {step.item for step in done.plan.steps if step.action is Action.FOLLOW}

    def is_link(note: Note) -> bool:
        return note.before is None and note.item not in followed

    notes = [note for _, notes in done.written.documents for note in notes]
    links = sum(is_link(note) for note in notes)
    return links, len(notes) - links


def written_lines(done: Done, screen: Screen) -> Iterator[str]:
    """Which documents were written."""
    documents = done.written.documents
    if not documents:
        return
    links, statuses = links_and_statuses(done)
    what = [count(links, "link")] if links else []
    what += [count(statuses, "status")] if statuses else []
    paths = [path for path, _ in documents]
    if any(map(screen.is_page, paths)):
        shown = ""
    elif screen.branch:
        shown = f", on the branch {screen.branch}"
    else:
        shown = "; `git diff` shows them" if screen.in_git else ""
    lines = f"{count(links + statuses, 'line')}{shown}"
    where = paths[0] if len(paths) == 1 else screen.documents(paths)
    yield f"{', '.join(what)} written to {where} ({lines})"


def troubles(done: Done) -> Iterator[str]:
    """What could not be written, and why."""
    written, sign = done.written, f"{'!':<{MARGIN}}"
    for path, line, reason in written.unlinked:
        yield f"{sign}{path}:{line} carries no link: {reason}. It is tracked in the ledger."
    for path, reason in written.read_only:
        yield f"{sign}{path} {reason} Its measures are tracked in the ledger."
    for path in written.changed:
        yield f"{path} was edited at that moment; nothing written there. The next run takes it up."
    for path, line, reason in written.refused:
        yield f"{sign}{path}{f':{line}' if line else ''} not written: {reason}"
