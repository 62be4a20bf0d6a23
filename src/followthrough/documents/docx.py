"""Word documents (.docx): read, never written.

Offsets count bytes of the text's own part, ``word/document.xml`` unpacked as UTF-8, and lines count its
paragraphs (``w:p``), empty ones included.
"""

from __future__ import annotations

from dataclasses import dataclass

from .blocks import Document
from .docx_blocks import DocxBlocks
from .docx_package import Package, explained, unpack
from .marks import ReadOnlyStyle
from .reading import Limits, Source, too_many


@dataclass(frozen=True, slots=True, kw_only=True)
class DocxSource(Source):
    """The text's part in ``data``, and the parts that say how it is read."""

    package: Package


class Docx(ReadOnlyStyle):
    """Reads Word documents."""

    name = "docx"

    @staticmethod
    def unpacked(data: bytes, name: str, limits: Limits) -> DocxSource:
        """What is read of the file ``data``. Raises ``Unreadable`` for a broken, encrypted or huge one."""
        package = unpack(data, name, limits)
        return DocxSource(
            name=name, data=package.document, start=0, lines=[0], limits=limits, package=package
        )

    def parse(self, source: Source) -> Document:
        """The document's blocks. Raises ``Unreadable`` over the limits, and where its XML is broken."""
        assert isinstance(source, DocxSource)  # noqa: S101  # no other is made for this format
        limit = source.limits.pieces * 2 // 3  # a tag takes more time than a line
        if sum(source.data.count(sign) for sign in (b"<", b"&", b"\n", b"\r")) > limit:
            raise too_many(source, "signs of markup", limit)
        with explained(source.name):
            found = DocxBlocks(source, source.package)
            found.walk()
        return Document(
            name=source.name,
            data=source.data,
            format=self.name,
            limits=source.limits,
            blocks=tuple(found.blocks),
            read_only=f"{source.name} is a Word document, and .docx is only read: it carries no links.",
        )
