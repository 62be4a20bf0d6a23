"""Settings that contradict each other, are not trusted, or lead to an unfit secret: a sentence, the rest done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

HIDDEN = "hidden-token-value"
HERE = 'default_tracker = "here"\n[trackers.here]\nkind = "local"\n'
REMOTE = '[trackers.ops]\nkind = "remote"\ntoken = "file:token"\n'
ROUTE = '[[routes]]\nwhen = { severity = ["sev1"] }\ntracker = "ops"\n'
DOCUMENTS = 'documents = ["pms/*.md"]\nnamespace = "n"\n'


@pytest.fixture
def two(shop: Any, dated: Callable[..., str]) -> Any:
    """A document for each of two trackers, one of which needs a token in a file."""
    shop.write("pms/big.md", dated("2026-11-03", 2).replace("sev2", "sev1"))
    shop.write("pms/small.md", dated("2026-11-04", 3))
    shop.write("token", HIDDEN).chmod(0o600)
    return shop


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            HERE + REMOTE + "public = true\n" + ROUTE + "confidential = true\n",
            "this route would take confidential documents to ops, which says public = true. Take one of the two out.",
        ),
        (
            HERE + REMOTE + ROUTE + ROUTE.replace("ops", "here"),
            "this route has the same `when` as the one in line 9, which always comes first. Take one of the two out.",
        ),
        (
            HERE + ROUTE,
            "a route names 'ops', but there is no [trackers.ops]. Known: here.",
        ),
        (
            HERE + '[people.a]\nnames = ["Sam"]\n[people.b]\nnames = ["@sam"]\n',
            "'sam' is the name of two people, a (line 6) and b. Tell them apart by more of the name.",
        ),
    ],
    ids=["confidential and public", "two routes", "a route to nowhere", "two people"],
)
def test_settings_that_contradict_each_other_are_one_sentence_and_nothing_is_done(
    settings: str, says: str, two: Any
) -> None:
    path = two.write("followthrough.toml", DOCUMENTS + settings)
    before = sorted(two.folder.rglob("*"))
    for command in ("plan", "file --yes"):
        result = two.run(*command.split())
        (line,) = result.err.splitlines()
        assert (result.code, result.out) == (2, "")
        assert line.startswith(f"{path}:")
        assert line.endswith(says)
    assert sorted(two.folder.rglob("*")) == before


def test_a_secret_that_everybody_can_read_stops_its_tracker_and_no_other(
    two: Any, asked: Callable[[], list[str]]
) -> None:
    two.write("followthrough.toml", DOCUMENTS + HERE + REMOTE + ROUTE)
    two.ok("trust")
    (two.folder / "token").chmod(0o644)
    for command, code in (("plan", 5), ("file --yes", 5), ("run", 5)):
        result = two.run(*command.split())
        assert result.code == code, command
        assert f"ops: The secret file {two.folder / 'token'} is open to others (mode 0644)." in result.err
        assert f"`chmod 600 {two.folder / 'token'}`" in result.err
        assert HIDDEN not in result.out + result.err
    assert len(two.tickets()) == 3
    assert "#ft-" not in (two.folder / "pms" / "big.md").read_text()
    assert asked() == []
    (two.folder / "token").chmod(0o600)
    two.ok("file", "--yes")
    assert "#ft-" in (two.folder / "pms" / "big.md").read_text()


def test_a_settings_file_that_is_not_trusted_is_one_sentence_and_reading_goes_on(
    two: Any, asked: Callable[[], list[str]]
) -> None:
    path = two.write("followthrough.toml", DOCUMENTS + HERE + REMOTE + ROUTE)
    for command in ("plan", "file --yes", "run"):
        result = two.run(*command.split())
        assert result.code == 2
        assert "Traceback" not in result.err
        assert len([line for line in result.err.splitlines() if "`followthrough trust" in line]) == 1
        assert f"`followthrough trust {path}`" in result.err
    assert asked() == []
    assert not two.tickets()
    assert "2 measures" in two.ok("extract", "pms/big.md").out
    assert "file 5." in two.ok("plan", "--offline").out
