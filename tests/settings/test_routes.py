"""Routes, labels, targets, brakes and what is pushed: read, checked, and applied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from followthrough.model import Kind
from followthrough.settings import (
    FILE_NAME,
    Settings,
    SettingsError,
    labels_of,
    load,
    route,
    unreachable,
    validate_tracker,
)

Load = Callable[[str], Settings]

TRACKERS = 'default_tracker = "ops"\n[trackers.ops]\nkind = "local"\n[trackers.web]\nkind = "local"\n'


@pytest.fixture
def read(tmp_path: Path) -> Load:
    def put(text: str) -> Settings:
        path = tmp_path / FILE_NAME
        path.write_text(text, encoding="utf-8")
        return load(path)

    return put


ROUTES = (
    TRACKERS
    + """
[[routes]]
when = { kind = ["preventive"], severity = ["SEV1", "sev2"], service = ["Billing"] }
tracker = "web"
labels = ["{kind}"]
[[routes]]
when = { team = ["Site  Reliability"] }
tracker = "ops"
[[routes]]
tracker = "ops"
confidential = true
"""
)


@pytest.mark.parametrize(
    ("kind", "severity", "services", "team", "number"),
    [
        (Kind.PREVENTIVE, "sev1", ("search", "billing"), None, 0),
        ("preventive", "sev2", ("BILLING",), "site reliability", 0),
        (Kind.PREVENTIVE, "sev3", ("billing",), "Site Reliability", 1),
        (Kind.PREVENTIVE, "sev1", (), None, 2),
        (None, None, (), None, 2),
    ],
)
def test_the_first_route_that_matches_wins(
    read: Load,
    kind: str | None,
    severity: str | None,
    services: tuple[str, ...],
    team: str | None,
    number: int,
) -> None:
    settings = read(ROUTES)
    assert route(settings, kind, severity, services, team) == settings.routes[number]


def test_without_a_route_that_matches_there_is_none(read: Load) -> None:
    settings = read(TRACKERS + '[[routes]]\nwhen = { kind = ["process"] }\ntracker = "web"\n')
    assert route(settings, "preventive", None, (), None) is None
    assert route(Settings(), "preventive", None, (), None) is None


def test_a_confidential_document_goes_only_where_a_route_says_so(read: Load) -> None:
    settings = read(ROUTES)
    found = route(settings, "preventive", "sev1", ("billing",), None, confidential=True)
    assert found == settings.routes[2]
    assert route(read(TRACKERS), None, None, (), None, confidential=True) is None


def test_a_route_behind_a_wider_one_can_never_match(read: Load) -> None:
    text = TRACKERS
    for when in ('severity = ["sev1", "sev2"]', 'severity = ["sev1"]', 'severity = ["sev1", "sev3"]'):
        text += f'[[routes]]\nwhen = {{ {when} }}\ntracker = "web"\n'
    assert list(unreachable(read(text).routes)) == [(1, 0)]


def test_labels_are_filled_and_what_is_not_known_is_left_out() -> None:
    known = {"kind": ["preventive"], "service": ["billing", "search"], "severity": ["sev1"]}
    templates = [
        "postmortem",
        "{kind}",
        "svc-{service}",
        "{team}",
        "postmortem",
        "{severity}/{severity}",
        "a{{b}}",
    ]
    assert labels_of(templates, known) == (
        "postmortem",
        "preventive",
        "svc-billing",
        "svc-search",
        "sev1/sev1",
        "a{b}",
    )


def test_the_whole_section_of_the_design(read: Load) -> None:
    settings = read(
        TRACKERS
        + 'public = true\nauthors = ["bot"]\nsettle = "12h"\nassign = "never"\nlabels = ["pm", "{kind}"]\n'
        + 'proxy = "http://proxy.example:3128"\n'
        + "[policy.due]\nP0 = '7d'\nHigh = '2w'\nsev1 = '15d'\n[brakes]\nchanges = 30\n[sync]\npush = ['state']\n"
    )
    web = settings.trackers["web"]
    assert (web.public, web.authors, web.settle, web.assign) == (True, ("bot",), timedelta(hours=12), "never")
    assert web.labels == ("pm", "{kind}")
    assert settings.trackers["ops"].labels == ("postmortem",)
    assert web.options == {}
    assert settings.policy.target("p0", "sev1") == timedelta(days=7)
    assert settings.policy.target("HIGH", None) == timedelta(weeks=2)
    assert settings.policy.target("low", "SEV1") == timedelta(days=15)
    assert settings.policy.target(None, None) is None
    assert settings.sync.push == ("state",)
    assert settings.brakes.most_changes(1_000) == 30
    assert Settings().brakes.most_changes(1_000) == 200
    assert Settings().brakes.most_changes(3) == 10
    assert settings.model_dump(mode="json")["policy"]["due"] == {"p0": "1w", "high": "2w", "sev1": "15d"}


PROBLEMS = [
    ('[[routes]]\ntracker = "web"\nwhen = { kind = ["preventative"] }\n', 8, "did you mean 'preventive'?"),
    (
        '[[routes]]\ntracker = "web"\nwhen = { severity = ["sev9"] }\n',
        8,
        "there is no severity 'sev9'; did you mean",
    ),
    ('[[routes]]\ntracker = "web"\nwhen = { kind = "process" }\n', 8, 'it is a list: write ["process"].'),
    ('[[routes]]\ntracker = "web"\nwhen = { sevrity = ["sev1"] }\n', 8, "Did you mean 'severity'?"),
    (
        '[[routes]]\ntracker = "wob"\n',
        7,
        "a route names 'wob', but there is no [trackers.wob]. Known: ops, web.",
    ),
    ("[[routes]]\nlabels = []\n", 6, "'routes.0.tracker' is missing. Add it."),
    (
        '[[routes]]\ntracker = "web"\nlables = []\n',
        8,
        "unknown key 'routes.0.lables'. Did you mean 'labels'?",
    ),
    (
        '[[routes]]\ntracker = "web"\nlabels = ["a", "{sevrity}"]\n',
        8,
        "there is no {sevrity} for a label; did you mean {severity}? known: {kind}, {severity}, {service}, {team}, {priority}.",
    ),
    ('[[routes]]\ntracker = "web"\nlabels = ["{kind"]\n', 8, "has a brace without its partner"),
    ('[[routes]]\ntracker = "web"\nlabels = ["{kind!r}"]\n', 8, "has more than a name between its braces"),
    ('[[routes]]\ntracker = "web"\nlabels = ["{}"]\n', 8, "there is no {} for a label"),
    (
        '[[routes]]\ntracker = "web"\nwhen = { kind = ["process"], team = ["A"] }\n'
        '[[routes]]\ntracker = "ops"\nwhen = { team = ["a"], kind = ["process"] }\n',
        9,
        "this route has the same `when` as the one in line 6",
    ),
    ("[policy.due]\nP0 = '0bd'\n", 7, "'0bd' is not between 1 and 999 business days."),
    ("[policy]\npreset = 'pagerdutty'\n", 7, "there is no preset 'pagerdutty'; did you mean 'pagerduty'?"),
    (
        "[policy]\ncountry = 'XX'\n",
        7,
        "no public holidays are known for 'XX'; write DE, or DE-BE for a part.",
    ),
    ("[policy]\ncountry = 49\n", 7, "49 is no country; write DE, or DE-BE for a part."),
    ("[policy]\nrequired = ['date']\n", 7, "there is no demand 'date'; known: owner, due."),
    ("[policy]\npreventive = 'sev1'\n", 7, 'it is a list: write ["sev1"].'),
    (
        "[check.rules]\nmissing-owners = 'off'\n",
        7,
        "there is no rule 'missing-owners'; did you mean 'missing-owner'?",
    ),
    (
        "[check.rules]\nmissing-owner = 'fatal'\n",
        7,
        "there is no level 'fatal'; known: error, warning, note, off.",
    ),
    (
        "[policy.due]\nP0 = 'soon'\n",
        7,
        "'soon' is no length of time; write it as 7d, 2w or 10 business days.",
    ),
    ("[policy.due]\nP0 = 7\n", 7, "7 is no length of time"),
    ("[policy.due]\nP0 = '0d'\n", 7, "'0d' is no length of time"),
    ("[policy.due]\nP0 = '12h'\n", 7, "'12h' is no length of time"),
    (
        "[policy.due]\n\nP9 = '7d'\n",
        8,
        "'P9' is no priority and no severity; write P0 to P5, High, sev1 to sev5.",
    ),
    ("[policy.due]\nsev1 = '7d'\nSEV1 = '8d'\n", 8, "'SEV1' and 'sev1' are the same target. Take one out."),
    ("[policy]\ndeu = {}\n", 7, "unknown key 'policy.deu'. Did you mean 'due'?"),
    ("[brakes]\nchanges = 'many'\n", 7, "'many' is neither a number nor a share; write 30 or \"20%\"."),
    ("[brakes]\nchanges = '120%'\n", 7, "'120%' is neither a number nor a share"),
    ("[brakes]\nchanges = 0\n", 7, "0 is neither a number nor a share"),
    ("[brakes]\nfirst_run = 0\n", 7, "'brakes.first_run' is wrong"),
    ("[sync]\npush = ['states']\n", 7, "there is no field 'states'; did you mean 'state'?"),
    ("[sync]\npush = ['colour']\n", 7, "there is no field 'colour'; known: state, title, due, assignee."),
    ("[trackers.x]\nkind = 'local'\nsettle = '5m'\n", 8, "'5m' is too short"),
    ("[trackers.x]\nkind = 'local'\nsettle = 'soon'\n", 8, "write it as 30m or 12h."),
    (
        "[trackers.x]\nkind = 'local'\nassign = 'always'\n",
        8,
        "there is no way to assign 'always'; known: new, never.",
    ),
    (
        "[trackers.x]\nkind = 'local'\npublic = 'yes'\n",
        8,
        "'trackers.x.public' is wrong: input should be a valid boolean.",
    ),
    ("[trackers.x]\nkind = 'local'\nlabels = 'pm'\n", 8, 'write ["pm"].'),
    (
        "[trackers.x]\nkind = 'local'\nca_file = 'no.pem'\n",
        8,
        "/no.pem, and there is no such file. Check the path.",
    ),
    ("[trackers.x]\nkind = 'local'\nclient_cert = 'no.pem'\n", 8, "'trackers.x.client_cert' names "),
    ("[trackers.x]\nkind = 'local'\nproxy = 'proxy:3128'\n", 8, "'proxy:3128' is not the address of a proxy"),
    (
        "[trackers.x]\nkind = 'local'\npublic = true\n[[routes]]\ntracker = 'x'\nconfidential = true\n",
        11,
        "this route would take confidential documents to x, which says public = true.",
    ),
    ("[[sources]]\ndocuments = ['a/*.md', 'b/*.md', 'a/*.md']\n", 7, "'a/*.md' stands in line 7 already."),
]


@pytest.mark.parametrize(("text", "line", "says"), PROBLEMS, ids=[says for _, _, says in PROBLEMS])
def test_a_problem_is_told_with_its_line(text: str, line: int, says: str, read: Load, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(TRACKERS + text)
    assert str(caught.value).startswith(f"{tmp_path / FILE_NAME}:{line}: ")
    assert says in str(caught.value)
    assert str(caught.value).endswith((".", "?"))


def test_the_same_glob_twice_is_told_with_both_lines(read: Load) -> None:
    with pytest.raises(SettingsError, match=r":3: 'a/\*\.md' stands in line 1 already"):
        read("documents = ['a/*.md']\n[[sources]]\ndocuments = ['a/*.md']\n")


def test_a_password_of_a_proxy_is_not_repeated(read: Load) -> None:
    with pytest.raises(SettingsError) as caught:
        read(TRACKERS + "[trackers.x]\nkind = 'local'\nproxy = 'http://bot:hunter2@proxy:3128'\n")
    assert "hunter2" not in str(caught.value)
    assert "must not hold a user name or password" in str(caught.value)


# --- how shared keys reach a connector ------------------------------------------------------------


class Forbidding(BaseModel):
    model_config = ConfigDict(extra="forbid")
    project: str = ""


class Asking(Forbidding):
    ca_file: Path | None = None
    settle: timedelta | None = None
    labels: tuple[str, ...] = ("own",)


TEXT = '[trackers.x]\nkind = "local"\nproject = "P"\nca_file = "ca.pem"\nsettle = "1h"\npublic = false\n'


def test_shared_keys_reach_only_a_connector_that_asks_for_them(read: Load, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    tracker = read(TEXT).trackers["x"]

    def validated(model: type[BaseModel]) -> Any:
        return validate_tracker(model, tracker, "x", tmp_path, tmp_path / FILE_NAME)

    assert validated(Forbidding).project == "P"
    asking = validated(Asking)
    assert (asking.ca_file, asking.settle) == (tmp_path / "ca.pem", timedelta(hours=1))
    assert asking.labels == ("own",), "what the file does not set stays the connector's"


def test_a_wrong_key_is_told_the_nearest_of_both_kinds(read: Load, tmp_path: Path) -> None:
    tracker = read('[trackers.x]\nkind = "local"\npubic = true\n').trackers["x"]
    with pytest.raises(
        SettingsError, match=r":3: unknown key 'trackers\.x\.pubic'\. Did you mean 'public'\?"
    ):
        validate_tracker(Forbidding, tracker, "x", tmp_path, tmp_path / FILE_NAME)
