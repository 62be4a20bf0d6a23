"""Real postmortems, where they are at hand: everything marked, everything taken back."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from followthrough.documents import (
    Wanted,
    apply,
    fingerprint,
    invert,
    marks,
    parse,
    rewrite,
    unlinked,
)
from followthrough.documents.owned import texts

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "docs"
DOCUMENTS = sorted(CORPUS.iterdir()) if CORPUS.is_dir() else []


@pytest.mark.skipif(not DOCUMENTS, reason="the corpus of real postmortems is not part of the project")
def test_the_corpus_is_read() -> None:
    assert len(DOCUMENTS) > 80


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in DOCUMENTS])
def test_everything_marked_and_taken_back(path: Path) -> None:
    data = path.read_bytes()
    document = parse(data, path.name)
    if document.read_only:
        wanted = [Wanted(place, "7f3k9q2m8dxa", "OPS-12") for place, _ in texts(document)]
        assert rewrite(document, wanted).edits == ()
        return
    places = [place for place, text in texts(document) if text.anchor and text.anchor.refusal is None]
    wanted = [
        Wanted(
            place, f"{number:012d}", "OPS-12, in progress", "https://acme.example/browse/OPS-12", ticked=True
        )
        for number, place in enumerate(places)
    ]
    written = rewrite(document, wanted)
    assert not written.refusals
    new = parse(written.data, path.name)
    assert [mark.id for _, mark in marks(new)] == [want.id for want in wanted]
    assert rewrite(new, wanted).edits == ()
    assert fingerprint(new) == fingerprint(document)
    assert sha256(apply(written.data, invert(written.edits))).digest() == sha256(data).digest()
    if not any(block.checkbox for block in document.blocks):
        assert unlinked(new) == data
