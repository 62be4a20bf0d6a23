"""Hostile summaries and descriptions come back as the text that went in; `test_wiki.py` has Data Center's markup."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from followthrough.connector import Connector, Created, Draft, Footer, Inline, Paragraph, Quote, Refused
from followthrough.testing import HOSTILE
from jira_cloud import Issue, Server
from jira_cloud.rich_text import plain

PIECES = [
    *HOSTILE.values(),
    *("\0", "\x07", "\x1b]8;;https://evil.example\x07", "\ud800", "\udfff", "\ufffe", "\ufdd0", "\u2028", "\x85"),
    *("\u202e", "\u2066", "\u200b", "\ufeff", "\xa0", "\u3000", "\t", "\n", "\r\n", "\n\n", " ", "  "),
    *("[~accountid:5b10]", "@[Sam](accountid:5b10)", "!x.png|width=1!", "[^a.zip]", "{{x}}", "|a|b|", "----"),
    *('"}],"type":"mention"', '{"type":"mention","attrs":{"id":"5b10"}}', "\\u0022", "</script>", "%0a", "${x}"),
    *("日本語", "Ärger", "е́", "עברית", "مرحبا", "👩‍👩‍👧", "𝔘𝔫𝔦", "½²", "a", "B", "90 %", "C++", "x" * 200),
]  # fmt: skip


def pieces(chance: random.Random, most: int) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(1, most)))


def drafts(number: int) -> Iterator[tuple[Draft, str]]:
    """Drafts, and the words of each that are quoted from the document."""
    chance = random.Random("hostile to Jira")
    for place in range(number):
        words = pieces(chance, 6)
        href = chance.choice([None, "https://acme.example/pm?a=1&b=[2]|{3}#4", "javascript:alert(1)"])
        body = (
            Paragraph((Inline("From "), Inline(pieces(chance, 2), href=href), Inline("."))),
            Quote((Inline(words, strong=chance.random() < 0.2),)),
            Footer((Inline(f"Filed by followthrough, {place:0>12}."),)),
        )
        yield Draft(id=f"{place:0>12}", document="a.md", title=pieces(chance, 3), body=body), words


def readable(text: str) -> list[str]:
    """The lines of a text as a reader is to see them: without what is no text, however lines end."""
    text = text.replace("\r\n", "\n").translate(dict.fromkeys(map(ord, "\r\v\f\x85\u2028\u2029"), "\n"))
    kept = "".join(one for one in text if one in "\t\n" or unicodedata.category(one) not in ("Cc", "Cs"))
    kept = "".join(one for one in kept if not (0xFDD0 <= ord(one) <= 0xFDEF or ord(one) & 0xFFFE == 0xFFFE))
    return kept.strip("\n").split("\n") if kept.strip() else []


def fits(title: str) -> bool:
    """Whether Jira takes it as a summary: one line of at most 255 UTF-16 units, all of it text."""
    line = " ".join(title.split())
    units = len(line.encode("utf-16-le", "surrogatepass")) // 2
    no_text = [one for one in title if unicodedata.category(one) in ("Cc", "Cs") and not one.isspace()]
    return bool(line) and units <= 255 and not no_text


def quotes(issue: Issue) -> list[str]:
    """The lines of the quotes in an issue's text."""
    blocks = [node for node in issue.fields["description"]["content"] if node["type"] == "blockquote"]
    return [line for block in blocks for line in plain(block).strip("\n").split("\n")]


def kinds(node: Any) -> Iterator[str]:
    yield node["type"]
    for child in node.get("content", ()):
        yield from kinds(child)


@pytest.fixture
def size(nightly: bool) -> int:
    return 10_000 if nightly else 400


def test_every_summary_and_text_is_what_went_in(
    size: int, cloud: Callable[..., Server], connect: Callable[..., Connector]
) -> None:
    server = cloud()
    asked = list(drafts(size))
    with connect(server, deployment="cloud") as connector:
        outcomes = connector.create([draft for draft, _ in asked])
    created = 0
    for (draft, words), outcome in zip(asked, outcomes, strict=True):
        if isinstance(outcome, Refused):
            assert not fits(draft.title), (draft.title, outcome.reason)
            continue
        assert isinstance(outcome, Created), outcome
        created += 1
        assert outcome.ticket.marker == draft.id
        issue = server.site[outcome.ticket.id]
        assert issue.fields["summary"] == " ".join(draft.title.split()) == outcome.ticket.title
        assert quotes(issue) == readable(words), words
        assert {*kinds(issue.fields["description"])} <= {
            "doc",
            "paragraph",
            "blockquote",
            "text",
            "hardBreak",
        }
    assert len(server.site.issues) == created > size / 4
    assert server.count("POST", "/issue/bulk") == -(-created // 50)
