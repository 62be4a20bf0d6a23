"""A secret is read late, from a safe place, and shown nowhere."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from followthrough import secrets
from followthrough.connector import Unauthorized
from followthrough.http import Secret
from followthrough.secrets import SecretError, scrub
from followthrough.settings import FILE_NAME, SettingsError, Tracker, validate_tracker

HIDDEN = "s3cr3t-hunter2"


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    token: Secret
    more: tuple[Secret, ...] = ()


def test_a_variable_is_read_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = Secret("env:FT_TOKEN")
    with pytest.raises(
        SecretError, match=r"^The environment variable FT_TOKEN is not set\. Export FT_TOKEN\.$"
    ):
        secret.resolve()
    monkeypatch.setenv("FT_TOKEN", HIDDEN)
    assert secret.resolve() == HIDDEN
    monkeypatch.setenv("FT_TOKEN", "other")
    assert secret.resolve() == HIDDEN, "read once"
    assert Secret("env:FT_TOKEN").resolve({"FT_TOKEN": "given"}) == "given"


def test_an_empty_variable_is_none() -> None:
    with pytest.raises(SecretError, match="is not set"):
        Secret("env:FT_TOKEN").resolve({"FT_TOKEN": ""})


def test_a_secret_that_is_missing_is_a_matter_of_credentials() -> None:
    assert issubclass(SecretError, Unauthorized)


# --- files ----------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(HIDDEN + "\n")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_file_gives_its_text_without_the_last_line_break(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert Secret(f"file:{file}").resolve() == HIDDEN


def test_a_relative_path_counts_from_the_root_and_a_tilde_from_home(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Secret("file:token", root=file.parent).resolve() == HIDDEN
    monkeypatch.setenv("HOME", str(file.parent))
    assert Secret("file:~/token").resolve() == HIDDEN


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o620, 0o601])
def test_a_file_open_to_others_is_refused_with_the_command_that_closes_it(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(SecretError) as caught:
        Secret(f"file:{file}").resolve()
    assert f"is open to others (mode {mode:04o}). Run `chmod 600 {file}`" in str(caught.value)
    assert HIDDEN not in str(caught.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_another_user_is_refused(file: Path) -> None:
    os.chown(file, 65534, 65534)
    with pytest.raises(SecretError, match=r"belongs to another user\. Run `chown "):
        Secret(f"file:{file}").resolve()


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", "."):
        with pytest.raises(SecretError, match="is not a regular file"):
            Secret(f"file:{name}", root=tmp_path).resolve()
    with pytest.raises(SecretError, match=r"cannot be read \(No such file or directory\)\. Check its path\."):
        Secret("file:nowhere", root=tmp_path).resolve()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"s3cr3t-a\ns3cr3t-b\n", "has more than one line or odd characters"),
        (b"s3cr3t\x00", "has more than one line or odd characters"),
        (b"s3cr3t\xff", "is no text"),
        (b"s3cr3t" * 20_000, "is larger than 65536 bytes"),
    ],
    ids=["nothing", "line break", "two lines", "NUL", "not UTF-8", "large"],
)
def test_what_can_be_no_secret_is_told_without_showing_it(file: Path, content: bytes, says: str) -> None:
    file.write_bytes(content)
    with pytest.raises(SecretError) as caught:
        Secret(f"file:{file}").resolve()
    assert says in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_only_the_last_line_break_is_taken_off(file: Path) -> None:
    file.write_text(f"  {HIDDEN} \r\n")
    assert Secret(f"file:{file}").resolve() == f"  {HIDDEN} "


# --- commands -------------------------------------------------------------------------------------


def test_a_command_prints_the_secret_and_runs_once_in_the_root_without_a_shell(tmp_path: Path) -> None:
    script = tmp_path / "give"
    script.write_text('#!/bin/sh\necho run >>runs\necho "noise" >&2\nprintf "%s\\n" "$1"\n')
    script.chmod(0o700)
    secret = Secret(f'command:./give "{HIDDEN}; $HOME `id` *"', root=tmp_path)
    assert secret.resolve() == f"{HIDDEN}; $HOME `id` *"
    assert secret.resolve()
    assert (tmp_path / "runs").read_text() == "run\n"


def test_standard_error_of_a_command_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SecretError) as caught:
        Secret(f"command:sh -c 'echo {HIDDEN} >&2; exit 7'").resolve()
    assert str(caught.value) == "`sh …` ended with code 7. Run it by hand to see why."
    assert capfd.readouterr() == ("", "")


def test_a_command_reads_nothing_from_the_terminal() -> None:
    with pytest.raises(SecretError, match="is empty"):
        Secret("command:cat").resolve()


def test_a_command_that_is_not_there() -> None:
    with pytest.raises(
        SecretError, match=r"`no-such-program …` cannot be started \(No such file or directory\)"
    ):
        Secret("command:no-such-program --secret").resolve()


def test_a_command_that_does_not_end_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "PATIENCE", 0.3)
    start = time.monotonic()
    with pytest.raises(SecretError, match=r"`sh …` took longer than 0\.3 s\."):
        Secret("command:sh -c 'sh -c \"sleep 2; touch later\" & sleep 60'", root=tmp_path).resolve()
    assert time.monotonic() - start < 2
    time.sleep(2.2)
    assert not (tmp_path / "later").exists()


# --- nowhere shown --------------------------------------------------------------------------------


def test_a_resolved_secret_shows_its_reference_only() -> None:
    model = Model.model_validate({"token": "env:FT_TOKEN", "more": ["env:FT_TOKEN"]})
    assert model.token.resolve({"FT_TOKEN": HIDDEN}) == HIDDEN
    shown = [repr(model), str(model), model.model_dump_json(), json.dumps(model.model_dump(mode="json"))]
    shown += [repr(model.token), str(model.token), f"{model.token}", repr(model.model_dump())]
    assert not [text for text in shown if HIDDEN in text]
    assert model.model_dump(mode="json") == {"token": "env:FT_TOKEN", "more": ["env:FT_TOKEN"]}
    assert model.token == Secret("env:FT_TOKEN")
    assert copy.deepcopy(model).token is model.token
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(model.token)


def test_what_was_read_is_scrubbed_from_anything_said() -> None:
    Secret("env:FT_TOKEN").resolve({"FT_TOKEN": HIDDEN + "-scrub/me"})
    assert scrub(f"GET /?t={HIDDEN}-scrub%2Fme refused {HIDDEN}-scrub/me") == "GET /?t=*** refused ***"


@pytest.mark.parametrize(
    "literal", [HIDDEN, "", "ENV:FT_TOKEN", "https://x", "env", 7, None, ["env:A"], f"vault:{HIDDEN}"]
)
def test_a_literal_secret_is_refused_and_not_repeated(literal: object) -> None:
    with pytest.raises(ValidationError) as caught:
        Model.model_validate({"token": literal})
    (problem,) = caught.value.errors()
    assert (
        "a secret must not stand in the settings; write env:NAME, file:PATH or command:COMMAND"
        in problem["msg"]
    )
    assert HIDDEN not in problem["msg"]


def test_a_literal_secret_in_the_settings_is_told_with_its_line_and_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_text(f'[trackers.ops]\nkind = "local"\ntoken = "{HIDDEN}"\n')
    tracker = Tracker.model_validate({"kind": "local", "token": HIDDEN})
    with pytest.raises(SettingsError) as caught:
        validate_tracker(Model, tracker, "ops", tmp_path, path)
    assert str(caught.value).startswith(f"{path}:3: 'trackers.ops.token' is wrong: a secret must not stand")
    assert caught.value.__cause__ is None
    assert HIDDEN not in str(caught.value)


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("env:", "the name of a variable"),
        ("env:A B", "the name of a variable"),
        ("env:ghp_token-with-dash", "the name of a variable"),
        ("file:", "followed by a path"),
        ("command:", "followed by a command"),
        ("command:  ", "followed by a command"),
        ("command:a 'b", "quotes are not closed"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused_at_once(reference: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Secret(reference)


def test_a_guard_is_asked_before_anything_is_read(tmp_path: Path) -> None:
    def refuse() -> None:
        raise SettingsError("not trusted")

    secret = Secret("command:touch ran", root=tmp_path, guard=refuse)
    with pytest.raises(SettingsError, match="not trusted"):
        secret.resolve()
    assert not list(tmp_path.iterdir())


def test_a_connector_gets_the_type_from_the_transport_and_loading_it_is_cheap() -> None:
    code = (
        "import sys, followthrough.http as http; http.Secret, http.SecretError;"
        "print(sorted({'pydantic', 'httpx', 'subprocess'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
