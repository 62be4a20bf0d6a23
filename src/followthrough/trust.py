"""What a settings file that was merely found may do: nothing with secrets until its user says so.

A file lying in a folder that came from elsewhere could run a command, or send a secret of this user
to an address of its own. What each file was allowed is kept for this user alone, in
``$XDG_CONFIG_HOME/followthrough/trust.json``: the file's path, what it may do, and a hash of that.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shlex
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from followthrough.secrets import is_reference
from followthrough.settings import Settings, SettingsError, Tracker
from followthrough.settings.confluence import ConfluenceSettings
from followthrough.settings.notify import Mailbox

VERSION = 1


class Untrusted(SettingsError):
    """This user has not allowed the settings file to use secrets; says which command does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """One file as it is recorded."""

    path: Path
    grants: tuple[str, ...]
    hash: str
    at: str


def grants_of(settings: Settings) -> tuple[str, ...]:
    """What the settings would do with secrets, a sentence each: commands run, and secrets sent where."""
    found: set[str] = set()
    for tracker in settings.trackers.values():
        texts = list(_texts(tracker.options))
        secrets = sorted({text for text in texts if is_reference(text)})
        places = sorted({_origin(text) for text in texts if text.startswith(("http://", "https://"))})
        if not secrets and not places:
            continue
        found |= {f"run {_command(text)}" for text in secrets if text.startswith("command:")}
        ways = "".join(_ways(tracker))
        for place in places or [f"{tracker.kind}'s own address"]:
            what = secrets or ["what its connector takes for a login"]
            found |= {f"send {secret} to {place}{ways}" for secret in what}
    for source in settings.confluences:
        if source.token.startswith("command:"):
            found.add(f"run {_command(source.token)}")
        ways = "".join(_ways(source))
        found |= {f"send {source.token} to {_origin(place)}{ways}" for place in source.addresses()}
    found |= set(_ledger(settings))
    for text in settings.heartbeat.addresses():
        found.add(f"tell {text if is_reference(text) else _origin(text)} when it runs")
    return tuple(sorted(found | set(_messages(settings))))


def _ledger(settings: Settings) -> Iterator[str]:
    """Where a database's password is sent; the url holds none, and says who believes whom on the way."""
    password = settings.ledger.password
    if not settings.ledger.is_served and password is None:
        return
    secret = "" if password is None else password.get_secret_value()
    if secret.startswith("command:"):
        yield f"run {_command(secret)}"
    place = settings.ledger.url if settings.ledger.is_served else "a database that `ledger copy` names"
    yield f"send {secret or 'what PGPASSWORD or the password file holds'} to {place}"


def _messages(settings: Settings) -> Iterator[str]:
    """What is sent to people and channels. An address that stands here holds no secret: it is told whole."""
    notify = settings.notify
    places: list[tuple[str, Mailbox]] = [("reports", channel) for channel in notify.channels]
    places += [("reminders", notify.mail)] if notify.mail else []
    for what, mailbox in places:
        place, *passwords = mailbox.addresses()
        ways = "".join(_ways(mailbox))
        yield from (f"run {_command(text)}" for text in (place, *passwords) if text.startswith("command:"))
        yield from (f"send {secret} to {place}{ways}" for secret in passwords)
        yield f"send {what} to {place}{ways}"
    for person in settings.people.values():
        if person.notify is not None:
            place = person.notify.get_secret_value()
            if place.startswith("command:"):
                yield f"run {_command(place)}"
            yield f"send reminders to {place}"


def _ways(tracker: Tracker | Mailbox | ConfluenceSettings) -> Iterator[str]:
    """What decides who can listen on the way."""
    if proxy := getattr(tracker, "proxy", None):
        yield f" through {proxy}"
    if tracker.ca_file:
        yield f" believing {tracker.ca_file}"


def _command(text: str) -> str:
    return text.removeprefix("command:").strip()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _origin(url: str) -> str:
    """Scheme, host and port; a user name or password in it is not repeated."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{(parts.hostname or '').lower()}{port}"
    except ValueError:
        return "an address that cannot be read"


def hash_of(grants: tuple[str, ...]) -> str:
    """What tells one set of grants from another."""
    return hashlib.sha256(json.dumps(grants).encode()).hexdigest()


def is_trusted(settings: Settings, path: Path, environ: Mapping[str, str]) -> bool:
    """Whether the file asks for nothing, or this user has allowed just what it asks for."""
    grants = grants_of(settings)
    if not grants:
        return True
    known = {one.path: one.hash for one in recorded(environ)}
    return known.get(path.resolve()) == hash_of(grants)


def require_trust(
    settings: Settings, path: Path | None, *, named: bool, environ: Mapping[str, str] | None = None
) -> None:
    """Raise :class:`Untrusted` unless the file may use its secrets.

    ``named`` files, those given by ``--config`` or the environment, always may.
    """
    environ = os.environ if environ is None else environ
    if path is None or named or is_trusted(settings, path, environ):
        return
    wants = "; ".join(grants_of(settings))
    raise Untrusted(
        f"{path} was found here, and you have not allowed it to {wants}. Nothing was done. "
        f"If that is right: `followthrough trust {shlex.quote(str(path))}`"
    )


def store_path(environ: Mapping[str, str]) -> Path:
    """Where this user's decisions are kept."""
    folder = environ.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(folder):  # noqa: PTH117  the standard says to ignore such a value
        folder = str(Path(environ.get("HOME", "") or Path.home(), ".config"))
    return Path(folder, "followthrough", "trust.json")


def recorded(environ: Mapping[str, str]) -> tuple[Trusted, ...]:
    """Every file this user has trusted, by path."""
    path = store_path(environ)
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.geteuid() or status.st_mode & 0o022:
                raise SettingsError(
                    f"{path}: others could have written it (mode {stat.S_IMODE(status.st_mode):04o}), so it "
                    f"is not believed. Look at it, then run `chown $(id -u) {path} && chmod 600 {path}`"
                )
            content = json.load(file)
        return tuple(
            Trusted(path=Path(name), grants=tuple(one["grants"]), hash=str(one["hash"]), at=str(one["at"]))
            for name, one in sorted(content["files"].items())
        )
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(f"{path}: is damaged. Remove it and trust your settings files again.") from error


def record(settings: Settings, path: Path, environ: Mapping[str, str], now: datetime) -> tuple[str, ...]:
    """Trust the file with what it asks for now; returns that."""
    grants = grants_of(settings)
    one = Trusted(
        path=path.resolve(), grants=grants, hash=hash_of(grants), at=now.isoformat(timespec="seconds")
    )
    with _locked(environ) as store:
        others = [known for known in recorded(environ) if known.path != one.path]
        _write(store, [*others, one])
    return grants


def revoke(path: Path, environ: Mapping[str, str]) -> bool:
    """Forget the file; returns whether it was trusted."""
    known = recorded(environ)
    kept = [one for one in known if one.path != path.resolve()]
    if len(kept) == len(known):
        return False
    with _locked(environ) as store:
        _write(store, [one for one in recorded(environ) if one.path != path.resolve()])
    return True


@contextlib.contextmanager
def _locked(environ: Mapping[str, str]) -> Iterator[Path]:
    """The store, its folder made, while no other process writes it."""
    path = store_path(environ)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(path.with_name("trust.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path
    finally:
        os.close(lock)


def _write(path: Path, known: list[Trusted]) -> None:
    files = {
        str(one.path): {"grants": list(one.grants), "hash": one.hash, "at": one.at}
        for one in sorted(known, key=lambda one: one.path)
    }
    data = json.dumps({"version": VERSION, "files": files}, indent=2, ensure_ascii=False) + "\n"
    try:
        # Made with mode 0600, and whole before it has the name.
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> SettingsError:
    return SettingsError(f"{path}: cannot be written ({error.strerror}). Check its folder's permissions.")
