"""From a candidate to an action item: title, annotations, spans, and the sentence that says why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from followthrough.documents.blocks import Block, BlockKind
from followthrough.model import ActionItem, Kind, Place, Span, State

from .acts import Act
from .annotations import Reader
from .candidates import Candidate
from .clauses import LONGEST
from .dates import Dates
from .judging import Judge
from .kinds import inferred
from .levels import heading_level
from .phrases import Words, words_of
from .sections import Outline, Section
from .sentences import TOLD, sentences
from .titles import Title, Titles
from .vocabulary import Label, Role, Vocabulary

_SCHEDULED = re.compile(
    r",?\s(?:is|are)\s(?:scheduled|planned|targeted|slated|expected|due)(?:\s(?:for|by|in))?$"
)
"""What stands in front of a date that is taken off."""
_AHEAD = frozenset(
    ("expect", "expected", "plan", "planned", "scheduled", "aim", "aiming", "complete", "due", "eta")
)
_BACK = frozenset(("it", "this", "that", "these", "them", "both"))
_TERSE = 7
"""Words; what is longer sets the item's date only if it speaks of a plan for it."""
_SEQUEL = ("next", "new", "no", "open")
"""What calls a state elsewhere, "Next steps" does not."""
_FIRST = 300
"""Characters in which the sentence behind a title ends."""
_LEAD = 80
"""Characters; what leads to a promise in more is a clause of its own."""
_DESCRIBED = 20
"""At most so many blocks below an item make its description."""


class Items:
    """Builds the action items of one document."""

    def __init__(
        self,
        outline: Outline,
        vocabulary: Vocabulary,
        titles: Titles,
        reader: Reader,
        judge: Judge,
        dates: Dates,
        base: date,
    ) -> None:
        self._outline = outline
        self._blocks: Sequence[Block] = outline.blocks
        self._data = outline.document.data
        self._vocabulary = vocabulary
        self._titles = titles
        self._reader = reader
        self._judge = judge
        self._dates = dates
        self._base = base
        self._heading_dates: dict[int, tuple[str, date | None] | None] = {}
        self._levels: dict[int, str | None] = {}
        self._paths: dict[int, tuple[str, ...]] = {}
        self._counted = (-1, 0)
        """A byte, and its line."""

    def build(self, candidate: Candidate) -> ActionItem | None:
        """The action item, or ``None`` where nothing is left of its words."""
        notes = candidate.notes
        wording = candidate.wording
        title = self._titles.read(wording, candidate.start, candidate.end, notes)
        text = title.text
        if candidate.prefix:
            text = f"{candidate.prefix} {text}"
        words = words_of(text[:LONGEST])
        if not words.folded or self._judge.hollow(text, words) or self._remark(text):
            return None
        self._state(candidate, words, title)
        text = self._due(candidate, text)
        if self._vocabulary.pointing.issuperset(words_of(text).tokens):
            return None
        self._due_below(candidate, title.description)
        kind, stated = self._kind(candidate, text)
        block = self._blocks[candidate.block]
        span = self._span(candidate, block)
        line = self._line(block, span.start) if candidate.cell is None else block.line
        return ActionItem(
            text=text,
            span=span,
            line=line,
            end_line=line + self._data.count(b"\n", span.start, span.end),
            section=self._path(candidate),
            place=Place(candidate.place if candidate.place >= 0 else candidate.block, candidate.cell),
            reason=candidate.reason,
            description=self._description(candidate, title.description),
            kind=kind,
            kind_stated=stated,
            owner=notes.owner,
            owners=notes.owners,
            due=notes.due,
            due_text=notes.due_text,
            priority=notes.priority or self._level(candidate.section.index),
            state=notes.state or State.OPEN,
            done=self._done(candidate),
            references=tuple(notes.references),
            certain=candidate.certain and not candidate.weak,
        )

    def _remark(self, text: str) -> bool:
        """Whether nothing but a labelled remark is left, "Owner: ..."."""
        label = self._judge.field(text)
        return label is not None and label[0] in (Label.OWNER, Label.DUE, Label.PRIORITY, Label.STATE)

    def _line(self, block: Block, start: int) -> int:
        """The line of a byte of a block, counted on from the last one that was asked for there."""
        last, line = self._counted
        if not block.own.start <= last <= start:
            last, line = min(block.own.start, start), block.line
        line += self._data.count(b"\n", last, start)
        self._counted = (start, line)
        return line

    def _state(self, candidate: Candidate, words: Words, title: Title) -> None:
        notes, start = candidate.notes, title.start
        if candidate.ticked is not None:
            if candidate.ticked:
                notes.state = State.DONE
            elif notes.state is None or notes.state is State.DONE:
                notes.state = State.OPEN
            return
        if notes.state is not None:
            return
        done = candidate.section.done and not self._still(words)
        if candidate.wording.struck(start, candidate.end) or done:
            notes.state = State.DONE
        elif (moving := self._moving(candidate.section)) is not None:
            notes.state = moving
        elif candidate.cell is None:
            act = self._judge.act(words)
            heading = self._blocks[candidate.block].kind is BlockKind.HEADING
            if heading and act is Act.REPORTS and words.tokens[0] in self._vocabulary.undone:
                act = None  # "Shared session store" is a name
            told = self._judge.completed(words) if heading else self._judge.headlined(words)
            if act is Act.REPORTS or (act is None and told) or self._judge.does_now(words):
                notes.state = None if self._ahead(candidate, title.description) else State.DONE
            elif act is Act.PROMISES and self._judge.under_way(words):
                notes.state = State.IN_PROGRESS

    def _moving(self, section: Section) -> State | None:
        """The state of what is neither open nor done that its heading consists of: "In progress"."""
        state = self._vocabulary.states.exact.get(words_of(section.title).folded)
        return state if state in (State.IN_PROGRESS, State.BLOCKED) else None

    def _still(self, words: Words) -> bool:
        """Whether an item below a heading of what was done says itself that it will be."""
        return self._judge.act(words) is Act.PROMISES and self._judge.promises(words)

    def _ahead(self, candidate: Candidate, rest: str) -> bool:
        """Whether a heading or the sentence behind says that it is to be done: "We plan to ..."."""
        heading = words_of(candidate.section.title)
        states = self._vocabulary.states.all(heading)
        if any(hit.value is State.OPEN and heading.tokens[hit.at] not in _SEQUEL for hit in states):
            return True
        told = sentences(rest[:_FIRST], most=1)
        return any(self._judge.act(words_of(rest[first:last])) is Act.PROMISES for first, last in told)

    def _done(self, candidate: Candidate) -> bool | None:
        state = candidate.notes.state
        if candidate.ticked is not None:
            return candidate.ticked
        if state is None:
            return None
        return state is State.DONE

    def _due_below(self, candidate: Candidate, rest: str) -> None:
        """Notes the date that a sentence behind the title sets: "We expect to have it by June."."""
        notes = candidate.notes
        if notes.due_text is not None or not rest or not self._dates.may_announce(words_of(rest)):
            return
        for first, last in sentences(rest, most=TOLD):
            words = words_of(rest[first:last])
            told = set(words.tokens)
            if len(words.tokens) > _TERSE and (told.isdisjoint(_AHEAD) or told.isdisjoint(_BACK)):
                continue
            found = self._dates.announced(rest[first:last], self._base)
            if found is not None and found.day >= self._base:
                notes.due, notes.due_text = found.day, found.words.strip(" .")
                return

    def _due(self, candidate: Candidate, text: str) -> str:
        """Notes the date that the words or a heading set; the words without it."""
        notes = candidate.notes
        if notes.due_text is None:
            found = self._dates.announced(text[:LONGEST], self._base)
            told = words_of(text[:LONGEST])
            if found is None and notes.state is not State.DONE and self._judge.ahead(told):
                found = self._dates.in_month(text, self._base)
            if found is not None:
                notes.due, notes.due_text = found.day, found.words.strip(" .")
                if (
                    found.end - found.start > len(found.words)
                    and found.end >= len(text.rstrip(" ."))
                    and found.start > 8
                ):
                    text = _SCHEDULED.sub("", text[: found.start].rstrip(" ,;("))
        if notes.due_text is None and candidate.start > 0:
            self._due_before(candidate)
        if notes.due_text is None and notes.state is not State.DONE:
            notes.due_text = self._dates.unspecified_last(text)
        if notes.due_text is None:
            section = candidate.section.index
            while section > 0 and notes.due_text is None:
                due = self._heading_due(section)
                if due is not None:
                    notes.due_text, notes.due = due
                section = self._outline.sections[section].parent
        return text

    def _due_before(self, candidate: Candidate) -> None:
        """Notes the date in the few words that lead to a promise: "Over the next two weeks we will ..."."""
        first = max(0, candidate.start - _LEAD)
        before = candidate.wording.text[first : candidate.start].rstrip()
        spans = sentences(before)
        if not spans or before.endswith((".", "!", "?", "。")) or (first > 0 and spans[-1][0] == 0):
            return
        lead = before[spans[-1][0] :]
        found = self._dates.due(lead, self._base)
        if found is not None:
            candidate.notes.due, candidate.notes.due_text = found.day, found.words.strip(" .")

    def _heading_due(self, index: int) -> tuple[str, date | None] | None:
        """A date that a heading sets for all below it: "This week", "(by 12 May)"."""
        if index not in self._heading_dates:
            section = self._outline.sections[index]
            found: tuple[str, date | None] | None = None
            if section.role is Role.MEASURES and self._dates.hints(words_of(section.title)):
                hit = self._dates.period(section.title, self._base)
                found = (hit.words, hit.day) if hit else None
            if found is None and section.role is Role.MEASURES:
                found = self._unspecified(section.title)
            self._heading_dates[index] = found
        return self._heading_dates[index]

    def _unspecified(self, title: str) -> tuple[str, None] | None:
        """A deadline that no calendar knows, in brackets in a heading or as all of it: "(next sprint)"."""
        parts = [
            title,
            *re.findall(r"[(\[]([^()\[\]]{4,40})[)\]]", title),
            *re.split(r"\s[–—-]\s|:\s", title),
        ]
        return next(
            ((part.strip(), None) for part in parts if self._dates.unspecified(part.strip(), words_of(part))),
            None,
        )

    def _level(self, index: int) -> str | None:
        """The priority that the nearest heading of measures gives to all below it."""
        if index not in self._levels:
            section = self._outline.sections[index]
            found = None
            if section.role is Role.MEASURES and section.block >= 0:
                found = heading_level(section.title, self._vocabulary) or self._level(section.parent)
            self._levels[index] = found
        return self._levels[index]

    def _kind(self, candidate: Candidate, text: str) -> tuple[Kind, bool]:
        if candidate.notes.kind is not None:
            return candidate.notes.kind, True
        if candidate.section.kind is not None:
            return candidate.section.kind, True
        return inferred(text[:LONGEST], self._vocabulary), False

    def _span(self, candidate: Candidate, block: Block) -> Span:
        wording = candidate.wording
        if candidate.start > 0 or candidate.end < len(wording.text):
            end = candidate.end
            while end > candidate.start and wording.text[end - 1].isspace():
                end -= 1
            whole = candidate.start == 0 and not wording.text[candidate.end :].strip(" )]")
            lower = "\n" in wording.broken[: candidate.start] or candidate.reason.startswith("line under")
            if lower or (not whole and block.kind is not BlockKind.ITEM):
                return Span(wording.byte(candidate.start), wording.byte(end, end=True))
        if block.cells and candidate.cell is not None:
            runs = wording.runs
            return Span(runs[0].start, runs[-1].end) if runs else Span(block.start, block.end)
        return Span(block.own.start, block.own.end)

    def _path(self, candidate: Candidate) -> tuple[str, ...]:
        index = candidate.section.index
        if index not in self._paths:
            self._paths[index] = self._outline.path(candidate.section)
        return self._paths[index]

    def _description(self, candidate: Candidate, rest: str) -> str:
        parts = [rest] if rest else []
        for index in candidate.below[:_DESCRIBED]:
            block = self._blocks[index]
            if block.kind is not BlockKind.CODE and self._judge.field(block.text) is not None:
                continue
            if block.kind in (BlockKind.PARAGRAPH, BlockKind.CODE):
                parts.append(block.text.strip())
            elif block.kind is BlockKind.ITEM:
                parts.append("- " + " ".join(block.text.split()))
        return "\n".join(part for part in parts if part)
