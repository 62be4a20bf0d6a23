"""``check``: what it finds, how it prints, how it ends; and that it reads files only."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
SCRIPTS = Path(sys.executable).parent

GOOD = """\
# Checkout down

- Date: 2026-11-12
- Severity: sev1

## Action items

- Add an alert for the pool (owner: Sam) (due: 2099-12-01) (kind: preventive)
"""
BAD = GOOD + "- Raise the limit\n- [x] Restart the pool\n- Say sorry <!-- ft:ignore -->\n"
RULES = """\
[policy]
preset = "pagerduty"
preventive = ["sev1"]
[check.rules]
several-actions = "warning"
vague-wording = "note"
date-in-the-past = "error"
"""


@pytest.fixture
def schema() -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "sarif-2.1.0-reduced.schema.json").read_text(encoding="utf-8"))
    return found


def test_without_settings_it_asks_for_owner_and_date_only(shop: Any) -> None:
    shop.write("pm.md", BAD.replace("- Raise", "- Investigate and drop it; raise"))
    result = shop.run("check", "pm.md")
    assert result.code == 6
    assert result.out == (
        'pm.md:9:3: error: No owner is named for "Investigate and drop it; raise the limit". [missing-owner]\n'
        "    Write `(owner: NAME)` at the end of the measure.\n"
        'pm.md:9:3: error: No date is given for "Investigate and drop it; raise the limit". [missing-date]\n'
        "    Write `(due: YYYY-MM-DD)` at the end of the measure.\n"
        "\n"
        "1 document, 3 measures: 2 errors in 1 document.\n"
    )
    assert result.err == ""


def test_nothing_found_is_code_0_and_leaves_nothing_behind(shop: Any) -> None:
    shop.write("pm.md", GOOD)
    result = shop.ok("check", "pm.md")
    assert result.out == "1 document, 1 measure: nothing found.\n"
    assert [path.name for path in shop.folder.iterdir()] == ["pm.md"]


def test_warnings_and_notes_fail_nothing(shop: Any) -> None:
    shop.write("followthrough.toml", '[policy]\nrequired = []\n[check.rules]\nvague-wording = "warning"\n')
    shop.write("pm.md", "# Outage\n\n## Action items\n\n- Improve the monitoring\n")
    result = shop.ok("check", "pm.md")
    assert "warning: " in result.out


def test_a_document_that_cannot_be_read_is_a_sentence_and_code_3(shop: Any) -> None:
    shop.write("pm.md", BAD)
    shop.write("binary.md", b"# Outage\0\n")
    result = shop.run("check", "pm.md", "binary.md", "--format", "json")
    assert result.code == 3
    assert result.err.startswith("binary.md has NUL bytes")
    assert len(result.json["findings"]) == 2
    assert [one["document"] for one in result.json["errors"]] == ["binary.md"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere.md",),
        (),
        ("pm.md", "--baseline", "none.json"),
        ("pm.md", "--format", "xml"),
        ("pm.md", "--baseline", "pm.md"),
    ],
    ids=["no such document", "no document", "no such baseline", "no such format", "no baseline"],
)
def test_what_cannot_be_meant_is_code_2(shop: Any, arguments: tuple[str, ...]) -> None:
    shop.write("pm.md", GOOD)
    result = shop.run("check", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err


def test_settings_choose_rules_and_levels(shop: Any) -> None:
    shop.write("followthrough.toml", RULES)
    shop.write(
        "pm.md",
        "---\ndate: 2026-11-12\nseverity: sev1\n---\n# Outage\n\n## Action items\n\n"
        "| Action | Kind | Owner | Due |\n| --- | --- | --- | --- |\n"
        "| Investigate the pool | detect | Sam | 2020-01-01 |\n"
        "| Add a limit; drop the cache | mitigate | Sam | 2099-12-01 |\n",
    )
    found = shop.run("check", "pm.md", "--format", "json").json
    assert [(one["rule"], one["level"], one["line"]) for one in found["findings"]] == [
        ("no-preventive-measure", "error", 7),
        ("date-in-the-past", "error", 11),
        ("vague-wording", "note", 11),
        ("several-actions", "warning", 12),
        ("date-beyond-policy", "error", 12),
    ]
    assert found["counts"] == {"error": 3, "warning": 1, "note": 1}


def test_a_measure_with_a_ticket_has_owner_and_date_there(shop: Any) -> None:
    shop.write("pm.md", BAD)
    shop.ok("file", "--yes", "pm.md")
    assert shop.ok("check", "pm.md").out == "1 document, 3 measures: nothing found.\n"


def test_drafts_are_what_it_is_for_and_history_is_not(shop: Any) -> None:
    shop.write("followthrough.toml", 'documents = ["pm/*.md"]\nsince = "2026-11-01"\n')
    shop.write("pm/draft.md", "---\nstatus: draft\n---\n" + BAD)
    shop.write("pm/old.md", BAD.replace("2026-11-12", "2025-01-01"))
    shop.write("pm/undated.md", BAD.replace("- Date: 2026-11-12\n", ""))
    shop.write("pm/template.md", BAD)
    shop.write("pm/notes.md", "# Notes\n\nNothing happened.\n")
    found = shop.run("check", "--format", "json").json
    assert {one["document"] for one in found["findings"]} == {"pm/draft.md", "pm/undated.md"}
    assert (found["documents"], found["history"]) == (2, 1)
    assert "1 older document left out (since)." in shop.run("check").out


def test_named_files_are_looked_at_unless_they_are_to_be_excluded(shop: Any) -> None:
    shop.write("followthrough.toml", 'since = "2026-11-01"\n')
    names = ["template.md", "old.md", "notes.md", "new.md"]
    texts = [BAD, BAD.replace("2026-11-12", "2025-01-01"), "# Notes\n\nWe will add a test.\n", BAD]
    for name, text in zip(names, texts, strict=True):
        shop.write(name, text)
    assert shop.run("check", *names, "--format", "json").json["documents"] == 4
    found = shop.run("check", *names, "--force-exclude", "--format", "json").json
    assert {one["document"] for one in found["findings"]} == {"new.md"}


def test_the_baseline_forgives_what_was_there_and_follows_it(shop: Any) -> None:
    shop.write("docs/pm.md", BAD)
    shop.write("docs/two.md", BAD)
    written = shop.run("check", "docs", "--write-baseline")
    assert (written.code, written.out) == (0, "")
    assert "Known from now on: 4 findings in 2 documents." in written.err
    shop.write(
        "docs/pm.md", BAD.replace("## Action", "More text.\n\n\n## Action") + "- Add a test (owner: Kim)\n"
    )
    result = shop.run("check", "docs")
    assert result.code == 6
    assert 'No date is given for "Add a test"' in result.out
    assert "Raise the limit" not in result.out
    assert "4 known findings left out (baseline)." in result.out
    shop.write("docs/pm.md", GOOD)
    assert "2 findings of the baseline no longer there" in shop.ok("check", "docs").out
    shop.ok("check", "docs/pm.md", "--write-baseline")
    assert shop.ok("check", "docs").out == (
        "2 documents, 4 measures: nothing found. 2 known findings left out (baseline).\n"
    )


def test_a_baseline_lies_where_option_or_settings_say(shop: Any) -> None:
    shop.write("followthrough.toml", '[check]\nbaseline = "ci/known.json"\n')
    shop.write("ci/.keep", "")
    shop.write("pm.md", BAD)
    shop.ok("check", "pm.md", "--write-baseline")
    assert json.loads((shop.folder / "ci/known.json").read_text())["findings"]
    shop.ok("check", "pm.md")
    shop.ok("check", "pm.md", "--write-baseline", "--baseline", "other.json")
    assert (shop.folder / "other.json").read_bytes() == (shop.folder / "ci/known.json").read_bytes()
    missing = shop.run("check", "pm.md", "--write-baseline", "--baseline", "no/where.json")
    assert (missing.code, "cannot be written" in missing.err) == (2, True)


def test_standard_input_is_a_document_too(shop: Any) -> None:
    result = shop.run("check", "-", stdin=BAD.encode())
    assert result.code == 6
    assert result.out.startswith("-:9:3: error: No owner is named")


def sarif(shop: Any, *arguments: str) -> Any:
    return json.loads(shop.run("check", *arguments, "--format", "sarif").out)


def test_sarif_is_what_its_schema_says(shop: Any, schema: Mapping[str, Any]) -> None:
    shop.write("followthrough.toml", RULES)
    shop.write("post mortems/a b,ü:1%.md", BAD + "- Improve it; add a test (due: 2020-01-01)\n")
    shop.write("binary.md", b"# Outage\0\n")
    log = sarif(shop, "post mortems/a b,ü:1%.md", "binary.md")
    jsonschema.Draft7Validator(schema).validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (place,) = [one["physicalLocation"] for one in result["locations"]]
        assert unquote(place["artifactLocation"]["uri"]) == "post mortems/a b,ü:1%.md"
        assert re.fullmatch(r"[!-~]+", place["artifactLocation"]["uri"])
        assert place["region"]["startLine"] in (8, 9, 12)
    assert run["invocations"][0]["executionSuccessful"] is False
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 1


def test_the_schema_refuses_what_sarif_refuses(shop: Any, schema: Mapping[str, Any]) -> None:
    shop.write("pm.md", BAD)
    validator = jsonschema.Draft7Validator(schema)
    spoilers: list[Callable[[Any], Any]] = [
        lambda log: log.pop("version"),
        lambda log: log["runs"][0].pop("tool"),
        lambda log: log["runs"][0]["results"][0].update(level="fatal"),
        lambda log: log["runs"][0]["results"][0]["message"].clear(),
        lambda log: log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"].update(
            startLine=0
        ),
        lambda log: log["runs"][0].update(colour="red"),
    ]
    for spoil in spoilers:
        log = sarif(shop, "pm.md")
        spoil(log)
        assert not validator.is_valid(log)


def test_fingerprints_outlive_moved_lines(shop: Any) -> None:
    def prints() -> list[Any]:
        return [one["partialFingerprints"] for one in sarif(shop, "pm.md")["runs"][0]["results"]]

    shop.write("pm.md", BAD)
    before = prints()
    shop.write("pm.md", "\n\n" + BAD)
    assert prints() == before
    assert len({tuple(one.items()) for one in before}) == 2


COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def unescaped(text: str) -> str:
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def test_github_gets_workflow_commands_with_paths_from_the_work_tree(shop: Any) -> None:
    subprocess.run(["git", "init", "-q"], cwd=shop.folder, check=True)
    shop.write("docs/followthrough.toml", RULES)
    name = "docs/pm/a,b:1%.md"
    shop.write(name, BAD + "- Improve it by 5 % for 100%0A users; add a test (owner: Kim)\n")
    result = shop.run("check", "pm", "--format", "github", cwd=shop.folder / "docs")
    assert result.code == 6
    commands = [COMMAND.fullmatch(line) for line in result.out.splitlines()]
    assert len(commands) == 5
    for one in commands:
        assert one is not None
        told = {
            key: unescaped(value) for key, _, value in (part.partition("=") for part in one[2].split(","))
        }
        assert told["file"] == name
        assert told["line"] in ("8", "9", "12")
        assert told["title"].startswith("followthrough: ")
    assert "100%0A users" in unescaped(commands[-1][3])  # type: ignore[index]
    assert {one[1] for one in commands if one} == {"error", "warning"}


def test_github_hears_of_documents_that_cannot_be_read(shop: Any) -> None:
    shop.write("binary.md", b"# Outage\0\n")
    result = shop.run("check", "binary.md", "--format", "github")
    assert result.code == 3
    assert result.out.startswith("::error file=binary.md,title=followthrough::binary.md has NUL bytes")


def test_no_text_of_a_document_can_give_a_command_of_its_own(shop: Any) -> None:
    shop.write(
        "pm.md", "# X\n\n## Action items\n\n- Add `::set-env name=PATH::/evil` \u2028::error::boo\x1b[31m\n"
    )
    out = shop.run("check", "pm.md", "--format", "github").out
    assert all(line.startswith("::error file=pm.md,") for line in out.split("\n") if line)
    assert "\x1b" not in out


PROBE = """
import sys
touched = []
def hook(name, arguments):
    if name.startswith("socket.") or name in ("subprocess.Popen", "os.system"):
        touched.append(name)
sys.addaudithook(hook)
from followthrough.__main__ import main
try:
    code = main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print(code, touched, sorted({"httpx", "sqlalchemy", "jira", "github", "holidays"} & set(sys.modules)))
"""


def test_it_opens_no_socket_reads_no_secret_and_loads_no_ledger(shop: Any) -> None:
    shop.write(
        "followthrough.toml",
        '[trackers.ops]\nkind = "jira"\nurl = "https://acme.atlassian.net"\nproject = "OPS"\n'
        'token = "command:touch resolved"\n',
    )
    shop.write("pm.md", BAD)
    result = shop.start([sys.executable, "-c", PROBE, "check", "pm.md"])
    assert result.out.splitlines()[-1] == "6 [] []"
    assert not (shop.folder / "resolved").exists()


def test_the_hook_is_run_by_pre_commit(shop: Any) -> None:
    """As `language: system`, so that nothing is installed; the rest is what others get."""
    hooks = shop.folder / "hooks"
    project = shop.folder / "project"

    def git(folder: Path, *arguments: str) -> str:
        identity = ("-c", "user.name=x", "-c", "user.email=x@acme.example", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    for folder in (hooks, project):
        folder.mkdir()
        git(folder, "init", "-q")
    manifest = (CHECKOUT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (hooks / ".pre-commit-hooks.yaml").write_text(manifest, encoding="utf-8")
    git(hooks, "add", "-A")
    git(hooks, "commit", "-qm", "hooks")
    shop.write("project/README.md", "# Notes\n\nWe will add a test.\n")
    shop.write("project/pm.md", BAD)
    shop.write(
        "project/.pre-commit-config.yaml",
        f"repos:\n- repo: {hooks.as_uri()}\n  rev: {git(hooks, 'rev-parse', 'HEAD')}\n"
        "  hooks:\n  - id: followthrough-check\n    language: system\n",
    )
    git(project, "add", "-A")
    environ = {
        **shop.environ,
        "PRE_COMMIT_HOME": str(shop.folder / "cache"),
        "PATH": f"{SCRIPTS}:{shop.environ['PATH']}",
    }

    def run() -> subprocess.CompletedProcess[str]:
        command = [str(SCRIPTS / "pre-commit"), "run", "--all-files"]
        return subprocess.run(
            command, cwd=project, env=environ, capture_output=True, text=True, check=False, timeout=120
        )

    failed = run()
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "pm.md:9:3: error: No owner is named" in failed.stdout
    assert "1 document, 3 measures" in failed.stdout
    (project / "pm.md").write_text(GOOD, encoding="utf-8")
    git(project, "add", "-A")
    passed = run()
    assert passed.returncode == 0, passed.stdout + passed.stderr


def test_the_hooks_are_well_formed(shop: Any) -> None:
    path = str(CHECKOUT / ".pre-commit-hooks.yaml")
    result = shop.start([str(SCRIPTS / "pre-commit"), "validate-manifest", path])
    assert result.code == 0, result.out + result.err
