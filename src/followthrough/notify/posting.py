"""Hands a letter to a courier and waits for what becomes of it, never longer than it may take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from followthrough.notify.letters import Answer, Letter, Outcome, Taken, Trouble

__all__ = ["Way", "carry"]

PATIENCE: Final = 60.0
"""Seconds beyond a channel's own time: a courier loads a library first, and ends itself after."""
INHERITED: Final = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONPATH", "SYSTEMROOT"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"),
)
"""Of the environment, all that a courier gets: the secrets of others are none of its business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a channel is reached, its secrets resolved. It hides itself."""

    url: str
    password: str | None = None
    ca_file: Path | None = None
    """Authorities that are believed beside the usual ones."""
    proxy: str | None = None
    timeout: float = 30.0
    """Seconds from the first connection to the answer."""

    def __repr__(self) -> str:
        return "Way(…)"


def carry(
    letter: Letter,
    way: Way,
    *,
    to: str | None = None,
    send: bool = True,
    environ: Mapping[str, str] | None = None,
) -> Answer:
    """Send the letter, ``to`` one address of e-mail where given; without ``send`` only tell how it would go.

    Nothing is sent twice: a courier tries once.
    """
    order = {
        "send": send,
        "url": way.url,
        "password": way.password,
        "to": to,
        "letter": asdict(letter),
        "timeout": way.timeout,
    }
    with ExitStack() as stack:
        try:
            surroundings = _surroundings(way, os.environ if environ is None else environ, stack)
        except OSError:
            return Answer(outcome=Outcome.REFUSED, trouble=Trouble.CERTIFICATE, detail="file")
        lines = _run(json.dumps(order).encode(), surroundings, way.timeout + PATIENCE)
    told: dict[str, Any] = {}
    for line in lines:
        told.update(line)
    if "answer" not in told:
        outcome = Outcome.UNKNOWN if told.get("sent") else Outcome.REFUSED
        return Answer(outcome=outcome, trouble=Trouble.BROKEN)
    return _answer(told["answer"])


def _run(order: bytes, environ: Mapping[str, str], patience: float) -> list[dict[str, Any]]:
    """What a courier tells, also one that did not come to its end."""
    try:
        process = subprocess.Popen(
            # -P: a folder that merely lies here must not lend it a module.
            [sys.executable, "-P", "-m", "followthrough.notify.courier"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what goes wrong in there may show an address
            env=dict(environ),
            start_new_session=True,
        )
    except OSError:  # no more processes, or no memory for one
        return []
    with process:
        try:
            printed, _ = process.communicate(order, timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            printed, _ = process.communicate()
        except BaseException:
            process.kill()
            raise
    found = []
    for line in printed.splitlines():
        with suppress(ValueError):  # a line that was broken off
            found.append(json.loads(line))
    return found


def _surroundings(way: Way, environ: Mapping[str, str], stack: ExitStack) -> dict[str, str]:
    found = {name: environ[name] for name in INHERITED if name in environ}
    found |= {"NO_PROXY": "localhost,127.0.0.1,::1", "NETRC": os.devnull, "HOME": os.devnull}
    if environ.get("NO_PROXY") or environ.get("no_proxy"):
        found["NO_PROXY"] += "," + (environ.get("NO_PROXY") or environ["no_proxy"])
    if way.proxy is not None:
        for name in ("https_proxy", "all_proxy", "ALL_PROXY"):
            found.pop(name, None)
        found |= {"HTTPS_PROXY": way.proxy, "NO_PROXY": ""}
    if way.ca_file is not None:
        found["SSL_CERT_FILE"] = _believed(way.ca_file, found.get("SSL_CERT_FILE"), stack)
    if "SSL_CERT_FILE" in found:
        found["REQUESTS_CA_BUNDLE"] = found["SSL_CERT_FILE"]
    return found


def _believed(own: Path, usual: str | None, stack: ExitStack) -> str:
    """One file of the usual authorities and our own: neither library takes two."""
    import certifi

    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="followthrough-"))
    file = Path(folder, "authorities.pem")
    file.write_bytes(Path(usual or certifi.where()).read_bytes() + b"\n" + own.read_bytes())
    return str(file)


def _answer(told: Mapping[str, Any]) -> Answer:
    taken = told["taken"]
    return Answer(
        outcome=Outcome(told["outcome"]),
        taken=Taken(**{**taken, "to": tuple(taken["to"])}) if taken else None,
        trouble=Trouble(told["trouble"]) if told["trouble"] else None,
        number=told["number"],
        detail=told["detail"],
    )
