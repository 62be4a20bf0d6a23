"""Shapes of measures that are common elsewhere: what opens them, where their words end, who is to do them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.extraction.headings import Headings
from followthrough.extraction.vocabulary import Role, Vocabulary
from followthrough.model import ActionItem, Postmortem, State

Items = Callable[..., tuple[ActionItem, ...]]
Texts = Callable[..., list[str]]
Bullet = Callable[[str], ActionItem]
HEAD = "# Disk full\n\n## Follow-up\n\n"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("How we will stop this from happening again", Role.MEASURES),
        ("Steps we take to prevent such failures", Role.MEASURES),
        ("What are we doing to avoid a repeat?", Role.MEASURES),
        ("Preventing similar outages", Role.MEASURES),
        ("What needs to change", Role.MEASURES),
        ("Recommended next phase (phase 3)", Role.MEASURES),
        ("How could this have been prevented?", Role.LESSONS),
        ("Things we want to improve", Role.LESSONS),
        ("Steps we've taken", Role.TAKEN),
        ("Next steps for node operators", Role.ASIDE),
        ("What do users need to do?", Role.ASIDE),
        ("Actions required by all customers", Role.ASIDE),
        ("Steps taken to restore the service", Role.TIMELINE),
        ("Where we can improve", Role.HINDSIGHT),
        ("Preventing the disk from spinning", Role.NEUTRAL),
    ],
)
def test_headings_that_are_sentences(vocabulary: Vocabulary, text: str, role: Role) -> None:
    assert Headings(vocabulary).read(text).role is role


def test_a_heading_of_few_words_opens_measures_only_where_none_above_says_otherwise(texts: Texts) -> None:
    body = "## Longer term\n\n- Add a second disk\n"
    assert texts(f"# Disk full\n\n## Impact\n\nNone.\n\n{body}") == ["Add a second disk"]
    assert texts(f"# Disk full\n\n## Impact\n\nNone.\n\n#{body}") == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "1\\) We moved the logs.\n2\\) Every night a job removes old logs.\n3\\) Runbook: how to add a disk.\n",
            ["We moved the logs.", "Every night a job removes old logs.", "Runbook: how to add a disk."],
            id="lines that escaped numbers mark",
        ),
        pytest.param(
            "The following will be done:\n• Add a second disk\n• Alert on full disks\n",
            ["Add a second disk", "Alert on full disks"],
            id="lines that bullets of no format mark",
        ),
        pytest.param(
            "We have renewed the disk and added an alarm for its temperature.\n",
            ["We have renewed the disk", "added an alarm for its temperature."],
            id="two works that are done",
        ),
        pytest.param(
            "We also need to test the backups. We should write down how to restore one.\n",
            [
                "We also need to test the backups.",
                "We should write down how to restore one.",
            ],
            id="all that the writers want",
        ),
        pytest.param(
            "Planned changes include adding a second disk to each node and moving the logs to another host.\n",
            ["adding a second disk to each node", "moving the logs to another host."],
            id="works named by what they are",
        ),
        pytest.param(
            "To keep this short, we'll do the following.\n\n- Add a second disk\n",
            ["Add a second disk"],
            id="a lead that ends in a full stop",
        ),
        pytest.param(
            "Better monitoring: Add a graph of the free space. It also shows the trend.\n",
            ["Better monitoring: Add a graph of the free space."],
            id="a label in front of an instruction",
        ),
        pytest.param(
            "- Limits of the queue tightened:\n  - explicit timeout\n  - smaller batches\n",
            ["Limits of the queue tightened"],
            id="a parent that tells itself what was done",
        ),
        pytest.param(
            "- [?] Move the logs, needs a ticket\n",
            ["Move the logs, needs a ticket"],
            id="a state that nobody knew",
        ),
        pytest.param(
            "- **Rollout** (see `plan.md`): never upgrade the driver in working hours\n",
            ["Rollout: never upgrade the driver in working hours"],
            id="a pointer in brackets",
        ),
        pytest.param(
            "- Bind the upgrade to its own session that nobody can close by accident while the host is being "
            "changed from afar; log each step to the disk; hold the package back on all of the hosts\n",
            [
                "Bind the upgrade to its own session that nobody can close by accident while the host is being "
                "changed from afar"
            ],
            id="several works in a long sentence",
        ),
    ],
)
def test_measures(texts: Texts, body: str, expected: list[str]) -> None:
    assert texts(HEAD + body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "We made an internal review and analysis of the outage.",
        "The following steps are what we agreed on as follows.",
        "Here is what happened, and what we'll do about it.",
        "We will provide another update in an hour.",
        "The repair consisted of the following steps:\n\n1. Isolation of the node\n2. Purge of the tables",
        "The grouping remains as it was: the prevention has a second pass",
    ],
)
def test_talk(texts: Texts, body: str) -> None:
    assert texts(HEAD + body + "\n") == []


def test_a_list_of_what_was_done_to_restore_is_no_list_of_measures(texts: Texts) -> None:
    lead = "The following steps were taken to get the disk back:"
    assert texts(f"# Disk full\n\n## Background\n\n{lead}\n\n- The logs were removed\n") == []


def test_what_a_line_heads_ends_behind_its_list(texts: Texts) -> None:
    text = "# Disk full\n\n## Storage\n\nTimeline:\n\n```\n10:00 full\n```\n\nNext time we will use a larger disk.\n"
    assert texts(text) == ["Next time we will use a larger disk."]


def test_the_first_line_of_a_paragraph_heads_it_and_the_last_what_follows(texts: Texts) -> None:
    text = (
        "# Disk full\n\nCorrective measures:\nIntroduction of a second disk for the logs\n"
        "Review of the limits of all queues\nTasks:\n1. Add a disk\n2. Alert on full disks\n"
    )
    assert texts(text) == [
        "Introduction of a second disk for the logs",
        "Review of the limits of all queues",
        "Add a disk",
        "Alert on full disks",
    ]


def test_a_goal_is_no_measure(texts: Texts) -> None:
    assert texts("# Disk full\n\n## Goal\n\nClose the hardening of the queue:\n\n- local checks\n") == []


def test_a_line_below_a_title_explains_it(texts: Texts) -> None:
    text = (
        "Disk full\n\nPreventive measures\n\nMove the logs elsewhere\nA second host has more space for them.\n\n"
        "Limit the queue\nIt grew without any bound during the night.\n"
    )
    assert texts(text, "incident.txt") == ["Move the logs elsewhere", "Limit the queue"]


def test_bold_states_label_measures_anywhere(items: Items) -> None:
    text = "# Disk full\n\n## Lessons\n\nDisks fill.\n\n**DONE**: Kim added the disk.\n\n**TODO** alert on disks\n"
    found = items(text)
    assert [(item.text, item.state) for item in found] == [
        ("Kim added the disk.", State.DONE),
        ("alert on disks", State.OPEN),
    ]


@pytest.mark.parametrize(
    ("text", "title", "owner"),
    [
        ("Rotate the keys (sven)", "Rotate the keys", "sven"),
        ("[sven, anna] Rotate the keys", "Rotate the keys", "sven, anna"),
        ("sven: rotate the keys", "rotate the keys", "sven"),
        ("Rotate the keys (:ck_los)", "Rotate the keys", "ck_los"),
        ("Rotate the keys (DRI sven)", "Rotate the keys", "sven"),
        ("Rotate the keys (mark)", "Rotate the keys (mark)", None),
        ("Rotate the keys @Nadia Osei", "Rotate the keys", "@Nadia Osei"),
        ("@Nadia Osei to rotate the keys", "rotate the keys", "@Nadia Osei"),
        ("Lin + Greta: rotate the keys", "rotate the keys", "Lin + Greta"),
        ("Anna/Sven - look into the keys", "look into the keys", "Anna/Sven"),
        ("The Service Desk is to get the keys", "get the keys", "Service Desk"),
        ("our storage team will rotate the keys", "rotate the keys", "storage team"),
        ("our team will rotate the keys", "our team will rotate the keys", None),
    ],
)
def test_owners(bullet: Bullet, text: str, title: str, owner: str | None) -> None:
    item = bullet(text)
    assert (item.text, item.owner) == (title, owner)


def test_a_form_without_a_name_has_no_owner(items: Items) -> None:
    rows = "| Action | Owner | Due |\n|---|---|---|\n| Rotate the keys | [COMPLETAR] | <date> |\n"
    (item,) = items(HEAD + rows)
    assert item.owner is None


def test_a_paragraph_of_an_element_tells_owner_and_date(items: Items) -> None:
    (item,) = items(HEAD + "- Rotate the keys\n\n  Owner: Andrea K. · Due 21 March 2027 · PR #3201\n")
    assert (item.owner, item.due, [str(one) for one in item.references]) == (
        "Andrea K.",
        date(2027, 3, 21),
        ["PR #3201"],
    )


@pytest.mark.parametrize(
    ("text", "title", "due"),
    [
        ("Rotate the keys (owner: Sam, due: 2 weeks)", "Rotate the keys", date(2026, 12, 4)),
        ("Rotate the keys during the December 14 window", None, date(2026, 12, 14)),
        (
            "A review of the keys is planned for the week of January 18",
            "A review of the keys",
            date(2027, 1, 18),
        ),
        ("An outside firm is going to test the keys in March.", None, date(2027, 3, 31)),
        ("Sam: rotate the keys, 22 April", "rotate the keys", date(2027, 4, 22)),
        ("Rotate the keys @Sam Moss August 30, 2027", "Rotate the keys", date(2027, 8, 30)),
    ],
)
def test_dates(bullet: Bullet, text: str, title: str | None, due: date) -> None:
    item = bullet(text)
    assert item.due == due
    assert title is None or item.text == title


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Read all of the rules again (inspection complete)", State.DONE),
        ("Bounty for the keys raised to 250k", State.DONE),
        ("Alarms for the queue configured", State.DONE),
        ("The old cache is now being replaced", State.IN_PROGRESS),
        ("More alarms for the queue required", State.OPEN),
        ("Dashboards used by the desk", State.OPEN),
    ],
)
def test_states(bullet: Bullet, text: str, state: State) -> None:
    assert bullet(text).state is state


@pytest.mark.parametrize(
    "text",
    [
        "OPS-12: rotate the keys",
        "OPS-12 rotate the keys",
        "[OPS-12](https://jira.example/browse/OPS-12) - rotate the keys",
    ],
)
def test_a_ticket_in_front_is_no_part_of_the_title(bullet: Bullet, text: str) -> None:
    item = bullet(text)
    assert item.text == "rotate the keys"
    assert item.references[0].text == "OPS-12"


def test_tickets_of_wikis(items: Items) -> None:
    text = (
        "== Actionables ==\n* [[phab:T309999|T309999]] Rotate the keys\n* Watch the keys ([[phab:T310002]])\n"
        "* Count the keys {{Bug|310003}}\n\nTODO: Add the [https://wiki.example/tag follow-up] tags to these tasks.\n"
    )
    found = items(text, "incident.mediawiki")
    assert [(item.text, str(item.references[0])) for item in found] == [
        ("Rotate the keys", "T309999"),
        ("Watch the keys", "T310002"),
        ("Count the keys", "Bug 310003"),
    ]


def test_japanese_lines(texts: Texts) -> None:
    text = (
        "障害報告\n\n【今後の対策】\n再発防止策として、以下2点を計画中です。\n1.電源の冗長化\n2.切替え手段の導入\n"
        "お客さまにはご不便をお掛けしました。\n"
    )
    assert texts(text, "incident.txt") == ["電源の冗長化", "切替え手段の導入"]


def test_a_form_that_is_filled_in_is_none(read: Callable[..., Postmortem]) -> None:
    text = "# Disk\n\n**Date:** {}\n\n## Report (template)\n\nFull.\n\n## Actions\n\n- Add a disk\n"
    assert read(text.format("YYYY-MM-DD")).items == ()
    assert [item.text for item in read(text.format("2026-03-04")).items] == ["Add a disk"]


@pytest.mark.parametrize(
    "title", ["Runbook: disk full", "SOP: full disks", "Troubleshooting", "How to write a report"]
)
def test_a_manual_has_no_measures(texts: Texts, title: str) -> None:
    assert texts(f"# {title}\n\n## Prevention\n\n- Add a disk\n- Watch the disk\n") == []


def test_a_report_on_a_manual_has(texts: Texts) -> None:
    assert texts("# Postmortem of the wrong runbook\n\n## Prevention\n\n- Write it anew\n") == [
        "Write it anew"
    ]


def test_what_was_done_gives_way_below_a_heading_that_may_be_past(texts: Texts) -> None:
    past = "## The solution\n\n**Manual remediation:**\n\n1. Deleted the logs.\n2. Created a second disk.\n"
    assert texts(f"# Disk full\n\n{past}\n## Next steps\n\n- Watch the disk\n") == ["Watch the disk"]


def test_nothing_to_do(texts: Texts) -> None:
    assert texts(HEAD + "- None required for this run.\n") == []


def test_a_sentence_that_looks_back_hides_none_behind_it(texts: Texts) -> None:
    body = "This incident showed how little we test. Our team is also evaluating ways to record and replay traffic.\n"
    assert texts(HEAD + body) == ["Our team is also evaluating ways to record and replay traffic."]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("**Query review**: every query is now read by two people", None),
        ("**Timeouts**: statements will be cancelled after a second", None),
        ("**Timeouts**: because nobody else waits", "Timeouts"),
    ],
)
def test_a_name_in_bold_stays_with_the_sentence_that_says_the_work(
    bullet: Bullet, text: str, title: str | None
) -> None:
    assert bullet(text).text == (title or text.replace("*", ""))


def test_an_owner_behind_a_sentence(bullet: Bullet) -> None:
    item = bullet("Write down who may log in. -- *Petra*")
    assert (item.text, item.owner) == ("Write down who may log in.", "Petra")


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (
            "## Was machen wir, damit das nicht wieder passiert?\n\n- Platten überwachen\n",
            ["Platten überwachen"],
        ),
        ("## ¿Cómo evitar que esto se repita?\n\n- Vigilar los discos\n", ["Vigilar los discos"]),
        (
            "## Comment éviter que cela se reproduise ?\n\n- Surveiller les disques\n",
            ["Surveiller les disques"],
        ),
        ("## Como evitar que isso volte a acontecer\n\n- Monitorar os discos\n", ["Monitorar os discos"]),
        ("## 今後どうするか\n\n- ディスクの監視を追加\n", ["ディスクの監視を追加"]),
        ("## Azioni correttive\n\n- Monitorare i dischi\n", ["Monitorare i dischi"]),
        ("## Verbeteracties\n\n- Schijven bewaken\n", ["Schijven bewaken"]),
        ("## Hành động khắc phục\n\n- Thêm giám sát ổ đĩa\n", ["Thêm giám sát ổ đĩa"]),
        ("## Что делаем дальше\n\n- Добавить мониторинг дисков\n", ["Добавить мониторинг дисков"]),
    ],
)
def test_languages(texts: Texts, text: str, titles: list[str]) -> None:
    assert texts(f"# Disk\n\n{text}") == titles


def test_a_deadline_may_lie_before_today_where_the_incident_has_no_date(items: Items) -> None:
    (item,) = items("# Disco lleno\n\n## Medidas\n\n- Revisar los permisos de la cuenta (Luis, 13/06/2025)\n")
    assert (item.owner, item.due) == ("Luis", date(2025, 6, 13))


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (
            "To prevent a recurrence, we have added an alert on full disks.",
            ["we have added an alert on full disks."],
        ),
        (
            "We are now reviewing all of the keys and will renew them each month.",
            ["We are now reviewing all of the keys", "will renew them each month."],
        ),
        ("We are investigating the disks.", []),
        ("We have published a report on what we do to prevent this from happening again.", []),
    ],
)
def test_promises_outside_any_section(texts: Texts, text: str, titles: list[str]) -> None:
    assert texts(f"# Availability\n\n## 5 May\n\nThe disk was full. {text}\n") == titles


def test_a_label_in_front_of_several_works(items: Items) -> None:
    found = items("# Digest\n\n## Disk\n\n**Action items:** add a test (QA-8), describe the limits (DOC-9)\n")
    assert [(item.text, str(item.references[0])) for item in found] == [
        ("add a test", "QA-8"),
        ("describe the limits", "DOC-9"),
    ]


def test_recommendations_for_somebody_else_are_no_measures(texts: Texts) -> None:
    assert texts("# Disk\n\n## Recommendations for the vendor\n\n1. Use better disks\n") == []


def test_a_day_alone_in_brackets(bullet: Bullet) -> None:
    assert bullet("Close the gap in the rota (today)").due == date(2026, 11, 20)
    assert bullet("Run the new limit in the shadow for now, two weeks").due is None


def test_a_table_of_any_items_and_results_holds_no_measures(texts: Texts) -> None:
    assert (
        texts("# Drill\n\n| Item | Result |\n|---|---|\n| Target | 60 min |\n| Measured | 84 min |\n") == []
    )


def test_prevention_as_a_label(texts: Texts) -> None:
    text = "Bugs of March\n\n1. Total wrong.\n   Cause: checked once.\n   Prevention: test the totals\n"
    assert texts(text, "bugs.txt") == ["test the totals"]


def test_a_lesson_that_promises(texts: Texts) -> None:
    text = "# Disk\n\nThings we took away from this:\n\n- One disk is not enough. We will add another one.\n- Disks fill.\n"
    assert texts(text) == ["We will add another one."]


def test_a_paragraph_of_nothing_but_instructions(texts: Texts) -> None:
    assert texts(HEAD + "Rebalance it once and wait. Announce a longer window.\n") == [
        "Rebalance it once and wait.",
        "Announce a longer window.",
    ]


def test_a_day_of_the_week_beside_a_handle(items: Items) -> None:
    first, _ = items(HEAD + "- Test the contract (@ana, Fri)\n- Test the pods (@li)\n")
    assert (first.owner, first.due) == ("@ana", date(2026, 11, 27))


def test_a_state_of_one_sign_in_brackets(items: Items) -> None:
    (item,) = items("# 障害\n\n## 再発防止\n\n- エラーを監視に送る（済）\n")
    assert (item.text, item.state) == ("エラーを監視に送る", State.DONE)


def test_what_stands_inside_a_measure_explains_it(texts: Texts) -> None:
    steps = "1. **Fix the loop**\n   - Owner: Alice\n   - Steps:\n     - Remove the recursion\n     - Add a limit\n"
    assert texts(HEAD + steps) == ["Fix the loop"]
    review = "- Review the deployment process:\n  - who approves\n  - what is checked\n"
    assert texts(HEAD + review) == ["Review the deployment process"]


def test_a_kind_above_elements_divides_them(texts: Texts) -> None:
    body = "1. Monitoring\n   - Track the latency\n2. Process\n   - Two approvals for each change\n"
    assert texts(HEAD + body) == ["Track the latency", "Two approvals for each change"]
