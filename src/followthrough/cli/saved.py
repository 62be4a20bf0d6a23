"""Plans in files: written by ``plan -o``, carried out by ``file --plan`` while they still hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from followthrough.cli.errors import UsageError
from followthrough.planning.plan import Plan
from followthrough.planning.plan_json import SCHEMA


def write(path: Path, record: dict[str, Any]) -> None:
    """Raises :class:`UsageError` where the file cannot be written."""
    try:
        path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path}: the plan cannot be written there ({error.strerror}). Name another file."
        ) from error


def read(path: Path) -> dict[str, Any]:
    """A saved plan. Raises :class:`UsageError` for anything else."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror}). Make one with `plan -o {path}`."
        ) from error
    except ValueError as error:
        raise UsageError(f"{path}: is no plan. Make one with `plan -o {path}`.") from error
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        raise UsageError(f"{path}: is no plan of this version. Make one with `plan -o {path}`.")
    if not _whole(record):
        raise UsageError(f"{path}: is damaged. Make a new one with `plan -o {path}`.")
    return record


def _whole(record: dict[str, Any]) -> bool:
    """Whether all is there that carrying it out needs."""
    options, paths, documents = record.get("options"), record.get("paths"), record.get("documents")
    return (
        isinstance(record.get("hash"), str)
        and isinstance(options, dict)
        and isinstance(options.get("limit"), int | None)
        and isinstance(options.get("since"), str | None)
        and isinstance(paths, list)
        and all(isinstance(one, str) for one in paths)
        and isinstance(documents, list)
        and all(isinstance(one, dict) and {"path", "version"} <= one.keys() for one in documents)
    )


def staleness(record: dict[str, Any], now: Plan) -> str | None:
    """Why a saved plan no longer holds, as a sentence; ``None`` while it does."""
    if record["hash"] == now.hash:
        return None
    versions = {document["path"]: document["version"] for document in record["documents"]}
    changed = [r.path for r in now.readings if versions.get(r.path) != r.version]
    why = f"{', '.join(changed[:3])} changed since" if changed else "the tracker or the ledger changed since"
    return f"This plan no longer holds: {why}. Nothing filed. Look at a new one: `followthrough plan`."
