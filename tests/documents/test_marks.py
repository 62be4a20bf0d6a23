"""What makes a link ours, and words and addresses that stay harmless in every format."""

from __future__ import annotations

from itertools import product

import pytest

from followthrough.documents import parse
from followthrough.documents.formats import format_named
from followthrough.documents.marks import address, clean_words, is_id, ours, safe_target

ID = "7f3k9q2m8dxa"


@pytest.mark.parametrize(
    ("text", "expected"),
    [(ID, True), ("0123456789ab", True), ("", False), (ID[:-1], False), (ID + "a", False), (ID.upper(), False),
     *((f"7f3k9q2m8dx{letter}", False) for letter in "ilou-_é\n")],
)  # fmt: skip
def test_an_id_is_twelve_letters_of_crockford(text: str, expected: bool) -> None:
    assert is_id(text) is expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (f"https://a.example/browse/OPS-1#ft-{ID}", ("https://a.example/browse/OPS-1", ID)),
        (f"#ft-{ID}", ("", ID)),
        ("https://a.example/browse/OPS-1", None),
        (f"https://a.example/#x-ft-{ID}", None),
        (f"https://a.example/ft-{ID}", None),
        (f"https://a.example/#ft-{ID}?x", None),
    ],
)
def test_our_fragment_makes_a_link_ours(link: str, expected: tuple[str, str] | None) -> None:
    assert ours(link) == expected


def test_an_address_carries_the_id_and_nothing_a_format_could_read() -> None:
    assert address(ID, "https://a.example/x?y=(1)&z=a|b`<c>\"d'e f;g\\h{i}[j]*é") == (
        "https://a.example/x?y=%281%29&z=a%7Cb%60%3Cc%3E%22d%27e%20f%3Bg%5Ch%7Bi%7D%5Bj%5D%2A%C3%A9"
        + f"#ft-{ID}"
    )
    assert address(ID, "") == f"#ft-{ID}"


def test_encoding_an_address_twice_changes_nothing() -> None:
    once = safe_target("https://a.example/a b(c)%20é")
    assert safe_target(once) == once


@pytest.mark.parametrize(
    "target",
    [
        "ftp://a.example",
        "javascript:alert(1)",
        "a.example",
        "https://",
        "https://a.example/#b",
        "https:///x",
        " ",
    ],
)
def test_other_targets_are_refused(target: str) -> None:
    with pytest.raises(ValueError, match="is not an http address without a fragment"):
        address(ID, target)


def test_what_is_no_id_is_refused() -> None:
    with pytest.raises(ValueError, match="'x' is not an item's id"):
        address("x", "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("OPS-12,  in\n progress", "OPS-12, in progress"),
        ("a\x1b[31m\x00b\u202ec\u200bd", "a[31mbcd"),
        ("完了 ✅", "完了 ✅"),
        (" \n", ""),
    ],
)
def test_words_are_one_line_that_shows_all_it_holds(words: str, expected: str) -> None:
    assert clean_words(words) == expected


WORDS = {
    "plain": "OPS-12, in progress, due 2026-12-01", "number": "#231, won't do", "underscores": "MY_OPS_1-2 _x_ __y__",
    "brackets": "a [b](c) ![d] ](", "emphasis": "*a* **b ~~c~~", "code": "`a ``b", "html": "<b>a</b> <!-- c --> &amp; \"d\"",
    "bar": "a | b", "backslashes": "a\\ \\* b\\", "braces": "{a} ${b}", "dollars": "$a$", "wide": "完了 é 🚒", "address": "https://a.example/x",
}  # fmt: skip
CONTEXTS = {
    "item": "- Do it {}\n", "open code": "- Do `it {}\n", "open brackets": "- Do [it ![that {}\n", "open emphasis": "- **Do *it ~~that {}\n",
    "open tag": "- Do <a href=it {}\n", "open comment": "- Do <!-- it {}\n", "open address": "- Do <https://it {}\n",
    "cell": "| Do |\n|---|\n| it {} |\n", "empty cell": "| Do |\n|---|\n| {} |\n", "dollar": "- Do $it {}\n",
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "context"),
    [pytest.param(w, c, id=f"{a}-{b}") for (a, w), (b, c) in product(WORDS.items(), CONTEXTS.items())],
)
def test_any_words_come_back_from_markdown_as_they_were(words: str, context: str) -> None:
    style = format_named("markdown")
    rendered = style.render(ID, words, "https://a.example/(x)_*y")
    block = parse(context.format(rendered).encode(), "pm.md").blocks[-1]
    (text,) = block.cells or (block.own,)
    (mark,) = text.marks
    assert (mark.words, mark.target) == (style.words(words), safe_target("https://a.example/(x)_*y"))
    assert text.text == parse(context.format("").encode(), "pm.md").blocks[-1].text + "".join(
        c.text for c in parse(context.format("").encode(), "pm.md").blocks[-1].cells
    )


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("target", ["https://a.example/(x)_*y", ""], ids=["address", "no address"])
def test_any_words_come_back_from_plain_text_as_they_were(words: str, target: str) -> None:
    style = format_named("text")
    rendered = style.render(ID, words, target)
    (block,) = parse(f"- Do it {rendered}\n".encode(), "pm.txt").blocks
    (mark,) = block.own.marks
    assert (mark.words, mark.target) == (style.words(words), safe_target(target))
    assert block.text == "Do it"


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("target", ["https://a.example/(x)_*y", ""], ids=["address", "no address"])
@pytest.mark.parametrize(
    ("format", "name", "context"),
    [
        ("rst", "pm.rst", "- Do it {}\n"), ("rst", "pm.rst", ".. list-table::\n\n   * - Do it {}\n"), ("rst", "pm.rst", "- Do ``it {}\n"),
        ("asciidoc", "pm.adoc", "* Do it {}\n"), ("asciidoc", "pm.adoc", "|===\n|Do it {}\n|===\n"), ("asciidoc", "pm.adoc", "* Do *it {}\n"),
        ("org", "pm.org", "- Do it {}\n"), ("org", "pm.org", "| Do it {} |\n"), ("org", "pm.org", "- Do *it {}\n"),
    ],
)  # fmt: skip
def test_any_words_come_back_from_the_other_formats_as_they_were(
    words: str, target: str, format: str, name: str, context: str
) -> None:
    style = format_named(format)
    block = parse(context.format(style.render(ID, words, target)).encode(), name).blocks[0]
    (text,) = block.cells or (block.own,)
    (mark,) = text.marks
    assert (mark.words, mark.target) == (style.words(words), safe_target(target))
    assert text.text == context[context.index("Do") : context.index(" {")]


def test_the_marks_as_they_are_documented() -> None:
    words, target = "OPS-12, in progress, due 2026-12-01", "https://acme.example/browse/OPS-12"
    assert format_named("markdown").render(ID, words, target) == f"[{words}]({target}#ft-{ID})"
    assert format_named("text").render(ID, words, target) == f"({words}: {target}#ft-{ID})"
    assert format_named("text").render(ID, "FT-3, open", "") == f"(FT-3, open: #ft-{ID})"
    assert format_named("rst").render(ID, words, target) == f"`{words} <{target}#ft-{ID}>`__"
    assert format_named("asciidoc").render(ID, words, target) == f"{target}#ft-{ID}[{words}]"
    assert format_named("org").render(ID, words, target) == f"[[{target}#ft-{ID}][{words}]]"
