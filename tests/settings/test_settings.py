from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from followthrough.settings import (
    ENVIRONMENT_NAME,
    FILE_NAME,
    Settings,
    SettingsError,
    find,
    git_top,
    load,
    root_of,
    validate_tracker,
)
from followthrough_local import plugin

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(text: str | bytes, name: str = FILE_NAME) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return put


# --- which file is in force -----------------------------------------------------------------------


def test_found_by_walking_up_from_the_current_folder(write: Write, tmp_path: Path) -> None:
    here = tmp_path / "a" / "b"
    here.mkdir(parents=True)
    assert find(here, {}, None) is None
    top = write("")
    assert find(here, {}, None) == top
    nearer = write("", f"a/{FILE_NAME}")
    assert find(here, {}, None) == nearer
    assert find(tmp_path, {}, None) == top


def test_a_folder_of_that_name_is_no_settings_file(write: Write, tmp_path: Path) -> None:
    top = write("")
    (tmp_path / "a" / FILE_NAME).mkdir(parents=True)
    assert find(tmp_path / "a", {}, None) == top


def test_the_option_outweighs_the_environment_and_both_outweigh_what_lies_around(
    write: Write, tmp_path: Path
) -> None:
    write("")
    named, environment = write("", "named.toml"), write("", "environment.toml")
    environ = {ENVIRONMENT_NAME: str(environment)}
    assert find(tmp_path, environ, None) == environment.resolve()
    assert find(tmp_path, environ, named) == named.resolve()


def test_an_empty_variable_names_nothing(write: Write, tmp_path: Path) -> None:
    assert find(tmp_path, {ENVIRONMENT_NAME: ""}, None) is None


@pytest.mark.parametrize("way", ["option", "environment"])
def test_a_named_file_that_is_not_there_is_an_error_not_a_reason_to_look_elsewhere(
    way: str, write: Write, tmp_path: Path
) -> None:
    write("")
    missing = tmp_path / "missing.toml"
    environ = {ENVIRONMENT_NAME: str(missing)} if way == "environment" else {}
    with pytest.raises(SettingsError, match=r"missing\.toml: there is no such settings file\."):
        find(tmp_path, environ, missing if way == "option" else None)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user's closed folder above one's own")
def test_a_folder_above_that_may_not_be_entered_is_passed_over(tmp_path: Path) -> None:
    code = f"""
import os, sys
from pathlib import Path
import followthrough.settings as settings
os.chdir({str(tmp_path)!r})
os.chmod({str(tmp_path)!r}, 0o700)
os.setgid(65534); os.setuid(65534)
print(settings.find(Path({str(tmp_path)!r}), {{}}, None), settings.git_top(Path({str(tmp_path)!r})))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.returncode) == ("None None\n", 0), done.stderr


def test_root_is_the_files_folder_else_gits_top_level_else_here(write: Write, tmp_path: Path) -> None:
    here = tmp_path / "a" / "b"
    here.mkdir(parents=True)
    assert root_of(None, here) == here
    assert git_top(here) is None
    (tmp_path / "a" / ".git").mkdir()
    assert root_of(None, here) == git_top(here) == tmp_path / "a"
    assert root_of(write(""), here) == tmp_path


def test_a_git_worktree_whose_dot_git_is_a_file_is_a_top_level(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /elsewhere\n")
    assert git_top(tmp_path) == tmp_path


# --- what is in force where the file says nothing -------------------------------------------------


@pytest.mark.parametrize("text", [None, ""], ids=["no file", "empty file"])
def test_defaults(text: str | None, write: Write) -> None:
    settings = load(None if text is None else write(text))
    assert settings == Settings()
    assert settings.documents == ()
    assert settings.exclude == ("**/README.md", "**/*template*")
    assert settings.since is None
    assert settings.timezone == "UTC"
    assert settings.ready == ("final", "published", "reviewed")
    assert (settings.brakes.creates, settings.brakes.first_run) == (50, 10)
    assert settings.ledger.url == "sqlite"
    assert {name: tracker.kind for name, tracker in settings.scopes().items()} == {"local": "local"}
    assert settings.default_scope() == "local"


def test_a_whole_file(write: Write) -> None:
    settings = load(
        write(
            """
documents = ["postmortems/**/*.md"]
exclude = []
since = "2026-08-24"
namespace = "k3v9q0z7"
timezone = "Europe/Berlin"
default_tracker = "web"
document_url = "https://github.com/acme/pm/blob/main/{path}"
ready = ["Final"]
[[sources]]
documents = ["more/*.txt"]
[trackers.ops]
kind = "jira"
project = "OPS"
[trackers.web]
kind = "github"
[brakes]
creates = 20
[limits]
items = 7
"""
        )
    )
    assert settings.patterns == ("postmortems/**/*.md", "more/*.txt")
    assert settings.since == date(2026, 8, 24)
    assert str(settings.zone) == "Europe/Berlin"
    assert list(settings.scopes()) == ["ops", "web"]
    assert settings.default_scope() == "web"
    assert settings.trackers["ops"].options == {"project": "OPS"}
    assert (settings.brakes.creates, settings.limits.items) == (20, 7)


def test_one_tracker_needs_no_default(write: Write) -> None:
    assert load(write('[trackers.web]\nkind = "github"\n')).default_scope() == "web"


def test_of_several_trackers_one_must_be_the_default(write: Write) -> None:
    text = '\n[trackers.web]\nkind = "github"\n[trackers.ops]\nkind = "jira"\n'
    with pytest.raises(
        SettingsError, match=r'toml:2: there are several trackers \(web, ops\).*default_tracker = "web"'
    ):
        load(write(text))


@pytest.mark.parametrize("value", ['"2026-08-24"', "2026-08-24"], ids=["text", "bare date"])
def test_since_is_a_date_or_its_text(value: str, write: Write) -> None:
    assert load(write(f"since = {value}\n")).since == date(2026, 8, 24)


def test_settings_never_change_after_reading(write: Write) -> None:
    settings = load(write("timezone = 'UTC'\n"))
    with pytest.raises(ValidationError):
        settings.timezone = "Europe/Berlin"


def test_a_byte_order_mark_does_not_matter(write: Write) -> None:
    assert load(write(b"\xef\xbb\xbftimezone = 'UTC'\n")).timezone == "UTC"


# --- what is wrong, where, and what to do ---------------------------------------------------------


PROBLEMS = [
    ('\nsicne = "2026-08-24"\n', 2, "unknown key 'sicne'. Did you mean 'since'?"),
    ("zzz = 1\n", 1, "unknown key 'zzz'. Known keys: brakes, check, default_tracker, document_url, "),
    ("[brakes]\n\ncreate = 5\n", 3, "unknown key 'brakes.create'. Did you mean 'creates'?"),
    ("[brakes]\n# create = 1\ncreate = 5\n", 3, "unknown key 'brakes.create'."),
    ("brakes.creates = 0\n", 1, "'brakes.creates' is wrong: input should be greater than or equal to 1."),
    ("[brakes]\ncreates = 1.5\n", 2, "'brakes.creates' is wrong: input should be a valid integer"),
    ("[brakes]\ncreates = true\n", 2, "'brakes.creates' is wrong: input should be a valid integer"),
    ('[brakes]\ncreates = "50"\n', 2, "'brakes.creates' is wrong: input should be a valid integer"),
    ('documents = "a.md"\n', 1, "'documents' is wrong: input should be a valid "),
    ('ready = ["final",\n  5]\n', 1, "'ready.1' is wrong: input should be a valid string."),
    ("\n[tracker.ops]\nkind = 'jira'\n", 2, "unknown key 'tracker'. Did you mean 'trackers'?"),
    ("[trackers.ops]\nproject = 'OPS'\n", 1, "'trackers.ops.kind' is missing. Add it."),
    ("trackers = 3\n", 1, "'trackers' is wrong: "),
    ("timezone = 'Europe/Berln'\n", 1, "there is no time zone named 'Europe/Berln'"),
    ("timezone = '../etc/passwd'\n", 1, "there is no time zone named"),
    ("timezone = 2\n", 1, "'timezone' is wrong: input should be a valid string."),
    ("since = 'yesterday'\n", 1, "'yesterday' is no date; write it as 2026-08-24."),
    ("since = '24.08.2026'\n", 1, "'24.08.2026' is no date"),
    ("since = 0\n", 1, "0 is no date"),
    ("since = true\n", 1, "is no date"),
    ("since = 2026-08-24T10:00:00Z\n", 1, "is no date"),
    ("namespace = ''\n", 1, "'namespace' is wrong: "),
    (
        "\n\ndefault_tracker = 'web'\n[trackers.ops]\nkind = 'jira'\n",
        3,
        "there is no [trackers.web]. Known: ops.",
    ),
    (
        "[ledger]\nurl = 'mysql://db/x'\n",
        2,
        "a ledger at 'mysql' is not built yet; use url = \"sqlite\".",
    ),
    ("[ledger]\nurl = 'git:'\n", 2, "'' is no branch; write url = \"git:followthrough/ledger\"."),
    ("[ledger]\nurl = 'git:two words'\n", 2, "'two words' is no branch"),
    ("[ledger]\nremote = 'upstream'\n", 2, "only a ledger on a branch has a remote. Take this line out."),
    ("[[sources]]\nkind = 'wiki'\n", 1, "there is no kind of source 'wiki'; known: folder, confluence"),
    (
        "[[sources]]\nkind = 'confluense'\n",
        1,
        "there is no kind of source 'confluense'; did you mean 'confluence'?",
    ),
    ("[[sources]]\nkind = 'folder'\n[[sources]]\nkind = 'confluence'\n", 3, "'sources.1.url' is missing"),
    (
        "[[sources]]\nkind = 'confluence'\nurl = 'https://a.example'\ntoken = 'env:X'\n",
        1,
        "name which pages are meant: labels, spaces, parents or cql",
    ),
    (
        "[[sources]]\nkind = 'confluence'\nurl = 'https://a.example'\ntoken = 'hunter2'\nlabel = ['x']\n",
        4,
        "a secret must not stand in the settings",
    ),
    (
        "[[sources]]\nkind = 'confluence'\nurl = 'https://a.example'\ntoken = 'env:'\nlabels = ['x']\n",
        4,
        "'sources.0.token' is wrong",
    ),
    (
        "[[sources]]\nkind = 'confluence'\nurl = 'https://a.example'\ntoken = 'env:X'\nlabel = ['x']\n",
        5,
        "unknown key 'sources.0.label'. Did you mean 'labels'?",
    ),
    (
        "[[sources]]\nkind = 'confluence'\nurl = 'https://a.atlassian.net'\ntoken = 'env:X'\nlabels = ['x']\n",
        1,
        "email is missing: Confluence Cloud takes a token only with the e-mail address",
    ),
    ("[[sources]]\ndocument = ['a']\n", 2, "unknown key 'sources.0.document'. Did you mean 'documents'?"),
]


@pytest.mark.parametrize(
    ("text", "line", "says"), PROBLEMS, ids=["; ".join(text.split("\n")) for text, _, _ in PROBLEMS]
)
def test_a_problem_is_told_with_file_line_and_cure(text: str, line: int, says: str, write: Write) -> None:
    path = write(text)
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert says in str(caught.value)


def test_every_problem_is_told_at_once(write: Write) -> None:
    path = write("sicne = 1\n[brakes]\ncreates = 0\n")
    with pytest.raises(SettingsError) as caught:
        load(path)
    places = sorted(sentence.split(": ")[0] for sentence in str(caught.value).splitlines())
    assert places == [f"{path}:1", f"{path}:3"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a = \n", "is not valid TOML: Invalid value (at line 1, column 5)."),
        (b"a = 1\na = 2\n", "is not valid TOML: Cannot overwrite a value (at line 2"),
        (b"a = '\xff'\n", "is not UTF-8. Save it as UTF-8."),
        ("a = 1\n".encode("utf-16"), "is not UTF-8."),
    ],
    ids=["bad TOML", "key twice", "not UTF-8", "UTF-16"],
)
def test_a_file_that_is_no_settings_is_a_sentence(content: bytes, says: str, write: Write) -> None:
    path = write(content)
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert says in str(caught.value)


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot be read \(Is a directory\)"):
        load(tmp_path)


def test_a_password_in_an_address_is_not_repeated(write: Write) -> None:
    path = write("[ledger]\nurl = 'postgresql://bot:hunter2@db.example/x'\n")
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "token = 'hunter2'\n",
        "[trackers]\nops = 'hunter2'\n",
        "[brakes]\ncreates = 'hunter2'\n",
        "since = ['hunter2']\n",
    ],
)
def test_a_secret_in_the_wrong_place_is_not_repeated(text: str, write: Write) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(text))
    assert "hunter2" not in str(caught.value)


# --- a tracker's own section ----------------------------------------------------------------------


def validated(text: str, write: Write, scope: str = "ops", model: type[BaseModel] | None = None) -> Any:
    path = write(text)
    settings = load(path)
    return validate_tracker(
        model or plugin.settings_model(), settings.trackers[scope], scope, path.parent, path
    )


def test_a_trackers_section_is_read_by_its_connectors_model(write: Write, tmp_path: Path) -> None:
    found = validated('[trackers.ops]\nkind = "local"\npath = "state/t.db"\nprefix = "OPS"\n', write)
    assert found.path == tmp_path / "state" / "t.db"
    assert found.prefix == "OPS"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (
            'default_tracker = "ops"\n[trackers.web]\nkind = "local"\nprefix = "A"\n'
            '[trackers.ops]\nkind = "local"\nprefix = "a b"\n',
            7,
            "'trackers.ops.prefix' is wrong: string should match pattern",
        ),
        (
            '[trackers.ops]\nkind = "local"\nprefx = "A"\n',
            3,
            "unknown key 'trackers.ops.prefx'. Did you mean 'prefix'?",
        ),
        ('trackers.ops = { kind = "local", prefx = "A" }\n', 1, "unknown key 'trackers.ops.prefx'."),
        ('[trackers."ops"]\nkind = "local"\n"prefx" = "A"\n', 3, "unknown key 'trackers.ops.prefx'."),
        ('[ trackers . ops ]\nkind = "local"\nprefx = "A"\n', 3, "unknown key 'trackers.ops.prefx'."),
    ],
    ids=["wrong value", "unknown key", "inline", "quoted", "spaced"],
)
def test_a_problem_in_a_trackers_section_has_its_own_line(
    text: str, line: int, says: str, write: Write
) -> None:
    with pytest.raises(SettingsError) as caught:
        validated(text, write)
    assert f"{FILE_NAME}:{line}: " in str(caught.value)
    assert says in str(caught.value)


def test_a_tracker_named_by_a_number_has_its_own_line(write: Write) -> None:
    with pytest.raises(SettingsError, match=rf"{FILE_NAME}:3: unknown key 'trackers\.1\.prefx'"):
        validated('[trackers.1]\nkind = "local"\nprefx = "A"\n', write, scope="1")


def test_a_missing_key_is_told_at_its_section(write: Write) -> None:
    class Model(BaseModel):
        project: str

    with pytest.raises(
        SettingsError, match=rf"{FILE_NAME}:2: 'trackers\.ops\.project' is missing\. Add it\."
    ):
        validated('\n[trackers.ops]\nkind = "jira"\n', write, model=Model)


def test_the_embedded_tracker_needs_no_settings(tmp_path: Path) -> None:
    settings = load(None)
    found = validate_tracker(plugin.settings_model(), settings.scopes()["local"], "local", tmp_path, None)
    assert found == plugin.settings_model().model_validate({}, context={"root": tmp_path, "scope": "local"})


# --- own words ------------------------------------------------------------------------------------


def test_own_words_in_tables_and_lists_of_the_vocabulary(write: Write) -> None:
    loaded = load(
        write('[vocabulary.headings]\nmeasures = ["Homework"]\n[vocabulary.words]\nverbs = ["frobnicate"]\n')
    )
    assert loaded.vocabulary == {"headings": {"measures": ("Homework",)}, "words": {"verbs": ("frobnicate",)}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[vocabulary.haedings]\nmeasures = ["a"]\n',
            ":1: unknown key 'vocabulary.haedings'. Did you mean 'headings'?",
        ),
        (
            '[vocabulary.headings]\nmeasures = ["a"]\nlesons = ["b"]\n',
            ":3: unknown key 'vocabulary.headings.lesons'. Did you mean 'lessons'?",
        ),
        ('vocabulary.headings.measures = "a"\n', ":1: 'vocabulary.headings.measures' is wrong: it is a list"),
        (
            '[vocabulary.dates]\nweekdays = ["Montag"]\n',
            ":2: 'vocabulary.dates.weekdays' is wrong: give all 7, in their order.",
        ),
    ],
)
def test_words_that_no_list_takes(text: str, sentence: str, write: Write) -> None:
    with pytest.raises(SettingsError) as raised:
        load(write(text))
    assert sentence in str(raised.value)
