r"""A ticket's body in GitHub-flavoured Markdown, in which nothing copied from a document does anything.

What must not happen, and how it is kept from happening:

- *Markup*: backslashes, which CommonMark allows before any ASCII punctuation, where a character could mean
  something; a dollar sign in ``<span>``, GitHub's own way out of its mathematics.
- *Mentions, ``#12``, ``owner/repo#12``, ``GH-12``*: GitHub looks for them in the text **after** Markdown,
  where neither a backslash nor ``&#64;`` is left. A zero-width space (U+200B) behind ``@``, ``#`` and
  ``GH-`` is no part of a name or number. It stays when an answer by e-mail quotes the text without its
  markup, as code and HTML comments do not (dependabot-core#2982, #3157). Without a reference no closing
  keyword works.
- *Commit hashes and addresses of issues, pull requests, discussions and commits* (any host: an Enterprise
  Server has any name): code, in which GitHub looks for nothing, so that they are copied as they were. All
  digits are left alone, where they are not 40: they are dates and numbers, and such a link notifies nobody.
- *Emoji and alerts* (``:tada:``, ``[!NOTE]``): a zero-width space.

Other addresses of the web stay links, in ``<…>``, which every renderer reads alike.

Facts: docs.github.com, "Autolinked references and URLs", "Linking a pull request to an issue", "Writing
mathematical expressions"; html-pipeline's MentionFilter (``(?:^|\W)@name`` in ASCII, not in pre, code and a);
cmark-gfm's autolink extension (reads ``http://`` and ``www.`` before backslashes); the GFM spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from urllib.parse import quote, urlsplit

from followthrough.connector import Body, BodyBlock, Footer, Inline, Quote

__all__ = ["FOOTER", "TITLE_LIMIT", "render", "safe_title"]

FOOTER = "<sub>{}</sub>"
TITLE_LIMIT = 256
"""Characters of a title; GitHub refuses more."""

_GAP = "\u200b"
_BLANK = frozenset(" \t")
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_NO_TEXT = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_NO_ADDRESS = re.compile(r'[\s"<>\\^`{|}()]')
_ENTITY = re.compile("&(?=#?[A-Za-z0-9]+;)")
_THING = r"issues?|pulls?|discussions?|commits?|compare|labels|blob/[0-9a-f]{40}"
# Anywhere in an address: some hold another one.
_REFERENCE = re.compile(
    rf"(?<![^/\s])(?:[^/\s]++/){{3}}(?:{_THING})(?:[/?#]|$)|/user-attachments/", re.IGNORECASE
)
# What is cut out of the text: where it ends, GitHub sees another text begin.
_CUT = re.compile(
    r"(?P<address>(?<![A-Za-z0-9])(?:https?://|(?:[a-z0-9-]{1,63}+\.){1,9}[a-z0-9-]{1,63}+(?::\d{1,5}+)?/)[^\s<>`\\\u200b]+)"
    r"|(?P<hash>(?<![A-Za-z0-9_])(?:(?=[0-9]*[a-f])[0-9a-f]{7,40}|[0-9]{40})(?![A-Za-z0-9_]))",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?'\")]}*_~|$"
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_AT = r"(?<![A-Za-z0-9_])@(?=[A-Za-z0-9])"
_NUMBER = r"\#(?=[0-9])|(?<![A-Za-z0-9])gh-(?=[0-9])"
_EMOJI = r":(?=(?:(?=[0-9]{0,60}+[a-z_+-])[a-z0-9_+-]{1,100}+|100|1234):)"
_GUARDED = re.compile(f"{_AT}|{_NUMBER}|{_EMOJI}", re.IGNORECASE)
_IN_TITLE = re.compile(rf"{_GUARDED.pattern}|(?<=[^/\s])/(?=(?:{_THING})/)", re.IGNORECASE)
_ACTIVE = re.compile(
    rf"(?P<mention>{_AT}(?P<name>{_NAME}(?:/{_NAME})?)(?![/A-Za-z0-9_-]))|(?P<guarded>{_GUARDED.pattern})"
    r"|(?P<alert>\[)(?=!)|(?P<colon>:)(?=//)|(?<![A-Za-z0-9])www(?P<dot>\.)",
    re.IGNORECASE,
)
# What means something at the start of a line only: headings, quotes, lists, rules, tables of one column.
_HEAD = re.compile(r"(?:#{1,6}(?=[#\s]|$)|>|[-+](?=[-:|\s]|$)|=|:(?=-)|[0-9]{1,9}(?P<point>[.)])(?=\s|$))")


def render(body: Body, *, mentions: frozenset[str] = frozenset()) -> str:
    """The Markdown of the body. ``mentions`` are the names (``sam``, ``acme/sre``) that may be mentioned."""
    allowed = frozenset(name.removeprefix("@").lower() for name in mentions)
    return "\n\n".join(text for block in body if (text := _block(block, allowed)))


def safe_title(text: str) -> str:
    """The text as a title: one line, no mention, reference or emoji in it, at most 256 characters.

    GitHub shows titles as they are, so that a backslash would be seen: only zero-width spaces are put in.
    Hashes stay whole, because nothing in a title becomes a link to a commit.
    """
    line = " ".join(_clean(text).split())
    safe = _IN_TITLE.sub(rf"\g<0>{_GAP}", line)
    return safe if len(safe) <= TITLE_LIMIT else safe[: TITLE_LIMIT - 1].rstrip() + "…"


def _block(block: BodyBlock, allowed: frozenset[str]) -> str:
    quoted = isinstance(block, Quote)
    runs = _runs(block.inlines)
    sums = sum(run.text.count("$") for run in runs) > 1
    text = ""
    for run in runs:
        starts = not text.rpartition("\n")[2].strip()
        text += _run(run, _Words(allowed, mathematics=sums, linked=bool(run.href)), starts=starts)
    paragraphs = [part for part in re.split(r"\n{2,}", text.strip("\n")) if part]
    if isinstance(block, Footer):
        paragraphs = [FOOTER.format(part) for part in paragraphs]
    text = "\n\n".join(part.replace("\n", "\\\n") for part in paragraphs)
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if text and quoted else text


def _run(run: Inline, words: _Words, *, starts: bool) -> str:
    if not run.href and not run.strong:
        lines = run.text.split("\n")
        return "\n".join(words.line(line, starts=starts or n > 0) for n, line in enumerate(lines))
    inner = " ".join(run.text.split())
    if not inner:
        return " "
    before = " " if run.text[0].isspace() else ""
    behind = " " if run.text[-1].isspace() else ""
    text = words.line(inner, starts=False)
    if run.strong:
        # Two asterisks are read alike everywhere only beside letters and digits.
        beside = inner[0].isalnum() and inner[-1].isalnum() and text[-1] != "`" and text[0] != "`"
        text = f"**{text}**" if beside else f"<strong>{text}</strong>"
    return f"{before}[{text}]({run.href}){behind}" if run.href else f"{before}{text}{behind}"


class _Words:
    """Words as Markdown that shows them."""

    def __init__(self, allowed: frozenset[str], *, mathematics: bool, linked: bool) -> None:
        self._allowed = allowed
        self._dollar = "<span>$</span>" if mathematics else "$"
        self._linked = linked

    def line(self, line: str, *, starts: bool) -> str:
        line = line.lstrip(" \t") if starts else line
        pieces: list[str] = []
        done = place = 0
        if starts and (head := _HEAD.match(line)):
            mark = head.start("point") if head["point"] else 0
            pieces.append(f"{line[:mark]}\\{line[mark]}")
            done = place = mark + 1
        while found := _CUT.search(line, place):
            cut = self._cut(found)
            place = found.start() + max(len(cut), 1)
            if cut:
                pieces += self._text(line[done : found.start()]), self._shown(cut)
                done = place
        pieces.append(self._text(line[done:]))
        return "".join(pieces)

    def _cut(self, found: re.Match[str]) -> str:
        """What is cut out there; nothing if the words there are as good as any."""
        if found["hash"]:
            return found[0]
        address = found[0].rstrip(_TRAILING)
        return address if _REFERENCE.search(address) or self._is_link(address) else ""

    def _shown(self, cut: str) -> str:
        return f"<{cut}>" if self._is_link(cut) and not _REFERENCE.search(cut) else f"`{cut}`"

    def _is_link(self, address: str) -> bool:
        if self._linked or not address.lower().startswith(("http://", "https://")):
            return False
        return address.isascii() and not _ENTITY.search(address) and _has_host(address)

    def _text(self, text: str) -> str:
        """Text between things cut out."""
        pieces: list[str] = []
        done = 0
        while found := _ACTIVE.search(text, done):
            if found["name"] and found["name"].lower() in self._allowed:
                end, shown = found.end(), self._plain(text, found.start(), found.end())
            elif found["mention"]:
                end, shown = found.start() + 1, f"@{_GAP}"
            elif found["guarded"]:
                end, shown = found.end(), f"{found[0]}{_GAP}"
            elif found["alert"]:
                end, shown = found.end(), f"\\[{_GAP}"
            else:
                end, shown = found.end(), f"{found[0][:-1]}\\{found[0][-1]}"
            pieces += self._plain(text, done, found.start()), shown
            done = end
        pieces.append(self._plain(text, done, len(text)))
        return "".join(pieces)

    def _plain(self, text: str, start: int, end: int) -> str:
        return "".join(self._character(text, place) for place in range(start, end))

    def _character(self, text: str, place: int) -> str:
        character = text[place]
        before = text[place - 1] if place else ""
        after = text[place + 1 : place + 2]
        match character:
            case "$":
                return self._dollar
            case "\\" | "`" | "[" | "]" | "|":
                escaped = True
            case "*" | "~":
                escaped = before not in _BLANK or after not in _BLANK
            case "_":
                escaped = not (before.isalnum() and after.isalnum())
            case "<":
                escaped = not after or after in "/!?" or after.isalpha()
            case "&":
                escaped = bool(_ENTITY.match(text, place))
            case _:
                escaped = False
        return f"\\{character}" if escaped else character


def _has_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0  # asking for the port checks it
    except ValueError:
        return False


def _clean(text: str) -> str:
    return _NO_TEXT.sub("", _LINE_END.sub("\n", text))


def _web_address(href: str | None) -> str | None:
    if (
        not href
        or re.search("[\0-\x1f\x7f-\x9f]", href)
        or not href.lower().startswith(("http://", "https://"))
    ):
        return None
    if not _has_host(href):
        return None
    return _ENTITY.sub("&amp;", _NO_ADDRESS.sub(lambda found: quote(found[0], safe=""), href))


def _runs(inlines: Iterable[Inline]) -> list[Inline]:
    """Stretches of clean text, no two neighbours alike, none empty; blanks alone are nothing."""
    cleaned = [replace(one, text=_clean(one.text), href=_web_address(one.href)) for one in inlines]
    if not any(one.text.strip() for one in cleaned):
        return []
    return [
        Inline("".join(one.text for one in alike), href, strong)
        for (href, strong), alike in groupby(
            (one for one in cleaned if one.text), key=lambda one: (one.href, one.strong)
        )
    ]
