"""From an action item to the ticket people receive: pure, neutral of any tracker's markup."""

from followthrough.tickets.draft import LABELS, Assignee, Source, draw, title_of

__all__ = ["LABELS", "Assignee", "Source", "draw", "title_of"]
