"""The Atlassian Document Format as Jira takes it: a tree, read back as the words in it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).parents[2] / "tools/node_modules/@atlaskit/adf-schema/dist/json-schema/v1/full.json"


@cache
def _validator() -> Any:
    """Atlassian's own schema, where `make node` has put it; else nothing."""
    import jsonschema_rs

    return jsonschema_rs.Draft4Validator(json.loads(SCHEMA.read_text("utf-8"))) if SCHEMA.exists() else None


def is_document(value: Any) -> bool:
    """Whether Jira would take it: a document whose every node is of a kind that Atlassian knows."""
    if not isinstance(value, dict) or value.get("type") != "doc" or value.get("version") != 1:
        return False
    validator = _validator()
    return _plausible(value) if validator is None else bool(validator.is_valid(value))


def _plausible(node: Any) -> bool:
    """What can be said of a node without Atlassian's schema."""
    if not isinstance(node, dict) or not isinstance(node.get("type"), str):
        return False
    if node["type"] == "text":
        return isinstance(node.get("text"), str) and node["text"] != ""
    return all(_plausible(child) for child in node.get("content", ()))


def from_plain(text: str) -> dict[str, Any]:
    """A text without markup as a document."""
    content: list[dict[str, Any]] = []
    for number, line in enumerate(text.split("\n")):
        content += [{"type": "hardBreak"}] if number else []
        content += [{"type": "text", "text": line}] if line else []
    return {"version": 1, "type": "doc", "content": [{"type": "paragraph", "content": content}]}


def plain(node: Any) -> str:
    """The words of a document as a reader sees them; blocks are set apart by an empty line."""
    kind = node.get("type")
    if kind == "text":
        return str(node["text"])
    if kind == "hardBreak":
        return "\n"
    parts = [plain(child) for child in node.get("content", ())]
    return ("\n\n" if kind in ("doc", "blockquote") else "").join(parts)
