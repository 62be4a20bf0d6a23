"""Templates: files beside this one in which ``@@{name}`` stands for a value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from importlib.resources import files

_PLACE = re.compile(r"@@\{(\w+)\}")
_BLOCK = re.compile(r"([ ]*)@@\{(\w+)\}")


def filled(template: str, values: Mapping[str, str | Sequence[str]]) -> str:
    """The template of that name with its values.

    A value on a line of its own may have any number of lines, which are indented as it is; with none the
    line goes. Raises ``KeyError`` for a value that is not given.
    """
    text = files(__package__).joinpath("templates", template).read_text(encoding="utf-8")
    lines: list[str] = []
    for line in text.splitlines():
        block = _BLOCK.fullmatch(line)
        if block is None:
            lines.append(_PLACE.sub(lambda found: _one(values[found[1]]), line))
            continue
        value = values[block[2]]
        inner = value.splitlines() if isinstance(value, str) else value
        lines += [f"{block[1]}{one}" if one else "" for one in inner]
    return "\n".join(lines) + "\n"


def _one(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def quoted(text: str) -> str:
    """A string for YAML, of which JSON's strings are a part."""
    return json.dumps(text)


def span_of(span: timedelta) -> str:
    """A length of time for a person: ``1h 15m``."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    return " ".join([f"{hours}h"] * bool(hours) + [f"{minutes}m"] * bool(minutes))
