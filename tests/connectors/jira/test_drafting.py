"""A draft as the fields of a new issue: what the project demands, allows, and has no place for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from followthrough.connector import Draft, Footer, Inline, Paragraph, Quote, Rejected
from followthrough_jira.drafting import Packed, Target, labels_missing, payload, title_unfit, unfit
from followthrough_jira.screen import Screen, screen_of
from followthrough_jira.settings import JiraSettings

ID = "7f3k9q2m8dxa"
PLAIN = ("project", "issuetype", "summary", "description", "labels", "assignee", "duedate")
SELECT = "com.atlassian.jira.plugin.system.customfieldtypes:select"


def told(id: str, name: str = "", *, kind: str = "string", **more: Any) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": kind}
    schema |= {key: more.pop(key) for key in ("items", "custom") if key in more}
    return {"fieldId": id, "key": id, "name": name or id, "required": False, "schema": schema, **more}


def screen(*more: dict[str, Any], without: tuple[str, ...] = ()) -> Screen:
    priorities = [
        {"id": "1", "name": "Highest"},
        {"id": "2", "name": "High"},
        {"id": "9", "name": "Dringend"},
    ]
    plain = [told(id) for id in PLAIN if id not in without]
    if "priority" not in without:
        plain.append(told("priority", kind="priority", allowedValues=priorities))
    return screen_of([*plain, *more])


def target(*, cloud: bool = True, screen: Screen | None = None, **keys: Any) -> Target:
    section = {
        "url": "https://acme.atlassian.net",
        "project": "OPS",
        "email": "b@x",
        "token": "env:T",
        **keys,
    }
    known = screen or Screen(known=False)
    return Target(
        settings=JiraSettings(**section), cloud=cloud, project_id="10010", type_id="10001", screen=known
    )


def draft(**fields: Any) -> Draft:
    body = (
        Paragraph((Inline("Promised in "), Inline("a postmortem", href="https://acme.example/pm"))),
        Quote((Inline("Alert on the pool"),)),
        Footer(
            (Inline(f"Filed by followthrough, {ID}. "), Inline("What is this?", href="https://x.example"))
        ),
    )
    values: dict[str, Any] = {"title": "Alert on the pool", "document": "a b.md", "body": body, **fields}
    return Draft(id=ID, **values)


def words(packed: Packed) -> str:
    """All the text of an ADF description, a line a block."""

    def text(node: Any) -> str:
        return str(node.get("text", "")) + "".join(text(inner) for inner in node.get("content", ()))

    return "\n".join(text(block) for block in packed.body["fields"]["description"]["content"])


def test_everything_goes_into_one_create_the_marker_included() -> None:
    packed = payload(
        draft(due=date(2026, 12, 1), priority="High", labels=("postmortem", "two words", "postmortem")),
        target(screen=screen()),
        "5b1",
    )
    fields = packed.body["fields"]
    assert fields["project"] == {"id": "10010"}
    assert fields["issuetype"] == {"id": "10001"}
    assert fields["labels"] == ["followthrough", "postmortem", "two-words"]
    assert (fields["duedate"], fields["assignee"]) == ("2026-12-01", {"accountId": "5b1"})
    assert fields["priority"] == {"id": "2"}
    assert packed.body["properties"] == [
        {"key": "followthrough", "value": {"v": 1, "id": ID, "doc": "a b.md"}}
    ]
    assert packed.notes == ()
    assert words(packed).endswith(f"Filed by followthrough, {ID}. What is this?")


def test_data_center_gets_names_wiki_markup_and_the_field_for_epics() -> None:
    epic = told("customfield_10008", "Epic Link", custom="com.pyxis.greenhopper.jira:gh-epic-link")
    there = target(cloud=False, screen=screen(epic), parent="OPS-400", email=None, url="https://jira.example")
    fields = payload(draft(), there, "sam").body["fields"]
    assert fields["assignee"] == {"name": "sam"}
    assert fields["customfield_10008"] == "OPS-400"
    assert (
        fields["description"].splitlines()[-1].startswith(f"{{color:#6B778C}}Filed by followthrough, {ID}.")
    )
    cloud = target(screen=screen(told("parent")), parent="OPS-400")
    assert payload(draft(), cloud, None).body["fields"]["parent"] == {"key": "OPS-400"}


def test_a_footer_that_is_not_ours_is_followed_by_ours() -> None:
    body = (Footer((Inline("Filed by followthrough, 000000000000. What is this?"),)),)
    assert words(payload(draft(body=body), target(), None)).splitlines() == [
        "Filed by followthrough, 000000000000. What is this?",
        f"Filed by followthrough, {ID}.",
    ]


def test_what_the_project_has_no_field_for_is_said_in_the_text() -> None:
    bare = screen(without=("assignee", "duedate", "priority", "labels"))
    there = target(screen=bare, marker="description")
    packed = payload(draft(due=date(2026, 12, 1), priority="P1", labels=("postmortem",)), there, "5b1")
    assert set(packed.body["fields"]) == {"project", "issuetype", "summary", "description"}
    assert [note.split(":")[0] for note in packed.notes] == [
        "Labels",
        "Due date",
        "For",
        "Priority in the document",
    ]
    text = words(packed)
    assert all(note in text for note in packed.notes)
    assert text.rstrip().endswith("What is this?"), "the footer stays last"


@pytest.mark.parametrize(
    ("word", "keys", "expected"),
    [
        ("High", {}, {"id": "2"}),
        ("high", {}, {"id": "2"}),
        ("P0", {}, {"id": "1"}),
        ("P1", {}, {"id": "2"}),
        ("P2", {}, None),
        ("P2", {"priorities": {"p2": "Dringend"}}, {"id": "9"}),
        ("P0", {"priorities": {"P0": "Nowhere"}}, None),
        ("urgent", {}, None),
    ],
)
def test_a_priority_is_the_settings_else_jiras_own_name(
    word: str, keys: dict[str, Any], expected: dict[str, str] | None
) -> None:
    packed = payload(draft(priority=word), target(screen=screen(), **keys), None)
    assert packed.body["fields"].get("priority") == expected
    assert bool(packed.notes) == (expected is None)


def option(**more: Any) -> dict[str, Any]:
    values = [{"id": "1", "value": "Payments"}, {"id": "2", "value": "Search"}]
    return told("customfield_1", "Team", kind="option", allowedValues=values, **more)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (option(), "payments", {"id": "1"}),
        (option(), "{team}", {"id": "2"}),
        (option(), {"id": "7"}, {"id": "7"}),
        (told("f", "F", kind="array", items="string"), ["{kind}", "{service}", "x"], ["preventive", "x"]),
        (told("f", "F", kind="array", items="option"), "one", [{"value": "one"}]),
        (told("f", "F", kind="number"), 3, 3.0),
        (told("f", "F", kind="number"), "2.5", 2.5),
        (told("f", "F", kind="date"), date(2027, 1, 1), "2027-01-01"),
        (told("f", "F", kind="date"), "{due}", "2026-12-01"),
        (told("f", "F"), "{title} ({document})", "Alert on the pool (a b.md)"),
        (told("f", "F", kind="user"), "5b1", {"accountId": "5b1"}),
        (told("f", "F", kind="group"), "staff", {"name": "staff"}),
        (told("f", "F", kind="version"), "1.0", {"name": "1.0"}),
        (
            told("f", "F", kind="option-with-child"),
            "EMEA > Berlin",
            {"value": "EMEA", "child": {"value": "Berlin"}},
        ),
    ],
)
def test_a_field_of_the_settings_takes_the_form_that_jira_asks_for(
    field: dict[str, Any], value: Any, expected: Any
) -> None:
    there = target(screen=screen(field), fields={field["name"].lower(): value})
    one = draft(due=date(2026, 12, 1), facts={"team": "Search", "kind": "preventive"})
    assert payload(one, there, None).body["fields"][field["fieldId"]] == expected


def test_a_text_area_gets_rich_text_on_cloud_only() -> None:
    area = told("f", "F", custom="com.atlassian.jira.plugin.system.customfieldtypes:textarea")
    cloud = payload(draft(), target(screen=screen(area), fields={"F": "x"}), None).body["fields"]["f"]
    assert cloud["type"] == "doc"
    server = target(cloud=False, screen=screen(area), fields={"F": "x"})
    assert payload(draft(), server, None).body["fields"]["f"] == "x"


@pytest.mark.parametrize(
    ("keys", "more", "sentence"),
    [
        ({}, [option(required=True)], 'OPS demands "Team" for Task. Give a value under fields'),
        ({"fields": {"Team": "{team}"}}, [option(required=True)], 'OPS demands "Team" for Task.'),
        (
            {"fields": {"Team": "Nobody"}},
            [option()],
            'Team of OPS has no value "Nobody". It takes: Payments, Search.',
        ),
        ({"fields": {"Tem": "x"}}, [option()], "OPS has no field 'Tem' on its create screen for Task."),
        ({"fields": {"F": ["a"]}}, [told("f", "F")], "F takes one value, not a list."),
        ({"fields": {"F": "many"}}, [told("f", "F", kind="number")], "F takes a number, not 'many'."),
        (
            {"components": ["Nope"]},
            [told("components", kind="array", items="component", allowedValues=[{"id": "1", "name": "DB"}])],
            'components of OPS has no value "Nope". It takes: DB.',
        ),
        ({"components": ["DB"]}, [], "OPS has no components on its create screen for Task."),
        ({"security_level": "Staff"}, [], "OPS has no security on its create screen for Task."),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_sent(
    keys: dict[str, Any], more: list[dict[str, Any]], sentence: str
) -> None:
    with pytest.raises(Rejected) as error:
        payload(draft(), target(screen=screen(*more), **keys), None)
    assert str(error.value).startswith(sentence)


def test_a_required_field_with_a_default_is_jiras_affair() -> None:
    reporter = told("reporter", "Reporter", kind="user", required=True)
    there = target(screen=screen(option(required=True, hasDefaultValue=True), reporter))
    assert "customfield_1" not in payload(draft(), there, None).body["fields"]


def test_an_issue_that_must_not_be_read_by_all_is_never_filed_open() -> None:
    levels = told(
        "security", "Security Level", kind="securitylevel", allowedValues=[{"id": "5", "name": "Staff"}]
    )
    assert payload(draft(), target(screen=screen(levels), security_level="staff"), None).body["fields"][
        "security"
    ] == {"id": "5"}
    unknown = payload(draft(), target(security_level="Staff"), None)
    assert unknown.body["fields"]["security"] == {"name": "Staff"}, "then Jira itself refuses or takes it"


def test_labels_that_have_no_place_are_told_word_for_word() -> None:
    bare = screen(without=("labels",))
    missing = labels_missing(target(screen=bare))
    assert str(missing) == (
        "Labels is not on OPS's create screen for Task: ask a project admin to add it, or set "
        'marker = "description".'
    )
    assert labels_missing(target(screen=bare, marker="description")) is None
    assert labels_missing(target()) is None, "what is not known is tried"


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("", "The title is empty."),
        (" \n ", "The title is empty."),
        ("x" * 255, None),
        ("x" * 256, "The title has 256 characters; Jira takes 255."),
        ("\U0001f600" * 128, "The title has 256 characters; Jira takes 255."),
        ("a\0b", "The title holds a character that is no text (U+0000): take it out of the document."),
        ("a\x1bb", "The title holds a character that is no text (U+001B): take it out of the document."),
        ("a\ud800b", "The title holds a character that is no text (U+D800): take it out of the document."),
        ("two\nlines", None),
    ],
)
def test_a_title_that_jira_would_not_take_is_refused_here(title: str, reason: str | None) -> None:
    assert title_unfit(title) == reason
    assert unfit(draft(title=title)) == reason


def test_a_summary_is_one_line() -> None:
    assert payload(draft(title="two\r\n lines"), target(), None).body["fields"]["summary"] == "two lines"
