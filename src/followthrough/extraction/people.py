"""Whom a document names: who took part, who answered, and whom its tables give work to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from followthrough.documents.blocks import Block, BlockKind, Document

from .phrases import words_of
from .vocabulary import Label, Vocabulary

_COLON = re.compile(r"[:：]\s*[*_]{0,2}\s*([^\n.|。]{2,300})")
_LABEL = re.compile(r"(?:^|\W)([^\W\d_]+(?:[ -][^\W\d_]+){0,2})[\s*_]{0,3}$")
_LONGEST = 40
_BRACKETS = re.compile(r"[(（][^()（）]{0,60}[)）]")
_PARTS = re.compile(r"(?<!\s)\s*+(?:[,;、，；&/+]|<br\s{0,9}/?>)\s*+|(?<!\s)\s++(?:and|und|et|y|e)\s++")
_ROLE = re.compile(r"^[^:：]{1,30}[:：]\s*")
_NAME = re.compile(r"@?[^\W\d_][\w.'’-]{1,30}(?:\s[^\W\d_a-z][\w.'’-]{0,30}){0,2}")
_SCANNED = 60_000
"""Characters; who took part stands at the top or in a section of its own."""


def mentioned(document: Document, vocabulary: Vocabulary) -> frozenset[str]:
    """The folded names in lines such as "Participants: Sam, Kim (support)" and in columns of owners."""
    names = set(_labelled(document, vocabulary)) | set(_columns(document.blocks, vocabulary))
    folded = (words_of(name).folded for name in names if _NAME.fullmatch(name))
    return frozenset(name for name in folded if not _common(name, vocabulary))


def _labelled(document: Document, vocabulary: Vocabulary) -> Iterator[str]:
    labels = vocabulary.people_labels.exact
    lasts = _lasts(vocabulary)
    text = document.data[:_SCANNED].decode(errors="replace")
    for colon in _COLON.finditer(text):
        before = text[max(0, colon.start() - _LONGEST) : colon.start()].rsplit("\n", 1)[-1]
        last = before.rstrip(" *_\t").rsplit(" ", 1)[-1].strip("*_|(").lower()
        if last not in lasts and last.isascii():
            continue
        label = _LABEL.search(before)
        if label and words_of(label[1]).folded in labels:
            yield from _names(colon[1])


@lru_cache(maxsize=8)
def _lasts(vocabulary: Vocabulary) -> frozenset[str]:
    """How the labels of people end."""
    return frozenset(label.rsplit(" ", 1)[-1] for label in vocabulary.people_labels.exact)


def _columns(blocks: tuple[Block, ...], vocabulary: Vocabulary) -> Iterator[str]:
    column, table = -1, -1
    for block in blocks:
        if block.kind is not BlockKind.ROW:
            continue
        if block.header:
            heads = [vocabulary.labels.exact.get(words_of(cell.text).folded) for cell in block.cells]
            column = heads.index(Label.OWNER) if Label.OWNER in heads else -1
            table = block.table
        elif 0 <= column < len(block.cells) and block.table == table:
            yield from _names(block.cells[column].text)


def _names(text: str) -> Iterator[str]:
    for part in _PARTS.split(_BRACKETS.sub("", text[:300])):
        yield _ROLE.sub("", part).strip(" *_`[]")


def _common(name: str, vocabulary: Vocabulary) -> bool:
    """Whether ``name`` means more than one person, or none."""
    return (
        not name
        or name in vocabulary.people
        or name in vocabulary.no_owner
        or name in vocabulary.kinds.exact
        or name in vocabulary.states.exact
        or name in vocabulary.headings.exact
        or vocabulary.audience.exact.get(name) is not None
        or vocabulary.groups.exact.get(name.rsplit(" ", 1)[-1]) is not None
    )
