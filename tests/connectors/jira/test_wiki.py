"""Wiki markup: held against a small reader of our own that does what Jira's renderer does, in its order."""

from __future__ import annotations

import html
import random
import re
import unicodedata

import pytest

from followthrough.connector import Footer, Inline, Paragraph, Quote
from followthrough_jira.wiki import render
from followthrough_jira.words import clean

# --- the reader -----------------------------------------------------------------------------------

MENTION = re.compile(r"\[[~@][^\\,]+?\]")  # looked for in the raw text
BLOCKS = {
    "heading": r"\s*h[1-6]\.(.*)",
    "quote": r"\s*bq\.\s*(.*)",
    "rule": r"\s*-{4,}\s*",
    "list": r"\s*([*\-#]+)\s+(.*?)\s*",
    "table": r"\s*\|.*",
}
ADDRESS = re.compile(
    r"(?<![A-Za-z0-9])(?:https?://|ftps?://|mailto:|nntp://|news://|irc://|file:|skype:|callto:|tel:|git:)"
    r"[-_.!~*';/?:@#&=%+$,A-Za-z0-9\[\]()\\]+"
)
ESCAPE = re.compile(r"(?<!\\)\\([-#*_+?^~|%{}\[\]()!@])")
REFERENCE = re.compile(r"&[#A-Za-z0-9][A-Za-z0-9]{1,7};")
FACES = [":-)", ":)", ":P", ":p", ":D", ";-)", ";)", ":(", ":-("]
SIGNS = [
    "y",
    "n",
    "i",
    "/",
    "x",
    "!",
    "+",
    "-",
    "?",
    "on",
    "off",
    "*",
    "*r",
    "*g",
    "*b",
    "*y",
    "flag",
    "flagoff",
]
SYMBOLS = [*FACES, *(f"({sign})" for sign in SIGNS)]
EMOTICON = re.compile(r"\\?(?:" + "|".join(map(re.escape, SYMBOLS)) + r")(?!a)")
PHRASES = {
    "citation": r"\?\?",
    "strong": r"\*",
    "super": r"\^",
    "sub": "~",
    "em": "_",
    "deleted": "-",
    "inserted": r"\+",
    "image": "!",
}


def shadow(text: str) -> str:
    """The text with its letters and digits as ``a``, what a phrase may not hold as NUL, markup as it is."""

    def kind(character: str) -> str:
        if character.isascii() and not character.isalnum():
            return character
        category = unicodedata.category(character)
        if category[0] == "L" or category == "Nd":
            return "a"
        return "." if category[0] in "MPSZ" else "\0"

    return "".join(map(kind, text))


def phrase(start: str, end: str) -> re.Pattern[str]:
    content = rf"[^\s{start}](?:(?:(?!{end})[^\0\n])*?[^\s{end}])??"
    return re.compile(
        rf"(?:(?<![a\\]){start}|\{{{start}\}})({content})(?<!\\)(?:{end}(?!a)|\{{{end}\}})", re.ASCII
    )


MARKS = {name: (mark[-1], phrase(mark, mark)) for name, mark in PHRASES.items()}
MARKS["monospaced"] = ("{{", phrase(r"\{\{", r"\}\}"))


def macros(text: str) -> list[str]:
    found = []
    skip = False
    for place, character in enumerate(text):
        if skip:
            skip = False
        elif character == "\\":
            skip = True
        elif character == "{" and text[place + 1 : place + 2] not in set("{*?^_-+~"):
            found.append("macro")
    return found


def links(line: str) -> list[str]:
    return ["link"] if re.search(r"(?<!\\)\[[^\]\s](?:\\[\[\]]|[^\[\]])*?(?<!\\)\]", line) else []


def read(markup: str) -> tuple[list[str], str]:
    """The markup found in it, and the words a person reads."""
    found = ["mention"] * len(MENTION.findall(markup)) + macros(markup)
    for line in markup.split("\n"):
        found += [name for name, pattern in BLOCKS.items() if re.fullmatch(pattern, line, re.ASCII)]
        found += links(line)
    found += ["address"] * len(ADDRESS.findall(markup))
    text = ESCAPE.sub(lambda hit: hit[1] if hit[1] in "{}[]" else f"&#{ord(hit[1])};", markup)
    text = re.sub(r"&(?!#?[A-Za-z0-9]{1,8};)", "&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
    seen = shadow(text)
    found += ["dash"] * len(re.findall(r"(?:^|\s)---?(?=\s|$)", seen))
    letters = "".join(b if b != "a" else a for a, b in zip(text, seen, strict=True))
    found += [
        f"emoticon {hit[0]}" for hit in EMOTICON.finditer(letters) if seen[hit.end() : hit.end() + 1] != "a"
    ]
    found += [name for name, (mark, pattern) in MARKS.items() if mark in seen and pattern.search(seen)]
    found += ["line break"] * len(re.findall(r"(?<!\\)\\{2}(?!\S*\\)", text))
    return found, REFERENCE.sub(lambda hit: html.unescape(hit[0]), text)


def words(text: str) -> str:
    return clean(text).strip("\n")


def one(text: str) -> str:
    return render((Paragraph((Inline(text),)),))


# --- the reader finds what there is ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ("see [~sam] now", "mention"),
        (r"see \[~sam] now", "mention"),
        ("{code}x{code}", "macro"),
        ("h1. Big", "heading"),
        ("bq. said", "quote"),
        ("----", "rule"),
        ("# first", "list"),
        ("||a||b||", "table"),
        ("[x|https://acme.example]", "link"),
        ("[^file.txt]", "link"),
        ("see https://acme.example", "address"),
        ("mailto:sam@acme.example", "address"),
        ("a -- b", "dash"),
        ("done (/)", "emoticon (/)"),
        (r"a \*) b", "emoticon ;)"),
        ("!cat.png!", "image"),
        ("*b*", "strong"),
        ("a _b_ c", "em"),
        ("-b-", "deleted"),
        ("+b+", "inserted"),
        ("x ^b^", "super"),
        ("~b~", "sub"),
        ("??b??", "citation"),
        ("{{b}}", "monospaced"),
        (r"\{\{b\}\}", "monospaced"),
        (r"one\\two", "line break"),
    ],
)
def test_the_reader_sees_markup(markup: str, name: str) -> None:
    assert name in read(markup)[0]


# --- a document's words stay words ----------------------------------------------------------------

HOSTILE = [
    *"{}[]()!*_-+^~?|#@:;.\\&%<>\"'/,=$`",
    *("{{", "}}", "??", "--", "---", "----", "||", "\\\\", "\n", "\n\n", " ", "  ", "\t", "\xa0", "\u2028", "\r\n", "\0", "\x1b[31m"),
    *("{code}", "{noformat}", "{quote}", "{color:red}", "{panel:title=x}", "{html}<b>x</b>{html}", "{include:x}", "{*}b{*}"),
    *("[~sam]", "[~accountid:5b10]", "[@sam]", "[^file.txt]", "[x|https://evil.example]", "[https://evil.example]", "[#anchor]", "[mailto:a@b.example]"),
    *("!image.png!", "!https://evil.example/x.png|width=300!", "!x.swf!", "h1. ", "h6.", "bq. ", "* ", "- ", "# ", "*# ", "|a|b|", "||a||"),
    *("(/)", "(x)", "(!)", "(?)", "(*r)", "(flag)", ":)", ":-(", ";)", ":D", ":P", "(y)", "<3"),
    *("*bold*", "_em_", "-del-", "+ins+", "^sup^", "~sub~", "??cite??", "{{mono}}", "\\*", "\\{", "\\[~sam]", "\\\\x"),
    *("https://evil.example/a_b?c=d&e=f#g", "http://", "ftp://x", "mailto:sam@acme.example", "file:///etc/passwd", "skype:sam", "www.evil.example"),
    *("&amp;", "&#42;", "&lt;b&gt;", "&#x2a;", "&copy", "&#64;sam", "<script>alert(1)</script>", "<!-- x -->", "OPS-12", "#12", "@sam", "sam@acme.example"),
    *("a", "b1", "Ärger", "日本語", "😀", "½", "²", "e\u0301", "\u200d", "\u202e", "\ufdd0", "\ufdd1x\ufdd2", "10:30", "C++", "snake_case", "follow-up", "P0", "90 %"),
]  # fmt: skip


def test_nothing_hostile_becomes_markup_and_every_word_is_kept() -> None:
    chance = random.Random("wiki")
    texts = [*HOSTILE, *("".join(chance.choices(HOSTILE, k=chance.randint(1, 8))) for _ in range(10_000))]
    for text in texts:
        markup = one(text)
        found, seen = read(markup)
        assert not found, (text, markup, found)
        assert seen == (words(text) if words(text).strip() else ""), (text, markup)


def test_hostile_words_in_links_bold_type_and_quotes_stay_words() -> None:
    chance = random.Random("runs")
    for _ in range(3_000):
        text = " ".join(words("".join(chance.choices(HOSTILE, k=chance.randint(1, 5)))).split()) or "x"
        link = one_link(text)
        assert link.startswith("["), text
        assert re.fullmatch(r"\[[^|\[\]{}!\n]*\|https://acme\.example/x\]", link), (text, link)
        found, seen = read("see " + link.removeprefix("[").removesuffix("|https://acme.example/x]"))
        assert not found, (text, link, found)
        assert seen == f"see {text}"
        bold = render((Paragraph((Inline("so "), Inline(text, strong=True), Inline(" it is"))),))
        plain = bold.replace("{*}", "")
        assert not read(plain)[0], (text, bold)
        assert read(plain)[1] == f"so {text} it is"


def one_link(text: str) -> str:
    return render((Paragraph((Inline(text, href="https://acme.example/x"),)),))


# --- how it looks ---------------------------------------------------------------------------------


def test_a_ticket_in_wiki_markup() -> None:
    body = (
        Paragraph(
            (
                Inline("Promised in the postmortem "),
                Inline("Checkout down [P1]", href="https://acme.example/pm#action-items"),
                Inline(' (sev1, 12 November 2026, 2 h 10 min)., "Action items"'),
            )
        ),
        Quote((Inline("Alert when pool_size is over 90 %\n- and {tell} @sam!"),)),
        Paragraph((Inline("Kind: detective (inferred). Owner in the document: Sam."),)),
        Paragraph(
            (Inline("When you are done, close this issue. Not going to happen? Close it as won't do."),)
        ),
        Footer((Inline("Filed by followthrough, 7f3k9q2m8dxa."),)),
    )
    assert render(body) == "\n".join(
        [
            "Promised in the postmortem [Checkout down &#91;P1&#93;|https://acme.example/pm#action-items]"
            ' (sev1, 12 November 2026, 2 h 10 min)., "Action items"',
            "",
            "{quote}",
            "Alert when pool_size is over 90 %",
            r"\- and &#123;tell&#125; \@sam!",
            "{quote}",
            "",
            "Kind: detective (inferred). Owner in the document: Sam.",
            "",
            "When you are done, close this issue. Not going to happen? Close it as won't do.",
            "",
            "{color:#6B778C}Filed by followthrough, 7f3k9q2m8dxa.{color}",
        ]
    )


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("Roll out the follow-up for snake_case and C++", r"Roll out the follow-up for snake_case and C\+\+"),
        ("Keep a * b - c", "Keep a * b - c"),
        ("At 10:30, see https://acme.example/x_y", r"At 10:30, see https&#58;//acme.example/x_y"),
        ("h1. Not a heading", "h1&#46; Not a heading"),
        ("# one\n#2 two", "\\# one\n#2 two"),
        ("[~sam] and [^log.txt]", r"\[\~sam\] and \[\^log.txt\]"),
        (r"C:\temp\{x}", "C&#58;&#92;temp&#92;&#123;x&#125;"),
        ("done (/) *really*)", r"done \(/) \*really\*\)"),
        ("AT&T &amp; R&D & co", "AT&amp;T &amp;amp; R&amp;D & co"),
        ("mail sam@acme.example", "mail sam@acme.example"),
    ],
)
def test_only_what_could_be_markup_is_escaped(text: str, markup: str) -> None:
    assert one(text) == markup


def test_bold_type_works_inside_words_and_is_left_out_where_it_could_not() -> None:
    assert render((Paragraph((Inline("x"), Inline("bold ", strong=True), Inline("y"))),)) == "x{*}bold{*} y"
    assert render((Paragraph((Inline("½ day", strong=True),)),)) == "½ day"
    assert render((Paragraph((Inline("# ½", strong=True),)),)) == r"\# ½"


def test_blanks_in_bold_type_are_no_start_of_a_line() -> None:
    assert render(
        (Paragraph((Inline(" ", strong=True), Inline("# x\n"), Inline(" ", strong=True), Inline("h1. y"))),)
    ) == (" \\# x\n h1&#46; y")


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "file:///etc/passwd", "//evil.example", "https://", "https://a\n.b", "[x", ""],
)
def test_an_address_that_is_not_of_the_web_is_left_out(href: str) -> None:
    assert render((Paragraph((Inline("words", href=href),)),)) == "words"


def test_an_address_cannot_end_its_link() -> None:
    link = render((Paragraph((Inline("x", href="https://acme.example/a|b]{c}!d! [e]\\"),)),))
    assert link == "[x|https://acme.example/a%7Cb%5D%7Bc%7D%21d%21%20%5Be%5D%5C]"


def test_what_holds_no_text_is_left_out() -> None:
    assert (
        render((Paragraph(()), Quote((Inline("\n \0"),)), Footer((Inline("", href="https://acme.example"),))))
        == ""
    )
