"""What gives a format away though a file's name says another: only signs that no other format has."""

from __future__ import annotations

import re

from .reading import BOM

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What encrypted Word files and those of old versions start with."""
_HTML = re.compile(
    rb"(?:<\?xml[^<>?]{0,200}+\?>\s*+)?+(?:<!--[^>]{0,500}+>\s*+)?+<(?:!doctype\s++html|html)[\s>]",
    re.IGNORECASE,
)
_STORAGE = re.compile(rb"<(?:ac:[a-z]{3,30}[-\s/>]|ri:[a-z]{3,30}[-\s/>])")
_FLOW = re.compile(rb"<(?:h[1-6]|p|table|ul|ol|pre|blockquote|div|hr)[\s/>]")
"""How a page in storage format starts that has no macro: no other XML starts with these."""
_MARKDOWN = re.compile(rb"^(?:#{1,6} |[-*+] |\d{1,3}\. |```)", re.MULTILINE)
_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):")
_SENT = frozenset((b"message-id", b"mime-version", b"received", b"return-path", b"delivered-to"))
_HEAD = 4096
_WORD = b"word/"


def format_of_content(data: bytes, format: str) -> str:
    """The format of ``data``, which its name says is ``format``."""
    if data.startswith(ZIP):
        return "docx" if _WORD in data else format
    if data.startswith(OLE) or format in ("docx", "mediawiki"):
        return "docx" if data.startswith(OLE) else format
    head = data[:_HEAD].removeprefix(BOM).lstrip()
    if head[:1] == b"<" or format in ("html", "confluence"):
        return _markup(data, head, format)
    if format in ("text", "markdown") and _mailed(head):
        return "email"
    return format


def _markup(data: bytes, head: bytes, format: str) -> str:
    """The format of what starts with a tag, or has a name as if it did."""
    if format == "email" or (format == "markdown" and _MARKDOWN.search(data)):
        return format
    page = _HTML.match(head)
    if _STORAGE.search(data) and (page is None or b"doctype" not in page[0].lower()):
        return "confluence"  # never with a document type: that is a page as a browser gets it
    if page is not None:
        return "html"
    return "text" if format == "confluence" and not _FLOW.match(head) else format


def _mailed(head: bytes) -> bool:
    """Whether it starts as a mail does: fields only, with a sender, a subject and a trace of its way."""
    names = set()
    for number, line in enumerate(head.splitlines()):
        if not line.strip():
            break
        found = _FIELD.match(line)
        if found:
            names.add(found[1].lower())
        elif not (line[:1] in b" \t" or (number == 0 and line.startswith(b"From "))):
            return False
    return {b"from", b"subject"} <= names and bool(names & _SENT)
