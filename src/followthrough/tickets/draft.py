"""Title and body of the ticket: the item and where it comes from, and how to finish it.

Never impact or root cause: those stay in the postmortem, which the ticket links to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from followthrough.connector import Body, BodyBlock, Draft, Footer, Inline, Paragraph, Quote, Wording
from followthrough.model import ActionItem, Incident
from followthrough.policy.due import Due, DueOrigin

TITLE_LIMIT = 255
QUOTE_LIMIT = 500
"""Characters of the item's own words in a body, which holds at most 1,500 in all."""
NAME_LIMIT = 100
"""Characters of a title or heading that a body names."""
LABELS = ("postmortem",)
ABOUT = "https://github.com/followthrough/followthrough"
"""Where the ticket's reader learns what filed it."""


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who an owner's words mean in one tracker. ``note`` says why, where nobody is meant."""

    account: str | None = None
    note: str | None = None
    team: bool = False
    """The words name a team, which no tracker can be assigned to."""
    email: str | None = None
    """An address of whom the words mean, for a tracker that can look the account up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an item stands: all that a ticket tells of its postmortem."""

    path: str
    incident: Incident
    words: str
    """The item as a reader of the document sees it."""
    url: str | None = None
    """Where a person opens the document."""


def draw(
    id: str,
    item: ActionItem,
    source: Source,
    *,
    assignee: Assignee,
    due: Due | None = None,
    labels: tuple[str, ...] = LABELS,
    wording: Wording,
) -> Draft:
    """The draft of one item's ticket, in the words of one tracker."""
    return Draft(
        id=id,
        document=source.path,
        title=title_of(item.text),
        body=_brief(id, item, source, assignee, due, wording)
        if wording.brief
        else _full(id, item, source, assignee, due, wording),
        assignee=assignee.account,
        due=due.day if due else None,
        priority=item.priority,
        labels=labels,
        facts=_known_facts(item, source),
    )


def _known_facts(item: ActionItem, source: Source) -> dict[str, str]:
    """What a tracker's settings may fill its own fields with."""
    incident = source.incident
    facts = {
        "kind": item.kind.value if item.kind else None,
        "severity": incident.severity,
        "service": ", ".join(incident.services),
        "team": incident.team,
        "owner": item.owner,
        "incident": incident.title,
        "date": incident.date.isoformat() if incident.date else None,
        "url": source.url,
    }
    return {name: fact for name, fact in facts.items() if fact}


def title_of(text: str) -> str:
    """The item's words as a summary: one line, no trailing full stop, at most 255 characters."""
    line = " ".join(text.split())
    if line.endswith(".") and not line.endswith(".."):
        line = line[:-1]
    return shorten(line, TITLE_LIMIT)


def shorten(text: str, limit: int) -> str:
    """Cut at a word's end, with an ellipsis, so that at most ``limit`` characters remain."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head) + "…"


def _full(
    id: str, item: ActionItem, source: Source, assignee: Assignee, due: Due | None, wording: Wording
) -> Body:
    blocks: list[BodyBlock] = [
        Paragraph(_promised(item, source)),
        Quote((Inline(shorten(source.words, QUOTE_LIMIT)),)),
    ]
    facts = [
        f"Kind: {item.kind.value} ({'stated' if item.kind_stated else 'inferred'})" if item.kind else None,
        _owner(item, assignee, wording),
        _date(due, wording),
    ]
    known = "   ".join(fact for fact in facts if fact)
    if known:
        blocks.append(Paragraph((Inline(known),)))
    blocks.append(Paragraph((Inline(wording.finish),)))
    blocks.append(Footer((Inline(f"Filed by followthrough, {id}. "), Inline("What is this?", href=ABOUT))))
    return tuple(blocks)


def _promised(item: ActionItem, source: Source) -> tuple[Inline, ...]:
    """Which postmortem, and where in it; the path once, where it stands in for the title."""
    section = f', "{shorten(item.section[-1], NAME_LIMIT)}"' if item.section else ""
    facts = _facts(source.incident)
    if source.url is None and source.incident.title is None:
        return (Inline(f"Promised in the postmortem {_name(source)}{facts}{section}."),)
    if source.url is None:
        place = Inline(shorten(source.path, NAME_LIMIT) + section)
    else:
        place = Inline(f"Open the postmortem{section}", href=source.url)
    return (Inline(f'Promised in the postmortem "{_name(source)}"{facts}. '), place)


def _brief(
    id: str, item: ActionItem, source: Source, assignee: Assignee, due: Due | None, wording: Wording
) -> Body:
    severity = f" ({source.incident.severity})" if source.incident.severity else ""
    place = f": {shorten(source.path, NAME_LIMIT)}" if source.incident.title and source.url is None else ""
    facts = [_owner(item, assignee, wording), _date(due, wording)]
    known = " ".join(f"{fact}." for fact in facts if fact)
    blocks: list[BodyBlock] = [
        Quote((Inline(shorten(source.words, QUOTE_LIMIT)),)),
        Paragraph(
            (
                Inline("From the postmortem "),
                Inline(_name(source), href=source.url),
                Inline(f"{severity}{place}."),
            )
        ),
    ]
    if known:
        blocks.append(Paragraph((Inline(known),)))
    blocks.append(Paragraph((Inline(wording.finish),)))
    blocks.append(Footer((Inline(f"Filed by followthrough · {id} · "), Inline("what is this?", href=ABOUT))))
    return tuple(blocks)


def _name(source: Source) -> str:
    """The incident's title with its day, unless the title tells it itself; without a title the path."""
    title, day = source.incident.title, source.incident.date
    if title is None:
        return shorten(source.path, NAME_LIMIT)
    name = shorten(title, NAME_LIMIT)
    return name if day is None or _tells(name, day) else f"{name}, {_day(day)}"


def _tells(title: str, day: date) -> bool:
    """Whether a title names the day: its year, its day, and its month as a number or by its first letters."""
    numbers = [int(digits) for digits in re.findall(r"\d{1,4}", title)]
    if day.year not in numbers or day.day not in numbers:
        return False
    return f"{day:%b}".casefold() in title.casefold() or numbers.count(day.month) > (day.month == day.day)


def _facts(incident: Incident) -> str:
    known = ", ".join(fact for fact in (incident.severity, _length(incident.duration)) if fact)
    return f" ({known})" if known else ""


def _owner(item: ActionItem, assignee: Assignee, wording: Wording) -> str | None:
    """Only where nobody was assigned: an assignee is to be seen in the issue itself."""
    if item.owner is None or assignee.account is not None:
        return None
    reason = assignee.note or f"no {wording.name} account known"
    return f'Owner in the document: "{shorten(item.owner, NAME_LIMIT)}" ({reason})'


def _date(due: Due | None, wording: Wording) -> str | None:
    if due is None:
        return None
    days = " day" if due.rule.endswith(" 1 d") else " days"
    rule = re.sub(" d$", days, due.rule) or "an earlier policy"
    if wording.brief:
        origin = f" ({rule})" if due.origin is DueOrigin.TARGET else ""
        return f"{'Target' if due.origin is DueOrigin.TARGET else 'Promised'} date: {_day(due.day)}{origin}"
    if due.origin is DueOrigin.TARGET:
        return f"Date: target for {rule}; move it here if it is wrong."
    return "Date: promised in the document."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _length(duration: timedelta | None) -> str | None:
    if duration is None or duration < timedelta(minutes=1):
        return None
    minutes = round(duration.total_seconds() / 60)
    hours, minutes = divmod(minutes, 60)
    parts = (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "")
    return " ".join(part for part in parts if part)
