"""Whether the promises held: read from the servers, the documents and the ledger, never from what the engine says."""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.simulation.nights import Parts, Simulation, Size
from tests.simulation.server import BOT, Issue, Profile
from tests.simulation.truth import NONCE, item_lines, nonce_of

from followthrough.ledger.records import IntentStatus
from followthrough.planning.plan import Action


def simulate(seed: str, profile: Profile, parts: Parts | None = None, size: Size | None = None) -> Simulation:
    """Play one seed to its end and judge it."""
    simulation = Simulation(seed, profile, parts or Parts(), size or Size())
    simulation.chaos()
    wrote = simulation.quiet()
    judge(simulation, wrote)
    return simulation


def judge(simulation: Simulation, wrote: list[tuple[int, dict[str, int]]]) -> None:
    """Add to ``wrong`` what does not hold at the end."""
    simulation.wrong += duplicates(simulation)
    simulation.wrong += lost(simulation)
    simulation.wrong += unsettled(simulation)
    writes, records = wrote[-1]
    if writes or records:
        simulation.wrong.append(f"the last quiet night wrote {writes} times, and {records} into the ledger")


def issues_of(simulation: Simulation) -> dict[str, list[Issue]]:
    """Every issue that we ever created, the deleted ones too, by its item's own word."""
    found: dict[str, list[Issue]] = defaultdict(list)
    for server in simulation.servers.values():
        for issue in server.issues.values():
            nonce = NONCE.search(issue.ticket.title.encode())
            if issue.ticket.author == BOT and nonce:
                found[nonce[0].decode()].append(issue)
    return found


def duplicates(simulation: Simulation) -> list[str]:
    """Items with more than one issue.

    One that people deleted counts, unless the ledger was made to forget it. Nobody can know an item
    of which ledger, link, and words or path are gone at once: the stated limit.
    """
    wrong, forgot, truth = [], simulation.store.forgot, simulation.truth
    for nonce, found in issues_of(simulation).items():
        if forgot and nonce in truth.touched & truth.bare:
            continue
        counted = [issue for issue in found if not (issue.deleted and forgot)]
        if len(counted) > 1:
            keys = ", ".join(issue.ticket.key for issue in counted)
            wrong.append(f"{nonce} has {len(counted)} issues: {keys}")
    return wrong


def lost(simulation: Simulation) -> list[str]:
    """Open items that stand in a document, and have no issue though nobody has to be asked."""
    issues, wrong = issues_of(simulation), []
    ambiguous = simulation.truth.asked | cloned(simulation)
    if simulation.store.forgot:  # a link in a document, and neither ledger nor tracker to say whose
        ambiguous = ambiguous | {
            nonce for nonce, found in issues.items() if any(issue.deleted for issue in found)
        }
    steps = simulation.last.plan.steps if simulation.last else ()
    asked = Counter(
        found[0].decode()
        for step in steps
        if step.action is Action.ASK and (found := NONCE.search(step.text.encode()))
    )
    for path, data in sorted(simulation.files.seen.items()):
        lines = data.split(b"\n")
        for nonce in {
            nonce_of(lines[number]) for number in item_lines(data) if not lines[number].startswith(b"- [x]")
        }:
            if nonce not in issues and not (asked[nonce] and nonce in ambiguous):
                wrong.append(f"{nonce} in {path} has no issue")
            if asked[nonce] and nonce not in ambiguous:
                wrong.append(f"{nonce} in {path} is asked about, and nobody made it ambiguous")
    return wrong


def cloned(simulation: Simulation) -> set[str]:
    """Items of which somebody else made an issue with a copy of their marker: to ask whose it is, is right."""
    others = (
        issue
        for server in simulation.servers.values()
        for issue in server.issues.values()
        if issue.ticket.author != BOT
    )
    return {found[0].decode() for issue in others if (found := NONCE.search(issue.ticket.title.encode()))}


def unsettled(simulation: Simulation) -> list[str]:
    """Answers that are still out at the end, and items that wait for something."""
    if simulation.last is None:
        return ["the last quiet night did not end"]
    known = {step.item for step in simulation.last.plan.steps if step.action is not Action.ASK}
    out = (IntentStatus.PENDING, IntentStatus.UNKNOWN)
    intents = simulation.store.ledger.snapshot().intents.values()
    wrong = [
        f"{one.item} is {one.status} for ever" for one in intents if one.item in known and one.status in out
    ]
    waiting = (Action.WAIT, Action.LATER, Action.FILE)
    wrong += [
        f"{one.text}: {one.action}, {one.reason}"
        for one in simulation.last.plan.steps
        if one.action in waiting
    ]
    return wrong + [brake.message for brake in simulation.last.plan.brakes] + simulation.last.failures
