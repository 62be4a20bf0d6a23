"""Figures of the page as links to the measures that they count."""

from __future__ import annotations

from markupsafe import Markup

from followthrough.reporting.figures import By
from followthrough.reporting.page.drawings import Part
from followthrough.reporting.plain import one_line
from followthrough.reporting.sentences import Count, Figure, Sentence
from followthrough.reporting.tokens import Is, Tokens

SHOWS = {
    Is.OUTSTANDING: "outstanding",
    Is.LATE: "late",
    Is.SOON: "due soon",
    Is.UNOWNED: "without owner",
    Is.UNDATED: "without date",
    Is.ACCEPTED: "accepted risks",
    Is.DONE: "done",
    Is.DROPPED: "dropped",
}
"""What the list can be narrowed to by hand."""
ALSO = {
    Is.PROMISED: "late for a promised date",
    Is.TARGET: "late for a policy's target",
    Is.TARGETED: "with a policy's target",
    Is.INFERRED: "kind inferred",
    Is.STATED: "kind stated",
    Is.MOVED: "date moved",
    Is.MISSING: "ticket not found",
    Is.ON_TIME: "done on time",
    Is.DATED: "date has come",
    Is.NEW: "new",
    Is.CLOSED_SINCE: "closed since then",
    Is.REOPENED_SINCE: "reopened since then",
}
"""What only a figure narrows it to; the words stand on the button that takes this back."""


class Leads:
    """Makes links of figures where the list can show exactly what is counted."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def said(self, sentence: Sentence) -> Markup:
        """A sentence with its figures as links."""
        return Markup("").join(part if isinstance(part, str) else self.lead(part) for part in sentence)

    def group(self, number: int, true: str, by: By, name: str | None) -> Markup:
        """A figure of a table of groups; ``true`` is a token, or empty for all of the group."""
        return self.lead(Figure(number, (Is(true),) if true else (), by, name))

    def lead(self, figure: Figure | Count | Part | str) -> Markup:
        """One figure, as a link where it counts any measure."""
        if isinstance(figure, str):
            return Markup.escape(figure)
        shown = f"{figure.number:,}"
        if isinstance(figure, Count) and figure.of is By.INCIDENT:
            return Markup('<a class="n" href="#incidents">{}</a>').format(shown)
        if isinstance(figure, Count) or not figure.number:
            return Markup.escape(shown)
        wanted = list(figure.tokens if isinstance(figure, Part) else figure.true)
        words = [ALSO[Is(token)] for token in wanted if token in ALSO]
        if isinstance(figure, Part):
            words.append(figure.words)
        elif figure.by is not None:
            wanted.append(self._tokens.group(figure.by, figure.name))
            words.append(one_line(f"{figure.by.value} {figure.name or 'unknown'}"))
        if self._tokens.count(*wanted) != figure.number:
            return Markup.escape(shown)
        return Markup('<a class="n" href="#list" data-want="{}"{}>{}</a>').format(
            " ".join(wanted), Markup(' data-label="{}"').format(", ".join(words)) if words else "", shown
        )
