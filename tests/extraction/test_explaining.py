"""Each block that is no measure has a reason, and the reason is the rule that let it go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.documents import parse
from followthrough.documents.blocks import BlockKind
from followthrough.extraction import Vocabulary, extract
from followthrough.extraction.explaining import Passed, Skipped, passed_over, skipped
from followthrough.extraction.vocabulary import Role

TODAY = date(2026, 11, 20)
Reasons = Callable[..., dict[str, str]]


def explained(text: str, name: str = "incident.md") -> tuple[Passed, ...]:
    return passed_over(parse(text.encode(), name), today=TODAY)


@pytest.fixture
def reasons() -> Reasons:
    """The reason for each block, by its words."""
    return lambda text, name="incident.md": {one.text: one.reason for one in explained(text, name)}


@pytest.mark.parametrize(
    ("heading", "what"),
    [
        ("Timeline", "what happened, not what will be done"),
        ("Root cause", "why it happened, not what will be done"),
        ("Impact", "what was affected, not what will be done"),
        ("Summary", "a summary, not a list of measures"),
        ("What went well", "how it went, not what will be done"),
        ("References", "beside the matter, not what will be done"),
        ("Example", "instructions of a template"),
    ],
)
def test_what_stands_under_a_heading_for_something_else(heading: str, what: str, reasons: Reasons) -> None:
    text = f"# Down\n\n## {heading}\n\n- Restart the pool\n\n### More\n\nWe waited.\n"
    why = f'stands under "{heading}": {what}'
    assert reasons(text) == {"Restart the pool": why, "We waited.": why}


def test_the_path_and_the_line_are_named() -> None:
    (one,) = explained("# Down\n\n## Timeline\n\n### Monday\n\n- 10:00 it broke\n")
    assert (one.line, one.section) == (7, ("Down", "Timeline", "Monday"))


def test_what_belongs_to_a_measure(reasons: Reasons) -> None:
    text = """# Down

## Action items

We agreed on the following:

- Add an alert
  - Owner: Sam
  - It was missing since May

  Nobody had noticed.
- Due: 2026-12-01
- N/A
- We should have tested it

This was a long night for all of us.
"""
    assert reasons(text) == {
        "We agreed on the following:": "introduces what follows",
        "Owner: Sam": "says the owner of the measure on line 7",
        "It was missing since May": "explains the measure on line 7",
        "Nobody had noticed.": "explains the measure on line 7",
        "Due: 2026-12-01": "says the date of the measure on line 7",
        "N/A": "placeholder",
        "We should have tested it": "says what should have been",
        "This was a long night for all of us.": (
            "running text beside the list of measures, which promises nothing"
        ),
    }


def test_a_measure_that_is_a_heading(reasons: Reasons) -> None:
    text = "# Down\n\n## Action items\n\n### 1. Add an alert\n\nIt was missing.\n\n### 2. Add a disk\n\nIt was full.\n"
    assert reasons(text) == {
        "It was missing.": "explains the measure on line 5",
        "It was full.": "explains the measure on line 9",
    }


def test_rows(reasons: Reasons) -> None:
    text = """# Down

## Action items

| Action | Owner |
| --- | --- |
| Add an alert | Sam |
| N/A | |

## Numbers

| Metric | Value |
| --- | --- |
| errors | 12 |
"""
    assert reasons(text) == {
        "Action | Owner": "names the columns",
        "N/A |": "placeholder",
        "Metric | Value": "names the columns",
        "errors | 12": "its table has no column of measures",
    }


def test_comments_quotes_and_open_sections(reasons: Reasons) -> None:
    text = """# Down

Nothing went as it should.

- Cats

> Add a disk, somebody said.

We will add more disks.

## Action items

- Thank everybody <!-- ft:ignore -->
- Add an alert
"""
    assert reasons(text) == {
        "Nothing went as it should.": "stands in no section of measures and promises nothing",
        "Cats": "stands in no section of measures",
        "Add a disk, somebody said.": "quoted",
        "We will add more disks.": "promises work, but the document lists its measures elsewhere",
        "Thank everybody": "a comment says so (ft:ignore)",
    }


def test_lessons_give_way_to_measures(reasons: Reasons) -> None:
    text = "# Down\n\n## Lessons learned\n\n- Test the restore\n- Disks are finite\n\n## Action items\n\n- Add an alert\n"
    assert reasons(text) == {
        "Test the restore": "gives way to the measures listed for the same incident",
        "Disks are finite": 'stands under "Lessons learned" and asks for no work',
    }


def test_an_empty_form(reasons: Reasons) -> None:
    text = "# Postmortem template\n\n## Action items\n\n- Add an alert\n"
    assert reasons(text) == {"Add an alert": "the document is an empty form"}


@pytest.mark.parametrize(
    ("lead", "why"),
    [
        (
            "The team did this during the incident:",
            "the line in front of its list says that it lists something else",
        ),
        ("List what should be done, one line each:", "guidance for whoever fills in the report"),
    ],
)
def test_lists_that_a_line_announces_as_something_else(lead: str, why: str, reasons: Reasons) -> None:
    found = reasons(f"# Down\n\n## Action items\n\n{lead}\n\n- Restart the pool\n")
    if "Restart the pool" in found:
        assert found["Restart the pool"] == why


PIECES = [
    "# ",
    "## Action items\n\n",
    "## Lessons learned\n\n",
    "## Timeline\n\n",
    "Measures:\n\n",
    "We will do the following:\n\n",
    "**Add a disk**\n\n",
    "- Add an alert\n",
    "  - Owner: Sam\n",
    "  - Tell everybody\n",
    "- [ ] Try it\n",
    "- N/A\n",
    "1. Review it:\n",
    "We will add more disks. ",
    "Nobody knew.\n\n",
    "| Action | Owner |\n|-|-|\n| Add a disk | Sam |\n\n",
    "| When | What |\n|-|-|\n| now | Add a disk |\n\n",
    "> Add it\n\n",
    "Action: add it\n\n",
    "<!-- ft:ignore -->",
    "\n",
    "\n\n",
    "対策\n\n",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["a.md", "a.txt"]))
def test_every_block_with_words_is_a_measure_or_has_a_reason(pieces: list[str], name: str) -> None:
    document = parse("".join(pieces).encode(), name)
    passed = passed_over(document, today=TODAY)
    taken = {document.blocks[item.place.block].line for item in extract(document, today=TODAY).items}
    worded = {
        block.line
        for block in document.blocks
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW)
        and any(text.text.strip(" |-\n") for text in (block.own, *block.cells))
    }
    assert worded - taken <= {one.line for one in passed} | {
        line for item in extract(document, today=TODAY).items for line in range(item.line, item.end_line + 1)
    }
    assert all(one.reason and one.text for one in passed)


def test_headings_that_were_skipped() -> None:
    document = parse(
        b"# Down\n\n## Timeline\n\n- It broke\n\n## Homework:\n\nNew disks.\n\n## Empty\n\n## Action items\n\n- Add a disk\n",
        "a.md",
    )
    taken = {item.place.block for item in extract(document, today=TODAY).items}
    assert skipped(document, taken) == {
        Skipped("Timeline", Role.TIMELINE): 1,
        Skipped("Homework", Role.NEUTRAL): 1,
    }


def test_own_words_explain_too(vocabulary: Vocabulary) -> None:
    own = vocabulary.extended({"headings": {"timeline": ["penance"]}})
    document = parse(b"# Down\n\n## Penance\n\n- Add a disk\n", "a.md")
    (one,) = passed_over(document, today=TODAY, vocabulary=own)
    assert one.reason == 'stands under "Penance": what happened, not what will be done'


def test_what_looks_like_a_measure_among_measures(reasons: Reasons) -> None:
    text = """# Down

## Remediation

We put the old disk back.

### Planned

1. **Alerts for the disk**
   We plan to add alerts for:

- disks that are full
- disks that are slow

### Review

Could we have been faster?

No, nobody was awake.

**Later:** see below.
"""
    assert reasons(text) == {
        "We put the old disk back.": "running text above sections of measures, which promises nothing",
        "disks that are full": "explains the measure on line 9",
        "disks that are slow": "explains the measure on line 9",
        "Could we have been faster?": "asks a question, or answers one",
        "No, nobody was awake.": "asks a question, or answers one",
        "Later: see below.": "points elsewhere",
    }
