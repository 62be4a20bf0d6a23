"""What holds for every document in reStructuredText, AsciiDoc and Org: 2,000 generated ones of each, 20,000 nightly."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.documents import parse
from followthrough.documents.blocks import BlockKind, Style
from followthrough.documents.owned import texts

from .generate_lined import NAMES, SOUP, LinedGenerator
from .test_properties import assert_spans, check, some_wishes

NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"
CHUNKS = 20
SIZE = 1_000 if NIGHTLY else 100
"""Documents in each chunk."""


@pytest.mark.parametrize("format", NAMES)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_writing_into_generated_documents(format: str, chunk: int) -> None:
    met = wishes = 0
    for seed in range(chunk * 1_000_000, chunk * 1_000_000 + SIZE):
        generator = LinedGenerator(seed)
        data = generator.document(format)
        document = parse(data, NAMES[format])
        wanted = some_wishes(generator.random, document)
        try:
            met += check(document, wanted)
        except BaseException as error:
            error.add_note(f"seed {seed}: {data!r}")
            raise
        wishes += len(wanted)
    assert met > wishes * 0.5 > 50


@pytest.mark.parametrize("format", NAMES)
def test_writing_into_any_characters(format: str) -> None:
    @given(st.lists(st.sampled_from(SOUP[format]), max_size=60), st.integers(0, 2**32))
    @settings(max_examples=2_000 if NIGHTLY else 200, deadline=None, derandomize=not NIGHTLY)
    def law(signs: list[str], seed: int) -> None:
        document = parse("".join(signs).encode(), NAMES[format])
        assert_spans(document)
        check(document, some_wishes(Random(seed), document))

    law()


@pytest.mark.parametrize("format", NAMES)
@pytest.mark.parametrize("chunk", range(2))
def test_runs_stand_at_their_bytes(format: str, chunk: int) -> None:
    for seed in range(chunk * 1_000, chunk * 1_000 + SIZE):
        document = parse(LinedGenerator(seed).document(format), NAMES[format])
        assert_spans(document)
        for place, text in texts(document):
            if document.blocks[place.block].kind is BlockKind.CODE:
                continue
            for run in text.runs:
                source = document.data[run.start : run.end].decode()
                decoded = (
                    run.text == "\n" or run.style & Style.CODE or source[:1] in ("&", "\\", ":", ";", " ")
                )
                label = run.text in (source + ":", source.capitalize())
                assert decoded or label or source == run.text, (seed, run, source)
