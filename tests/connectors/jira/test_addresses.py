"""Which issue a word or an address names, and the addresses that people open."""

from __future__ import annotations

import pytest

from followthrough_jira.addresses import browse, is_cloud_host, is_id, is_key, key_in, together

SITE = "https://acme.atlassian.net"
SERVER = "https://jira.acme.example:8443/jira"


@pytest.mark.parametrize(
    ("text", "site", "key"),
    [
        ("OPS-12", SITE, "OPS-12"),
        (" ops-12 ", SITE, "OPS-12"),
        ("OPS-0", SITE, None),
        ("OPS-012", SITE, None),
        ("OPS-", SITE, None),
        ("XOPS-12", SITE, None),
        ("WEB-12", SITE, None),
        ("OPS-12 and more", SITE, None),
        (f"{SITE}/browse/OPS-12", SITE, "OPS-12"),
        (f"{SITE}/browse/OPS-12#ft-7f3k9q2m8dxa", SITE, "OPS-12"),
        (f"{SITE}/browse/OPS-12/", SITE, "OPS-12"),
        (f"{SITE}/browse/OPS-12?focusedCommentId=3", SITE, "OPS-12"),
        (f"{SITE}/browse/WEB-12", SITE, None),
        (f"{SITE}/projects/OPS/issues/OPS-12", SITE, "OPS-12"),
        (f"{SITE}/jira/software/c/projects/OPS/boards/1?selectedIssue=OPS-12", SITE, "OPS-12"),
        (f"{SITE}/wiki/spaces/OPS-12", SITE, None),
        ("http://acme.atlassian.net/browse/OPS-12", SITE, None),
        ("https://evil.example/browse/OPS-12", SITE, None),
        ("https://acme.atlassian.net.evil.example/browse/OPS-12", SITE, None),
        ("https://acme.atlassian.net:8443/browse/OPS-12", SITE, None),
        (f"{SERVER}/browse/OPS-12", SERVER, "OPS-12"),
        ("https://jira.acme.example:8443/browse/OPS-12", SERVER, None),
        ("https://jira.acme.example:8443/jirafoo/browse/OPS-12", SERVER, None),
        ("https://jira.acme.example:99999/jira/browse/OPS-12", SERVER, None),
        ("https://[::1/browse/OPS-12", SITE, None),
        ("", SITE, None),
    ],
)
def test_a_word_or_an_address_names_an_issue_of_this_project_only(
    text: str, site: str, key: str | None
) -> None:
    assert key_in(text, site, "OPS") == key


def test_people_open_one_issue_or_several() -> None:
    assert browse(SERVER, "OPS-12") == f"{SERVER}/browse/OPS-12"
    shown = "https://acme.atlassian.net/issues/?jql=key%20in%20(OPS-412,OPS-413)"
    assert together(SITE, ["OPS-412", "OPS-413"]) == shown


def test_the_clouds_own_hosts_need_no_question() -> None:
    assert is_cloud_host(SITE)
    assert not is_cloud_host("https://atlassian.net.evil.example")
    assert not is_cloud_host(SERVER)


def test_ids_and_keys_look_different() -> None:
    assert [is_id(text) for text in ("10001", "0", "1e3", "OPS-1", "")] == [True, False, False, False, False]
    assert [is_key(text) for text in ("OPS-1", "ops_2-3", "1-1", "OPS-1)", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]
