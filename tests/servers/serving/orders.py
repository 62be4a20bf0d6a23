"""Answers that a test orders in the place of the tracker's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from serving.exchange import Answer

__all__ = ["Orders"]


@dataclass
class Ordered:
    """An answer that the next so many fitting requests meet."""

    answer: Answer
    left: int
    fits: Callable[[Any], bool]


class Orders:
    """Nothing is counted until a test sets ``counting``."""

    def __init__(self) -> None:
        self.counting = False
        self.ordered: list[Ordered] = []
        self.refused = 0

    def order(
        self, answer: Answer, times: int = 1, fits: Callable[[Any], bool] = lambda _request: True
    ) -> None:
        """Answer the next requests that fit with this; they have no effect besides."""
        self.ordered.append(Ordered(answer, times, fits))

    def met(self, request: Any) -> Answer | None:
        """The ordered answer that a request meets."""
        for one in self.ordered:
            if one.left and one.fits(request):
                one.left -= 1
                self.refused += 1
                return one.answer
        return None
