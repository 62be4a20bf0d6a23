"""One screen of a report as plain text, for a message that carries the page with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from followthrough.reporting import sentences
from followthrough.reporting.figures import By, Report
from followthrough.reporting.matters import Ask
from followthrough.reporting.plain import one_line
from followthrough.reporting.sentences import NUMBERS, Sentence, day, plain

WIDE = 100
"""Characters of a measure's or a team's words."""
TEAMS = 6


def screen(report: Report) -> str:
    """The first screen of the page: what is outstanding, what changed, what to ask about, what is not known.

    Plain lines without alignment, which every channel shows in the same way; no line is a person's.
    """
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield "OUTSTANDING WORK FROM INCIDENTS"
    yield sentences.when(report)
    yield ""
    for said in (
        sentences.headline(report),
        sentences.change(report),
        sentences.kinds(report),
        sentences.soon(report),
    ):
        if said:
            yield plain(said)
    if report.ask:
        yield from ("", f"{NUMBERS[len(report.ask)].upper()} TO ASK ABOUT")
        for number, ask in enumerate(report.ask, start=1):
            yield f"{number}. {_ask(report, ask)}"
    teams = report.by.get(By.TEAM, ())
    if teams:
        yield from ("", "TEAMS")
        for team in teams[:TEAMS]:
            yield f"- {_short(team.name or 'no team')}: {team.outstanding:,} outstanding, {team.late:,} late"
        if len(teams) > TEAMS:
            yield f"- {len(teams) - TEAMS:,} more"
    yield from _list("WHAT WE DO NOT KNOW", sentences.unknown(report))
    yield from _list("LEFT OUT", sentences.left_out(report))


def _ask(report: Report, ask: Ask) -> str:
    row = ask.row
    facts = [row.key, row.severity, row.team]
    if row.due:
        facts.append(f"{'promised for' if row.promised else 'target'} {day(row.due, report.as_of)}")
    told = ", ".join(_short(fact) for fact in facts if fact)
    return f"{_short(row.text)} ({told}): {', '.join(reason.words for reason in ask.reasons)}"


def _list(title: str, said: Iterable[Sentence]) -> Iterator[str]:
    lines = [f"- {plain(sentence)}" for sentence in said]
    if lines:
        yield from ("", title, *lines)


def _short(words: str) -> str:
    line = one_line(words)
    return line if len(line) <= WIDE else line[: WIDE - 1] + "…"
