"""Front matter: where it ends, and what it says.

It is recognised here and not by the Markdown parser, which would also take a block between two rules
in the middle of a document for metadata.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .plain_yaml import read_yaml
from .reading import Source

_FENCES = {b"---": (b"---", b"..."), b"+++": (b"+++",)}
_YAML_START = re.compile(
    rb"""\s*(?:#|"[^"\r\n]*"\s*:|'[^'\r\n]*'\s*:|[^\s:#\[\]{},&*!|>%@`"'-][^:\r\n]*:(?:\s|$))"""
)
_MOST_TOML = 64 * 1024
_MOST_DOTS = 200
_TOML_LINE = re.compile(r"\(at line (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What stands before the text. Values are strings, booleans, ``None``, lists and mappings."""

    end: int
    """Offset at which the document's text starts."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[tuple[int, str], ...] = ()


def front_matter(source: Source) -> FrontMatter:
    """The front matter of ``source``; without any, the text starts at its first byte.

    What cannot be read in it is a warning with its line, and the rest is read.
    """
    data, lines, start = source.data, source.lines, source.start
    opening = data[start : lines[1] if len(lines) > 1 else len(data)].rstrip()
    if opening not in _FENCES or len(lines) < 2:
        return FrontMatter(end=start)
    for number in range(1, len(lines)):
        after = lines[number + 1] if number + 1 < len(lines) else len(data)
        if data[lines[number] : after].rstrip() in _FENCES[opening]:
            body = data[lines[1] : lines[number]]
            break
    else:
        return FrontMatter(end=start)
    if opening == b"+++":
        metadata, warnings = _toml(body)
    elif not body.strip() or _YAML_START.match(body):
        metadata, warnings = read_yaml(body.decode(), first_line=2)
    else:
        # A rule, some text, and a second rule or an underlined heading.
        return FrontMatter(end=start)
    return FrontMatter(end=after, metadata=metadata, warnings=tuple(warnings))


def _toml(body: bytes) -> tuple[dict[str, Any], list[tuple[int, str]]]:
    # The standard library needs the square of a key's dots, and calls itself for every bracket.
    if len(body) > _MOST_TOML or any(line.count(b".") > _MOST_DOTS for line in body.splitlines()):
        return {}, [(1, "the front matter is larger than is read of TOML, so nothing of it is used")]
    try:
        # TOML knows no lone carriage return.
        read = _plain(tomllib.loads(body.decode().replace("\r\n", "\n").replace("\r", "\n")))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _TOML_LINE.search(str(error))
        line = int(found[1]) + 1 if found else 1
        return {}, [(line, f"the front matter is not valid TOML ({error}), so nothing of it is used")]
    return read, []


def _plain(value: Any) -> Any:
    """``value`` as the YAML reader would give it: dates and numbers as written."""
    if isinstance(value, dict):
        return {key.lower(): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, bool) else str(value)
