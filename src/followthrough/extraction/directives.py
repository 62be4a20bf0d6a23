"""Readers' corrections: ``<!-- ft:ignore -->``, ``ft:item``, ``ft:declined why``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from followthrough.documents.blocks import Block, BlockKind, Document
from followthrough.documents.formats import UNLINED
from followthrough.model import ActionItem


class Directives:
    """The corrections of one document: by line, or by block in formats to which lines mean nothing."""

    def __init__(self, document: Document) -> None:
        self._by_name: dict[str, dict[int, str]] = {}
        self._starts = [block.start for block in document.blocks] if document.format in UNLINED else None
        for note in document.directives:
            place = note.line if self._starts is None else self._start_before(note.start)
            self._by_name.setdefault(note.name, {})[place] = note.words

    def _start_before(self, place: int) -> int:
        """Where the block starts that was the last to start before ``place``."""
        return max((start for start in self._starts or () if start <= place), default=-1)

    def _on(self, name: str, block: Block) -> str | None:
        places = self._by_name.get(name)
        if places and self._starts is not None:
            return places.get(block.start)
        for line in range(block.line, block.end_line + 1) if places else ():
            if places and line in places:
                return places[line]
        return None

    def ignores(self, block: Block) -> bool:
        """Whether a reader says that this is no measure."""
        return bool(self._by_name) and self._on("ignore", block) is not None

    def divides(self, block: Block) -> bool:
        """Whether a reader says that a section begins with this block."""
        places = self._by_name.get("section")
        return bool(places) and (block.line if self._starts is None else block.start) in (places or ())

    def items(self, blocks: Sequence[Block]) -> list[int]:
        """The blocks of which a reader says that they are measures."""
        if "item" not in self._by_name:
            return []
        kinds = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW, BlockKind.HEADING)
        return [
            index
            for index, block in enumerate(blocks)
            if block.kind in kinds and self._on("item", block) is not None
        ]

    def declined(self, block: Block, item: ActionItem) -> ActionItem:
        """``item``, declined if a reader says so."""
        why = self._on("declined", block) if self._by_name else None
        return (
            item
            if why is None
            else replace(
                item, declined=True, reason=f"{item.reason}; declined: {why}" if why else item.reason
            )
        )
