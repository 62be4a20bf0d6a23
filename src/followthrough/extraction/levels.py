"""The priority that a heading gives to all measures below it: "P0 — before next release", "High priority"."""

from __future__ import annotations

import re
from typing import cast

from .phrases import Words, words_of
from .vocabulary import Label, Vocabulary

_MARKED = re.compile(
    r"(?:^\W*|[(\[（【]\s?(?:priority\s)?|[:：|–—/-]\s)(P[0-5])(?=\s*(?:$|[)\]）】:：|,(（–—-])|\s(\w+))",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"(?<!\w)P[0-5](?!\w)", re.IGNORECASE)
_LABELLED = re.compile(r"\W*([^\W\d_][^:：=]{1,30})\s?[:：=]\s?(.{1,30})")
_BRACKETED = re.compile(r"[(（\[][^()（）\[\]]{0,60}[)）\]]")
_FEW = 4
"""Words; a longer heading speaks of more than a priority."""
_WHEN = frozenset(("immediate", "asap", "sofort", "inmediata", "imediata", "immediat"))
"""What says when rather than how much it matters."""


def heading_level(title: str, vocabulary: Vocabulary) -> str | None:
    """The one priority that ``title`` names for what stands below it; ``None`` for none or several."""
    marked = _MARKED.search(title)
    if marked is not None:
        noun = words_of(marked[2]).folded if marked[2] else ""
        alone = len(set(_LEVEL.findall(title.upper()))) == 1
        return marked[1].upper() if alone and (not noun or noun in vocabulary.heading_nouns.exact) else None
    labels = vocabulary.labels.exact
    labelled = _LABELLED.fullmatch(title)
    if labelled is not None and labels.get(words_of(labelled[1]).folded) is Label.PRIORITY:
        return cast("str", labelled[2]).strip(" *_")
    words = _BRACKETED.sub(" ", title).strip(" *_:：").replace("-", " ").split()
    plain = " ".join(word for word in words if labels.get(words_of(word).folded) is not Label.PRIORITY)
    return plain if _named(words_of(plain), vocabulary) else None


def _named(words: Words, vocabulary: Vocabulary) -> bool:
    """Whether a few words say nothing but how much something matters: "High", "Nice to have"."""
    return (
        len(words.tokens) <= _FEW
        and words.folded in vocabulary.priorities.exact
        and _WHEN.isdisjoint(words.tokens)
    )
