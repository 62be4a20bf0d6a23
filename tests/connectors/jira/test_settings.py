"""The settings of one project, and that what is wrong in them is said in a sentence."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from followthrough.connector import Surroundings
from followthrough.settings import Settings
from followthrough.trust import grants_of
from followthrough_jira import plugin
from followthrough_jira.settings import JiraSettings

CLOUD = {
    "url": "https://acme.atlassian.net/",
    "project": "OPS",
    "email": "bot@acme.example",
    "token": "env:T",
}


def test_what_day_one_needs_is_enough() -> None:
    settings = JiraSettings(**CLOUD)  # type: ignore[arg-type]  # as it stands in the file
    assert (settings.url, settings.issue_type, settings.deployment) == (CLOUD["url"][:-1], "Task", "auto")
    assert settings.who == "bot@acme.example"


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"url": "http://jira.acme.example"}, "use https"),
        ({"url": "https://api.atlassian.com/ex/jira/1"}, "write gateway = "),
        ({"email": None}, "email is missing"),
        ({"token": "ATATT3x"}, "a secret must not stand in the settings"),
        ({"project": "ops"}, "pattern"),
        ({"parent": "400"}, "pattern"),
        ({"components": "DB"}, 'it is a list: write ["DB"]'),
        ({"deployment": "server"}, "'auto', 'cloud' or 'datacenter'"),
        ({"deployment": "datacenter", "gateway": "https://api.atlassian.com"}, "gateway is for Cloud only"),
        ({"cloud_id": "1"}, "cloud_id is for the gateway"),
        ({"fields": {"Team": "{tem}"}}, "did you mean {team}?"),
        ({"fields": {"Areas": ["{zone}"]}}, "there is no {zone} for a field"),
        ({"verify": False}, "Extra inputs"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(keys: dict[str, Any], sentence: str) -> None:
    section = {name: value for name, value in {**CLOUD, **keys}.items() if value is not None}
    with pytest.raises(ValidationError) as error:
        JiraSettings.model_validate(section)
    assert sentence in str(error.value)
    assert "ATATT3x" not in "".join(str(one["msg"]) for one in error.value.errors())


def test_on_the_gateway_and_on_data_center_a_token_goes_alone() -> None:
    section: dict[str, Any] = {**CLOUD, "email": None}
    assert JiraSettings(**section, gateway="https://api.atlassian.com").email is None
    section["url"] = "https://jira.acme.example/jira"
    assert JiraSettings(**section).who == "jira.acme.example"


@pytest.mark.parametrize(
    ("variables", "token"),
    [
        (("GITHUB_TOKEN", "JIRA_TOKEN"), "env:JIRA_TOKEN"),
        (("ATLASSIAN_API_TOKEN",), "env:ATLASSIAN_API_TOKEN"),
        (("CI_JIRA_TOKEN",), "env:CI_JIRA_TOKEN"),
        (("GITHUB_TOKEN",), None),
        ((), None),
    ],
)
def test_init_suggests_a_section_where_a_token_seems_to_be(
    variables: tuple[str, ...], token: str | None
) -> None:
    suggested = plugin.suggest(Surroundings(variables=variables))
    assert (suggested or {}).get("token") == token


def test_naming_and_opening_it_imports_nothing_heavy() -> None:
    code = """
import sys
from followthrough_jira import plugin
light = {"pydantic", "httpx", "jira", "requests"} & set(sys.modules)
from followthrough.http import Transport
settings = plugin.settings_model()(url="https://acme.atlassian.net", project="OPS", email="b", token="env:T")
assert plugin.reference(settings, "OPS-1") == "OPS-1"
with plugin.connect(settings, Transport()) as connector:
    connector.features, connector.where(["OPS-1"]), connector.create([]), connector.fetch([])
print(sorted(light), sorted({"httpx", "jira", "requests"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] []\n"


def test_a_found_file_says_every_place_that_the_token_goes_to() -> None:
    section = {"kind": "jira", **CLOUD, "gateway": "https://api.atlassian.com"}
    grants = grants_of(Settings.model_validate({"trackers": {"ops": section}}))
    assert grants == ("send env:T to https://acme.atlassian.net", "send env:T to https://api.atlassian.com")
