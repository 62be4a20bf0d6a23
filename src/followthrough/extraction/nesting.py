"""Sections inside each other: what a new heading ends, and what its section inherits."""

from __future__ import annotations

from dataclasses import dataclass, field

from followthrough.documents.blocks import Block, BlockKind, Document
from followthrough.documents.reading import too_many_of
from followthrough.model import Kind

from .directives import Directives
from .heading import Heading
from .judging import TIMED
from .phrases import words_of
from .vocabulary import Role

BOLD, COLON, LABEL = 10, 12, 20
"""Ranks of lines that only look like headings; one more for those that divide the section of such a line."""
_READERS = frozenset(("you", "your", "i", "users", "customers", "operators"))
_STRUCTURE = (
    Role.TIMELINE,
    Role.CAUSE,
    Role.IMPACT,
    Role.SUMMARY,
    Role.HINDSIGHT,
    Role.ASIDE,
    Role.LESSONS,
    Role.TITLE,
    Role.INSTRUCTION,
)


@dataclass(slots=True)
class Section:
    """A heading and what stands directly below it, up to the next one."""

    index: int
    parent: int
    rank: int
    """1 to 6 for headings of the format; more for lines that only look like one."""
    block: int
    """The heading's block, -1 for what stands before the first heading."""
    heading: Heading
    role: Role
    """Its own, or the one it inherits."""
    own_role: bool
    kind: Kind | None
    done: bool
    end: int
    """Byte offset behind its last word, for a list item that heads its children; else -1."""
    tail: bool = False
    """The heading is the first line of its block, the rest belongs to the body."""
    rows: bool = False
    """There is a table directly below it."""
    ranges: list[tuple[int, int]] = field(default_factory=list)
    """Its direct body: runs of blocks, by index."""

    @property
    def title(self) -> str:
        return self.heading.text

    @property
    def real(self) -> bool:
        """Whether the format says that it is a heading."""
        return self.rank <= 6 and self.block >= 0


class Nesting:
    """The sections of one document, in order; the first one stands before any heading."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.blocks: tuple[Block, ...] = document.blocks
        self._directives = Directives(document)
        self.sections: list[Section] = []
        self._stack: list[Section] = []
        self._begin = 0
        root = Heading("", Role.NEUTRAL)
        self._push(Section(0, -1, 0, -1, root, Role.NEUTRAL, False, None, False, -1))

    def _close(self, index: int) -> None:
        if index > self._begin:
            self._stack[-1].ranges.append((self._begin, index))

    def _push(self, section: Section) -> None:
        limit = self.document.limits.headings
        if len(self.sections) > limit:
            raise too_many_of(self.document.name, "headings", limit)
        self.sections.append(section)
        self._stack.append(section)

    def _open(self, index: int, rank: int, heading: Heading, *, end: int = -1, tail: bool = False) -> None:
        """Closes what the new heading ends, and opens its section."""
        self._close(index)
        stack = self._stack
        if rank <= 6:
            while stack[-1].block >= 0 and stack[-1].rank >= rank:
                stack.pop()
        else:
            if self._divides(rank, heading):
                rank += 1
            same = next((at for at, section in enumerate(stack) if section.rank == rank), None)
            if same is not None and end < 0:
                del stack[same:]
            elif heading.role in _STRUCTURE or (heading.role is Role.MEASURES and heading.exact):
                while stack[-1].rank > 6 and stack[-1].end < 0 and not self._belongs(heading, stack[-1]):
                    stack.pop()
        parent = stack[-1]
        role, own = self._role(index, heading, parent)
        kind = heading.kind if role is Role.MEASURES else None
        first = heading.urgent and role is Role.MEASURES and not heading.stated
        done = (heading.done and not first) or (parent.done and not own)
        section = Section(
            len(self.sections),
            parent.index,
            rank,
            index,
            heading,
            role,
            own,
            kind or (parent.kind if not own else None),
            done,
            end,
            tail,
        )
        self._push(section)
        self._begin = index + 1

    def _divides(self, rank: int, heading: Heading) -> bool:
        """Whether a line in the style of the measures' own heading stands right below it, and so under it."""
        last = self._stack[-1]
        if heading.pointer and last.role is Role.ASIDE and last.rank == rank and not last.ranges:
            return True
        if heading.role not in (Role.NEUTRAL, Role.MEASURES, Role.HINDSIGHT) or rank >= LABEL:
            return False
        return last.rank == rank + 1 or (
            last.rank == rank and last.role is Role.MEASURES and not last.ranges and not last.tail
        )

    def _belongs(self, heading: Heading, parent: Section) -> bool:
        """Whether a line such as "Improvements:" only divides the measures above it."""
        if heading.pointer and parent.role is Role.ASIDE:
            return parent.heading.exact
        return parent.role is Role.MEASURES and heading.role is Role.MEASURES

    def _role(self, index: int, heading: Heading, parent: Section) -> tuple[Role, bool]:
        if self._directives.divides(self.blocks[index]):
            return Role.MEASURES, True
        other = self._other(index, heading, parent)
        if other is not None:
            return other, True
        role = heading.role
        if role is Role.MEASURES and not heading.exact and self._titles(index):
            return Role.TITLE, True
        if heading.sentence and parent.role is Role.MEASURES:
            return Role.MEASURES, False
        if self._alone(heading, parent):
            return Role.MEASURES, True
        if role is Role.TAKEN and parent.role is Role.MEASURES and heading.urgent:
            return Role.MEASURES, False
        if role is Role.MEASURES and heading.pointer and parent.role is Role.ASIDE and parent.heading.exact:
            return Role.ASIDE, False
        if role is Role.MEASURES and parent.role is Role.TAKEN and not heading.exact:
            return Role.TAKEN, False
        if (
            parent.role is Role.MEASURES
            and role is not Role.MEASURES
            and (
                heading.kind is not None
                or not heading.exact
                or (
                    (role is Role.HINDSIGHT or self._sorts(heading))
                    and self.blocks[index].kind is not BlockKind.HEADING
                )
            )
        ):
            return Role.MEASURES, False
        if (
            role is Role.MEASURES
            and self._advises(parent)
            and self.blocks[index].kind is not BlockKind.HEADING
        ):
            return Role.ASIDE, False
        if role is Role.NEUTRAL:
            return (parent.role if parent.role is not Role.TITLE else Role.NEUTRAL), False
        return role, True

    def _sorts(self, heading: Heading) -> bool:
        """Whether one word in bold may sort the measures below it: "Detection", "Response"."""
        return heading.role is Role.TIMELINE and len(words_of(heading.text).tokens) == 1

    def _other(self, index: int, heading: Heading, parent: Section) -> Role | None:
        """What a heading opens that says by its form that it opens no measures."""
        real = self.blocks[index].kind is BlockKind.HEADING
        if real and TIMED.match(heading.text):
            return Role.TIMELINE
        if heading.nothing:
            return Role.ASIDE
        if heading.role not in (Role.NEUTRAL, Role.ASIDE, Role.INSTRUCTION):
            return None
        taught = heading.manual and parent.role is Role.MEASURES
        vetoed = heading.vetoes and not real and not self._alone(heading, parent)
        return Role.ASIDE if taught or vetoed else None

    def _alone(self, heading: Heading, parent: Section) -> bool:
        return heading.alone and parent.role in (Role.NEUTRAL, Role.TITLE, Role.LESSONS)

    def _advises(self, section: Section) -> bool:
        """Whether a section speaks to readers: "What should you do?"."""
        return section.role is Role.ASIDE and not _READERS.isdisjoint(words_of(section.title).tokens)

    def _titles(self, index: int) -> bool:
        """Whether the document's first heading stands above its others, and so is its title."""
        block = self.blocks[index]
        if len(self.sections) > 1 or block.kind is not BlockKind.HEADING:
            return False
        after = (other for other in self.blocks[index + 1 :] if other.kind is BlockKind.HEADING)
        return any(other.level > block.level for other in after)

    def path(self, section: Section) -> tuple[str, ...]:
        """The headings that ``section`` stands under, outermost first, its own last."""
        titles = []
        at = section.index
        while at > 0:
            titles.append(_plain(self.sections[at].title))
            at = self.sections[at].parent
        return tuple(reversed(titles))

    def by_block(self) -> list[Section]:
        """The section of each block; a heading's is its own."""
        where = [self.sections[0]] * len(self.blocks)
        for section in self.sections:
            if section.block >= 0:
                where[section.block] = section
            for first, last in section.ranges:
                where[first:last] = [section] * (last - first)
        return where


def _plain(title: str) -> str:
    return " ".join(title.split()).strip(" #*_").rstrip(":：").rstrip()
