"""A secret is found however it is written, and nothing else is taken for one."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.redaction import redact, redact_bytes, redact_patterns, secrets_in

SECRET = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=9, max_size=60)


def test_every_spelling() -> None:
    secrets = ["s3cret", "s3cret+/ more", 'quo"te', ""]
    text = 's3cret s3cret+/ more s3cret%2B%2F%20more s3cret%2B%2F+more {"t": "quo\\"te"} fine'
    assert redact(text, secrets) == '*** *** *** *** {"t": "***"} fine'
    assert redact("as it was", []) == "as it was"
    assert redact("as it was", ["", "was"]) == "as it was"


@given(secret=SECRET, before=st.binary(max_size=8), after=st.binary(max_size=8))
def test_inside_base64_whatever_stands_around_it(secret: str, before: bytes, after: bytes) -> None:
    data = before + secret.encode() + after
    for packed in (base64.b64encode(data), base64.urlsafe_b64encode(data)):
        shown = redact_bytes(packed, [secret])
        assert redact(packed.decode(), [secret]).encode() == shown
        # What is left of it are at most the characters that it shares with its neighbours.
        assert b"***" in shown
        assert len(shown) <= len(packed) - (len(secret.encode()) // 3 * 4 - 4) + 3


@given(secret=SECRET, before=st.text(max_size=5), after=st.text(max_size=5))
def test_in_addresses_and_json(secret: str, before: str, after: str) -> None:
    for written in (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]):
        assert written not in redact(f"{before} {written} {after}", [secret])


@pytest.mark.parametrize(
    "token",
    [
        "ghp_" + "a1B2" * 9,
        "ghs_" + "a1B2" * 9,
        "github_pat_" + "a1B2_" * 16,
        "ATATT3xFfGF0" + "a1-B_=" * 20,
        "xoxb-123456789012-abcdefABCDEF",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklmnop",
    ],
)
def test_what_looks_like_somebodys_token(token: str) -> None:
    assert redact_patterns(f"no: {token}, sorry") == "no: ***, sorry"
    assert redact_patterns(f"Authorization: Bearer {token}") == "Authorization: Bearer ***"


@pytest.mark.parametrize(
    "text",
    [
        "OPS-12 is done. See https://acme.example/browse/OPS-12#ft-7f3k9q2m8dxa",
        "The basic idea, and the bearer of bad news",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "ghp_short, github_pat_ and eyJust a word",
    ],
)
def test_what_looks_like_none(text: str) -> None:
    assert redact_patterns(text) == text


def test_the_secrets_of_headers() -> None:
    basic = base64.b64encode(b"bot@acme.example:s3cret-token").decode()
    assert secrets_in({"Authorization": f"Basic {basic}"}) == {basic, "s3cret-token"}
    assert secrets_in({"authorization": "Bearer s3cret-token"}) == {"s3cret-token"}
    assert secrets_in({"Accept": "application/json", "Authorization": "Basic ???"}) == frozenset()
