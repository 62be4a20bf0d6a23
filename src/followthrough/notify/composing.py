"""The report as a message: one screen, as text and as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from followthrough.notify.letters import Letter
from followthrough.notify.saying import link, marked, plain
from followthrough.reporting import sentences
from followthrough.reporting.figures import By, Report
from followthrough.reporting.matters import Ask
from followthrough.reporting.plain import web_address
from followthrough.reporting.sentences import NUMBERS, Sentence, day

__all__ = ["letter_of"]

PAGE: str = "outstanding-work.html"
WIDE = 120
"""Characters of a measure's words."""
TEAMS = 6


def letter_of(report: Report, page: str | None, report_url: str | None) -> Letter:
    """One screen of the report, with its ``page`` where a channel takes files, else with where it is."""
    late = f"{len(report.late):,}" if report.late else "none"
    return Letter(
        title=f"Outstanding work from incidents: {len(report.outstanding):,}, {late} late",
        text="\n".join(_text(report)),
        markdown="\n".join(_markdown(report)),
        page=page,
        page_name=PAGE,
        attached=f"The whole report is attached: {PAGE}." if page else "",
        elsewhere=f"The whole report: {report_url}" if report_url else "",
    )


def _text(report: Report) -> Iterator[str]:
    yield plain(sentences.when(report))
    yield ""
    yield from _said(report)
    if report.ask:
        yield from ("", f"{NUMBERS[len(report.ask)].upper()} TO ASK ABOUT")
        for number, ask in enumerate(report.ask, start=1):
            yield f"{number}. {_ask(report, ask, plain)}"
            if to := web_address(ask.row.url):
                yield f"   {to}"
    for title, lines in _lists(report, plain):
        yield from ("", title.upper(), *(f"- {line}" for line in lines))


def _markdown(report: Report) -> Iterator[str]:
    """With emphasis, lists and links alone: of Markdown, that is what chat services know."""
    yield marked(sentences.when(report))
    yield ""
    # Each a paragraph of its own: some services join lines, others do not.
    yield "\n\n".join(_said(report))
    if report.ask:
        yield from ("", f"**{NUMBERS[len(report.ask)]} to ask about**", "")
        for ask in report.ask:
            yield f"- {link(ask.row.key, ask.row.url)} {_ask(report, ask, marked, key=False)}"
    for title, lines in _lists(report, marked):
        yield from ("", f"**{title}**", "", *(f"- {line}" for line in lines))


def _said(report: Report) -> list[str]:
    said = (
        sentences.headline(report),
        sentences.change(report),
        sentences.kinds(report),
        sentences.soon(report),
    )
    return [sentences.plain(one) for one in said if one]


def _ask(report: Report, ask: Ask, words: Callable[[str], str], *, key: bool = True) -> str:
    row = ask.row
    facts = [row.key if key else None, row.severity, row.team]
    if row.due:
        facts.append(f"{'promised for' if row.promised else 'target'} {day(row.due, report.as_of)}")
    told = ", ".join(words(fact) for fact in facts if fact)
    why = ", ".join(reason.words for reason in ask.reasons)
    return f"{words(_short(row.text))}{f' ({told})' if told else ''}: {why}"


def _lists(report: Report, words: Callable[[str], str]) -> Iterator[tuple[str, list[str]]]:
    teams = report.by.get(By.TEAM, ())
    named = [
        f"{words(team.name or 'no team')}: {team.outstanding:,} outstanding, {team.late:,} late"
        for team in teams[:TEAMS]
    ]
    named += [f"{len(teams) - TEAMS:,} more"] if len(teams) > TEAMS else []
    for title, lines in (
        ("Teams", named),
        ("What we do not know", _plain(sentences.unknown(report))),
        ("Left out", _plain(sentences.left_out(report))),
    ):
        if lines:
            yield title, lines


def _plain(said: Iterable[Sentence]) -> list[str]:
    return [sentences.plain(one) for one in said]


def _short(words: str) -> str:
    return words if len(words) <= WIDE else f"{words[: WIDE - 1]}…"
