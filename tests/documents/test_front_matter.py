"""Front matter: its extent, its values, and what is left out with a warning."""

from __future__ import annotations

from typing import Any

import pytest

from followthrough.documents import parse


def metadata(text: str) -> dict[str, Any]:
    document = parse(text.encode(), "pm.md")
    assert document.warnings == ()
    return dict(document.metadata)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("Title: Checkout down", {"title": "Checkout down"}, id="keys become lower case"),
        pytest.param("date: 2026-11-12\nsev: 1\npart: 0.5", {"date": "2026-11-12", "sev": "1", "part": "0.5"}, id="values stay words"),
        pytest.param("draft: true\nfinal: False\nend: null\nto: ~\nby:", {"draft": True, "final": False, "end": None, "to": None, "by": None}, id="truth and nothing"),
        pytest.param("a: 'it''s # 1'\nb: \"x\\\"y: z\"\nc: \"\"", {"a": "it's # 1", "b": 'x"y: z', "c": ""}, id="quotation marks"),
        pytest.param("a: b # c\n# d\ne: f#g\nurl: http://x/#y", {"a": "b", "e": "f#g", "url": "http://x/#y"}, id="comments"),
        pytest.param("a: [b, 'c, d', \"e\", ]\nf: []", {"a": ["b", "c, d", "e"], "f": []}, id="list on the line"),
        pytest.param("a:\n  - b\n  - c: d\n    e: f\n  -\n    - g\nh:\n- i", {"a": ["b", {"c": "d", "e": "f"}, ["g"]], "h": ["i"]}, id="lists"),
        pytest.param("a:\n  b:\n    C: d\n  e: f\ng: h", {"a": {"b": {"c": "d"}, "e": "f"}, "g": "h"}, id="mappings"),
        pytest.param("a: |\n  b\n  c\nd: >-\n  e\n  f\ng: h\n  i", {"a": "b\nc", "d": "e f", "g": "h i"}, id="text over lines"),
        pytest.param("start time: 10:30\n\"a: b\": c\n复: 元", {"start time": "10:30", "a: b": "c", "复": "元"}, id="keys"),
        pytest.param("", {}, id="nothing"),
    ],
)  # fmt: skip
def test_yaml(body: str, expected: dict[str, Any]) -> None:
    for ending in ("\n", "\r\n", "\r"):
        text = f"---\n{body}\n---\n# Heading\n".replace("\n", ending)
        assert metadata(text) == expected
        (heading,) = parse(text.encode(), "pm.md").blocks
        assert (heading.text, heading.line) == ("Heading", 4 + body.count("\n"))


def test_toml() -> None:
    body = 'Title = "x"\ndate = 2026-11-12\nsev = 1\ndraft = true\ntags = ["a", 2]\n[impact]\nUsers = 3\n'
    assert metadata(f"+++\n{body}+++\ntext") == {
        "title": "x", "date": "2026-11-12", "sev": "1", "draft": True, "tags": ["a", "2"], "impact": {"users": "3"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected", "warnings"),
    [
        pytest.param("---\na: b\nc: {d: e}\nf: g\n---\n", {"a": "b", "f": "g"}, [(3, "front matter: `c: {d: e}` is more of YAML than is read here, so it is left out")], id="flow mapping"),
        pytest.param("---\na: &x\n  b: c\nd: *x\n---\n", {}, [(2, "front matter: `a: &x` is more of YAML than is read here, so it is left out"), (4, "front matter: `d: *x` is more of YAML than is read here, so it is left out")], id="aliases"),
        pytest.param("---\na: \"b\nc: d\n---\n", {"c": "d"}, [(2, 'front matter: `a: "b` has an open quotation mark, so it is left out')], id="open quotation mark"),
        pytest.param("---\na: [b\n---\n", {}, [(2, "front matter: `a: [b` is a list that does not end on its line, so it is left out")], id="open list"),
        pytest.param("---\na: b\nwords\nc: d\n---\n", {"a": "b", "c": "d"}, [(3, "front matter: `words` is not a `key: value` line, so it is left out")], id="words"),
        pytest.param("---\n" + "".join(" " * n + "a:\n" for n in range(40)) + "b: c\n---\n", None, None, id="deep"),
        pytest.param("+++\na = 1\nb =\n+++\n", {}, [(3, "the front matter is not valid TOML (Invalid value (at line 2, column 4)), so nothing of it is used")], id="toml"),
        pytest.param("+++\na = 1\n" + "b.c = 2\n" * 9_000 + "+++\n", {}, [(1, "the front matter is larger than is read of TOML, so nothing of it is used")], id="much toml"),
        pytest.param("+++\n" + "a." * 30_000 + "b = 2\n+++\n", {}, [(1, "the front matter is larger than is read of TOML, so nothing of it is used")], id="toml with a deep key"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_warning(
    text: str, expected: dict[str, Any] | None, warnings: list[tuple[int, str]] | None
) -> None:
    document = parse(text.encode(), "pm.md")
    if warnings is None or expected is None:
        assert document.warnings
        assert document.metadata["b"] == "c"
    else:
        assert list(document.warnings) == warnings
        assert document.metadata == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("---\n\ntext\n\n---\n", id="two rules"),
        pytest.param("---\ntext\n---\n", id="rule and heading"),
        pytest.param("---\na: b\n", id="never closed"),
        pytest.param("\n---\na: b\n---\n", id="not on the first line"),
        pytest.param("----\na: b\n----\n", id="other fences"),
        pytest.param("+++\na = 1\n", id="toml never closed"),
    ],
)
def test_what_is_no_front_matter_is_text(text: str) -> None:
    document = parse(text.encode(), "pm.md")
    assert document.metadata == {}
    assert document.blocks


def test_front_matter_stands_behind_a_byte_order_mark_and_in_any_markdown() -> None:
    for name in ("pm.md", "pm.qmd", "pm.mdx"):
        assert parse(b"\xef\xbb\xbf---\na: b\n---\n", name).metadata == {"a": "b"}
    assert parse(b"---\na: b\n---\n", "pm.txt").metadata == {}


@pytest.mark.parametrize("depth", [90, 20_000])
def test_toml_that_is_nested_deeply_is_read_or_left_out_with_a_warning(depth: int) -> None:
    document = parse(f"+++\na = {'[' * depth}{']' * depth}\n+++\n# P\n".encode(), "pm.md")
    assert bool(document.warnings) is (depth > 1_000)
    assert [block.text for block in document.blocks] == ["P"]
