"""What an AsciiDoc document says of itself: attributes, and the lines below its title."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from .blocks import Anchor, BlockKind
from .line import Line, stated
from .lined import Lined

_ENTRY = re.compile(r":(!?)([\w][\w-]{0,60})(!?):(?:[ \t]+(.*))?")
_AUTHOR = re.compile(r"[^\W\d_][\w.'-]*(?: +[\w.'-]+){0,3}(?: +<[^<>]{1,200}>)?")
_REVISION = re.compile(
    r"(?:v?[\d.]{1,20}+,[ \t]*+)?(\d{4}-\d\d?-\d\d?|[\w., /-]{0,60}\d{4}[\w., /-]{0,60}?)(?::.*)?"
)
_MAIL = re.compile(r"(?<! ) *+<[^<>]{0,200}+>")
_HEAD = Anchor(refusal="it stands in the document's header, which has room for an author and a date only")


class Header:
    """The facts of one document."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.facts: dict[str, Any] = dict(given)
        self.over = False
        """Whether text has begun: an attribute behind it tells nothing of the document."""

    def entry(self, lined: Lined, line: Line, named: MutableMapping[str, str]) -> int:
        """Takes ``:name: value``; the line behind it, or -1 where it is none."""
        found = _ENTRY.fullmatch(line.text) if not line.indent else None
        if found is None:
            return -1
        value, index = found[4] or "", line.number
        while value.endswith(" \\") and lined.line(index + 1).text:
            index += 1
            value = f"{value[:-2]} {lined.line(index).text}"
        name = found[2].lower()
        if found[1] or found[3]:
            named.pop(name, None)
            return index + 1
        named[name] = value
        if not self.over:
            # An attribute without a value is a switch that is on.
            self.facts.setdefault(name, stated(value) if value else True)
            if name == "revdate":
                self.facts.setdefault("date", value)
        return index + 1

    def below(self, lined: Lined, title: Line) -> int:
        """Takes author and revision below the document's title; the line behind them."""
        self.over = False
        index = title.number + 1
        for place in ("author", "revision"):
            line = lined.line(index)
            if not line.text or line.text[0] in ":/[":
                break
            people = [part.strip() for part in line.text.split(";")]
            if place == "author" and not all(_AUTHOR.fullmatch(person) for person in people):
                self._odd(lined, line)
                break
            if place == "author":
                self.facts.setdefault("author", ", ".join(_MAIL.sub("", person) for person in people))
            else:
                found = _REVISION.fullmatch(line.text)
                if found:
                    self.facts.setdefault("date", found[1].strip())
            index += 1
        return index

    def _odd(self, lined: Lined, line: Line) -> None:
        """A first line of text that Asciidoctor takes for an author, because no blank line precedes it."""
        own = lined.text([line.segment], anchor=_HEAD)
        lined.add(BlockKind.PARAGRAPH, line, line, own)
        self.over = True
