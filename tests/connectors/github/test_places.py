"""Which words and addresses name an issue of the repository, and their false friends."""

from __future__ import annotations

import pytest

from followthrough_github.mapping import Ref, id_of, ref_of
from followthrough_github.places import GITHUB, Place

WEB = Place(GITHUB, "acme/web")
OWN = Place(GITHUB, "acme/web", own=True)
ENTERPRISE = Place("https://ghe.acme.example/api/v3", "acme/web")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("https://github.com/acme/web/issues/12", "#12"),
        ("http://github.com/acme/web/issues/12", "#12"),
        ("https://www.github.com/acme/web/issues/12/", "#12"),
        ("https://GitHub.com/Acme/Web/issues/12#issuecomment-99", "#12"),
        ("https://github.com/acme/web/issues/12?notification=1", "#12"),
        ("acme/web#12", "#12"),
        ("Acme/Web#12", "#12"),
        (" acme/web#12 ", "#12"),
        # pull requests, other repositories, other hosts, and what only looks like one
        ("https://github.com/acme/web/pull/12", None),
        ("https://github.com/acme/web/issues", None),
        ("https://github.com/acme/web/issues/new", None),
        ("https://github.com/acme/web/issues/0", None),
        ("https://github.com/acme/web/issues/12/edit", None),
        ("https://github.com/acme/other/issues/12", None),
        ("https://github.com.evil.example/acme/web/issues/12", None),
        ("https://evil.example/acme/web/issues/12", None),
        ("https://github.com:8443/acme/web/issues/12", None),
        ("https://bot:secret@github.com/acme/web/issues/12", None),
        ("https://api.github.com/repos/acme/web/issues/12", None),
        ("https://ghe.acme.example/acme/web/issues/12", None),
        ("https://[broken/acme/web/issues/12", None),
        ("acme/other#12", None),
        ("acme/web#012", None),
        ("acme/web#12a", None),
        ("acme/web#12345678901", None),
        ("OPS-12", None),
        ("12", None),
        ("", None),
    ],
)
def test_what_names_an_issue_here(text: str, key: str | None) -> None:
    assert WEB.key_of(text) == key


@pytest.mark.parametrize("text", ["#12", "GH-12", "gh-12"])
def test_a_bare_number_is_an_issue_only_where_the_documents_live(text: str) -> None:
    assert WEB.key_of(text) is None
    assert OWN.key_of(text) == "#12"


@pytest.mark.parametrize("text", ["#0", "#012", "#", "# 12", "#12a", "#fff", "##12"])
def test_not_every_hash_is_a_number(text: str) -> None:
    assert OWN.key_of(text) is None


def test_on_enterprise_its_own_address_counts() -> None:
    assert ENTERPRISE.key_of("https://ghe.acme.example/acme/web/issues/12") == "#12"
    assert ENTERPRISE.key_of("https://github.com/acme/web/issues/12") is None
    assert (
        Place("https://api.octo.ghe.com", "acme/web").key_of("https://octo.ghe.com/acme/web/issues/3") == "#3"
    )


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("12:I_abc", Ref("acme/web", 12, "I_abc")),
        ("acme/other#7:I_abc", Ref("acme/other", 7, "I_abc")),
        ("#12", Ref("acme/web", 12)),
        ("acme/other#7", Ref("acme/other", 7)),
        ("https://github.com/acme/web/issues/12", Ref("acme/web", 12)),
        ("https://github.com/acme/other/issues/12", None),
        ("0:I_abc", None),
        ("OPS-12", None),
    ],
)
def test_ids_and_keys_name_issues(text: str, ref: Ref | None) -> None:
    assert ref_of(text, WEB) == ref


@pytest.mark.parametrize("repository", ["acme/web", "acme/other"])
def test_an_id_names_the_issue_it_was_made_of(repository: str) -> None:
    assert ref_of(id_of(WEB.key(repository, 12), "I_kw"), WEB) == Ref(repository, 12, "I_kw")
