"""The parts of a .docx file: what is taken out of the archive, and how much of it at most.

No part can make itself larger than what is read: sizes are counted while unpacking, and XML with a document
type, which alone could define entities, is refused.
"""

from __future__ import annotations

import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from .contents import OLE
from .reading import Limits, Unreadable

_MOST_PARTS = 20_000
_UNPACKED = 4
"""How many times the limit of a document its parts may be, once unpacked."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
)
_OTHERS = ("/drawingml/", "/math", "urn:schemas-microsoft-com:")
"""Namespaces whose elements are called as those of paragraphs are: drawings, formulas."""
_BOMS = (b"\xff\xfe", b"\xfe\xff")

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]


class _Refused(Exception):
    """XML that is not read; the message is part of a sentence."""


@dataclass(frozen=True, slots=True)
class Package:
    """What a .docx file holds, each part as UTF-8."""

    document: bytes
    styles: bytes = b""
    numbering: bytes = b""
    links: Mapping[str, str] = field(default_factory=dict)
    """Targets of links by the id that the text has for them."""


def unpack(data: bytes, name: str, limits: Limits) -> Package:
    """The parts of the .docx file ``data``. Raises ``Unreadable``, one sentence, for anything else."""
    if data.startswith(OLE):
        raise Unreadable(
            f"{name} is encrypted or from an old version of Word: save it as .docx without a password."
        )
    with explained(name), zipfile.ZipFile(BytesIO(data)) as archive:
        return _parts(archive, _Budget(limits.document * _UNPACKED))


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turns what broken archives and broken XML raise into ``Unreadable``."""
    try:
        yield
    except (*_BROKEN, expat.ExpatError) as error:
        raise Unreadable(
            f"{name} is no .docx file that can be read ({_reason(error)}): open it in Word and save it again."
        ) from error
    except _Refused as error:
        raise Unreadable(f"{name} is not read: {error}.") from error


def walk(data: bytes, start: Start) -> None:
    """Calls back for every tag that opens in ``data``. Raises ``expat.ExpatError`` for broken XML."""
    parser_for(start).Parse(data, True)


def parser_for(
    start: Start, end: End | None = None, text: Callable[[str], None] | None = None
) -> expat.XMLParserType:
    """A parser of UTF-8 that calls back with names without their namespaces; it takes no document type."""
    parser = expat.ParserCreate("utf-8", " ")
    local: dict[str, str] = {}

    def name_of(name: str) -> str:
        found = local.get(name)
        if found is None:
            space, _, found = name.rpartition(" ")
            if any(other in space for other in _OTHERS):
                found = f"~{found}"
            local[name] = found
        return found

    def started(name: str, attributes: dict[str, str]) -> None:
        start(name_of(name), {name_of(key): value for key, value in attributes.items()} if attributes else {})

    parser.StartElementHandler = started
    if end is not None:
        finish = end
        parser.EndElementHandler = lambda name: finish(name_of(name))
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _doctype
    return parser


def _doctype(*_: object) -> None:
    raise _Refused("its XML defines entities of its own, which no word processor writes")


class _Budget:
    """How many bytes may still be unpacked."""

    def __init__(self, size: int) -> None:
        self.size = self.left = size

    def read(self, archive: zipfile.ZipFile, name: str) -> bytes:
        """The part called ``name``, empty where there is none."""
        if name not in archive.NameToInfo:
            return b""
        with archive.open(name) as part:
            data = part.read(self.left + 1)
        if len(data) > self.left:
            raise _Refused(f"unpacked it is more than {self.size // 1_000_000} MB; split it, or exclude it")
        self.left -= len(data)
        return data.decode("utf-16").encode() if data.startswith(_BOMS) else data


def _parts(archive: zipfile.ZipFile, budget: _Budget) -> Package:
    if len(archive.NameToInfo) > _MOST_PARTS:
        raise _Refused(f"it has more than {_MOST_PARTS:,} parts; split it, or exclude it")
    main = _targets(budget.read(archive, "_rels/.rels"), "", kinds=True).get("officeDocument", "")
    if main not in archive.NameToInfo:
        main = "word/document.xml"
    if main not in archive.NameToInfo:
        raise _Refused("it is an archive without a Word document in it")
    folder, base = posixpath.split(main)
    related = budget.read(archive, f"{folder}/_rels/{base}.rels")
    beside = _targets(related, folder, kinds=True)
    return Package(
        document=budget.read(archive, main),
        styles=budget.read(archive, beside.get("styles", f"{folder}/styles.xml")),
        numbering=budget.read(archive, beside.get("numbering", f"{folder}/numbering.xml")),
        links=_targets(related, folder, kinds=False),
    )


def _targets(data: bytes, folder: str, *, kinds: bool) -> dict[str, str]:
    """Parts by what they are (``kinds``), or the addresses of links by id."""
    found: dict[str, str] = {}

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name != "Relationship":
            return
        kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "")
        if kinds and attributes.get("TargetMode") != "External":
            path = target if target.startswith("/") else posixpath.join("/", folder, target)
            found.setdefault(kind, posixpath.normpath(path).lstrip("/"))
        elif not kinds and kind == "hyperlink":
            found[attributes.get("Id", "")] = target

    if data:
        walk(data, start)
    return found


def _reason(error: Exception) -> str:
    words = " ".join(str(error).split())
    if isinstance(error, expat.ExpatError):
        return f"its XML is broken: {words}"
    return words[:100] or type(error).__name__
