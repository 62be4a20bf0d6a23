"""What holds for every document: 10,000 generated ones, 100,000 at the nightly size."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from followthrough.documents import (
    Document,
    Unreadable,
    Wanted,
    apply,
    fingerprint,
    invert,
    marks,
    parse,
    rewrite,
    unlinked,
)
from followthrough.documents.blocks import BlockKind, Style
from followthrough.documents.formats import format_named
from followthrough.documents.marks import safe_target
from followthrough.documents.owned import texts

from .generate import ALPHABET, Generator
from .generate_confluence import Pages

NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"
CHUNKS = 50
MARKDOWN, TEXT = (1_700, 300) if NIGHTLY else (170, 30)
"""Documents in each chunk."""
CONFLUENCE = 400 if NIGHTLY else 40

WORDS = (
    "OPS-12, in progress, due 2026-12-01",
    "#231, won't do",
    "MY_OPS-2 [a] *b* `c` <d> |e| \\ _f_ {g} 完了 &amp;",
    "x",
)
TARGETS = ("https://t.example/browse/OPS-12", "", "https://t.example/a_b(c)?x=1&y=*|`<é")
BOX = re.compile(rb"\[[ \t\x0b\x0c\rxX*-]\]|(?:in)?complete(?=\s*<)")
SHAPES = {
    "markdown": rb"\[(?:[^\[\]\\]|\\.)*\]\([^)\s]*#ft-(?:%s)\)",
    "text": rb"\([^()]*: [^)\s]*#ft-(?:%s)\)",
    "rst": rb"`(?:[^`\\]|\\.)* <[^<>]*#ft-(?:%s)>`__",
    "asciidoc": rb"(?:link:\+\+|link:|https:)[^\s\[\]]*#ft-(?:%s)(?:\+\+)?\[[^\[\]]*\]",
    "confluence": rb"(?:<a href=\"[^<>\"]*#ft-(?:%s)\">[^<>]*</a>"
    rb"|<ac:structured-macro ac:name=\"jira\" ac:schema-version=\"1\">(?:<ac:parameter[^<>]*>[^<>]*</ac:parameter>)*?"
    rb"<ac:parameter ac:name=\"followthrough\">[^<>]*#ft-(?:%s)</ac:parameter></ac:structured-macro>)",
    "org": rb"\[\[[^\[\]]*#ft-(?:%s)\]\[[^\[\]]*\]\]",
}
"""A mark in each format, the ids it may have left open."""


def some_wishes(random: Random, document: Document) -> list[Wanted]:
    """Marks and boxes for about half of all places, now and then two for one."""
    return [
        Wanted(
            place,
            "".join(random.choices(ALPHABET, k=12)),
            random.choice(WORDS),
            random.choice(TARGETS),
            random.choice((None, None, True, False)) if number == 0 else None,
        )
        for place, _ in texts(document)
        for number in range(random.choice((0, 0, 0, 1, 1, 1, 1, 2)))
    ]


def check(document: Document, wanted: list[Wanted]) -> int:
    """Every law of writing on one document; returns how many wishes could be met."""
    data, name = document.data, document.name
    done = rewrite(document, wanted)
    new = parse(done.data, name)
    met = [want for want in wanted if want.id not in done.refusals]

    # Everything wanted is there, where it was wanted, and nothing else.
    style = format_named(document.format)
    expected = {
        (want.place, want.id, style.words(want.words or ""), safe_target(want.target)) for want in met
    }
    assert {(place, mark.id, mark.words, mark.target) for place, mark in marks(new)} == expected

    # No other byte changed: without the links, found by their ids alone, and with empty boxes it is the same.
    if met:
        ids = b"|".join(want.id.encode() for want in met)
        bare = re.sub(rb" ?" + SHAPES[document.format].replace(b"%s", ids), b"", done.data)
        assert BOX.sub(b"[]", bare).replace(b" ", b"") == BOX.sub(b"[]", data).replace(b" ", b"")
    assert len(done.data) - len(data) == sum(len(edit.new) - len(edit.old) for edit in done.edits)

    # Everything can be taken back, in three ways.
    assert apply(done.data, invert(done.edits)) == data
    ticked = [[block.checkbox.ticked for block in each.blocks if block.checkbox] for each in (document, new)]
    out = rewrite(new, [Wanted(want.place, want.id, None) for want in met])
    assert not out.refusals
    for again in (out.data, unlinked(new)):
        assert again == data if ticked[0] == ticked[1] else BOX.sub(b"[]", again) == BOX.sub(b"[]", data)
    assert fingerprint(new) == fingerprint(document)

    # A second run has nothing to do.
    assert rewrite(new, wanted).edits == ()
    return len(met)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_writing_into_generated_documents(chunk: int) -> None:
    met = wishes = 0
    for seed in range(chunk * 1_000_000, chunk * 1_000_000 + MARKDOWN + TEXT):
        generator = Generator(seed)
        markdown = seed % 1_000_000 < MARKDOWN
        data, name = (generator.markdown(), "pm.md") if markdown else (generator.text(), "pm.txt")
        document = parse(data, name)
        wanted = some_wishes(generator.random, document)
        try:
            met += check(document, wanted)
        except BaseException as error:
            error.add_note(f"seed {seed}: {data!r}")
            raise
        wishes += len(wanted)
    # The generator would prove nothing if most of its wishes were refused.
    assert met > wishes * 0.5 > 100


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_writing_into_generated_confluence_pages(chunk: int) -> None:
    met = wishes = 0
    for seed in range(chunk * 1_000_000, chunk * 1_000_000 + CONFLUENCE):
        pages = Pages(seed)
        data = pages.page()
        document = parse(data, "pm.xml")
        wanted = [
            replace(want, live=pages.random.choice((None, None, "", "0a1b-22")))
            for want in some_wishes(pages.random, document)
        ]
        try:
            met += check(document, wanted)
            assert_spans(document)
        except BaseException as error:
            error.add_note(f"seed {seed}: {data!r}")
            raise
        wishes += len(wanted)
    # Of what is asked, headings, code, whole rows and cells without room are refused.
    assert met > wishes * 0.4 > 50


@given(
    st.text(alphabet=st.sampled_from("ab \n\r\t-*_#>|[]()`<!\\&1.:é🚒\u2028"), max_size=60),
    st.integers(0, 2**32),
    st.sampled_from(["pm.md", "pm.txt"]),
)
@settings(max_examples=2_000 if NIGHTLY else 200, deadline=None, derandomize=not NIGHTLY)
def test_writing_into_any_characters(text: str, seed: int, name: str) -> None:
    document = parse(text.encode(), name)
    check(document, some_wishes(Random(seed), document))


@given(st.binary(max_size=80), st.sampled_from(["pm.md", "pm.txt", "pm.rst", "pm.adoc", "pm.org"]))
@settings(max_examples=2_000 if NIGHTLY else 200, deadline=None, derandomize=not NIGHTLY)
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try:
        document = parse(data, name)
    except Unreadable as error:
        # One sentence about this file.
        sentence = str(error)
    else:
        sentence = f"{name}."
        assert_spans(document)
    assert sentence.startswith(name)
    assert sentence.endswith(".")


def assert_spans(document: Document) -> None:
    """Blocks, texts and runs lie inside each other and inside the document."""
    for place, text in texts(document):
        block = document.blocks[place.block]
        assert 0 <= block.start <= text.start <= text.end <= len(document.data)
        assert block.line <= block.end_line
        for run in text.runs:
            assert text.start <= run.start <= run.end <= text.end


@given(st.integers(0, 2**32))
@example(13307)  # a backslash before the end of a quotation
@example(248)  # a line end inside HTML
@settings(max_examples=1_000 if NIGHTLY else 100, deadline=None, derandomize=not NIGHTLY)
def test_runs_stand_at_their_bytes(seed: int) -> None:
    document = parse(Generator(seed).markdown(), "pm.md")
    for place, text in texts(document):
        if document.blocks[place.block].kind in (BlockKind.CODE, BlockKind.HTML):
            continue
        for run in text.runs:
            source = document.data[run.start : run.end].decode()
            folded = run.text == " " and source.isspace()  # white space in HTML
            decoded = run.text == "\n" or run.style & Style.CODE or source.startswith("&") or folded
            assert decoded or source == run.text
