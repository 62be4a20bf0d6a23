"""No regular expression of ours goes back and forth: on no text does it take more steps than so many a character.

Steps are counted, not timed, by a matcher that is itself compared with ``re`` here.
"""

from __future__ import annotations

import ast
import os
import re
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .gather import Expression, expressions, modules, tree_of
from .pumps import Pumps
from .steps import Steps, TooMany

NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"
PARTS = 8
LENGTH = 1_000
MOST = 100
"""Steps a character. One that looks at the rest of the text from every place takes 500."""
MADE_FROM_WORDS = {
    "followthrough.documents.markup": "the name of an element",
    "followthrough.extraction.calls": "the words of all languages",
    "followthrough.extraction.dates": "the words of all languages",
    "followthrough.extraction.headings": "the words of all languages",
    "followthrough.extraction.loose": "the words of all languages",
    "followthrough.extraction.partial": "the words of all languages",
    "followthrough.first_settings": "the name of a connector, looked for in names of variables",
    "followthrough.settings.values": "letters that stand for a unit of time",
    "followthrough.testing.memory": "the name of a scope",
    "followthrough_local.store": "the name of a scope",
}
"""Modules that make patterns inside functions; those of words are gathered as they are made."""


@pytest.fixture(scope="module")
def every() -> list[Expression]:
    return expressions()


def check(expression: Expression, text: Any, most: int = MOST) -> None:
    steps = Steps(expression.pattern, most * len(text))
    try:
        (steps.every if expression.anywhere else steps.match)(text)
    except TooMany:
        raise AssertionError(
            f"{expression.place} takes more than {most} steps a character on {text[:60]!r}..., "
            f"{len(text)} characters: {expression.pattern.pattern!r}"
        ) from None


def check_plain(expression: Expression) -> None:
    pumps = Pumps(expression.pattern)
    for start, pump, end in pumps.plain():
        check(expression, pumps.text(start, pump, end, LENGTH))


def test_every_module_is_looked_through(every: list[Expression]) -> None:
    places = {expression.place.split("/")[0] for expression in every}
    assert len(every) > 300
    assert {"followthrough.documents.markup", "followthrough.references", "extraction"} <= places


def test_patterns_are_made_inside_functions_only_where_that_is_known() -> None:
    found = set()
    for module in modules():
        for function in ast.walk(tree_of(module)):
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                found |= {module.__name__ for node in ast.walk(function) if makes_a_pattern(node)}
    assert found <= MADE_FROM_WORDS.keys()


def makes_a_pattern(node: ast.AST) -> bool:
    """Whether it is a call of ``re`` with something else than a literal."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return False
    of = node.func.value
    asks_re = isinstance(of, ast.Name) and of.id == "re" and node.func.attr != "escape"
    return asks_re and (node.func.attr == "compile" or not isinstance(node.args[0], ast.Constant))


@pytest.mark.parametrize("part", range(PARTS))
def test_no_expression_goes_back_on_what_it_repeats(every: list[Expression], part: int) -> None:
    for expression in every[part::PARTS]:
        check_plain(expression)


@given(st.integers(0, 2**32), st.integers(0, 2**32))
@settings(max_examples=20_000 if NIGHTLY else 1_000, deadline=None, derandomize=not NIGHTLY)
def test_no_expression_goes_back_on_anything_mixed(every: list[Expression], number: int, seed: int) -> None:
    expression = every[number % len(every)]
    pumps = Pumps(expression.pattern)
    check(expression, pumps.text(*pumps.any(Random(seed)), LENGTH))


@given(st.integers(0, 2**32), st.integers(0, 2**32))
@settings(max_examples=20_000 if NIGHTLY else 1_000, deadline=None, derandomize=not NIGHTLY)
def test_the_matcher_that_counts_finds_what_re_finds(every: list[Expression], number: int, seed: int) -> None:
    pattern = every[number % len(every)].pattern
    pumps, random = Pumps(pattern), Random(seed)
    text = pumps.text("".join(pumps.any(random)), "".join(pumps.any(random)), pumps.any(random)[2], 40)
    steps = Steps(pattern)
    assert [span for span in steps.every(text) if span[0] < span[1]] == [
        found.span() for found in pattern.finditer(text) if found.end() > found.start()
    ]
    for ours, theirs in (
        (steps.match(text), pattern.match(text)),
        (steps.match(text, full=True), pattern.fullmatch(text)),
        (steps.search(text), pattern.search(text)),
    ):
        assert ours == (theirs and theirs.span())


def test_something_is_found_where_nothing_was() -> None:
    pattern = re.compile(r"(?:^|:)((?:[^:])*)")
    assert Steps(pattern).every("::a") == [found.span() for found in pattern.finditer("::a")]


@pytest.mark.parametrize(
    "pattern",
    [r"(a+)+$", r"(?:a|a)*b", r"\s*,", r"[ \t]+$", r"<[^>]*>", r"(.*)x(.*)y", r"\w+@\w+", r"(?:ab?|a)*c"],
)
def test_expressions_that_go_back_are_found(pattern: str) -> None:
    expression = Expression("here", re.compile(pattern), anywhere=True)
    with pytest.raises(AssertionError, match="more than 100 steps"):
        check_plain(expression)


@pytest.mark.parametrize("pattern", [r"(?<!\s)\s*+,", r"(?<!a)a++$", r"<[^<>]{0,60}>"])
def test_expressions_that_do_not_are_not(pattern: str) -> None:
    expression = Expression("here", re.compile(pattern), anywhere=True)
    check_plain(expression)
