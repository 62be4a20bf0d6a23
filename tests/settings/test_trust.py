"""A settings file that was merely found uses no secret until its user says so."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from followthrough.http import Secret
from followthrough.settings import FILE_NAME, SettingsError, load, validate_tracker
from followthrough.trust import (
    Untrusted,
    grants_of,
    is_trusted,
    record,
    recorded,
    require_trust,
    revoke,
    store_path,
)

NOW = datetime(2026, 11, 20, tzinfo=UTC)
TEXT = '[trackers.ops]\nkind = "jira"\nurl = "https://acme.example/jira"\ntoken = "env:JIRA_TOKEN"\n'
Environ = dict[str, str]
Write = Callable[[str], Path]


@pytest.fixture
def home(tmp_path: Path) -> Environ:
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(text: str) -> Path:
        path = tmp_path / FILE_NAME
        path.write_text(text, encoding="utf-8")
        return path

    return put


def test_what_is_trusted_is_told_in_sentences(write: Write) -> None:
    text = (
        'default_tracker = "ops"\n'
        + TEXT
        + 'email = "a@b.example"\nproxy = "http://proxy.example:3128"\nca_file = "ca.pem"\n'
    )
    text += '[trackers.web]\nkind = "github"\nrepository = "acme/web"\ntoken = "command: gh auth token"\n'
    text += '[trackers.mine]\nkind = "local"\n[trackers.open]\nkind = "x"\nurl = "https://A.Example:8443/x"\n'
    (write("").parent / "ca.pem").touch()
    assert grants_of(load(write(text))) == (
        "run gh auth token",
        "send command: gh auth token to github's own address",
        "send env:JIRA_TOKEN to https://acme.example through http://proxy.example:3128 believing ca.pem",
        "send what its connector takes for a login to https://a.example:8443",
    )


def test_a_file_without_secrets_needs_no_trust(write: Write, home: Environ) -> None:
    path = write('documents = ["*.md"]\n[trackers.mine]\nkind = "local"\n')
    require_trust(load(path), path, named=False, environ=home)
    require_trust(load(None), None, named=False, environ=home)
    assert not Path(home["XDG_CONFIG_HOME"]).exists()


def test_a_found_file_is_refused_with_the_command_that_allows_it(write: Write, home: Environ) -> None:
    path = write(TEXT)
    with pytest.raises(Untrusted) as caught:
        require_trust(load(path), path, named=False, environ=home)
    assert str(caught.value) == (
        f"{path} was found here, and you have not allowed it to send env:JIRA_TOKEN to https://acme.example. "
        f"Nothing was done. If that is right: `followthrough trust {path}`"
    )
    require_trust(load(path), path, named=True, environ=home)
    record(load(path), path, home, NOW)
    require_trust(load(path), path, named=False, environ=home)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://acme.example", "https://evil.example"),
        ("https://acme.example", "https://acme.example:444"),
        ("https://acme", "http://acme"),
        ("env:JIRA_TOKEN", "env:AWS_SECRET_ACCESS_KEY"),
        ("env:JIRA_TOKEN", "command:sh -c id"),
        ("env:JIRA_TOKEN", "file:~/.ssh/id_ed25519"),
        ('kind = "jira"\n', 'kind = "jira"\nproxy = "http://evil.example"\n'),
        (
            "[trackers.ops]",
            'default_tracker = "ops"\n[trackers.more]\nkind = "x"\nurl = "https://evil.example"\n[trackers.ops]',
        ),
    ],
)
def test_a_change_of_command_secret_or_place_is_asked_again(
    old: str, new: str, write: Write, home: Environ
) -> None:
    path = write(TEXT)
    record(load(path), path, home, NOW)
    changed = write(TEXT.replace(old, new))
    assert not is_trusted(load(changed), changed, home)
    record(load(changed), changed, home, NOW)
    assert is_trusted(load(changed), changed, home)
    assert len(recorded(home)) == 1


def test_other_changes_are_not_asked_about(write: Write, home: Environ) -> None:
    path = write(TEXT)
    record(load(path), path, home, NOW)
    path = write("# more\nready = ['final']\n" + TEXT.replace("/jira", "/other") + 'project = "OPS"\n')
    assert is_trusted(load(path), path, home)


def test_the_same_settings_elsewhere_are_not_trusted(write: Write, home: Environ, tmp_path: Path) -> None:
    path = write(TEXT)
    record(load(path), path, home, NOW)
    other = tmp_path / "clone" / FILE_NAME
    other.parent.mkdir()
    other.write_text(TEXT)
    assert not is_trusted(load(other), other, home)
    link = tmp_path / "link"
    link.symlink_to(path)
    assert is_trusted(load(link), link, home), "a link leads to the same file"


def test_trust_is_taken_back(write: Write, home: Environ) -> None:
    path = write(TEXT)
    assert not revoke(path, home)
    record(load(path), path, home, NOW)
    assert revoke(path, home)
    assert not is_trusted(load(path), path, home)


def test_the_record_is_for_this_user_alone(write: Write, home: Environ) -> None:
    path = write(TEXT)
    old = os.umask(0)
    try:
        record(load(path), path, home, NOW)
    finally:
        os.umask(old)
    store = store_path(home)
    assert store.stat().st_mode & 0o777 == 0o600
    assert store.parent.stat().st_mode & 0o777 == 0o700
    assert json.loads(store.read_text())["files"][str(path)]["grants"] == [
        "send env:JIRA_TOKEN to https://acme.example"
    ]
    assert sorted(one.name for one in store.parent.iterdir()) == ["trust.json", "trust.lock"]


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_record_that_others_could_have_written_is_not_believed(
    mode: int, write: Write, home: Environ
) -> None:
    path = write(TEXT)
    record(load(path), path, home, NOW)
    store_path(home).chmod(mode)
    with pytest.raises(SettingsError, match="others could have written it"):
        is_trusted(load(path), path, home)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"files": 3}', '{"files": {"/a": {}}}', '"x"'])
def test_a_damaged_record_is_a_sentence(content: str, write: Write, home: Environ) -> None:
    path = write(TEXT)
    store = store_path(home)
    store.parent.mkdir(parents=True)
    store.write_text(content)
    store.chmod(0o600)
    with pytest.raises(SettingsError, match=r"is damaged\. Remove it and trust your settings files again\."):
        is_trusted(load(path), path, home)


def test_where_the_record_lies() -> None:
    assert store_path({"XDG_CONFIG_HOME": "/x"}) == Path("/x/followthrough/trust.json")
    expected = Path("/home/me/.config/followthrough/trust.json")
    assert store_path({"XDG_CONFIG_HOME": "relative", "HOME": "/home/me"}) == expected
    assert store_path({"HOME": "/home/me"}) == expected


def _record(folder: str, home: Environ) -> None:
    path = Path(folder, FILE_NAME)
    record(load(path), path, home, NOW)


def test_records_written_at_the_same_time_are_all_kept(home: Environ, tmp_path: Path) -> None:
    folders = [tmp_path / f"{number}" for number in range(12)]
    for folder in folders:
        folder.mkdir()
        (folder / FILE_NAME).write_text(TEXT)
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_record, args=(str(folder), home)) for folder in folders]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert {one.path.parent for one in recorded(home)} == set(folders)


def test_without_a_guard_a_tracker_s_secrets_need_trust_all_the_same(
    write: Write, home: Environ, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pydantic import BaseModel

    class Model(BaseModel):
        url: str
        token: Secret

    monkeypatch.setenv("XDG_CONFIG_HOME", home["XDG_CONFIG_HOME"])
    monkeypatch.setenv("JIRA_TOKEN", "hidden-token")
    path = write(TEXT)
    options = validate_tracker(Model, load(path).trackers["ops"], "ops", path.parent, path)
    assert isinstance(options, Model)
    with pytest.raises(Untrusted):
        options.token.resolve()
    record(load(path), path, home, NOW)
    assert options.token.resolve() == "hidden-token"
