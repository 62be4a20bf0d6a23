"""What stands beside an item's own words: owner, date, priority, state, kind, tickets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from followthrough.model import Kind, Reference, State
from followthrough.references import bare, find, key_of, same

from .phrases import words_of
from .vocabulary import Vocabulary

_NAMES = re.compile(r"(?<!\s)\s*+(?:[,/&+;、，]|\b(?:and|y|et|und|e)\b|<br\s{0,9}/?>)\s*+|\n")
_MAILED = re.compile(r"(?<=\w)\s+[(<]?[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,30}){1,4}[>)]?")
"""An address behind a name."""
_BLANK = re.compile(r"\[[^\W\d_a-z][^a-z\[\]@]{2,40}\]|<[^<>@]{2,40}>|\{\{?[^{}]{2,40}\}\}?|_{2,}|\.{3}|…")
"""What a form has where a name is missing: "[COMPLETAR]", "<name>"."""
_FORM = "[<{_.…"
_COMPARED = 50
"""Of so many references a key and an address are recognised as the same ticket."""
_INITIAL = re.compile(r"\s\w\.$")


@dataclass(slots=True)
class Notes:
    """The annotations of one item, collected from wherever it carries them. The first of each kind counts."""

    owner: str | None = None
    owners: tuple[str, ...] = ()
    due: date | None = None
    due_text: str | None = None
    priority: str | None = None
    state: State | None = None
    kind: Kind | None = None
    references: list[Reference] = field(default_factory=list)
    effort: int = 0
    """Parts that were read to find them."""
    _named: set[tuple[str, bool]] = field(default_factory=set)
    """Words and addresses of the references: one item may name thousands."""
    _addressed: bool = False
    _spoken: bool = False
    """Whether some have an address, and whether some have none: only then two can be the same ticket."""
    _keys: dict[int, str] = field(default_factory=dict)

    def refer(self, text: str, url: str | None = None) -> None:
        """Notes a ticket, once: not its key and its address both."""
        text, url = bare(text), url and bare(url)
        if ((text, False) if url is None else (url, True)) in self._named:
            return
        self._named.add((text, False))
        if url is not None:
            self._named.add((url, True))
        compared = self._addressed if url is None else self._spoken
        key = key_of(url or text) if compared else ""
        for at, known in enumerate(self.references[:_COMPARED] if compared else ()):
            if (known.url is None) is (url is None) or self._key(at, known) != key:
                continue
            if known.url is not None and url is None and same(text, known.url):
                return
            if known.url is None and url is not None and same(known.text, url):
                self.references[at] = Reference(known.text, url)
                self._addressed = True
                return
        self._addressed = self._addressed or url is not None
        self._spoken = self._spoken or url is None
        self.references.append(Reference(text, url))

    def _key(self, at: int, known: Reference) -> str:
        """What another spelling of a reference shares with it."""
        if at not in self._keys:
            self._keys[at] = key_of(known.url or known.text)
        return self._keys[at]

    def own(self, words: str, vocabulary: Vocabulary) -> bool:
        """Notes the owner as written in ``words``, unless they say that there is none."""
        for hit in reversed(find(words, vocabulary.not_keys)):
            words = words[: hit.start].rstrip(" ,;/(") + words[hit.end :]
            self.refer(hit.text, hit.url)
        words = " ".join((_MAILED.sub("", words) if "@" in words else words).split()).strip(" *_`:;,-–—")
        if words[-1:] == "." and not _INITIAL.search(words):
            words = words.rstrip(" .")
        if (
            not words
            or words_of(words).folded in vocabulary.no_owner
            or words.strip("()[]<>{}").lower() in vocabulary.no_owner
            or (words[0] in _FORM and _BLANK.fullmatch(words))
        ):
            return False
        if self.owner is None:
            self.owner = words
            self.owners = tuple(name.strip(" *_`()") for name in _NAMES.split(words) if name.strip(" *_`()"))
        return True

    def mark(self, state: State | None) -> None:
        """Notes the state, if none is known yet."""
        if state is not None and self.state is None:
            self.state = state
