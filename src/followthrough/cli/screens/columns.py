"""A table on a terminal: columns as wide as their words, the widest cut where the line is too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from followthrough.cli.screens.words import cells, fit
from followthrough.reporting.plain import one_line
from followthrough.reporting.sections import Table

INDENT = "  "
GAP = "  "
NARROW = 12
"""No column is cut below so many columns."""


def laid_out(table: Table, width: int) -> Iterator[str]:
    """Heads and rows, each on one line of at most ``width`` columns where that can be."""
    if not table.rows:
        return
    words = [[one_line(cell.text) for cell in row] for row in table.rows]
    widths = [
        max(cells(head), *(cells(row[number]) for row in words)) for number, head in enumerate(table.heads)
    ]
    widths = _fitted(widths, [cell.wide for cell in table.rows[0]], width)
    right = [cell.number for cell in table.rows[0]]
    for line in ([*table.heads], *words):
        yield _line(line, widths, right)


def _fitted(widths: Sequence[int], wide: Sequence[bool], width: int) -> list[int]:
    """The widths, with the widest columns cut until the line fits; those that may be cut come first."""
    found = list(widths)
    over = len(INDENT) + len(GAP) * (len(found) - 1) + sum(found) - width
    for only_wide in (True, False):
        while over > 0:
            cut = [n for n, size in enumerate(found) if size > NARROW and (wide[n] or not only_wide)]
            if not cut:
                break
            widest = max(cut, key=lambda n: found[n])
            found[widest] -= 1
            over -= 1
    return found


def _line(words: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = []
    for word, size, to_the_right in zip(words, widths, right, strict=True):
        cut = fit(word, size)
        parts.append(" " * (size - cells(cut.rstrip())) + cut.rstrip() if to_the_right else cut)
    return (INDENT + GAP.join(parts)).rstrip()
