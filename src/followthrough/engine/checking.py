"""From a document that was read to what the rules look at, and from settings to what they go by."""

from __future__ import annotations

from datetime import date

from followthrough.documents import Document
from followthrough.documents.blocks import BlockKind
from followthrough.engine.reading import Opened, vocabulary_of
from followthrough.extraction import Vocabulary
from followthrough.extraction.folding import fold
from followthrough.extraction.verbs import Form
from followthrough.model import ActionItem
from followthrough.planning.readings import Seen
from followthrough.policy.lint import Measure, Standards, Subject
from followthrough.policy.phrasing import VAGUE, IsVerb
from followthrough.settings import Settings


def standards_of(settings: Settings, today: date) -> Standards:
    """The rules in force, as the settings have them."""
    return Standards(
        levels=settings.check.levels(settings.policy),
        today=today,
        targets=settings.policy.targets,
        preventive=frozenset(settings.policy.preventive),
        vague=(*VAGUE, *settings.check.vague),
        is_verb=_verbs(vocabulary_of(settings)),
    )


def subject_of(opened: Opened, path: str) -> Subject:
    """The document as the rules look at it; ``path`` is what it is called in findings."""
    document, reading = opened.document, opened.reading
    return Subject(
        path=path,
        incident=reading.incident,
        measures=tuple(_measure(document, seen) for seen in reading.items),
        line=_begin(document, reading.items[0].item) if reading.items else 1,
    )


def _measure(document: Document, seen: Seen) -> Measure:
    return Measure(
        item=seen.item,
        identity=seen.identity_text,
        occurrence=seen.occurrence,
        column=_column(document, seen.item),
        ticketed=bool(seen.marks or seen.item.references),
    )


def _column(document: Document, item: ActionItem) -> int | None:
    """Where a measure begins in its line, in characters; ``None`` where its line is none of the file's."""
    data, start = document.data, item.span.start
    if data.count(b"\n", 0, start) + 1 != item.line:
        return None
    before = data[data.rfind(b"\n", 0, start) + 1 : start]
    return len(before.decode("utf-8", "replace")) + 1


def _begin(document: Document, item: ActionItem) -> int:
    """The line of the heading that a measure stands under, else its own."""
    above = reversed(document.blocks[: item.place.block])
    return next((block.line for block in above if block.kind is BlockKind.HEADING), item.line)


def _verbs(vocabulary: Vocabulary) -> IsVerb:
    """Whether a word is meant as one: "test the backup" begins so, "test results" does not."""

    def is_verb(word: str, behind: str) -> bool:
        folded = fold(word)
        if vocabulary.verbs.form(folded) is not Form.BASE:
            return False
        return folded not in vocabulary.noun_verbs or fold(behind) in vocabulary.behind_verbs

    return is_verb
