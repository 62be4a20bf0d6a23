"""``check --format sarif``: the Static Analysis Results Interchange Format, version 2.1.0 (OASIS).

Paths count from the top of the work tree, which is what code scanning on GitHub expects.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from followthrough.cli.screens.check import Checked, Placed
from followthrough.policy.findings import Finding, Rule

SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "followthrough/v1"


def to_sarif(checked: Checked, version: str) -> dict[str, Any]:
    """One run, with every rule there is, and each finding as a result."""
    rules = list(Rule)
    return {
        "$schema": SCHEMA_URI,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "followthrough",
                        "semanticVersion": version,
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(checked)],
                "results": [_result(one, rules.index(one.finding.rule)) for one in checked.placed],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {"id": rule.value, "shortDescription": {"text": rule.asks}}


def _invocation(checked: Checked) -> dict[str, Any]:
    return {
        "executionSuccessful": not checked.unreadable,
        "toolExecutionNotifications": [
            {
                "level": "error",
                "message": {"text": error},
                "locations": [{"physicalLocation": {"artifactLocation": _artifact(home)}}],
            }
            for _, home, error in checked.unreadable
        ],
    }


def _result(one: Placed, index: int) -> dict[str, Any]:
    finding = one.finding
    return {
        "ruleId": finding.rule.value,
        "ruleIndex": index,
        "level": finding.level.value,
        "message": {"text": f"{finding.message} {finding.suggestion}"},
        "locations": [
            {"physicalLocation": {"artifactLocation": _artifact(one.home), "region": _region(finding)}}
        ],
        "partialFingerprints": {FINGERPRINT: finding.identity},
    }


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}


def _region(finding: Finding) -> dict[str, int]:
    region = {"startLine": finding.line, "endLine": finding.end_line}
    return region | ({"startColumn": finding.column} if finding.column else {})
