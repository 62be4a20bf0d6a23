"""The elements of HTML by what they do to the words in them."""

from __future__ import annotations

from .blocks import Style

STYLES = {
    "b": Style.STRONG,
    "strong": Style.STRONG,
    "i": Style.EMPHASIS,
    "em": Style.EMPHASIS,
    "s": Style.STRUCK,
    "del": Style.STRUCK,
    "strike": Style.STRUCK,
    "code": Style.CODE,
    "tt": Style.CODE,
    "kbd": Style.CODE,
    "samp": Style.CODE,
}
TASKS = "task-list"
COPY = "copied-part"
"""Elements that a format makes up: a list of tasks, and a part of the page that is kept twice."""
CELLS = ("td", "th")
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
TABULAR = frozenset(("table", "tr", "thead", "tbody", "tfoot", *CELLS))
BLOCKS = HEADINGS | TABULAR | {
    TASKS, COPY, "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header",
    "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section",
    "summary", "ul",
}  # fmt: skip
VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
))  # fmt: skip
SILENT = frozenset((
    "svg", "math", "object", "audio", "video", "canvas", "template", "button", "select", "datalist",
    "noscript", "map",
))  # fmt: skip
"""Elements without words of the document."""
