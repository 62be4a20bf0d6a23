"""The Atlassian Document Format: one golden tree, and Atlassian's own schema over hostile ones."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from followthrough.connector import Body, Footer, Inline, Paragraph, Quote
from followthrough_jira.adf import render

SCHEMA = Path(__file__).parents[2] / "tools/node_modules/@atlaskit/adf-schema/dist/json-schema/v1/full.json"


@pytest.fixture(scope="module")
def schema() -> Draft4Validator:
    if not SCHEMA.exists():
        pytest.skip(f"Atlassian's schema is not there: {SCHEMA}; `make node` installs it")
    return Draft4Validator(json.loads(SCHEMA.read_text("utf-8")))


TICKET: Body = (
    Paragraph(
        (
            Inline("Promised in the postmortem "),
            Inline("Checkout down", href="https://acme.example/pm#action-items"),
            Inline(" (sev1)."),
        )
    ),
    Quote((Inline("Alert when the pool is over 90 %\n[~sam] {code} *now*"),)),
    Paragraph((Inline("Owner:", strong=True), Inline(" Sam."))),
    Paragraph((Inline(""),)),
    Footer(
        (
            Inline("Filed by followthrough, 7f3k9q2m8dxa. "),
            Inline("What is this?", href="https://ft.example/w"),
        )
    ),
)
SMALL = [
    {"type": "subsup", "attrs": {"type": "sub"}},
    {"type": "textColor", "attrs": {"color": "#6B778C"}},
]


def test_a_ticket_as_a_document_tree() -> None:
    assert render(TICKET) == {
        "version": 1,
        "type": "doc",
        "content": [
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "Promised in the postmortem "},
                    {
                        "type": "text",
                        "text": "Checkout down",
                        "marks": [
                            {"type": "link", "attrs": {"href": "https://acme.example/pm#action-items"}}
                        ],
                    },
                    {"type": "text", "text": " (sev1)."},
                ],
            },
            {
                "type": "blockquote",
                "content": [
                    {
                        "type": "paragraph",
                        "content": [
                            {"type": "text", "text": "Alert when the pool is over 90 %"},
                            {"type": "hardBreak"},
                            {"type": "text", "text": "[~sam] {code} *now*"},
                        ],
                    }
                ],
            },
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "Owner:", "marks": [{"type": "strong"}]},
                    {"type": "text", "text": " Sam."},
                ],
            },
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "Filed by followthrough, 7f3k9q2m8dxa. ", "marks": SMALL},
                    {
                        "type": "text",
                        "text": "What is this?",
                        "marks": [*SMALL, {"type": "link", "attrs": {"href": "https://ft.example/w"}}],
                    },
                ],
            },
        ],
    }


def test_the_ticket_is_valid(schema: Draft4Validator) -> None:
    schema.validate(render(TICKET))


def test_the_schema_refuses_what_is_wrong(schema: Draft4Validator) -> None:
    empty = {
        "version": 1,
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}],
    }
    assert not schema.is_valid(empty)
    assert not schema.is_valid(
        {"version": 1, "type": "doc", "content": [{"type": "blockquote", "content": []}]}
    )


TEXTS = [
    "",
    "\n",
    "a",
    "b\n\nc",
    "\r\n",
    "\0",
    "\x1b[31mred",
    "\ud800",
    "\u2028",
    "{code}",
    "[~sam]",
    "<b>",
    "日本語",
    "😀",
    " ",
    "\t",
    "\ufdd0",
]
HREFS = [None, None, "https://acme.example/x", "http://a.b/c d", "javascript:alert(1)", "data:text/html,x", "//x.example", "mailto:a@b.c", "https://", "", "https://x.example/\n"]  # fmt: skip


def hostile(chance: random.Random) -> Body:
    def inlines() -> tuple[Inline, ...]:
        return tuple(
            Inline(
                "".join(chance.choices(TEXTS, k=chance.randint(0, 4))),
                chance.choice(HREFS),
                chance.random() < 0.3,
            )
            for _ in range(chance.randint(0, 4))
        )

    return tuple(chance.choice((Paragraph, Quote, Footer))(inlines()) for _ in range(chance.randint(0, 4)))


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    yield tree
    for child in tree.get("content", ()):
        yield from nodes(child)


def test_hostile_bodies_are_text_and_line_breaks_and_nothing_else(schema: Draft4Validator) -> None:
    chance = random.Random("schema")
    for _ in range(80):  # the schema's alternatives are slow to try
        schema.validate(render(hostile(chance)))


def test_hostile_bodies_hold_clean_text_and_addresses_of_the_web() -> None:
    chance = random.Random("adf")
    for _ in range(2_000):
        tree = render(hostile(chance))
        json.dumps(tree, ensure_ascii=False).encode()  # no lone surrogate is left
        for node in nodes(tree):
            assert node["type"] in {"doc", "paragraph", "blockquote", "text", "hardBreak"}
            if node["type"] == "text":
                assert node["text"]
                assert node["text"].replace("\t", "").isprintable()
            for mark in node.get("marks", ()):
                assert mark["type"] in {"link", "strong", "subsup", "textColor"}
                assert mark["type"] != "link" or mark["attrs"]["href"].startswith(("https://a", "http://a"))
        blocks: Any = tree["content"]
        for block in blocks:
            line = block["content"][0]["content"] if block["type"] == "blockquote" else block["content"]
            assert line[0]["type"] == line[-1]["type"] == "text"


def test_neighbours_of_one_kind_are_one_text() -> None:
    tree = render((Paragraph((Inline("a"), Inline(""), Inline("b"), Inline("c", href="ftp://x.example/"))),))
    assert tree["content"] == [{"type": "paragraph", "content": [{"type": "text", "text": "abc"}]}]
