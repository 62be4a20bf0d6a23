"""What a heading opens: measures, a timeline, causes, or nothing this program knows."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from followthrough.model import Kind, State

from .acts import FIELD, FIELD_END
from .heading import Heading
from .phrases import Words, words_of
from .roles import Roles, bracketed, unbracketed
from .states import MARKS, PICTURES
from .verbs import Form
from .vocabulary import Label, Role, Vocabulary

_TOLD = 3
"""Words of an instruction at least, beside numbers."""
_LABELS = (
    "action|item|task|ai|a|t|r|ca|pa|fu|recommendation|measure|improvement|step|remediation"
    "|follow[- ]?up|maßnahme|empfehlung|mesure|recommandation|acci[oó]n|recomendaci[oó]n|medida|a[cç][aã]o"
)
"""What may stand before the number of a heading, beside the labels of the vocabulary."""
_PLACE = re.compile(
    r"\W*(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[A-Z]\d?[.)]|[IVX]{1,4}[.)]|D[1-8]:?)\s+(?=\w)"
    r"|\s{0,9}(?:第?[一二三四五六七八九十\d]{1,3}(?:[、．.:：]|[章节節部])|[(（][一二三四五六七八九十\d]{1,3}[)）]|[①-⑳])\s{0,9}(?=\w)"
)
"""The number of a chapter, "6.3", which says nothing of it."""
_SIGNED = re.compile(
    r"[\s*_]{0,9}(?:[①-⑳❶-❿]|[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、．.]"
    r"|(?:対策|施策|改善|措置|对策|對策|措施|行动|行動|조치|대책|방안|과제)\s{0,3}[#＃]?[\d①-⑳一二三四五六七八九十]{1,3}\s{0,3}[:：.、．)）]?)\s{0,3}(?=\w)"
)
"""How headings are numbered in Japanese, Chinese and Korean: "①", "(1)", "一、", "対策1："."""
_CHAPTERS = "一二三四五六七八九十"
"""These number chapters rather than measures, unless they name work."""
_SIGN = re.compile(rf"\s*+(?:(?:[{''.join(MARKS)}{PICTURES}ℹ]|:[a-z][a-z0-9_+-]{{1,40}}:)\s*+){{1,3}}")
"""A sign for the state or the weight in front of a heading: "✅ 2. Limits"."""
_CHAPTERED = re.compile(r"\s*+\d{1,2}(?:\.\d{1,2}){0,3}[.)]?\s+")
"""The number of a chapter in front of a number of its own: "4.2 Corrective action 2: ..."."""
_TAG = re.compile(r"\s*(?:\[[^\[\]]{1,40}\]|\([^()]{1,40}\))\s*")
_DIGIT = re.compile(r"\d")
_PROBLEM = re.compile(
    r"[\s*_]{0,9}(?:\d{1,2}[.)]\s)?([^\W\d_]{2,20}(?: [^\W\d_]{2,20})?)\s?"
    r"(?:[#＃]?[A-Z]?\d{1,3}\s?(?:[:：.)–—-]|$)|[:：])"
)
"""A label with a number, or a colon, in front of a heading: "Finding 2: ", "Problem: "."""
_STATED = re.compile(r"\s{0,9}(?:TODO|DONE|WIP|FIXED)[ :–—-]{1,3}(?=\S)")
"""A state in front of a numbered heading: "2) TODO Alerts"."""
_UNSPACED = 10
"""Characters of a script without spaces; a line of more of them says more than a kind."""


class _Parts(NamedTuple):
    """A heading's words in parts."""

    bare: str
    """Without a sign or tag in front."""
    number: str
    rest: str
    """What stands behind the number."""
    own: str
    """The same behind a label and number, or behind a state."""
    placed: str
    """All of it behind the number of a chapter."""


_KEPT = 10_000
"""Headings that are remembered."""


class Headings:
    """Judges headings; equal words are judged once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, Heading] = {}
        self._numbered = _numbered(vocabulary)
        self._roles = Roles(vocabulary)

    def read(self, text: str) -> Heading:
        """The heading that reads ``text``."""
        found = self._known.get(text)
        if found is None:
            if len(self._known) > _KEPT:
                self._known.clear()
            found = self._known[text] = self._judge(text)
        return found

    def known(self, text: str) -> Heading | None:
        """The heading that reads ``text``, if it says nothing else than headings do: most lines do not."""
        found = self._known.get(text)
        if found is None:
            role, exact = self._opens(words_of(text), self._parts(text))
            found = self.read(text) if exact and role is not Role.NEUTRAL else None
        return found if found is not None and found.exact and found.role is not Role.NEUTRAL else None

    def assigns(self, line: str) -> bool:
        """Whether a line opens with a label for whose work something is or by when: "Owner: Sam"."""
        match = FIELD.match(line[:FIELD_END])
        label = match and self._vocabulary.labels.exact.get(words_of(match[1]).folded)
        return label in (Label.OWNER, Label.DUE)

    def _parts(self, text: str) -> _Parts:
        bare = _behind(text, _SIGN.match(text))
        bare = _behind(bare, _TAG.match(bare))
        chapter = _CHAPTERED.match(bare)
        if chapter and self._numbered.match(bare, chapter.end()):
            bare = bare[chapter.end() :]
        stripped = bare.strip(" *_")
        number = self._numbered.match(stripped) if _DIGIT.search(stripped) else None
        rest = stripped[number.end() :] if number is not None else ""
        stated = _STATED.match(rest) if rest else None
        own = rest[stated.end() :] if stated else rest.strip() if number and number[0][0].isalpha() else ""
        return _Parts(
            bare, number[0] if number is not None else "", rest, own, _behind(text, _PLACE.match(text))
        )

    def _opens(self, words: Words, parts: _Parts) -> tuple[Role, bool]:
        """What a heading opens, and whether it consists of known words."""
        role, exact = self._roles.read(words_of(parts.own) if parts.own else words)
        if not exact and len(parts.placed) < len(words.raw):
            inner_role, exact = self._roles.read(words_of(parts.placed))
            role = inner_role if exact else role
        return role, exact

    def _judge(self, text: str) -> Heading:
        words, parts = words_of(text), self._parts(text)
        bare, number, rest, own, placed = parts
        labelled = bool(own and number) and self._names_kind(words_of(number))
        role, exact = self._opens(words, parts)
        place = len(placed) < len(text)
        inner = [words_of(part) for part in bracketed(text)]
        states = self._vocabulary.states.exact
        plain = words_of(unbracketed(placed if place else rest or bare))
        done = self._vocabulary.finished_leads.inside(words) or any(
            states.get(part.folded) is State.DONE for part in (words, plain, *inner)
        )
        done = done or plain.folded in self._vocabulary.heading_done
        deed = words.unspaced and self._vocabulary.unspaced_deeds.inside(words)
        signed = _SIGNED.match(text) if words.unspaced else None
        numbered = number != "" or (
            signed is not None and (deed or signed[0].strip(" *_")[0] not in _CHAPTERS)
        )
        told = (token for token in words_of(bare).tokens if not token.isdigit())
        tokens = list(islice(told, _TOLD)) or [""]
        form = self._vocabulary.verbs.form(tokens[0])
        named = form is Form.BASE and tokens[1:2] == ["of"]  # "Speed of the queue" instructs nobody
        problem = self._problem(bare)
        instructs = form is not None and len(tokens) >= _TOLD and not named and not problem
        imperative = instructs or "@" in bare
        v = self._vocabulary
        vetoed = v.lead_vetoes.inside(words) and not v.leads.inside(words)
        vetoes = vetoed or v.history_leads.inside(words) or v.advises(words)
        plain_sentence = words.unspaced and role is Role.NEUTRAL and len(plain.folded) > _UNSPACED
        said = own or (placed if place else bare)
        return Heading(
            text,
            role,
            None
            if plain_sentence or (exact and role is Role.ASIDE)
            else self._kind(words_of(number) if labelled else words),
            done or role is Role.TAKEN,
            exact=exact,
            numbered=numbered,
            labelled=labelled,
            imperative=imperative,
            deed=deed,
            urgent=v.heading_urgent.inside(words) and not v.heading_past.inside(words),
            stated=done,
            vetoes=vetoes,
            commands=form is Form.BASE and len(tokens) >= _TOLD and not named,
            sentence=role is Role.MEASURES and not exact and self._roles.asks(words_of(said)),
            problem=problem,
            rule=v.rule_leads.inside(words) or ("," in text and v.brings(text)),
            nothing=v.nothing.start(words) is not None,
            manual=v.heading_manuals.start(words_of(said)) is not None,
            pointer=words.folded in v.heading_pointers,
            alone=role is Role.NEUTRAL and words_of(unbracketed(said)).folded in v.heading_alone,
        )

    def _problem(self, text: str) -> bool:
        """Whether a label with a number or a colon says that the words behind it name what is wrong."""
        match = _PROBLEM.match(text)
        if match is None or words_of(match[1]).folded not in self._vocabulary.problems:
            return False
        behind = words_of(text[match.end() :])
        return self._vocabulary.verbs.form(behind.tokens[0]) is not Form.BASE

    def _names_kind(self, words: Words) -> bool:
        """Whether a number's label is one of the vocabulary's: "Preventive action 2:"."""
        label = " ".join(token for token in words.tokens if not token.isdigit())
        return label in self._vocabulary.inline.exact

    def _kind(self, words: Words) -> Kind | None:
        found = {hit.value for hit in self._vocabulary.kinds.all(words)}
        return found.pop() if len(found) == 1 else None


def _numbered(vocabulary: Vocabulary) -> re.Pattern[str]:
    """The number in front of a heading, with a label or without: "2.", "Preventive action 2:"."""
    words = sorted(vocabulary.lists.get("labels", {}).get("inline", ()), key=len, reverse=True)
    labels = "|".join(re.escape(word).replace(r"\ ", "[ -]") for word in words)
    return re.compile(
        rf"(?:{labels}|{_LABELS})?[ \t]*+[-#]?[ \t]*+\d{{1,3}}[.):\u2013\u2014-](?!\d)", re.IGNORECASE
    )


def _behind(text: str, match: re.Match[str] | None) -> str:
    """``text`` without the ``match`` that it starts with, if any."""
    return text[match.end() :] if match is not None else text
