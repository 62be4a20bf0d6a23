"""What must not change when a document is written in another way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from followthrough.model import ActionItem

Fact = tuple[Any, ...]


def facts(items: Sequence[ActionItem]) -> list[Fact]:
    """What is known of each measure, wherever it stands."""
    return [
        (
            " ".join(re.findall(r"\w+", item.text)),
            item.owners,
            item.due,
            item.state,
            item.priority,
            [str(reference) for reference in item.references],
        )
        for item in items
    ]
