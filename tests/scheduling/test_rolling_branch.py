"""The one branch that carries what was written: real repositories, a bare remote, the script itself."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

BRANCH = "followthrough/status"
DOCUMENT = "".join(f"- [ ] Measure {number}\n\n" for number in range(1, 6))

Git = Callable[..., str]


@dataclass
class Place:
    """A runner's clone, a colleague's, and the remote between them."""

    bare: Path
    runner: Path
    colleague: Path
    git: Git
    environ: dict[str, str]
    script: Path

    def call(self, step: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.script, step],
            cwd=self.runner,
            env={**self.environ, **more},
            capture_output=True,
            text=True,
            check=False,
        )

    def night(
        self, edit: Callable[[str], str] = lambda text: text, between: Callable[[], None] = lambda: None
    ) -> str:
        """Prepare, write as the program would, publish; what publish printed."""
        prepared = self.call("prepare")
        assert prepared.returncode == 0, prepared.stderr
        path = self.runner / "pm.md"
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
        between()
        published = self.call("publish")
        assert published.returncode == 0, published.stderr
        return published.stdout.strip()

    def on(self, branch: str) -> str:
        return self.git("show", f"{branch}:pm.md", cwd=self.bare)

    def head(self, branch: str = BRANCH) -> str:
        return self.git("rev-parse", branch, cwd=self.bare).strip()

    def branches(self) -> set[str]:
        return set(self.git("for-each-ref", "--format=%(refname:short)", "refs/heads", cwd=self.bare).split())

    def edits(self, edit: Callable[[str], str], branch: str = "main") -> None:
        """A colleague changes the document on a branch."""
        self.git("fetch", "origin", cwd=self.colleague)
        self.git("checkout", "--force", "-B", branch, f"origin/{branch}", cwd=self.colleague)
        path = self.colleague / "pm.md"
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
        self.git("commit", "--all", "--message", "Edit", cwd=self.colleague)
        self.git("push", "origin", branch, cwd=self.colleague)

    def merges(self, how: str) -> None:
        """A colleague merges the pull request: a merge, a squash or a rebase."""
        self.git("fetch", "origin", cwd=self.colleague)
        self.git("checkout", "--force", "-B", "main", "origin/main", cwd=self.colleague)
        if how == "merge":
            self.git("merge", "--no-ff", "--message", "Merge", f"origin/{BRANCH}", cwd=self.colleague)
        elif how == "squash":
            self.git("merge", "--squash", f"origin/{BRANCH}", cwd=self.colleague)
            self.git("commit", "--message", "Squashed", cwd=self.colleague)
        else:
            self.git("cherry-pick", f"origin/{BRANCH}", cwd=self.colleague)
        self.git("push", "origin", "main", cwd=self.colleague)


@pytest.fixture
def place(tmp_path: Path, git: Git, environ: dict[str, str], checkout: Path) -> Place:
    bare, runner, colleague = tmp_path / "remote.git", tmp_path / "runner", tmp_path / "colleague"
    git("init", "--bare", "--initial-branch=main", str(bare), cwd=tmp_path)
    git("clone", str(bare), str(colleague), cwd=tmp_path)
    (colleague / "pm.md").write_text(DOCUMENT, encoding="utf-8")
    (colleague / "other.md").write_text("Nothing\n", encoding="utf-8")
    git("add", ".", cwd=colleague)
    git("commit", "--message", "Postmortem", cwd=colleague)
    git("push", "origin", "HEAD:main", cwd=colleague)
    git("clone", str(bare), str(runner), cwd=tmp_path)
    return Place(bare, runner, colleague, git, environ, checkout / "action" / "rolling-branch.sh")


def link(number: int) -> Callable[[str], str]:
    """Put a link behind one measure, unless it is there."""
    return lambda text: (
        text
        if f"FT-{number}" in text
        else text.replace(f"Measure {number}\n", f"Measure {number} [FT-{number}](#)\n")
    )


def test_nothing_written_makes_no_branch(place: Place) -> None:
    assert place.night() == "none"
    assert place.branches() == {"main"}


def test_the_branch_is_one_commit_on_its_base_night_after_night(place: Place) -> None:
    assert place.night(link(1)) == "pushed"
    first = place.head()
    assert place.night(link(2)) == "pushed"
    assert place.head() != first
    assert place.git("rev-list", "--count", f"main..{BRANCH}", cwd=place.bare).strip() == "1"
    assert "FT-1" in place.on(BRANCH)  # the first night's link was not written again, it was carried
    assert "FT-2" in place.on(BRANCH)
    assert place.on("main") == DOCUMENT


def test_a_night_without_news_pushes_nothing(place: Place) -> None:
    place.night(link(1))
    before = place.head()
    assert place.night() == "same"
    place.edits(
        lambda text: text + "\nA last word.\n"
    )  # the base moves on; approvals of the pull request stay
    assert place.night() == "same"
    assert place.head() == before


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_after_the_merge_the_branch_is_gone_and_begins_anew(how: str, place: Place) -> None:
    place.night(link(1))
    place.edits(lambda text: text + "\nA last word.\n")
    place.merges(how)
    assert place.night() == "none"
    assert place.branches() == {"main"}
    assert place.night(link(2)) == "pushed"
    assert place.git("diff", "--stat", f"main...{BRANCH}", cwd=place.bare).count("|") == 1
    assert "FT-1" in place.on(BRANCH)


def test_where_both_changed_a_line_the_people_s_words_win(place: Place) -> None:
    place.night(lambda text: link(4)(link(1)(text)))
    place.edits(lambda text: text.replace("Measure 1", "Measure one"))
    assert place.night(link(2)) == "pushed"
    held = place.on(BRANCH)
    assert "Measure one\n" in held
    assert "FT-1" not in held  # the next run writes it again
    assert "FT-4" in held
    assert "FT-2" in held


def test_a_document_that_is_gone_from_the_base_is_not_brought_back(place: Place) -> None:
    place.night(link(1))
    place.git("fetch", "origin", cwd=place.colleague)
    place.git("checkout", "--force", "-B", "main", "origin/main", cwd=place.colleague)
    place.git("rm", "pm.md", cwd=place.colleague)
    place.git("commit", "--message", "Gone", cwd=place.colleague)
    place.git("push", "origin", "main", cwd=place.colleague)
    assert place.call("prepare").returncode == 0
    assert not (place.runner / "pm.md").exists()
    assert place.call("publish").stdout.strip() == "none"
    assert place.branches() == {"main"}


def test_what_a_colleague_adds_to_the_branch_is_carried_on(place: Place) -> None:
    place.night(link(1))
    place.edits(lambda text: text.replace("Measure 5", "Measure five"), BRANCH)
    assert place.night(link(2)) == "pushed"
    assert "Measure five" in place.on(BRANCH)
    assert "FT-2" in place.on(BRANCH)


def test_what_a_colleague_pushes_in_the_middle_of_a_night_is_not_lost(place: Place) -> None:
    place.night(link(1))
    told = place.night(
        link(2), lambda: place.edits(lambda text: text.replace("Measure 5", "Measure five"), BRANCH)
    )
    assert told == "pushed"
    held = place.on(BRANCH)
    assert all(words in held for words in ("FT-1", "FT-2", "Measure five"))
    assert place.git("rev-list", "--count", f"main..{BRANCH}", cwd=place.bare).strip() == "1"


def test_a_branch_that_somebody_made_meanwhile_is_not_overwritten(place: Place) -> None:
    def made() -> None:
        place.git("push", "origin", f"HEAD:refs/heads/{BRANCH}", cwd=place.colleague)
        place.edits(lambda text: text.replace("Measure 5", "Measure five"), BRANCH)

    assert place.night(link(2), made) == "pushed"
    assert "Measure five" in place.on(BRANCH)
    assert "FT-2" in place.on(BRANCH)


def test_a_remote_that_is_away_stops_before_anything_is_written(place: Place) -> None:
    place.night(link(1))
    place.bare.rename(place.bare.with_name("away"))
    assert place.call("prepare").returncode != 0
    place.bare.with_name("away").rename(place.bare)
    assert place.call("prepare").returncode == 0
    path = place.runner / "pm.md"
    path.write_text(link(2)(path.read_text(encoding="utf-8")), encoding="utf-8")
    place.bare.rename(place.bare.with_name("away"))
    assert place.call("publish").returncode != 0
    place.bare.with_name("away").rename(place.bare)
    assert "FT-2" not in place.on(BRANCH)


def test_a_shallow_checkout_will_do(place: Place, tmp_path: Path) -> None:
    place.night(link(1))
    place.edits(lambda text: text + "\nA last word.\n")
    shallow = tmp_path / "shallow"
    place.git("clone", "--depth=1", f"file://{place.bare}", str(shallow), cwd=tmp_path)
    place.runner = shallow
    assert place.night(link(2)) == "pushed"
    assert "FT-1" in place.on(BRANCH)


def test_untracked_files_are_left_where_they_are(place: Place) -> None:
    ledger = place.runner / ".followthrough" / "ledger.db"
    ledger.parent.mkdir()
    ledger.write_text("memory", encoding="utf-8")
    (ledger.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    place.night(link(1))
    assert ledger.read_text(encoding="utf-8") == "memory"
    assert place.git("ls-tree", "-r", "--name-only", BRANCH, cwd=place.bare).split() == ["other.md", "pm.md"]


def test_push_options_go_along(place: Place) -> None:
    place.git("config", "receive.advertisePushOptions", "true", cwd=place.bare)
    hook = place.bare / "hooks" / "pre-receive"
    hook.write_text(
        '#!/bin/sh\necho "$GIT_PUSH_OPTION_COUNT $GIT_PUSH_OPTION_0" >"$GIT_DIR/options"\n', encoding="utf-8"
    )
    hook.chmod(0o755)
    place.call("prepare")
    path = place.runner / "pm.md"
    path.write_text(link(1)(path.read_text(encoding="utf-8")), encoding="utf-8")
    done = place.call("publish", FT_PUSH_OPTIONS="merge_request.create merge_request.target=main")
    assert done.stdout.strip() == "pushed"
    assert (place.bare / "options").read_text(encoding="utf-8") == "2 merge_request.create\n"


def test_another_word_than_the_two_is_refused(place: Place) -> None:
    assert place.call("remove").returncode == 2
