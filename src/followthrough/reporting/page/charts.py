"""Numbers as SVG, drawn by leather.

A drawing carries its title and its description in itself; colours are names of the page's style sheet, which
knows light, dark and paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import leather
from leather import theme

WIDTH, HEIGHT = 420, 200
"""User units, about a pixel each; the page scales them."""
BAR, FOOT = 28, 22
"""A bar with its gap, and the place of the axis below, which bars do without."""
COLOURS = ("var(--first)", "var(--second)")
DASHES = ("none", "5 3")
"""Lines are told apart without colour too."""
FEW = 8
"""Labels that fit below columns side by side."""
COORDINATES = {"x", "y", "x1", "x2", "y1", "y2", "width", "height"}


@dataclass(frozen=True, slots=True)
class Series:
    """A name and one number for each label of its drawing."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What to draw. ``id`` is unique on the page; ``description`` says in words what there is to see."""

    id: str
    title: str
    description: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]


def bars(drawing: Drawing) -> str:
    """Lying bars of the one series, its numbers behind them."""
    (series,) = drawing.series
    chart = _chart()
    chart.set_x_scale(_Scale(-(-max([*series.values, 1]) * 9 // 8)))  # room for the number of the longest
    chart.add_bars(list(zip(series.values, drawing.labels, strict=True)), fill_color=COLOURS[0])
    height = BAR * len(drawing.labels)
    root = _drawn(chart, drawing, height + FOOT, seen=height)
    _drop(root, "axis bottom")
    (group,) = _series(root)
    for rect, value in zip(group.findall("rect"), reversed(series.values), strict=True):
        y, size = _of(rect, "y"), _of(rect, "height")
        rect.set("y", str(y + size * 0.15))
        rect.set("height", str(size * 0.7))
        _number(group, value, x=_of(rect, "x") + _of(rect, "width") + 5, y=y + size / 2, dy="0.35em")
    return _text(root)


def columns(drawing: Drawing) -> str:
    """Standing columns, those of several series side by side; the numbers of a single one above them."""
    places = [str(place) for place in range(len(drawing.labels))]
    chart = _chart()
    _upwards(chart, drawing)
    chart.add_x_axis(tick_formatter=_labels(drawing.labels))
    for series, colour in zip(drawing.series, COLOURS, strict=False):
        chart.add_columns(list(zip(places, series.values, strict=True)), name=series.name, fill_color=colour)
    root = _drawn(chart, drawing, HEIGHT)
    groups = _series(root)
    for number, (group, series) in enumerate(zip(groups, drawing.series, strict=True)):
        for rect, value in zip(group.findall("rect"), series.values, strict=True):
            width = _of(rect, "width") * 0.84 / len(groups)  # leather gives each series the whole room
            x = _of(rect, "x") + _of(rect, "width") * 0.08 + width * number
            rect.set("x", str(x))
            rect.set("width", str(width))
            if len(groups) == 1:
                _number(group, value, x=x + width / 2, y=_of(rect, "y") - 4, anchor="middle")
    return _text(root)


def lines(drawing: Drawing) -> str:
    """One line a series over the labels, which are moments at equal distances."""
    last = len(drawing.labels) - 1
    chart = _chart()
    _upwards(chart, drawing)
    chart.set_x_scale(_Scale(last))
    chart.add_x_axis(ticks=_some(last), tick_formatter=lambda place, *_: drawing.labels[place])
    for series, colour, dashes in zip(drawing.series, COLOURS, DASHES, strict=False):
        chart.add_line(
            list(enumerate(series.values)), name=series.name, stroke_color=colour, stroke_dasharray=dashes
        )
    return _text(_drawn(chart, drawing, HEIGHT))


@dataclass(frozen=True, slots=True)
class _Scale:
    """From zero to exactly ``top``. Leather's own scales end where they find it round."""

    top: int

    def contains(self, value: int) -> bool:
        return 0 <= value <= self.top

    def project(self, value: float, low: float, high: float) -> float:
        return float(low) + (float(high) - float(low)) * float(value) / self.top

    def ticks(self) -> list[int]:
        return list(range(0, self.top + 1, _step(self.top)))

    def format_tick(self, value: int, *_: int) -> str:
        return f"{value:,}"


def _chart() -> Any:
    """An empty chart. Leather keeps its style in a module, which is set to the page's before each drawing."""
    theme.background_color = "none"
    theme.margin = 0.03
    theme.label_color, theme.tick_color, theme.zero_color = "var(--muted)", "var(--rule)", "var(--axis)"
    theme.tick_font_family = "inherit"
    theme.tick_font_size, theme.tick_font_char_width = 12, 8
    theme.legend_font_char_height = theme.legend_gap = 0  # the page writes its own, which can be read aloud
    return leather.Chart()


def _upwards(chart: Any, drawing: Drawing) -> None:
    highest = max([1, *(value for series in drawing.series for value in series.values)])
    step = _step(highest)
    chart.set_y_scale(_Scale(-(-highest // step) * step))


def _step(top: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, … that makes at most five steps."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power * 5 >= top:
                return digit * power
        power *= 10


def _some(last: int) -> list[int]:
    """At most five places from 0 to ``last``, which is one of them."""
    return sorted(range(last, -1, -max(1, -(-last // 4))))


def _labels(labels: Sequence[str]) -> Callable[..., str]:
    shown = range(len(labels)) if len(labels) < FEW else _some(len(labels) - 1)
    return lambda place, *_: labels[int(place)] if int(place) in shown else ""


def _drawn(chart: Any, drawing: Drawing, height: int, *, seen: int | None = None) -> Element:
    title, description = f"{drawing.id}-title", f"{drawing.id}-desc"
    root = Element("svg", viewBox=f"0 0 {WIDTH} {seen or height}", role="img")
    root.set("aria-labelledby", f"{title} {description}")
    SubElement(root, "title", id=title).text = drawing.title
    SubElement(root, "desc", id=description).text = drawing.description
    root.append(chart.to_svg_group(WIDTH, height))
    return root


def _series(root: Element) -> list[Element]:
    return [group for group in root.iter("g") if group.get("class", "").startswith("series")]


def _of(rect: Element, name: str) -> float:
    return float(rect.get(name, "0"))


def _number(group: Element, value: int, *, x: float, y: float, dy: str = "0", anchor: str = "start") -> None:
    label = SubElement(group, "text", {"x": str(x), "y": str(y), "dy": dy, "text-anchor": anchor})
    label.set("class", "number")
    label.text = f"{value:,}"


def _drop(root: Element, name: str) -> None:
    for parent in root.iter("g"):
        for child in parent.findall("g"):
            if child.get("class") == name:
                parent.remove(child)


def _text(root: Element) -> str:
    """Without the dozens of decimals that leather computes with, its ground and its legend."""
    for parent in list(root.iter("g")):
        for child in list(parent):
            ground = child.tag == "rect" and child.get("fill") == "none"
            legend = child.tag == "g" and not child.get("class") and child.find("rect") is not None
            if ground or legend:
                parent.remove(child)
    for element in root.iter():
        for name, value in element.items():
            if name in COORDINATES:
                element.set(name, f"{float(value):.1f}".removesuffix(".0"))
            elif name == "d":
                words = (word if word in "ML" else f"{float(word):.1f}" for word in value.split())
                element.set(name, " ".join(words))
    return tostring(root, encoding="unicode")
