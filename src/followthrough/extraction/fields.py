"""Lines of labelled fields and nothing else: "Owner: Sam | Deadline: 1 May"."""

from __future__ import annotations

import re

from .annotations import Reader
from .judging import Judge
from .notes import Notes
from .vocabulary import Label

_BETWEEN = re.compile(r"[|·•\n]")
_LABEL = 40
_LINE = 160
"""Characters of one field at most."""
_MOST = 480
_FIELDS = (Label.OWNER, Label.DUE, Label.PRIORITY, Label.STATE, Label.TICKET, Label.KIND, Label.NOTE)
_TELLING = (Label.OWNER, Label.DUE)
"""One of them must be among the fields."""


class Fields:
    """Reads such lines."""

    def __init__(self, judge: Judge, reader: Reader) -> None:
        self._judge = judge
        self._reader = reader

    def read(self, text: str) -> Notes | None:
        """What the fields say, if ``text`` is nothing else and one tells whose work it is or by when."""
        if not text or not (":" in text or "：" in text) or len(text) > _MOST:
            return None
        found: list[tuple[Label, str]] = []
        for part in _BETWEEN.split(text):
            if not part.strip():
                continue
            one = self._judge.field(part) if len(part) <= _LINE else None
            if one is None or one[0] not in _FIELDS:
                return None
            found.append(one)
        if not any(label in _TELLING for label, _ in found):
            return None
        notes = Notes()
        for label, value in found:
            self._reader.label(label, value, notes)
        return notes

    def titled(self, broken: str) -> int:
        """Where an element's title ends whose last line is a label for what it is made of: "Requirements:".

        0 where there is no such line.
        """
        first, _, rest = broken.partition("\n")
        label = rest.strip(" \t*_")
        if "\n" in label or len(label) > _LABEL or not label.endswith((":", "：")) or not label[0].isalnum():
            return 0
        return len(first) if self._judge.notes(label[:-1]) and first.strip()[-1:].isalnum() else 0
