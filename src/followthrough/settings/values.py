"""What a single value in the settings may be, and the sentence for one that it may not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from followthrough.model import Kind
from followthrough.policy.business import BusinessDays

KINDS: Final = tuple(kind.value for kind in Kind)
SEVERITIES: Final = ("sev1", "sev2", "sev3", "sev4", "sev5")
LABEL_NAMES: Final = ("kind", "severity", "service", "team", "priority")
"""What a label may be made of, in braces."""
DEMANDS: Final = ("owner", "due")
"""What every open measure may have to have."""
MOST_BUSINESS_DAYS: Final = 999
PUSHABLE: Final = ("state", "title", "due", "assignee")
LEAST_SETTLE: Final = timedelta(minutes=10)
UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


class Section(BaseModel):
    """A part of the settings; unknown keys are errors and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def shown(value: object) -> str:
    """A wrong value as a sentence may repeat it."""
    return "this" if isinstance(value, list | dict | tuple) else repr(value)


def one_of(value: object, what: str, known: Collection[str]) -> str:
    """A word of a closed list, in any case. Raises ``ValueError`` naming the nearest one."""
    word = str(value).casefold() if isinstance(value, str) else ""
    if word in known:
        return word
    near = difflib.get_close_matches(word, known, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
    raise ValueError(f"there is no {what} {shown(value)}; {advice}")


def _closed(what: str, known: Collection[str]) -> BeforeValidator:
    return BeforeValidator(lambda value: one_of(value, what, known))


def a_list(value: object) -> object:
    """A list; a single word is a mistake worth its own sentence."""
    if isinstance(value, str):
        raise ValueError(f'it is a list: write ["{value}"]')
    return value


def span(value: object, units: str, example: str) -> timedelta:
    """A length of time such as ``7d``. Raises ``ValueError`` for anything else."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(rf"\s*(\d{{1,5}})\s*([{units}])\s*", value) if isinstance(value, str) else None
    if found is None or not int(found[1]):
        raise ValueError(f"{shown(value)} is no length of time; write it as {example}")
    return int(found[1]) * UNITS[found[2]]


def allowed(value: object) -> timedelta | BusinessDays:
    """How long a measure may take: ``7d``, ``2w``, or ``10bd`` or ``10 business days``.

    Raises ``ValueError`` for anything else.
    """
    if isinstance(value, BusinessDays):
        return value
    found = re.fullmatch(r"(\d{1,5})(?:bd|businessdays?)", "".join(str(value).split()).casefold())
    if found is None or not isinstance(value, str):
        return span(value, "dw", "7d, 2w or 10 business days")
    if not 1 <= int(found[1]) <= MOST_BUSINESS_DAYS:
        raise ValueError(f"{shown(value)} is not between 1 and {MOST_BUSINESS_DAYS} business days")
    return BusinessDays(int(found[1]))


def span_words(value: timedelta | BusinessDays | None) -> str | None:
    """A length of time as it is written in the settings."""
    if value is None:
        return None
    if isinstance(value, BusinessDays):
        return f"{value.days}bd"
    unit = next(unit for unit in "wdhm" if not value % UNITS[unit])
    return f"{value // UNITS[unit]}{unit}"


def _settle(value: object) -> object:
    if value is None:
        return None
    found = span(value, "mhd", "30m or 12h")
    if found < LEAST_SETTLE:
        raise ValueError(
            f"{shown(value)} is too short: a tracker's listing needs at least 10m to be believed"
        )
    return found


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone named {name!r}; write one such as Europe/Berlin") from error
    return name


def _day(value: object) -> object:
    """Accept both ``since = "2026-08-24"`` and the bare TOML date."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(f"{shown(value)} is no date; write it as 2026-08-24") from error


def _share(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    found = re.fullmatch(r"(\d{1,3})\s*%", value) if isinstance(value, str) else None
    if found is None or not 1 <= int(found[1]) <= 100:
        raise ValueError(f'{shown(value)} is neither a number nor a share; write 30 or "20%"')
    return f"{int(found[1])}%"


def _target(value: object) -> object:
    """What a due date depends on: ``P1``, ``sev1``, or a priority's own word, folded."""
    words = " ".join(str(value).split()).casefold()
    if re.fullmatch(r"p[0-5]|sev[1-5]|[^\W\d][^\d]*", words):
        return words
    raise ValueError(f"{shown(value)} is no priority and no severity; write P0 to P5, High, sev1 to sev5")


def _country(value: object) -> object:
    """``DE`` or ``DE-BE``: somewhere whose public holidays are known."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is no country; write DE, or DE-BE for a part")
    from followthrough.policy.business import works_in

    works_in(value, frozenset())
    return value.upper()


def _label(text: str) -> str:
    """A label whose names in braces are all known."""
    from followthrough.settings.labels import names_in

    names_in(text)
    return text


_AS_WORDS = PlainSerializer(span_words, when_used="json")

Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[int, Field(ge=1, strict=True)]
Zone = Annotated[str, AfterValidator(_zone)]
KindName = Annotated[str, _closed("kind", KINDS)]
SeverityName = Annotated[str, _closed("severity", SEVERITIES)]
Pushable = Annotated[str, _closed("field", PUSHABLE)]
Name = Annotated[str, Field(min_length=1)]
Words = Annotated[tuple[Name, ...], BeforeValidator(a_list)]
Share = Annotated[Any, BeforeValidator(_share)]
Target = Annotated[str, BeforeValidator(_target)]
Days = Annotated[timedelta, BeforeValidator(lambda value: span(value, "dw", "7d or 2w")), _AS_WORDS]
Allowance = Annotated[timedelta | BusinessDays, BeforeValidator(allowed), _AS_WORDS]
Demand = Annotated[str, _closed("demand", DEMANDS)]
Country = Annotated[str | None, BeforeValidator(_country)]
Settle = Annotated[timedelta | None, BeforeValidator(_settle), _AS_WORDS]
Label = Annotated[str, Field(min_length=1), AfterValidator(_label)]
Labels = Annotated[tuple[Label, ...], BeforeValidator(a_list)]
