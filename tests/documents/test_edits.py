"""Edits as data: made, taken back, refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.documents import Edit, apply, invert
from followthrough.documents.edits import smallest


def test_edits_are_made_where_they_say_whatever_their_order() -> None:
    edits = [Edit(4, b"e", b"E!"), Edit(0, b"a", b""), Edit(2, b"", b"--")]
    assert apply(b"abcde", edits) == b"b--cdE!"


def test_insertions_at_one_place_keep_their_order_and_stand_before_a_replacement() -> None:
    edits = [Edit(1, b"b", b"B"), Edit(1, b"", b"1"), Edit(1, b"", b"2")]
    assert apply(b"abc", edits) == b"a12Bc"


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([Edit(0, b"x", b"y")], "byte 0 of the document is not what the edit was made for"),
        ([Edit(3, b"", b"y")], None),
        ([Edit(4, b"", b"y")], "byte 4 of the document is not what the edit was made for"),
        ([Edit(2, b"cd", b"y")], "byte 2 of the document is not what the edit was made for"),
        ([Edit(0, b"ab", b""), Edit(1, b"b", b"")], "two edits overlap at byte 1"),
    ],
    ids=["other bytes", "at the end", "behind the end", "over the end", "overlap"],
)
def test_edits_for_other_bytes_are_refused(edits: list[Edit], message: str | None) -> None:
    if message is None:
        assert apply(b"abc", edits) == b"abcy"
    else:
        with pytest.raises(ValueError, match=message):
            apply(b"abc", edits)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"[OPS-1, open](u)", b"[OPS-1, done](u)", Edit(18, b"open", b"done")),
        (b"aaa", b"aa", Edit(12, b"a", b"")),
        (b"ab", b"ab", Edit(12, b"", b"")),
        ("é".encode(), "è".encode(), Edit(10, "é".encode(), "è".encode())),
        ("xéy".encode(), "xã©y".encode(), Edit(11, "é".encode(), "ã©".encode())),
    ],
)
def test_the_smallest_edit_never_cuts_a_character(old: bytes, new: bytes, expected: Edit) -> None:
    assert smallest(10, old, new) == expected


@given(
    st.binary(max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.binary(max_size=5)), max_size=5),
)
def test_inverted_edits_give_the_old_bytes_back(data: bytes, raw: list[tuple[int, int, bytes]]) -> None:
    edits, done = [], 0
    for wish, length, new in sorted(raw):
        start = max(wish, done)
        if start + length <= len(data):
            edits.append(Edit(start, data[start : start + length], new))
            done = start + length + 1
    changed = apply(data, edits)
    assert apply(changed, invert(edits)) == data
    assert invert(invert(edits)) == tuple(edits)


@given(st.text(max_size=8), st.text(max_size=8))
def test_the_smallest_edit_makes_the_new_bytes(old: str, new: str) -> None:
    edit = smallest(0, old.encode(), new.encode())
    assert apply(old.encode(), [edit]) == new.encode()
    assert edit.old.decode() in old
    assert edit.new.decode() in new
