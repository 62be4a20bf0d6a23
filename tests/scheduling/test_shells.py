"""What is written for a shell, run by one: the line of cron, the nightly script, the pod's script, the checks."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.scheduling import Facts, schedule
from followthrough.scheduling.cron import line

Made = Callable[..., Facts]

SETTINGS = 'documents = ["*.md"]\nnamespace = "example"\n'


def shell(script: str, environ: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", script], cwd=cwd, env=dict(environ), capture_output=True, text=True, check=False
    )


def crontab_command(text: str) -> str:
    """What cron hands to the shell: the last line after its five fields, up to an unescaped ``%``."""
    last = text.splitlines()[-1].split(" ", 5)[5]
    assert "%" not in last.replace("\\%", "")
    return last.replace("\\%", "%")


@pytest.fixture
def folder(tmp_path: Path, postmortem: str) -> Path:
    """Documents and settings in a folder whose name a shell would trip over."""
    place = tmp_path / '100% of $HOME\'s "post mortems"'
    place.mkdir()
    (place / "followthrough.toml").write_text(SETTINGS, encoding="utf-8")
    (place / "queue.md").write_text(postmortem, encoding="utf-8")
    return place


@pytest.fixture
def here(facts: Made, folder: Path, program: Path) -> Callable[..., Facts]:
    """Facts of that folder and the installed program."""

    def make(text: str = SETTINGS, **more: Any) -> Facts:
        made = facts(text, program=str(program), **more)
        return replace(made, root=folder, settings_file=folder / "followthrough.toml")

    return make


def test_the_line_of_cron_files_and_is_silent(here: Made, folder: Path, environ: dict[str, str]) -> None:
    command = crontab_command(schedule("cron", here()).files["followthrough.crontab"])
    for _ in range(2):
        done = shell(command, environ, Path("/"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (folder / "queue.md").read_text(encoding="utf-8").count("#ft-") == 6


@pytest.mark.parametrize(
    ("code", "mailed"), [(0, ""), (75, ""), (3, "followthrough ended with 3"), (5, "ended with 5")]
)
def test_cron_mails_what_somebody_must_read(
    code: int, mailed: str, here: Made, tmp_path: Path, environ: dict[str, str]
) -> None:
    stand_in = tmp_path / "program"
    stand_in.write_text(f"#!/bin/sh\necho said; echo and >&2\nexit {code}\n", encoding="utf-8")
    stand_in.chmod(0o755)
    done = shell(line(replace(here(), program=str(stand_in))), environ, Path("/"))
    assert mailed in done.stdout
    assert ("said\nand\n" in done.stdout) == bool(mailed)
    assert done.returncode == (code if mailed else 0)


def test_cron_reads_the_secrets_from_a_file_of_its_user(
    here: Made, tmp_path: Path, environ: dict[str, str]
) -> None:
    stand_in = tmp_path / "program"
    stand_in.write_text('#!/bin/sh\necho "$JIRA_TOKEN"\nexit 5\n', encoding="utf-8")
    stand_in.chmod(0o755)
    text = '[trackers.ops]\nkind = "jira"\ntoken = "env:JIRA_TOKEN"\n'
    command = line(replace(here(text), program=str(stand_in)))
    environ["HOME"] = str(tmp_path)
    missing = shell(command, environ, Path("/"))
    assert missing.returncode != 0
    assert "environment" in missing.stdout  # mailed: the file is not there
    kept = tmp_path / ".config" / "followthrough" / "environment"
    kept.parent.mkdir(parents=True)
    kept.write_text("JIRA_TOKEN=from-the-file\n", encoding="utf-8")
    assert "from-the-file" in shell(command, environ, Path("/")).stdout


def test_cron_mails_that_the_folder_is_gone(here: Made, environ: dict[str, str], folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    done = shell(line(here()), environ, Path("/"))
    assert done.returncode != 0
    assert "followthrough ended with" in done.stdout


@settings(max_examples=25, deadline=None)
@given(
    name=st.text(
        st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="/"),
        min_size=1,
        max_size=12,
    )
)
def test_any_folder_s_name_survives_cron_and_shell(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("cron") / f"x{name}"
    place.mkdir()
    facts = Facts(root=place, settings_file=None, program="pwd; exit 3;")
    text = schedule("cron", facts).files["followthrough.crontab"].replace("'pwd; exit 3;'", "pwd; exit 3;")
    command = crontab_command(text)
    done = shell(command, {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, Path("/"))
    assert done.stdout.split("\n")[0] == str(place)


# --- documents in git


@pytest.fixture
def clone(folder: Path, git: Callable[..., str], tmp_path: Path) -> Path:
    """The folder as a clone of a bare remote."""
    bare = tmp_path / "remote.git"
    git("init", "--bare", "--initial-branch=main", str(bare), cwd=tmp_path)
    git("init", "--initial-branch=main", cwd=folder)
    git("add", ".", cwd=folder)
    git("commit", "--message", "Postmortems", cwd=folder)
    git("remote", "add", "origin", str(bare), cwd=folder)
    git("push", "--set-upstream", "origin", "main", cwd=folder)
    return bare


def test_the_script_for_git_fetches_runs_commits_and_pushes(
    here: Made, folder: Path, clone: Path, git: Callable[..., str], environ: dict[str, str], tmp_path: Path
) -> None:
    script = tmp_path / "followthrough-night"
    script.write_text(schedule("cron", here(in_git=True)).files["followthrough-night"], encoding="utf-8")
    script.chmod(0o755)

    def night() -> int:
        return subprocess.run([script], cwd="/", env=environ, capture_output=True, check=False).returncode

    assert night() == 0
    assert git("show", "main:queue.md", cwd=clone).count("#ft-") == 6
    before = git("rev-parse", "main", cwd=clone)
    assert night() == 0
    assert git("rev-parse", "main", cwd=clone) == before  # nothing changed, nothing committed
    # Somebody pushes while we are at work, and an earlier night could not push.
    other = tmp_path / "other"
    git("clone", str(clone), str(other), cwd=tmp_path)
    (other / "README.md").write_text("Hello\n", encoding="utf-8")
    git("add", ".", cwd=other)
    git("commit", "--message", "Hello", cwd=other)
    git("push", cwd=other)
    key = json.loads(
        subprocess.run(
            [here().program, "local", "list", "--format", "json"],
            cwd=folder,
            env=environ,
            capture_output=True,
            check=True,
        ).stdout
    )["tickets"][0]["key"]
    subprocess.run(
        [here().program, "local", "close", key], cwd=folder, env=environ, capture_output=True, check=True
    )
    assert night() == 0
    assert "done](#ft-" in git("show", "main:queue.md", cwd=clone)
    assert git("show", "main:README.md", cwd=clone) == "Hello\n"


# --- GitLab's jobs


def job(text: str, name: str, yaml: Callable[[str], list[Any]]) -> tuple[str, dict[str, str]]:
    """The script of a job as a runner joins it, and its variables."""
    (pipeline,) = yaml(text)
    return "set -eo pipefail\n" + "\n".join(pipeline[name]["script"]), pipeline[name].get("variables", {})


def test_gitlab_s_job_on_a_runner_of_ones_own_works_in_its_clone(
    here: Made,
    folder: Path,
    clone: Path,
    git: Callable[..., str],
    environ: dict[str, str],
    program: Path,
    yaml: Callable[[str], list[Any]],
    tmp_path: Path,
) -> None:
    text = schedule("gitlab", here()).files["followthrough.gitlab-ci.yml"]
    script, variables = job(text, "followthrough-night", yaml)
    path = f"{program.parent}{os.pathsep}{environ['PATH']}"
    who = {f"GIT_{one}_{what}": "x@y" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    given = {**environ, **variables, **who, "PATH": path, "GITLAB_CI": "true"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert git("show", "main:queue.md", cwd=clone).count("#ft-") == 6


def test_gitlab_s_job_with_a_ledger_elsewhere_pushes_the_rolling_branch_and_asks_for_a_merge_request(
    here: Made,
    folder: Path,
    clone: Path,
    git: Callable[..., str],
    environ: dict[str, str],
    program: Path,
    yaml: Callable[[str], list[Any]],
    checkout: Path,
    tmp_path: Path,
) -> None:
    git("config", "receive.advertisePushOptions", "true", cwd=clone)
    hook = clone / "hooks" / "pre-receive"
    hook.write_text('#!/bin/sh\nenv | grep ^GIT_PUSH_OPTION_ >"$GIT_DIR/options"\n', encoding="utf-8")
    hook.chmod(0o755)
    text = schedule("gitlab", here(ledger="git:")).files["followthrough.gitlab-ci.yml"]
    script, variables = job(text, "followthrough-night", yaml)
    assert variables["FT_BASE"] == "$CI_DEFAULT_BRANCH"
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "followthrough-rolling-branch").symlink_to(checkout / "action" / "rolling-branch.sh")
    given = {
        **environ,
        "PATH": f"{tools}{os.pathsep}{program.parent}{os.pathsep}{environ['PATH']}",
        "FT_BASE": "main",
        "CI_DEFAULT_BRANCH": "main",
        "CI_SERVER_URL": f"file://{clone.parent}",
        "CI_PROJECT_PATH": clone.name.removesuffix(".git"),
        "FOLLOWTHROUGH_PUSH_TOKEN": "canary",
    }
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert git("show", "followthrough/status:queue.md", cwd=clone).count("#ft-") == 6
    assert "merge_request.create" in (clone / "options").read_text(encoding="utf-8")
    assert "canary" not in (folder / ".git" / "config").read_text(encoding="utf-8")
    credentials = subprocess.run(
        ["git", "credential", "fill"],
        cwd=folder,
        env=given,
        input="protocol=https\nhost=git.example\n\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "password=canary" in credentials.stdout


# --- the pod


def test_the_pod_over_documents_in_git_fetches_commits_and_pushes(
    here: Made,
    folder: Path,
    clone: Path,
    git: Callable[..., str],
    pod: Callable[..., Any],
    yaml: Callable[[str], list[Any]],
) -> None:
    manifest = yaml(schedule("kubernetes", here(in_git=True)).files["cronjob.yaml"])[1]
    container = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    given = {one["name"]: one["value"] for one in container["env"] if one["name"].startswith("GIT_")}
    process = pod("echo changed >>queue.md; exit 3", container, cwd=folder, **given)
    assert process.wait(timeout=120) == 3
    assert git("show", "main:queue.md", cwd=clone).endswith("changed\n")
    assert git("log", "-1", "--format=%an", cwd=clone).strip() == "followthrough"


@pytest.mark.parametrize(("code", "told"), [(0, 0), (75, 0), (4, 4)])
def test_the_pod_takes_a_night_that_goes_on_for_a_good_one(
    code: int, told: int, pod: Callable[..., Any]
) -> None:
    process = pod(f"exit {code}")
    assert process.wait(timeout=120) == told


def test_the_pod_lets_the_request_under_way_come_to_its_end(pod: Callable[..., Any], tmp_path: Path) -> None:
    process = pod(
        f"trap 'sleep 0.3; echo ended >{shlex.quote(str(tmp_path / 'end'))}; exit 143' TERM; echo >{shlex.quote(str(tmp_path / 'begun'))}; while :; do sleep 0.1; done"
    )
    while not (tmp_path / "begun").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=120) == 143
    assert (tmp_path / "end").exists()


@pytest.fixture
def pod(
    examples: dict[str, str], yaml: Callable[[str], list[Any]], tmp_path: Path, environ: dict[str, str]
) -> Callable[..., Any]:
    """The command of the pod, with a stand-in for the program."""
    manifest = yaml(examples["kubernetes/cronjob.yaml"])[1]
    own = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]

    def start(body: str, container: Any = own, cwd: Path = tmp_path, **more: str) -> subprocess.Popen[bytes]:
        program = tmp_path / "bin" / "followthrough"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        program.chmod(0o755)
        path = f"{program.parent}{os.pathsep}{environ['PATH']}"
        command = [*container["command"], *container["args"]]
        return subprocess.Popen(command, cwd=cwd, env={**environ, "PATH": path, **more})

    return start


# --- monitoring


def test_monitoring_hears_of_a_night_that_did_not_happen(
    checkout: Path, folder: Path, environ: dict[str, str], program: Path
) -> None:
    environ["PATH"] = f"{program.parent}{os.pathsep}{environ['PATH']}"
    checks = checkout / "examples" / "monitoring"

    def check(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [checks / "check_followthrough", *arguments],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, " ".join(done.stdout.split()[:2])

    def metrics() -> dict[str, str]:
        done = subprocess.run(
            [checks / "followthrough-metrics", str(folder)],
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(one.rsplit(" ", 1) for one in done.stdout.splitlines() if not one.startswith("#"))

    assert check(str(folder)) == (2, "FOLLOWTHROUGH CRITICAL")
    assert "followthrough_last_run_end_seconds" not in metrics()
    subprocess.run([program, "run"], cwd=folder, env=environ, capture_output=True, check=True)
    assert check(str(folder)) == (0, "FOLLOWTHROUGH OK")
    assert check(str(folder / "nowhere")) == (3, "FOLLOWTHROUGH UNKNOWN")
    seen = metrics()
    assert abs(float(seen["followthrough_last_run_end_seconds"]) - time.time()) < 3600
    assert seen["followthrough_last_run_exit_code"] == "0"
    assert seen['followthrough_measures{state="open"}'] == "6"
