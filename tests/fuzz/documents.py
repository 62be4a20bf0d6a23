"""A fuzz target for atheris: any bytes, in any format, through the whole way from reading to writing.

`make fuzz` runs it; libFuzzer goes where new lines of ours are reached. What must hold: a document is read or
refused in one sentence, in time and memory that libFuzzer watches, and everything written can be taken back.
"""

from __future__ import annotations

import pkgutil
import sys
import tempfile
from datetime import date
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

atheris: Any = import_module("atheris")  # in build/fuzz only, where no type checker looks

with atheris.instrument_imports(include=["followthrough"]):
    import followthrough.documents
    from followthrough.documents import (
        Unreadable,
        Wanted,
        apply,
        fingerprint,
        invert,
        parse,
        rewrite,
        unlinked,
    )
    from followthrough.documents.owned import texts
    from followthrough.extraction import extract

    # Formats are imported when a document is one of theirs: here they are all to be watched.
    for module in pkgutil.iter_modules(followthrough.documents.__path__, "followthrough.documents."):
        import_module(module.name)

# Behind everything installed, so that followthrough is the built wheel and never the checkout.
sys.path.append(str(Path(__file__).resolve().parents[2]))

from tests.documents.generate import Generator  # noqa: E402
from tests.documents.generate_confluence import Pages  # noqa: E402
from tests.documents.generate_lined import NAMES, LinedGenerator  # noqa: E402
from tests.documents.generate_markup import soup  # noqa: E402

SUFFIXES = ("md", "txt", "html", "xml", "wiki", "docx", "eml", "rst", "adoc", "org")
TODAY = date(2026, 11, 20)
SEEDS = 30
"""Generated documents of each format that it starts from."""
OPTIONS = ("-max_len=8192", "-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1")


def one(data: bytes) -> None:
    """The first byte says the format, the rest is the document."""
    name = f"pm.{SUFFIXES[data[0] % len(SUFFIXES)]}" if data else "pm.md"
    try:
        document = parse(data[1:], name)
    except Unreadable as error:
        if not str(error).startswith(name):
            raise
        return
    extract(document, today=TODAY)
    wanted = [
        Wanted(place, f"{number:012d}", "OPS-1, open", "https://t.example/OPS-1")
        for number, (place, _) in enumerate(list(texts(document))[:20])
    ]
    done = rewrite(document, wanted)
    assert apply(done.data, invert(done.edits)) == document.data
    new = parse(done.data, name) if done.edits else document
    assert fingerprint(new) == fingerprint(document)
    assert not done.edits or unlinked(new) == document.data


def seeds() -> dict[str, list[bytes]]:
    """Documents of each suffix."""
    numbers = range(SEEDS)
    found = {
        "md": [Generator(number).markdown() for number in numbers],
        "txt": [Generator(number).text() for number in numbers],
        "xml": [Pages(number).page() for number in numbers],
    }
    for format, name in NAMES.items():
        found[name.rsplit(".", 1)[1]] = [LinedGenerator(number).document(format) for number in numbers]
    for suffix, format in (("html", "html"), ("wiki", "mediawiki"), ("docx", "docx"), ("eml", "eml")):
        found[suffix] = [soup(Random(number), format) for number in numbers]
    return found


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="followthrough-fuzz-") as folder:
        for suffix, documents in seeds().items():
            for number, data in enumerate(documents):
                first = bytes([SUFFIXES.index(suffix)])
                (Path(folder) / f"{suffix}-{number}").write_bytes(first + data)
        atheris.Setup([sys.argv[0], *OPTIONS, *sys.argv[1:], folder], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
