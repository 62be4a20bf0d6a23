"""Every regular expression of the package, and how it is used."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from types import ModuleType
from typing import Any, NamedTuple

from followthrough.documents import parse
from followthrough.extraction.postmortem import Extraction
from followthrough.extraction.vocabulary import default_vocabulary

PACKAGES = ("followthrough", "followthrough_jira", "followthrough_local")
USES = frozenset(("match", "fullmatch", "search", "sub", "subn", "finditer", "findall", "split"))
ANCHORED = frozenset(("match", "fullmatch"))
_DEEPEST = 9


class Expression(NamedTuple):
    """One compiled pattern, the place where it is kept, and whether it is looked for anywhere in a text."""

    place: str
    pattern: re.Pattern[Any]
    anywhere: bool


def expressions() -> list[Expression]:
    """All of them: those that modules and classes keep, those made from the words, those inside functions."""
    found: dict[int, Expression] = {}
    ours = modules()
    uses = {module.__name__: _uses(module) for module in ours}
    everywhere: dict[str, set[str]] = defaultdict(set)
    for each in uses.values():
        for name, methods in each.items():
            everywhere[name] |= methods
    for place, pattern in [*_kept(ours), *_made()]:
        keeper, _, path = place.partition("/")
        name = re.sub(r"\[.*?\](?=\.|\[|$)", "", path).split(".")[-1]
        methods = uses.get(keeper, {}).get(name) or everywhere.get(name) or {"search"}
        _add(found, Expression(place, pattern, bool(methods - ANCHORED)))
    for module in ours:
        for expression in _inside_functions(module):
            _add(found, expression)
    return list(found.values())


def _add(found: dict[int, Expression], new: Expression) -> None:
    # `re` gives equal patterns the same object, however differently they are used.
    known = found.setdefault(id(new.pattern), new)
    found[id(new.pattern)] = known._replace(anywhere=known.anywhere or new.anywhere)


def modules() -> list[ModuleType]:
    """All of ours, imported."""
    found = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        found.append(package)
        found += [
            importlib.import_module(each.name)
            for each in pkgutil.walk_packages(package.__path__, f"{name}.")
            if not each.name.endswith("__main__") and ".migrations" not in each.name
        ]
    return found


def tree_of(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def _kept(ours: list[ModuleType]) -> Iterator[tuple[str, re.Pattern[Any]]]:
    seen: set[int] = set()
    for module in ours:
        for name, value in vars(module).items():
            yield from _within(f"{module.__name__}/{name}", value, seen, 0)


def _made() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """What is made from the words of all languages when a document is read."""
    extraction = Extraction(parse(b"# P\n\n- a\n", "pm.md"), date(2026, 11, 20), default_vocabulary())
    yield from _within("extraction/extraction", extraction, set(), 0)


def _ours(value: Any) -> bool:
    return (type(value).__module__ or "").split(".")[0] in PACKAGES or (
        isinstance(value, type) and value.__module__.split(".")[0] in PACKAGES
    )


def _within(place: str, value: Any, seen: set[int], depth: int) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield place, value
        return
    if depth > _DEEPEST or id(value) in seen:
        return
    inner: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        inner = [(f"{place}[{key!r}]", each) for key, each in value.items()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        inner = [(f"{place}[{number}]", each) for number, each in enumerate(value)]
    elif _ours(value):
        names = list(getattr(value, "__dict__", ()))
        for cls in type(value).__mro__:
            slots = getattr(cls, "__slots__", ())
            names += [slots] if isinstance(slots, str) else list(slots)
        inner = [(f"{place}.{name}", getattr(value, name, None)) for name in names if name[:2] != "__"]
    if inner:
        seen.add(id(value))
    for where, each in inner:
        yield from _within(where, each, seen, depth + 1)


def _uses(module: ModuleType) -> dict[str, set[str]]:
    """By the name of a pattern, the methods of it that are asked for."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Attribute) and node.attr in USES:
            of = node.value
            while isinstance(of, ast.Subscript):
                of = of.value
            if isinstance(of, ast.Name):
                found[of.id].add(node.attr)
            elif isinstance(of, ast.Attribute):
                found[of.attr].add(node.attr)
    return found


def _inside_functions(module: ModuleType) -> Iterator[Expression]:
    """Expressions that stand as they are in a call: ``re.match("...", text)``."""
    for node in ast.walk(tree_of(module)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        of, first = node.func.value, node.args[0]
        ours = isinstance(of, ast.Name) and of.id == "re" and node.func.attr in USES
        if not (ours and isinstance(first, ast.Constant)):
            continue
        place = f"{module.__name__}/line {node.lineno}"
        flags = _flags(node)
        yield Expression(place, re.compile(first.value, flags), node.func.attr not in ANCHORED)


def _flags(call: ast.Call) -> int:
    flags = 0
    for node in ast.walk(call):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "re":
            flag = getattr(re, node.attr)
            flags |= flag if isinstance(flag, re.RegexFlag) else 0
    return flags
