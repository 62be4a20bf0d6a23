"""What a project's create screen takes: its fields, what it demands, which values it allows. Pure.

Facts: the fields of ``createmeta`` are those of the create screen; ``schema`` says what a value looks
like. The epic of an issue is ``parent`` on Cloud, on Data Center a field whose schema is
``com.pyxis.greenhopper.jira:gh-epic-link``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from followthrough.connector import Rejected

__all__ = ["Field", "Screen", "screen_of", "value_for"]

EPIC_LINK: Final = "com.pyxis.greenhopper.jira:gh-epic-link"
TEXT_AREA: Final = "com.atlassian.jira.plugin.system.customfieldtypes:textarea"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a screen."""

    id: str
    name: str
    required: bool
    """No issue is made without it, and Jira fills in nothing by itself."""
    type: str
    items: str = ""
    custom: str = ""
    allowed: tuple[Mapping[str, Any], ...] = ()
    operations: tuple[str, ...] = ("set",)

    @property
    def only_added(self) -> bool:
        """It takes entries, such as comments and hours, and no value."""
        return "set" not in self.operations and "add" in self.operations

    def find(self, word: str) -> Mapping[str, Any] | None:
        """The allowed value of that name, in any case, or of that id."""
        folded = word.casefold()
        for one in self.allowed:
            names = (one.get("name"), one.get("value"))
            if str(one.get("id")) == word or any(str(name).casefold() == folded for name in names if name):
                return one
        return None

    @property
    def choices(self) -> str:
        """The allowed values as a sentence lists them."""
        words = [str(one.get("name") or one.get("value") or one.get("id")) for one in self.allowed]
        return ", ".join(words[:12]) + (", …" if len(words) > 12 else "")


@dataclass(frozen=True, slots=True)
class Screen:
    """The fields of a create screen. Not ``known``, it takes whatever it is given."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    known: bool = True

    def has(self, id: str) -> bool:
        return not self.known or id in self.fields

    def named(self, name: str) -> Field | None:
        """A field by id or, in any case, by name."""
        if name in self.fields:
            return self.fields[name]
        folded = name.casefold()
        return next((one for one in self.fields.values() if one.name.casefold() == folded), None)

    @property
    def epic(self) -> Field | None:
        """Data Center's field for the epic."""
        return next((one for one in self.fields.values() if one.custom == EPIC_LINK), None)

    def demands(self, given: Sequence[str]) -> tuple[Field, ...]:
        """Required fields that are not among the given ids."""
        return tuple(one for one in self.fields.values() if one.required and one.id not in given)


def screen_of(fields: Any) -> Screen:
    """The screen of a list of fields (new ``createmeta``) or a mapping of them (old)."""
    if isinstance(fields, Mapping):
        fields = [{"fieldId": id, **one} for id, one in fields.items()]
    if not isinstance(fields, list):
        return Screen(known=False)
    found = [_field(one) for one in fields if isinstance(one, Mapping)]
    return Screen({one.id: one for one in found if one.id}, known=bool(found))


def _field(told: Mapping[str, Any]) -> Field:
    schema = told.get("schema") or {}
    id = str(told.get("fieldId") or told.get("key") or "")
    allowed = tuple(one for one in told.get("allowedValues") or () if isinstance(one, Mapping))
    return Field(
        id=id,
        name=str(told.get("name") or id),
        required=bool(told.get("required")) and not told.get("hasDefaultValue"),
        type=str(schema.get("type", "")),
        items=str(schema.get("items") or ""),
        custom=str(schema.get("custom") or ""),
        allowed=allowed,
        operations=tuple(str(one) for one in told.get("operations") or ("set",)),
    )


def value_for(field: Field, value: Any, *, cloud: bool, project: str) -> Any:
    """What the settings say for a field, in the form that its schema asks for.

    A table in the settings is taken as it is. Raises ``Rejected`` for what cannot be meant.
    """
    if field.type == "array" and not field.only_added:
        values = value if isinstance(value, list | tuple) else [value]
        return [_single(field, field.items, one, cloud=cloud, project=project) for one in values]
    return _single(field, field.type, value, cloud=cloud, project=project)


def _single(field: Field, kind: str, value: Any, *, cloud: bool, project: str) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple):
        raise Rejected(f"{field.name} takes one value, not a list.", hint="Correct it in the settings.")
    if kind == "number":
        return _number(field, value)
    if kind in ("date", "datetime") and isinstance(value, date):
        return value.isoformat()
    word = str(value)
    if kind == "user":
        return {"accountId": word} if cloud else {"name": word}
    if kind == "option-with-child":
        return _cascade(field, word, project)
    if kind in ("option", "priority", "version", "component", "securitylevel", "resolution", "issuetype"):
        return _choice(field, word, "value" if kind == "option" else "name", project)
    if kind in ("group", "project"):
        return {"name": word} if kind == "group" else {"key": word}
    if cloud and field.custom == TEXT_AREA:
        paragraph: dict[str, Any] = {"type": "paragraph", "content": [{"type": "text", "text": word}]}
        return {"version": 1, "type": "doc", "content": [paragraph] if word else []}
    return word


def _number(field: Field, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise Rejected(
            f"{field.name} takes a number, not {value!r}.", hint="Correct it in the settings."
        ) from error


def _choice(field: Field, word: str, key: str, project: str) -> dict[str, Any]:
    """One of the allowed values, by id; by name where Jira does not say which are allowed."""
    if not field.allowed:
        return {key: word}
    found = field.find(word)
    if found is None:
        raise Rejected(
            f'{field.name} of {project} has no value "{word}".', hint=f"It takes: {field.choices}."
        )
    return {"id": str(found["id"])} if "id" in found else {key: found.get(key, word)}


def _cascade(field: Field, word: str, project: str) -> dict[str, Any]:
    first, _, second = (part.strip() for part in word.partition(" > "))
    chosen = _choice(field, first, "value", project)
    return {**chosen, "child": {"value": second}} if second else chosen
