"""What a heading opens: measures, a timeline, causes, or nothing this program knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from followthrough.model import Kind, State

from .acts import FIELD, FIELD_END
from .heading import Heading
from .phrases import Hit, Words, words_of
from .states import MARKS, PICTURES
from .verbs import Form
from .vocabulary import Label, Role, Vocabulary

_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]{1,80})[)\]）】]")
_TOLD = 3
"""Words of an instruction at least, beside numbers."""
_INNER = 4
"""Brackets of a heading that are looked at."""
_BRACKET = re.compile(r"[(\[（【]")
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
_NAMED = re.compile(r"\W{0,40}[^:–—]{3,40}(?::|\s(?:[–—]|-{1,3})\s)\s*+\S")
"""A report and the name of its incident: "Postmortem: ..."."""
_ANY = ("incident", "outage", "report")
"""In a short heading these are no title: "Incident in summary"."""
_WRITERS = ("we", "our", "us", "i", "my")
_MUST = (["need"], ["must"], ["should"], ["can"], ["have"])
_ASKED = 14
"""A heading of more words tells a story."""
_UNSPACED = 10
"""Characters of a script without spaces; a line of more of them says more than a kind."""
_COMPOSED = 9
"""A heading of more words is a sentence."""
_SHORT = 6
"""A heading of more words must be about the phrase found in it, not only mention it."""


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


_LAST_PART = re.compile(r"[^\s/|&+][\s*_]*[/|&+]\s{0,3}([^/|&+]{3,60})$")
"""The last of several names for what stands below: "What could be better / Action items"."""
_KEPT = 10_000
"""Headings that are remembered."""


class Headings:
    """Judges headings; equal words are judged once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, Heading] = {}
        self._numbered = _numbered(vocabulary)
        self._openings = frozenset().union(
            vocabulary.headings.openings,
            vocabulary.heading_rejected.openings,
            vocabulary.heading_nouns.openings,
            vocabulary.heading_acts.openings,
        )
        """The words that start whatever gives a heading a role."""

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
        role, exact = self._role(words_of(parts.own) if parts.own else words)
        if not exact and len(parts.placed) < len(words.raw):
            inner_role, exact = self._role(words_of(parts.placed))
            role = inner_role if exact else role
        return role, exact

    def _judge(self, text: str) -> Heading:
        words, parts = words_of(text), self._parts(text)
        bare, number, rest, own, placed = parts
        labelled = bool(own and number) and self._names_kind(words_of(number))
        role, exact = self._opens(words, parts)
        place = len(placed) < len(text)
        bracketed = islice(_BRACKETS.finditer(text), _INNER) if _BRACKET.search(text) else ()
        inner = [words_of(match[1]) for match in bracketed]
        states = self._vocabulary.states.exact
        plain = words_of(_unbracketed(placed if place else rest or bare))
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
            sentence=role is Role.MEASURES and not exact and self._asked(words_of(said)),
            problem=problem,
            rule=v.rule_leads.inside(words) or ("," in text and v.brings(text)),
            nothing=v.nothing.start(words) is not None,
            manual=v.heading_manuals.start(words_of(said)) is not None,
            pointer=words.folded in v.heading_pointers,
            alone=role is Role.NEUTRAL and words_of(_unbracketed(said)).folded in v.heading_alone,
        )

    def _problem(self, text: str) -> bool:
        """Whether a label with a number or a colon says that the words behind it name what is wrong."""
        match = _PROBLEM.match(text)
        if match is None or words_of(match[1]).folded not in self._vocabulary.problems:
            return False
        behind = words_of(text[match.end() :])
        return self._vocabulary.verbs.form(behind.tokens[0]) is not Form.BASE

    def _role(self, words: Words) -> tuple[Role, bool]:
        vocabulary = self._vocabulary
        known = vocabulary.headings.exact.get(words.folded) or self._outside_brackets(words)
        if known is not None:
            return known, True
        if not (words.unspaced or self._speaks(words.tokens)):
            return Role.NEUTRAL, False
        if len(words.tokens) <= _COMPOSED and vocabulary.heading_rejected.inside(words):
            return Role.ASIDE, True
        hits = list(vocabulary.headings.all(words))
        bare = words_of(_unbracketed(words.raw))
        past = bare is not words and vocabulary.heading_past.inside(words)
        if self._composed(words) or (bare is not words and not past and self._composed(bare)):
            return Role.MEASURES, True
        if self._asked(words) and all(hit.value is not Role.LESSONS for hit in hits):
            return Role.MEASURES, False
        if not hits:
            return Role.NEUTRAL, False
        if any(hit.value is Role.INSTRUCTION for hit in hits):
            return Role.INSTRUCTION, False
        best = max(hits, key=_weight)
        last = len(words.tokens)
        named = [
            hit for hit in hits if hit.value is Role.TITLE and (hit.at == 0 or hit.at + hit.size == last)
        ]
        if named and (
            last > _SHORT - 1
            or any(words.tokens[hit.at] not in _ANY for hit in named)
            or len(named) == len(hits)
        ):
            plain = best.value is Role.TITLE or best.size == 1 or _NAMED.match(words.raw) is not None
            return (Role.TITLE if plain else best.value), False
        best = max((hit for hit in hits if hit.value is not Role.TITLE), key=_weight, default=best)
        turned = self._turned(best.value, words)
        if turned is not None:
            return turned
        total = len(bare.tokens)
        if not words.unspaced and total > _SHORT and best.size * 3 < total and not _leads(hits, best):
            return Role.NEUTRAL, False
        part = _LAST_PART.search(words.raw) if best.value is not Role.MEASURES else None
        if part and vocabulary.headings.exact.get(words_of(part[1]).folded) is Role.MEASURES:
            return Role.MEASURES, False
        addressed = best.value is Role.ASIDE and best.at == 0 and best.size > 2
        return best.value, addressed or (not words.unspaced and _covered(hits) >= total)

    def _turned(self, role: Role, words: Words) -> tuple[Role, bool] | None:
        """What a heading opens by words beside those that give it ``role``: readers, the past, reasons."""
        if role is Role.MEASURES and self._addressed(words):
            return Role.ASIDE, True
        if role is Role.MEASURES and self._vocabulary.heading_past.inside(words):
            return Role.TAKEN, False
        reasons = role is Role.CAUSE and self._vocabulary.heading_reasons.start(words) is not None
        return (Role.CAUSE, True) if reasons else None

    def _outside_brackets(self, words: Words) -> Role | None:
        """What "Recovery (one-time fix)" opens without its brackets, unless they name measures."""
        if not _BRACKET.search(words.raw):
            return None
        roles = self._vocabulary.headings.exact
        role = roles.get(words_of(_unbracketed(words.raw)).folded)
        if role in (None, Role.MEASURES):
            return None
        inner = [words_of(match[1]) for match in islice(_BRACKETS.finditer(words.raw), _INNER)]
        measures = any(roles.get(part.folded) is Role.MEASURES or self._composed(part) for part in inner)
        return None if measures else role

    def _speaks(self, tokens: list[str]) -> bool:
        """Whether any of them can give a heading a role."""
        endings = self._vocabulary.heading_endings
        return not self._openings.isdisjoint(tokens) or any(token.endswith(endings) for token in tokens)

    def _composed(self, words: Words) -> bool:
        """Whether it is made of the words that name measures: "Planned engineering improvements"."""
        vocabulary = self._vocabulary
        if len(words.tokens) > _COMPOSED:
            return False
        nouns = list(vocabulary.heading_nouns.all(words))
        nouns += [
            Hit(True, at, 1)
            for at, token in enumerate(words.tokens)
            if token.endswith(vocabulary.heading_endings)
        ]
        if not nouns or vocabulary.heading_vetoes.inside(words):
            return False
        found = nouns + list(vocabulary.heading_modifiers.all(words))
        return _covered(found) >= len(words.tokens)

    def _asked(self, words: Words) -> bool:
        """Whether it asks or says how things will get better: "What are we doing to avoid a repeat?"."""
        vocabulary = self._vocabulary
        if not 1 < len(words.tokens) <= _ASKED or vocabulary.verbs.form(words.tokens[0]) is Form.BASE:
            return False
        acts = list(vocabulary.heading_acts.all(words))
        if not acts:
            return False
        found = [
            *acts,
            *vocabulary.heading_nouns.all(words),
            *vocabulary.heading_modifiers.all(words),
            *vocabulary.heading_fillers.all(words),
        ]
        # "What are the next steps for Acme?" names who asks.
        named = next((at for at in (2, 3) if words.tokens[-at : 1 - at] == ["for"]), 0)
        if named and self._addressed(words):
            return False
        return _covered(found) >= len(words.tokens) - named

    def _addressed(self, words: Words) -> bool:
        """Whether it speaks to readers: "Next steps for validators", "What do users need to do?"."""
        readers = self._vocabulary.heading_readers
        if any(token in _WRITERS for token in words.tokens):
            return False
        return any(
            (hit.at > 0 and hit.at + hit.size == len(words.tokens) and self._to(words.tokens[: hit.at]))
            or words.tokens[hit.at + hit.size : hit.at + hit.size + 1] in _MUST
            for hit in readers.all(words)
        )

    def _to(self, before: list[str]) -> bool:
        """Whether the words before a reader say that something is for them: "for affected"."""
        while before and before[-1] in self._vocabulary.heading_between:
            before = before[:-1]
        return bool(before) and before[-1] in self._vocabulary.heading_to

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


def _unbracketed(text: str) -> str:
    """``text`` without what stands in brackets."""
    return _BRACKETS.sub(" ", text) if _BRACKET.search(text) else text


def _weight(hit: Hit[Role]) -> tuple[int, bool, int]:
    return (hit.size, hit.value is Role.MEASURES, -hit.at)


def _leads(hits: list[Hit[Role]], best: Hit[Role]) -> bool:
    """Whether a long heading opens with its phrase: ``Timeline of the outage in our Dublin region``."""
    return (best.at == 0 and best.size > 1) or all(hit.at == 0 for hit in hits)


def _covered(hits: Iterable[Hit[Any]]) -> int:
    places: set[int] = set()
    for hit in hits:
        places.update(range(hit.at, hit.at + hit.size))
    return len(places)
