"""HTML pages: their content as blocks, their navigation left out."""

from __future__ import annotations

import pytest

from followthrough.documents import Unreadable, Wanted, parse, rewrite
from followthrough.documents.blocks import Style
from followthrough.model import Place

NAV = (
    "<ul>"
    + "".join(f"<li><a href='/{n}'>A page of the site, number {n}</a></li>" for n in range(9))
    + "</ul>"
)
PROSE = (
    "<p>" + "The pool of connections ran out because a deploy raised the limit without review. " * 4 + "</p>"
)


def texts(page: str) -> list[str]:
    """What is read of a page, block by block."""
    blocks = parse(page.encode(), "pm.html").blocks
    return [" | ".join(cell.text for cell in block.cells) or block.text for block in blocks]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(f"<body><nav>{NAV}</nav><p>a</p><footer>b</footer><aside>c</aside>", ["a"], id="set apart by name"),
        pytest.param(f"<div role=navigation>{NAV}</div><p>a</p><div role='contentinfo'>b</div>", ["a"], id="set apart by role"),
        pytest.param("<p>b</p><main><p>a</p></main><p>c</p>", ["a"], id="main"),
        pytest.param("<p>b</p><div role=main><div><p>a</p></div></div><p>c</p>", ["a"], id="role of main"),
        pytest.param(f"<p>b</p><article>{PROSE}<article>x</article></article>", [PROSE[3:-5], "x"], id="article"),
        pytest.param(f"<p>{'most words ' * 50}</p><article>a</article>", [("most words " * 50).strip(), "a"], id="a small article is no content"),
        pytest.param(f"<div>{NAV}</div><div>{PROSE}<ul><li><a href='u'>OPS-1 Fix it</a></li></ul></div>", [PROSE[3:-5], "OPS-1 Fix it"], id="links outside of most words"),
        pytest.param("<header><p>x</p><h1>Outage</h1></header><p>a</p>", ["Outage", "a"], id="of a header its headings"),
        pytest.param("<main><header><p>x</p></header><p>a</p></main>", ["x", "a"], id="a header inside the content"),
        pytest.param("<script>if (a < b) { '<p>no</p>' }</script><style>p { }</style><p>a</p><noscript>b</noscript>", ["a"], id="no text"),
        pytest.param("<p hidden>b</p><div aria-hidden='true'>c</div><p>a <span aria-hidden=true>#</span></p>", ["a"], id="hidden"),
    ],
)  # fmt: skip
def test_content_and_navigation(page: str, expected: list[str]) -> None:
    assert [text.strip() for text in texts(page)] == [text.strip() for text in expected]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param("<p>a<p>b<ul><li>c<li>d</ul>e", ["a", "b", "c", "d", "e"], id="unclosed"),
        pytest.param("<div></p></li></td>a</span></div></div>b", ["a", "b"], id="closed twice"),
        pytest.param("<table><tr><td>a<td>b<tr><td>c</table>d", ["a | b", "c", "d"], id="unclosed cells"),
        pytest.param("<div><table><tr><td></div>a</td></tr></table>", ["a"], id="closed in a cell"),
        pytest.param("<p>1 < 2 &amp; 3 &lt; 4 &unknown; &#8211;</p>", ["1 < 2 & 3 < 4 &unknown; –"], id="entities"),
        pytest.param("<p>a\n   b<br>\nc</p>", ["a b\nc"], id="white space"),
        pytest.param("<!-- <p>x</p> --><p title='>'>a</p><!--> <p>b</p>", ["a", "b"], id="comments"),
        pytest.param("<p>a</p><p title=\"b", ["a"], id="a tag that never ends"),
        pytest.param("<table><tr><th colspan=2>a</th><th>b</th></tr><tr><td rowspan=2>c</td><td>d</td><td>e</td></tr><tr><td>f</td><td>g</td></tr></table>", ["a |  | b", "c | d | e", " | f | g"], id="cells over others"),
        pytest.param(f"<table><tr><td>{NAV}</td><td><h1>T</h1><p>a</p></td></tr></table>", [*[f"A page of the site, number {n}" for n in range(9)], "T", "a"], id="a table as layout"),
    ],
)  # fmt: skip
def test_markup_as_it_comes(page: str, expected: list[str]) -> None:
    assert texts(page) == expected


def test_lists_know_their_numbers_levels_and_parents() -> None:
    blocks = parse(b"<ol start=3><li>a<ul><li>b</ul><li>c</ol>", "pm.html").blocks
    assert [(b.text, b.level, b.number, b.parent, b.list_id) for b in blocks] == [("a", 1, 3, -1, 0), ("b", 2, None, 0, 1), ("c", 1, 4, -1, 0)]  # fmt: skip


def test_boxes_of_rendered_task_lists() -> None:
    page = b"<ul><li><input type=checkbox disabled checked> a</li><li><input type='checkbox'><p>b</p></li><li><input type=text>c</li></ul><p><input type=checkbox>d</p>"
    blocks = parse(page, "pm.html").blocks
    assert [(b.text, b.checkbox and b.checkbox.ticked) for b in blocks] == [("a", True), ("b", False), ("c", None), ("d", False)]  # fmt: skip


def test_styles_and_links() -> None:
    page = b"<p><b>a</b> <i>b</i> <del>c</del> <s>d</s> <code>e</code> <a href='https://x.example/?a=1&amp;b=2'>f</a>"
    runs = [run for run in parse(page, "pm.html").blocks[0].runs if run.text != " "]
    assert [run.style for run in runs] == [Style.STRONG, Style.EMPHASIS, Style.STRUCK, Style.STRUCK, Style.CODE, Style.PLAIN]  # fmt: skip
    assert runs[-1].link == "https://x.example/?a=1&b=2"


def test_what_the_page_says_of_itself() -> None:
    page = b"<html><head><meta name='dcterms.date' content='2026-11-12'><title>Checkout\n down</title></head><body><p>a"
    document = parse(page, "pm.html")
    assert document.metadata == {"date": "2026-11-12", "title": "Checkout down"}


@pytest.mark.parametrize(
    "data", ["<p>Größe".encode(), "<p>Größe".encode("cp1252"), b"\xef\xbb\xbf<p>Gr\xc3\xb6\xc3\x9fe"]
)
def test_a_page_is_never_written(data: bytes) -> None:
    document = parse(data, "pm.html")
    (block,) = document.blocks
    assert block.text == "Größe"
    assert (
        document.data[block.own.start : block.own.end].decode("utf-8" if b"\xc3" in data else "cp1252")
        == "Größe"
    )
    done = rewrite(document, [Wanted(Place(0), "7f3k9q2m8dxa", "OPS-1")])
    assert done.data == data
    assert done.refusals == {
        "7f3k9q2m8dxa": "pm.html is an HTML page, and HTML is only read: it carries no links."
    }


def test_a_link_of_ours_that_somebody_carried_over_is_no_word_of_the_item() -> None:
    (block,) = parse(
        b"<p>Fix it <a href='https://x.example/1#ft-7f3k9q2m8dxa'>OPS-1, open</a>.", "pm.html"
    ).blocks
    assert block.text == "Fix it."
    assert [(mark.id, mark.words, mark.target) for mark in block.own.marks] == [("7f3k9q2m8dxa", "OPS-1, open", "https://x.example/1")]  # fmt: skip


@pytest.mark.parametrize("suffix", ["html", "xml"])
@pytest.mark.parametrize(
    ("piece", "blocks"),
    [("<div>", 1), ("<ul><li>a", 10_000), ("<b><i>", 1), ("<blockquote>", 1), ("<table><tr><td>", 1), ("<nav>", None), ("<p>a<", None), ("<span class='", None), ("&", 1)],
)  # fmt: skip
def test_nesting_and_markup_that_never_ends_are_read_in_one_pass(
    piece: str, blocks: int | None, suffix: str
) -> None:
    page = "<ac:placeholder />" * (suffix == "xml") + piece * 10_000 + "a"
    found = parse(page.encode(), f"pm.{suffix}").blocks
    assert blocks is None or len(found) == blocks
    for block in found:
        assert block.own.runs is not None


def test_more_markup_than_is_read_is_refused_in_one_sentence() -> None:
    page = b"<table>" + b"<tr><td>a</td><td>b</td></tr>" * 100_000
    with pytest.raises(Unreadable) as error:
        parse(page, "pm.html")
    assert str(error.value) == (
        "pm.html has more than 400,000 signs of markup, more than is read of one document: "
        "split it, or exclude it."
    )
