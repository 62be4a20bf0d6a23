"""Where a ledger in PostgreSQL lies: its URL, completed from the environment as libpq does.

The meaning of parameters, of the service file and of the password file is that of PostgreSQL 18's manual,
chapters 32.1, 32.15 to 32.17; what is not listed in :data:`PARAMETERS` is refused rather than ignored.
"""

from __future__ import annotations

import configparser
import ipaddress
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from followthrough.ledger.interface import LedgerError

PARAMETERS: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "schema": "",
}
"""What a URL may say, and where else libpq looks for it. ``schema`` is ours: where the tables lie."""
MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SOCKETS: Final = ("/var/run/postgresql", "/tmp")  # noqa: S108  where servers put theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One database and how to get there. Shows itself without a secret, since it holds none."""

    host: str
    """A name, an address, or the folder of a socket, which begins with ``/``."""
    port: int
    user: str
    database: str
    schema: str = "followthrough"
    mode: str = "verify-full"
    """libpq's ``sslmode``."""
    authorities: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    passfile: Path | None = None
    patience: float = 10.0
    """Seconds to wait for a connection."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = f"/{self.database}" if self.host.startswith("/") else f"{host}:{self.port}/{self.database}"
        return f"postgresql://{place}" + ("" if self.schema == "followthrough" else f" ({self.schema})")

    @property
    def is_near(self) -> bool:
        """Whether nobody can listen on the way: a socket, or this machine's own address."""
        return self.host.startswith("/") or is_loopback(self.host)

    @property
    def socket(self) -> str | None:
        """The path of the socket, where it is one."""
        return f"{self.host}/.s.PGSQL.{self.port}" if self.host.startswith("/") else None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, as far as its name tells."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def said(url: str) -> dict[str, str]:
    """What a URL says by itself, by libpq's names.

    Raises ``ValueError``, a sentence without a word of a password, for what cannot be meant.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        if not url.partition(":")[2].startswith("//"):
            raise ValueError
    except ValueError:
        raise ValueError("this is no address of a database; write postgresql://host/database") from None
    if parts.password is not None:
        raise ValueError(
            "a password must not stand in the settings; take it out, write password = "
            '"env:NAME" beside the url, and change the password'
        )
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(given.keys() - PARAMETERS.keys()):
        what = "a password must not stand in the settings" if "password" in unknown else "the url says"
        raise ValueError(f"{what} {unknown[0]!r}; known after ? are {', '.join(PARAMETERS)}")
    place = {
        "host": unquote(parts.hostname or ""),
        "port": str(port or ""),
        "user": unquote(parts.username or ""),
        "dbname": unquote(parts.path.removeprefix("/")),
    }
    found = {name: value for name, value in {**place, **given}.items() if value}
    _check(found)
    return found


def _check(found: Mapping[str, str]) -> None:
    """Raise ``ValueError`` for a value that no connection can be made with."""
    if "," in found.get("host", ""):
        raise ValueError("the url names several hosts, but a ledger has one leader on one server; name one")
    for name in ("port", "connect_timeout"):
        if not found.get(name, "1").isdecimal():
            raise ValueError(f"{name} is a number")
    if found.get("sslmode", "disable") not in MODES:
        raise ValueError(f"sslmode is one of {', '.join(MODES)}")
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", found.get("schema", "x")):
        raise ValueError("schema is the name of a schema in small letters, such as followthrough")
    host, mode = found.get("host", "/"), found.get("sslmode", "verify-full")
    if not host.startswith("/") and not is_loopback(host) and mode not in ("verify-ca", "verify-full"):
        raise ValueError(
            f"sslmode={mode} would let others on the way to {host} read or pose as the server; only this "
            "machine is spoken to so. Write sslmode=verify-full, and sslrootcert=FILE for an authority "
            "of your own"
        )
    if mode == "verify-ca" and "sslrootcert" not in found:
        raise ValueError(
            "sslmode=verify-ca believes any name, so it needs sslrootcert=FILE, an authority of your own"
        )


def address_of(url: str, environ: Mapping[str, str], user: str) -> Address:
    """The address that a URL means here; ``user`` is who is at work.

    Raises :class:`LedgerError`.
    """
    home = Path(environ.get("HOME", "") or Path.home())
    try:
        found = said(url)
        service = found.get("service") or environ.get("PGSERVICE", "")
        found = {**(_service(service, environ, home) if service else {}), **found}
        from_environ = {name: environ.get(variable, "") for name, variable in PARAMETERS.items() if variable}
        found = {**{name: value for name, value in from_environ.items() if value}, **found}
        _check(found)
    except ValueError as error:
        raise LedgerError(f"[ledger] url: {error}.") from None
    port = int(found.get("port", "5432"))
    who = found.get("user", user)
    return Address(
        host=found.get("host") or _socket_folder(port),
        port=port,
        user=who,
        database=found.get("dbname", who),
        schema=found.get("schema", "followthrough"),
        mode=found.get("sslmode", "verify-full" if not is_loopback(found.get("host", "/")) else "prefer"),
        authorities=_file(found.get("sslrootcert"), home / ".postgresql/root.crt"),
        certificate=_file(found.get("sslcert"), home / ".postgresql/postgresql.crt"),
        key=_file(found.get("sslkey"), home / ".postgresql/postgresql.key"),
        passfile=_file(found.get("passfile"), home / ".pgpass"),
        patience=float(found.get("connect_timeout", "10")) or 10.0,
    )


def _file(given: str | None, usual: Path) -> Path | None:
    if given is not None:
        return None if given == "system" else Path(given).expanduser()
    return usual if usual.is_file() else None


def _socket_folder(port: int) -> str:
    """Where a server of this machine listens, ``localhost`` where no socket is found."""
    return next((folder for folder in SOCKETS if Path(folder, f".s.PGSQL.{port}").exists()), "localhost")


def _service(name: str, environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """What the service file says of a name. Raises ``ValueError``."""
    usual = Path(environ.get("PGSYSCONFDIR", "/etc/postgresql-common"), "pg_service.conf")
    files = [Path(environ.get("PGSERVICEFILE", "") or home / ".pg_service.conf"), usual]
    for path in files:
        parser = configparser.ConfigParser(interpolation=None, default_section="\0")
        try:
            parser.read_string(path.read_text(encoding="utf-8"), str(path))
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError, configparser.Error) as error:
            raise ValueError(f"the service file {path} cannot be read ({type(error).__name__})") from None
        if parser.has_section(name):
            return {key: value for key, value in parser.items(name) if key in PARAMETERS and value}
    raise ValueError(f"there is no service {name!r} in {' or '.join(map(str, files))}")


def password_in(text: str, address: Address) -> str | None:
    """The password that a password file holds for an address."""
    host = "localhost" if address.host.startswith("/") else address.host
    wanted = (host, str(address.port), address.database, address.user)
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        fields = [re.sub(r"\\(.)", r"\1", field) for field in re.findall(r"((?:\\.?|[^:\\])*+)(?::|$)", line)]
        if len(fields) >= 5 and all(
            field in ("*", value) for field, value in zip(fields, wanted, strict=False)
        ):
            return fields[4]
    return None


def password_of(address: Address, environ: Mapping[str, str]) -> str | None:
    """The password that libpq would use, ``None`` without any: a server may know us by other means.

    Raises :class:`LedgerError` for a password file that others can read.
    """
    if environ.get("PGPASSWORD"):
        return environ["PGPASSWORD"]
    if address.passfile is None:
        return None
    try:
        mode = os.stat(address.passfile).st_mode  # noqa: PTH116
        if not stat.S_ISREG(mode) or mode & 0o077:
            raise LedgerError(
                f"The password file {address.passfile} is open to others (mode {stat.S_IMODE(mode):04o}). "
                f"Run `chmod 600 {address.passfile}`, and change the password if others were about."
            )
        return password_in(address.passfile.read_text(encoding="utf-8"), address)
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(
            f"The password file {address.passfile} cannot be read ({type(error).__name__})."
        ) from None
