"""How far the work is: the states that words, signs and shares tell."""

from __future__ import annotations

import re

from followthrough.model import State

from .phrases import Words, words_of
from .vocabulary import Vocabulary

MARKS = {
    "✅": State.DONE,
    "☑": State.DONE,
    "✔": State.DONE,
    "✓": State.DONE,
    "🗹": State.DONE,
    "☒": State.DONE,  # as pandoc writes a ticked box
    "🟩": State.DONE,
    "🎉": State.DONE,
    "🚧": State.IN_PROGRESS,
    "⏳": State.IN_PROGRESS,
    "⌛": State.IN_PROGRESS,
    "🔄": State.IN_PROGRESS,
    "🏗": State.IN_PROGRESS,
    "🟡": State.IN_PROGRESS,
    "🟨": State.IN_PROGRESS,
    "⛔": State.BLOCKED,
    "⏸": State.BLOCKED,
    "🚫": State.DROPPED,
    "☐": State.OPEN,
    "⬜": State.OPEN,
    "🔲": State.OPEN,
    "❌": State.OPEN,
    "✗": State.OPEN,
    "✘": State.OPEN,
    "🕐": State.OPEN,
    "🔜": State.OPEN,
    "🆕": State.OPEN,
    "📅": State.OPEN,
    "🗓": State.OPEN,
}
PICTURES = "\u2600-\u2775\u2794-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f\u200d"
"""Signs that decorate, as part of a class of characters; circled digits are none of them."""
MARK = re.compile(f"[{''.join(MARKS)}]")
SHORT_NAME = re.compile(r":([a-z][a-z0-9_+-]{1,40}+):[ \t]*+")
"""A sign by the name that chats and trackers give it: ``:fire:``."""
TICKS = frozenset(("white_check_mark", "heavy_check_mark", "ballot_box_with_check"))
"""The short names of signs that say that it is done."""
_SHARE = re.compile(r"(?<!\d)(\d{1,3})\s?[%％]")
_NOT = frozenset(
    (
        "not",
        "never",
        "no",
        "be",
        "isn",
        "wasn",
        "aren",
        "nicht",
        "noch",
        "kein",
        "pas",
        "non",
        "sin",
        "nao",
        "ni",
    )
)
_NEARLY = frozenset(
    (
        "almost",
        "nearly",
        "partially",
        "partly",
        "mostly",
        "half",
        "fast",
        "teilweise",
        "presque",
        "casi",
        "quase",
    )
)
_PARTS = re.compile(r"[;,]\s|\s(?:but|[–—-])\s")
_TOLD = 6
"""In a longer text a state may be told of something else."""


def state_of(text: str, vocabulary: Vocabulary) -> State | None:
    """The state that a status cell or a remark tells, by its first words, its sign or its share."""
    words = words_of(text)
    if not words.folded:
        return _signed(text)
    states = vocabulary.states
    found = states.exact.get(words.folded) or vocabulary.cell_states.exact.get(words.folded)
    if found is not None:
        return found
    share = _SHARE.search(text)
    if share and len(words.tokens) <= _TOLD:
        return State.DONE if share[1] == "100" else State.OPEN if share[1] == "0" else State.IN_PROGRESS
    hit = states.start(words)
    if hit is not None:
        return _lasting(hit.value, text, vocabulary)
    signed = _signed(text)
    if signed is not None:
        return signed
    hit = states.first(words)
    if hit is None or len(words.tokens) > _TOLD:
        return None
    return _qualified(hit.value, words, hit.at)


def _lasting(state: State, text: str, vocabulary: Vocabulary) -> State:
    """In progress, where something is still open behind "done": "Implemented; activation pending"."""
    parts = _PARTS.split(text, maxsplit=1) if state is State.DONE else ()
    words = words_of(parts[1]) if len(parts) > 1 else None
    if (
        words is None
        or len(words.tokens) > _TOLD
        or vocabulary.states.exact.get(words.tokens[-1]) is not State.OPEN
    ):
        return state
    return State.IN_PROGRESS


def _signed(text: str) -> State | None:
    match = MARK.search(text)
    return MARKS[match[0]] if match else None


def _qualified(state: State, words: Words, at: int) -> State:
    """Not "done", where the words in front deny it."""
    before = words.tokens[max(0, at - 3) : at]
    if state is not State.DONE or words.unspaced:
        return state
    if not _NOT.isdisjoint(before):
        return State.OPEN
    return state if _NEARLY.isdisjoint(before) else State.IN_PROGRESS
