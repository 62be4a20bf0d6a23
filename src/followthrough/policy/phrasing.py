"""How a measure is worded: several actions in one, or nothing that anybody could tick off. Pure.

"Actionable, specific, bounded" is how Lueder and Beyer put it, "Postmortem Action Items: Plan the Work
and Work the Plan" (;login: Spring 2017). Both are guesses from words and ask for a look, no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

IsVerb = Callable[[str, str], bool]
"""Whether a word, with the one behind it (or nothing), begins an instruction."""

VAGUE = (
    *("investigate", "look into", "look at", "think about", "consider", "explore", "discuss", "evaluate"),
    *("improve", "optimise", "optimize", "enhance", "strengthen", "be more careful", "be careful"),
    *("pay more attention", "raise awareness", "keep an eye on", "monitor closely", "do better", "try to"),
    *("as needed", "as appropriate", "where appropriate", "if possible", "where possible", "if necessary"),
    *("untersuchen", "prüfen ob", "überlegen", "verbessern", "bei bedarf", "falls möglich", "wenn möglich"),
    *("améliorer", "étudier", "réfléchir", "si possible", "si nécessaire"),
    *("mejorar", "investigar", "considerar", "si es posible", "melhorar", "se possível"),
)
"""Words with which a measure has no end that can be seen."""

_BREAK = re.compile(r"\s?[;\n•]\s?|(?<=[.!?])\s(?=\w)")
"""What stands between two instructions for sure."""
_JOINT = re.compile(r",?\s(?:and then|and also|and|as well as|then)\s|,\s", re.IGNORECASE)
"""What may stand between two, or inside one."""
_OPENING = re.compile(
    r"^(?:(?:also|then|next|please|finally|we should|we will|we need to)\s+)+", re.IGNORECASE
)
_LINKING = re.compile(r"^(?:-\s+)?(?:(?:also|then|next|please|finally)\s+)*", re.IGNORECASE)
_INSIDE = re.compile(
    r":\s|\b(?:to|so|that|which|who|when|where|if|until|by|for|because|while|after|before)\b",
    re.IGNORECASE,
)
"""Behind one of these, "and" mostly goes on with what it has begun: "to find it and tell somebody"."""
_QUOTED = re.compile(
    r"""\([^()]{0,60}\)|"[^"]{0,60}"|“[^“”]{0,60}”|„[^„“]{0,60}“|`[^`]{0,60}`|«[^«»]{0,60}»"""
)
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_AIMS = frozenset(("allow", "avoid", "be", "ensure", "have", "keep", "make", "prevent", "reduce"))
"""Behind "and" these say what an action is for, more often than they are another one."""
FEWEST = 2
"""Words of an instruction that stands for itself: a verb and what it is done to."""


def several(text: str, description: str, is_verb: IsVerb) -> list[str]:
    """The actions in one measure, each as written; empty unless there is more than one.

    "Review and update the page" is one, and so is what only says more of the first.
    """
    parts: list[str] = []
    lines = [" ".join(line.split()) for line in f"{text}\n{description}".splitlines()]
    for number, sentence in enumerate(_BREAK.split("\n".join(line for line in lines if line))):
        words = _LINKING.sub("", sentence.strip()) if number else _OPENING.sub("", sentence.strip())
        parts += _actions(words, is_verb)
    return parts if len(parts) > 1 else []


def _actions(sentence: str, is_verb: IsVerb) -> list[str]:
    """The instructions in one sentence."""
    if not _instructs(sentence, is_verb):
        return []
    plain = _QUOTED.sub(lambda found: "x" * len(found[0]), sentence)
    begin, parts = 0, []
    for joint in _JOINT.finditer(plain):
        before, behind = plain[begin : joint.start()], _LINKING.sub("", plain[joint.end() :])
        if _INSIDE.search(before):
            break
        aims = behind.partition(" ")[0].casefold() in _AIMS
        if not aims and _has_object(before, is_verb) and _instructs(behind, is_verb):
            parts.append(sentence[begin : joint.start()].strip())
            begin = joint.end()
    return [*parts, sentence[begin:].strip().rstrip(".")]


def _instructs(part: str, is_verb: IsVerb) -> bool:
    words = _WORDS.findall(part)
    return len(words) >= FEWEST and is_verb(words[0], words[1])


def _has_object(part: str, is_verb: IsVerb) -> bool:
    """Whether more than verbs stand there: "scope, plan and build X" is said of one thing."""
    return any(not is_verb(word, "the") for word in _WORDS.findall(part)[1:])


def vague_words(text: str, vague: Sequence[str]) -> str | None:
    """The words of ``vague`` that a measure rests on, ``None`` where it does not.

    One word counts where it opens the measure, and only without a number: "improve p99 to 200 ms" has an
    end. Several words count anywhere.
    """
    words = [word.casefold() for word in _WORDS.findall(_OPENING.sub("", text.strip()))]
    spelt = f" {' '.join(words)} "
    for phrase in vague:
        wanted = " ".join(phrase.split()).casefold()
        several_words = " " in wanted
        if several_words and f" {wanted} " in spelt:
            return phrase
        if not several_words and words[:1] == [wanted] and not re.search(r"\d", text):
            return phrase
    return None
