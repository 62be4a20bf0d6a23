"""The reference says of every command, option, exit code, key and field what the program says."""

from __future__ import annotations

import importlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Sections = Callable[[str], dict[str, str]]
Cells = Callable[[str], list[str]]
Run = Callable[..., Any]

COMMAND = re.compile(r"^  ([a-z][\w-]*)(?:  |$)", re.MULTILINE)
OPTION = re.compile(r"^  (?:(-\w), )?(--[\w-]+)(?:, (-\w)\b)?", re.MULTILINE)


@pytest.fixture(scope="module")
def helps(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Every command with its options, as ``--help`` names them."""
    folder = tmp_path_factory.mktemp("help")

    def collect(*command: str) -> Iterator[tuple[str, set[str]]]:
        done = run(*command, "--help", folder=folder)
        assert done.returncode == 0, done.stderr
        options = {name for found in OPTION.findall(done.stdout) for name in found if name}
        yield " ".join(("followthrough", *command)), options - {"--help"}
        _, _, commands = done.stdout.partition("Commands:")
        for name in COMMAND.findall(commands):
            yield from collect(*command, name)

    return dict(collect())


@pytest.fixture(scope="module")
def commands_page(checkout: Path, sections: Sections) -> dict[str, str]:
    found = sections((checkout / "docs/reference/commands.md").read_text(encoding="utf-8"))
    return {name: text for name, text in found.items() if name.split(" ")[0] == "followthrough"}


def test_every_command_is_documented_and_no_other(
    helps: dict[str, set[str]], commands_page: dict[str, str]
) -> None:
    assert set(commands_page) == set(helps)


def test_every_option_is_documented_and_no_other(
    helps: dict[str, set[str]], commands_page: dict[str, str], first_cells: Cells
) -> None:
    documented = {
        name: {word.split(" ")[0] for word in first_cells(text) if word.startswith("-")}
        for name, text in commands_page.items()
    }
    assert documented == helps


def test_every_exit_code_is_documented_and_no_other(checkout: Path, first_cells: Cells) -> None:
    page = (checkout / "docs/reference/exit-codes.md").read_text(encoding="utf-8")
    codes = [int(code) for code in importlib.import_module("followthrough.engine.exits").Exit]
    app = importlib.import_module("followthrough.cli.app")
    assert [int(code) for code in first_cells(page)] == [*codes, app.INTERRUPTED, app.TERMINATED]


def documented_fields(page: str, sections: Sections, schema: str) -> set[str]:
    (text,) = [text for name, text in sections(page).items() if name == schema]
    return set(re.findall(r"^\| `([\w.\[\]]+)` \|", text, re.MULTILINE))


def fields(value: Any, prefix: str = "") -> set[str]:
    """The paths of all fields: ``items[].due``; a list of values is the field itself."""
    found: set[str] = set()
    if isinstance(value, dict):
        for name, inner in value.items():
            path = f"{prefix}.{name}" if prefix else name
            found |= {path} | fields(inner, path)
    elif isinstance(value, list):
        for inner in value:
            found |= fields(inner, f"{prefix}[]")
        found -= {f"{prefix}[]"}
    return found


def test_every_json_schema_is_documented_and_no_other(checkout: Path, sections: Sections) -> None:
    page = (checkout / "docs/reference/json.md").read_text(encoding="utf-8")
    documented = {name for name in sections(page) if name.startswith("followthrough.")}
    sources = [
        path.read_text(encoding="utf-8")
        for root in ("src", "connectors")
        for path in (checkout / root).rglob("*.py")
    ]
    spoken = {name for text in sources for name in re.findall(r'"(followthrough\.[a-z-]+/\d+)"', text)}
    spoken |= {"followthrough.local-list/1", "followthrough.local-show/1"}  # put together from their names
    assert documented == spoken


@pytest.fixture(scope="module")
def printed(run: Run, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The fields seen in objects of each schema, on the examples and a few documents more."""
    folder = tmp_path_factory.mktemp("json")
    shutil.copytree(checkout / "examples" / "postmortems", folder / "postmortems")
    shutil.copy(checkout / "examples" / "followthrough.toml", folder)
    for name, text in {
        "draft.md": "---\nstatus: draft\n---\n# Outage\n\n## Action items\n\n- [ ] Add an alert\n",
        "twice.md": "---\na: {b: [\n---\n# Outage\n\n## Action items\n\n- Add an alert\n- Add an alert\n",
        "promise.md": "# Outage\n\nWe will add an alert for the pool.\n",
        "binary.md": "# Outage\0\n",
    }.items():
        (folder / "postmortems" / name).write_text(text, encoding="utf-8")
    seen: dict[str, set[str]] = {}

    def keep(*arguments: str) -> None:
        done = run(*arguments, folder=folder)
        assert done.returncode in (0, 3), (arguments, done.stderr)  # 3: one document is binary
        for text in done.stdout.splitlines() if "jsonl" in arguments else [done.stdout]:
            value = json.loads(text)
            seen.setdefault(value["schema"], set()).update(fields(value))

    keep("extract", "postmortems", "--format", "jsonl")
    keep("extract", "postmortems", "--format", "json")
    keep("extract", "postmortems", "--explain", "--format", "jsonl")
    keep("extract", "postmortems", "--summary", "--format", "json")
    (folder / "open.md").write_text("# Outage\n\n## Action items\n\n- Add an alert\n", encoding="utf-8")
    keep("check", "open.md", "postmortems/binary.md", "--format", "json")
    run("check", "open.md", "--write-baseline", folder=folder)
    value = json.loads((folder / "followthrough-baseline.json").read_text(encoding="utf-8"))
    seen[value["schema"]] = fields(value)
    (folder / "open.md").unlink()
    keep("plan", "--format", "json")
    keep("file", "--yes", "--format", "jsonl")
    key = json.loads(run("local", "list", "--format", "json", folder=folder).stdout)["tickets"][0]["key"]
    run("local", "close", key, "--reason", "done", folder=folder)
    path = folder / "postmortems" / "2026-10-06-login-certificate.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("- [ ] Warn", "- [x] Warn"), encoding="utf-8")
    keep("plan", "--format", "json")
    keep("sync", "--format", "jsonl")
    settings = folder / "followthrough.toml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f'{before}\n[sync]\npush = ["state"]\n', encoding="utf-8")
    for command in ("run", "file", "sync"):  # the tick, taken back and made again
        keep("plan", "--format", "json")
        keep(command, "--format", "jsonl")
        text, box = path.read_text(encoding="utf-8"), {"[x] Warn": "[ ] Warn", "[ ] Warn": "[x] Warn"}
        now = next(one for one in box if one in text)
        path.write_text(text.replace(now, box[now]), encoding="utf-8")
    settings.write_text(before, encoding="utf-8")
    keep("run", "--format", "jsonl")
    keep("status", "--format", "json")
    keep("report", "--format", "json")
    mail = '[notify]\nowners = true\n[notify.mail]\nurl = "mailto://localhost?from=a@b.example"\n'
    lena = '[people.lena]\nnames = ["Lena"]\nemail = "lena@b.example"\n'
    sending = folder / "sending.toml"  # named, and so trusted
    sending.write_text(f"{before}\n{mail}{lena}", encoding="utf-8")
    keep("--config", str(sending), "report", "--to", "owners", "--dry-run", "--format", "json")
    keep("doctor", "--format", "json")
    keep("local", "list", "--format", "json")
    keep("local", "list", "--format", "jsonl")
    keep("local", "show", key, "--format", "json")
    keep("local", "show", key, "--format", "jsonl")
    return seen


# Only a tracker that refuses, gives no answer, or lists late shows them.
UNFILED = {
    *(f"refused[].{name}" for name in ("item", "reason")),
    *(f"unknown[].{name}" for name in ("item", "reason", "retry_at")),
    *(f"proofs[].{name}" for name in ("tracker", "key", "seconds", "found")),
}
# Only a plan that a brake stops.
BRAKED = {"brakes[].scope", "brakes[].code", "brakes[].message"}
# Only an incident that happened before.
AGAIN = {
    *(f"recurrences[].{name}" for name in ("path", "earlier", "services", "words", "measures")),
    *(f"recurrences[].earlier.{name}" for name in ("path", "title", "date")),
    *(
        f"recurrences[].measures[].{name}"
        for name in ("item", "path", "line", "text", "key", "state", "days_late", "accepted_until")
    ),
}
MOVES = {f"moves[].{name}" for name in ("item", "key", "path", "line", "source", "scope", "command")}
# Only where a ledger went backwards, an answer is out, or a ticket is not found.
STANDING = {
    *(f"holds[].{name}" for name in ("tracker", "reason", "until")),
    *(f"unanswered[].{name}" for name in ("item", "tracker", "since")),
    *(f"not_found_once[].{name}" for name in ("tracker", "key")),
    *(f"accepted[].{name}" for name in ("item", "key", "since", "until", "reason", "by")),
}
# Only where an incident happened again, somebody accepted a risk, or anything is known of a week before.
REPORTED = {
    *(
        f"change.{name}"
        for name in ("since", "sent", "outstanding_before", "late_before", "new", "closed", "reopened")
    ),
    *("change.outstanding", "change.late"),
    *(f"recurrences[].{name}" for name in ("document", "incident", "incident_date", "items", "evidence")),
    *(f"items[].accepted.{name}" for name in ("until", "reason", "by")),
}
RARE = {
    "followthrough.status/1": STANDING,
    "followthrough.filed/1": UNFILED | BRAKED,
    "followthrough.run/1": UNFILED | BRAKED,
    "followthrough.synced/1": BRAKED,
    "followthrough.sent/1": {"skipped[].to", "skipped[].reason"},
    "followthrough.plan/1": BRAKED | MOVES | AGAIN,
    "followthrough.report/1": REPORTED,
}


def test_every_json_field_is_documented_and_no_other(
    printed: dict[str, set[str]], checkout: Path, sections: Sections
) -> None:
    page = (checkout / "docs/reference/json.md").read_text(encoding="utf-8")
    told = {name: documented_fields(page, sections, name) for name in printed}
    shown = {
        schema: {
            field
            for field in found
            if schema != "followthrough.extractions/1" or not field.startswith("documents[]")
            if not re.match(r"(?:by_kind|by_state|tracking|definitions)\.", field)
        }
        | RARE.get(schema, set())
        for schema, found in printed.items()
    }
    assert told == shown


def templates(checkout: Path) -> set[str]:
    """Every string of the program, with what is filled in as ``…``."""
    import ast

    found = set()
    for root in ("src", "connectors"):
        for path in (checkout / root).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
                    found.add("".join(str(part) for part in parts))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(re.sub(r"\{\w*\}", "…", node.value))
    return found


def test_every_documented_message_is_one_of_the_program_s(checkout: Path, first_cells: Cells) -> None:
    pages = [checkout / "docs/reference/messages.md", checkout / "docs/how-to/when-it-says.md"]
    known = templates(checkout)
    for page in pages:
        for message in first_cells(page.read_text(encoding="utf-8")):
            assert any(message in template for template in known), f"{page.name}: {message}"
