"""The elements of a list as a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from followthrough.documents.blocks import Block, BlockKind

_BELOW = 60
"""Blocks below an item that are remembered for its description."""


@dataclass(slots=True)
class Node:
    """A list item and its children."""

    index: int
    block: Block
    children: list[Node]
    below: list[int]
    """All blocks inside it."""

    @property
    def bare(self) -> bool:
        """It has neither a box nor anything inside."""
        return not self.below and self.block.checkbox is None


def trees(blocks: Sequence[Block], first: int, last: int, parent: int) -> list[Node]:
    """The list items among blocks ``first`` to ``last``, each with its children."""
    top: list[Node] = []
    open_: list[Node] = []
    for index in range(first, last):
        block = blocks[index]
        while open_ and open_[-1].block.end <= block.start:
            open_.pop()
        for node in open_:
            if len(node.below) < _BELOW:
                node.below.append(index)
        if block.kind is BlockKind.ITEM and not block.quoted:
            node = Node(index, block, [], [])
            (open_[-1].children if open_ else top).append(node)
            open_.append(node)
    return [node for node in top if node.block.parent in (-1, parent)] or top
