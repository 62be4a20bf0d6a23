"""`schedule` as a command: settings only, offline, not a secret on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from followthrough.scheduling import KINDS, Facts, schedule

CANARY = "canary-that-nobody-may-read"
SETTINGS = f"""\
documents = ["postmortems/**/*.md"]
timezone = "Europe/Berlin"
default_tracker = "ops"
[trackers.ops]
kind = "jira"
url = "https://acme.atlassian.net"
project = "OPS"
email = "bot@acme.example"
token = "env:JIRA_TOKEN"
[trackers.web]
kind = "github"
repository = "acme/web"
token = "command:op read op://vault/{CANARY}"
[trackers.app]
kind = "github"
repository = "acme/app"
app_id = 1
installation_id = 2
private_key = "file:~/keys/app.pem"
[heartbeat]
start = "https://watch.example/ping/{CANARY}/start"
finish = "env:WATCHDOG"
[[notify.channels]]
name = "managers"
url = "env:MANAGERS_URL"
[people.sam]
names = ["Sam"]
notify = "env:SAM_URL"
[[sources]]
kind = "confluence"
url = "https://wiki.acme.example"
token = "env:WIKI_TOKEN"
labels = ["postmortem"]
"""
Made = Callable[..., Facts]


@pytest.mark.parametrize("kind", list(KINDS))
def test_it_names_what_it_needs_and_shows_no_secret(kind: str, shop: Any) -> None:
    shop.write("followthrough.toml", SETTINGS)
    shop.environ |= {"JIRA_TOKEN": CANARY, "WATCHDOG": CANARY}
    result = shop.run("schedule", kind)
    assert result.code == 0, result.err
    said = result.out + result.err
    assert CANARY not in said
    for name in ("JIRA_TOKEN", "WATCHDOG", "MANAGERS_URL", "SAM_URL", "WIKI_TOKEN", "app.pem"):
        assert name in said or name.upper().replace(".", "_") in said
    assert not (shop.folder / ".followthrough").exists()


@pytest.mark.parametrize("kind", list(KINDS))
def test_it_works_without_settings(kind: str, shop: Any) -> None:
    result = shop.ok("schedule", kind)
    assert "followthrough" in result.out
    assert "run --for 1h" in result.out or "for: 1h" in result.out or kind == "gitlab"
    assert "`followthrough init`" in result.err


@pytest.mark.parametrize("kind", ["cron", "systemd"])
def test_it_writes_the_files_that_it_prints(kind: str, shop: Any, facts: Made) -> None:
    shop.write("followthrough.toml", SETTINGS)
    printed = shop.ok("schedule", kind).out
    told = shop.ok("schedule", kind, "-o", "out/there").out
    written = sorted((shop.folder / "out/there").iterdir())
    assert {path.name for path in written} == set(schedule(kind, facts(SETTINGS)).files)
    assert all(path.read_text(encoding="utf-8").strip() in printed for path in written)
    assert told.count("written.") == len(written)


def test_time_and_length_are_taken_over_or_refused(shop: Any) -> None:
    shop.write("followthrough.toml", SETTINGS)
    assert "OnCalendar=*-*-* 23:05:00 Europe/Berlin" in shop.ok("schedule", "systemd", "--at", "23:05").out
    assert "run --for 90m" in shop.ok("schedule", "cron", "--for", "90m").out
    assert "run --for 2h" in shop.ok("schedule", "cron", "--for", "120m").out
    for arguments in (("--at", "25:00"), ("--at", "noon"), ("--for", "soon"), ("--for", "30s")):
        result = shop.run("schedule", "cron", *arguments)
        assert (result.code, result.out) == (2, ""), arguments
        assert arguments[1] in result.err
    assert shop.run("schedule", "launchd").code == 2


def test_a_folder_that_cannot_be_written_is_told(shop: Any) -> None:
    shop.write("out", "a file")
    result = shop.run("schedule", "cron", "-o", "out")
    assert result.code == 2
    assert "out" in result.err


def test_broken_settings_are_told_as_everywhere(shop: Any) -> None:
    shop.write("followthrough.toml", "documnets = []\n")
    result = shop.run("schedule", "cron")
    assert (result.code, result.out) == (2, "")
    assert "documents" in result.err


def test_the_next_steps_are_talk_and_the_files_are_data(shop: Any) -> None:
    result = shop.run("--log-format", "json", "schedule", "cron")
    assert all(json.loads(line)["event"] == "message" for line in result.err.splitlines())
    assert result.out.splitlines()[-1].startswith("30 2 * * * ")


# --- what follows from the settings


def test_a_github_token_of_the_job_needs_no_secret_of_ones_own(facts: Made) -> None:
    text = '[trackers.a]\nkind = "github"\ntoken = "env:GITHUB_TOKEN"\n[trackers.b]\nkind = "github"\ntoken = "env:GITHUB_OTHER"\n'
    plan = schedule("github", facts(text))
    workflow = plan.files["followthrough.yml"]
    assert "GITHUB_TOKEN: ${{ github.token }}" in workflow
    assert "issues: write" in workflow
    # GitHub takes no secret whose name begins with GITHUB_.
    assert "GITHUB_OTHER: ${{ secrets.FOLLOWTHROUGH_GITHUB_OTHER }}" in workflow
    assert (
        "issues: write"
        not in schedule("github", facts('[trackers.a]\nkind = "jira"\ntoken = "env:J"\n')).files[
            "followthrough.yml"
        ]
    )


def test_a_ledger_in_a_file_needs_a_disk_that_lasts(facts: Made) -> None:
    own = schedule("github", facts()).files["followthrough.yml"]
    assert "self-hosted" in own
    assert "clean: false" in own
    for ledger in ("git:", "postgresql:"):
        hosted = schedule("github", facts(ledger=ledger)).files["followthrough.yml"]
        assert "self-hosted" not in hosted
        assert "clean: false" not in hosted
    own = schedule("gitlab", facts()).files["followthrough.gitlab-ci.yml"]
    assert 'FOLLOWTHROUGH_LASTING_DISK: "1"' in own
    assert "GIT_STRATEGY: none" in own
    hosted = schedule("gitlab", facts(ledger="git:")).files["followthrough.gitlab-ci.yml"]
    assert "LASTING_DISK" not in hosted
    assert "rolling-branch publish" in hosted


def test_time_zones_reach_every_scheduler_that_knows_them(
    facts: Made, yaml: Callable[[str], list[Any]], schema_problems: Callable[[str, Any], list[str]]
) -> None:
    berlin = facts('timezone = "Europe/Berlin"\n')
    assert "Europe/Berlin" in schedule("systemd", berlin).files["followthrough.timer"]
    assert "CRON_TZ=Europe/Berlin" in schedule("cron", berlin).files["followthrough.crontab"]
    assert 'timeZone: "Europe/Berlin"' in schedule("kubernetes", berlin).files["cronjob.yaml"]
    assert "time zone Europe/Berlin" in schedule("gitlab", berlin).files["followthrough.gitlab-ci.yml"]
    (workflow,) = yaml(schedule("github", berlin).files["followthrough.yml"])
    assert workflow["on"]["schedule"] == [{"cron": "30 2 * * *", "timezone": "Europe/Berlin"}]
    assert schema_problems("github-workflows", workflow) == []


def test_a_root_below_the_repository_s_top_is_named_from_there(facts: Made) -> None:
    workflow = schedule("github", facts(inside="teams/ops", in_git=True)).files["followthrough.yml"]
    assert 'settings: "teams/ops/followthrough.toml"' in workflow
    assert '- "teams/ops/postmortems/**/*.md"' in workflow


def test_secrets_in_files_go_where_the_settings_look(facts: Made) -> None:
    text = '[trackers.a]\nkind = "jira"\ntoken = "file:/run/credentials/followthrough.service/jira"\n'
    service = schedule("systemd", facts(text)).files["followthrough.service"]
    assert "LoadCredential=jira:/etc/followthrough/jira\n" in service
    other = schedule("systemd", facts('[trackers.a]\nkind = "jira"\ntoken = "file:/home/ft/jira"\n'))
    assert "LoadCredential" not in other.files["followthrough.service"]
    assert "ProtectHome=read-only" in other.files["followthrough.service"]
    assert any("file:/run/credentials/followthrough.service/jira" in step for step in other.steps)
    assert "secretName: followthrough" in schedule("kubernetes", facts(text)).files["cronjob.yaml"]


def test_the_step_that_lays_a_secret_in_a_file_does(
    facts: Made, yaml: Callable[[str], list[Any]], tmp_path: Path, environ: dict[str, str]
) -> None:
    import subprocess

    text = '[trackers.a]\nkind = "jira"\ntoken = "file:~/.config/jira token"\n'
    (workflow,) = yaml(schedule("github", facts(text, ledger="git:")).files["followthrough.yml"])
    step = workflow["jobs"]["night"]["steps"][1]
    assert step["env"]["SECRET"] == "${{ secrets.JIRA_TOKEN }}"
    given = {**environ, "HOME": str(tmp_path), "SECRET": "s3cret", "FILE": step["env"]["FILE"]}
    subprocess.run(["bash", "-e", "-c", step["run"]], env=given, check=True)
    laid = tmp_path / ".config" / "jira token"
    assert (laid.read_text(encoding="utf-8"), laid.stat().st_mode & 0o777) == ("s3cret\n", 0o600)
