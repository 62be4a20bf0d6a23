"""Bytes to readings: parse, extract, and note what stands beside each item."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Protocol

from followthrough import documents
from followthrough.documents import Document, Unreadable, anchor_at, fingerprint, parse
from followthrough.documents.blocks import Mark, Text
from followthrough.documents.lasting import lasting
from followthrough.extraction import Vocabulary, default_vocabulary, extract
from followthrough.ledger.interface import Snapshot
from followthrough.model import ActionItem, Postmortem
from followthrough.planning.identity import identity_text
from followthrough.planning.readings import Reading, Seen, SeenMark
from followthrough.settings import Settings
from followthrough.sources.interface import Content, Source, SourceError


@dataclass(frozen=True, slots=True)
class Parsed:
    """A reading together with what it was made from, kept only as long as it is needed."""

    reading: Reading
    content: Content
    document: Document


@dataclass(frozen=True, slots=True)
class Opened(Parsed):
    """The same with all that was extracted."""

    postmortem: Postmortem


class Understand(Protocol):
    """How :func:`understand` is called."""

    def __call__(
        self, content: Content, path: str, /, *, named: bool, settings: Settings, today: date
    ) -> Opened: ...


def read(
    source: Source,
    path: str,
    *,
    named: bool,
    settings: Settings,
    today: date,
    understand: Understand | None = None,
) -> Reading:
    """One document as planning sees it; one that cannot be read is a reading with ``error``."""
    how = understand or _understand
    try:
        content = content_of(source, path)
        return how(content, path, named=named, settings=settings, today=today).reading
    except (SourceError, Unreadable) as error:
        return Reading(path=_shown(path), named=named, error=str(error))


def content_of(source: Source, path: str) -> Content:
    """What a document holds. Raises :class:`SourceError`, also where its name is no text that can be told."""
    if (shown := _shown(path)) != path:
        raise SourceError(f"{shown}: its name is not UTF-8. Rename it.")
    return source.read(path)


def _shown(path: str) -> str:
    """A name as it can be written; a byte that is no text is written as a number."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return path.encode(errors="surrogateescape").decode(errors="backslashreplace")
    return path


def open_document(source: Source, path: str, *, named: bool, settings: Settings, today: date) -> Opened:
    """Read, parse and extract one document.

    Raises :class:`SourceError` or :class:`followthrough.documents.Unreadable`.
    """
    content = content_of(source, path)
    return understand(content, path, named=named, settings=settings, today=today)


def open_again(content: Content, reading: Reading, settings: Settings) -> Parsed:
    """A document with the bytes that ``reading`` was made of: parsed only, as that takes a fraction.

    Raises :class:`followthrough.documents.Unreadable`.
    """
    document = _parsed(content, reading.path, settings)
    reading = replace(reading, read_only=content.read_only or _why(document))
    return Parsed(reading, content, document)


def _parsed(content: Content, path: str, settings: Settings) -> Document:
    limits = settings.limits
    size = documents.Limits(document=limits.document_bytes, line=limits.line_bytes)
    return parse(content.data, path, size, format=content.format, given=content.facts)


def understand(content: Content, path: str, /, *, named: bool, settings: Settings, today: date) -> Opened:
    """The pure part of :func:`open_document`."""
    limits = settings.limits
    document = _parsed(content, path, settings)
    postmortem = extract(document, today=today, vocabulary=vocabulary_of(settings), most=limits.items)
    if content.format is not None:
        postmortem = _counted(postmortem)
    warnings = (*document.warnings, *((remark.line, remark.message) for remark in postmortem.warnings))
    reading = Reading(
        path=path,
        version=content.version,
        fingerprint=fingerprint(document),
        incident=postmortem.incident,
        status=postmortem.status,
        items=seen_in(document, postmortem),
        named=named,
        looks_like_postmortem=postmortem.looks_like_postmortem,
        confidential=document.metadata.get("confidential") is True,
        read_only=content.read_only or _why(document),
        warnings=warnings,
    )
    return Opened(reading, content, document, postmortem)


def _counted(postmortem: Postmortem) -> Postmortem:
    """The same with paragraphs, items and rows counted as lines: a page's source has none that people see."""
    items = (replace(one, line=one.place.block + 1, end_line=one.place.block + 1) for one in postmortem.items)
    return replace(postmortem, items=tuple(items))


_understand: Understand = understand


def kept(reading: Reading, snapshot: Snapshot) -> Reading:
    """A document that a folder or glob found counts only if it looks like a postmortem, or is known."""
    if reading.named or reading.looks_like_postmortem or reading.path in snapshot.documents:
        return reading
    return replace(reading, items=())


def vocabulary_of(settings: Settings) -> Vocabulary:
    """The words that ship, and those that the settings add."""
    if not settings.vocabulary:
        return default_vocabulary()
    return _extended(tuple((table, tuple(lists.items())) for table, lists in settings.vocabulary.items()))


@lru_cache(maxsize=8)
def _extended(tables: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]) -> Vocabulary:
    """Made once for all documents: it takes longer than to read one."""
    return default_vocabulary().extended({table: dict(lists) for table, lists in tables})


def _why(document: Document) -> str | None:
    """Why nothing may be written; the document's name stands before it wherever that is shown."""
    reason = document.read_only
    return None if reason is None else reason.removeprefix(f"{document.name} ")


def seen_in(document: Document, postmortem: Postmortem) -> tuple[Seen, ...]:
    """The items with their identity texts, marks and boxes."""
    counted: Counter[str] = Counter()
    sharing = Counter(item.place.block for item in postmortem.items)
    seen = []
    for item in postmortem.items:
        text = identity_text(source_of(document, item))
        block = document.blocks[item.place.block]
        seen.append(
            Seen(
                item=item,
                identity_text=text,
                occurrence=counted[text],
                words=words_of(document, item, sharing[item.place.block] > 1),
                marks=tuple(
                    SeenMark(id=m.id, words=m.words, target=m.target) for m in marks_of(document, item)
                ),
                ticked=block.checkbox.ticked if block.checkbox else None,
                unlinkable=anchor_at(document, item.place).refusal,
            )
        )
        counted[text] += 1
    return tuple(seen)


def words_of(document: Document, item: ActionItem, shared: bool) -> str:
    """The item as a reader sees it: its paragraph, or its own words where others share that."""
    block = document.blocks[item.place.block]
    own = block.own.start <= item.span.start and item.span.end <= block.own.end
    words = block.text if own and not shared else f"{item.text} {item.description}"
    return " ".join(words.split())


def marks_of(document: Document, item: ActionItem) -> tuple[Mark, ...]:
    """Every mark inside the item: its block's own text, or any cell of its row."""
    block = document.blocks[item.place.block]
    texts: tuple[Text, ...] = (block.own, *block.cells)
    return tuple(mark for text in texts for mark in text.marks)


def source_of(document: Document, item: ActionItem) -> str:
    """The item's raw source without our marks and the space before each."""
    data, at, parts = document.data, item.span.start, []
    for mark in sorted(marks_of(document, item), key=lambda mark: mark.start):
        if item.span.start <= mark.start and mark.end <= item.span.end:
            parts.append(data[at : mark.start].rstrip())
            at = mark.end
    parts.append(data[at : item.span.end])
    if document.given and document.format == "confluence":
        parts = [lasting(part) for part in parts]  # the place itself changes what it stores
    return b"".join(parts).decode("utf-8", "replace")
