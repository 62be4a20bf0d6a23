"""Rows of the table and of the JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.measure import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One comparison: what was measured, its figure, the other's figure, and their ratio."""

    what: str
    ours: str
    other: str
    ratio: float
    """Above 1 is good: so many times faster or smaller than the other."""
    goal: float | None = None
    runs: list[Series] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        return {
            "what": self.what,
            "ours": self.ours,
            "other": self.other,
            "ratio": round(self.ratio, 4),
            "goal": self.goal,
            "runs": [series.to_json() for series in self.runs],
        }


def table(rows: list[Row]) -> str:
    """The rows as text, columns aligned."""
    cells = [("measured", "ours", "against", "ratio", "goal")]
    for row in rows:
        goal = (
            "" if row.goal is None else f">= {row.goal:g} {'reached' if row.ratio >= row.goal else 'MISSED'}"
        )
        cells.append((row.what, row.ours, row.other, f"{row.ratio:.2f}", goal))
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.2f} ms"


def size(count: float) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1_000_000 else f"{count / 1e3:g} kB"
