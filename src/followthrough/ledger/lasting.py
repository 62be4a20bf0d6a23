"""Whether what keeps a ledger is another machine than this one, whose disk may be gone after a run."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

_SCP: Final = re.compile(r"(?:[^@/:\s]+@)?(\[[^\]]+\]|[^/:\s]+):(?!//).+")
"""``host:path``, as ssh's copy program has it; see GIT URLS in git-fetch(1)."""


def is_elsewhere(address: str) -> bool:
    """Whether an address of git or of a database names another host than this one."""
    host = _host(address)
    if not host or host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return True


def _host(address: str) -> str:
    if "://" not in address:
        found = _SCP.fullmatch(address)
        return found[1].lower() if found else ""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
