"""Texts that make a regular expression go back: parts of what it matches, many times over, and an end it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from .steps import parser, sre

_SAMPLES = {
    sre.CATEGORY_DIGIT: "07", sre.CATEGORY_NOT_DIGIT: "a -", sre.CATEGORY_SPACE: " \t\n", sre.CATEGORY_NOT_SPACE: "a0-",
    sre.CATEGORY_WORD: "a0_", sre.CATEGORY_NOT_WORD: " -.",
}  # fmt: skip
_OTHERS = " \na0A-_.,:*\x00"
_MANY = 16
"""A repetition that may be longer than this is worth pumping."""


class Pumps:
    """Texts for one pattern."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self.bytes = isinstance(pattern.pattern, bytes)
        self.tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
        self.groups: dict[int, str] = {}
        self.signs = sorted(set(self._signs(self.tree)))
        self.repeats = list(self._repeats(self.tree, []))

    def text(self, start: str, pump: str, end: str, size: int) -> Any:
        """``size`` characters, mostly ``pump``; bytes if the pattern is one of bytes."""
        text = (start + pump * (size // max(1, len(pump)) + 1))[: size - len(end)] + end
        return text.encode("latin-1", "replace") if self.bytes else text

    def plain(self) -> Iterator[tuple[str, str, str]]:
        """Start, pump and end: every character of the pattern alone, and every long repetition in its place."""
        for sign in self.signs:
            yield "", sign, "\x00"
        for number, (before, body) in enumerate(self.repeats):
            random = Random(number)
            pump = self.sample(body, random) or "a"
            start = self.sample(before, random)
            for end in ("\x00", ""):
                yield start, pump, end
            yield "", start + pump, "\x00"

    def any(self, random: Random) -> tuple[str, str, str]:
        """Any of them, mixed."""
        pump = "".join(random.choices([*self.signs, self._piece(random)], k=random.randint(1, 4)))
        start = self._piece(random) if random.random() < 0.5 else ""
        return start, pump or "a", random.choice(["\x00", "", *self.signs])

    def _piece(self, random: Random) -> str:
        if self.repeats and random.random() < 0.7:
            before, body = random.choice(self.repeats)
            return self.sample(before, random) + self.sample(body, random)
        return self.sample(self.tree, random)

    def _repeats(self, nodes: Any, before: list[Any]) -> Iterator[tuple[list[Any], Any]]:
        """The repetitions that may be long: what stands before each of them, and what it repeats."""
        before = list(before)
        for op, value in nodes:
            if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
                if value[1] > _MANY:
                    yield list(before), value[2]
                yield from self._repeats(value[2], before)
            else:
                for inner in _inside(op, value):
                    yield from self._repeats(inner, before)
            before.append((op, value))

    def _signs(self, nodes: Any) -> Iterator[str]:
        """A few characters of each kind that the pattern tells apart."""
        for op, value in nodes:
            if op in (sre.LITERAL, sre.NOT_LITERAL):
                yield chr(value)
            elif op is sre.IN:
                yield from _of_set(value)[:3]
            elif op is sre.ANY:
                yield "a"
            elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
                yield from self._signs(value[2])
            else:
                for inner in _inside(op, value):
                    yield from self._signs(inner)

    def sample(self, nodes: Any, random: Random) -> str:
        """Something that ``nodes`` would match, what they only look at left aside."""
        return "".join(self._sample(op, value, random) for op, value in nodes)

    def _sample(self, op: Any, value: Any, random: Random) -> str:
        if op is sre.LITERAL:
            return chr(value)
        if op is sre.NOT_LITERAL:
            return next(sign for sign in _OTHERS if ord(sign) != value)
        if op is sre.IN:
            return random.choice(_of_set(value))
        if op is sre.ANY:
            return random.choice("a ")
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            count = random.randint(value[0], max(value[0], min(value[1], value[0] + 2)))
            return "".join(self.sample(value[2], random) for _ in range(count))
        if op is sre.BRANCH:
            return self.sample(random.choice(value[1]), random)
        if op is sre.SUBPATTERN:
            text = self.sample(value[3], random)
            if value[0] is not None:
                self.groups[value[0]] = text
            return text
        if op is sre.ATOMIC_GROUP:
            return self.sample(value, random)
        return self.groups.get(value, "") if op is sre.GROUPREF else ""


def _inside(op: Any, value: Any) -> list[Any]:
    if op is sre.BRANCH:
        return list(value[1])
    if op is sre.SUBPATTERN:
        return [value[3]]
    if op is sre.ATOMIC_GROUP:
        return [value]
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return [value[1]]
    return [each for each in value[1:] if each] if op is sre.GROUPREF_EXISTS else []


def _of_set(items: Any) -> str:
    if items[0][0] is sre.NEGATE:
        closed = _of_set(items[1:])
        return "".join(sign for sign in _OTHERS if sign not in closed) or "é"
    found = ""
    for kind, part in items:
        if kind is sre.LITERAL:
            found += chr(part)
        elif kind is sre.RANGE:
            found += chr(part[0]) + chr(part[1])
        else:
            found += _SAMPLES[part]
    return found
