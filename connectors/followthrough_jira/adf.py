"""A ticket's body in the Atlassian Document Format.

User text stands in ``text`` nodes only, which Jira shows as they are; a mention, a macro or an
attachment would be a node of another type, and none is built here.

Facts, from the JSON schema in npm ``@atlaskit/adf-schema`` (``dist/json-schema/v1/full.json``, 57.7.22),
which the tests hold the result against: ``version`` is 1; a text node has at least one character;
``blockquote`` holds at least one paragraph; a line break is a ``hardBreak`` node. Small type is a mark of
paragraphs that the document's level does not admit, so that small print is subscript in a grey.
"""

from __future__ import annotations

from followthrough.connector import Body, BodyBlock, Footer, Inline, Quote
from followthrough_jira.words import SUBDUED, runs

__all__ = ["render"]

Node = dict[str, object]

_SMALL_PRINT: tuple[Node, ...] = (
    {"type": "subsup", "attrs": {"type": "sub"}},
    {"type": "textColor", "attrs": {"color": SUBDUED}},
)


def render(body: Body) -> dict[str, object]:
    """The document tree of the body; what holds no text is left out."""
    blocks = (_block(block) for block in body)
    return {"version": 1, "type": "doc", "content": [block for block in blocks if block]}


def _block(block: BodyBlock) -> Node | None:
    always = _SMALL_PRINT if isinstance(block, Footer) else ()
    content = [node for run in runs(block.inlines) for node in _nodes(run, always)]
    if not content:
        return None
    paragraph: Node = {"type": "paragraph", "content": content}
    return {"type": "blockquote", "content": [paragraph]} if isinstance(block, Quote) else paragraph


def _nodes(run: Inline, always: tuple[Node, ...]) -> list[Node]:
    marks = [*always]
    if run.strong:
        marks.append({"type": "strong"})
    if run.href:
        marks.append({"type": "link", "attrs": {"href": run.href}})
    nodes: list[Node] = []
    for number, line in enumerate(run.text.split("\n")):
        if number:
            nodes.append({"type": "hardBreak"})
        if line:
            nodes.append(
                {"type": "text", "text": line, "marks": marks} if marks else {"type": "text", "text": line}
            )
    return nodes
