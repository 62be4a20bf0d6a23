"""Short ways to read a document written in a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.documents import parse
from followthrough.extraction import Vocabulary, default_vocabulary, extract
from followthrough.extraction.dates import Dates
from followthrough.extraction.judging import Judge
from followthrough.extraction.times import Times
from followthrough.model import ActionItem, Postmortem

TODAY = date(2026, 11, 20)


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def read() -> Callable[..., Postmortem]:
    """The postmortem in a text, by default Markdown."""

    def read(text: str, name: str = "incident.md") -> Postmortem:
        return extract(parse(text.encode(), name), today=TODAY)

    return read


@pytest.fixture
def items(read: Callable[..., Postmortem]) -> Callable[..., tuple[ActionItem, ...]]:
    """The action items in a text."""
    return lambda text, name="incident.md": read(text, name).items


@pytest.fixture
def texts(items: Callable[..., tuple[ActionItem, ...]]) -> Callable[..., list[str]]:
    """The titles of the action items in a text."""
    return lambda text, name="incident.md": [item.text for item in items(text, name)]


@pytest.fixture
def bullet(items: Callable[..., tuple[ActionItem, ...]]) -> Callable[[str], ActionItem]:
    """The one action item in a bullet of a section of measures."""

    def bullet(text: str) -> ActionItem:
        (item,) = items(f"# Disk full\n\n## Action items\n\n- {text}\n")
        return item

    return bullet


@pytest.fixture
def vocabulary() -> Vocabulary:
    return default_vocabulary()


@pytest.fixture
def dates(vocabulary: Vocabulary) -> Dates:
    return Dates(vocabulary)


@pytest.fixture
def times(dates: Dates) -> Times:
    return Times(dates)


@pytest.fixture
def judge(vocabulary: Vocabulary) -> Judge:
    return Judge(vocabulary)
