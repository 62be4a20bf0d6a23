"""Labels of tickets: plain words, and templates over a closed list of names in braces."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from string import Formatter

from followthrough.settings.values import LABEL_NAMES


def names_in(template: str) -> tuple[str, ...]:
    """The names that a label is made of. Raises ``ValueError`` for one that is not known."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"{template!r} has a brace without its partner; write {{kind}}") from error
    names = []
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if name not in LABEL_NAMES:
            near = difflib.get_close_matches(name, LABEL_NAMES, n=1)
            guess = f"did you mean {{{near[0]}}}? " if near else ""
            known = ", ".join(f"{{{known}}}" for known in LABEL_NAMES)
            raise ValueError(f"there is no {{{name}}} for a label; {guess}known: {known}")
        if form or conversion:
            raise ValueError(f"{template!r} has more than a name between its braces; write {{{name}}}")
        names.append(name)
    return tuple(names)


def filled(templates: Iterable[str], values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The labels of one ticket, each once: a name with several values gives several labels.

    ``values`` holds what is known under the names of :data:`LABEL_NAMES`; a label that needs what
    is not known is left out.
    """
    return tuple(dict.fromkeys(label for template in templates for label in _filled(template, values)))


def _filled(template: str, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    names = dict.fromkeys(names_in(template))
    for chosen in product(*(values.get(name, ()) for name in names)):
        yield template.format(**dict(zip(names, chosen, strict=True)))
