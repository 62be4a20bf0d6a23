"""What an incident was about, as words that another one can be compared by. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from followthrough.ledger.records import DocumentRecord
from followthrough.model import Incident
from followthrough.planning.likeness import content, stem

MOST_WORDS = 40
"""Words of a cause that are remembered, the first ones."""
MOST_TEXT = 2_000
"""Characters of a root cause that they are taken from."""
MANY = 6
"""Postmortems of one service from which on a word that stands in half of them tells nothing."""

_AROUND = frozenset(
    content(
        "postmortem post mortem incident outage report review retrospective analysis root cause "
        "caused causing causes because due after before during between about over under was were had "
        "did not no issue problem failure fail failed failing error errors down unavailable "
        "unavailability degraded degradation impact service services production prod system systems "
        "platform team user users customer customers seconds minutes hours days weeks ago day time "
        "partial full major minor again there then only also one two resulted result resulting led "
        "lead triggered trigger happened occurred but which being several many january february march "
        "april may june july august september october november december monday tuesday wednesday "
        "thursday friday saturday sunday"
    )
)
"""What postmortems say whatever has happened."""


def cause_of(incident: Incident) -> tuple[str, ...]:
    """The words that tell an incident's cause, for the ledger: of its title and its root cause."""
    told = f"{incident.title or ''}\n{(incident.root_cause or '')[:MOST_TEXT]}"
    words = [word for key, word in content(told).items() if key not in _AROUND]
    return tuple(words[:MOST_WORDS])


def services_of(document: DocumentRecord) -> Mapping[str, str]:
    """Its services by what they are compared by: ``Checkout-API`` is ``checkout api``."""
    return _folded(document.services)


@lru_cache(maxsize=4096)
def _folded(services: tuple[str, ...]) -> Mapping[str, str]:
    """Once for the many documents of a service."""
    folded = (unicodedata.normalize("NFKC", name).casefold() for name in services)
    pairs = zip((" ".join(re.findall(r"[^\W_]+", name)) for name in folded), services, strict=True)
    return MappingProxyType({name: written for name, written in pairs if name})


def stems_of(document: DocumentRecord) -> Mapping[str, str]:
    """The words of its cause by what they are compared by, without the names of its services."""
    own = {stem(word) for name in services_of(document) for word in name.split()}
    found: dict[str, str] = {}
    for word in document.cause:
        found.setdefault(stem(word), word)
    return {key: word for key, word in found.items() if key not in own}


def everywhere(causes: Sequence[Mapping[str, str]]) -> frozenset[str]:
    """Words in more than half of them, where they are many: those tell nothing of one."""
    if len(causes) < MANY:
        return frozenset()
    counted = Counter(key for cause in causes for key in cause)
    return frozenset(key for key, times in counted.items() if 2 * times > len(causes))
