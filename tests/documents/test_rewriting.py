"""Writing marks and boxes: what changes, what is refused, what never happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.documents import Edit, Limits, Wanted, marks, parse, rewrite
from followthrough.documents.comparing import difference
from followthrough.model import Place

from .conftest import ID, URL, place_of

OTHER = "k2m8xdp4w9sb"
LINK = f"[OPS-12, open]({URL}#ft-{ID})"
Write = Callable[..., str]


@pytest.mark.parametrize(
    ("old", "at", "new"),
    [
        pytest.param("- Do it. (owner: Sam)\n", "Do", "- Do it. (owner: Sam) {}\n", id="bullet"),
        pytest.param("- [ ] Do it", "Do", "- [ ] Do it {}", id="no final newline"),
        pytest.param("- Do it  \n- next", "Do", "- Do it {}  \n- next", id="trailing blanks"),
        pytest.param(
            "- Do it\r\n  now\r\n- next\r\n", "Do", "- Do it\r\n  now {}\r\n- next\r\n", id="wrapped, crlf"
        ),
        pytest.param("Do it\rnow\r", "Do", "Do it\rnow {}\r", id="lone carriage returns"),
        pytest.param("- Do it\nlazily\n", "Do", "- Do it\nlazily {}\n", id="lazy continuation"),
        pytest.param(
            "- Do it\n\n  Because.\n", "Do", "- Do it {}\n\n  Because.\n", id="first paragraph only"
        ),
        pytest.param("- **Do it**\n  - note\n", "Do", "- **Do it** {}\n  - note\n", id="outside emphasis"),
        pytest.param("> - Do it\n>\n> text\n", "Do", "> - Do it {}\n>\n> text\n", id="quoted"),
        pytest.param(
            "- Do it <!-- ft:item -->\n", "Do", "- Do it {} <!-- ft:item -->\n", id="before a comment"
        ),
        pytest.param("We will do it\\\nsoon.\n", "We", "We will do it\\\nsoon. {}\n", id="hard break inside"),
        pytest.param("- Do it\\\n", "Do", "- Do it\\ {}\n", id="backslash at the end"),
        pytest.param("- Do `it\n- [next\n", "Do", "- Do `it {}\n- [next\n", id="unclosed code"),
        pytest.param("-\tDo it\t\n", "Do", "-\tDo it {}\t\n", id="tabs"),
        pytest.param("\ufeff- Do it\n", "Do", "\ufeff- Do it {}\n", id="byte order mark"),
        pytest.param("| Action |\n|---|\n| Do it |\n", "Do", "| Action |\n|---|\n| Do it {} |\n", id="cell"),
        pytest.param(
            "a | b\n--|--\nDo it | x", "Do", "a | b\n--|--\nDo it {} | x", id="table without outer bars"
        ),
    ],
)
def test_a_mark_is_written_behind_the_first_paragraph(old: str, at: str, new: str, write: Write) -> None:
    assert write(old, at) == new.format(LINK)
    assert write(new.format(LINK), at, None) == old


@pytest.mark.parametrize(
    ("blank", "new"),
    [("  ", " {} "), (" ", " {}"), ("", "{}"), ("      ", " {}     ")],
    ids=["two blanks", "one blank", "none", "wide"],
)
def test_an_empty_cell_takes_the_link_alone_and_gives_it_back(blank: str, new: str, write: Write) -> None:
    table = "| Action | Ticket | Status |\n|---|---|---|\n| Do it |{}| TODO |\n"
    old = table.format(blank)
    place = place_of(old.encode(), "pm.md", "Do")
    assert write(old, "Do", cell=1) == table.format(new.format(LINK))
    document = parse(table.format(new.format(LINK)).encode(), "pm.md")
    assert rewrite(document, [Wanted(place, ID, None)]).data.decode() == old


def test_a_cell_with_only_a_comment_keeps_it(write: Write) -> None:
    old = "| Action | Ticket |\n|---|---|\n| Do it | <!-- ask Sam --> |\n"
    new = old.replace("Sam -->", f"Sam --> {LINK}")
    assert write(old, "Do", cell=1) == new
    assert write(new, "Do", None, cell=1) == old


def test_two_links_share_an_empty_cell_and_leave_it_in_any_order() -> None:
    old = b"| Action | Ticket |\n|---|---|\n| Do it |  |\n"
    place = Place(1, 1)
    both = [Wanted(place, ID, "OPS-1"), Wanted(place, OTHER, "OPS-2")]
    new = rewrite(parse(old, "pm.md"), both).data
    assert new.endswith(f"| Do it | [OPS-1](#ft-{ID}) [OPS-2](#ft-{OTHER}) |\n".encode())
    for first, second in ((ID, OTHER), (OTHER, ID)):
        one = rewrite(parse(new, "pm.md"), [Wanted(place, first, None)]).data
        assert rewrite(parse(one, "pm.md"), [Wanted(place, second, None)]).data == old
    assert rewrite(parse(new, "pm.md"), [Wanted(place, ID, None), Wanted(place, OTHER, None)]).data == old


@pytest.mark.parametrize(
    ("old", "words", "new"),
    [
        pytest.param(
            "- Do it [OPS-12, open]({u})", "OPS-12, done", "- Do it [OPS-12, done]({u})", id="other words"
        ),
        pytest.param(
            "- Do it [OPS-12,\n  open]({u})",
            "OPS-12, open",
            "- Do it [OPS-12,\n  open]({u})",
            id="same words, wrapped",
        ),
        pytest.param(
            "- Do it [OPS-12,\n  open]({u}) now",
            "OPS-12, done",
            "- Do it [OPS-12, done]({u}) now",
            id="other words, wrapped",
        ),
        pytest.param(
            "- [OPS-12, open]({u}) Do it",
            "OPS-12, done",
            "- [OPS-12, done]({u}) Do it",
            id="moved to the front",
        ),
        pytest.param(
            "- Do it\n\n  See [OPS-12, open]({u}).",
            "OPS-12, done",
            "- Do it\n\n  See [OPS-12, done]({u}).",
            id="moved to another paragraph",
        ),
        pytest.param(
            "- Do it\n  - note [OPS-12, open]({u})",
            "OPS-12, done",
            "- Do it\n  - note [OPS-12, done]({u})",
            id="moved to a nested item",
        ),
        pytest.param(
            "- *Do it [OPS-12, open]({u})*",
            "OPS-12, done",
            "- *Do it [OPS-12, done]({u})*",
            id="moved into emphasis",
        ),
        pytest.param("- Do it <{u}>", "OPS-12, done", "- Do it [OPS-12, done]({u})", id="shortened by hand"),
        pytest.param("- Do it [a]({u}) and [b]({u})", "c", "- Do it [c]({u}) and [c]({u})", id="twice"),
    ],
)
def test_a_mark_that_is_there_is_changed_where_it_stands(
    old: str, words: str, new: str, write: Write
) -> None:
    address = f"{URL}#ft-{ID}"
    assert write(old.format(u=address), "Do", words) == new.format(u=address)


def test_a_mark_in_another_cell_is_changed_there(write: Write) -> None:
    old = f"| Action | Ticket |\n|---|---|\n| Do it {LINK} |  |\n"
    assert write(old, "Do", "OPS-12, done", cell=1) == old.replace("open", "done")


def test_only_the_bytes_that_differ_are_edited() -> None:
    data = f"- [ ] Do it {LINK}\n".encode()
    done = rewrite(parse(data, "pm.md"), [Wanted(Place(0), ID, "OPS-12, done", URL, ticked=True)])
    assert done.edits == (Edit(3, b" ", b"x"), Edit(21, b"open", b"done"))


def test_a_moved_ticket_gets_its_new_address(write: Write) -> None:
    new = write(f"- Do it {LINK}", "Do", "WEB-3, open", "https://other.example/3")
    assert new == f"- Do it [WEB-3, open](https://other.example/3#ft-{ID})"


@pytest.mark.parametrize(
    ("old", "ticked", "new"),
    [("- [ ] Do it", True, "- [x] Do it"), ("- [x] Do it", False, "- [ ] Do it"), ("- [X] Do it", True, "- [X] Do it"),
     ("- [x] Do it", None, "- [x] Do it"), ("- Do it", True, "- Do it"), ("Do it", False, "Do it")],
    ids=["tick", "untick", "ticked already", "left alone", "never added", "no item"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["pm.md", "pm.txt"])
def test_boxes(old: str, ticked: bool | None, new: str, name: str, write: Write) -> None:
    assert write(old, "Do", None, ticked=ticked, name=name) == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("- Do it\n", "- Do it (OPS-12, open: {})\n", id="bullet"),
        pytest.param(
            "* Do it\r\n  now  \r\n", "* Do it\r\n  now (OPS-12, open: {})  \r\n", id="continuation"
        ),
        pytest.param("Do it <!-- ft:item -->", "Do it (OPS-12, open: {}) <!-- ft:item -->", id="comment"),
    ],
)
def test_plain_text(old: str, new: str, write: Write) -> None:
    address = f"{URL}#ft-{ID}"
    assert write(old, "Do", name="pm.txt") == new.format(address)
    assert write(new.format(address), "Do", None, name="pm.txt") == old
    assert write(new.format(address), "Do", "OPS-12, done", name="pm.txt") == new.format(address).replace(
        "open", "done"
    )


@pytest.mark.parametrize(
    ("with_mark", "without"),
    [
        pytest.param("- Do it\n  {}\n- next", "- Do it\n- next", id="on a line of its own"),
        pytest.param("> - Do it\n>   {}\n> - next", "> - Do it\n> - next", id="on a quoted line of its own"),
        pytest.param("- Do it\n  {} now\n", "- Do it\n  now\n", id="first on a line, words behind"),
        pytest.param("- {} Do it\n", "- Do it\n", id="first of all"),
        pytest.param("- Do it, {} now\n", "- Do it, now\n", id="between words"),
        pytest.param("- Do it,{} now\n", "- Do it, now\n", id="without the space"),
        pytest.param("10.  Do it\n    > {}\n", "10.  Do it\n    >\n", id="behind a sign like a quotation's"),
    ],
)
def test_white_space_goes_with_the_mark_wherever_it_was_moved(
    with_mark: str, without: str, write: Write
) -> None:
    if "alone" in without or with_mark.startswith("- Do it\n  > "):
        assert write(with_mark.format(LINK), "Do", None).startswith(
            "refused: the document would not read the same:"
        )
    else:
        assert write(with_mark.format(LINK), "Do", None) == without


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        pytest.param(
            "# Do it\n",
            "Do",
            "it is a heading: the link belongs to the first paragraph below it",
            id="heading",
        ),
        pytest.param(
            "```\nDo it\n```\n", "Do", "it is code, where a link would be read as part of it", id="code"
        ),
        pytest.param(
            "<div>Do it</div>\n",
            "Do",
            "it is an HTML block, where a link would be read as part of it",
            id="html",
        ),
        pytest.param(
            "Do it\n-\\\n*\n",
            "Do",
            "the document would not read the same: the text at line 1 would change",
            id="a bullet in the making",
        ),
        pytest.param(
            "[Do it]:\n",
            "[Do",
            "the document would not read the same: the number of paragraphs and items would change",
            id="a definition in the making",
        ),
    ],
)
def test_what_cannot_take_a_mark_is_refused_with_its_reason(
    text: str, at: str, reason: str, write: Write
) -> None:
    assert write(text, at, "OPS-12") == f"refused: {reason}"


@pytest.mark.parametrize(
    ("words", "target", "reason"),
    [(" \u202e", URL, "its link would have no words"), ("OPS-1", "ftp://x", "'ftp://x' is not an http address without a fragment"),
     ("OPS-1", f"{URL}#top", f"'{URL}#top' is not an http address without a fragment")],
    ids=["no words", "no http", "a fragment of its own"],
)  # fmt: skip
def test_a_mark_that_cannot_be_written_is_refused(words: str, target: str, reason: str, write: Write) -> None:
    assert write("- Do it", "Do", words, target) == f"refused: {reason}"


def test_cells_that_are_not_there_and_rows_without_a_cell_are_refused() -> None:
    document = parse(b"| a | b |\n|---|---|\n| Do it |\n", "pm.md")
    wanted = [Wanted(Place(1, 1), ID, "OPS-1"), Wanted(Place(1), OTHER, "OPS-2")]
    assert rewrite(document, wanted).refusals == {
        ID: "its row has no such cell", OTHER: "it is a table row, and no cell of it was named",
    }  # fmt: skip


def test_one_refusal_leaves_that_item_alone_and_the_rest_is_done() -> None:
    data = b"[Do this]:\n\n- [ ] Do that\n"
    done = rewrite(
        parse(data, "pm.md"), [Wanted(Place(0), ID, "OPS-1"), Wanted(Place(1), OTHER, "OPS-2", ticked=True)]
    )
    assert done.data == f"[Do this]:\n\n- [x] Do that [OPS-2](#ft-{OTHER})\n".encode()
    assert list(done.refusals) == [ID]


def test_a_refused_mark_leaves_its_box_alone_too() -> None:
    data = b"- [ ] Do it\n"
    done = rewrite(parse(data, "pm.md"), [Wanted(Place(0), ID, "OPS-1", "ftp://x", ticked=True)])
    assert (done.data, done.edits, list(done.refusals)) == (data, (), [ID])


def test_a_line_never_grows_over_what_can_be_read_again() -> None:
    data = b"- Do it " + b"x" * 60
    done = rewrite(parse(data, "pm.md", Limits(line=70)), [Wanted(Place(0), ID, "OPS-1")])
    assert done.data == data
    assert "pm.md:1 is one line of" in done.refusals[ID]


def test_items_that_share_a_paragraph_share_its_end() -> None:
    data = b"We will do this. We will do that.\n"
    wanted = [Wanted(Place(0), ID, "OPS-1"), Wanted(Place(0), OTHER, "OPS-2")]
    new = rewrite(parse(data, "pm.md"), wanted)
    assert new.data == f"We will do this. We will do that. [OPS-1](#ft-{ID}) [OPS-2](#ft-{OTHER})\n".encode()
    assert rewrite(parse(new.data, "pm.md"), wanted).edits == ()
    one = rewrite(parse(new.data, "pm.md"), [Wanted(Place(0), ID, None)]).data
    assert one == f"We will do this. We will do that. [OPS-2](#ft-{OTHER})\n".encode()


def test_items_that_share_a_box_must_agree() -> None:
    document = parse(b"- [ ] We will do this and that.\n", "pm.md")
    agreed = [Wanted(Place(0), ID, "OPS-1", ticked=True), Wanted(Place(0), OTHER, "OPS-2", ticked=True)]
    assert rewrite(document, agreed).data.startswith(b"- [x] ")
    done = rewrite(document, [agreed[0], Wanted(Place(0), OTHER, "OPS-2", ticked=False)])
    assert done.refusals == {OTHER: "another item shares its checkbox, and they are not in the same state"}


def test_the_same_wish_twice_is_one_mark() -> None:
    want = Wanted(Place(0), ID, "OPS-1", ticked=True)
    assert (
        rewrite(parse(b"- [ ] Do it", "pm.md"), [want, want]).data
        == f"- [x] Do it [OPS-1](#ft-{ID})".encode()
    )


def test_links_of_the_readers_and_marks_of_others_stay() -> None:
    text = f"- Do it [OPS-12]({URL}) [OPS-9](#ft-{OTHER}) {LINK}\n"
    document = parse(text.encode(), "pm.md")
    assert rewrite(document, [Wanted(Place(0), ID, None)]).data == text.replace(f" {LINK}", "").encode()


def test_nothing_wanted_or_nothing_to_do_is_no_edit() -> None:
    document = parse(f"- [x] Do it {LINK}\n".encode(), "pm.md")
    for wanted in (
        [],
        [Wanted(Place(0), ID, "OPS-12,  open", URL, ticked=True)],
        [Wanted(Place(0), OTHER, None)],
    ):
        done = rewrite(document, wanted)
        assert (done.data, done.edits, done.refusals) == (document.data, (), {})


def test_every_mark_is_found_with_its_place() -> None:
    text = f"# a {LINK}\n\n- b\n\n| c | d |\n|---|---|\n| e | [x](#ft-{OTHER}) |\n"
    assert [(place, mark.id) for place, mark in marks(parse(text.encode(), "pm.md"))] == [
        (Place(0), ID), (Place(3, 1), OTHER),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("- a\n", "- b\n", "the text at line 1 would change", id="text"),
        pytest.param("- a\n", "* a\n", "the structure at line 1 would change", id="marker"),
        pytest.param("- a\n- b\n", "- a\n\n* b\n", "the structure at line 2 would change", id="list"),
        pytest.param("- a\n- b\n", "- a\n  - b\n", "the structure at line 2 would change", id="nesting"),
        pytest.param("a\n\nb\n", "a\n", "the number of paragraphs and items would change", id="fewer blocks"),
        pytest.param("**a** b\n", "a b\n", "the text at line 1 would change", id="style"),
        pytest.param("[a](u)\n", "[a](v)\n", "the text at line 1 would change", id="link"),
        pytest.param("[a]\n\n[a]: u\n", "[a]\n\n[a]: v\n", "the text at line 1 would change", id="definition in use"),
        pytest.param("a\n\n[b]: u\n", "a\n\n[b]: v\n", "a link definition would change", id="definition"),
        pytest.param("- [ ] a\n", "- [x] a\n", "a checkbox at line 1 would change", id="box"),
        pytest.param(f"a [x](#ft-{ID})\n", "a\n", "a link of ours at line 1 would change", id="mark"),
        pytest.param("a <!-- ft:ignore -->\n", "a\n", "a comment to followthrough would change", id="comment"),
        pytest.param("---\na: b\n---\n", "---\na: c\n---\n", "the front matter would change", id="front matter"),
        pytest.param("|a|b|\n|-|-|\n|c|d|\n", "|a|b|\n|-|-|\n|c|e|\n", "the text at line 3 would change", id="cell"),
        pytest.param("a\nb\n", "a b\n", None, id="white space"),
    ],
)  # fmt: skip
def test_two_documents_are_compared_by_what_they_say(old: str, new: str, expected: str | None) -> None:
    assert difference(parse(old.encode(), "pm.md"), parse(new.encode(), "pm.md"), {}, {}) == expected
