"""Every other command over documents on a branch: what it does is seen there, and people's files stay."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.sources.git.project import BOT, BOX, CHECKOUT, SETTINGS, Project
from tests.sources.git.staying import delete, linked, squash

POOL = "pm/checkout.md:8"


@pytest.fixture(autouse=True)
def people_s_stays(project: Project) -> Iterator[None]:
    before = project.people_s()
    yield
    assert project.people_s() == before


@pytest.fixture(params=["open", "merged"])
def state(request: pytest.FixtureRequest, filed: Project) -> Project:
    """Three measures whose links are on the branch of ours, or on the base already."""
    if request.param == "merged":
        squash(filed)
        delete(filed)
    return filed


def links(project: Project, ref: str = "") -> dict[str, int]:
    """How many links of ours each document has now."""
    ref = ref or (BOT if project.at(BOT) else "main")
    return {path: project.show(path, ref).count(b"#ft-") for path in ("pm/checkout.md", "pm/2026/queue.md")}


def states(project: Project) -> dict[str, str]:
    return {one["key"]: one["state"] for one in project.tickets()}


def test_unlink_one_document(state: Project) -> None:
    assert "pm/checkout.md: links taken out." in state.ok("unlink", "pm/checkout.md").out
    assert links(state) == {"pm/checkout.md": 0, "pm/2026/queue.md": 1}
    assert "0 lines in 0 files" in state.ok("run").out
    assert "2 lines" in state.ok("file", "--yes", "pm/checkout.md").out
    assert links(state) == {"pm/checkout.md": 2, "pm/2026/queue.md": 1}
    assert len(state.tickets()) == 3


def test_unlink_all(state: Project) -> None:
    """Where nothing was merged, nothing of ours is left, the branch included."""
    merged = state.show("pm/checkout.md", "main").count(b"#ft-") > 0
    state.ok("unlink")
    assert bool(state.at(BOT)) == merged
    assert set(links(state).values()) == {0}
    assert "Filed 0" in state.ok("run").out
    assert set(links(state).values()) == {0}


def test_undo(state: Project) -> None:
    run = re.search(r"\d{8}-1", state.ok("status").out)
    assert run is not None
    assert "closes 3 as won't do" in state.ok("undo", run[0], "--dry-run").out
    assert sum(links(state).values()) == 3
    state.ok("undo", run[0], "--yes")
    assert set(links(state).values()) == {0}
    assert set(states(state).values()) == {"dropped"}
    assert "Filed 0" in state.ok("run").out
    assert set(links(state).values()) == {0}


def test_ignore_and_adopt(project: Project) -> None:
    project.ok("file", "--yes", "pm/2026/queue.md")
    project.ok("ignore", POOL, "--reason", "advice to readers")
    assert "Filed 1, failed 0" in project.ok("run").out
    assert links(project) == {"pm/checkout.md": 1, "pm/2026/queue.md": 1}
    result = project.ok("adopt", "FT-1", POOL)
    assert "checkout.md" in result.out
    assert b"Alert when the pool is full [FT-1, open]" in project.show("pm/checkout.md")
    assert len(project.tickets()) == 2
    project.ok("local", "close", "FT-1")
    project.ok("sync")
    assert b"- [x] Alert when the pool is full [FT-1, done]" in project.show("pm/checkout.md")


def test_a_link_that_adopt_cannot_publish_is_told_and_written_later(project: Project) -> None:
    project.ok("file", "--yes", "pm/2026/queue.md")
    before, hook = project.at(BOT), project.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    result = project.run("adopt", "FT-1", POOL)
    assert result.code == 3
    assert f"git: 1 document was not written: The remote origin does not take the branch {BOT}" in result.err
    assert project.at(BOT) == before
    hook.unlink()
    project.ok("sync")
    assert b"Alert when the pool is full [FT-1, open]" in project.show("pm/checkout.md")


def test_a_reference_that_people_wrote(project: Project) -> None:
    """Followed as on any disk: it is on the base that it counts."""
    project.ok("file", "--yes", "pm/2026/queue.md")
    project.elsewhere({"pm/checkout.md": CHECKOUT.replace("pool is full", "pool is full (FT-1)")})
    assert "Filed 1, failed 0" in project.ok("run").out
    assert len(project.tickets()) == 2


def test_accept(state: Project) -> None:
    at = state.at(BOT)
    words = ("--until", "2099-02-01", "--reason", "replaced then", "--by", "Kim")
    state.ok("accept", "FT-1", *words)
    assert "Kim" in state.ok("report").out
    assert state.at(BOT) == at


def test_push_what_was_ticked_on_the_base(state: Project) -> None:
    path, text = "pm/checkout.md", state.show("pm/checkout.md", "main").decode()
    assert text.count(f"{BOX}Alert") == 1
    state.elsewhere({path: text.replace(f"{BOX}Alert", "- [x] Alert")})
    state.ok("run")
    assert states(state)["FT-2"] == "open"
    state.ok("sync", "--push", "FT-2")
    assert states(state)["FT-2"] == "done"
    assert b"- [x] Alert when the pool is full [FT-2, done]" in state.show(path)
    at = state.at(BOT)
    assert state.ok("sync", "--push", "FT-2", "--format", "json").json["pushed"] == []
    assert state.at(BOT) == at


def test_rebuild(state: Project) -> None:
    (state.root / ".followthrough/ledger.db").unlink()
    for more in state.root.glob(".followthrough/ledger.db-*"):
        more.unlink()
    state.ok("rebuild")
    assert "nothing to do" in state.ok("plan").out
    assert "Filed 0" in state.ok("run").out
    assert len(state.tickets()) == 3
    assert sum(links(state).values()) == 3


def test_a_saved_plan(project: Project) -> None:
    plan = project.folder / "plan.json"
    project.ok("plan", "-o", str(plan))
    project.elsewhere({"notes.txt": "x\n"})
    assert "Filed 3" in project.ok("file", "--plan", str(plan)).out
    linked(project)


def test_a_saved_plan_of_other_words(project: Project) -> None:
    plan = project.folder / "plan.json"
    project.ok("plan", "-o", str(plan))
    project.elsewhere({"pm/checkout.md": CHECKOUT.replace("pool", "pond")})
    result = project.run("file", "--plan", str(plan))
    assert result.code == 4, result
    assert project.tickets() == []


def test_one_measure_by_name(project: Project) -> None:
    project.ok("file", "--item", POOL)
    assert links(project) == {"pm/checkout.md": 1, "pm/2026/queue.md": 0}


def test_a_folder_and_a_branch_tell_the_same(project: Project, new_project: Callable[..., Project]) -> None:
    """Plan, journal, status and report, but for run ids, times and addresses."""
    folder = new_project("folder", alone=True)
    folder.clone_from_nothing()
    settings = SETTINGS.replace('[[sources]]\nkind = "git"\n', "")
    folder.put({"followthrough.toml": settings})
    told = []
    for one in (project, folder):
        one.ok("file", "--yes")
        one.ok("local", "close", "FT-1")
        one.ok("sync")
        words = ["plan", "status", "report"]
        told.append({word: plain(one.ok(word, "--format", "json").json) for word in words})
    assert told[0] == told[1]
    text = (folder.root / "pm/checkout.md").read_bytes()
    assert project.show("pm/checkout.md") == text


def plain(value: Any) -> Any:
    """Without moments, and how long something took."""
    text = re.sub(r'"seconds": \d+', '"seconds": 0', json.dumps(value))
    return json.loads(re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)", "", text))


def test_a_runner_that_forgets_its_disk(filed: Project) -> None:
    """A fresh clone with the tracker alone: what lies on the branch of ours counts, merged or not."""
    at = filed.at(BOT)
    tracker = filed.root / ".followthrough/tracker.db"
    filed.root = filed.clone(name="fresh")
    (filed.root / ".followthrough").mkdir(mode=0o700)
    shutil.copy(tracker, filed.root / ".followthrough/tracker.db")
    assert "Filed 0" in filed.ok("run").out
    assert filed.at(BOT) == at
    filed.ok("local", "close", "FT-1")
    filed.ok("run")
    linked(filed)
    filed.root = filed.folder / "root"
