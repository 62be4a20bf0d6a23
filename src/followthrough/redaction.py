"""Keeping secrets out of what is said and stored: by value in all their spellings, and by pattern.

By value catches what this process knows; by pattern what looks like a token of somebody else's, such as
one that a tracker puts into an error.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote, quote_plus

HIDDEN: Final = "***"
SHORTEST: Final = 6
"""Characters: what is shorter is no secret worth the name, and would be found everywhere."""
_PACKED: Final = 8
"""Characters of a secret in base64 that are enough to know it by."""
_CREDENTIALS: Final = frozenset({"authorization", "proxy-authorization", "cookie"})

PATTERNS: Final = re.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{20,255}"  # GitHub: classic, OAuth, user to server, server to server, refresh
    r"|github_pat_[A-Za-z0-9_]{20,255}"  # GitHub: fine-grained
    r"|AT[AC]TT3[A-Za-z0-9_=-]{20,512}"  # Atlassian: account and service account
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,255}"  # Slack
    r"|eyJ[A-Za-z0-9_-]{10,2048}\.eyJ[A-Za-z0-9_-]{10,2048}\.[A-Za-z0-9_-]{10,2048})"  # RFC 7519
    r"|(?<=[Bb]earer )[A-Za-z0-9._~+/=-]{12,2048}|(?<=[Bb]asic )[A-Za-z0-9+/=]{12,2048}"  # RFC 6750, RFC 7617
)


@lru_cache(maxsize=64)
def spellings(secret: str) -> tuple[str, ...]:
    """How a secret may be written, the longest first: as it is, in an address, in JSON, and inside base64.

    Base64 turns three bytes into four characters, so that a secret inside something longer (``name:secret``)
    has three spellings; what they share with their neighbours is left off (RFC 4648, section 4).
    """
    if len(secret) < SHORTEST:
        return ()
    found = {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
    data = secret.encode("utf-8", "surrogatepass")
    for before in range(3):
        at_the_end = base64.b64encode(bytes(before) + data).decode().rstrip("=")[(0, 2, 3)[before] :]
        followed = at_the_end[: (len(data) + before) // 3 * 4 - (0, 2, 3)[before]]
        for packed in (at_the_end, followed):
            if len(packed) >= _PACKED:
                found |= {packed, packed.replace("+", "-").replace("/", "_")}
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


def redact(text: str, secrets: Collection[str]) -> str:
    """The text with every secret, however it is written, replaced by ``***``."""
    # The longest first: one secret may be the beginning of another.
    for form in sorted({form for secret in secrets for form in spellings(secret)}, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return text


def redact_patterns(text: str) -> str:
    """The text without what looks like somebody's token."""
    return PATTERNS.sub(HIDDEN, text)


def redact_bytes(data: bytes, secrets: Collection[str]) -> bytes:
    """The same for bytes, such as an answer that repeats what it was asked with."""
    for form in sorted({form for secret in secrets for form in spellings(secret)}, key=len, reverse=True):
        data = data.replace(form.encode("utf-8", "surrogatepass"), HIDDEN.encode())
    return data


def secrets_in(headers: Mapping[str, str]) -> frozenset[str]:
    """The secrets that go with requests: what follows the scheme, and the password of a name and password."""
    found = set()
    for name, value in headers.items():
        if name.lower() not in _CREDENTIALS:
            continue
        scheme, _, rest = value.partition(" ")
        found.add(rest or value)
        if scheme.lower() == "basic":
            with contextlib.suppress(binascii.Error, UnicodeDecodeError):
                found.add(base64.b64decode(rest, validate=True).decode().partition(":")[2])
    return frozenset(one for one in found if len(one) >= SHORTEST)
