"""What a .docx file says of its styles and lists, by the ids that its paragraphs name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .docx_package import walk

_HEADING = re.compile(r"heading ?([1-9])", re.IGNORECASE)
_CODE = re.compile(r"(?:html preformatted|preformatted text|source code|code|plain text code)", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|contents|table of (?:contents|figures))\b.*", re.IGNORECASE)


@dataclass(slots=True)
class Style:
    """A style of paragraphs: what it says itself, and which one it is based on."""

    name: str = ""
    base: str = ""
    outline: int | None = None
    list: str = ""
    depth: int = 0


@dataclass(slots=True)
class Shape:
    """What a paragraph of a style is."""

    heading: int = 0
    code: bool = False
    contents: bool = False
    list: str = ""
    depth: int = 0


@dataclass(slots=True)
class Styles:
    """Shapes by the ids of their styles."""

    styles: dict[str, Style] = field(default_factory=dict)
    _shapes: dict[str, Shape] = field(default_factory=dict)

    def shape(self, id: str) -> Shape:
        """The shape of a paragraph with style ``id``; the names of styles are the same in every language."""
        if id not in self._shapes:
            self._shapes[id] = self._found(id)
        return self._shapes[id]

    def _found(self, id: str) -> Shape:
        shape, seen = Shape(), set[str]()
        if id not in self.styles:
            self.styles[id] = Style(name=id)
        while id in self.styles and id not in seen and len(seen) < 20:
            seen.add(id)
            style = self.styles[id]
            heading = _HEADING.fullmatch(style.name)
            if not shape.heading:
                if heading:
                    shape.heading = min(int(heading[1]), 6)
                elif style.name.lower() == "title":
                    shape.heading = 1
                elif style.outline is not None and style.outline < 9:
                    shape.heading = min(style.outline + 1, 6)
            shape.code = shape.code or _CODE.fullmatch(style.name) is not None
            shape.contents = shape.contents or _CONTENTS.fullmatch(style.name) is not None
            if style.list and not shape.list:
                shape.list, shape.depth = style.list, style.depth
            id = style.base
        return shape


def read_styles(data: bytes) -> Styles:
    """The styles in styles.xml."""
    styles: dict[str, Style] = {}
    current = Style()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal current
        value = attributes.get("val", "")
        if name == "style":
            current = styles.setdefault(attributes.get("styleId", ""), Style())
        elif name == "name":
            current.name = current.name or value
        elif name == "basedOn":
            current.base = value
        elif name == "outlineLvl":
            current.outline = number(value)
        elif name == "numId":
            current.list = value
        elif name == "ilvl":
            current.depth = number(value)

    if data:
        walk(data, start)
    return Styles(styles)


def read_numbering(data: bytes) -> dict[str, dict[int, int]]:
    """For each list the levels that are numbered, with the number they start at."""
    kinds: dict[str, dict[int, int]] = {}
    lists: dict[str, dict[int, int]] = {}
    kind: dict[int, int] = {}
    level, first, within = 0, 1, ""

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal kind, level, first, within
        value = attributes.get("val", "")
        if name == "abstractNum":
            kind = kinds.setdefault(attributes.get("abstractNumId", ""), {})
        elif name == "lvl":
            level, first = number(attributes.get("ilvl", "")), 1
        elif name == "start":
            first = number(value)
        elif name == "numFmt" and value not in ("bullet", "none", ""):
            kind[level] = first
        elif name == "num":
            within = attributes.get("numId", "")
        elif name == "abstractNumId" and within:
            lists[within] = kinds.get(value, {})

    if data:
        walk(data, start)
    return lists


def number(value: str) -> int:
    """A small number, 0 for anything else."""
    return int(value) if value.isdecimal() and len(value) < 6 else 0
