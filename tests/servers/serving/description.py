"""Requests and answers held against the tracker's own OpenAPI description.

The description is OpenAPI 3.0, whose schemas are JSON Schema draft 4 but for ``nullable``. Bodies of
requests are held stricter than it asks: a name that it does not know is a slip of ours.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from serving.exchange import Answer, Request

FOLDER = Path(__file__).resolve().parents[4] / "shared/spec"
EVERYWHERE = frozenset({302, 304, 307, 400, 401, 403, 404, 405, 409, 410, 429, 500, 502, 503, 504})
"""What gateways, logins, caches and limits answer anywhere, described or not."""


class Description:
    """What may be asked and answered. ``load`` gives the one of this machine, if there is one."""

    def __init__(self, spec: dict[str, Any], elsewhere: Collection[str] = ()) -> None:
        self._paths = spec["paths"]
        self._schemas = spec["components"]["schemas"]
        self._parameters = spec["components"].get("parameters", {})
        self._elsewhere = frozenset(elsewhere)
        self._validators: dict[tuple[str, str, str], jsonschema_rs.Draft4Validator | None] = {}

    @staticmethod
    @cache
    def load(name: str, elsewhere: tuple[str, ...] = ()) -> Description | None:
        """``elsewhere`` are paths that are served and described nowhere."""
        spec = FOLDER / name
        return Description(json.loads(spec.read_text("utf-8")), elsewhere) if spec.exists() else None

    def faults(self, request: Request, answer: Answer) -> Iterator[str]:
        """Everything that is wrong with a request and its answer."""
        if request.template in self._elsewhere:
            return
        operation = self._paths.get(request.template, {}).get(request.method.lower())
        where = f"{request.method} {request.path}"
        if operation is None:
            yield f"{where}: not described"
            return
        if answer.status < 400:
            yield from (f"{where}: {fault}" for fault in self._asked(request, operation))
        yield from (
            f"{where}: answer {answer.status}: {fault}"
            for fault in self._answered(request, operation, answer)
        )

    def _asked(self, request: Request, operation: Mapping[str, Any]) -> Iterator[str]:
        named = (
            self._parameters[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            for one in operation.get("parameters", ())
        )
        known = {one["name"]: one for one in named if one["in"] == "query"}
        for name, values in request.query.items():
            if name not in known:
                yield f"the parameter {name!r} is not described"
                continue
            yield from _value_faults(name, values, known[name]["schema"])
        yield from (
            f"the parameter {name!r} is missing"
            for name, one in known.items()
            if one.get("required") and name not in request.query
        )
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            if request.body is not None:
                yield "a body is sent where none is described"
            return
        yield from self._body(request, "request", content.get("schema"), request.body)

    def _answered(self, request: Request, operation: Mapping[str, Any], answer: Answer) -> Iterator[str]:
        described = operation["responses"].get(str(answer.status))
        if described is None:
            if answer.status not in EVERYWHERE:
                yield "this status is not described"
            return
        schema = described.get("content", {}).get("application/json", {}).get("schema")
        if schema and answer.raw is None:
            yield from self._body(request, str(answer.status), schema, answer.body)

    def _body(self, request: Request, side: str, schema: Any, body: Any) -> Iterator[str]:
        key = (request.method, request.template, side)
        if key not in self._validators:
            self._validators[key] = self._compiled(schema, strict=side == "request") if schema else None
        validator = self._validators[key]
        for error in validator.iter_errors(body) if validator else ():
            yield f"{side}: {'/'.join(map(str, error.instance_path))}: {error.message[:300]}"

    def _compiled(self, schema: Any, *, strict: bool) -> jsonschema_rs.Draft4Validator:
        """A validator with the schemas that this one needs, and no others."""
        needed: dict[str, Any] = {}

        def plain(value: Any) -> Any:
            if isinstance(value, list):
                return [plain(one) for one in value]
            if not isinstance(value, dict):
                return value
            if ref := value.get("$ref"):
                name = ref.rpartition("/")[2]
                if name not in needed:
                    needed[name] = {}
                    needed[name] = plain(self._schemas[unquote(name)])
                return {"$ref": f"#/definitions/{name}"}
            new = {
                key: plain(one) for key, one in value.items() if key not in ("example", "description", "xml")
            }
            if isinstance(value.get("properties"), dict):
                new["properties"] = {name: plain(one) for name, one in value["properties"].items()}
                if strict and new.get("additionalProperties") is True:
                    new["additionalProperties"] = False
            if new.pop("nullable", False) is True:
                return {"anyOf": [new, {"type": "null"}]}
            return new

        root = plain(schema)
        # Some write times with +0000, which is no `date-time`.
        whole = {"allOf": [root], "definitions": needed}
        return jsonschema_rs.Draft4Validator(whole, validate_formats=False)


def _value_faults(name: str, values: list[str], schema: Mapping[str, Any]) -> Iterator[str]:
    if schema.get("type") != "array" and len(values) > 1:
        yield f"the parameter {name!r} comes more than once"
    for text in values:
        if schema.get("type") == "integer" and not text.lstrip("-").isdigit():
            yield f"the parameter {name!r} is no number: {text!r}"
        if schema.get("type") == "boolean" and text not in ("true", "false"):
            yield f"the parameter {name!r} is neither true nor false: {text!r}"
        if "enum" in schema and text not in schema["enum"]:
            yield f"the parameter {name!r} cannot be {text!r}"
