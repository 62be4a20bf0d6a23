"""How many steps a regular expression takes: a matcher that does what ``re`` does, and counts.

It walks the same parsed pattern that ``re`` compiles, tries alternatives in the same order and goes back in the
same way, one step for each character or place that it looks at. So a pattern that backtracks is found by a number,
on any machine.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

# What `re` itself is made of: the stubs do not know it.
sre: Any = import_module("re._constants")
parser: Any = import_module("re._parser")

Then = Callable[[int], bool]
"""What comes behind, and whether it matches from a place on."""
Matcher = Callable[[int, Then], bool]

_DEEPEST = 200_000
_ONE = frozenset((sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY))
_SIGNS = {
    sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S", sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


class TooMany(Exception):
    """More steps than allowed."""


class Steps:
    """One pattern on one text."""

    def __init__(self, pattern: re.Pattern[Any], most: int = sys.maxsize) -> None:
        self.pattern = pattern
        self.most = most
        self.taken = 0
        self._text: Any = ""
        self._groups: dict[int, tuple[int, int]] = {}
        self._bytes = isinstance(pattern.pattern, bytes)
        tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
        self._whole = self._sequence(tree, pattern.flags)

    def search(self, text: Any) -> tuple[int, int] | None:
        """The first match anywhere, as ``re`` would find it. Raises ``TooMany``."""
        return next(iter(self._from(text, range(len(text) + 1))), None)

    def match(self, text: Any, *, full: bool = False) -> tuple[int, int] | None:
        """The match at the start; with ``full`` it must reach to the end. Raises ``TooMany``."""
        return next(iter(self._from(text, range(1), full=full)), None)

    def every(self, text: Any) -> list[tuple[int, int]]:
        """All matches, one behind the other."""
        return self._from(text, range(len(text) + 1), every=True)

    def _from(
        self, text: Any, places: Sequence[int], *, full: bool = False, every: bool = False
    ) -> list[tuple[int, int]]:
        before = sys.getrecursionlimit()
        # A group that is repeated is a call within a call for each round.
        sys.setrecursionlimit(max(before, _DEEPEST))
        try:
            return self._found(text, places, full, every)
        finally:
            sys.setrecursionlimit(before)

    def _found(self, text: Any, places: Sequence[int], full: bool, every: bool) -> list[tuple[int, int]]:
        self._text, self.taken = text, 0
        found: list[tuple[int, int]] = []
        past = 0
        for place in places:
            if place < past:
                continue
            # As `re` does: where nothing was found to match, something that is not nothing may match as well.
            for least in (place, place + 1):
                end = self._end(place, least, full)
                if end is not None:
                    found.append((place, end))
                    if not every:
                        return found
                    past = max(end, place + 1)
                if end != place:
                    break
        return found

    def _end(self, place: int, least: int, full: bool) -> int | None:
        """Where the match from ``place`` on ends, not before ``least``."""
        self._groups = {}
        ends: list[int] = []

        def then(end: int) -> bool:
            if end < least or (full and end < len(self._text)):
                return False
            ends.append(end)
            return True

        self._step()
        return ends[0] if self._whole(place, then) else None

    def _step(self, count: int = 1) -> None:
        self.taken += count
        if self.taken > self.most:
            raise TooMany

    def _sequence(self, nodes: Any, flags: int) -> Matcher:
        parts = [self._node(op, value, flags) for op, value in nodes]

        def run(place: int, then: Then, at: int = 0) -> bool:
            if at == len(parts):
                return then(place)
            return parts[at](place, lambda end: run(end, then, at + 1))

        return parts[0] if len(parts) == 1 else run

    def _node(self, op: Any, value: Any, flags: int) -> Matcher:
        if op in _ONE:
            return self._one(op, value, flags)
        make: Callable[[Any, int], Matcher] = getattr(self, f"_{str(op).lower()}")
        return make(value, flags)

    def _one(self, op: Any, value: Any, flags: int) -> Matcher:
        fits = self._fitting((op, value), flags)

        def run(place: int, then: Then) -> bool:
            self._step()
            return fits(place) and then(place + 1)

        return run

    def _fitting(self, node: Any, flags: int) -> Callable[[int], bool]:
        """Whether the character at a place is the one, or one of those, that a node stands for."""
        op, value = node
        known: dict[Any, bool] = {}
        one = bool(flags & re.IGNORECASE)

        def fits(place: int) -> bool:
            if place >= len(self._text):
                return False
            sign = self._text[place]
            if sign not in known:
                code = sign if self._bytes else ord(sign)
                codes = {code}
                if one:
                    letter = chr(code)
                    codes |= {ord(other) for other in (letter.lower(), letter.upper()) if len(other) == 1}
                known[sign] = self._fits(op, value, codes, code, flags)
            return known[sign]

        return fits

    def _fits(self, op: Any, value: Any, codes: set[int], code: int, flags: int) -> bool:
        if op is sre.ANY:
            return bool(flags & re.DOTALL) or code != 10
        if op is sre.LITERAL:
            return value in codes or (bool(flags & re.IGNORECASE) and chr(value).lower() == chr(code).lower())
        if op is sre.NOT_LITERAL:
            return value not in codes
        negated = value[0][0] is sre.NEGATE
        found = any(self._in(kind, part, codes, code, flags) for kind, part in value[negated:])
        return found != negated

    def _in(self, kind: Any, part: Any, codes: set[int], code: int, flags: int) -> bool:
        if kind is sre.LITERAL:
            return part in codes
        if kind is sre.RANGE:
            return any(part[0] <= each <= part[1] for each in codes)
        sign = _SIGNS[part]
        if self._bytes:
            return re.fullmatch(sign.encode(), bytes([code])) is not None
        return re.fullmatch(sign, chr(code), flags & re.ASCII) is not None

    def _at(self, value: Any, flags: int) -> Matcher:
        def run(place: int, then: Then) -> bool:
            self._step()
            return self._stands(value, place, flags) and then(place)

        return run

    def _stands(self, value: Any, place: int, flags: int) -> bool:
        text, size = self._text, len(self._text)
        lines = bool(flags & re.MULTILINE)
        newline = b"\n" if self._bytes else "\n"
        if value is sre.AT_BEGINNING:
            return place == 0 or (lines and text[place - 1 : place] == newline)
        if value is sre.AT_BEGINNING_STRING:
            return place == 0
        if value is sre.AT_END_STRING:
            return place == size
        if value is sre.AT_END:
            rest = text[place : place + 1]
            return place == size or (rest == newline and (lines or place == size - 1))
        word: Any = rb"\w" if self._bytes else r"\w"
        narrow = 0 if self._bytes else flags & re.ASCII
        before = place > 0 and re.match(word, text[place - 1 : place], narrow) is not None
        behind = re.match(word, text[place : place + 1], narrow) is not None
        return (before != behind) == (value is sre.AT_BOUNDARY)

    def _branch(self, value: Any, flags: int) -> Matcher:
        # Whether an alternative's first letter is there is one glance, however many alternatives there are.
        first = [
            self._fitting(nodes[0], flags) if nodes and nodes[0][0] is sre.LITERAL else None
            for nodes in value[1]
        ]
        branches = list(zip(first, [self._sequence(nodes, flags) for nodes in value[1]], strict=True))

        def run(place: int, then: Then) -> bool:
            self._step()
            # Not `any`: what C calls in between has a depth of its own in Python 3.12, which nobody can set.
            for fits, branch in branches:  # noqa: SIM110
                if (fits is None or fits(place)) and branch(place, then):
                    return True
            return False

        return run

    def _subpattern(self, value: Any, flags: int) -> Matcher:
        number, more, fewer, nodes = value
        inner = self._sequence(nodes, (flags | more) & ~fewer)
        if number is None:
            return inner

        def run(place: int, then: Then) -> bool:
            before = self._groups.get(number)

            def closed(end: int) -> bool:
                own = self._groups.get(number)
                self._groups[number] = (place, end)
                if then(end):
                    return True
                self._restore(number, own)
                return False

            if inner(place, closed):
                return True
            self._restore(number, before)
            return False

        return run

    def _restore(self, number: int, span: tuple[int, int] | None) -> None:
        if span is None:
            self._groups.pop(number, None)
        else:
            self._groups[number] = span

    def _max_repeat(self, value: Any, flags: int) -> Matcher:
        least, most, nodes = value
        if len(nodes) == 1 and nodes[0][0] in _ONE:
            fits = self._fitting(nodes[0], flags)

            def many(place: int, then: Then) -> bool:
                end = self._run(fits, place, most)
                for at in range(end, place + least - 1, -1):  # noqa: SIM110  no `any`, as above
                    if self._tried(then, at):
                        return True
                return False

            return many
        inner = self._sequence(nodes, flags)

        def run(place: int, then: Then, count: int = 0, last: int = -1) -> bool:
            self._step()
            if count < most and place != last and inner(place, lambda end: run(end, then, count + 1, place)):
                return True
            return count >= least and then(place)

        return run

    def _run(self, fits: Callable[[int], bool], place: int, most: int) -> int:
        end = place
        while end - place < most and fits(end):
            end += 1
        self._step(end - place + 1)
        return end

    def _tried(self, then: Then, place: int) -> bool:
        self._step()
        return then(place)

    def _min_repeat(self, value: Any, flags: int) -> Matcher:
        least, most, nodes = value
        inner = self._sequence(nodes, flags)

        def run(place: int, then: Then) -> bool:
            # Round by round, because a text is longer than calls may be deep.
            one = len(nodes) == 1 and nodes[0][0] in _ONE
            if one:
                fits = self._fitting(nodes[0], flags)
                count = 0
                while True:
                    self._step()
                    if count >= least and then(place + count):
                        return True
                    if count >= most or not fits(place + count):
                        return False
                    count += 1
            return again(place, then, 0)

        def again(place: int, then: Then, count: int) -> bool:
            self._step()
            if count >= least and then(place):
                return True
            return count < most and inner(
                place, lambda end: (end > place or count < least) and again(end, then, count + 1)
            )

        return run

    def _possessive_repeat(self, value: Any, flags: int) -> Matcher:
        least, most, nodes = value
        inner = self._atomic_group(nodes, flags)
        one = len(nodes) == 1 and nodes[0][0] in _ONE
        fits = self._fitting(nodes[0], flags) if one else None

        def run(place: int, then: Then) -> bool:
            if fits is not None:
                end = self._run(fits, place, most)
                return end - place >= least and then(end)
            count, at = 0, place
            while count < most:
                ends: list[int] = []
                if not inner(at, lambda end, ends=ends: ends.append(end) or True):  # type: ignore[misc]
                    break
                count += 1
                if ends[0] == at:
                    count = max(count, least)
                    break
                at = ends[0]
            return count >= least and then(at)

        return run

    def _atomic_group(self, nodes: Any, flags: int) -> Matcher:
        inner = self._sequence(nodes, flags)

        def run(place: int, then: Then) -> bool:
            ends: list[int] = []

            def found(end: int) -> bool:
                ends.append(end)
                return True

            return inner(place, found) and then(ends[0])

        return run

    def _assert(self, value: Any, flags: int) -> Matcher:
        return self._looking(value, flags, True)

    def _assert_not(self, value: Any, flags: int) -> Matcher:
        return self._looking(value, flags, False)

    def _looking(self, value: Any, flags: int, wanted: bool) -> Matcher:
        direction, nodes = value
        inner = self._sequence(nodes, flags)
        back = nodes.getwidth()[0] if direction < 0 else 0

        def run(place: int, then: Then) -> bool:
            self._step()
            there = place >= back and inner(place - back, lambda end: True)
            return there == wanted and then(place)

        return run

    def _groupref(self, value: Any, flags: int) -> Matcher:
        def run(place: int, then: Then) -> bool:
            if value not in self._groups:
                return False
            start, end = self._groups[value]
            size = end - start
            self._step(size + 1)
            return bool(self._text[start:end] == self._text[place : place + size]) and then(place + size)

        return run

    def _groupref_exists(self, value: Any, flags: int) -> Matcher:
        number, yes, no = value
        there = self._sequence(yes, flags)
        absent = self._sequence(no, flags) if no else None

        def run(place: int, then: Then) -> bool:
            if number in self._groups:
                return there(place, then)
            return absent(place, then) if absent else then(place)

        return run
