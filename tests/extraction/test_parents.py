"""Titles with a list below, lines in front of a list, names with a promise below: which of them is the measure."""

from __future__ import annotations

from collections.abc import Callable

from followthrough.model import ActionItem, State

Texts = Callable[..., list[str]]
Items = Callable[..., tuple[ActionItem, ...]]
HEAD = "# Keys leaked\n\n## Action items\n\n"


def test_numbered_titles_in_bold_are_measures_and_the_lists_below_explain_them(texts: Texts) -> None:
    body = (
        "1. **Rotate the session secret**\n   - Open the console\n   - Press the button\n"
        "2. **Regenerate the payment keys**\n   - Log in to the dashboard\n   - Old keys stop working\n"
        "3. **Keep commands simple:**\n   - Use one line\n   - The rest belongs to a file\n"
    )
    assert texts(HEAD + body) == [
        "Rotate the session secret",
        "Regenerate the payment keys",
        "Keep commands simple",
    ]


def test_labels_in_bold_head_the_measures_below_them(texts: Texts) -> None:
    body = (
        "1. **Monitoring**\n   - Add an alert on old keys\n   - Add a dashboard\n"
        "2. **Testing**\n   - Test the rotation\n"
    )
    assert texts(HEAD + body) == ["Add an alert on old keys", "Add a dashboard", "Test the rotation"]


def test_below_a_mere_name_a_promise_is_the_measure(texts: Texts) -> None:
    body = (
        "### Policy of key rotation\n\nWe are adding a limit of 40 days. This matters most.\n\n"
        "### Monthly drill of teams\n\nThe on-call team will hold a drill every month.\n"
    )
    assert texts(HEAD + body) == [
        "We are adding a limit of 40 days.",
        "hold a drill every month.",
    ]


def test_a_name_with_a_description_below_is_the_measure(texts: Texts) -> None:
    body = (
        "### Policy of key rotation\n\nKeys older than 40 days are refused. This matters most.\n\n"
        "### Drill of the whole team\n\nOnce a month, with a report.\n"
    )
    assert texts(HEAD + body) == ["Policy of key rotation", "Drill of the whole team"]


def test_a_promise_that_goes_on_in_a_list_stands_in_front_of_each_element(texts: Texts) -> None:
    body = "We are adding alerts for:\n\n- keys older than 40 days\n- a queue above its limit\n"
    assert texts(HEAD + body) == [
        "We are adding alerts for: keys older than 40 days",
        "We are adding alerts for: a queue above its limit",
    ]
    assert texts(HEAD + "We will work on:\n\n- Add an alert on keys\n- Test the rotation\n") == [
        "Add an alert on keys",
        "Test the rotation",
    ]


def test_headings_with_a_sign_and_a_number_are_measures(texts: Texts) -> None:
    body = (
        "### ✅ 1. Redaction of all keys\n\nNone is left.\n\n### ⏳ 2. Limits for keys\n\nPlanned for May.\n"
    )
    assert texts(HEAD + body) == ["Redaction of all keys", "Limits for keys"]


def test_lines_that_open_with_a_sign_for_the_state_are_elements(items: Items) -> None:
    found = items(HEAD + "✅ Redact the keys\n🔄 Rotate the other keys\n❌ Scan every commit\n")
    assert [(item.text, item.state) for item in found] == [
        ("Redact the keys", State.DONE),
        ("Rotate the other keys", State.IN_PROGRESS),
        ("Scan every commit", State.OPEN),
    ]


def test_checks_before_every_release_and_the_word_that_there_is_no_work_head_none(texts: Texts) -> None:
    checks = "Before every release:\n\n- [ ] No keys in the code\n- [ ] The list is up to date\n\n"
    nothing = "**No action required for now:**\n\n- The repository is clean\n"
    assert texts(HEAD + checks) == []
    assert texts(HEAD + nothing) == []


def test_behind_a_fault_the_labelled_sentence_is_the_measure(texts: Texts) -> None:
    body = (
        "1. **The zone was edited by hand.** We had no check.\n   *Follow-up:* generate the zone (NET-12).\n"
        "2. **Nobody was paged.** Action: let the probe ask the server itself.\n"
    )
    assert texts(HEAD + body) == ["generate the zone", "let the probe ask the server itself."]


def test_the_last_of_an_enumeration_does_not_start_with_its_conjunction(texts: Texts) -> None:
    body = "We plan to:\n\n* move the index to bigger nodes;\n* and write down how to restart it.\n"
    assert texts(HEAD + body) == ["move the index to bigger nodes", "write down how to restart it."]


def test_a_sentence_that_says_that_a_list_follows_is_no_measure(texts: Texts) -> None:
    lead = "The storage team will carry out the following actions to get better. Most were planned. Those are:\n\n"
    assert texts(HEAD + lead + "- Write runbooks\n- Add alerts\n") == ["Write runbooks", "Add alerts"]
    told = "We will make the following changes: a limit for keys and a drill.\n"
    assert texts(HEAD + told) == ["We will make the following changes: a limit for keys and a drill."]
