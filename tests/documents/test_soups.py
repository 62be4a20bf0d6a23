"""Documents in pieces, of every format that is only read: no exception but a sentence, spans that hold."""

from __future__ import annotations

import os
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.documents import Document, Unreadable, Wanted, fingerprint, parse, rewrite, unlinked
from followthrough.documents.blocks import Style
from followthrough.documents.owned import texts
from followthrough.extraction import extract

from .generate_markup import soup

NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"
DOCUMENTS = 5_000 if NIGHTLY else 400
READ_ONLY = ("html", "mediawiki", "docx", "eml")


def check(data: bytes, name: str) -> bool:
    """What holds for anything; whether it could be read."""
    try:
        document = parse(data, name)
    except Unreadable as error:
        sentence = str(error)
    else:
        sentence = f"{name}."
        hold(document, name)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    return sentence == f"{name}."


def hold(document: Document, name: str) -> None:
    """The spans hold, and nothing that is only read is written."""
    exact = "\ufffd" not in document.data.decode(errors="replace")
    for place, text in texts(document):
        block = document.blocks[place.block]
        assert 0 <= block.start <= text.start <= text.end <= len(document.data)
        assert block.line <= block.end_line
        assert block.parent < place.block
        for run in text.runs:
            assert text.start <= run.start <= run.end <= text.end
            source = document.data[run.start : run.end].decode(errors="replace")
            # Words of a document in an older encoding are not the bytes they stand for.
            stands_for = source.startswith(("&", "{{")) or run.text in ("\n", " ") or Style.CODE in run.style
            assert source == run.text or stands_for or not exact
    fingerprint(document)
    extract(document, today=date(2026, 11, 20))
    if document.read_only:
        wanted = [Wanted(place, "7f3k9q2m8dx0", "OPS-1") for place, _ in texts(document)]
        assert rewrite(document, wanted[:3]).edits == ()
    unlinked(document)


@pytest.mark.parametrize("format", READ_ONLY)
def test_pieces_of_a_format_are_read_or_refused_in_one_sentence(format: str) -> None:
    read = 0
    for seed in range(DOCUMENTS):
        data = soup(Random(seed), format)
        try:
            read += check(data, f"pm.{format}")
        except BaseException as error:
            error.add_note(f"seed {seed}: {data!r}")
            raise
    assert read > DOCUMENTS * 0.5


@given(
    st.binary(max_size=80) | st.binary(max_size=80).map(lambda data: b"PK\x03\x04word/" + data),
    st.sampled_from([*READ_ONLY, "xml", "xhtml", "wiki", "doc", "txt", "md"]),
)
@settings(max_examples=5_000 if NIGHTLY else 500, deadline=None, derandomize=not NIGHTLY)
def test_any_bytes_are_read_or_refused_in_one_sentence(data: bytes, suffix: str) -> None:
    check(data, f"pm.{suffix}")
