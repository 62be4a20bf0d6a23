"""Who is meant by the words of a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from followthrough.engine.office import office_of
from followthrough.settings import (
    FILE_NAME,
    Settings,
    SettingsError,
    account,
    address,
    is_team,
    load,
    person,
    team_of,
)
from followthrough.tickets import Assignee

Load = Callable[[str], Settings]

PEOPLE = """
[trackers.ops]
kind = "local"
[people.sam]
names = ["Sam Vimes", "@sam-v", "sam@acme.example"]
team = "Platform"
ops = "5b10ac"
local = "sam-local"
[people.lin]
local = "lin-local"
[services.billing]
team = "Payments"
"""


@pytest.fixture
def read(tmp_path: Path) -> Load:
    def put(text: str) -> Settings:
        path = tmp_path / FILE_NAME
        path.write_text(text, encoding="utf-8")
        return load(path)

    return put


@pytest.mark.parametrize(
    "words",
    [
        "Sam Vimes",
        "sam  vimes",
        " SAM\tVIMES ",
        "@sam-v",
        "sam-v",
        "@Sam Vimes",
        "SAM@acme.example",
        "mailto:sam@acme.example",
        "Sam V. <sam@acme.example>",
        "Sam Vimes <other@acme.example>",
        "sam",
        "@Sam",
        "Ｓam",
    ],
)
def test_a_person_is_found_however_the_name_is_written(words: str, read: Load) -> None:
    settings = read(PEOPLE)
    assert person(settings, words) is settings.people["sam"]


@pytest.mark.parametrize(
    "words", ["", "@", "Vimes", "Sam and Lin", "samantha", "<>", "acme.example", "Platform"]
)
def test_other_words_mean_nobody(words: str, read: Load) -> None:
    assert person(read(PEOPLE), words) is None


def test_an_account_is_found_by_tracker_then_by_kind(read: Load) -> None:
    people = read(PEOPLE).people
    assert account(people["sam"], "ops", "local") == "5b10ac"
    assert account(people["sam"], "other", "local") == "sam-local"
    assert account(people["lin"], "ops", "local") == "lin-local"
    assert account(people["lin"], "ops", "jira") is None


@pytest.mark.parametrize(
    ("words", "team"),
    [
        ("Platform", True),
        ("the Platform team", True),
        ("Team platform", True),
        ("@acme/platform", True),
        ("payments-team", True),
        ("PAYMENTS", True),
        ("Sam Vimes", False),
        ("Search", False),
        ("the", False),
        ("", False),
    ],
)
def test_a_team_is_known_by_its_people_and_services(words: str, team: bool, read: Load) -> None:
    assert is_team(read(PEOPLE), words) is team


def test_a_service_tells_its_team(read: Load) -> None:
    assert team_of(read(PEOPLE), ("search", "Billing")) == "Payments"
    assert team_of(read(PEOPLE), ("search",)) is None


PROBLEMS = [
    ("[people.ann]\nopps = 'x'\n", 14, "unknown key 'people.ann.opps'. Did you mean 'ops'?"),
    (
        "[people.ann]\nzzz = 'x'\n",
        14,
        "unknown key 'people.ann.zzz'. Known keys: email, local, names, notify, ops, team.",
    ),
    ("[people.ann]\nops = 7\n", 14, "'people.ann.ops' is wrong: an account is a word in quotes."),
    ("[people.ann]\nnames = 'Ann'\n", 14, 'it is a list: write ["Ann"].'),
    ("[people.ann]\nnames = ['']\n", 14, "'people.ann.names.0' is wrong"),
    ("[people.ann]\nnames = ['SAM-V']\n", 14, "'sam-v' is the name of two people, sam (line 4) and ann."),
    ("[people.ann]\nnames = ['Lin']\n", 14, "'lin' is the name of two people, lin (line 9) and ann."),
    ("[services.web]\nteams = 'x'\n", 14, "unknown key 'services.web.teams'. Did you mean 'team'?"),
]


@pytest.mark.parametrize(("text", "line", "says"), PROBLEMS, ids=[says for _, _, says in PROBLEMS])
def test_a_problem_is_told_with_its_line(text: str, line: int, says: str, read: Load, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(PEOPLE + text)
    assert str(caught.value).startswith(f"{tmp_path / FILE_NAME}:{line}: ")
    assert says in str(caught.value)


def test_a_tracker_called_like_a_key_of_people_takes_accounts_by_its_kind(read: Load) -> None:
    settings = read("[trackers.team]\nkind = 'local'\n[people.sam]\nteam = 'Platform'\nlocal = 'sam'\n")
    assert account(settings.people["sam"], "team", "local") == "sam"


def test_one_name_written_twice_for_the_same_person_is_no_problem(read: Load) -> None:
    assert read("[people.sam]\nnames = ['Sam', '@sam', 'SAM']\n").people["sam"].names == (
        "Sam",
        "@sam",
        "SAM",
    )


def test_an_account_of_an_installed_kind_without_tracker_is_no_problem(read: Load) -> None:
    settings = read("[trackers.ops]\nkind = 'other'\n[people.sam]\nlocal = 'sam'\n")
    assert settings.people["sam"].accounts == {"local": "sam"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Sam Vimes", "sam@acme.example"),
        ("@sam-v", "sam@acme.example"),
        ("lin", None),
        ("Robin <robin@acme.example>", "robin@acme.example"),
        ("mailto:robin@acme.example", "robin@acme.example"),
        ("robin@acme.example", "robin@acme.example"),
        ("@robin", None),
        ("robin@localhost", None),
        ("Platform @ Acme", None),
    ],
)
def test_the_address_is_the_persons_own_else_the_one_that_the_document_gives(
    read: Load, words: str, expected: str | None
) -> None:
    assert address(words, person(read(PEOPLE), words)) == expected


def test_a_person_without_an_account_is_known_by_an_address(read: Load) -> None:
    assign = office_of(read(PEOPLE.replace('ops = "5b10ac"\nlocal = "sam-local"\n', ""))).assign
    note = "has no account for ops in [people]"
    assert assign("Sam Vimes", "ops") == Assignee(note=note, email="sam@acme.example")
    assert assign("Nobody", "ops") == Assignee(note="is not in [people]")
