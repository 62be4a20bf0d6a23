"""One paragraph of a .docx file: what was seen in it, and what it is."""

from __future__ import annotations

from collections.abc import Iterator

from .blocks import Checkbox, Mark, Run, Text
from .docx_styles import Shape, Styles
from .links import split_addresses
from .marks import ours

_BOXES = {"☐": False, "☑": True, "☒": True}
_DEEPEST = 8
"""Word's deepest level of a list, counted from 0."""


class Paragraph:
    """A paragraph while it is read; ``finish`` says what it is."""

    __slots__ = ("box", "depth", "end", "line", "list", "marks", "outline", "runs", "shape", "start", "style")

    def __init__(self, line: int, start: int) -> None:
        self.line = line
        self.start = start
        self.end = start
        self.style = ""
        self.list: str | None = None
        self.depth = 0
        self.outline: int | None = None
        self.runs: list[Run] = []
        self.marks: tuple[Mark, ...] = ()
        self.box: Checkbox | None = None
        self.shape = Shape()

    @property
    def words(self) -> bool:
        """Whether a reader sees anything in it."""
        return bool(self.runs) or bool(self.marks)

    def finish(self, end: int, styles: Styles) -> None:
        """Takes the box off the words, cuts addresses out of them, and settles what the paragraph is."""
        self.end = end
        self._trim()
        if self.runs and self.runs[0].text[0] in _BOXES and self.box is None:
            first = self.runs[0]
            self.box = Checkbox(first.start, _BOXES[first.text[0]])
            self.runs[0] = first._replace(text=first.text[1:], start=min(first.start + 3, first.end))
            self._trim()
        self.marks = tuple(self._marks())
        self.runs = [piece for run in self.runs for piece in _addresses(run)]
        shape = styles.shape(self.style)
        listed = self.list if self.list is not None else shape.list
        if self.outline is not None and self.outline < 9:
            shape = Shape(heading=min(self.outline + 1, 6))
        self.shape = Shape(
            heading=shape.heading,
            code=shape.code,
            contents=shape.contents,
            list="" if listed == "0" else listed or "",
            depth=min(self.depth or shape.depth, _DEEPEST),
        )

    def text(self) -> Text:
        """Its words."""
        runs = tuple(self.runs)
        start = runs[0].start if runs else self.start
        return Text(start, runs[-1].end if runs else start, lambda: runs, marks=self.marks)

    def _trim(self) -> None:
        """Takes blanks off both ends."""
        while self.runs and not self.runs[0].text.strip():
            del self.runs[0]
        while self.runs and not self.runs[-1].text.strip():
            self.runs.pop()
        if self.runs:
            first = self.runs[0]
            kept = first.text.lstrip()
            if kept != first.text:
                lost = len(first.text.encode()) - len(kept.encode())
                self.runs[0] = first._replace(text=kept, start=min(first.start + lost, first.end))

    def _marks(self) -> Iterator[Mark]:
        """Our links, which are no words of the paragraph."""
        kept: list[Run] = []
        open_link: list[Run] = []
        for run in [*self.runs, None]:
            mark = ours(run.link) if run is not None and run.link else None
            if open_link and (run is None or run.link != open_link[0].link):
                target, id = ours(open_link[0].link or "") or ("", "")
                words = " ".join("".join(piece.text for piece in open_link).split())
                yield Mark(id, open_link[0].start, open_link[-1].end, words, target)
                open_link = []
            if run is not None:
                (open_link if mark else kept).append(run)
        self.runs = kept


def _addresses(run: Run) -> Iterator[Run]:
    verbatim = run.link is None and "://" in run.text and len(run.text.encode()) == run.end - run.start
    return split_addresses(run) if verbatim else iter((run,))
