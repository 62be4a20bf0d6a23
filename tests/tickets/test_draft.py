from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.connector import Draft, Footer, Paragraph, Quote, Wording
from followthrough.model import ActionItem, Incident, Kind, Place, Reference, Span
from followthrough.policy.due import Due, DueOrigin
from followthrough.tickets import Assignee, Source, draw
from followthrough.tickets.draft import title_of
from followthrough_github.markdown import render

ID = "7f3k9q2m8dxa"
PATH = "pm/2026-11-12.md"
URL = "https://github.com/acme/pm/blob/main/pm/2026-11-12.md#action-items"
ABOUT = "https://github.com/followthrough/followthrough"

JIRA = Wording(
    name="Jira",
    finish="When you are done, close this issue: the postmortem is updated overnight. "
    "Not going to happen? Resolve as Won't Do and say why in a comment. "
    "Already tracked elsewhere? Resolve as Duplicate and link it: the postmortem follows the other issue.",
)
GITHUB = Wording(
    name="GitHub",
    finish="Close as completed when done; close as not planned, with a word why, if it will not be done. "
    "The document follows overnight.",
    brief=True,
)
TARGET = Due(date(2026, 11, 27), DueOrigin.TARGET, "sev2, 15 d")
NOBODY = Assignee()
PROMISED = Due(date(2026, 12, 4), DueOrigin.PROMISED)


def item(text: str = "Alert when the queue is over ten minutes old.", **fields: Any) -> ActionItem:
    values: dict[str, Any] = {
        "text": text,
        "span": Span(0, 1),
        "line": 41,
        "end_line": 41,
        "section": ("Orders stuck", "Action items"),
        "place": Place(0),
        "reason": "a bullet under Action items",
    }
    return ActionItem(**{**values, **fields})


ORDERS = Incident(
    title="Orders stuck",
    date=date(2026, 11, 12),
    severity="sev2",
    duration=timedelta(hours=1, minutes=25),
    start=datetime(2026, 11, 12, 9, 0),  # noqa: DTZ001  as a document states it, without a zone
    impact="SECRET IMPACT",
    root_cause="SECRET CAUSE",
    team="Payments",
    authors=("Secret Author",),
)


def ticket(
    one: ActionItem | None = None,
    incident: Incident = ORDERS,
    *,
    path: str = PATH,
    words: str = "Alert when the queue is over ten minutes old. (owner: Lin)",
    url: str | None = URL,
    assignee: Assignee = NOBODY,
    due: Due | None = None,
    wording: Wording = JIRA,
) -> Draft:
    source = Source(path=path, incident=incident, words=words, url=url)
    return draw(ID, one or item(), source, assignee=assignee, due=due, wording=wording)


def shown(draft: Draft) -> list[str]:
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


# --- the whole ticket, word for word --------------------------------------------------------------


def test_a_ticket_in_full() -> None:
    one = item(
        kind=Kind.DETECTIVE, owner="Lin", owners=("lin",), priority="P1", references=(Reference("OPS-1"),)
    )
    draft = ticket(one, assignee=Assignee("lin-account"), due=TARGET)
    assert shown(draft) == [
        'Promised in the postmortem "Orders stuck, 12 November 2026" (sev2, 1 h 25 min). '
        f'[Open the postmortem, "Action items"]({URL})',
        "Alert when the queue is over ten minutes old. (owner: Lin)",
        "Kind: detective (inferred)   Date: target for sev2, 15 days; move it here if it is wrong.",
        "When you are done, close this issue: the postmortem is updated overnight. Not going to happen? "
        "Resolve as Won't Do and say why in a comment. Already tracked elsewhere? Resolve as Duplicate and "
        "link it: the postmortem follows the other issue.",
        f"Filed by followthrough, 7f3k9q2m8dxa. [What is this?]({ABOUT})",
    ]
    assert [type(block) for block in draft.body] == [Paragraph, Quote, Paragraph, Paragraph, Footer]
    assert (draft.id, draft.document) == (ID, PATH)
    assert draft.title == "Alert when the queue is over ten minutes old"
    assert (draft.assignee, draft.due, draft.priority) == ("lin-account", date(2026, 11, 27), "P1")
    assert draft.labels == ("postmortem",)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Orders stuck, 12 November 2026", "Orders stuck, 12 November 2026"),
        ("2026-11-12 Orders stuck", "2026-11-12 Orders stuck"),
        ("Nov 12, 2026: orders stuck", "Nov 12, 2026: orders stuck"),
        ("12.11.2026 Orders stuck", "12.11.2026 Orders stuck"),
        ("Orders stuck in 2026", "Orders stuck in 2026, 12 November 2026"),
        ("12 orders stuck since November", "12 orders stuck since November, 12 November 2026"),
        ("12 of 2026 orders stuck", "12 of 2026 orders stuck, 12 November 2026"),
    ],
)
def test_a_day_that_the_title_tells_is_not_told_again(title: str, name: str) -> None:
    body = render(ticket(incident=Incident(title=title, date=date(2026, 11, 12))).body)
    assert f'"{name}"' in body.replace("\\", "")


def test_a_ticket_in_brief() -> None:
    one = item("Rehearse draining the queue.", owner="Storage", kind=Kind.PROCESS)
    draft = ticket(one, words="Rehearse draining the queue. (Storage)", due=TARGET, wording=GITHUB)
    assert shown(draft) == [
        "Rehearse draining the queue. (Storage)",
        f"From the postmortem [Orders stuck, 12 November 2026]({URL}) (sev2).",
        'Owner in the document: "Storage" (no GitHub account known). '
        "Target date: 27 November 2026 (sev2, 15 days).",
        "Close as completed when done; close as not planned, with a word why, if it will not be done. "
        "The document follows overnight.",
        f"Filed by followthrough · 7f3k9q2m8dxa · [what is this?]({ABOUT})",
    ]
    assert [type(block) for block in draft.body] == [Quote, Paragraph, Paragraph, Paragraph, Footer]
    assert draft.title == "Rehearse draining the queue"
    assert draft.assignee is None


def test_a_ticket_in_brief_as_markdown() -> None:
    one = item("Rehearse draining the queue.", owner="Storage")
    draft = ticket(one, words="Rehearse draining the queue", due=TARGET, wording=GITHUB)
    assert render(draft.body) == (
        "> Rehearse draining the queue\n\n"
        f"From the postmortem [Orders stuck, 12 November 2026]({URL}) (sev2).\n\n"
        'Owner in the document: "Storage" (no GitHub account known). '
        "Target date: 27 November 2026 (sev2, 15 days).\n\n"
        "Close as completed when done; close as not planned, with a word why, if it will not be done. "
        "The document follows overnight.\n\n"
        f"<sub>Filed by followthrough · 7f3k9q2m8dxa · [what is this?]({ABOUT})</sub>"
    )


def test_a_ticket_with_nothing_known() -> None:
    bare = item("Add an alert", section=())
    full = ticket(bare, Incident(), path="pm/a.md", words="Add an alert", url=None)
    assert shown(full) == [
        "Promised in the postmortem pm/a.md.",
        "Add an alert",
        JIRA.finish,
        f"Filed by followthrough, {ID}. [What is this?]({ABOUT})",
    ]
    assert (full.assignee, full.due, full.priority) == (None, None, None)
    brief = ticket(bare, Incident(), path="pm/a.md", words="Add an alert", url=None, wording=GITHUB)
    assert shown(brief) == [
        "Add an alert",
        "From the postmortem pm/a.md.",
        GITHUB.finish,
        f"Filed by followthrough · {ID} · [what is this?]({ABOUT})",
    ]


def test_a_tracker_of_no_name_has_words_too() -> None:
    draft = ticket(item(owner="Lin"), wording=Wording())
    assert shown(draft)[2:4] == [
        'Owner in the document: "Lin" (no tracker account known)',
        "When you are done, close this issue: the postmortem is updated overnight. "
        "Not going to happen? Close it as won't do and say why.",
    ]


# --- where it comes from --------------------------------------------------------------------------

DOWN = Incident(title="Down")
QUEUE = 'Promised in the postmortem "Down"'


@pytest.mark.parametrize(
    ("incident", "section", "url", "first"),
    [
        (DOWN, ("Actions",), None, f'{QUEUE}. a.md, "Actions"'),
        (DOWN, (), None, f"{QUEUE}. a.md"),
        (DOWN, (), URL, f"{QUEUE}. [Open the postmortem]({URL})"),
        (DOWN, ("A", "B"), URL, f'{QUEUE}. [Open the postmortem, "B"]({URL})'),
        (Incident(), ("Actions",), None, 'Promised in the postmortem a.md, "Actions".'),
        (Incident(severity="sev2"), (), None, "Promised in the postmortem a.md (sev2)."),
        (Incident(), (), URL, f'Promised in the postmortem "a.md". [Open the postmortem]({URL})'),
        (
            Incident(title="Down", date=date(2026, 3, 1)),
            (),
            None,
            'Promised in the postmortem "Down, 1 March 2026". a.md',
        ),
        (Incident(title="Down", duration=timedelta(minutes=60)), (), None, f"{QUEUE} (1 h). a.md"),
        (Incident(title="Down", duration=timedelta(seconds=59)), (), None, f"{QUEUE}. a.md"),
        (
            Incident(title="Down", duration=timedelta(minutes=7, seconds=40)),
            (),
            None,
            f"{QUEUE} (8 min). a.md",
        ),
        (
            Incident(title="Down", duration=timedelta(days=2, minutes=1)),
            (),
            None,
            f"{QUEUE} (48 h 1 min). a.md",
        ),
    ],
    ids=[
        "path and section",
        "path",
        "address",
        "address and inner section",
        "no title",
        "no title, severity",
        "no title, address",
        "day",
        "an hour",
        "under a minute",
        "minutes",
        "days",
    ],
)
def test_where_a_measure_comes_from_in_full(
    incident: Incident, section: tuple[str, ...], url: str | None, first: str
) -> None:
    draft = ticket(item(section=section), incident, path="a.md", url=url)
    assert shown(draft)[0] == first
    assert "".join(shown(draft)).replace(URL, "").count("a.md") <= 1


@pytest.mark.parametrize(
    ("incident", "url", "line"),
    [
        (DOWN, URL, f"From the postmortem [Down]({URL})."),
        (DOWN, None, "From the postmortem Down: a.md."),
        (Incident(title="Down", severity="sev1"), None, "From the postmortem Down (sev1): a.md."),
        (Incident(severity="sev1"), None, "From the postmortem a.md (sev1)."),
        (Incident(), URL, f"From the postmortem [a.md]({URL})."),
    ],
    ids=["address", "path", "path and severity", "no title", "no title, address"],
)
def test_where_a_measure_comes_from_in_brief(incident: Incident, url: str | None, line: str) -> None:
    assert shown(ticket(None, incident, path="a.md", url=url, wording=GITHUB))[1] == line


# --- what is known of it --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "assignee", "due", "about"),
    [
        ({"kind": Kind.PREVENTIVE, "kind_stated": True}, Assignee(), None, "Kind: preventive (stated)"),
        ({"kind": Kind.PREVENTIVE}, Assignee(), None, "Kind: preventive (inferred)"),
        ({"owner": "Lin"}, Assignee(), None, 'Owner in the document: "Lin" (no Jira account known)'),
        (
            {"owner": "Lin"},
            Assignee(note="is not in [people]"),
            None,
            'Owner in the document: "Lin" (is not in [people])',
        ),
        ({}, Assignee(), PROMISED, "Date: promised in the document."),
        (
            {},
            Assignee(),
            Due(date(2026, 11, 13), DueOrigin.TARGET, "P0, 1 d"),
            "Date: target for P0, 1 day; move it here if it is wrong.",
        ),
        (
            {},
            Assignee(),
            Due(date(2026, 11, 26), DueOrigin.TARGET, "sev1, 10 business days"),
            "Date: target for sev1, 10 business days; move it here if it is wrong.",
        ),
        (
            {"kind": Kind.PROCESS, "owner": "Lin"},
            Assignee(),
            TARGET,
            'Kind: process (inferred)   Owner in the document: "Lin" (no Jira account known)   '
            "Date: target for sev2, 15 days; move it here if it is wrong.",
        ),
    ],
    ids=[
        "stated kind",
        "inferred kind",
        "owner",
        "owner with a reason",
        "promised",
        "one day",
        "business days",
        "all",
    ],
)
def test_what_is_known_of_a_measure_in_full(
    fields: dict[str, Any], assignee: Assignee, due: Due | None, about: str
) -> None:
    assert shown(ticket(item(**fields), assignee=assignee, due=due))[2] == about


@pytest.mark.parametrize(
    ("owner", "due", "about"),
    [
        ("Lin", None, 'Owner in the document: "Lin" (no GitHub account known).'),
        (None, PROMISED, "Promised date: 4 December 2026."),
        (None, TARGET, "Target date: 27 November 2026 (sev2, 15 days)."),
    ],
    ids=["owner", "promised", "target"],
)
def test_what_is_known_of_a_measure_in_brief(owner: str | None, due: Due | None, about: str) -> None:
    assert shown(ticket(item(owner=owner), due=due, wording=GITHUB))[2] == about


@pytest.mark.parametrize("wording", [JIRA, GITHUB], ids=["full", "brief"])
def test_an_assignee_is_not_told_twice(wording: Wording) -> None:
    body = shown(ticket(item(owner="Zoe"), assignee=Assignee("zoe"), wording=wording, words="Add an alert"))
    assert not [line for line in body if "zoe" in line.lower()]


@pytest.mark.parametrize("wording", [JIRA, GITHUB], ids=["full", "brief"])
def test_impact_cause_and_people_of_the_incident_stay_in_the_postmortem(wording: Wording) -> None:
    assert "secret" not in repr(ticket(wording=wording)).lower()


def test_labels_are_those_that_are_given() -> None:
    source = Source(path=PATH, incident=ORDERS, words="Add an alert")
    draft = draw(ID, item(), source, assignee=Assignee(), labels=("postmortem", "detective"), wording=JIRA)
    assert draft.labels == ("postmortem", "detective")


def test_the_quote_is_the_documents_words_untouched() -> None:
    hostile = "Use `rm -rf` | <script> @all #12 [x](y) {color:red}"
    quote = ticket(words=hostile).body[1]
    assert isinstance(quote, Quote)
    assert [one.text for one in quote.inlines] == [hostile]
    assert quote.inlines[0].href is None


@pytest.mark.parametrize("url", [None, URL], ids=["path", "address"])
@pytest.mark.parametrize("wording", [JIRA, GITHUB], ids=["full", "brief"])
@pytest.mark.parametrize("long", ["words", "owner", "section", "title", "path", "all"])
def test_a_body_holds_at_most_1500_characters(long: str, wording: Wording, url: str | None) -> None:
    def much(what: str, else_: str) -> str:
        return "very long words " * 300 if long in (what, "all") else else_

    one = item(owner=much("owner", "Lin"), section=("Post", much("section", "Actions")), kind=Kind.MITIGATIVE)
    incident = Incident(
        title=much("title", "Down"), severity="sev1", date=date(2026, 9, 30), duration=timedelta(minutes=1439)
    )
    draft = ticket(
        one,
        incident,
        path=much("path", "a.md"),
        words=much("words", "Add an alert"),
        url=url,
        due=Due(date(2026, 9, 30), DueOrigin.TARGET, "sev1, 15 d"),
        wording=wording,
    )
    assert sum(len(line) for line in shown(draft)) <= 1500
    assert ID in shown(draft)[-1]


def test_the_same_item_gives_the_same_ticket() -> None:
    assert ticket() == ticket()
