"""How sentences speak of work."""

from __future__ import annotations

import pytest

from followthrough.extraction.acts import Act
from followthrough.extraction.judging import Judge
from followthrough.extraction.phrases import words_of


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Add a disk", Act.INSTRUCTS),
        ("Never push on a Friday", Act.INSTRUCTS),
        ("We will add a disk", Act.PROMISES),
        ("We should add a disk", Act.OBLIGES),
        ("We have added a disk", Act.REPORTS),
        ("Added a disk", Act.REPORTS),
        ("The disk is full", None),
        ("Nous allons ajouter un disque", Act.PROMISES),
        ("Wir werden eine Platte einbauen", Act.PROMISES),
        ("Añadir un disco", Act.INSTRUCTS),
    ],
)
def test_act(judge: Judge, text: str, act: Act | None) -> None:
    assert judge.act(words_of(text)) is act


@pytest.mark.parametrize(
    "text",
    [
        "N/A",
        "-",
        "TBD",
        "...",
        "[describe the action]",
        "{{ summary }}",
        "<insert action>",
        "Keine",
        "なし",
        "无",
        "없음",
        "",
    ],
)
def test_hollow(judge: Judge, text: str) -> None:
    assert judge.hollow(text, words_of(text))


def test_not_hollow(judge: Judge) -> None:
    assert not judge.hollow("Add <timeout> to the client", words_of("Add <timeout> to the client"))
