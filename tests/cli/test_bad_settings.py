"""Settings that are wrong: file, line and the nearest right key; nothing is filed on a guess."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Written = Callable[..., str]
Sentence = Callable[[Any], str]
ALERT = "Alert when the connection pool is over 90 % for five minutes"

WRONG: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "unknown key": ('documents = ["*.md"]\nexlude = ["x"]\n', (":2", "exlude", "'exclude'")),
    "unknown key in a section": ("[brakes]\n\ncreate = 3\n", (":3", "brakes.create", "'creates'")),
    "unknown key of a tracker": (
        '[trackers.team]\nkind = "local"\nprefx = "OPS"\n',
        (":3", "trackers.team.prefx", "'prefix'"),
    ),
    "unknown section": ("[brake]\ncreates = 3\n", (":1", "brake", "'brakes'")),
    "wrong value": ('[brakes]\ncreates = "many"\n', (":2", "brakes.creates")),
    "no number": ("[brakes]\ncreates = 0\n", (":2", "brakes.creates", "1")),
    "wrong date": ('since = "August"\n', (":1", "since", "2026-08-24")),
    "wrong time zone": ('timezone = "Mars/Olympus"\n', (":1", "timezone", "Mars/Olympus", "Europe/Berlin")),
    "bad TOML": ('documents = ["*.md"\n[brakes\n', ("TOML", "line")),
    "twice": ("[brakes]\ncreates = 2\n[brakes]\ncreates = 3\n", ("TOML",)),
    "not UTF-8": (b'namespace = "\xff\xfe"\n', ("UTF-8",)),
    "no kind": ("[trackers.team]\n", (":1", "trackers.team.kind")),
    "a tracker that is no table": ("[trackers]\nteam = 3\n", (":2", "trackers.team")),
    "unknown kind": ('[trackers.team]\nkind = "locl"\n', ("trackers.team", "locl", '"local"')),
    "default that is not there": (
        'default_tracker = "ops"\n[trackers.team]\nkind = "local"\n',
        (":1", "default_tracker", "ops", "team"),
    ),
    "two trackers without default": (
        '[trackers.team]\nkind = "local"\npath = "a.db"\n[trackers.web]\nkind = "local"\npath = "b.db"\n',
        ("default_tracker", "team", "web"),
    ),
    "a ledger that is not built": ('[ledger]\nurl = "mysql://db/x"\n', (":2", "ledger", "sqlite")),
    "a source that is not built": ('[[sources]]\nkind = "wiki"\n', (":1", "kind of source", "folder")),
    "a prefix nobody can read": ('[trackers.t]\nkind = "local"\nprefix = "ft"\n', (":3", "prefix")),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_settings_are_named_and_nothing_is_done(
    kind: str, shop: Any, written: Written, sentence: Sentence
) -> None:
    content, words = WRONG[kind]
    settings = shop.write("followthrough.toml", content)
    document = shop.write("pm.md", written(ALERT))
    for command in ("plan pm.md", "file pm.md", "sync", "status", "report"):
        result = shop.run(*command.split())
        if command == "report" and result.code == 0 and "[trackers." in str(content):
            continue  # it reads the ledger, for which no tracker is needed
        assert result.code == 2, (command, result.said)
        for word in (*words, "followthrough.toml"):
            assert word in result.err, command
        sentence(result)
        assert not result.out, command
    assert document.read_text() == written(ALERT)
    assert not (shop.folder / ".followthrough" / "tracker.db").exists()
    result = shop.ok("extract", "pm.md")
    assert ALERT in result.out, "extraction needs no settings"
    assert settings.exists()


def test_wrong_settings_make_no_state_folder(shop: Any, written: Written) -> None:
    shop.write("followthrough.toml", "exlude = []\n")
    shop.write("pm.md", written(ALERT))
    for command in ("plan", "file", "run", "sync", "unlink"):
        assert shop.run(command, "pm.md").code == 2
    assert sorted(path.name for path in shop.folder.iterdir()) == ["followthrough.toml", "pm.md"]


def test_several_mistakes_are_told_together(shop: Any) -> None:
    shop.write("followthrough.toml", "exlude = []\n[brakes]\ncreate = 1\n")
    result = shop.run("plan", "pm.md")
    assert result.code == 2
    assert ":1:" in result.err
    assert ":3:" in result.err


@pytest.mark.parametrize("how", ["option", "environment"])
def test_settings_named_by_hand_that_are_not_there(
    how: str, shop: Any, written: Written, sentence: Sentence
) -> None:
    shop.write("pm.md", written(ALERT))
    if how == "environment":
        shop.environ = {**shop.environ, "FOLLOWTHROUGH_CONFIG": "nowhere.toml"}
    result = shop.run(*(["--config", "nowhere.toml"] if how == "option" else []), "plan", "pm.md")
    assert result.code == 2
    assert "nowhere.toml" in sentence(result)


@pytest.mark.parametrize("how", ["option", "environment"])
def test_settings_named_by_hand_are_in_force(how: str, shop: Any, written: Written) -> None:
    elsewhere = shop.write("settings/own.toml", '[trackers.team]\nkind = "local"\nprefix = "TEAM"\n')
    pm = shop.write("settings/pm.md", written(ALERT))
    work = shop.folder / "work"
    work.mkdir()
    option = ["--config", str(elsewhere)]
    if how == "environment":
        shop.environ = {**shop.environ, "FOLLOWTHROUGH_CONFIG": str(elsewhere)}
        option = []
    assert shop.run(*option, "file", "../settings/pm.md", cwd=work).code == 0
    assert "[TEAM-1, open]" in pm.read_text()
    assert (shop.folder / "settings" / ".followthrough" / "ledger.db").exists()
    assert not list(work.iterdir())


def test_settings_are_found_upwards_from_the_current_folder_never_from_the_document(
    new_shop: Callable[[str], Any], written: Written
) -> None:
    shop, other = new_shop("mine"), new_shop("other")
    shop.write("followthrough.toml", '[trackers.team]\nkind = "local"\nprefix = "MINE"\n')
    other.write("followthrough.toml", "exlude = []\n")
    inner = shop.write("deep/down/pm.md", written(ALERT))
    assert shop.run("file", "pm.md", cwd=inner.parent).code == 0
    assert "[MINE-1, open]" in inner.read_text()
    assert (shop.folder / ".followthrough" / "ledger.db").exists()
    outer = other.write("pm.md", written(ALERT, title="Search slow"))
    assert shop.run("file", str(outer)).code == 0
    assert "[MINE-" in outer.read_text()


def test_a_tracker_that_was_taken_out_of_the_settings(
    shop: Any, written: Written, sentence: Sentence
) -> None:
    settings = shop.write("followthrough.toml", '[trackers.old]\nkind = "local"\nprefix = "OLD"\n')
    document: Path = shop.write("pm.md", written(ALERT))
    shop.ok("file", "pm.md")
    filed = document.read_bytes()
    settings.write_text('[trackers.new]\nkind = "local"\npath = "new.db"\nprefix = "NEW"\n')
    for command in ("plan pm.md", "file pm.md", "sync", "run pm.md"):
        result = shop.run(*command.split())
        assert result.code in (2, 3), (command, result.said)
        assert "trackers.old" in result.err
        assert "Traceback" not in result.said
    assert document.read_bytes() == filed
    assert not (shop.folder / "new.db").exists()
