"""``init`` writes what it saw, says what it leaves out, and replaces nothing unasked."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

Dated = Callable[..., str]
TODAY = datetime.now(UTC).date()
SECRET = "glpat-hidden-value"


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def written(shop: Any) -> dict[str, Any]:
    return tomllib.loads((shop.folder / "followthrough.toml").read_text())


def archive(shop: Any, dated: Dated) -> None:
    for number in range(3):
        shop.write(f"docs/postmortems/{ago(10)}-{number}.md", dated(ago(10), 2))
    for number in range(4):
        shop.write(f"docs/postmortems/2020/{number}.md", dated(f"2020-01-0{number + 1}", 5))
    shop.write("docs/postmortems/undated.md", dated(None, 1))
    shop.write("docs/postmortems/template.md", dated(None))
    shop.write("README.md", "# Todo\n\n## TODO\n\n- [ ] Write more\n")
    shop.write("src/node_modules/x/postmortem.md", dated(ago(1)))


def test_it_writes_about_ten_lines_from_what_lies_there(shop: Any, dated: Dated) -> None:
    archive(shop, dated)
    out = shop.ok("init").out
    text = (shop.folder / "followthrough.toml").read_text()
    found = tomllib.loads(text)
    assert found["documents"] == ["docs/postmortems/**/*.md"]
    assert found["since"] == ago(90)
    assert re.fullmatch(r"[0-9a-hjkmnp-tv-z]{8}", found["namespace"])
    assert found["policy"] == {"due": {"sev1": "15d"}}
    assert 8 <= len(text.splitlines()) <= 16
    assert f"since {TODAY - timedelta(days=90):%-d %b %Y}" in out
    assert "Found 8 postmortems with 27 measures" in out
    assert (
        "Since leaves out 4 older ones and 1 whose date is not known: 21 measures counted, none filed. 3 are in."
        in out
    )
    assert out.splitlines()[-1] == "Next: `followthrough plan` shows what would be filed, and writes nothing."


def test_what_it_wrote_works_at_once(shop: Any, dated: Dated) -> None:
    archive(shop, dated)
    shop.ok("init")
    assert "file 6" in shop.ok("plan").out
    assert shop.ok("doctor").out.endswith("All is well.\n")


def test_it_makes_nothing_but_the_file(shop: Any, dated: Dated) -> None:
    shop.write("postmortems/a.md", dated(ago(1)))
    shop.ok("init")
    assert sorted(path.name for path in shop.folder.iterdir()) == ["followthrough.toml", "postmortems"]
    assert not list(shop.home.iterdir())


def test_in_an_empty_folder_it_says_that_it_guessed(shop: Any) -> None:
    result = shop.ok("init")
    assert "Found no postmortem in 0 files: `documents` is a guess, change it." in result.out
    assert written(shop)["documents"] == ["postmortems/**/*.md"]


@pytest.mark.parametrize(
    ("paths", "globs"),
    [
        (["a.md"], ["*.md"]),
        (["notes/a.md", "notes/deep/b.md"], ["notes/*.md", "notes/deep/*.md"]),
        (
            ["teams/x/incidents/2026/a.md", "teams/x/incidents/b.txt"],
            ["teams/x/incidents/**/*.md", "teams/x/incidents/**/*.txt"],
        ),
        (["post [1]/a.md"], ["post [[]1]/*.md"]),
        (['odd "name"/a.md'], ['odd "name"/*.md']),
        (["ört/a.md"], ["ört/*.md"]),
    ],
)
def test_globs_name_the_folders_that_hold_postmortems(
    paths: list[str], globs: list[str], shop: Any, dated: Dated
) -> None:
    for path in paths:
        shop.write(path, dated(ago(1)))
    shop.ok("init")
    assert sorted(written(shop)["documents"]) == sorted(globs)
    assert f"file {2 * len(paths)}" in shop.ok("plan").out


def test_it_replaces_nothing_without_force(shop: Any) -> None:
    path = shop.write("followthrough.toml", "# mine\n")
    result = shop.run("init")
    assert result.code == 2
    assert (
        result.err
        == f"{path}: is there already, and nothing was written. Edit it, or replace it with `followthrough init --force`\n"
    )
    assert path.read_text() == "# mine\n"
    path.unlink()
    path.symlink_to("elsewhere.toml")
    assert shop.run("init").code == 2
    assert not (shop.folder / "elsewhere.toml").exists()


@pytest.mark.parametrize("text", ['namespace = "mine"\nsicne = 1\n', "namespace = 'mine'\n[broken\n"])
def test_with_force_the_namespace_stays(text: str, shop: Any) -> None:
    shop.write("followthrough.toml", text)
    shop.ok("init", "--force")
    assert written(shop)["namespace"] == "mine"


def test_two_folders_get_two_namespaces(shop: Any) -> None:
    shop.ok("init")
    first = written(shop)["namespace"]
    (shop.folder / "followthrough.toml").unlink()
    shop.ok("init")
    assert written(shop)["namespace"] != first


def test_a_named_file_is_written_where_it_was_named(shop: Any, dated: Dated) -> None:
    shop.write("sub/postmortems/a.md", dated(ago(1)))
    shop.ok("--config", "sub/own.toml", "init")
    assert 'documents = ["postmortems/**/*.md"]' in (shop.folder / "sub" / "own.toml").read_text()
    result = shop.run("--config", "nowhere/own.toml", "init")
    assert result.code == 2
    assert "cannot be written (No such file or directory). Check its folder's permissions." in result.err


def git(shop: Any, url: str) -> None:
    shop.write(".git/config", f'[remote "origin"]\n\turl = {url}\n')


def test_a_connector_that_suggests_its_section_gets_it(
    shop: Any, dated: Dated, asked: Callable[[], list[str]]
) -> None:
    shop.write("postmortems/a.md", dated(ago(1)))
    git(shop, "https://user:hidden-password@gitlab.example/acme/web.git")
    shop.environ = {
        **shop.environ,
        "GITLAB_TOKEN": SECRET,
        "MY_GITHUB_TOKEN": "hidden-password",
        "TOKENS": "3",
    }
    result = shop.ok("init")
    assert written(shop)["trackers"] == {
        "remote": {"kind": "remote", "project": "acme/web", "token": "env:GITLAB_TOKEN"}
    }
    assert "Tickets go to acme/web (remote): see [trackers.remote] in the file." in result.out
    assert (
        "Variables that may hold a token: GITLAB_TOKEN, MY_GITHUB_TOKEN (their values were not used)."
        in result.out
    )
    assert "Allowed for you: send env:GITLAB_TOKEN to remote's own address." in result.out
    everything = (
        result.out
        + result.err
        + "".join(
            path.read_text()
            for folder in (shop.folder, shop.home)
            for path in folder.rglob("*")
            if path.is_file() and path.parent.name != ".git"
        )
    )
    assert SECRET not in everything
    assert "hidden-password" not in everything
    assert asked() == []
    shop.ok("doctor")
    assert asked() == [f"check {SECRET}"], "what init wrote is trusted"


def test_a_section_that_a_person_has_to_fill_in_is_a_comment(shop: Any) -> None:
    shop.environ = {**shop.environ, "GITLAB_TOKEN": SECRET}
    result = shop.ok("init")
    text = (shop.folder / "followthrough.toml").read_text()
    assert "trackers" not in written(shop)
    assert '# [trackers.remote]\n# kind = "remote"\n' in text
    assert '# token = "env:GITLAB_TOKEN"' in text
    assert "Tickets go to the embedded tracker on this machine" in result.out


def test_where_trust_cannot_be_noted_the_file_is_written_all_the_same(shop: Any) -> None:
    git(shop, "git@gitlab.example:acme/web.git")
    Path(shop.environ["XDG_CONFIG_HOME"]).write_text("a file in the way")
    shop.environ = {**shop.environ, "GITLAB_TOKEN": SECRET}
    result = shop.ok("init")
    assert "cannot be" in result.err
    assert written(shop)["trackers"]


def test_it_looks_at_a_bounded_number_of_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dated: Dated
) -> None:
    from followthrough import surroundings
    from followthrough.sources.disk import RealDisk

    monkeypatch.setattr(surroundings, "MOST_FILES", 3)
    for number in range(5):
        (tmp_path / f"a{number}.md").write_text("# Nothing\n")
    (tmp_path / "incident-report.md").write_text(dated(ago(1)))
    seen: list[int] = []
    looked = surroundings.look(
        tmp_path, RealDisk(), TODAY, progress=lambda _label, done, _total: seen.append(done)
    )
    assert (looked.files, looked.more, seen) == (3, 3, [1, 2, 3])
    assert [one.path for one in looked.postmortems] == ["incident-report.md"], "the likeliest come first"
    ticks = iter([0.0, 1.0, 100.0])
    looked = surroundings.look(
        tmp_path, RealDisk(), TODAY, progress=lambda *_: None, clock=lambda: next(ticks)
    )
    assert (looked.files, looked.more) == (1, 5)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_sentence(shop: Any) -> None:
    shop.folder.chmod(0o500)
    result = shop.run("init")
    shop.folder.chmod(0o700)
    assert result.code == 2
    assert "cannot be written (Permission denied)" in result.err
