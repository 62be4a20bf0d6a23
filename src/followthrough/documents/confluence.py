"""Pages in Confluence's storage format: read, and marks written as links.

We own the link and the one word of a task's status; macros, layouts and inline comments keep their bytes.
"""

from __future__ import annotations

from html import escape

from .blocks import Document
from .confluence_markup import MARK, confluence_pieces
from .directives import comments
from .marks import address, clean_words
from .markup import check_signs
from .markup_blocks import MarkupBlocks
from .reading import Source


class Confluence:
    """Reads storage format and writes marks as ``<a>``."""

    name = "confluence"

    def parse(self, source: Source) -> Document:
        """The page's blocks. Raises ``Unreadable`` over the limits."""
        check_signs(source)
        found = MarkupBlocks(source, confluence_pieces)
        found.walk(source.start)
        return Document(
            name=source.name,
            data=source.data,
            format=self.name,
            limits=source.limits,
            blocks=tuple(found.blocks),
            boxes=(b"incomplete", b"complete"),
            directives=tuple(
                comment.at(source.line(comment.start))
                for comment in comments(source.data)
                if comment.start in found.comments
            ),
        )

    def words(self, words: str) -> str:
        return clean_words(words)

    def render(self, id: str, words: str, target: str) -> str:
        return f'<a href="{escape(address(id, target))}">{escape(clean_words(words), quote=False)}</a>'

    def render_live(self, id: str, words: str, target: str, server: str) -> str:
        """The Jira macro, which shows the issue's key and status as they are when the page is read.

        ``server`` is the id of the application link; without it Confluence takes its first one
        (confluence.atlassian.com, "Jira Issues Macro"; "Confluence Storage Format", "Macros").
        """
        named = {"serverId": clean_words(server), "key": clean_words(words), "showSummary": "false"}
        named[MARK] = address(id, target)
        parameters = "".join(
            f'<ac:parameter ac:name="{name}">{escape(value, quote=False)}</ac:parameter>'
            for name, value in named.items()
            if value
        )
        return f'<ac:structured-macro ac:name="jira" ac:schema-version="1">{parameters}</ac:structured-macro>'
