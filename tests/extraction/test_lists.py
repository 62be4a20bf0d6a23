"""Which bullets are measures, and which only look like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem

HEAD = "# Disk full\n\n## Action items\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "- Monitoring:\n  - Add a panel\n  - Page on errors\n",
            ["Add a panel", "Page on errors"],
            id="a label with children",
        ),
        pytest.param("- **Storage**\n  - Add a disk\n", ["Add a disk"], id="a bold label with children"),
        pytest.param("- Add a disk\n  - it was full\n", ["Add a disk"], id="a child that explains"),
        pytest.param(
            "- [ ] Make sure there are alerts for:\n  - [ ] the queue\n  - [x] the disk\n",
            ["Make sure there are alerts for: the queue", "Make sure there are alerts for: the disk"],
            id="children that complete a sentence",
        ),
        pytest.param(
            "- Find out whether we can change anything to:\n  - Restart by itself\n",
            ["Find out whether we can change anything to"],
            id="goals of one investigation",
        ),
        pytest.param(
            "* Improvements:\nAdd a second node.\nWatch the disk.\n",
            ["Add a second node.", "Watch the disk."],
            id="lines under a label",
        ),
        pytest.param(
            "- Add a disk to every node\n  of the cluster\n",
            ["Add a disk to every node of the cluster"],
            id="a wrapped line",
        ),
        pytest.param("1. Add a disk\n2. Watch it\n", ["Add a disk", "Watch it"], id="numbers"),
        pytest.param(
            "- [x] Add a disk\n- [ ] Watch it\n- The old disk was from 2019.\n",
            ["Add a disk", "Watch it"],
            id="a remark among boxes",
        ),
        pytest.param("- N/A\n", [], id="not applicable"),
        pytest.param("- None.\n", [], id="none"),
        pytest.param("- [N/A] Add a disk, not needed\n", [], id="declared not applicable"),
        pytest.param(
            "- {{ summary }} [link to issue]\n- {{ Add a disk }} [link to issue]\n",
            ["Add a disk"],
            id="a form half filled in",
        ),
        pytest.param("- @sam\n- @kim (observing)\n", [], id="names"),
        pytest.param("- 10:04 the node was restarted\n", [], id="history"),
        pytest.param("- If we had seen the alert, we would have been faster.\n", [], id="hindsight"),
        pytest.param(
            "- We should have alerts on the queue.\n",
            ["We should have alerts on the queue."],
            id="a wish, no hindsight",
        ),
        pytest.param("- https://wiki.example/disks\n", [], id="an address"),
        pytest.param("Priorities:\n\n* P0 - must be done\n* P1 - should be done\n", [], id="definitions"),
        pytest.param(
            "- [ ] All sections above are filled in\n- [ ] The incident has been closed\n",
            [],
            id="a checklist about the report",
        ),
    ],
)
def test_list(texts: Callable[..., list[str]], text: str, expected: list[str]) -> None:
    assert texts(HEAD + text) == expected


def test_fields_below_an_item_are_its_own(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    (item,) = items(
        HEAD + "- Add a disk\n  - Owner: Sam\n  - Due: 2026-12-01\n  - This has been done: it was cheap\n"
    )
    assert (item.owner, item.due_text, item.done) == ("Sam", "2026-12-01", True)


def test_names_in_brackets_are_owners_where_most_items_have_one(
    items: Callable[..., tuple[ActionItem, ...]],
) -> None:
    found = items(HEAD + "- Add a disk (Sam)\n- Watch the disk (Kim)\n- Order a spare\n")
    assert [(item.text, item.owner) for item in found] == [
        ("Add a disk", "Sam"),
        ("Watch the disk", "Kim"),
        ("Order a spare", None),
    ]
    (alone,) = items(HEAD + "- Add a disk (Prometheus)\n")
    assert alone.owner is None


def test_checkboxes_outrank_words(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    open_, done = items(HEAD + "- [ ] Add a disk ✅\n- [x] Watch the disk\n")
    assert (open_.done, done.done) == (False, True)


def test_a_line_may_say_that_its_list_is_done(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    text = (
        "# Disk full\n\n## Actions\n\nWe have implemented the following measures:\n\n- Alerts for the free space\n"
        "\nWe have agreed on these as well:\n\n- Bigger disks for the nodes\n"
    )
    assert [item.done for item in items(text)] == [True, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "1. **Last words** — Every worker that stops has to write down:\n"
            "   - what it was doing\n   - what is missing\n"
            "2. **Watch the disk** — Every node reports its free space\n",
            ["Last words", "Watch the disk"],
            id="a title with a sentence that its children complete",
        ),
        pytest.param(
            "**Operations (@sam)**\n\n- [ ] Add a disk\n- [ ] Page on errors\n",
            ["Add a disk", "Page on errors"],
            id="boxes below a bold name",
        ),
        pytest.param(
            "- **Testing**: Add tests for two requests at once.\n"
            "- **Verification**: Confirm that no errors occur in staging.\n",
            [
                "Testing: Add tests for two requests at once.",
                "Verification: Confirm that no errors occur in staging.",
            ],
            id="a label that sorts measures and tells nothing of the one above",
        ),
    ],
)
def test_what_a_bold_title_is_to_the_list_around_it(
    texts: Callable[..., list[str]], text: str, expected: list[str]
) -> None:
    assert texts(HEAD + text) == expected
