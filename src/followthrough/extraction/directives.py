"""Readers' corrections: ``<!-- ft:ignore -->``, ``ft:item``, ``ft:declined why``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from followthrough.documents.blocks import Block, BlockKind, Document
from followthrough.model import ActionItem


class Directives:
    """The corrections of one document, by line."""

    def __init__(self, document: Document) -> None:
        self._by_name: dict[str, dict[int, str]] = {}
        for note in document.directives:
            self._by_name.setdefault(note.name, {})[note.line] = note.words

    def _on(self, name: str, block: Block) -> str | None:
        lines = self._by_name.get(name)
        if lines:
            for line in range(block.line, block.end_line + 1):
                if line in lines:
                    return lines[line]
        return None

    def ignores(self, block: Block) -> bool:
        """Whether a reader says that this is no measure."""
        return bool(self._by_name) and self._on("ignore", block) is not None

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
