"""What every figure means, in one sentence each: they stand beside the figures wherever these are shown."""

from __future__ import annotations

from collections.abc import Mapping

from followthrough.reporting.asked import Asked
from followthrough.reporting.asking import MOST, OFTEN, QUIET
from followthrough.reporting.figures import LEAST


def definitions(asked: Asked) -> Mapping[str, str]:
    """By the name of the figure."""
    return {
        "tracked": "Measures that have a ticket which this program reads, whatever their state.",
        "outstanding": "Tracked, and neither done nor dropped, at the end of the report's day.",
        "late": (
            "Outstanding, their date before the report's day, and no accepted risk; a date is the ticket's, "
            "else the document's (promised), else a policy's (target)."
        ),
        "due_soon": f"Outstanding, not late, due within {asked.soon_days} days.",
        "done": "The tracker says done.",
        "dropped": "Closed without being done: a decision, counted as neither done nor outstanding.",
        "kind": (
            "What a measure does about incidents of its class; stated by document or tracker, else inferred "
            "from its words."
        ),
        "new": "They got their ticket since then.",
        "closed": "Not closed then, done or dropped now.",
        "reopened": "Closed then, outstanding now.",
        "age": "Days since a measure got its ticket.",
        "weeks": (
            "Monday to Sunday, the last one up to the report's day; closed are those that were not closed at "
            f"its start and are at its end; fewer than {LEAST} weeks make no trend."
        ),
        "completion": "Done, of all tracked measures.",
        "on_time": (
            "Done on their date or before, of those that are done and had a date and those that are late."
        ),
        "time_to_close": (
            "Days from ticket to done; the median, and the days within which nine of ten were done."
        ),
        "unprevented": (
            "Incidents none of whose measures is preventive, dropped and ignored ones not counted; where "
            "kinds are inferred this may be a mistake."
        ),
        "moved": "How often a date was moved to a later day in the tracker, as far as this program saw it.",
        "ask": (
            f"At most {MOST} outstanding measures: late ones first, the worst severity first, a promise "
            f"before a target; then what was untouched for {QUIET} days, moved or reopened {OFTEN} times, "
            "is blocked, recurred, or has no owner after a sev1 or sev2."
        ),
        "as_of": (
            "State, owner and date are those of the report's day; words, kind, priority and team are today's."
        ),
        "history": "Measures of incidents before the settings' `since` that have no ticket.",
        "indeterminate": "A create got no answer: there may be an issue or not; a later run finds out.",
        "untracked": "Known measures without a ticket that are in none of the other counts.",
        "accepted": "Somebody took the risk until a day: not late before it, and counted from that day on.",
        "confidential": "Tracked measures of confidential postmortems: in no other figure.",
    }
