"""Title and body of the ticket: the item and where it comes from, and how to finish it.

Never impact or root cause: those stay in the postmortem, which the ticket links to.
"""

from __future__ import annotations

from datetime import date, timedelta

from followthrough.connector import Body, BodyBlock, Draft, Footer, Inline, Paragraph, Quote
from followthrough.model import ActionItem, Incident

TITLE_LIMIT = 255
QUOTE_LIMIT = 700
"""Characters of the item's own words in a body, which holds at most 1,500 in all."""
PART_LIMIT = 100
"""Characters of each other thing there that a document may make as long as it likes."""
HOW_TO_FINISH = (
    "When you are done, close this issue: the postmortem is updated overnight. "
    "Not going to happen? Close it as won't do and say why."
)
LABELS = ("postmortem",)


def draw(
    id: str,
    path: str,
    item: ActionItem,
    incident: Incident,
    *,
    assignee: str | None = None,
    document_url: str | None = None,
) -> Draft:
    """The draft of one item's ticket."""
    return Draft(
        id=id,
        document=path,
        title=title_of(item.text),
        body=_body(id, path, item, incident, document_url),
        assignee=assignee,
        due=item.due,
        priority=item.priority,
        labels=LABELS,
    )


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


def _body(id: str, path: str, item: ActionItem, incident: Incident, url: str | None) -> Body:
    source = Inline(shorten(incident.title or path, PART_LIMIT), href=url)
    words = "\n".join(part for part in (item.text, item.description) if part)
    places = [
        shorten(path, PART_LIMIT) if incident.title and not url else "",
        f'"{shorten(item.section[-1], PART_LIMIT)}"' if item.section else "",
    ]
    where = f"{_facts(incident)}. {', '.join(filter(None, places))}".rstrip()
    blocks: list[BodyBlock] = [
        Paragraph((Inline("Promised in the postmortem "), source, Inline(where))),
        Quote((Inline(shorten(words, QUOTE_LIMIT)),)),
    ]
    about = _about(item)
    if about:
        blocks.append(Paragraph((Inline(about),)))
    blocks.append(Paragraph((Inline(HOW_TO_FINISH),)))
    blocks.append(Footer((Inline(f"Filed by followthrough, {id}."),)))
    return tuple(blocks)


def _facts(incident: Incident) -> str:
    facts = [incident.severity, _day(incident.date), _length(incident.duration)]
    known = ", ".join(fact for fact in facts if fact)
    return f" ({known})" if known else ""


def _about(item: ActionItem) -> str:
    parts = []
    if item.kind:
        parts.append(f"Kind: {item.kind.value} ({'stated' if item.kind_stated else 'inferred'}).")
    if item.owner:
        parts.append(f"Owner in the document: {shorten(item.owner, PART_LIMIT)}.")
    if item.due:
        parts.append(f"Due in the document: {_day(item.due)}.")
    return " ".join(parts)


def _day(day: date | None) -> str | None:
    return f"{day.day} {day:%B %Y}" if day else None


def _length(duration: timedelta | None) -> str | None:
    if duration is None or duration < timedelta(minutes=1):
        return None
    minutes = round(duration.total_seconds() / 60)
    hours, minutes = divmod(minutes, 60)
    parts = (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "")
    return " ".join(part for part in parts if part)
