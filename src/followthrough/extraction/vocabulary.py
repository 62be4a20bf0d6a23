"""The words that extraction knows, read once from the TOML files in ``words/``.

One file a language, all in use at once: teams mix them. Every list is data; what a list is for
stands beside its attribute here. ``Vocabulary.extended`` adds an organisation's own words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from followthrough.model import Kind, State

from .folding import fold
from .meanings import Fact, Label, Role
from .phrases import Phrases, Words, words_of
from .verbs import Verbs

__all__ = ["INFINITIVES", "Fact", "Label", "Role", "Vocabulary", "default_vocabulary"]

INFINITIVES = ("ar", "er", "ir", "are", "ere", "ire", "dre", "tre")
"""How Romance infinitives end."""
CONDITIONS = frozenset(
    ("when", "if", "before", "after", "while", "cuando", "si", "lorsque", "quand", "wenn", "quando")
)
"""How a sentence starts that says when something holds."""
_ADDRESSEE = 6
"""Words behind "recommendations for" in which those stand to whom they are made."""
_INFINITIVE = 5
"""Letters of an infinitive that no list has, at least."""
Lists = Mapping[str, Mapping[str, Iterable[str] | str]]


class Vocabulary:
    """All lists of all languages, ready to be looked up."""

    def __init__(self, lists: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        self.lists = lists
        self.headings = Phrases({role: self._list("headings", role.value) for role in Role})
        self.follow_ups = frozenset(fold(words) for words in self._list("headings", "follow_ups"))
        self.incident_tasks = frozenset(fold(words) for words in self._list("headings", "incident_tasks"))
        """Headings of what responders did, where follow-ups have a heading of their own."""
        self.heading_nouns = self._phrases("headings", "heading_nouns")
        self.heading_modifiers = self._phrases("headings", "heading_modifiers")
        """Headings of measures are made of these: at least one noun, and nothing else."""
        self.heading_endings = tuple(fold(words) for words in self._list("headings", "heading_endings"))
        """How compounds end that are nouns of that kind."""
        self.heading_acts = self._phrases("headings", "heading_acts")
        self.heading_fillers = self._phrases("headings", "heading_fillers")
        """Sentences as headings are made of these, nouns and modifiers, with at least one act."""
        self.heading_alone = frozenset(fold(words) for words in self._list("headings", "heading_alone"))
        """Headings of measures only where none above says otherwise."""
        self.heading_details = frozenset(fold(words) for words in self._list("headings", "heading_details"))
        """Headings below one that names work, which only tell of it."""
        self.heading_reasons = self._phrases("headings", "heading_reasons")
        """How a heading starts that gives reasons, whatever stands above it."""
        self.heading_pointers = frozenset(fold(words) for words in self._list("headings", "heading_pointers"))
        """Headings of what "References" refers to, which open measures elsewhere."""
        self.heading_done = frozenset(fold(words) for words in self._list("headings", "heading_done"))
        """Headings of what was changed since."""
        self.heading_urgent = self._phrases("headings", "heading_urgent")
        self.heading_past = self._phrases("headings", "heading_past")
        """What says of measures that they come first, unless it says that they were taken."""
        self.heading_readers = self._phrases("headings", "heading_readers")
        """To whom a heading may speak."""
        self.heading_to = frozenset(fold(word) for word in self._list("headings", "heading_to"))
        self.heading_between = frozenset(fold(word) for word in self._list("headings", "heading_between"))
        """What stands before a reader in such a heading: "Advice for all users"."""
        self.heading_rejected = self._phrases("headings", "heading_rejected")
        """What says of measures that they were only thought about."""
        self.ambiguous = self._phrases("headings", "ambiguous")
        """What may be past or future: a list of what was done gives way below such a heading."""
        self.heading_vetoes = self._phrases("headings", "heading_vetoes")
        """Unless one of these is among them."""
        self.kinds = Phrases({kind: self._list("kinds", kind.value) for kind in Kind})
        self.kind_words = Phrases({kind: self._list("kind_words", kind.value) for kind in Kind})
        self.labels = Phrases({label: self._list("labels", label.value) for label in Label})
        self.inline = self._phrases("labels", "inline")
        """Labels that make a sentence a measure outside any section: ``Action: ...``."""
        self.leading = frozenset(fold(words) for words in self._list("labels", "leading"))
        """Labels in front of the work, where others follow that say whose it is: ``What: ... Who: ...``."""
        self.remedies = frozenset(fold(words) for words in self._list("labels", "remedies"))
        """Columns that say what helps, or helped, beside columns of problems."""
        self.anything = frozenset(fold(words) for words in self._list("labels", "anything"))
        """Heads of columns of any list; beside a state alone, or behind a time, they tell of no measures."""
        self.problems = frozenset(fold(words) for words in self._list("labels", "problems"))
        """What stands in front of what is wrong: "Finding 2: ..."."""
        self.states = Phrases({state: self._list("states", state.value) for state in State})
        self.cell_states = Phrases({state: self._list("states", f"cell_{state.value}") for state in State})
        """Words that tell a state only where nothing else is expected, as in a column of states."""
        self.outcomes = self._phrases("states", "done_lead")
        """First words of a remark that tells how the work ended: ``(fixed by ...)``."""
        self.filings = self._phrases("states", "filed_lead")
        self.priorities = self._phrases("priorities", "words")
        self.severities = Phrases({level: self._list("severities", level) for level in SEVERITIES})
        self.facts = Phrases({fact: self._list("incident", fact.value) for fact in Fact})
        self.report_status = self._phrases("incident", "report_status")
        self.incident_status = self._phrases("incident", "incident_status")
        self.people_sections = frozenset(fold(words) for words in self._list("incident", "people_sections"))
        self.people_labels = self._phrases("incident", "people_labels")
        """What stands before the names of who took part: ``IC: Sam``."""
        self.groups = self._phrases("incident", "groups")
        """Departments, which do not name a person."""
        self.departments = frozenset(self._list("incident", "departments"))
        """Departments that do work under one word, as they are spelled: ``SRE``."""
        self._words_lists()
        self._date_lists()

    def _words_lists(self) -> None:
        self.verbs = Verbs(
            self.lists.get("words", {}).get("verbs", ()), self.lists.get("words", {}).get("pasts", ())
        )
        self.yes = frozenset(fold(word) for word in self._list("words", "yes"))
        self.no = frozenset(fold(word) for word in self._list("words", "no"))
        self.openers = self._phrases("words", "openers")
        """What may stand before the verb of an instruction."""
        self.rules = frozenset(fold(word) for word in self._list("words", "rules"))
        """How a rule for everybody starts: "Always keep a spare disk"."""
        self.undone = frozenset(fold(word) for word in self._list("words", "undone"))
        """Participles that do not say that work is done."""
        self.deeds = frozenset(fold(word) for word in self._list("words", "deeds"))
        """Work as a noun, which "of" follows."""
        self.articles = frozenset(fold(word) for word in self._list("words", "articles"))
        """What shows that the word before it is an infinitive: "proyectar una base"."""
        self.particles = frozenset(fold(word) for word in self._list("words", "particles"))
        """What only joins the words of a name: "control de admisión"."""
        self.referents = frozenset(fold(word) for word in self._list("words", "referents"))
        """What a number behind it picks out of a list elsewhere: "lesson 1"."""
        self.unspaced_deeds = self._phrases("words", "unspaced_deeds")
        """What names work in a sentence without spaces between its words."""
        self.hanging = frozenset(fold(word) for word in self._list("words", "hanging"))
        """How the line in front of a list ends that goes on in its elements."""
        self.purposes = self._phrases("words", "purposes")
        """For what measures are taken, in any sentence: "to prevent recurrence"."""
        self.onward = self._phrases("words", "onward")
        """Behind what a story of the past goes on with what comes."""
        self.responding = self._phrases("words", "responding")
        """What people do while an incident lasts, or always."""
        self.list_leads = self._phrases("words", "list_leads")
        """How a sentence ends that a list follows, colon or not."""
        self.subordinates = self._phrases("words", "subordinates")
        """How a clause starts that only says why or when another one holds."""
        self.announce = self._phrases("words", "announce")
        """Sentences that promise work."""
        self.oblige = self._phrases("words", "oblige")
        """Sentences that call for work."""
        self.accomplished = self._phrases("words", "accomplished")
        """Sentences that say the work is done."""
        self.vague = self._phrases("words", "vague")
        """Promises that nobody could tick off."""
        self.hindsight = self._phrases("words", "hindsight")
        """What should have been."""
        self.closings = self._phrases("words", "closings")
        """How a paragraph behind a list of measures starts."""
        self.reflections = self._phrases("words", "reflections")
        """How a sentence starts that looks back."""
        self.leads = self._phrases("words", "leads")
        """What a paragraph that introduces a list of measures says."""
        self.lead_vetoes = self._phrases("words", "lead_vetoes")
        self.rule_leads = self._phrases("words", "rule_leads")
        """What a line says that is a rule itself, and the list behind it only says for what it holds."""
        self.bringing = frozenset(fold(words) for words in self._list("words", "bringing"))
        """How an instruction ends when the list behind it only says what it brings or holds."""
        self.advice_leads = self._phrases("words", "advice_leads")
        """What a line says in front of those to whom the list behind it speaks."""
        self.continuing = self._phrases("words", "continuing")
        """How a sentence starts that says more of what the one before it promises."""
        self.choice_leads = self._phrases("words", "choice_leads")
        """What a line says that calls for one of the ways listed behind it."""
        self.history_leads = self._phrases("words", "history_leads")
        """What the line in front of a list says that tells how the incident ended."""
        self.guidance = self._phrases("words", "guidance")
        """Guidance for whoever fills in the report."""
        self.report = self._phrases("words", "report")
        """Work on the report itself."""
        self.advice = self._phrases("words", "advice")
        """Words to other people."""
        self.placeholders = frozenset(fold(words) for words in self._list("words", "placeholders"))
        self.nothing = self._phrases("words", "nothing")
        """How a text starts that says that there is no work."""
        self.residue = frozenset(fold(words) for words in self._list("words", "residue"))
        self.ticket_words = self._phrases("words", "ticket_words")
        self.finished_leads = self._phrases("words", "finished_leads")
        """What the line in front of a list says when all of the list is done."""
        self.change_leads = self._phrases("words", "change_leads")
        """What a paragraph says before it tells what was and will be changed."""
        self.links = frozenset(fold(words) for words in self._list("words", "links"))
        """What only links a sentence to the one before it."""
        self.noun_verbs = frozenset(fold(word) for word in self._list("words", "noun_verbs"))
        self.behind_verbs = frozenset(fold(word) for word in self._list("words", "behind_verbs"))
        """Verbs that are nouns as well, and what shows that one of them is meant as a verb."""
        self.behaves = frozenset(fold(word) for word in self._list("words", "behaves"))
        """What things do by themselves: "The client will fail when ..." promises nothing."""
        self.form_words = frozenset(fold(word) for word in self._list("words", "form_words"))
        """What forms ask for: an element of nothing else is a placeholder."""
        self.defects = self._phrases("words", "defects")
        """What says that something is wrong, so that its statement names work."""
        self.faults = frozenset(fold(word) for word in self._list("words", "faults"))
        """How a name ends of what was wrong."""
        self.definitions = self._phrases("words", "definitions")
        """First words of what a priority or a severity means."""
        self.works = self._phrases("words", "works")
        """What is said of something that needs no work."""
        self.doubts = self._phrases("words", "doubts")
        """How an observation starts of what nobody knows."""
        self.rejections = self._phrases("words", "rejections")
        """Work that was thought about and is not to be done."""
        self.introductions = self._phrases("words", "introductions")
        """What leads from a sentence's subject to the work that it names."""
        self.framing = self._phrases("words", "framing")
        """Talk about the ticket or the writer before the work itself."""
        self.filed_nouns = frozenset(fold(words) for words in self._list("words", "filed_nouns"))
        """What is filed of works: "We opened three tickets" says none itself."""
        self.report_tail = frozenset(fold(words) for words in self._list("words", "report_tail"))
        self.people = frozenset(fold(words) for words in self._list("words", "people"))
        """Subjects that name nobody."""
        self.given = frozenset(fold(name) for name in self._list("words", "given"))
        """Given names: who may be told what to do by "Sam: add a test"."""
        self.nouns = frozenset(fold(name) for name in self._list("words", "given_nouns"))
        """Given names that are other words as well, when written in small letters."""
        self.audience = self._phrases("words", "audience")
        """Whom people keep informed; what informs them is no monitoring."""
        self.no_owner = frozenset(fold(words) for words in self._list("words", "no_owner"))
        self.template = self._phrases("words", "template")
        """Titles of empty forms."""
        self.runbook_columns = self._phrases("words", "runbook_columns")
        """Columns of tables that say how to check or repair something."""
        self.heading_manuals = self._phrases("headings", "heading_manuals")
        """How headings start below which it is told how something is done."""
        self.pointing = frozenset(fold(word) for word in self._list("words", "pointing"))
        """A sentence of nothing else says of another one that it will be done."""
        self.asks = self._phrases("words", "asks")
        """How a form tells its writer what to write."""
        self.unnamed = frozenset(fold(words) for words in self._list("words", "unnamed"))
        """What stands in a form for the name of its incident."""
        self.manuals = self._phrases("words", "manuals")
        """How titles start or end of documents that say how to work."""
        self.teaching = self._phrases("words", "teaching")
        """What is said of reports in general by those who teach to write them."""
        self.not_keys = frozenset(word.upper() for word in self._list("words", "not_keys"))
        """What stands before ``-12`` without being a tracker's project."""

    def _date_lists(self) -> None:
        self.dates = {
            name: tuple(fold(word) for word in words) for name, words in self.lists.get("dates", {}).items()
        }

    def _list(self, table: str, name: str) -> tuple[str, ...]:
        return self.lists.get(table, {}).get(name, ())

    def _phrases(self, table: str, name: str) -> Phrases[bool]:
        return Phrases({True: self._list(table, name)})

    def brings(self, text: str) -> bool:
        """Whether a line ends so that the list behind it says what comes of it: "..., allowing"."""
        return words_of(text.rpartition(",")[2]).folded in self.bringing

    def infinitive(self, tokens: list[str], at: int = 0) -> bool:
        """Whether the word at ``at`` has the form of a Romance infinitive and its object behind it."""
        return (
            len(tokens) > at + 1
            and tokens[at + 1] in self.articles
            and len(tokens[at]) >= _INFINITIVE
            and tokens[at].endswith(INFINITIVES)
        )

    def breaks_off(self, words: Words) -> bool:
        """Whether a promise goes on behind a line, in a list: "In the coming weeks we will also:"."""
        last = len(words.tokens) - 1
        return words.tokens[0] not in CONDITIONS and any(
            hit.at + hit.size >= last for hit in self.announce.all(words)
        )

    def advises(self, words: Words) -> bool:
        """Whether a line says that it advises readers: "Our recommendations for users of the package:"."""
        readers = [hit.at for hit in self.heading_readers.all(words)]
        return bool(readers) and any(
            0 <= at - hit.at - hit.size < _ADDRESSEE for hit in self.advice_leads.all(words) for at in readers
        )

    def extended(self, more: Lists) -> Vocabulary:
        """This vocabulary with ``more`` words, in tables and lists named as in the TOML files.

        Where a phrase stands for one thing only, such as a heading, ``more`` decides for which.
        """
        own = _merged([more])
        return Vocabulary(_merged([own, _without(self.lists, own)]))


SEVERITIES = ("sev1", "sev2", "sev3", "sev4", "sev5")
_ONE_OF: Mapping[str, frozenset[str]] = {
    "headings": frozenset(Role),
    "kinds": frozenset(Kind),
    "kind_words": frozenset(Kind),
    "labels": frozenset(Label),
    "states": frozenset(State),
    "severities": frozenset(SEVERITIES),
    "incident": frozenset(Fact),
}
"""Tables in which a phrase stands for one of these."""
IN_ORDER = {"months": 12, "months_short": 12, "numbers": 12, "weekdays": 7}
"""Lists of dates in which the place of a word says what it means, and how many make a round."""


def _without(lists: Lists, own: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Lists:
    """``lists`` without the phrases that ``own`` gives another meaning."""
    left = dict(lists)
    for table, names in _ONE_OF.items():
        taken = {fold(word) for name in names for word in own.get(table, {}).get(name, ())}
        if taken:
            left[table] = {
                name: tuple(word for word in words if name not in names or fold(word) not in taken)
                for name, words in lists.get(table, {}).items()
            }
    return left


def _merged(parts: Iterable[Lists]) -> dict[str, dict[str, tuple[str, ...]]]:
    tables: dict[str, dict[str, tuple[str, ...]]] = {}
    for part in parts:
        for table, lists in part.items():
            into = tables.setdefault(table, {})
            for name, words in lists.items():
                given = tuple(words.split()) if isinstance(words, str) else tuple(words)
                into[name] = into.get(name, ()) + given
    return tables


@cache
def default_vocabulary() -> Vocabulary:
    """The vocabulary that ships, all languages."""
    folder = files(__package__) / "words"
    names = sorted(
        (entry.name for entry in folder.iterdir() if entry.name.endswith(".toml")), key=_english_first
    )
    return Vocabulary(_merged(tomllib.loads((folder / name).read_text(encoding="utf-8")) for name in names))


def _english_first(name: str) -> tuple[bool, str]:
    return (name != "en.toml", name)
