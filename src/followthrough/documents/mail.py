"""E-mails (.eml): read, never written.

Offsets count in the decoded text of the message, which may stand in the file as base64; lines are the file's.
The plain part is read, else the HTML part. What it quotes of other mails is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from email import policy
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from .blocks import Document
from .html import Html
from .mail_lines import Lines, lines_in_file
from .marks import ReadOnlyStyle
from .reading import Limits, Source, Unreadable, line_starts
from .text import PlainText

_BROKEN = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What the standard library raises on headers and parts that no mail program would write."""
_MOST_PARTS = 20
_LONGEST_HEADER = 2000
_DESCRIPTION = re.compile(
    rb"^content-(?:type|disposition):[^\r\n]*+(?:(?:\r\n?|\n)[ \t][^\r\n]*+)*+", re.IGNORECASE | re.MULTILINE
)
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg|antw|tr|sv)\s?:\s*)+", re.IGNORECASE)
_QUOTED = re.compile(rb"^[ \t]{0,3}>[^\r\n]*+", re.MULTILINE)
_SIGNATURE = re.compile(rb"^-- \r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSource(Source):
    """The text of a message in ``data``."""

    html: bool
    metadata: Mapping[str, str]
    in_file: Sequence[Lines]
    """For each line of the text, where it stands in the file."""


class Email(ReadOnlyStyle):
    """Reads e-mails."""

    name = "email"

    @staticmethod
    def unpacked(data: bytes, name: str, limits: Limits) -> MailSource:
        """The text of the message ``data``. Raises ``Unreadable`` where it has none."""
        # What the standard library needs the square of the length or depth for is refused before.
        if data.lower().count(b"multipart/") > _MOST_PARTS:
            raise Unreadable(
                f"{name} is an e-mail of more than {_MOST_PARTS} parts: save the postmortem's text alone."
            )
        if any(len(found[0]) > _LONGEST_HEADER for found in _DESCRIPTION.finditer(data)):
            raise Unreadable(f"{name} has headers that no mail program writes: save it anew in yours.")
        try:
            message = BytesParser(policy=policy.compat32).parsebytes(data)
            part = _text_part(message)
            text = _decoded(part) if part is not None else ""
            metadata = _metadata(message)
        except _BROKEN as error:
            raise Unreadable(
                f"{name} is no e-mail that can be read: save it anew in your mail program."
            ) from error
        if part is None or not text.strip():
            raise Unreadable(f"{name} is an e-mail without a text: save what is attached to it instead.")
        html = part.get_content_type() == "text/html"
        decoded = text.encode("utf-8", "replace")
        return MailSource(
            name=name,
            data=decoded,
            start=0,
            lines=line_starts(decoded, name, replace(limits, line=limits.document) if html else limits),
            limits=limits,
            html=html,
            metadata=metadata,
            in_file=lines_in_file(data, message, part, _payload(part)),
        )

    def parse(self, source: Source) -> Document:
        """The message's blocks, its subject as title and its date as date."""
        assert isinstance(source, MailSource)  # noqa: S101  # no other is made for this format
        if source.html:
            document = Html().parse(source)
        else:
            # Blanks in place of what is somebody else's, so that every offset stays.
            document = PlainText().parse(replace(source, data=_own_words(source.data)))
        _number(document, source.in_file)
        return replace(
            document,
            data=source.data,
            directives=tuple(
                found._replace(line=source.in_file[found.line - 1].first) for found in document.directives
            ),
            warnings=tuple((source.in_file[line - 1].first, words) for line, words in document.warnings),
            format=self.name,
            metadata={**document.metadata, **source.metadata},
            read_only=f"{source.name} is an e-mail, and e-mails are only read: it carries no links.",
        )


def _number(document: Document, lines: Sequence[Lines]) -> None:
    """Gives the blocks the lines of the file."""
    for block in document.blocks:
        block.end_line = lines[block.end_line - 1].last
        block.line = lines[block.line - 1].first


def _text_part(message: Message) -> Message | None:
    """The first plain part with words in it, else the first HTML part."""
    html = None
    for part in _parts(message):
        kind = part.get_content_type()
        if kind == "text/plain" and _decoded(part).strip():
            return part
        if kind == "text/html" and html is None:
            html = part
    return html


def _parts(message: Message) -> Iterator[Message]:
    """The parts that are shown as the message, in order; attached mails and files are none."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if part.get_content_disposition() == "attachment":
            continue
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting += [each for each in reversed(inner) if isinstance(each, Message)]
        elif not part.is_multipart():
            yield part


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decoded(part: Message) -> str:
    payload = _payload(part)
    charset = part.get_content_charset() or "utf-8"
    try:
        text = payload.decode(charset, "replace")
    except LookupError:
        text = payload.decode("utf-8", "replace")
    return text.replace("\0", " ").removeprefix("\ufeff")


def _metadata(message: Message) -> dict[str, str]:
    metadata = {}
    subject = " ".join(_header(message, "Subject").split())
    if subject:
        metadata["title"] = _REPLY.sub("", subject, count=1) if _REPLY.match(subject) else subject
    with suppress(ValueError, TypeError, IndexError, OverflowError):  # a date that no calendar knows
        metadata["date"] = parsedate_to_datetime(_header(message, "Date")).date().isoformat()
    return metadata


def _header(message: Message, name: str) -> str:
    raw = str(message.get(name, ""))[:_LONGEST_HEADER]
    try:
        return str(make_header(decode_header(raw)))
    except (ValueError, LookupError):
        return raw


def _own_words(data: bytes) -> bytes:
    """``data`` with blanks for quoted lines and for the signature."""
    signature = _SIGNATURE.search(data)
    if signature is not None:
        rest = data[signature.start() :]
        data = data[: signature.start()] + re.sub(rb"[^\r\n]", b" ", rest)
    return _QUOTED.sub(lambda found: b" " * len(found[0]), data)
