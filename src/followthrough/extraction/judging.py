"""Is a sentence work to be done, a placeholder, hindsight, or talk? One question a method."""

from __future__ import annotations

import itertools
import re

from followthrough.model import State

from .acts import EARLY, FIELD, FIELD_END, PARTICIPLES, RELATIVE, Act, Acts
from .phrases import Words, words_of
from .sentences import sentences
from .verbs import Form
from .vocabulary import Label, Role

CLOCK = r"\d{1,2}:\d{2}|\d{1,2}(?::\d{2})?\s?[ap]m\b"
_TIME = re.compile(rf"\W{{0,3}}(?:\d{{4}}[-/]\d\d?[-/]\d\d?|{CLOCK})", re.IGNORECASE)
TIMED = re.compile(rf"\W{{0,3}}(?:{CLOCK})", re.IGNORECASE)
"""How headings of a timeline start."""
_HANDLES = re.compile(r"\W*(?:@[\w.-]+[\s,]*)+(?:\([^()]*\))?\W*")
_POINTER = re.compile(r"[^:.]{0,60}:\W{0,4}[Ss]ee\s")
_POINTED = 100
_ONLY_LINK = re.compile(r"\W*https?://\S+\W*")
_HOLLOW = re.compile(
    r"[\W_]*|[\W_]*(?:\{\{?[^{}]*\}\}?|<[^<>]{0,60}>|\[(?:[^\[\]]*)\]|_{3,}|\.{3})[\W_]*",
)
_INSTANCE = re.compile(
    r"\W{0,3}(?:e\. ?g\.|for example[:,]|example:|z\. ?b\.|p\. ?ex\.|p\. ?ej\.|例[:：])", re.IGNORECASE
)
"""An example in a form."""
_FORM = re.compile(r"[\[<{]")
_PROMPT = re.compile(
    r"\[(?:the |your |le |la |el |insert |describe |name |who |what )[^\[\]]{0,60}\]"
    r"|(?<![/\w=.-])<(?:insert|describe|your|who|what|name|owner|action)[^<>]{0,60}>(?![/\w=.-])",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"\W*(?:P[0-5]|SEV-?\d)\s*(?:[:–—]|-{1,3}|\()\s*", re.IGNORECASE)
_FINITE = frozenset(("is", "was", "are", "were", "had", "has", "did", "does", "means", "remains"))
_ANSWERS = frozenset(("no", "yes", "unknown", "maybe", "non", "oui", "si", "nein", "ja", "nao", "sim"))
_LONGEST_NAME = 25
"""Words; what is longer and says nothing of work is no name of a measure."""
_NONE = 9
"""Words; what is longer and starts with "none required" says something."""
_FORMAL = 10
"""Words; what is longer says more than a form asks for."""
_BRIEF = 200
"""A longer text is neither a placeholder nor a list of names."""

GUIDANCE = "guidance for whoever fills in the report"


class Judge(Acts):
    """Answers questions about the words of a sentence."""

    def hollow(self, text: str, words: Words) -> bool:
        """A placeholder, or nothing at all."""
        folded, placeholders = words.folded, self._v.placeholders
        if (
            not folded
            or folded in placeholders
            or self._formal(words)
            or self._v.headings.exact.get(folded) is Role.TITLE
        ):
            return True
        if _INSTANCE.match(text) or (len(words.tokens) < _NONE and self._v.nothing.start(words)):
            return True
        if not _FORM.search(text):
            return False
        if text.startswith("{{"):
            return words_of(text.split("}}")[0]).folded in placeholders
        if text.startswith("[") and text.split("]")[0].strip("[ ").lower() in ("n/a", "na"):
            return True
        return _PROMPT.search(text) is not None or (
            len(text) < _BRIEF and _HOLLOW.fullmatch(text) is not None
        )

    def _formal(self, words: Words) -> bool:
        """Whether it says nothing but what a form asks for: "Action 1", "Item / Owner / Target date"."""
        tokens = words.tokens
        if len(tokens) > _FORMAL or tokens[0] not in self._v.form_words:
            return False
        if ":" in words.raw and not words.raw.startswith("["):
            return False
        return all(token in self._v.form_words or token.isdigit() or len(token) == 1 for token in tokens)

    def outside(self, text: str, words: Words) -> bool:
        """History, handles, bare addresses, hindsight, advice: no measure, though it stands in their list."""
        return self.why_outside(text, words) is not None

    def why_outside(self, text: str, words: Words) -> str | None:
        """Which of these it is, in words."""
        v = self._v
        if _TIME.match(text):
            return "opens with a time: what happened, not what will be done"
        level = _LEVEL.match(text)
        if level and v.definitions.start(words_of(text[level.end() : level.end() + _BRIEF])) is not None:
            return "says what a priority or severity means"
        if len(text) < _BRIEF and (_HANDLES.fullmatch(text) or _ONLY_LINK.fullmatch(text)):
            return "is nothing but names or an address"
        if self._looks_back(words):
            return "says what should have been"
        if v.advice.start(words) or self._tells_readers(text, words):
            return "speaks to other people"
        if v.guidance.start(words) or self._prompts(text):
            return GUIDANCE
        if v.works.inside(words) and not self.instructs(words):
            return "says that something works"
        if v.doubts.start(words):
            return "says what nobody knows"
        if v.rejections.inside(words):
            return "tells what will not be done"
        if (
            words.tokens[-1] in v.report_tail
            and any(token.isdigit() for token in words.tokens)
            and len(words.tokens) < 9
        ):
            return "says that a ticket was filed"
        return "says that tickets were filed" if self._filed(words) else None

    def _tells_readers(self, text: str, words: Words) -> bool:
        """Whether a label says that it is for readers: "For operators: upgrade to 2.4"."""
        match = FIELD.match(text[:FIELD_END]) if words.tokens[0] in self._v.heading_to else None
        label = words_of(match[1]) if match else None
        return label is not None and any(
            hit.at > 0 and hit.at + hit.size == len(label.tokens)
            for hit in self._v.heading_readers.all(label)
        )

    def _prompts(self, text: str) -> bool:
        """Whether it asks its writer behind a label: "Immediate action: what was done?"."""
        match = FIELD.match(text[:FIELD_END]) if "?" in text or "？" in text else None
        if match is None:
            return False
        asked = words_of(text[match.end() : match.end() + _BRIEF])
        return self._v.asks.start(asked) is not None or self._v.guidance.start(asked) is not None

    def _filed(self, words: Words) -> bool:
        """Whether it says that tickets were filed, and no more: "We have opened three tickets."."""
        tokens = words.tokens
        return (
            len(tokens) < _NONE
            and tokens[-1] in self._v.filed_nouns
            and self._v.accomplished.first(words) is not None
            and not self._v.report_tail.isdisjoint(tokens)
        )

    def _looks_back(self, words: Words) -> bool:
        """Whether it says "We should have tested it", and not "We should have tests for it"."""
        hit = self._v.hindsight.first(words)
        if hit is None or hit.at > 3 or (hit.at > 0 and hit.size == 1):
            return False
        after = hit.at + hit.size
        if words.tokens[after - 1] != "have" or after >= len(words.tokens):
            return True
        return words.tokens[after] in PARTICIPLES or self._v.verbs.form(words.tokens[after]) is Form.PAST

    def field(self, text: str) -> tuple[Label, str] | None:
        """A labelled remark, such as "Owner: Sam" or "Why: ...", and its value."""
        opening = text[:FIELD_END]
        match = FIELD.match(text) if ":" in opening or "：" in opening else None
        if not match:
            return None
        label = self._v.labels.exact.get(words_of(match[1]).folded)
        return (label, text[match.end() :].strip(" *_")) if label not in (None, Label.ACTION) else None

    def details(self, heading: str) -> bool:
        """Whether a heading below a measure only tells of it: "Steps", "Acceptance criteria"."""
        return words_of(heading).folded in self._v.heading_details

    def notes(self, label: str) -> bool:
        """Whether a label only says more of a measure: "Requirements", "Acceptance criteria"."""
        words = words_of(label)
        role = self._v.headings.exact.get(words.folded)
        return self._v.labels.exact.get(words.folded) is Label.NOTE or role in (
            Role.ASIDE,
            Role.CAUSE,
            Role.IMPACT,
        )

    def sorted_by_time(self, text: str) -> bool:
        """Whether a label says when what stands behind it will be done: "Long term: move the logs"."""
        match = FIELD.match(text[:FIELD_END])
        if match is None or words_of(match[1]).folded not in self._v.heading_alone:
            return False
        rest = text[match.end() :].strip(" *_")
        words = words_of(rest)
        told = self.act(words) is Act.REPORTS or self.passive(words) or self.looks_back_on(words)
        told = told or any(self._v.verbs.form(token) is Form.PAST for token in words.tokens[:2])
        return not (told or self.hollow(rest, words) or self.converses(rest, words))

    def labelled(self, text: str) -> bool:
        """Whether it opens with a label such as "Preventive action:"."""
        match = FIELD.match(text[:FIELD_END])
        return match is not None and words_of(match[1]).folded in self._v.inline.exact

    def remedies(self, text: str) -> bool:
        """Whether it opens with what introduces the answer to a fault: "Action:", "Recommendation:"."""
        match = FIELD.match(text[:FIELD_END])
        return match is not None and self.remedy(match[1])

    def behind_remedy(self, text: str) -> int:
        """Where what such a label introduces starts, unless the label is part of the item's words as well."""
        match = FIELD.match(text[:FIELD_END])
        plain = match is None or words_of(match[1]).folded in self._v.inline.exact
        return 0 if match is None or plain else match.end()

    def remedy(self, label: str) -> bool:
        """Whether a label introduces the answer to a fault."""
        folded, v = words_of(label).folded, self._v
        return (
            folded in v.inline.exact
            or folded in v.remedies
            or folded == "fix"
            or v.headings.exact.get(folded) is Role.MEASURES
        )

    def remarks(self, words: Words) -> bool:
        """A statement about something, "The old disk was from 2019.", beside what is certainly a measure."""
        tokens = words.tokens
        if words.unspaced or self.act(words) in (Act.INSTRUCTS, Act.PROMISES, Act.OBLIGES):
            return False
        if self._v.verbs.form(tokens[0]) is not None or self.instructs(words):
            return False
        return len(tokens) > _LONGEST_NAME or any(
            two in _FINITE and one not in RELATIVE for one, two in itertools.pairwise(tokens[: EARLY + 1])
        )

    def points(self, text: str) -> bool:
        """Whether it is a label with nothing but a pointer: "Later: see below."."""
        return _POINTER.match(text[:_POINTED]) is not None

    def converses(self, text: str, words: Words) -> bool:
        """A question, or the short answer to one: "Could we be faster?", "No, it took a minute."."""
        return text.endswith(("?", "？")) or (
            words.tokens[0] in _ANSWERS and text[len(words.tokens[0]) :][:1] == ","
        )

    def faults(self, words: Words) -> bool:
        """Whether it names work, or what is wrong, beside sentences that call for work."""
        return not self.remarks(words) or self._v.defects.inside(words)

    def names_fault(self, words: Words) -> bool:
        """Whether a few words only name what was wrong: "Problems of the zone", "Zone problems"."""
        tokens = words.tokens
        return len(tokens) < _NONE and not self.instructs(words) and tokens[-1] in self._v.faults

    def addressed(self, words: Words) -> bool:
        """Whether it speaks to its reader, unless to say what its writers will do."""
        if "you" not in words.tokens and "your" not in words.tokens:
            return False
        hit = self._v.announce.first(words)
        return hit is None or hit.at > 3

    def vague(self, words: Words) -> bool:
        """A promise that nobody could tick off."""
        return self._v.vague.inside(words)

    def finished(self, words: Words) -> bool:
        """Whether the line in front of a list says that all of it is done."""
        state = self._v.states.start(words)
        return self._v.finished_leads.inside(words) or (state is not None and state.value is State.DONE)

    def closes(self, words: Words) -> bool:
        """The start of a paragraph that looks back on a list of measures."""
        return self._v.closings.start(words) is not None

    def leads(self, words: Words) -> bool:
        """Whether a line ending in a colon introduces measures."""
        v = self._v
        if v.lead_vetoes.inside(words) or v.history_leads.inside(words):
            return False
        return v.leads.inside(words) or v.breaks_off(words)

    def guides(self, words: Words) -> bool:
        """Guidance for whoever fills in the report, in one of its sentences."""
        hit = self._v.guidance.first(words)
        if hit is None or words.unspaced:
            return hit is not None
        spans = sentences(words.raw)
        return len(spans) < 2 or any(
            self._v.guidance.inside(words_of(words.raw[first:last])) for first, last in spans
        )

    def about_report(self, words: Words) -> bool:
        """Work on the report itself."""
        return self._v.report.inside(words)
