from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.connector import Draft, Footer, Paragraph, Quote
from followthrough.model import ActionItem, Incident, Kind, Place, Reference, Span
from followthrough.tickets import draw
from followthrough.tickets.draft import title_of

ID = "7f3k9q2m8dxa"
URL = "https://github.com/acme/pm/blob/main/2026-11-12.md"


def item(text: str = "Alert when the pool is over 90 %.", **fields: Any) -> ActionItem:
    values: dict[str, Any] = {
        "text": text,
        "span": Span(0, 1),
        "line": 41,
        "end_line": 41,
        "section": ("Checkout down", "Action items"),
        "place": Place(0),
        "reason": "a bullet under Action items",
    }
    return ActionItem(**{**values, **fields})


CHECKOUT = Incident(
    title="Checkout down",
    date=date(2026, 11, 12),
    severity="sev1",
    duration=timedelta(hours=2, minutes=10),
    start=datetime(2026, 11, 12, 9, 0),  # noqa: DTZ001  as a document states it, without a zone
    impact="SECRET IMPACT",
    root_cause="SECRET CAUSE",
    team="Payments",
    authors=("Secret Author",),
)


def words(draft: Draft) -> list[str]:
    """The body, a line a block; links as ``[words](address)``."""
    return [
        "".join(f"[{one.text}]({one.href})" if one.href else one.text for one in block.inlines)
        for block in draft.body
    ]


# --- the title ------------------------------------------------------------------------------------

LONG = "word " * 100


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Add an alert", "Add an alert"),
        ("Add an alert.", "Add an alert"),
        ("Add an alert. ", "Add an alert"),
        ("Add an alert. Test it.", "Add an alert. Test it"),
        ("Add an alert, etc...", "Add an alert, etc..."),
        ("Add an alert?", "Add an alert?"),
        ("Upgrade to 2.1", "Upgrade to 2.1"),
        ("Add\nan\r\n  alert\u2028now", "Add an alert now"),
        ("  Add an alert\t", "Add an alert"),
        ("x" * 255, "x" * 255),
        ("x" * 256, "x" * 254 + "…"),
        (LONG, ("word " * 50).rstrip() + "…"),
        ("x" * 200 + " " + "y" * 100, "x" * 200 + "…"),
        ("ab " + "y" * 300, "ab " + "y" * 251 + "…"),
        ("🚒" * 300, "🚒" * 254 + "…"),
    ],
    ids=[
        "as it is",
        "full stop",
        "full stop and blank",
        "only the last full stop",
        "ellipsis stays",
        "question mark stays",
        "number",
        "one line",
        "ends",
        "just fits",
        "one word too long",
        "at a word",
        "at a late word",
        "not at a very early word",
        "characters, not bytes",
    ],
)
def test_title(text: str, title: str) -> None:
    assert title_of(text) == title


@given(st.text())
def test_a_title_is_one_line_of_at_most_255_characters(text: str) -> None:
    title = title_of(text)
    assert len(title) <= 255
    assert title == " ".join(title.split())


# --- the whole ticket -----------------------------------------------------------------------------


def test_a_ticket_with_everything() -> None:
    whole = item(
        description="It took 40 minutes to see it.",
        kind=Kind.DETECTIVE,
        owner="@sam",
        owners=("sam",),
        due=date(2026, 11, 27),
        priority="P1",
        references=(Reference("OPS-1"),),
    )
    draft = draw(ID, "2026-11-12.md", whole, CHECKOUT, assignee="sam", document_url=URL)
    assert words(draft) == [
        f'Promised in the postmortem [Checkout down]({URL}) (sev1, 12 November 2026, 2 h 10 min). "Action items"',
        "Alert when the pool is over 90 %.\nIt took 40 minutes to see it.",
        "Kind: detective (inferred). Owner in the document: @sam. Due in the document: 27 November 2026.",
        "When you are done, close this issue: the postmortem is updated overnight. "
        "Not going to happen? Close it as won't do and say why.",
        f"Filed by followthrough, {ID}.",
    ]
    assert [type(block) for block in draft.body] == [Paragraph, Quote, Paragraph, Paragraph, Footer]
    assert (draft.id, draft.document, draft.title) == (
        ID,
        "2026-11-12.md",
        "Alert when the pool is over 90 %",
    )
    assert (draft.assignee, draft.due, draft.priority) == ("sam", date(2026, 11, 27), "P1")
    assert draft.labels == ("postmortem",)


def test_a_ticket_with_nothing() -> None:
    draft = draw(ID, "pm/a.md", item("Add an alert", section=()), Incident())
    assert words(draft) == [
        "Promised in the postmortem pm/a.md.",
        "Add an alert",
        "When you are done, close this issue: the postmortem is updated overnight. "
        "Not going to happen? Close it as won't do and say why.",
        f"Filed by followthrough, {ID}.",
    ]
    assert (draft.assignee, draft.due, draft.priority) == (None, None, None)


@pytest.mark.parametrize(
    ("incident", "section", "url", "first"),
    [
        (Incident(title="Down"), ("Actions",), None, 'Promised in the postmortem Down. a.md, "Actions"'),
        (Incident(title="Down"), (), None, "Promised in the postmortem Down. a.md"),
        (Incident(title="Down"), (), URL, f"Promised in the postmortem [Down]({URL})."),
        (Incident(title="Down"), ("A", "B"), URL, f'Promised in the postmortem [Down]({URL}). "B"'),
        (Incident(), ("Actions",), None, 'Promised in the postmortem a.md. "Actions"'),
        (Incident(severity="sev2"), (), None, "Promised in the postmortem a.md (sev2)."),
        (
            Incident(title="Down", duration=timedelta(minutes=60)),
            (),
            URL,
            f"Promised in the postmortem [Down]({URL}) (1 h).",
        ),
        (
            Incident(title="Down", duration=timedelta(seconds=59)),
            (),
            URL,
            f"Promised in the postmortem [Down]({URL}).",
        ),
        (
            Incident(title="Down", duration=timedelta(minutes=7, seconds=40)),
            (),
            URL,
            f"Promised in the postmortem [Down]({URL}) (8 min).",
        ),
        (
            Incident(title="Down", duration=timedelta(days=2, minutes=1)),
            (),
            URL,
            f"Promised in the postmortem [Down]({URL}) (48 h 1 min).",
        ),
    ],
    ids=[
        "path and section",
        "path",
        "address",
        "address and inner section",
        "no title",
        "no title, severity",
        "an hour",
        "under a minute",
        "minutes",
        "days",
    ],
)
def test_where_a_measure_comes_from(
    incident: Incident, section: tuple[str, ...], url: str | None, first: str
) -> None:
    assert words(draw(ID, "a.md", item(section=section), incident, document_url=url))[0] == first


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({"kind": Kind.PREVENTIVE, "kind_stated": True}, "Kind: preventive (stated)."),
        ({"kind": Kind.PREVENTIVE}, "Kind: preventive (inferred)."),
        ({"owner": "Sam"}, "Owner in the document: Sam."),
        ({"due": date(2026, 1, 2)}, "Due in the document: 2 January 2026."),
    ],
    ids=["stated kind", "inferred kind", "owner", "due"],
)
def test_what_is_known_of_a_measure(fields: dict[str, Any], about: str) -> None:
    assert words(draw(ID, "a.md", item(**fields), CHECKOUT))[2] == about


def test_impact_cause_and_people_of_the_incident_stay_in_the_postmortem() -> None:
    assert "secret" not in repr(draw(ID, "a.md", item(), CHECKOUT)).lower()


def test_the_quote_is_the_items_words_untouched() -> None:
    hostile = "Use `rm -rf` | <script> @all #12 [x](y) {color:red}"
    quote = draw(ID, "a.md", item(hostile), CHECKOUT).body[1]
    assert isinstance(quote, Quote)
    assert [one.text for one in quote.inlines] == [hostile]
    assert quote.inlines[0].href is None


@pytest.mark.parametrize("url", [None, URL], ids=["path", "address"])
@pytest.mark.parametrize(
    "long",
    ["text", "description", "owner", "section", "title", "path", "all"],
)
def test_a_body_holds_at_most_1500_characters(long: str, url: str | None) -> None:
    def much(what: str, else_: str) -> str:
        return "very long words " * 300 if long in (what, "all") else else_

    one = item(
        much("text", "Add an alert"),
        description=much("description", ""),
        owner=much("owner", "Sam"),
        section=("Post", much("section", "Actions")),
        kind=Kind.MITIGATIVE,
        due=date(2026, 9, 30),
    )
    incident = Incident(
        title=much("title", "Down"), severity="sev1", date=date(2026, 9, 30), duration=timedelta(minutes=1439)
    )
    draft = draw(ID, much("path", "a.md"), one, incident, document_url=url)
    assert sum(len(inline.text) for block in draft.body for inline in block.inlines) <= 1500
    assert ID in words(draft)[-1]


def test_the_same_item_gives_the_same_ticket() -> None:
    assert draw(ID, "a.md", item(), CHECKOUT) == draw(ID, "a.md", item(), CHECKOUT)
