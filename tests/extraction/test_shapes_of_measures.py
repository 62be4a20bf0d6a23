"""Shapes in which other people write their measures down, and what only looks like them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem, Kind, State

Items = Callable[..., tuple[ActionItem, ...]]
Texts = Callable[..., list[str]]
Bullet = Callable[[str], ActionItem]


@pytest.mark.parametrize(
    ("bullet_text", "owner", "text"),
    [
        ("@noor stop the old scheduler", "@noor", "stop the old scheduler"),
        ("@jonas + @mei split the pool", "@jonas + @mei", "split the pool"),
        ("@noor's pool is too small", None, "@noor's pool is too small"),
        ("@noor is on holiday in May", None, "@noor is on holiday in May"),
        ("Ops to watch the mails", "Ops", "watch the mails"),
        ("SRE will split the pool", "SRE", "split the pool"),
        ("API to answer with 429", None, "API to answer with 429"),
        ("Split the pool (Sam to call a meeting)", "Sam", "Split the pool"),
        ("Split the pool (Sam will write it down)", "Sam", "Split the pool"),
        ("Split the pool (severity::2, @sam)", "@sam", "Split the pool"),
        ("Split the pool — Time de dados", "Time de dados", "Split the pool"),
    ],
)
def test_owners(bullet: Bullet, bullet_text: str, owner: str | None, text: str) -> None:
    item = bullet(bullet_text)
    assert (item.owner, item.text) == (owner, text)


def test_brackets_hold_owners_beside_tickets_and_states(items: Items) -> None:
    found = items(
        "# Down\n\n## Follow-ups\n\n"
        "- Send the key with every retry (Dana, PAY-310, done)\n"
        "- Alert on two captures of one order (Lee, PAY-311)\n"
        "- Write down whom to call (Support leads)\n"
    )
    assert [item.owner for item in found] == ["Dana", "Lee", "Support leads"]
    assert [str(item.references[0]) for item in found[:2]] == ["PAY-310", "PAY-311"]
    assert found[0].state is State.DONE


def test_a_key_in_brackets_is_no_owner(items: Items) -> None:
    found = items("# Down\n\n## Actions\n\n- Add a disk (T33)\n- Watch the disk (T34)\n")
    assert [item.owner for item in found] == [None, None]


@pytest.mark.parametrize(
    ("text", "ticket", "title"),
    [
        ("#8123 put the volume in fstab", "#8123", "put the volume in fstab"),
        ("#8123 - put the volume in fstab", "#8123", "put the volume in fstab"),
        ("#12 put the volume in fstab", None, "#12 put the volume in fstab"),
    ],
)
def test_tickets_in_front(bullet: Bullet, text: str, ticket: str | None, title: str) -> None:
    item = bullet(text)
    assert item.text == title
    assert [str(reference) for reference in item.references] == ([ticket] if ticket else [])


def test_the_address_of_a_whole_site_is_no_ticket(items: Items) -> None:
    (item,) = items(
        "# Down\n\n## Actions\n\n| Action | Owner | Link |\n|---|---|---|\n"
        "| Add a disk | Sam | [Issue](https://github.com/) |\n"
    )
    assert item.references == ()


@pytest.mark.parametrize(
    ("text", "priority"),
    [("P0 — Retry with the second provider", "P0"), ("P2 - Ask for webhooks", "P2")],
)
def test_priorities_in_front(bullet: Bullet, text: str, priority: str) -> None:
    assert bullet(text).priority == priority


@pytest.mark.parametrize("text", ["P0 - must be done now", "P1: fix within a week", "SEV2 (major outage)"])
def test_what_a_priority_means_is_no_measure(texts: Texts, text: str) -> None:
    assert texts(f"# Down\n\n## Action items\n\n- {text}\n- Add a disk\n") == ["Add a disk"]


def test_labels_behind_a_sentence(items: Items) -> None:
    found = items(
        "# Down\n\nWhy did nobody see it? There is no alarm. **Action:** put an alarm on the queue.\n\n"
        "The worker had no limit. TODO: give it one (@ines)\n"
    )
    assert [item.text for item in found] == ["put an alarm on the queue.", "give it one"]
    assert found[1].owner == "@ines"


def test_a_label_states_kind_owner_and_date(items: Items) -> None:
    (item,) = items(
        "# Down\n\n## Analysis\n\nThe disk was full.\n\n"
        "Preventive action: Rotate the logs. Owner: Change management. Due: 2026-12-30.\n"
    )
    assert (item.kind, item.kind_stated) == (Kind.PREVENTIVE, True)
    assert (item.owner, item.due_text) == ("Change management", "2026-12-30")


def test_sentences_below_a_heading_that_is_a_measure(items: Items) -> None:
    found = items(
        "# Relay\n\n## Recommendations\n\n### 1. Automate the renewal\n"
        "Use ACME on both relays. Owner: Messaging. Priority: High.\n\n"
        "### 2. Watch the days left\nAlert at 21 and 7 days. Owner: Monitoring. Priority: Low.\n"
    )
    assert [(item.owner, item.priority) for item in found] == [("Messaging", "High"), ("Monitoring", "Low")]


def test_a_heading_with_a_state_in_front(items: Items) -> None:
    found = items(
        "# Relay\n\n# Resulting action\n\n#### 1) TODO Watch the relays\n\nWe look for a probe.\n\n"
        "#### 2) Reminders moved\n\nThe reminders were moved to a list.\n"
    )
    assert [item.text for item in found] == ["Watch the relays", "Reminders moved"]
    assert [item.state for item in found] == [State.OPEN, State.DONE]


def test_a_heading_that_says_done(items: Items) -> None:
    found = items("# Relay\n\n## Actions\n\n### Completed\n\n- renew it\n\n### Open\n\n- watch it\n")
    assert [item.done for item in found] == [True, None]


def test_what_is_planned_is_not_done(items: Items) -> None:
    found = items(
        "# Relay\n\n## Remediation\n\n### Planned actions\n\n"
        "1. **Improved notes for people on call**\n   We plan to write them.\n"
        "2. **Renewal without people**\n   We plan to let the relays renew, with alerts for:\n\n"
        "- relays that did not renew\n- certificates that end soon\n"
    )
    assert [item.text for item in found] == ["Improved notes for people on call", "Renewal without people"]
    assert [item.done for item in found] == [None, None]


@pytest.mark.parametrize(
    "paragraph",
    [
        pytest.param("Could we have been faster?", id="question"),
        pytest.param("No, it took a while until somebody looked.", id="answer"),
        pytest.param("See the full log.", id="pointer"),
        pytest.param("**Later:** see below.", id="labelled pointer"),
        pytest.param("None applied. The disk is healthy again.", id="none"),
        pytest.param("The repair was a success, thanks to everybody.", id="history"),
    ],
)
def test_paragraphs_that_name_no_work(texts: Texts, paragraph: str) -> None:
    assert texts(f"# Down\n\n## Review actions\n\n{paragraph}\n") == []


def test_history_above_sections_of_measures_is_none(texts: Texts) -> None:
    text = "# Down\n\n## Remediation\n\nWe reverted the change.\n\n### Next week\n\n- Add a test\n"
    assert texts(text) == ["Add a test"]


def test_what_was_done_counts_beside_promises(items: Items) -> None:
    found = items(
        "# Down\n\n## Next steps\n\nWe have already pinned the kernel. "
        "Over the next two weeks we will add a canary. We also plan to tell you when builds wait.\n"
    )
    assert [item.done for item in found] == [True, None, None]
    assert found[1].due_text == "Over the next two weeks"
    assert len(found) == 3


def test_advice_to_readers_has_no_measures_whatever_its_lines_say(texts: Texts) -> None:
    text = "# Leak\n\n## What should you do?\n\nOur recommendations are to:\n\n1. Rotate your keys\n"
    assert texts(text) == []


def test_actions_that_a_team_took_are_history(texts: Texts) -> None:
    text = (
        "# Leak\n\nThe admins took the following actions:\n\n* Power down the machines.\n* Audit the logs.\n"
    )
    assert texts(text) == []


def test_verbs_that_are_nouns_do_not_divide_a_sentence(texts: Texts) -> None:
    text = (
        "# Down\n\n## Future actions\n\nWe will ask the service teams to use the second gateway for their dev "
        "and test workloads so that they see the changes, and review the rules of the gateway each month.\n"
    )
    assert texts(text) == [
        "We will ask the service teams to use the second gateway for their dev and test workloads "
        "so that they see the changes",
        "review the rules of the gateway each month.",
    ]


def test_an_enumeration_and_whom_it_was_given_to(items: Items) -> None:
    found = items(
        "# Down\n\nThe store was slow. Moving forward, we plan to review the queries of the store, add more "
        "hosts to the pool in good time, and extend the alarms of the store. Tasks have been assigned: queries to "
        "the Database Team, hosts to the Platform Team, and alarms to the Watch Team.\n"
    )
    assert [item.owner for item in found] == ["Database Team", "Platform Team", "Watch Team"]


def test_work_with_names_divides_a_sentence(items: Items) -> None:
    found = items(
        "# Down\n\n## Prevention\n\nRavi will put a lock around the scheduler this week, and the storage team "
        "will take the second host out of the pool.\n"
    )
    assert len(found) == 2


def test_a_column_of_teams_gives_owners_where_no_person_is_named(items: Items) -> None:
    (item,) = items(
        "# Down\n\n## Actions\n\n| Priority | Item | Team |\n|---|---|---|\n| P1 | Roll out in stages | Edge |\n"
    )
    assert item.owner == "Edge"


def test_teams_and_states_alone_make_no_table_of_measures(texts: Texts) -> None:
    text = (
        "# Down\n\n## Impact\n\n| Team | Impact | Status |\n|---|---|---|\n| Edge | no traffic | restored |\n"
    )
    assert texts(text) == []


def test_work_goes_on_from_a_day(items: Items) -> None:
    (item,) = items(
        "# Down\n\n## Actions\n\n| What | By whom | By when |\n|---|---|---|\n| Test it monthly | Olu | from May |\n"
    )
    assert item.due_text == "from May"
    assert item.due is not None


def test_what_things_do_by_themselves_is_no_promise(texts: Texts) -> None:
    text = (
        "# Down\n\n## Corrective actions\n\nThe proper fix is to name the disk in the list. "
        "The client will silently fail when the disk is full.\n"
    )
    assert texts(text) == ["name the disk in the list."]


@pytest.mark.parametrize(
    "element",
    [
        "Action 1",
        "- [ ] Item / Owner / Target date",
        "Action item description — Owner — Due date",
        "- [ ] Acción 2",
        "Action 1 – Responsable : … – Échéance : …",
        "- [ ] (조치 내용) / 담당자 / 기한",
        "- [ ] Add follow-up tasks here",
        "- [ ] Assign owners and due dates",
    ],
)
def test_what_a_form_asks_for_is_no_measure(texts: Texts, element: str) -> None:
    assert texts(f"# Down\n\n## Action items\n\n- {element.removeprefix('- ')}\n") == []


def test_a_form_asks_and_a_measure_says(texts: Texts) -> None:
    assert texts("# Down\n\n## Actions\n\n- Name an owner for each certificate\n- Update the status\n") == [
        "Name an owner for each certificate",
        "Update the status",
    ]


def test_definitions_among_measures(texts: Texts) -> None:
    text = "# Down\n\n## Action items\n\nWe categorise them as:\n\n- **Prevent** - stops it\n- **Detect** - sees it\n"
    assert texts(text) == []


def test_lines_below_a_label_are_measures_of_their_own(items: Items) -> None:
    found = items(
        "# Down\n\nThe queue filled up.\n\n"
        "Todo:\nAdd an alert on the age of jobs.\nDrop jobs that are older than a day.\n"
    )
    assert [(item.text, item.line) for item in found] == [
        ("Add an alert on the age of jobs.", 6),
        ("Drop jobs that are older than a day.", 7),
    ]


def test_a_label_may_introduce_its_lines(texts: Texts) -> None:
    assert texts(
        "# Down\n\nCorrective actions: The team came up with several solutions:\n"
        "Alerts: Add an alert on the age of jobs.\nLimits: Drop jobs that are older than a day.\nOutcome:\n"
    ) == ["Alerts: Add an alert on the age of jobs.", "Limits: Drop jobs that are older than a day."]


def test_lines_below_a_label_that_go_on_are_one_measure(items: Items) -> None:
    (item,) = items("# Down\n\nAction: Add an alert on the age of jobs.\nIt shall page the team on call.\n")
    assert item.text == "Add an alert on the age of jobs."


def test_lines_of_a_list_element_have_places_of_their_own(items: Items) -> None:
    found = items(
        "# Down\n\n## Action items\n\n1. Alerts:\n— Add an alert on the age of jobs.\n— Test every alert monthly.\n"
    )
    assert [item.line for item in found] == [6, 7]
    assert len({item.span for item in found}) == 2


def test_a_table_of_issues_and_what_became_of_them(items: Items) -> None:
    found = items(
        "# Down\n\n## Follow-up issues\n\n| Issue | Raised by | Outcome |\n|---|---|---|\n"
        "| #41 — no alert on jobs that fail quietly | Lesson 3 | Resolved by PR #47 — a filter on the log |\n"
        "| #46 — publish a page for every release | the review | Open — waits for the move |\n"
    )
    assert [(item.text, item.state, item.done) for item in found] == [
        ("no alert on jobs that fail quietly", State.DONE, True),
        ("publish a page for every release", State.OPEN, False),
    ]
    assert [[reference.text for reference in item.references] for item in found] == [["#41"], ["#46"]]


def test_a_column_of_bare_tickets_holds_no_titles(texts: Texts) -> None:
    assert texts(
        "# Down\n\n## Follow-up issues\n\n| Issue | What | Owner |\n|---|---|---|\n"
        "| #41 | Add an alert on jobs that fail quietly | Sam |\n"
    ) == ["Add an alert on jobs that fail quietly"]


@pytest.mark.parametrize(
    "heading", ["7.1 Implemented (as of 7 May)", "Done (2026-05-07)", "2. 実施済み（5月7日時点）"]
)
def test_a_heading_that_says_done_and_when(items: Items, heading: str) -> None:
    (item,) = items(f"# Down\n\n## Measures\n\n### {heading}\n\n- Alert on jobs that fail quietly\n")
    assert item.done is True


@pytest.mark.parametrize(
    "element", ["Changes of the process:", "[ACTION 1]: [RESPONSABLE], [DATE LIMITE]", "Mejoras de alertas:"]
)
def test_an_empty_field_is_no_measure(texts: Texts, element: str) -> None:
    assert texts(f"# Down\n\n## Action items\n\n- {element}\n- Add an alert on the age of jobs\n") == [
        "Add an alert on the age of jobs"
    ]


def test_an_element_that_goes_on_behind_its_colon_is_one(texts: Texts) -> None:
    assert texts(
        "# Down\n\n## Action items\n\n1. **Deeper checks of the pool**\n   We plan to watch:\n\n- its age\n- its size\n"
    )[0].startswith("Deeper checks of the pool")


@pytest.mark.parametrize(
    ("front", "state"),
    [
        ("Pending —", State.OPEN),
        ("Planned -", State.OPEN),
        ("In progress –", State.IN_PROGRESS),
        ("Done —", State.DONE),
        ("Erledigt –", State.DONE),
    ],
)
def test_a_state_in_front(bullet: Bullet, front: str, state: State) -> None:
    item = bullet(f"{front} move staging to a box of its own")
    assert (item.text, item.state) == ("move staging to a box of its own", state)


def test_a_first_word_is_no_state_without_a_sign(bullet: Bullet) -> None:
    assert bullet("Pending jobs must be dropped at night").text == "Pending jobs must be dropped at night"
