"""Whatever marks a heading opens a section, and the right thing ends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem

ONE = ["Pin the image"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("a.md", "# Disk full\n\n## Action items\n\n- Pin the image\n", id="a heading"),
        pytest.param(
            "a.md",
            "Disk full\n=========\n\nNext steps\n----------\n\n- Pin the image\n",
            id="an underlined line",
        ),
        pytest.param("a.md", "# Disk full\n\n**Action items**\n\n- Pin the image\n", id="a line in bold"),
        pytest.param(
            "a.md", "# Disk full\n\n**Action items:**\n- Pin the image\n", id="a bold line with a colon"
        ),
        pytest.param(
            "a.md", "# Disk full\n\nPreventive measures:\n\n- Pin the image\n", id="a line with a colon"
        ),
        pytest.param(
            "a.md", "# Disk full\n\n* Preventive measures:\n\n- Pin the image\n", id="a bullet with a colon"
        ),
        pytest.param(
            "a.md",
            "# Disk full\n\n- **Follow-up**:\n  - Pin the image\n- **Notes**:\n  - None of it was lost\n",
            id="a bullet with children",
        ),
        pytest.param(
            "a.md", "# Disk full\n\n<h2>Action items</h2>\n\n- Pin the image\n", id="an HTML heading"
        ),
        pytest.param(
            "a.md",
            "# Disk full\n\n## Our plan <!-- ft:section -->\n\n- Pin the image\n",
            id="a reader's comment",
        ),
        pytest.param(
            "a.txt", "Disk full\n\nCorrective and preventative measures\n\nPin the image\n", id="a bare line"
        ),
        pytest.param(
            "a.md",
            "# Disk full\n\nThe image had moved on its own.\nPreventive measures:\n\nPin the image\n",
            id="the last line of a paragraph",
        ),
        pytest.param(
            "a.txt",
            "Disk full\n\nAction items\n============\n\n* Pin the image\n",
            id="an underlined line in plain text",
        ),
    ],
)
def test_measures_under(texts: Callable[..., list[str]], name: str, text: str) -> None:
    assert texts(text, name) == ONE


@pytest.mark.parametrize(
    "after",
    [
        pytest.param("## Timeline\n\n- 10:00 page\n- Call the vendor\n", id="a heading"),
        pytest.param("## Lessons learned\n\n- Test more often\n", id="lessons"),
        pytest.param("## Appendix\n\n- Read the log\n", id="an appendix"),
        pytest.param("## Repository\n\n- Clone the repository\n", id="a heading nobody knows"),
        pytest.param("### Resolution\n\n- Restart the node\n", id="a history below the measures"),
    ],
)
def test_the_section_ends(texts: Callable[..., list[str]], after: str) -> None:
    assert texts(f"# Disk full\n\n## Action items\n\n- Pin the image\n\n{after}") == ONE


@pytest.mark.parametrize(
    "heading",
    [
        "Timeline",
        "Impact",
        "What went well",
        "What went wrong",
        "Root cause",
        "Where we got lucky",
        "References",
        "Actions taken during the incident",
        "Cronología",
        "Ursache",
        "Ce qui a fonctionné",
        "タイムライン",
        "原因",
        "做得好的",
    ],
)
def test_no_measures_under(texts: Callable[..., list[str]], heading: str) -> None:
    assert texts(f"# Disk full\n\n## {heading}\n\n- Restart the node\n- Add a disk\n") == []


def test_lines_that_divide_the_measures(texts: Callable[..., list[str]]) -> None:
    text = "# Disk full\n\nCorrective measures:\n\nBroadly:\n\n- Add a disk\n\nIn detail:\n\n- Order the disk\n\nTimeline:\n\n- Restart the node\n"
    assert texts(text) == ["Add a disk", "Order the disk"]


def test_a_title_is_no_section_of_measures(texts: Callable[..., list[str]]) -> None:
    assert texts("# Postmortem: action items were lost in the move\n\n- Call the vendor\n") == []


def test_the_path_of_an_item(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    (item,) = items("# Disk full\n\n## Action items\n\n### Storage\n\n- Pin the image\n")
    assert item.section == ("Disk full", "Action items", "Storage")


def test_a_line_with_an_open_bracket_heads_nothing(texts: Callable[..., list[str]]) -> None:
    text = "# Disk full\n\n## Action items\n\n- Watch the disk (owner:\n  Release team)\n- Add a disk\n"
    assert texts(text) == ["Watch the disk", "Add a disk"]
