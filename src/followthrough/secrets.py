"""Secrets by reference: ``env:NAME``, ``file:PATH``, ``command:COMMAND``; never the secret itself.

A :class:`Secret` is what a connector's settings model holds. It is read when it is first needed,
after the guard it was made with has let it, and shows itself as its reference everywhere: in repr,
text, JSON and errors.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, Self

from followthrough.connector import Unauthorized

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["PATIENCE", "Secret", "SecretError", "SecretText", "is_reference", "scrub"]

PATIENCE: Final = 60.0
"""Seconds that a command may take."""
LARGEST: Final = 64 * 1024
"""Bytes of a secret; many times the longest token."""
REFERENCE: Final = re.compile(r"(env|file|command):(.*)", re.DOTALL)

_read: set[str] = set()


class SecretError(Unauthorized):
    """A secret cannot be had: a sentence with the next step, without a word of the secret."""


def is_reference(value: object) -> bool:
    """Whether a value of the settings has the form of a reference to a secret."""
    return isinstance(value, str) and REFERENCE.fullmatch(value) is not None


def scrub(text: str) -> str:
    """The text without any secret that this process has read; the last net under what is said."""
    from followthrough.redaction import redact

    return redact(text, _read) if _read else text


class Secret:
    """A reference to a secret, which :meth:`resolve` reads.

    ``root`` is the folder that relative paths count from and commands run in. ``guard`` raises where
    this user has not allowed the settings to use secrets. Raises ``ValueError`` for anything that is
    no reference, without repeating it.
    """

    __slots__ = ("_guard", "_lock", "_root", "_value", "kind", "reference", "target")

    one_line: ClassVar[bool] = True
    """Whether more than one line is a mistake, as it is in a token."""

    def __init__(
        self, reference: object, *, root: Path | None = None, guard: Callable[[], None] | None = None
    ):
        found = REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
        if found is None:
            raise ValueError(
                "a secret must not stand in the settings; write env:NAME, file:PATH or command:COMMAND, "
                "and make a new secret if this was one"
            )
        self.reference: Final = found[0]
        self.kind: Final = found[1]
        self.target: Final = found[2].strip()
        self._root = root or Path.cwd()
        self._guard = guard
        self._lock = threading.Lock()
        self._value: str | None = None
        _check(self.kind, self.target)

    def resolve(self, environ: Mapping[str, str] | None = None) -> str:
        """The secret itself; read once.

        Raises :class:`SecretError`, and what the guard raises.
        """
        with self._lock:
            if self._value is None:
                if self._guard is not None:
                    self._guard()
                value = self._found(os.environ if environ is None else environ)
                if not (value.isprintable() if self.one_line else _is_text(value)):
                    raise SecretError(
                        f"{self._subject} has more than one line or odd characters.",
                        hint="Leave only the secret in it.",
                    )
                _read.update({value} if self.one_line else {value, *value.splitlines()})
                self._value = value
            return self._value

    @property
    def _subject(self) -> str:
        if self.kind == "command":
            return f"What `{shlex.split(self.target)[0]} …` printed"
        return f"The secret {self.reference}"

    def _found(self, environ: Mapping[str, str]) -> str:
        match self.kind:
            case "env":
                value = environ.get(self.target, "")
                if not value:
                    raise SecretError(
                        f"The environment variable {self.target} is not set.", hint=f"Export {self.target}."
                    )
                return value
            case "file":
                value = _text(_from_file(self._root / Path(self.target).expanduser()), self._subject)
            case _:
                value = _text(_from_command(shlex.split(self.target), self._root), self._subject)
        if not value:
            raise SecretError(f"{self._subject} is empty.", hint="Put the secret there.")
        return value

    def __repr__(self) -> str:
        return f"Secret({self.reference!r})"

    def __str__(self) -> str:
        return self.reference

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.reference == other.reference

    def __hash__(self) -> int:
        return hash(self.reference)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        def validate(value: Any, info: core_schema.ValidationInfo) -> Secret:
            if isinstance(value, Secret):
                return value
            context = info.context or {}
            return cls(value, root=context.get("root"), guard=context.get("guard"))

        return core_schema.with_info_plain_validator_function(
            validate, serialization=core_schema.to_string_ser_schema()
        )


class SecretText(Secret):
    """A secret of several lines, such as a private key in PEM."""

    __slots__ = ()

    one_line = False


def _is_text(value: str) -> bool:
    return all(line.isprintable() for line in value.splitlines())


def _check(kind: str, target: str) -> None:
    """Raises ``ValueError`` where a reference can lead nowhere."""
    if kind == "env" and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", target):
        raise ValueError("env: is followed by the name of a variable; write env:JIRA_TOKEN")
    if kind == "file" and (not target or "\0" in target):
        raise ValueError("file: is followed by a path; write file:~/.config/jira-token")
    if kind == "command":
        try:
            words = shlex.split(target)
        except ValueError as error:
            raise ValueError("command: is followed by a command whose quotes are not closed") from error
        if not words or "\0" in target:
            raise ValueError('command: is followed by a command; write "command:op read op://vault/jira"')


def _from_file(path: Path) -> bytes:
    """The bytes of a file that only this user can read."""
    try:
        # Without O_NONBLOCK a pipe would be waited for without end.
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no path"
        raise SecretError(f"The secret file {path} cannot be read ({why}).", hint="Check its path.") from None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise SecretError(f"The secret file {path} is not a regular file.", hint="Name a file.")
        if _handed_over(path, status):
            return os.read(file, LARGEST + 1)
        if status.st_uid != os.geteuid():
            raise SecretError(
                f"The secret file {path} belongs to another user.",
                hint=f"Run `chown $(id -u) {shlex.quote(str(path))}`, or make a copy of your own.",
            )
        if status.st_mode & 0o077:
            raise SecretError(
                f"The secret file {path} is open to others (mode {stat.S_IMODE(status.st_mode):04o}).",
                hint=f"Run `chmod 600 {shlex.quote(str(path))}`, and make a new secret if others were about.",
            )
        return os.read(file, LARGEST + 1)
    finally:
        os.close(file)


def _handed_over(path: Path, status: os.stat_result) -> bool:
    """Whether a service manager guards the file: it lies in ``$CREDENTIALS_DIRECTORY``, closed to others.

    systemd lets its service in by an access list, Kubernetes by the pod's own group: both show as rights
    of a group on a file of root's (systemd.exec(5), LoadCredential=).
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if not os.path.isabs(folder) or path.parent != Path(folder):  # noqa: PTH117  the rule of the manual
        return False
    return status.st_uid in (0, os.geteuid()) and not status.st_mode & 0o037


def _from_command(words: list[str], folder: Path) -> bytes:
    """What a command prints. No shell reads it; its standard error goes nowhere."""
    import subprocess

    name = words[0]
    hint = "Run it by hand to see why."
    try:
        process = subprocess.Popen(
            words,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that what it started ends with it
        )
    except OSError as error:
        raise SecretError(f"`{name} …` cannot be started ({error.strerror}).", hint=hint) from None
    with process:
        try:
            printed, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            _end(process.pid)
            raise SecretError(f"`{name} …` took longer than {PATIENCE:g} s.", hint=hint) from None
        except BaseException:
            _end(process.pid)
            raise
    if process.returncode:
        raise SecretError(f"`{name} …` ended with code {process.returncode}.", hint=hint)
    return printed


def _end(group: int) -> None:
    import signal
    from contextlib import suppress

    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _text(data: bytes, subject: str) -> str:
    """The bytes as text, without their last line break."""
    if len(data) > LARGEST:
        raise SecretError(f"{subject} is larger than {LARGEST} bytes.", hint="Leave only the secret in it.")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise SecretError(f"{subject} is no text.", hint="Leave only the secret in it.") from None
    return text.removesuffix("\n").removesuffix("\r")
