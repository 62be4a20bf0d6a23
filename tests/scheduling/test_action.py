"""The scripts of `action.yml`, run as a runner runs them: real clones, a real run, GitHub's API on a socket."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

BRANCH = "followthrough/status"
TOKEN = "canary-token-of-the-job"
Git = Callable[..., str]


class GitHub(BaseHTTPRequestHandler):
    """Pull requests of one repository: listed by branch, opened once for each pair of branches."""

    pulls: ClassVar[list[dict[str, Any]]]
    allowed: ClassVar[bool]
    logins: ClassVar[set[str]]

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        branch = asked["head"][0].removeprefix("acme:")
        self._answer(
            200, [one for one in self.pulls if one["head"] == branch and one["base"] == asked["base"][0]]
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.allowed:
            message = "GitHub Actions is not permitted to create or approve pull requests."
            return self._answer(403, {"message": message})
        if any(one["head"] == body["head"] for one in self.pulls):
            return self._answer(422, {"message": "A pull request already exists"})
        number = len(self.pulls) + 1
        self.pulls.append(
            {**body, "number": number, "html_url": f"https://github.example/acme/pm/pull/{number}"}
        )
        return self._answer(201, self.pulls[-1])

    def _answer(self, status: int, value: Any) -> None:
        self.logins.add(self.headers["Authorization"])
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture
def github() -> Iterator[Any]:
    handler = type("Here", (GitHub,), {"pulls": [], "allowed": True, "logins": set()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    handler.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield handler
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Night:
    code: int
    log: str
    summary: str
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass
class Runner:
    """A runner whose disk lasts, with a checkout of a repository that a colleague pushes to as well."""

    bare: Path
    checkout: Path
    colleague: Path
    scripts: Path
    environ: dict[str, str]
    git: Git
    scratch: Path

    def script(self, name: str, **more: str) -> Night:
        summary, outputs = self.scratch / "summary.md", self.scratch / "outputs"
        for path in (summary, outputs):
            path.write_text("", encoding="utf-8")
        places = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(outputs)}
        done = subprocess.run(
            [self.scripts / name],
            cwd=self.checkout,
            env={**self.environ, **places, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        told = dict(line.split("=", 1) for line in outputs.read_text(encoding="utf-8").splitlines())
        return Night(done.returncode, done.stdout, summary.read_text(encoding="utf-8"), told)

    def followthrough(self, *arguments: str) -> str:
        return subprocess.run(
            ["followthrough", *arguments],
            cwd=self.checkout,
            env=self.environ,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def on(self, branch: str, path: str = "postmortems/queue.md") -> str:
        return self.git("show", f"{branch}:{path}", cwd=self.bare)

    def branches(self) -> set[str]:
        return set(self.git("for-each-ref", "--format=%(refname:short)", "refs/heads", cwd=self.bare).split())

    def proposes(self, path: str, text: str) -> None:
        """A pull request that adds a document, checked out as GitHub does: merged into its base."""
        self.git("checkout", "--force", "-B", "proposal", "origin/main", cwd=self.checkout)
        (self.checkout / path).write_text(text, encoding="utf-8")
        self.git("add", ".", cwd=self.checkout)
        self.git("commit", "--message", "A postmortem", cwd=self.checkout)
        self.git("checkout", "--detach", "origin/main", cwd=self.checkout)
        self.git("merge", "--no-ff", "--message", "Merge", "proposal", cwd=self.checkout)


@pytest.fixture
def runner(
    tmp_path: Path,
    git: Git,
    environ: dict[str, str],
    checkout: Path,
    program: Path,
    postmortem: str,
    github: Any,
) -> Runner:
    bare, colleague, place = tmp_path / "remote.git", tmp_path / "colleague", tmp_path / "runner"
    git("init", "--bare", "--initial-branch=main", str(bare), cwd=tmp_path)
    git("clone", str(bare), str(colleague), cwd=tmp_path)
    (colleague / "postmortems").mkdir()
    (colleague / "postmortems" / "queue.md").write_text(postmortem, encoding="utf-8")
    (colleague / "followthrough.toml").write_text(
        'documents = ["postmortems/*.md"]\nnamespace = "example"\n', encoding="utf-8"
    )
    git("add", ".", cwd=colleague)
    git("commit", "--message", "Postmortems", cwd=colleague)
    git("push", "origin", "HEAD:main", cwd=colleague)
    git("clone", str(bare), str(place), cwd=tmp_path)
    environ |= {
        "PATH": f"{program.parent}{os.pathsep}{environ['PATH']}",
        "FT_PYTHON": str(program.parent / "python"),
        "FT_BASE": "main",
        "FT_BRANCH": BRANCH,
        "FT_TOKEN": TOKEN,
        "FT_FOR": "30m",
        "GITHUB_API_URL": github.url,
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "acme/pm",
        "GITHUB_EVENT_NAME": "schedule",
    }
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"):
        environ.pop(name, None)
    return Runner(bare, place, colleague, checkout / "action", environ, git, tmp_path)


def stand_in(runner: Runner, body: str) -> None:
    """Another program in the place of ours."""
    path = runner.scratch / "stand-in" / "followthrough"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    runner.environ["PATH"] = f"{path.parent}{os.pathsep}{runner.environ['PATH']}"


def test_nights_go_onto_one_branch_with_one_pull_request(runner: Runner, github: Any) -> None:
    night = runner.script("night.sh")
    assert (night.code, night.outputs["exit-code"], night.outputs["changed"]) == (0, "0", "pushed"), night.log
    assert night.outputs["pull-request"] == "https://github.example/acme/pm/pull/1"
    assert "    Filed 6, failed 0, unknown 0." in night.summary
    assert night.outputs["pull-request"] in night.summary
    assert runner.on(BRANCH).count("#ft-") == 6
    assert runner.on("main").count("#ft-") == 0

    key = json.loads(runner.followthrough("local", "list", "--format", "json"))["tickets"][0]["key"]
    runner.followthrough("local", "close", key)
    night = runner.script("night.sh")
    assert (night.code, night.outputs["changed"]) == (0, "pushed"), night.log
    assert "done](#ft-" in runner.on(BRANCH)
    assert runner.git("rev-list", "--count", f"main..{BRANCH}", cwd=runner.bare).strip() == "1"
    assert len(github.pulls) == 1  # the same one, with a new commit
    assert runner.script("night.sh").outputs["changed"] == "same"

    runner.git("fetch", "origin", cwd=runner.colleague)
    runner.git("checkout", "-B", "main", "origin/main", cwd=runner.colleague)
    runner.git("merge", "--squash", f"origin/{BRANCH}", cwd=runner.colleague)
    runner.git("commit", "--message", "Merged", cwd=runner.colleague)
    runner.git("push", "origin", "main", cwd=runner.colleague)
    night = runner.script("night.sh", GITHUB_EVENT_NAME="push")
    assert (night.code, night.outputs["changed"]) == (0, "none"), night.log
    assert runner.branches() == {"main"}
    assert len(json.loads(runner.followthrough("local", "list", "--format", "json"))["tickets"]) == 6
    assert github.logins == {f"Bearer {TOKEN}"}


def test_where_the_run_itself_writes_the_branch_the_action_opens_its_pull_request(
    runner: Runner, github: Any
) -> None:
    settings = 'namespace = "example"\n[[sources]]\nkind = "git"\ndocuments = ["postmortems/*.md"]\n'
    (runner.colleague / "followthrough.toml").write_text(settings, encoding="utf-8")
    runner.git("commit", "--all", "--message", "Read from the branch", cwd=runner.colleague)
    runner.git("push", "origin", "main", cwd=runner.colleague)
    runner.git("pull", "origin", "main", cwd=runner.checkout)

    night = runner.script("night.sh")
    assert (night.code, night.outputs["exit-code"], night.outputs["changed"]) == (0, "0", "pushed"), night.log
    assert (runner.on(BRANCH).count("#ft-"), runner.on("main").count("#ft-")) == (6, 0)
    assert len(github.pulls) == 1
    assert runner.script("night.sh").outputs["changed"] == "same"

    runner.git("fetch", "origin", cwd=runner.colleague)
    runner.git("merge", "--squash", f"origin/{BRANCH}", cwd=runner.colleague)
    runner.git("commit", "--message", "Merged", cwd=runner.colleague)
    runner.git("push", "origin", "main", cwd=runner.colleague)
    night = runner.script("night.sh", GITHUB_EVENT_NAME="push")
    assert (night.code, night.outputs["changed"]) == (0, "none"), night.log
    assert (runner.branches(), len(github.pulls)) == ({"main"}, 1)


@pytest.mark.parametrize(
    "event", ["pull_request", "pull_request_target", "pull_request_review", "issue_comment", "workflow_run"]
)
def test_the_night_refuses_whatever_a_stranger_can_start(event: str, runner: Runner, github: Any) -> None:
    night = runner.script("night.sh", GITHUB_EVENT_NAME=event)
    assert night.code == 2
    assert "command: look" in night.log
    assert (runner.branches(), github.logins) == ({"main"}, set())
    assert not (runner.checkout / ".followthrough").exists()


@pytest.mark.parametrize(
    ("code", "ends", "level"), [(3, 3, "error"), (4, 4, "error"), (5, 5, "error"), (75, 0, "notice")]
)
def test_what_was_written_is_published_whatever_the_code(
    code: int, ends: int, level: str, runner: Runner, github: Any
) -> None:
    stand_in(runner, f"echo changed >>postmortems/queue.md\necho said\nexit {code}")
    night = runner.script("night.sh")
    assert (night.code, night.outputs["exit-code"]) == (ends, str(code))
    assert runner.on(BRANCH).endswith("changed\n")
    assert f"::{level} title=followthrough::" in night.log
    assert len(github.pulls) == 1


def test_where_actions_may_open_no_pull_request_the_branch_and_a_link_are_there(
    runner: Runner, github: Any
) -> None:
    github.allowed = False
    night = runner.script("night.sh")
    assert night.code == 0
    assert "Workflow permissions" in night.log
    page = "https://github.example/acme/pm/compare/main...followthrough/status?expand=1"
    assert night.outputs["pull-request"] == page
    assert page in night.summary
    assert BRANCH in runner.branches()


def test_an_api_that_is_away_costs_the_pull_request_only(runner: Runner) -> None:
    night = runner.script("night.sh", GITHUB_API_URL="http://127.0.0.1:9")
    assert night.code == 0
    assert "The branch is pushed" in night.log
    assert night.outputs["pull-request"] == ""
    assert BRANCH in runner.branches()


def test_the_token_is_nowhere_to_be_seen(runner: Runner, github: Any) -> None:
    nights = [runner.script("night.sh"), runner.script("night.sh", GITHUB_API_URL="http://127.0.0.1:9")]
    github.allowed = False
    nights.append(runner.script("night.sh"))
    assert TOKEN not in "".join(f"{night.log}{night.summary}{night.outputs}" for night in nights)
    assert TOKEN not in runner.on(BRANCH)


def test_words_of_a_document_give_the_runner_no_commands(runner: Runner) -> None:
    stand_in(runner, "echo '::error::of a document'\necho '<script>`x`'")
    night = runner.script("night.sh")
    (word,) = re.findall(r"^::stop-commands::([0-9a-f]{32})$", night.log, re.MULTILINE)
    before, _, rest = night.log.partition(f"::stop-commands::{word}\n")
    inside, _, after = rest.partition(f"::{word}::\n")
    assert "::error::of a document" in inside
    assert "of a document" not in before + after
    assert "    <script>`x`\n" in night.summary  # indented: code


def test_a_hosted_runner_files_nothing_without_a_ledger_that_lasts(runner: Runner, github: Any) -> None:
    settings = runner.checkout / "followthrough.toml"
    text = settings.read_text(encoding="utf-8")
    jira = '[trackers.ops]\nkind = "jira"\nurl = "https://jira.example"\nproject = "OPS"\ntoken = "env:JIRA_TOKEN"\n'
    settings.write_text(f"{text}{jira}", encoding="utf-8")
    runner.git("commit", "--all", "--message", "File in Jira", cwd=runner.checkout)
    runner.git("push", "origin", "HEAD:main", cwd=runner.checkout)
    hosted = {"GITHUB_ACTIONS": "true", "RUNNER_ENVIRONMENT": "github-hosted", "JIRA_TOKEN": "canary"}
    night = runner.script("night.sh", **hosted)
    assert (night.code, night.outputs) == (2, {"exit-code": "2", "changed": "none"})
    assert "This runner forgets its disk" in night.log
    assert "This runner forgets its disk" in night.summary
    assert (runner.branches(), github.logins) == ({"main"}, set())


def test_a_lost_push_is_told_and_made_up_for(runner: Runner) -> None:
    hook = runner.bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    night = runner.script("night.sh")
    assert (night.code, night.outputs["changed"]) == (3, "lost")
    assert "could not be pushed" in night.log
    hook.unlink()
    night = runner.script("night.sh")
    assert (night.code, night.outputs["changed"]) == (0, "pushed")
    assert runner.on(BRANCH).count("#ft-") == 6
    assert len(json.loads(runner.followthrough("local", "list", "--format", "json"))["tickets"]) == 6


# --- pull requests


def test_a_new_postmortem_is_annotated_and_nothing_is_written(
    runner: Runner, postmortem: str, github: Any
) -> None:
    runner.proposes("postmortems/new, one.md", postmortem.replace("Alert when", "Alert 100% <b>when</b>"))
    look = runner.script("look.sh", GITHUB_EVENT_NAME="pull_request")
    notices = [
        line for line in look.log.splitlines() if line.startswith("::notice") and "will be filed" in line
    ]
    assert len(notices) == 6, look.log
    assert all(line.startswith("::notice file=postmortems/new%2C one.md,line=") for line in notices)
    assert "Alert 100%25" in "".join(notices)
    assert look.code == 0
    found = re.findall(r"^::(?:error|warning) file=postmortems/new%2C one\.md", look.log, re.MULTILINE)
    assert found, "what `check` finds stands beside the lines as well"
    assert "<b>" not in look.summary
    assert "file: 6" in look.summary
    assert not (runner.checkout / ".followthrough").exists()
    assert github.logins == set()
    assert runner.git("status", "--porcelain", cwd=runner.checkout) == ""


def test_findings_fail_the_job_only_where_that_is_asked_for(runner: Runner, postmortem: str) -> None:
    runner.proposes("postmortems/new.md", postmortem)
    assert runner.script("look.sh").code == 0
    assert runner.script("look.sh", FT_FINDINGS="fail").code == 6


def test_a_pull_request_without_a_postmortem_is_left_alone(runner: Runner) -> None:
    runner.proposes("README.md", "# Hello\n\n## Action items\n\n- [ ] Not one of the documents\n")
    look = runner.script("look.sh", GITHUB_EVENT_NAME="pull_request")
    assert (look.code, look.log) == (0, "")
    assert "None." in look.summary


def test_a_checkout_that_does_not_show_the_changes_is_told(runner: Runner, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    runner.git("clone", "--depth=1", f"file://{runner.bare}", str(shallow), cwd=tmp_path)
    runner.checkout = shallow
    look = runner.script("look.sh", GITHUB_EVENT_NAME="pull_request")
    assert look.code == 2
    assert "fetch-depth: 2" in look.log


def test_settings_in_a_folder_of_the_repository_will_do(runner: Runner, postmortem: str) -> None:
    inner = runner.colleague / "ops"
    inner.mkdir()
    (inner / "followthrough.toml").write_text(
        'documents = ["pm/*.md"]\nnamespace = "ops"\n', encoding="utf-8"
    )
    (inner / "pm").mkdir()
    (inner / "pm" / "old.md").write_text(postmortem, encoding="utf-8")
    runner.git("add", ".", cwd=runner.colleague)
    runner.git("commit", "--message", "Ops", cwd=runner.colleague)
    runner.git("push", "origin", "HEAD:main", cwd=runner.colleague)
    runner.git("fetch", "origin", cwd=runner.checkout)
    runner.environ["FT_SETTINGS"] = "ops/followthrough.toml"
    runner.proposes("ops/pm/new.md", postmortem)
    look = runner.script("look.sh", GITHUB_EVENT_NAME="pull_request")
    assert look.log.count("::notice file=ops/pm/new.md,") == 6
    night = runner.script("night.sh")
    assert (night.code, night.outputs["changed"]) == (0, "pushed"), night.log
    assert runner.on(BRANCH, "ops/pm/old.md").count("#ft-") == 6
    assert runner.on(BRANCH).count("#ft-") == 0
