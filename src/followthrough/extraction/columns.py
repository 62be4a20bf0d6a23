"""What the columns of a table hold, whatever their order and language, and whether it is one of measures."""

from __future__ import annotations

from followthrough.documents.blocks import Block

from .phrases import Words, words_of
from .vocabulary import Label, Vocabulary

_NOT_ACTIONS = frozenset(
    ("event", "time", "date time", "timestamp", "file", "change", "metric", "value", "suspect")
)
_PAST = frozenset(
    (
        "added",
        "created",
        "opened",
        "raised",
        "reported",
        "identified",
        "logged",
        "filed",
        "started",
        "assigned",
        "closed",
        "completed",
        "done",
        "finished",
        "resolved",
        "actual",
        "updated",
        "implemented",
        "entered",
    )
)
"""What makes a date one of the past: "Date added"."""
_TEAM = frozenset(("team", "teams", "squad", "equipe", "equipo", "time", "チーム", "team owner"))
_SUPPORT = (Label.OWNER, Label.DUE, Label.STATE, Label.TICKET, Label.PRIORITY, Label.KIND)


class Columns:
    """Reads head rows."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def read(self, header: Block, *, inside: bool, lessons: bool = False) -> dict[int, Label] | None:
        """What the columns hold, if this is a table of measures. ``inside`` their section less is asked.

        Among ``lessons`` a column of recommendations beside them is enough.
        """
        v, action = self._vocabulary, -1
        found: dict[int, Label] = {}
        heads = [words_of(cell.text) for cell in header.cells]
        for at, words in enumerate(heads):
            label = self.label(words)
            if label is Label.ACTION:
                if action >= 0:
                    label = Label.NOTE
                else:
                    action = at
            if label is not None:
                found[at] = label
        if any(self._vocabulary.runbook_columns.inside(words) for words in heads):
            return None
        support = sum(label in _SUPPORT for label in found.values())
        lessons = lessons and action > 0 and Label.NOTE in found.values()
        if any(words.folded in _NOT_ACTIONS for words in heads[:2]) and action < 0:
            return None
        remedy = self._remedy(heads, found) if action < 0 else -1
        if remedy >= 0 and (inside or Label.STATE in found.values()):
            found = {
                at: label
                for at, label in found.items()
                if label is not Label.TICKET or heads[at].folded not in v.problems
            }
            found[remedy] = Label.ACTION
            return found
        if action < 0:
            if not support or not (inside or self._assigns(found, heads)):
                return None
            action = next((at for at in range(len(heads)) if found.get(at) in (None, Label.NOTE)), -1)
            if action < 0:
                return None
            found[action] = Label.ACTION
        self._settle(found, heads)
        if heads[action].folded in v.anything and not inside:
            # "When | What" is a log of what happened, whoever else is named in it.
            told = found.get(0) is not Label.DUE
            support = told and any(label in _SUPPORT and label is not Label.STATE for label in found.values())
        return found if inside or support or lessons else None

    def _remedy(self, heads: list[Words], found: dict[int, Label]) -> int:
        """The column that says what helps against what another one names; -1 without both."""
        v = self._vocabulary
        wrong = [at for at, words in enumerate(heads) if words.folded in v.problems]
        helps = [at for at, words in enumerate(heads) if words.folded in v.remedies and found.get(at) is None]
        return helps[0] if wrong and helps else -1

    def _assigns(self, found: dict[int, Label], heads: list[Words]) -> bool:
        """Whether the columns give owners and say by when or how far: nothing but work has both."""
        labels = set(found.values())
        owned = any(label is Label.OWNER and heads[at].folded not in _TEAM for at, label in found.items())
        return owned and bool(labels & {Label.DUE, Label.STATE}) and len(labels) > 2

    def _settle(self, found: dict[int, Label], heads: list[Words]) -> None:
        """Of "Owner" and "Team" the person counts; "Date" is the deadline if no other column is."""
        owners = [at for at, label in found.items() if label is Label.OWNER]
        if any(heads[at].folded not in _TEAM for at in owners):
            for at in owners:
                if heads[at].folded in _TEAM:
                    found[at] = Label.NOTE
        if Label.DUE not in found.values():
            for at, words in enumerate(heads):
                if words.folded == "date" and at not in found:
                    found[at] = Label.DUE

    def label(self, words: Words) -> Label | None:
        """What a column with ``words`` as its head holds."""
        label = self._vocabulary.labels.exact.get(words.folded)
        if label is not None or not words.folded:
            return label or (Label.NUMBER if words.raw.strip() in ("#", "№") else None)
        hits = list(self._vocabulary.labels.all(words))
        if not hits or len(words.tokens) > 5:
            return None
        best = max(hits, key=lambda hit: (hit.size, hit.value is Label.ACTION)).value
        return Label.NOTE if best is Label.DUE and not _PAST.isdisjoint(words.tokens) else best
