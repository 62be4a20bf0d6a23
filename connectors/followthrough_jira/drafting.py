"""A draft as the fields of a new issue. Pure: what the project is like stands in a :class:`Target`.

What the project has no field for is said in the text: nothing that a draft holds is lost.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from followthrough.connector import Body, Draft, Footer, Inline, Paragraph, Rejected
from followthrough_jira import adf, wiki
from followthrough_jira.mapping import LABEL, PROPERTY, footer_of
from followthrough_jira.screen import Screen, value_for
from followthrough_jira.settings import BRACES, JiraSettings
from followthrough_jira.words import clean

__all__ = [
    "Packed",
    "Target",
    "label_of",
    "labels_missing",
    "payload",
    "priority_of",
    "text",
    "title_unfit",
    "unfit",
]

TITLE_LIMIT: Final = 255
LABEL_LIMIT: Final = 255
_LADDER: Final = {
    "P0": ("Highest", "Blocker", "Critical"),
    "P1": ("High", "Critical", "Major"),
    "P2": ("Medium", "Major", "Normal"),
    "P3": ("Low", "Minor"),
    "P4": ("Lowest", "Trivial"),
    "P5": ("Lowest", "Trivial"),
}
"""What Jira's own schemes call the six priorities, where the settings say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where drafts go: the project as far as it is known."""

    settings: JiraSettings
    cloud: bool
    project_id: str | None = None
    type_id: str | None = None
    subtask: bool = False
    screen: Screen = field(default_factory=lambda: Screen(known=False))

    @property
    def fixed(self) -> dict[str, Any]:
        """The fields that each new issue has alike. Raises ``Rejected`` where the settings do not fit."""
        settings = self.settings
        fields: dict[str, Any] = {
            "project": {"id": self.project_id} if self.project_id else {"key": settings.project},
            "issuetype": {"id": self.type_id} if self.type_id else {"name": settings.issue_type},
        }
        if settings.parent:
            fields |= self._parent(settings.parent)
        if settings.components:
            fields["components"] = self._known("components", list(settings.components), "name")
        if settings.security_level:
            fields["security"] = self._known("security", settings.security_level, "name")
        return fields

    def _parent(self, key: str) -> dict[str, Any]:
        if self.cloud or self.subtask:
            return {"parent": {"key": key}}
        epic = self.screen.epic
        if epic is None and self.screen.known:
            raise Rejected(
                f"{self.settings.project} has no field for an epic on its create screen for "
                f"{self.settings.issue_type}, so that parent = {key!r} has no place.",
                hint="Ask a project admin to add Epic Link, or take `parent` out.",
            )
        return {epic.id: key} if epic else {"parent": {"key": key}}

    def _known(self, id: str, value: Any, key: str) -> Any:
        if not self.screen.has(id):
            raise Rejected(
                f"{self.settings.project} has no {id} on its create screen for {self.settings.issue_type}.",
                hint="Ask a project admin to add it, or take it out of the settings; nothing was filed.",
            )
        known = self.screen.fields.get(id)
        if known is None:
            return [{key: word} for word in value] if isinstance(value, list) else {key: value}
        kind = {"components": "component", "security": "securitylevel"}[id]
        typed = replace(known, type="array" if isinstance(value, list) else kind, items=kind)
        return value_for(typed, value, cloud=self.cloud, project=self.settings.project)


def labels_missing(target: Target) -> Rejected | None:
    """What to say where the label that lists our issues has no place on the screen."""
    settings = target.settings
    if settings.marker != "label" or target.screen.has("labels"):
        return None
    return Rejected(
        f"Labels is not on {settings.project}'s create screen for {settings.issue_type}: ask a project admin "
        'to add it, or set marker = "description".'
    )


@dataclass(frozen=True, slots=True)
class Packed:
    """The body of one create, and what of the draft it has no field for."""

    body: Mapping[str, Any]
    notes: tuple[str, ...]


def payload(draft: Draft, target: Target, account: str | None, note: str = "") -> Packed:
    """The body of one create. ``note`` is what is said where nobody could be assigned.

    Raises ``Rejected`` where the project demands what the settings do not give.
    """
    screen, settings = target.screen, target.settings
    fields = {**target.fixed, "summary": " ".join(draft.title.split())}
    notes = [note] if note else []
    labels = [label_of(one) for one in draft.labels]
    if settings.marker == "label":
        labels.insert(0, LABEL)
    labels = list(dict.fromkeys(label for label in labels if label))
    if labels and screen.has("labels"):
        fields["labels"] = labels
    elif labels:
        notes.append(f"Labels: {', '.join(labels)} (this project has no field for them here)")
    if draft.due and screen.has("duedate"):
        fields["duedate"] = draft.due.isoformat()
    elif draft.due:
        notes.append(f"Due date: {draft.due.isoformat()} (this project has no field for it here)")
    if account and screen.has("assignee"):
        fields["assignee"] = {"accountId": account} if target.cloud else {"name": account}
    elif account:
        notes.append(f"For: {account} (this project has no field for the assignee here)")
    if draft.priority:
        chosen = priority_of(draft.priority, target)
        if chosen is None:
            notes.append(f"Priority in the document: {draft.priority}")
        else:
            fields["priority"] = chosen
    fields["description"] = text(_body(draft, notes), cloud=target.cloud)
    fields |= _custom(draft, target)
    missing = screen.demands([*fields, "reporter"])
    if missing:
        names = ", ".join(f'"{one.name}"' for one in missing)
        raise Rejected(
            f"{settings.project} demands {names} for {settings.issue_type}.",
            hint="Give a value under fields in the tracker's section; nothing was filed.",
        )
    marker = {"key": PROPERTY, "value": {"v": 1, "id": draft.id, "doc": clean(draft.document)}}
    return Packed({"fields": fields, "properties": [marker]}, tuple(notes))


def _custom(draft: Draft, target: Target) -> dict[str, Any]:
    """The fields of the settings, names in braces filled in."""
    given: dict[str, Any] = {}
    for name, value in target.settings.fields.items():
        known = target.screen.named(name)
        if known is None and target.screen.known:
            raise Rejected(
                f"{target.settings.project} has no field {name!r} on its create screen for "
                f"{target.settings.issue_type}.",
                hint=f"Correct it under fields in the tracker's section; there are: {_names(target.screen)}.",
            )
        filled = filled_in(value, draft)
        if filled in ("", None, []):
            continue  # what it is made of is not known
        given[known.id if known else name] = (
            value_for(known, filled, cloud=target.cloud, project=target.settings.project) if known else filled
        )
    return given


def _names(screen: Screen) -> str:
    return ", ".join(sorted(one.name for one in screen.fields.values()))


def filled_in(value: Any, draft: Draft) -> Any:
    """A value of the settings with its names in braces replaced; nothing for what is not known."""
    if isinstance(value, str):
        own = {
            "id": draft.id,
            "title": " ".join(draft.title.split()),
            "document": draft.document,
            "due": draft.due.isoformat() if draft.due else "",
            "priority": draft.priority or "",
        }
        return BRACES.sub(lambda found: own.get(found[1]) or draft.facts.get(found[1], ""), value).strip()
    if isinstance(value, Mapping):
        return {key: filled_in(inner, draft) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [one for inner in value if (one := filled_in(inner, draft)) not in ("", None)]
    return value


def priority_of(word: str, target: Target) -> dict[str, str] | None:
    """The priority that a document's word means here; ``None`` where it means none, or has no place."""
    mapped = {name.casefold(): value for name, value in target.settings.priorities.items()}
    names = [mapped[word.casefold()]] if word.casefold() in mapped else [word, *_LADDER.get(word.upper(), ())]
    if not target.screen.known:
        return {"name": names[0]} if word.upper() not in _LADDER or word.casefold() in mapped else None
    known = target.screen.fields.get("priority")
    if known is None:
        return None
    for name in names:
        found = known.find(name)
        if found is not None and "id" in found:
            return {"id": str(found["id"])}
    return {"name": names[0]} if not known.allowed else None


def _body(draft: Draft, notes: Sequence[str]) -> Body:
    """The draft's text with what has no field, our footer last."""
    footer = Footer((Inline(footer_of(draft.id)),))
    last = draft.body[-1] if draft.body else None
    signed = isinstance(last, Footer) and "".join(one.text for one in last.inlines).startswith(
        footer_of(draft.id)
    )
    blocks = list(draft.body) if signed else [*draft.body, footer]
    if notes:
        blocks.insert(len(blocks) - 1, Paragraph((Inline("   ".join(notes)),)))
    return tuple(blocks)


def text(body: Body, *, cloud: bool) -> Any:
    """The body in the markup of either kind."""
    return adf.render(body) if cloud else wiki.render(body)


def label_of(word: str) -> str:
    """The word as a label, which has no white space and at most 255 characters."""
    return "-".join(word.split())[:LABEL_LIMIT]


def unfit(draft: Draft) -> str | None:
    """Why a draft cannot be sent at all; ``None`` where it can."""
    if reason := title_unfit(draft.title):
        return reason
    words = [("label", one) for one in draft.labels]
    words += [("assignee", draft.assignee or ""), ("priority", draft.priority or "")]
    return next((reason for name, word in words if (reason := _no_text(name, word))), None)


def title_unfit(title: str) -> str | None:
    """Why Jira takes no such summary; ``None`` where it does."""
    line = " ".join(title.split())
    if not line:
        return "The title is empty."
    # Jira counts as Java does, in units of UTF-16.
    length = len(line.encode("utf-16-le", "surrogatepass")) // 2
    if length > TITLE_LIMIT:
        return f"The title has {length} characters; Jira takes {TITLE_LIMIT}."
    return _no_text("title", line)


def _no_text(name: str, word: str) -> str | None:
    for character in word:
        kind = unicodedata.category(character)
        if kind == "Cs" or (kind == "Cc" and not character.isspace()):
            return (
                f"The {name} holds a character that is no text (U+{ord(character):04X}): take it out of "
                "the document."
            )
    return None
