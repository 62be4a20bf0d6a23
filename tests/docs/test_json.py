"""What is printed as JSON: every schema and field is documented, and those that are published hold."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from followthrough.ledger import HoldReason
from followthrough.model import Kind, State
from followthrough.planning.plan import Action
from followthrough.policy.effective import Origin
from followthrough.policy.findings import Level
from published import keeps_to, schemas

Sections = Callable[[str], dict[str, str]]
Run = Callable[..., Any]


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
def objects(run: Run, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """Objects of each schema, on the examples and a few documents more."""
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
    seen: dict[str, list[Any]] = {}

    def keep(*arguments: str) -> None:
        done = run(*arguments, folder=folder)
        assert done.returncode in (0, 3), (arguments, done.stderr)  # 3: one document is binary
        lines = {"jsonl", "--evidence"} & {*arguments}
        for text in done.stdout.splitlines() if lines else [done.stdout]:
            value = json.loads(text)
            seen.setdefault(value["schema"], []).append(value)

    keep("extract", "postmortems", "--format", "jsonl")
    keep("extract", "postmortems", "--format", "json")
    keep("extract", "postmortems", "--explain", "--format", "jsonl")
    keep("extract", "postmortems", "--summary", "--format", "json")
    (folder / "open.md").write_text("# Outage\n\n## Action items\n\n- Add an alert\n", encoding="utf-8")
    keep("check", "open.md", "postmortems/binary.md", "--format", "json")
    run("check", "open.md", "--write-baseline", folder=folder)
    value = json.loads((folder / "followthrough-baseline.json").read_text(encoding="utf-8"))
    seen[value["schema"]] = [value]
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
    keep("report", "--evidence")
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


@pytest.fixture
def printed(objects: dict[str, list[Any]]) -> dict[str, set[str]]:
    """The fields seen in objects of each schema."""
    return {schema: set().union(*map(fields, found)) for schema, found in objects.items()}


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
    "followthrough.sent/1": {"skipped[].to", "skipped[].reason"}
    | {"unread[].tracker", "unread[].measures", "unread[].reason"},
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
            if not re.match(r"(?:by_kind|by_state|tracking|definitions|data)\.", field)
        }
        | RARE.get(schema, set())
        for schema, found in printed.items()
    }
    assert told == shown


def referred(within: dict[str, Any], reference: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a reference to a part of a schema means, and the schema that it lies in."""
    whole, _, pointer = reference.partition("#")
    if whole:
        within = next(one for one in schemas().values() if one["$id"] == whole)
    node = within
    for name in pointer.strip("/").split("/"):
        node = node[name]
    return node, within


def declared(schema: dict[str, Any]) -> set[str]:
    """The paths of all fields that a schema names, but for those of a whole one that it refers to."""

    def walk(node: dict[str, Any], within: dict[str, Any], prefix: str) -> Iterator[str]:
        for inner in node.get("anyOf", ()):
            yield from walk(inner, within, prefix)
        if "#" in node.get("$ref", ""):
            yield from walk(*referred(within, node["$ref"]), prefix)
        if "items" in node:
            yield from walk(node["items"], within, f"{prefix}[]")
        for name, inner in node.get("properties", {}).items():
            path = f"{prefix}.{name}" if prefix else name
            yield path
            yield from walk(inner, within, path)

    return set(walk(schema, schema, ""))


PUBLISHED = sorted(page.stem for page in Path(__file__).parents[2].glob("docs/reference/schemas/*.json"))


def test_every_object_has_a_schema_and_what_ships_is_what_is_published(
    checkout: Path, sections: Sections
) -> None:
    text = (checkout / "docs/reference/json.md").read_text(encoding="utf-8")
    assert {name for name in sections(text) if name.startswith("followthrough.")} == schemas().keys()
    for page in sorted((checkout / "docs/reference/schemas").iterdir()):
        schema = json.loads(page.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema == schemas()[f"followthrough.{page.stem}/1"]


@pytest.mark.parametrize("name", [name for name in PUBLISHED if name != "report"])
def test_a_schema_names_every_documented_field_and_no_other(
    name: str, checkout: Path, sections: Sections
) -> None:
    page = (checkout / "docs/reference/json.md").read_text(encoding="utf-8")
    schema = f"followthrough.{name}/1"
    assert declared(schemas()[schema]) == documented_fields(page, sections, schema)


@pytest.mark.parametrize("name", [name for name in PUBLISHED if name != "plans"])
def test_what_is_printed_keeps_to_its_schema(name: str, objects: dict[str, list[Any]]) -> None:
    schema = f"followthrough.{name}/1"
    assert objects[schema]
    for one in objects[schema]:
        keeps_to(one, schema)


def test_plans_of_several_roots_keep_to_their_schema(objects: dict[str, list[Any]]) -> None:
    plans = objects["followthrough.plan/1"]
    keeps_to({"schema": "followthrough.plans/1", "plans": plans}, "followthrough.plans/1")


def words(kind: type[StrEnum]) -> list[str]:
    return [one.value for one in kind]


def test_a_schema_lists_the_words_that_the_program_has() -> None:
    step = schemas()["followthrough.plan/1"]["$defs"]
    item = schemas()["followthrough.extract/1"]["$defs"]["item"]["properties"]
    finding = schemas()["followthrough.check/1"]["properties"]["findings"]["items"]["properties"]
    hold = schemas()["followthrough.status/1"]["properties"]["holds"]["items"]["properties"]
    assert step["step"]["properties"]["action"]["enum"] == words(Action)
    assert step["fact"]["properties"]["origin"]["enum"] == [*words(Origin), None]
    assert sorted(item["kind"]["enum"][:-1]) == sorted(words(Kind))
    assert item["state"]["enum"] == words(State)
    assert finding["level"]["enum"] == words(Level)
    assert sorted(hold["reason"]["enum"]) == sorted(words(HoldReason))
