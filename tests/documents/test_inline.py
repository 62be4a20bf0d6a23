"""Inline text of Markdown: runs, styles, links, marks, and where a mark may go."""

from __future__ import annotations

import pytest

from followthrough.documents import parse
from followthrough.documents.blocks import Mark, Style, Text

ID = "7f3k9q2m8dxa"
URL = "https://acme.example/browse/OPS-12"


def own(text: str) -> Text:
    return parse(text.encode(), "pm.md").blocks[0].own


def runs(text: str) -> list[tuple[str, str, str | None]]:
    """Text, style letters and link of each run."""
    letters = {Style.STRONG: "b", Style.EMPHASIS: "i", Style.STRUCK: "s", Style.CODE: "c"}
    return [
        (run.text, "".join(letter for style, letter in letters.items() if run.style & style), run.link)
        for run in own(text).runs
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a", [("a", "", None)], id="plain"),
        pytest.param("a **b *c*** d", [("a ", "", None), ("b ", "b", None), ("c", "bi", None), (" d", "", None)], id="nested styles"),
        pytest.param("~~a~~ `b`", [("a", "s", None), (" ", "", None), ("b", "c", None)], id="struck and code"),
        pytest.param("<b>a</b> <s>b</s>", [("a", "b", None), (" ", "", None), ("b", "s", None)], id="html styles"),
        pytest.param("a\nb  \nc\\\nd", [("a", "", None), ("\n", "", None), ("b", "", None), ("\n", "", None), ("c", "", None), ("\n", "", None), ("d", "", None)], id="breaks"),
        pytest.param("a<br>b", [("a", "", None), ("\n", "", None), ("b", "", None)], id="br"),
        pytest.param("[a **b**](u)", [("a ", "", "u"), ("b", "b", "u")], id="link"),
        pytest.param("[a]\n\n[a]: /u", [("a", "", "/u")], id="reference link"),
        pytest.param("[a]", [("[a]", "", None)], id="no link"),
        pytest.param("<https://a.example>", [("https://a.example", "", "https://a.example")], id="autolink"),
        pytest.param("<a href='u&amp;v'>a</a> b", [("a", "", "u&v"), (" b", "", None)], id="html link"),
        pytest.param("see https://a.example/b_c_(d), e", [("see ", "", None), ("https://a.example/b_c_(d)", "", "https://a.example/b_c_(d)"), (", e", "", None)], id="bare address"),
        pytest.param("(https://a.example/b).", [("(", "", None), ("https://a.example/b", "", "https://a.example/b"), (").", "", None)], id="bare address in brackets"),
        pytest.param("é https://a.example/é x", [("é ", "", None), ("https://a.example/é", "", "https://a.example/é"), (" x", "", None)], id="bare address among wide characters"),
        pytest.param("`https://a.example`", [("https://a.example", "c", None)], id="address in code"),
        pytest.param("![a](b) c", [(" c", "", None)], id="image"),
        pytest.param("a[^1]b\n\n[^1]: c", [("a", "", None), ("b", "", None)], id="footnote"),
        pytest.param("a &amp; \\* &nbsp;b", [("a ", "", None), ("&", "", None), (" ", "", None), ("* ", "", None), ("\u00a0", "", None), ("b", "", None)], id="entities and escapes"),
        pytest.param("a <span class='x'>b</span> <!-- c -->", [("a ", "", None), ("b", "", None)], id="tags and comments"),
        pytest.param("a <!-- c --> b <!-- c --> <!-- d -->", [("a ", "", None), ("b", "", None)], id="comments between words and behind them"),
        pytest.param("*a **b", [("*a **b", "", None)], id="unclosed emphasis"),
    ],
)  # fmt: skip
def test_runs(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert runs(text) == expected


def test_a_run_stands_at_its_bytes() -> None:
    text = "Größe **🚒 b** \\* https://a.example/ü. [c _d_](u)\n  e"
    data = text.encode()
    for run in own(text).runs:
        assert data[run.start : run.end].decode() == run.text


@pytest.mark.parametrize(
    ("text", "words", "target", "rest"),
    [
        pytest.param(f"Do it [OPS-12, open]({URL}#ft-{ID})", "OPS-12, open", URL, "Do it", id="plain"),
        pytest.param(f"Do it [FT-3, open](#ft-{ID})", "FT-3, open", "", "Do it", id="embedded tracker"),
        pytest.param(
            f"Do it [OPS-12,\n  open]({URL}#ft-{ID}) now", "OPS-12, open", URL, "Do it now", id="wrapped"
        ),
        pytest.param(
            f"Do it\n[OPS-12, open]({URL}#ft-{ID})", "OPS-12, open", URL, "Do it", id="on a line of its own"
        ),
        pytest.param(f"**Do it [OPS-12]({URL}#ft-{ID})**", "OPS-12", URL, "Do it", id="in emphasis"),
        pytest.param(f"[OPS-12]({URL}#ft-{ID}) Do it", "OPS-12", URL, "Do it", id="first"),
        pytest.param(
            f"Do it [A\\_1 &amp; \\[b\\] `c`]({URL}#ft-{ID} 'title')",
            "A_1 & [b] c",
            URL,
            "Do it",
            id="escapes and title",
        ),
        pytest.param(f"Do it <{URL}#ft-{ID}>", f"{URL}#ft-{ID}", URL, "Do it", id="autolink"),
        pytest.param(f"Do it [OPS-12][o]\n\n[o]: {URL}#ft-{ID}", "OPS-12", URL, "Do it", id="reference"),
        pytest.param(
            f'Do it <a href="{URL}#ft-{ID}">OPS-12, open</a> now', "OPS-12, open", URL, "Do it now", id="html"
        ),
    ],
)
def test_a_link_with_our_fragment_is_a_mark_and_no_text(
    text: str, words: str, target: str, rest: str
) -> None:
    found = own(text)
    data = text.encode()
    (mark,) = found.marks
    assert mark == Mark(ID, mark.start, mark.end, words, target)
    assert data[mark.start : mark.start + 1] in (b"[", b"<")
    assert data[mark.end - 1 : mark.end] in (b")", b"]", b">")
    assert found.text == rest


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"Do it [OPS-12]({URL})", id="a link of the reader's"),
        pytest.param(f"Do it [OPS-12]({URL}#ft-7f3k9q2m8dx)", id="short"),
        pytest.param(f"Do it [OPS-12]({URL}#ft-{ID}x)", id="long"),
        pytest.param(f"Do it [OPS-12]({URL}#ft-{ID.upper()})", id="capitals"),
        pytest.param(f"Do it [OPS-12]({URL}#ft-7f3k9q2m8dxu)", id="a letter that is none"),
        pytest.param(f"Do it `[OPS-12]({URL}#ft-{ID})`", id="code"),
        pytest.param(f"Do it ![OPS-12]({URL}#ft-{ID})", id="image"),
        pytest.param(f"Do it \\[OPS-12]({URL}#ft-{ID})", id="escaped"),
        pytest.param(f"Do it <a href='{URL}#ft-{ID}'>OPS-12", id="html without end"),
    ],
)
def test_everything_else_is_no_mark(text: str) -> None:
    assert own(text).marks == ()
    assert own(text).text.startswith("Do it")


@pytest.mark.parametrize(
    ("text", "before"),
    [
        pytest.param("Do it.", "Do it.", id="words"),
        pytest.param("Do it.  \t", "Do it.", id="trailing blanks"),
        pytest.param("Do it\nnow.  \nSoon", "Do it\nnow.  \nSoon", id="several lines"),
        pytest.param("**Do it**", "**Do it**", id="emphasis"),
        pytest.param("Do `it`", "Do `it`", id="code"),
        pytest.param("Do [it](u)", "Do [it](u)", id="link"),
        pytest.param("Do it <!-- ft:item -->", "Do it", id="comment"),
        pytest.param("Do it\n<!-- a -->  <!-- b\nc -->", "Do it", id="comments over lines"),
        pytest.param("Do it \\", "Do it \\", id="backslash"),
        pytest.param(f"Do it [a](#ft-{ID})  ", f"Do it [a](#ft-{ID})", id="another mark"),
        pytest.param("Do it[^1]\n\n[^1]: a", "Do it[^1]", id="footnote"),
        pytest.param("![a](b) Do it <img src=x>", "![a](b) Do it <img src=x>", id="tag"),
    ],
)
def test_the_anchor_is_behind_the_last_words(text: str, before: str) -> None:
    anchor = own(text).anchor
    assert anchor is not None
    assert (anchor.refusal, anchor.space) == (None, True)
    assert text.encode()[: anchor.offset].decode() == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("- [ ]\n", "it has no text of its own to put a link behind", id="empty item"),
        pytest.param("- <!-- a -->\n", "it has no text of its own to put a link behind", id="only a comment"),
        pytest.param("![a](b)\n", "it has no text of its own to put a link behind", id="only an image"),
        pytest.param(
            f"- [a](#ft-{ID})\n", "it has no text of its own to put a link behind", id="only a mark"
        ),
        pytest.param(
            "# a\n", "it is a heading: the link belongs to the first paragraph below it", id="heading"
        ),
        pytest.param("```\na\n```\n", "it is code, where a link would be read as part of it", id="code"),
        pytest.param(
            "<div>a</div>\n", "it is an HTML block, where a link would be read as part of it", id="html"
        ),
    ],
)
def test_where_no_mark_may_go_there_is_a_reason(text: str, reason: str) -> None:
    anchor = own(text).anchor
    assert anchor is not None
    assert anchor.refusal == reason
