r"""A ticket's body in Jira's wiki markup, for Data Center.

The words of a document must stay words. What the renderer makes of each character is read from its
source (com.atlassian.renderer.v2 and com.atlassian.jira.mention; the components run in this order:
macros, blocks, links, addresses, backslashes, HTML, dashes, emoticons, images, phrases, line breaks):

- A backslash escapes ``! # ( ) * + - ? @ [ ] ^ _ | ~ % { }`` (``BackslashEscapeRendererComponent``): the
  two become a numeric reference such as ``&#42;``, which later components leave alone. Two cases
  are different. The braces come back as braces, so that ``\{\{a\}\}`` is monospaced all the same: they are
  written as references. A backslash itself cannot be escaped: likewise.
- A reference of at most eight letters and digits is kept (``HtmlEscaper``), so that an ampersand in front
  of such a thing is written ``&amp;``.
- A reference ends in a semicolon, and ``;)`` is an emoticon: a bracket behind an escape is escaped too,
  and so is one behind ``<``, ``>`` and ``&``, which the renderer itself makes references of.
- ``[~name]`` and ``[@name]`` notify in the raw text, whatever stands before the bracket
  (``MentionFinderImpl``): what stands behind it is escaped as well.
- An alias ends at the first ``|`` even behind a backslash, and not there behind an odd number of ``!``
  (``GenericLinkParser``): aliases use references only, and for every exclamation mark.
- ``*``, ``_``, ``-`` and their like open only where no letter or digit stands before them and no
  white space behind, and close only where none stands behind (``PhraseRendererComponent``): inside a word
  and between spaces they stay as they are, so that ``snake_case`` and ``follow-up`` read well in the source.
- ``{*}`` is the strong mark that works inside words; its content may be letters, decimal digits, marks,
  punctuation, symbols and separators on one line.
- A single line end is a line break (``NewLineRendererComponent``), an empty line ends a paragraph.
"""

from __future__ import annotations

import re
import unicodedata

from followthrough.connector import Body, BodyBlock, Footer, Inline, Quote
from followthrough_jira.words import SUBDUED, runs

__all__ = ["render"]

_EMOTICON = re.compile(r"\((?:[ynix/!+\-?]|on|off|\*[rgby]?|flag|flagoff)\)")
_BLOCK = re.compile(r"\s*(?:h[1-6]|bq)(?=\.)", re.IGNORECASE)
_ITEM = re.compile(r"\s*[*#\-]+(?=\s|$)")
_FACE = frozenset(":;-<>&")  # the last three become references
_BLANK = frozenset(" \t\n")  # to the renderer a no-break space is none
_LINE_END = "\n"
_RUN_END = ""


def render(body: Body) -> str:
    """The markup of the body; what holds no text is left out."""
    return "\n\n".join(text for block in body if (text := _block(block)))


def _block(block: BodyBlock) -> str:
    text = ""
    stretches = runs(block.inlines)
    for number, run in enumerate(stretches, start=1):
        starts = not text.rpartition("\n")[2].strip()
        text += _run(run, starts=starts, ends=number == len(stretches))
    if text and isinstance(block, Quote):
        return f"{{quote}}\n{text}\n{{quote}}"
    if isinstance(block, Footer):
        return "\n".join(f"{{color:{SUBDUED}}}{line}{{color}}" for line in text.split("\n") if line.strip())
    return text


def _run(run: Inline, *, starts: bool, ends: bool) -> str:
    strong = run.strong and _can_be_strong(run.text)
    if not run.href and not strong:
        return _words(run.text, starts=starts, ends=ends)
    return "\n".join(_marked(line, run.href, strong=strong) for line in run.text.split("\n"))


def _marked(line: str, href: str | None, *, strong: bool) -> str:
    """One line as a link or in bold; blanks stay outside, because inside they would end the mark."""
    words = line.strip()
    if not words:
        return line
    before, behind = line.split(words, 1)
    # As if in the middle of a line: a mark stands before it and another behind.
    text = _words(words, starts=False, ends=False, references=href is not None)
    if strong:
        text = f"{{*}}{text}{{*}}"
    if href:
        text = f"[{text}|{href}]"
    return before + text + behind


def _can_be_strong(words: str) -> bool:
    kinds = {unicodedata.category(character) for character in words} - {"Cc"}  # tabs and line ends
    return all(kind[0] in "LMPSZ" or kind == "Nd" for kind in kinds)


def _words(text: str, *, starts: bool, ends: bool, references: bool = False) -> str:
    lines = text.split("\n")
    last = len(lines) - 1
    return "\n".join(
        _line(
            line,
            starts=starts or number > 0,
            end=_LINE_END if ends or number < last else _RUN_END,
            references=references,
        )
        for number, line in enumerate(lines)
    )


def _line(line: str, *, starts: bool, end: str, references: bool) -> str:
    """One line; ``end`` is what follows its last character, unknown where another run does."""
    block = _BLOCK.match(line) if starts else None
    item = _ITEM.match(line) if starts else None
    dot = block.end() if block else -1
    head = item.end() if item else 0
    pieces: list[str] = []
    escaped = False
    before = _LINE_END if starts else _RUN_END
    for place, character in enumerate(line):
        after = line[place + 1] if place + 1 < len(line) else end
        if character in "()":
            escaped = escaped or before in _FACE or bool(_EMOTICON.match(line, place))
        else:
            escaped = place == dot or _is_markup(character, before, after, at_head=place < head)
        escaped = escaped or (references and character == "!")
        pieces.append(_escape(character, references=references) if escaped else character)
        before = character
    return "".join(pieces)


def _escape(character: str, *, references: bool) -> str:
    if character == "&":
        return "&amp;"
    if references or character in "\\{}:.":
        return f"&#{ord(character)};"
    return f"\\{character}"


def _is_markup(character: str, before: str, after: str, *, at_head: bool) -> bool:
    """Whether the character could be markup between those two; ``at_head`` where it could start a list."""
    match character:
        case "\\" | "{" | "}" | "[" | "]" | "|":
            return True
        case "*" | "_" | "-" | "+" | "^" | "~":
            alone = before in _BLANK and after in _BLANK and not at_head
            return not alone and not (_in_word(before) and _in_word(after))
        case "#":
            return at_head
        case "?":
            return before in {"?", "(", _RUN_END} or after in {"?", _RUN_END}
        case "!":
            return not (_in_word(before) and after in _BLANK)
        case "@":
            return not (_in_word(before) and _in_word(after))
        case "&":
            return after == "#" or (after.isascii() and after.isalnum())
        case ":":
            return _is_address_or_face(before, after)
    return False


def _is_address_or_face(before: str, after: str) -> bool:
    """``http://x``, ``mailto:x``, ``:D``; not ``10:30`` and not ``Owner: Sam``."""
    return after not in _BLANK and after not in {"(", ")"} and not (before.isdigit() and after.isdigit())


def _in_word(character: str) -> bool:
    """A letter or decimal digit, in a Unicode so old that every Java knows it."""
    if not character:
        return False
    kind = unicodedata.ucd_3_2_0.category(character)
    return kind.startswith("L") or kind == "Nd"
