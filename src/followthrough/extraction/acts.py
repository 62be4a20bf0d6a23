"""How a sentence speaks of work: does it instruct, promise, oblige, or tell that it is done?"""

from __future__ import annotations

import itertools
import re
from enum import Enum

from .phrases import Words, words_of
from .verbs import Form
from .vocabulary import CONDITIONS, INFINITIVES, Vocabulary

FIELD = re.compile(r"\W{0,6}([^\W\d_][^:：\n]{0,30}?)[\s*_]{0,20}[:：]")
FIELD_END = 60
PARTICIPLES = frozenset(
    ("been", "had", "gone", "seen", "known", "come", "become", "also", "already", "never")
)
_NOW = frozenset(("also", "now", "already", "currently", "still", "actively"))
_WORKERS = frozenset(("team", "teams", "engineers", "developers", "staff", "group", "engineering"))
_SPEAKERS = frozenset(("we", "i"))
_AND = frozenset(("and", "but"))
_JOINED = frozenset(("to", "from", "with", "by", "into", "for", "on"))
_NOW_AFTER = frozenset(
    ("will", "to", "should", "must", "can", "could", "would", "may", "and", "from", "not", "until", "by")
)
"""Before "now" these say that something is to be, or from when."""
_FINITE = frozenset(
    ("is", "are", "be", "was", "were", "will", "should", "must", "can", "that", "which", "when", "if", "so")
)
_NAMED_LEAD = 3
"""Words of a phrase that says wherever it stands that a list follows: "the following actions"."""
_HEADLINE = 8
"""Words in which a headline says what was done."""
_DONE = frozenset(("was", "were", "been"))
_TELLS = frozenset(("has", "had", "is", "was", "were", "did", "does", "now"))
"""Behind one of these, what could be a verb is none: "Search has been fast", "Right now the disk is full"."""
_WAS = frozenset(("was", "were", "had", "did"))
RELATIVE = frozenset(("that", "which", "who", "what", "whether", "if", "when", "until", "where", "how"))
EARLY = 9
_SUBJECT = 6
"""Words before "will" that name who does something."""
_LABEL = 5
"""Words of a label at most."""
_BRIEF_NAME = 5
"""A heading of so many words is a name."""


class Act(Enum):
    """How a sentence speaks of work."""

    INSTRUCTS = "instructs"
    PROMISES = "promises"
    OBLIGES = "obliges"
    REPORTS = "reports"
    """It says that the work is done."""


class Acts:
    """Answers questions about how sentences speak of work."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._v = vocabulary
        self.states = vocabulary.states

    def act(self, words: Words) -> Act | None:
        """How a sentence speaks of work, if it does."""
        if words.known is None or words.known[0] is not self._v:
            words.known = (self._v, self._act(words))
        found = words.known[1]
        return found if isinstance(found, Act) else None

    def _act(self, words: Words) -> Act | None:
        v = self._v
        tokens = words.tokens
        form = v.verbs.form(tokens[1] if tokens[0] == "re" and len(tokens) > 1 else tokens[0])
        promise = v.announce.first(words)
        if promise is not None or self._works(words) or self._goes_on(tokens) or self._weighs(tokens):
            return Act.PROMISES
        if form is Form.BASE and len(tokens) > 1 and tokens[0] != "should" and tokens[1] not in _TELLS:
            return Act.INSTRUCTS
        if form is None and tokens[0].endswith(INFINITIVES) and v.infinitive(tokens):
            return Act.INSTRUCTS
        told = v.accomplished.first(words)
        if told is not None:
            under_way = tokens[told.at + told.size : told.at + told.size + 1] == ["being"]
            return Act.PROMISES if under_way else Act.REPORTS
        if v.oblige.first(words) is not None:
            return Act.OBLIGES
        if v.openers.start(words) and self.instructs(words):
            return Act.INSTRUCTS
        return Act.REPORTS if form is Form.PAST and len(words.tokens) > 2 else None

    def _goes_on(self, tokens: list[str]) -> bool:
        """Whether its writers tell what they did together with what they will: "I raised it and will ..."."""
        if "will" not in tokens or not ("we" in tokens or "i" in tokens):
            return False
        for at in range(2, len(tokens) - 1):
            if tokens[at] == "will" and tokens[at - 1] in _AND:
                after = tokens[at + 1 + (tokens[at + 1] in _NOW) :][:1] or [""]
                told = "we" in tokens[:at] or "i" in tokens[:at]
                return told and self._v.verbs.form(after[0]) is Form.BASE and after[0] not in self._v.behaves
        return False

    def unlabelled(self, sentence: str, words: Words) -> Words:
        """The words behind a label, where they say what to do: "Improved monitoring: add an alert"."""
        match = FIELD.match(sentence[:FIELD_END])
        behind = words_of(sentence[match.end() :]) if match and match[1].count(" ") < _LABEL else words
        return behind if self.instructs(behind) else words

    def promises(self, words: Words) -> bool:
        """Whether it says that work will be done, whoever does it."""
        act = self.act(words)
        if act is not Act.REPORTS:
            return act is Act.PROMISES or self.foretells(words)
        told = self._v.accomplished.first(words)
        return told is not None and "will" in words.tokens[: told.at] and self.foretells(words)

    def wants(self, words: Words) -> bool:
        """Whether its writers say early what they should do: "We also need to test it"."""
        hit = self._v.oblige.first(words)
        if hit is None or hit.at > 2 or words.tokens[hit.at] not in ("we", "i"):
            return False
        at = hit.at + hit.size
        at += words.tokens[at : at + 1] == ["also"]
        after = words.tokens[at : at + 1]
        return after not in (["have"], ["be"]) and self._v.verbs.form("".join(after)) is Form.BASE

    def _works(self, words: Words) -> bool:
        """Whether its writers say what they are at: "We are now adding a disk"."""
        tokens = words.tokens
        at = 1
        if tokens[0] in ("our", "the"):
            at = next((n for n in range(2, min(_SUBJECT, len(tokens))) if tokens[n] in ("is", "are")), 0)
            if not at or tokens[at - 1] not in _WORKERS:
                return False
        elif tokens[0] != "we":
            return False
        if len(tokens) < at + 3 or tokens[at] not in ("are", "re", "is"):
            return False
        return self._v.verbs.form(tokens[at + 2 if tokens[at + 1] in _NOW else at + 1]) is Form.ING

    def at_work(self, words: Words) -> bool:
        """Whether it opens with somebody's name and their work: "Sam is adding a disk", "@sam to add one"."""
        tokens, first = words.tokens, words.raw.lstrip(" *_`(")[:1]
        if len(tokens) < 4 or not (first == "@" or (first.isupper() and tokens[0] in self._v.given)):
            return False
        if tokens[1] == "to":
            return self._v.verbs.form(tokens[2]) is Form.BASE
        doing = tokens[3 if tokens[2] in _NOW else 2]
        return (
            tokens[1] == "is"
            and self._v.verbs.form(doing) is Form.ING
            and not self._v.responding.inside(words)
        )

    def subordinate(self, words: Words) -> bool:
        """Whether a clause only says why or when its main clause holds: "To avoid a repeat"."""
        return self._v.subordinates.start(words) is not None and self._v.announce.first(words) is None

    def lists(self, words: Words) -> bool:
        """Whether a sentence only says that a list follows: "We will take the following steps."."""
        leads = self._v.list_leads
        if words.unspaced:
            return leads.inside(words)
        named = ":" not in words.raw and any(hit.size >= _NAMED_LEAD for hit in leads.all(words))
        return named or leads.ends(words) or leads.start(words) is not None

    def speaks(self, words: Words) -> bool:
        """Whether its writers begin to say what they did, do or will do."""
        v = self._v
        return (
            v.announce.start(words) is not None
            or v.accomplished.start(words) is not None
            or self._works(words)
        )

    def states_work(self, words: Words) -> bool:
        """Whether a clause of its own says what is, will or should be done, and gives no reason."""
        if self._v.subordinates.start(words) is not None:
            return False
        return self.act(words) in (Act.PROMISES, Act.OBLIGES, Act.REPORTS) or self.foretells(words)

    def ahead(self, words: Words) -> bool:
        """Whether it speaks of what is still to be done."""
        return self.act(words) in (Act.INSTRUCTS, Act.PROMISES, Act.OBLIGES) or self.foretells(words)

    def assigns(self, words: Words) -> bool:
        """Whether it opens with who will do what: "the storage team will add ..."."""
        tokens = words.tokens
        for at in range(1, min(_SUBJECT, len(tokens) - 1)):
            after = at + 1
            if tokens[at] in ("is", "are") and tokens[after : at + 3] == ["going", "to"]:
                after += 2
            elif tokens[at] not in ("will", "shall"):
                continue
            return (
                after < len(tokens)
                and self._v.verbs.form(tokens[after]) is Form.BASE
                and set(tokens[:at]).isdisjoint(RELATIVE)
            )
        return False

    def accomplishes(self, words: Words) -> bool:
        """Whether its writers say early what they have done."""
        hit = self._v.accomplished.first(words)
        if hit is None or hit.at > 2 or words.tokens[hit.at] not in ("we", "i", "our"):
            return False
        after = [token for token in words.tokens[hit.at + 1 : hit.at + hit.size + 2] if token not in _NOW]
        return any(token in PARTICIPLES or self._v.verbs.form(token) is Form.PAST for token in after)

    def accomplished(self, words: Words) -> bool:
        """Whether it says what its writers have done, maybe behind its purpose: "To avoid it, we added"."""
        hit = self._v.accomplished.first(words)
        return hit is not None and words.tokens[hit.at] in ("we", "i", "our")

    def responds(self, words: Words) -> bool:
        """Whether its writers only say what they are at during the incident: "We are investigating"."""
        return self._works(words) and self._v.responding.inside(words) and not self._weighs(words.tokens)

    def _weighs(self, tokens: list[str]) -> bool:
        """Whether its writers say what they think of doing: "We are looking into adding a limit"."""
        at = tokens.index("looking") if "looking" in tokens else 0
        if len(tokens) <= at + 2 or _SPEAKERS.isdisjoint(tokens[max(0, at - 4) : at]):
            return False
        wanted = {"to": Form.BASE, "into": Form.ING, "at": Form.ING}.get(tokens[at + 1])
        return wanted is not None and self._v.verbs.form(tokens[at + 2]) is wanted

    def foretells(self, words: Words) -> bool:
        """Whether it says what something will do: "The parser will refuse such rules"."""
        tokens = words.tokens
        for at in range(1, min(EARLY, len(tokens) - 1)):
            after = at + 1
            if tokens[at] == "going" and tokens[after] == "to":
                after += 1
            elif tokens[at] != "will":
                continue
            after += tokens[after : after + 1] in (["not"], ["no"], ["now"], ["also"], ["only"], ["then"])
            if after >= len(tokens) or set(tokens[:at]) & RELATIVE:
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
                return len(tokens) > at + 1 and tokens[at + 1] not in _TELLS
            if tokens[at].endswith(INFINITIVES) and v.infinitive(tokens, at):
                return True
            opener = v.openers.start(_From(words, at))
            if opener is None:
                return False
            at += opener.size
        return False

    def names_deed(self, words: Words) -> bool:
        """Whether it names work by a noun: "Introduction of a second database"."""
        tokens = words.tokens
        return tokens[0] in self._v.deeds and len(tokens) > 3 and "of" in tokens[1:4]

    def conditional(self, text: str, words: Words) -> bool:
        """A rule for a situation: "When deploying, check ...", "If ..., ask ..."."""
        if words.tokens[0] not in CONDITIONS or "," not in text:
            return False
        rest = words_of(text[text.index(",") + 1 :])
        return self.instructs(rest)

    def passive(self, words: Words) -> bool:
        """Whether it says early what was done: "The reminders were moved to a list"."""
        pairs = itertools.pairwise(words.tokens[: 2 * EARLY])
        return any(one in _DONE and self._v.verbs.form(two) is Form.PAST for one, two in pairs)

    def told(self, words: Words) -> bool:
        """Whether it says by a noun and its end what was done: "Limits of the queue tightened"."""
        last = itertools.islice((token for token in reversed(words.tokens) if not token.endswith("ly")), 3)
        told, before, more = [*last, None, None, None][:3]
        return (
            told is not None
            and more is not None
            and self._v.verbs.form(told) is Form.PAST
            and before not in _DONE
            and told not in self._v.undone
        )

    def headlined(self, words: Words) -> bool:
        """Whether it tells in a headline's words what was done: "Limits of the queue raised to 20"."""
        tokens = words.tokens
        if self.told(words):
            return len(tokens) <= _HEADLINE
        return (
            any(
                self._v.verbs.form(one) is Form.PAST
                and one not in self._v.undone
                and two in _JOINED
                and at > 0
                for at, (one, two) in enumerate(itertools.pairwise(tokens[:_HEADLINE]))
            )
            and not set(tokens[:_HEADLINE]) & _FINITE
        )

    def looks_back_on(self, words: Words) -> bool:
        """Whether it tells early how something was: "The attack was successful, ..."."""
        pairs = itertools.pairwise(words.tokens[: EARLY + 1])
        return any(two in _WAS and one not in RELATIVE for one, two in pairs)

    def rests(self, words: Words) -> bool:
        """Whether it tells early how something has been since, not what was done: "Search has been fast"."""
        tokens = words.tokens
        return any(
            tokens[at] in ("has", "have")
            and tokens[at + 1] == "been"
            and self._v.verbs.form(tokens[at + 2]) not in (Form.PAST, Form.ING)
            and not tokens[at + 2].endswith(("ed", "ly"))
            for at in range(min(EARLY, len(tokens) - 2))
        )

    def under_way(self, words: Words) -> bool:
        """Whether it says that somebody is at it."""
        return any(
            one == "working" or one == "currently" or two == "being" or two.endswith("ing")
            for one, two in zip(["", *words.tokens], words.tokens, strict=False)
            if one in ("working", "currently", "are", "re", "is", "now")
        )

    def does_now(self, words: Words) -> bool:
        """Whether it says early what something does now that the work is done: "It now drops old files"."""
        tokens = words.tokens
        if "now" not in tokens[1:EARLY]:
            return False
        at = tokens.index("now", 1)
        return (
            at + 2 < len(tokens)
            and tokens[at - 1] not in _NOW_AFTER
            and self._v.verbs.form(tokens[at + 1]) in (Form.THIRD, Form.BASE)
        )

    def completed(self, words: Words) -> bool:
        """Whether a heading names work by its end: "Alerts configured"."""
        return 1 < len(words.tokens) <= _BRIEF_NAME and self._v.verbs.form(words.tokens[-1]) is Form.PAST


class _From(Words):
    """The words of a text from one of them on."""

    def __init__(self, words: Words, at: int) -> None:
        self.raw = words.raw
        self.folded = words.folded
        self.tokens = words.tokens[at:] or [""]
        self.unspaced = False
        self.known = None
        self.firsts = {}
        self._distinct = None
