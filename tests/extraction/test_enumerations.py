"""Works that one sentence enumerates, names that join headings, lines with ids, boxes below lessons."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.extraction.headings import Headings
from followthrough.extraction.vocabulary import Role, Vocabulary
from followthrough.model import ActionItem

Items = Callable[..., tuple[ActionItem, ...]]
Texts = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "We will: (1) add an alert; (2) warm the cache; and (3) write a runbook.",
            ["add an alert", "warm the cache", "write a runbook"],
        ),
        ("We need to a) add an alert, b) warm the cache.", ["add an alert", "warm the cache"]),
        ("The following will be done: add an alert; warm the cache.", ["add an alert", "warm the cache"]),
        (
            "Vamos a: 1) agregar una alerta; 2) escribir una guía.",
            ["agregar una alerta", "escribir una guía"],
        ),
        ("以下の対策を実施します：①監視を追加する、②手順を見直す。", ["監視を追加する", "手順を見直す"]),
        (
            "We will: add alerts on size, latency and errors, warm the cache and write a runbook.",
            ["add alerts on size, latency and errors", "warm the cache", "write a runbook"],
        ),
        ("We will improve two things: the cache and the alerts.", None),
        ("We will add alerts for (1) latency and (2) errors.", None),
        ("We will add an alert (in section 1) and a test (in section 2).", None),
        ("The options are: (1) add a disk; (2) move the logs.", []),
    ],
)
def test_each_work_of_an_enumeration(texts: Texts, sentence: str, expected: list[str] | None) -> None:
    found = texts(f"# Cache cold\n\n## Prevention\n\n{sentence}\n")
    assert found == ([sentence] if expected is None else expected)


def test_an_enumeration_outside_a_section_of_measures(items: Items) -> None:
    text = "# Cache cold\n\nIt was cold. We will 1) warm it by script, and 2) write a runbook.\n"
    found = items(text)
    assert [item.text for item in found] == ["warm it by script", "write a runbook"]
    assert [text.encode()[item.span.start : item.span.end].decode() for item in found] == [
        item.text for item in found
    ]


@pytest.mark.parametrize(
    "text",
    [
        "What could have gone better / Action items",
        "What went wrong | Next steps",
        "Causes & Corrective actions",
    ],
)
def test_the_last_name_of_a_heading_counts(vocabulary: Vocabulary, text: str) -> None:
    assert Headings(vocabulary).read(text).role is Role.MEASURES


def test_lines_that_ids_mark(items: Items) -> None:
    found = items(
        "# Cache cold\n\n## Recommendations\n\n"
        "R1. The search team should add an alert. (High)\nR2. The web team should warm the cache. (Low)\n"
    )
    assert [(item.text, item.owner, item.priority) for item in found] == [
        ("add an alert.", "search team", "High"),
        ("warm the cache.", "web team", "Low"),
    ]


def test_boxes_below_lessons_are_the_measures(texts: Texts) -> None:
    text = (
        "# Cache cold\n\n## Action items\n\n- Nobody knew who was on call\n  - [ ] Put the rota on the wiki\n"
        "- Switching back was slow\n  - [ ] Write a script for it\n- Warm the cache\n  - [ ] by script\n"
    )
    assert texts(text) == ["Put the rota on the wiki", "Write a script for it", "Warm the cache"]


@pytest.mark.parametrize("line", ["@sam to write a script.", "Sam is writing a script."])
def test_work_that_a_lesson_ends_in(items: Items, line: str) -> None:
    (item,) = items(f"# Cache cold\n\n## Takeaways\n\n- The switch was slow. {line}\n- The team was quick.\n")
    assert item.owner in ("@sam", "Sam")


def test_one_word_in_bold_is_only_a_name(texts: Texts) -> None:
    text = "# Cold\n\n## Prevention\n\n- **Cache.** The cache is going to be warmed before each switch.\n"
    assert texts(text) == ["Cache. The cache is going to be warmed before each switch."]


def test_what_a_team_starts_to_do(texts: Texts) -> None:
    text = "# Cold\n\n## Start doing\n\n- Load tests\n\n## Keep doing\n\n- Rolling back first\n"
    assert texts(text) == ["Load tests"]


@pytest.mark.parametrize("title", ["# ログイン障害の振り返り", "# ログイン障害\n\n## 振り返り"])
def test_keep_problem_try(texts: Texts, title: str) -> None:
    body = "### Keep\n\n- 復旧が早い\n\n### Problem\n\n- 監視がない\n\n### Try\n\n- 期限切れの前に通知する\n"
    assert texts(f"{title}\n\n{body}") == ["期限切れの前に通知する"]
