"""Questions among measures, and what their answers call for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Texts = Callable[..., list[str]]
HEAD = "# Disk full\n\n## Follow-ups\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- **Should we have drained it first?** No — the jobs were lost. The restart was right.\n", []),
        ("- **Should the runbook name it?** Yes — add it to `queue.md`.\n", ["add it to queue.md."]),
        ("- Can we page on its age? We will try it in staging.\n", ["We will try it in staging."]),
        ("1. **Why did the guard not fire?** Wrong unit? Add a test of it.\n", ["Add a test of it."]),
        ("- [ ] Cull nodes older than a week? They leak.\n", ["Cull nodes older than a week?"]),
        ("- Check the quota of each team? It may be low.\n", ["Check the quota of each team?"]),
        ("- We talked of a general “is it up?” check. We should build it.\n", None),
    ],
)
def test_only_the_answer_counts(texts: Texts, text: str, expected: list[str] | None) -> None:
    found = texts(HEAD + text)
    assert found == expected if expected is not None else len(found) == 1


def test_open_questions_are_no_measures(texts: Texts) -> None:
    assert (
        texts("# Disk full\n\n## Open questions\n\n1. Add a disk?\n2. **Why?** Nobody knows. Ask Sam.\n")
        == []
    )
