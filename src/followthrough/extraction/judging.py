"""Is a sentence work to be done, a placeholder, hindsight, or talk? One question a method."""

from __future__ import annotations

import itertools
import re
from enum import Enum

from followthrough.model import State

from .phrases import Words, words_of
from .sentences import sentences
from .verbs import Form
from .vocabulary import Label, Role, Vocabulary

_TIME = re.compile(r"\W{0,3}(?:\d{4}[-/]\d\d?[-/]\d\d?|\d{1,2}:\d{2}|\d{1,2}\s?[ap]m\b)", re.IGNORECASE)
_HANDLES = re.compile(r"\W*(?:@[\w.-]+[\s,]*)+(?:\([^()]*\))?\W*")
_FIELD = re.compile(r"\W{0,6}([^\W\d_][^:：\n]{0,30}?)[\s*_]{0,20}[:：]")
_POINTER = re.compile(r"[^:.]{0,60}:\W{0,4}[Ss]ee\s")
_POINTED = 100
_FIELD_END = 60
_ONLY_LINK = re.compile(r"\W*https?://\S+\W*")
_PARTICIPLES = frozenset(
    ("been", "had", "gone", "seen", "known", "come", "become", "also", "already", "never")
)
_NOW = frozenset(("also", "now", "already", "currently", "still", "actively"))
_CONDITION = frozenset(
    ("when", "if", "before", "after", "while", "cuando", "si", "lorsque", "quand", "wenn", "quando")
)
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
    r"|<(?:insert|describe|your|who|what|name|owner|action)[^<>]{0,60}>",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"\W*(?:P[0-5]|SEV-?\d)\s*(?:[:–—-]|\()\s*", re.IGNORECASE)


_FINITE = frozenset(("is", "was", "are", "were", "had", "has", "did", "does", "means", "remains"))
_ANSWERS = frozenset(("no", "yes", "unknown", "maybe", "non", "oui", "si", "nein", "ja", "nao", "sim"))
_DONE = frozenset(("was", "were", "been"))
_WAS = frozenset(("was", "were", "had", "did"))
_RELATIVE = frozenset(("that", "which", "who", "what", "whether", "if", "when", "until", "where", "how"))
_EARLY = 9
_SUBJECT = 6
"""Words before "will" that name who does something."""
_LONGEST_NAME = 25
"""Words; what is longer and says nothing of work is no name of a measure."""
_BRIEF_NAME = 5
"""A heading of so many words is a name."""
_FORMAL = 10
"""Words; what is longer says more than a form asks for."""
_BRIEF = 200
"""A longer text is neither a placeholder nor a list of names."""


GUIDANCE = "guidance for whoever fills in the report"


class Act(Enum):
    """How a sentence speaks of work."""

    INSTRUCTS = "instructs"
    PROMISES = "promises"
    OBLIGES = "obliges"
    REPORTS = "reports"
    """It says that the work is done."""


class Judge:
    """Answers questions about the words of a sentence."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._v = vocabulary
        self.states = vocabulary.states

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
        if _INSTANCE.match(text):
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
        if v.advice.start(words):
            return "speaks to other people"
        if v.guidance.start(words):
            return GUIDANCE
        if v.rejections.inside(words):
            return "tells what will not be done"
        if (
            words.tokens[-1] in v.report_tail
            and any(token.isdigit() for token in words.tokens)
            and len(words.tokens) < 9
        ):
            return "says that a ticket was filed"
        return None

    def _looks_back(self, words: Words) -> bool:
        """Whether it says "We should have tested it", and not "We should have tests for it"."""
        hit = self._v.hindsight.first(words)
        if hit is None or hit.at > 3 or (hit.at > 0 and hit.size == 1):
            return False
        after = hit.at + hit.size
        if words.tokens[after - 1] != "have" or after >= len(words.tokens):
            return True
        return words.tokens[after] in _PARTICIPLES or self._v.verbs.form(words.tokens[after]) is Form.PAST

    def field(self, text: str) -> tuple[Label, str] | None:
        """A labelled remark, such as "Owner: Sam" or "Why: ...", and its value."""
        match = _FIELD.match(text)
        if not match:
            return None
        label = self._v.labels.exact.get(words_of(match[1]).folded)
        return (label, text[match.end() :].strip(" *_")) if label not in (None, Label.ACTION) else None

    def passive(self, words: Words) -> bool:
        """Whether it says early what was done: "The reminders were moved to a list"."""
        pairs = itertools.pairwise(words.tokens[: 2 * _EARLY])
        return any(one in _DONE and self._v.verbs.form(two) is Form.PAST for one, two in pairs)

    def labelled(self, text: str) -> bool:
        """Whether it opens with a label such as "Preventive action:"."""
        match = _FIELD.match(text[:_FIELD_END])
        return match is not None and words_of(match[1]).folded in self._v.inline.exact

    def act(self, words: Words) -> Act | None:
        """How a sentence speaks of work, if it does."""
        v = self._v
        tokens = words.tokens
        form = v.verbs.form(tokens[1] if tokens[0] == "re" and len(tokens) > 1 else tokens[0])
        promise = v.announce.first(words)
        if promise is not None or self._works(words):
            return Act.PROMISES
        if form is Form.BASE and len(words.tokens) > 1 and words.tokens[0] != "should":
            return Act.INSTRUCTS
        if v.accomplished.first(words) is not None:
            return Act.REPORTS
        if v.oblige.first(words) is not None:
            return Act.OBLIGES
        if v.openers.start(words) and self.instructs(words):
            return Act.INSTRUCTS
        return Act.REPORTS if form is Form.PAST and len(words.tokens) > 2 else None

    def promises(self, words: Words) -> bool:
        """Whether it says that work will be done, whoever does it."""
        act = self.act(words)
        if act is not Act.REPORTS:
            return act is Act.PROMISES or self.foretells(words)
        told = self._v.accomplished.first(words)
        return told is not None and "will" in words.tokens[: told.at] and self.foretells(words)

    def _works(self, words: Words) -> bool:
        """Whether its writers say what they are at: "We are now adding a disk"."""
        tokens = words.tokens
        if len(tokens) < 4 or tokens[0] != "we" or tokens[1] not in ("are", "re"):
            return False
        return self._v.verbs.form(tokens[3 if tokens[2] in _NOW else 2]) is Form.ING

    def speaks(self, words: Words) -> bool:
        """Whether its writers begin to say what they did, do or will do."""
        v = self._v
        return (
            v.announce.start(words) is not None
            or v.accomplished.start(words) is not None
            or self._works(words)
        )

    def assigns(self, words: Words) -> bool:
        """Whether it opens with who will do what: "the storage team will add ..."."""
        tokens = words.tokens
        for at in range(1, min(_SUBJECT, len(tokens) - 1)):
            if tokens[at] == "will":
                return self._v.verbs.form(tokens[at + 1]) is Form.BASE and set(tokens[:at]).isdisjoint(
                    _RELATIVE
                )
        return False

    def accomplishes(self, words: Words) -> bool:
        """Whether its writers say early what they have done."""
        hit = self._v.accomplished.first(words)
        if hit is None or hit.at > 2 or words.tokens[hit.at] not in ("we", "i", "our"):
            return False
        after = [token for token in words.tokens[hit.at + 1 : hit.at + hit.size + 2] if token not in _NOW]
        return any(token in _PARTICIPLES or self._v.verbs.form(token) is Form.PAST for token in after)

    def foretells(self, words: Words) -> bool:
        """Whether it says what something will do: "The parser will refuse such rules"."""
        tokens = words.tokens
        for at in range(1, min(_EARLY, len(tokens) - 1)):
            after = at + 1
            if tokens[at] == "going" and tokens[after] == "to":
                after += 1
            elif tokens[at] != "will":
                continue
            after += tokens[after : after + 1] in (["not"], ["no"], ["now"], ["also"], ["only"], ["then"])
            if after >= len(tokens) or set(tokens[:at]) & _RELATIVE:
                return False
            return tokens[after] not in self._v.behaves and not tokens[after].endswith("ly")
        return False

    def instructs(self, words: Words) -> bool:
        """Whether it tells somebody to do something: "Add ...", "Never push ...", "When merging, run ..."."""
        v = self._v
        tokens = words.tokens
        at = 0
        while at < min(4, len(tokens)):
            if v.verbs.form(tokens[at]) in (Form.BASE, Form.ING):
                return len(tokens) > at + 1
            opener = v.openers.start(_From(words, at))
            if opener is None:
                return False
            at += opener.size
        return False

    def conditional(self, text: str, words: Words) -> bool:
        """A rule for a situation: "When deploying, check ...", "If ..., ask ..."."""
        if words.tokens[0] not in _CONDITION or "," not in text:
            return False
        rest = words_of(text[text.index(",") + 1 :])
        return self.instructs(rest)

    def remarks(self, words: Words) -> bool:
        """A statement about something, "The old disk was from 2019.", beside what is certainly a measure."""
        tokens = words.tokens
        if words.unspaced or self.act(words) in (Act.INSTRUCTS, Act.PROMISES, Act.OBLIGES):
            return False
        if self._v.verbs.form(tokens[0]) is not None or self.instructs(words):
            return False
        return len(tokens) > _LONGEST_NAME or any(
            two in _FINITE and one not in _RELATIVE for one, two in itertools.pairwise(tokens[: _EARLY + 1])
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

    def looks_back_on(self, words: Words) -> bool:
        """Whether it tells early how something was: "The attack was successful, ..."."""
        pairs = itertools.pairwise(words.tokens[: _EARLY + 1])
        return any(two in _WAS and one not in _RELATIVE for one, two in pairs)

    def addressed(self, words: Words) -> bool:
        """Whether it speaks to its reader, unless to say what its writers will do."""
        if "you" not in words.tokens and "your" not in words.tokens:
            return False
        hit = self._v.announce.first(words)
        return hit is None or hit.at > 3

    def vague(self, words: Words) -> bool:
        """A promise that nobody could tick off."""
        return self._v.vague.inside(words)

    def under_way(self, words: Words) -> bool:
        """Whether it says that somebody is at it."""
        return any(
            one == "working" or one == "currently" or two.endswith("ing")
            for one, two in zip(["", *words.tokens], words.tokens, strict=False)
            if one in ("working", "currently", "are", "re", "is")
        )

    def completed(self, words: Words) -> bool:
        """Whether a heading names work by its end: "Alerts configured"."""
        return 1 < len(words.tokens) <= _BRIEF_NAME and self._v.verbs.form(words.tokens[-1]) is Form.PAST

    def finished(self, words: Words) -> bool:
        """Whether the line in front of a list says that all of it is done."""
        state = self._v.states.start(words)
        return self._v.finished_leads.inside(words) or (state is not None and state.value is State.DONE)

    def closes(self, words: Words) -> bool:
        """The start of a paragraph that looks back on a list of measures."""
        return self._v.closings.start(words) is not None

    def leads(self, words: Words) -> bool:
        """Whether a line ending in a colon introduces measures."""
        return self._v.leads.inside(words) and not self._v.lead_vetoes.inside(words)

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


class _From(Words):
    """The words of a text from one of them on."""

    def __init__(self, words: Words, at: int) -> None:
        self.raw = words.raw
        self.folded = words.folded
        self.tokens = words.tokens[at:] or [""]
        self.unspaced = False
