"""Without our marks: unlinking, and the fingerprint that our own writes never change."""

from __future__ import annotations

import pytest

from followthrough.documents import Wanted, fingerprint, parse, rewrite, unlinked
from followthrough.documents.owned import texts

from .conftest import ID, URL

OTHER = "k2m8xdp4w9sb"
PLAIN = """\
# Checkout down [see](https://acme.example)

We will do this. We will do that.

- [ ] Do it <!-- ft:item -->
- [x] Did it [OPS-9](https://acme.example/browse/OPS-9)
  - detail

| Action | Ticket |
| --- | --- |
| Fix it |  |
"""


def test_unlinking_takes_out_every_mark_and_nothing_else() -> None:
    document = parse(PLAIN.encode(), "pm.md")
    wanted = [
        Wanted(place, f"{number:012d}", "OPS-12, open", URL)
        for number, (place, text) in enumerate(texts(document))
        if text.anchor is not None and text.anchor.refusal is None
    ]
    written = rewrite(document, wanted)
    assert written.data.count(b"#ft-") == len(wanted) == 8
    assert unlinked(parse(written.data, "pm.md")) == PLAIN.encode()


def test_unlinking_two_marks_side_by_side() -> None:
    both = f"[a](#ft-{ID}) [b](#ft-{OTHER})"
    table = "| Action | Ticket |\n|---|---|\n| Do it | {} |\n"
    assert unlinked(parse(table.format(both).encode(), "pm.md")) == table.format("").encode()
    assert unlinked(parse(f"- Do it {both}\n".encode(), "pm.md")) == b"- Do it\n"


@pytest.mark.parametrize("name", ["pm.md", "pm.txt"])
def test_a_document_without_marks_is_its_own_unlinked_form(name: str) -> None:
    assert unlinked(parse(PLAIN.encode(), name)) == PLAIN.encode()


@pytest.mark.parametrize("name", ["pm.md", "pm.txt"])
def test_our_own_writes_do_not_change_the_fingerprint(name: str) -> None:
    document = parse(PLAIN.encode(), name)
    before = fingerprint(document)
    for number, (place, text) in enumerate(texts(document)):
        if text.anchor is not None and text.anchor.refusal is None:
            for ticked in (True, False):
                done = rewrite(document, [Wanted(place, f"{number:012d}", "OPS-12", URL, ticked)])
                assert fingerprint(parse(done.data, name)) == before


@pytest.mark.parametrize(
    "other",
    [
        PLAIN.replace("Fix", "Mend"),
        PLAIN + "\n",
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("OPS-9", "OPS-8"),
    ],
    ids=["word", "line", "line endings", "the reader's link"],
)
def test_every_other_change_does(other: str) -> None:
    assert fingerprint(parse(other.encode(), "pm.md")) != fingerprint(parse(PLAIN.encode(), "pm.md"))


def test_a_fingerprint_is_sha256_of_the_plain_bytes() -> None:
    import hashlib

    data = f"- [x] Do it [OPS-1](#ft-{ID})\n".encode()
    assert fingerprint(parse(data, "pm.md")) == hashlib.sha256(b"- [ ] Do it\n").hexdigest()
