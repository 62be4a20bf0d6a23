"""Files whose name says Markdown or plain text, and whose lines clearly say otherwise.

It takes several signs that the named format does not have, and none that it has. Every sign stands at the
start of a line, where none of our links ever goes: so a document keeps its format when they are written.
"""

from __future__ import annotations

import re

_MARKDOWN = re.compile(rb"^(?:#{1,6}[ \t]+\S|```|~~~)", re.MULTILINE)
_ORG_FACT = re.compile(rb"^#\+(?:title|author|date|startup|options):", re.MULTILINE | re.IGNORECASE)
_ORG_HEADLINE = re.compile(rb"^\*{1,9}[ \t]+\S", re.MULTILINE)
_ASCIIDOC_TITLE = re.compile(rb"^={2,6}[ \t]+[^\s=]", re.MULTILINE)
_ASCIIDOC = re.compile(
    rb"^(?:=[ \t]+\S|:[\w-]{1,60}:(?:\s|\Z)|\[(?:source|NOTE|TIP|cols|%)|\|===)", re.MULTILINE
)
_WIKI_TITLE = re.compile(rb"^(={2,6})[^=\r\n]{1,200}\1", re.MULTILINE)
_WIKI = re.compile(rb"'''|\[\[|^\{\|", re.MULTILINE)
_RST = re.compile(rb"^\.\. (?:[\w-]{1,60}::(?:\s|\Z)|_[^:\s]{1,60}:[ \t])", re.MULTILINE)
_RST_TITLE = re.compile(rb"^(?:={3,}|-{3,}|~{3,}|\^{3,})[ \t]*\r?$", re.MULTILINE)
_MARKED = re.compile(
    rb"^(?:#{1,6}[ \t]+\S|```|~~~|[=-]{3,}+[ \t]*+\r?$|\|[ \t:|-]{3,}+\r?$|[ \t]*+[-*+][ \t]+\[[ xX]\])"
    rb"|\*\*\S|\]\(|<[a-z]{1,12}[ />]",
    re.MULTILINE,
)
"""What running text does not have: headings, fences, tables, boxes, bold words, links and tags."""


def ending(data: bytes) -> str:
    """How the name of ``data``, text that has none, would best end."""
    # A sharp opens an item of a numbered list in wikitext, and a heading in Markdown.
    wiki = _WIKI.search(data) or not _MARKDOWN.search(data)
    if wiki and _WIKI_TITLE.search(data) and not _ASCIIDOC.search(data):
        return ".mediawiki"
    return ".md" if _MARKED.search(data) else ".txt"


def sniffed(data: bytes, format: str) -> str:
    """The format of ``data``, which its name says is ``format``."""
    if _MARKDOWN.search(data):
        return format
    if _ORG_FACT.search(data) and _ORG_HEADLINE.search(data):
        return "org"
    if _WIKI_TITLE.search(data):
        return format
    titles = len(_ASCIIDOC_TITLE.findall(data))
    if titles >= 2 and (titles >= 4 or _ASCIIDOC.search(data)):
        return "asciidoc"
    return "rst" if _RST.search(data) and _RST_TITLE.search(data) else format
