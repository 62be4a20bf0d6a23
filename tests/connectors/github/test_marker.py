"""The marker survives any document path and any body, and no copied or pasted one outweighs it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from followthrough.connector import Footer, Inline, Paragraph, Quote
from followthrough_github.markdown import render
from followthrough_github.marker import marked, marker_in

OURS, THEIRS = "0123456789ab", "zzzzzzzzzzzz"
FOREIGN = f"<!-- followthrough:1 {THEIRS} postmortems/other.md -->"
PARTS = st.sampled_from(
    [FOREIGN, "<!--", "-->", "\n", "\r", "\r\n", "\u2028", "\x0b", "\x85", "```\n", "<", "\\", "> ", "&lt;"]
)
HOSTILE = st.lists(st.text(max_size=12) | PARTS, max_size=8).map("".join)
IDS = st.text(alphabet="0123456789abcdefghjkmnpqrstvwxyz", min_size=12, max_size=12)


@given(id=IDS, document=HOSTILE, text=HOSTILE)
@example(id=OURS, document="", text="")
@example(id=OURS, document=" post mortem.md ", text="")
@example(id=OURS, document="a--> b\n<!-- c", text=FOREIGN)
@example(id=OURS, document="--!>-->", text=f"\n{FOREIGN}\n")
def test_any_document_and_any_copied_text_gives_back_our_id(id: str, document: str, text: str) -> None:
    body = render((Paragraph((Inline(text),)), Quote((Inline(text),)), Footer((Inline(text),))))
    whole = marked(body, id, document)
    assert marker_in(whole) == id
    line = whole.rpartition("\n")[2]
    assert line.startswith(f"<!-- followthrough:1 {id} ")
    assert line.index("-->") == len(line) - 3, "the comment ends where its line ends"
    assert "--" not in line[4:-3]


@given(document=HOSTILE, below=HOSTILE)
@example(document="pm.md", below=FOREIGN)
def test_what_people_write_below_does_not_outweigh_it(document: str, below: str) -> None:
    whole = marked("Do it.", OURS, document)
    assert marker_in(f"{whole}\n{below}\n{FOREIGN}") == OURS
    assert marker_in(f"{whole}\r\n{below}") == OURS


@given(text=HOSTILE)
def test_copied_text_alone_is_no_marker(text: str) -> None:
    assert marker_in(render((Paragraph((Inline(text),)), Quote((Inline(FOREIGN),))))) is None


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "followthrough:1 0123456789ab pm.md",
        f"see {FOREIGN}",
        f"> {FOREIGN}",
        f"    {FOREIGN}",
        f"{FOREIGN} and more",
        "<!-- followthrough:1 0123456789AB pm.md -->",
        "<!-- followthrough:1 0123456789a pm.md -->",
        "<!-- followthrough:2 0123456789ab pm.md -->",
        "<!-- followthrough:1 0123456789ab -->",
    ],
)
def test_what_is_no_marker(body: str | None) -> None:
    assert marker_in(body) is None


@pytest.mark.parametrize("ending", ["\n", "\r\n", "   \n", "\n\n", ""])
def test_github_may_change_the_ends_of_lines(ending: str) -> None:
    text = marked("One.\n\nTwo.", OURS, "pm.md").replace("\n", "\r\n")
    assert marker_in(text + ending) == OURS
