"""Lists under headings that say nothing: what their elements carry tells whether they hold measures."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Texts = Callable[..., list[str]]

TRACKED = """\
- **DONE** Refuse an import without prices
- **IN PROGRESS** Compare each import with the one before
- **OPEN** Tell the suppliers which fields are needed
"""


def test_a_list_of_work_with_states_is_one_of_measures(texts: Texts) -> None:
    assert texts(f"# Empty window\n\n## Outcomes\n\n{TRACKED}") == [
        "Refuse an import without prices",
        "Compare each import with the one before",
        "Tell the suppliers which fields are needed",
    ]


def test_it_gives_way_to_a_list_under_a_heading_that_says_so(texts: Texts) -> None:
    text = f"# Empty window\n\n## Outcomes\n\n{TRACKED}\n## Action items\n\n- Watch the window\n"
    assert texts(text) == ["Watch the window"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("- Restart the importer\n- Call the suppliers\n", id="nothing but instructions"),
        pytest.param("- [ ] Invite everybody\n- [ ] Collect the notes\n", id="nothing but boxes"),
        pytest.param("- **DONE** The first import\n- **DONE** The second one\n", id="no work"),
        pytest.param("- 10:00 restart the importer (@sam)\n- 10:05 call the shop (@ada)\n", id="history"),
        pytest.param("- Restart the importer (@sam)\n", id="a single one"),
    ],
)
def test_less_is_no_evidence(texts: Texts, body: str) -> None:
    assert texts(f"# Empty window\n\n## Outcomes\n\n{body}") == []
