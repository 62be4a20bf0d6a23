"""Markdown for GitHub: read back by another parser, and looked over by a detector of its own."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from followthrough.connector import Footer, Inline, Paragraph, Quote
from followthrough_github.markdown import render, safe_title

GAP = "\u200b"
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

# --- what a person sees, and what GitHub would make of it -----------------------------------------

REFERENCES = {
    "mention": r"(?:^|\W)@[a-z0-9][a-z0-9-]*",  # html-pipeline's MentionFilter, without its exceptions
    "number": r"#\d+",
    "GH-number": r"\bGH-\d+",
    "commit": r"\b(?=\d*[a-f])[0-9a-f]{7,40}\b|\b\d{40}\b",
    "address": r"[\w.-]+\.[a-z]+(?::\d+)?/[\w.-]+/[\w.-]+/(?:issues|pull|discussions|commit)/\w+",
    "closing keyword": r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:[\w./-]*#\d|GH-\d|https?://[\w.:-]+(?:/[\w.-]+){3}/\d)",
    "emoji": r":(?:tada|\+1|octocat):",
    "alert": r"\[!(?:NOTE|WARNING)\]",
}
DETECTORS = {name: re.compile(pattern, re.ASCII | re.IGNORECASE) for name, pattern in REFERENCES.items()}
OURS = {"<span>", "</span>", "<sub>", "</sub>", "<strong>", "</strong>"}
CONTAINERS = {"paragraph_open", "paragraph_close", "inline"}


@dataclass
class Page:
    words: str = ""
    texts: list[str] = field(default_factory=lambda: [""])
    """Text as GitHub's filters get it: outside code and links, one entry between two tags."""
    odd: list[str] = field(default_factory=list)
    """Markup that nobody meant."""
    links: list[tuple[str, str]] = field(default_factory=list)

    def references(self) -> list[str]:
        found = [name for text in self.texts for name, one in DETECTORS.items() if one.search(text)]
        return found + [
            name for name in ("address",) for _, href in self.links if DETECTORS[name].search(href)
        ]


def read(markdown: str, *blocks: str) -> Page:
    page = Page()
    for token in PARSER.parse(markdown):
        if token.type == "inline":
            _inline(token.children or [], page)
            page.words += "\n"
            page.texts.append("")
        elif token.type not in CONTAINERS and token.type not in blocks:
            page.odd.append(token.type)
    return page


def _inline(tokens: list[Token], page: Page) -> None:
    href = ""
    for token in tokens:
        if token.type == "text":
            page.words += token.content
            if href:
                page.links[-1] = (page.links[-1][0] + token.content, href)
            else:
                page.texts[-1] += token.content
            continue
        page.texts.append("")
        if token.type == "code_inline":
            page.words += token.content
        elif token.type in {"softbreak", "hardbreak"}:
            page.words += "\n"
        elif token.type == "link_open":
            href = str(token.attrs["href"])
            page.links.append(("", href))
        elif token.type == "link_close":
            href = ""
        elif token.type not in {"strong_open", "strong_close"} and token.content not in OURS:
            page.odd.append(token.type)


def one(text: str, mentions: frozenset[str] = frozenset()) -> str:
    return render((Paragraph((Inline(text),)),), mentions=mentions)


def seen(text: str) -> list[str]:
    return text.replace(GAP, "").split()


# --- the detector finds what there is -------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "name"),
    [
        ("ask @sam", "mention"),
        ("ask \\@sam", "mention"),
        ("ask &#64;sam", "mention"),
        ("**@sam**", "mention"),
        ("`x`@sam", "mention"),
        ("see #12", "number"),
        ("see acme/web\\#12", "number"),
        ("see gh-12", "GH-number"),
        ("at a5c3785ed8d6a35868bc169f07e40e889087fd2e", "commit"),
        ("see https\\://github.com/acme/web/issues/1", "address"),
        ("<https://github.com/acme/web/pull/1>", "address"),
        ("fixes: #12", "closing keyword"),
    ],
)
def test_the_detector_sees_references(markdown: str, name: str) -> None:
    assert name in read(markdown).references()


# --- nothing from a document does anything --------------------------------------------------------

PAYLOADS = [
    *("@sam", "@acme/sre", "@sam-acme", "@Sam_Acme", "@a", "@dependabot rebase", "&#64;sam", "&commat;sam", "\\@sam", "@@sam", "sam@@sam"),
    *("#12", "#1", "##12", "acme/web#12", "sam#12", "GH-12", "gh-7", "&#35;12", "\\#12", "#12345678", "GH-1/GH-2", "@gh-12", "@acme/gh-12"),
    *("fixes #12", "Fix: #12", "closes acme/web#12", "Resolved GH-12", "close https://github.com/acme/web/issues/12", "RESOLVES\n#12"),
    *("a5c3785", "a5c3785ed8d6a35868bc169f07e40e889087fd2e", "sam@a5c3785", "acme/web@a5c3785ed8", "a5c3785...b6d4896", "A5C3785", "a5c3785@sam", "a5c3785#12"),
    "1" * 40,
    *("https://github.com/acme/web/issues/1", "http://github.com/acme/web/pull/2#issuecomment-3", "https://ghe.acme.example/acme/web/issues/4", "github.com/acme/web/issues/5"),
    *("www.github.com/acme/web/pull/6", "https://github.com/acme/web/commit/a5c3785ed8", "https://github.com/acme/web/discussions/7", "(https://github.com/acme/web/issues/8)"),
    *("[x](https://github.com/acme/web/issues/9)", "<https://github.com/acme/web/issues/10>", "https://x.example/#12", "https://x.example/@sam", "www.x_y.example/#12"),
    *("xhttps://github.com/acme/web/issues/11", "https://github.com/é/web/issues/12", "https://github.com/acme/web/issues/13é", "//github.com/acme/web/issues/14"),
    *("<script>alert(1)</script>", "<img src=x>", "<!-- x -->", "<b>@sam</b>", "<details><summary>#12</summary>", "<a href='https://x.example'>@sam</a>", "&lt;b&gt;", "&copy;"),
    *("![x](https://x.example/y.png)", "[x](javascript:alert(1))", "[x]: https://x.example", "[^1]", "[x][y]", "[ ] task", "- [x] task", "[!NOTE]", "> [!WARNING]"),
    *("# heading", "###### heading", "heading\n===", "heading\n---", "---", "***", "___", "* item", "- item", "+ item", "1. item", "12) item", "> quote", ">quote"),
    *("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n--|--", "a\n:-:", "```\ncode\n```", "~~~\ncode", "    code", "\tcode", "`code`", "``", "`@sam`"),
    *("*em*", "**strong**", "_em_", "__strong__", "~~gone~~", "~gone~", "***", "snake_case", "a * b * c", "a*b*c", "_@sam_", "*@sam*", "*#12*"),
    *("$x$", "$$x$$", "$5 and $6", ":tada:", ":+1:", ":octocat: @sam", "10:30:45", "\\", "\\\\", "a\\", "\\*", "AT&T", "a < b > c", "trailing  \nblanks"),
    *("日本語 @sam", "é@sam", "ﬀ#12", "😀@sam", "e\u0301@sam", f"@{GAP}sam", "\u202e@sam", "½#12", "\0@sam", "\x1b[31m#12", "\u2028# x", "\r\n- x", "a\n\n\n# b"),
]  # fmt: skip
WRAPS = [
    "{}",
    "so {}",
    "{} so",
    "({})",
    '"{}"',
    "{}.",
    "x\n{}",
    "{}\nx",
    "{} {}",
    "*{}*",
    "`{}`",
    "[{}]",
    "<{}>",
    "_{}_",
    "#{}",
    "@{}",
    "{}/x",
    "\\{}",
    "{}{}",
]


def hostile() -> Iterator[str]:
    yield from (wrap.replace("{}", payload) for payload in PAYLOADS for wrap in WRAPS)
    chance = random.Random("markdown")
    pieces = [*PAYLOADS, *(" \n.,:;-+=|()[]<>*_~`#@!&$\\/"), "a", "1"]
    for _ in range(5_000):
        yield "".join(chance.choices(pieces, k=chance.randint(1, 6)))


def test_hostile_texts_stay_words_that_do_nothing() -> None:
    count = 0
    for text in hostile():
        page = read(one(text))
        assert not page.references(), (text, one(text), page)
        assert not page.odd, (text, one(text), page.odd)
        assert all(shown.lower().startswith(("http://", "https://")) for shown, _ in page.links), (
            text,
            page.links,
        )
        assert seen(page.words) == seen(re.sub(r"[\0\x1b]", "", text)), (text, one(text))
        count += 1
    assert count > 300


def test_hostile_texts_in_bold_type_links_and_quotes_stay_words_that_do_nothing() -> None:
    for number, text in enumerate(hostile()):
        href = "https://acme.example/pm"
        inlines = (Inline("by "), Inline(text, strong=True), Inline(text, href=href), Inline(f" {text}"))
        markdown = render((Quote(inlines), Footer((Inline(text),))))
        page = read(markdown, "blockquote_open", "blockquote_close")
        assert not page.references(), (text, markdown)
        assert not page.odd, (text, markdown, page.odd)
        clean = re.sub(r"[\0\x1b]", "", text)
        assert "".join(seen(page.words)) == "".join(seen(f"by {clean}{clean} {clean} {clean}")), (
            text,
            markdown,
        )
        if clean.strip():
            assert href in {target for _, target in page.links}, (text, markdown)
        if number == 2_500:
            break


def test_hostile_titles_mention_and_refer_to_nothing() -> None:
    for text in hostile():
        title = safe_title(text)
        found = {name for name, one in DETECTORS.items() if one.search(title)} - {"commit", "alert"}
        assert not found, (text, title)
        assert "\n" not in title
        assert len(title) <= 256
        if len(title) < 256:
            assert seen(title) == seen(re.sub(r"[\0\x1b]", "", text))


# --- how it looks ---------------------------------------------------------------------------------


def test_a_ticket_in_markdown() -> None:
    body = (
        Quote((Inline("Ask @sam to fix #12\n- and pool_size [P1]"),)),
        Paragraph(
            (
                Inline("From the postmortem "),
                Inline("Checkout down", href="https://github.com/acme/web/blob/main/a (1).md#action-items"),
                Inline(" (sev1)."),
            )
        ),
        Paragraph((Inline("Runbook: https://acme.example/run_books?a=1&b=2, commit a5c3785."),)),
        Footer((Inline("Filed by followthrough, 7f3k9q2m8dxa."),)),
    )
    assert render(body, mentions=frozenset({"sam"})) == "\n".join(
        [
            f"> Ask @sam to fix #{GAP}12\\",
            r"> \- and pool_size \[P1\]",
            "",
            "From the postmortem [Checkout down](https://github.com/acme/web/blob/main/a%20%281%29.md#action-items) (sev1).",
            "",
            "Runbook: <https://acme.example/run_books?a=1&b=2>, commit `a5c3785`.",
            "",
            "<sub>Filed by followthrough, 7f3k9q2m8dxa.</sub>",
        ]
    )


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        (
            "Keep snake_case, AT&T, a * b, a < b, 10:30:45 and sam@acme.example",
            "Keep snake_case, AT&T, a * b, a < b, 10:30:45 and sam@acme.example",
        ),
        ("see https://github.com/acme/web/issues/1.", "see `https://github.com/acme/web/issues/1`."),
        ("20261112 and 7654321", "20261112 and 7654321"),
        ("from $5 to $6", "from <span>$</span>5 to <span>$</span>6"),
        ("only $5", "only $5"),
        ("1. one\n2) two", "1\\. one\\\n2\\) two"),
    ],
)
def test_only_what_could_mean_something_is_changed(text: str, markdown: str) -> None:
    assert one(text) == markdown


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("@sam, look", True),
        ("@SAM", True),
        ("(@acme/sre)", True),
        ("@sam/x", False),
        ("@sams", False),
        ("@sam-x", False),
        ("@sam_x", False),
        ("@acme", False),
        ("@acme/sres", False),
    ],
)
def test_only_names_on_the_list_are_mentioned(text: str, mentioned: bool) -> None:
    allowed = frozenset({"sam", "@acme/sre"})
    assert ("mention" in read(one(text, allowed)).references()) is mentioned


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "//x.example", "https://", "https://a\n.b", "https://[", ""]
)
def test_an_address_that_is_not_of_the_web_is_left_out(href: str) -> None:
    assert render((Paragraph((Inline("words", href=href),)),)) == "words"


def test_what_holds_no_text_is_left_out() -> None:
    assert render((Paragraph(()), Quote((Inline(" \n"),)), Footer((Inline("\0"),)))) == ""


def test_bold_type() -> None:
    assert render((Paragraph((Inline("a"), Inline("b ", strong=True), Inline("c"))),)) == "a**b** c"
    assert (
        render((Paragraph((Inline("a"), Inline("(b)", strong=True), Inline("c"))),))
        == "a<strong>(b)</strong>c"
    )


def test_blanks_in_bold_type_are_no_start_of_a_line() -> None:
    inlines = (Inline(" ", strong=True), Inline("# x\n"), Inline(" ", strong=True), Inline("- y"))
    assert render((Paragraph(inlines),)) == " \\# x\\\n \\- y"


def test_a_long_title_is_cut() -> None:
    title = safe_title("@x " * 200)
    assert len(title) <= 256
    assert title.endswith("…")
