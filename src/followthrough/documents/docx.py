"""Word documents (.docx): read, never written.

Offsets count bytes of the text's own part, ``word/document.xml`` unpacked as UTF-8, and lines count its
paragraphs (``w:p``), empty ones included.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat

from .blocks import Document
from .docx_blocks import DocxBlocks
from .docx_package import Package, unpack
from .marks import ReadOnlyStyle
from .reading import Limits, Source, Unreadable, too_many


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
        if source.data.count(b"<") > source.limits.pieces:
            raise too_many(source, "signs of markup", source.limits.pieces)
        found = DocxBlocks(source, source.package)
        try:
            found.walk()
        except expat.ExpatError as error:
            raise Unreadable(
                f"{source.name} is no .docx file that can be read (its XML is broken: {error}): "
                "open it in Word and save it again."
            ) from error
        return Document(
            name=source.name,
            data=source.data,
            format=self.name,
            limits=source.limits,
            blocks=tuple(found.blocks),
            read_only=f"{source.name} is a Word document, and .docx is only read: it carries no links.",
        )
