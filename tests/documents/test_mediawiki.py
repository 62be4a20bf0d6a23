"""Wikitext as blocks."""

from __future__ import annotations

import pytest

from followthrough.documents import parse
from followthrough.documents.blocks import BlockKind, Style


def texts(page: str) -> list[str]:
    blocks = parse(page.encode(), "pm.mediawiki").blocks
    return [" | ".join(cell.text for cell in block.cells) or block.text for block in blocks]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param("== Action items ==\n=== Now ===\na\nb\n\nc", ["Action items", "Now", "a b", "c"], id="headings and paragraphs"),
        pytest.param("'''Done''': ''a'' <s>b</s> <code>c</code>", ["Done: a b c"], id="styles"),
        pytest.param("[[Page|words]] [[Page]] [https://x.example/1 more] [https://x.example/2] [[File:a.png|thumb|no]]", ["words Page more https://x.example/2"], id="links"),
        pytest.param("a <!-- no\n\n* no --> b", ["a", "b"], id="a comment over lines"),
        pytest.param("<nowiki>'''a''' [[b]]</nowiki> c<ref>no</ref> <command> d", ["'''a''' [[b]] c <command> d"], id="no markup"),
        pytest.param("{{Incident\n| severity = sev1\n| status = final\n}}\na {{done}} {{Bug|T1}}", ["a done T1"], id="templates"),
        pytest.param("__TOC__\n[[Category:Outages]]\na", ["a"], id="asides"),
        pytest.param("{|\n! Action !! Owner\n|-\n| Fix it || [[User:Sam|Sam]]\n|-\n| style=\"x\" | a\nb\n| c\n|}\nd", ["Action | Owner", "Fix it | Sam", "a b | c", "d"], id="table"),
        pytest.param("{|\n|+ Title\n| rowspan=2 | a || b\n|-\n| c\n|}", ["Title", "a | b", " | c"], id="cells over others"),
        pytest.param("unclosed [[a and {{b and '''c\n{|\n| d", ["unclosed [[a and {{b and c", "d"], id="unclosed"),
        pytest.param(":a\n;b\n----\nc", ["a", "b", "", "c"], id="indented, defined, ruled"),
    ],
)  # fmt: skip
def test_what_is_read(page: str, expected: list[str]) -> None:
    for ending in ("\n", "\r\n"):
        assert texts(page.replace("\n", ending)) == expected


def test_lists_know_their_numbers_levels_and_parents() -> None:
    page = b"* a\n** b\n*# c\n*# d\n* e\n*: more\n# f"
    blocks = parse(page, "pm.wiki").blocks
    assert [(b.text, b.level, b.number, b.parent, b.line) for b in blocks] == [
        ("a", 1, None, -1, 1), ("b", 2, None, 0, 2), ("c", 2, 1, 0, 3), ("d", 2, 2, 0, 4), ("e", 1, None, -1, 5), ("more", 0, None, 4, 6), ("f", 1, 1, -1, 7),
    ]  # fmt: skip
    assert [block.list_id for block in blocks] == [0, 1, 2, 2, 0, -1, 3]


def test_code_is_code() -> None:
    blocks = parse(
        b"<pre>\n* a\n</pre>\n b\n<syntaxhighlight lang=sh>\n# c\n</syntaxhighlight>", "pm.wiki"
    ).blocks
    assert [block.kind for block in blocks] == [BlockKind.CODE] * 3


def test_styles_links_and_spans() -> None:
    data = "'''a''' ''b'' <del>c</del> é [https://x.example/ d]".encode()
    (block,) = parse(data, "pm.wiki").blocks
    found = [
        (run.text, run.style, run.link, data[run.start : run.end].decode())
        for run in block.runs
        if run.text.strip()
    ]
    assert found == [
        ("a", Style.STRONG, None, "a"), ("b", Style.EMPHASIS, None, "b"), ("c", Style.STRUCK, None, "c"), (" é ", Style.PLAIN, None, " é "),
        ("d", Style.PLAIN, "https://x.example/", "d"),
    ]  # fmt: skip


def test_a_page_tells_facts_in_a_template_and_is_never_written() -> None:
    document = parse(
        b"{{Incident\n| severity = sev1\n}}\n* [https://x.example/1#ft-7f3k9q2m8dxa OPS-1, open]", "pm.wiki"
    )
    assert document.metadata == {"severity": "sev1"}
    assert document.read_only == "pm.wiki is wikitext, and that is only read: it carries no links."
    assert [mark.id for mark in document.blocks[0].own.marks] == ["7f3k9q2m8dxa"]
