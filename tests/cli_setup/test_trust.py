"""Commands on a settings file that was found: nothing secret is touched before ``followthrough trust``."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Asked = Callable[[], list[str]]
Dated = Callable[..., str]

HIDDEN = "hidden-token-value"
ONLINE = ("plan", "file --yes", "run")


@pytest.fixture
def settings(shop: Any, dated: Dated) -> Path:
    """A found settings file whose token comes from a command that leaves a trace."""
    script: Path = shop.write("token", f"#!/bin/sh\ntouch ran\necho {HIDDEN}\n")
    script.chmod(0o755)
    shop.write("postmortems/a.md", dated("2026-11-03"))
    path: Path = shop.write(
        "followthrough.toml",
        'documents = ["postmortems/*.md"]\n[trackers.ops]\nkind = "remote"\ntoken = "command:./token"\n',
    )
    return path


def test_online_commands_are_refused_with_the_command_that_allows_them(
    shop: Any, settings: Path, asked: Asked
) -> None:
    before = (shop.folder / "postmortems" / "a.md").read_bytes()
    for command in ONLINE:
        result = shop.run(*command.split())
        assert result.code == 2, command
        assert (
            "you have not allowed it to run ./token; send command:./token to remote's own address"
            in result.err
        )
        assert f"`followthrough trust {settings}`" in result.err
        assert "Traceback" not in result.err
    assert not (shop.folder / "ran").exists()
    assert (shop.folder / "postmortems" / "a.md").read_bytes() == before
    assert asked() == []


@pytest.mark.parametrize(
    "command", ["extract postmortems", "plan --offline", "status", "report", "trust --list"]
)
def test_offline_commands_need_no_trust_and_touch_no_secret(
    command: str, shop: Any, settings: Path, asked: Asked
) -> None:
    shop.ok(*command.split())
    assert not (shop.folder / "ran").exists()
    assert asked() == []


def test_the_command_it_names_allows_it(shop: Any, settings: Path, asked: Asked) -> None:
    said = shop.run("plan").err.rpartition("`followthrough ")[2].partition("`")[0]
    told = shop.ok(*shlex.split(said)).out
    assert "run ./token" in told
    assert "send command:./token to remote's own address" in told
    result = shop.ok("plan")
    assert asked() == [f"owned {HIDDEN}", f"check {HIDDEN}"]
    assert HIDDEN not in result.out + result.err
    assert HIDDEN not in "".join(path.read_text() for path in shop.home.rglob("trust.json"))


def test_a_changed_command_is_asked_about_again(shop: Any, settings: Path) -> None:
    shop.ok("trust")
    settings.write_text(settings.read_text().replace("./token", "./token --more"))
    assert shop.run("plan").code == 2
    assert "changed since: trust it again" in shop.ok("trust", "--list").out
    shop.ok("trust", str(settings.parent))
    shop.ok("plan")


@pytest.mark.parametrize("how", ["option", "environment"])
def test_a_file_named_by_hand_is_trusted(how: str, shop: Any, settings: Path, asked: Asked) -> None:
    option = ["--config", str(settings)] if how == "option" else []
    if how == "environment":
        shop.environ = {**shop.environ, "FOLLOWTHROUGH_CONFIG": str(settings)}
    shop.ok(*option, "plan")
    assert asked()


def test_list_and_revoke(shop: Any, settings: Path) -> None:
    assert shop.ok("trust", "--list").out == "No settings file is trusted.\n"
    shop.ok("trust")
    listed = shop.ok("trust", "--list").out
    assert str(settings) in listed
    assert "  run ./token\n" in listed
    assert shop.ok("trust", "--revoke").out == f"{settings} is trusted no longer.\n"
    assert shop.ok("trust", "--revoke").out == f"{settings} was not trusted; nothing to do.\n"
    assert shop.run("plan").code == 2


def test_a_file_that_is_gone_is_listed_and_can_be_revoked(shop: Any, settings: Path) -> None:
    shop.ok("trust")
    settings.unlink()
    assert "cannot be read now" in shop.ok("trust", "--list").out
    shop.ok("trust", str(settings), "--revoke")
    assert shop.ok("trust", "--list").out == "No settings file is trusted.\n"


def test_there_may_be_nothing_to_trust(shop: Any) -> None:
    result = shop.run("trust")
    assert (result.code, result.err) == (
        2,
        "There is no followthrough.toml here or above. Name the settings file to trust.\n",
    )
    path = shop.write("followthrough.toml", "")
    assert shop.ok("trust").out == f"{path} uses no secret, so there is nothing to trust.\n"
    path.write_text("unknown = 1\n")
    assert shop.run("trust").code == 2
    assert shop.run("trust", "nowhere.toml").code == 2


def test_another_tracker_works_while_one_has_no_secret(shop: Any, settings: Path, asked: Asked) -> None:
    settings.write_text(
        'documents = ["postmortems/*.md"]\ndefault_tracker = "here"\n[trackers.here]\nkind = "local"\n'
        '[trackers.ops]\nkind = "remote"\ntoken = "env:NOT_SET"\n'
    )
    shop.ok("file", "--yes")
    assert len(shop.tickets()) == 2
    settings.write_text(settings.read_text().replace('default_tracker = "here"', 'default_tracker = "ops"'))
    shop.ok("trust")
    shop.write("postmortems/b.md", (shop.folder / "postmortems" / "a.md").read_bytes().split(b"[FT")[0])
    result = shop.run("plan")
    assert result.code == 5
    assert "The environment variable NOT_SET is not set. Export NOT_SET." in result.err
