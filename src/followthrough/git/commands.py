"""Running git: in one repository, with its settings and credentials, and without its hooks."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Final

TIMEOUT: Final = 120.0
"""Seconds for one command that goes over the network, or two if that many bytes come."""

_LOCAL: Final = frozenset(
    {
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX"),
        *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"),
        *("GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE"),
        *("GIT_IMPLICIT_WORK_TREE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_TRACE"),
        *("GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"),
        *("GIT_TRACE_CURL", "GIT_TRACE_PACKET", "GIT_CURL_VERBOSE", "GIT_DEFAULT_HASH"),
    }
)
"""What a hook of git gives its children, and would lead us to another repository; and traces, which would
write what is sent into our messages."""

_QUIET: Final = (
    *("-c", "core.hooksPath=/dev/null"),  # a push of ours is none of a project's own checks' business
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.quotePath=true"),
    # An index of ours for a moment leaves no part of itself in the repository.
    *("-c", "core.splitIndex=false"),
    *("-c", "index.sparse=false"),
    *("-c", "fetch.writeCommitGraph=false"),
    *("-c", "http.lowSpeedLimit=1"),
    *("-c", "http.lowSpeedTime=60"),
)
_NAME: Final = "followthrough"
_ADDRESS: Final = "followthrough@localhost"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command of git ended."""

    code: int
    out: bytes = b""
    said: str = ""
    """What it wrote for people, without passwords."""

    @property
    def ok(self) -> bool:
        return self.code == 0

    @property
    def text(self) -> str:
        return self.out.decode(errors="replace").strip()


MISSING: Final = Answer(127, b"", "git is not installed")
"""The answer where there is no git."""
LATE: Final = "no answer in the time given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """The git of the repository that ``root`` lies in."""

    root: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    timeout: float = TIMEOUT
    objects: Path | None = None
    """Where new objects go instead of into the repository: then nothing in it changes by a fetch."""
    own_objects: Path | None = None
    """The repository's own, which are read all the same."""
    index: Path | None = None
    """An index of our own, to make trees with; the user's is never touched."""

    def __call__(self, *words: str, given: bytes = b"", into: IO[bytes] | None = None) -> Answer:
        """Run ``git WORDS`` with ``given`` as its input; its output goes ``into`` a file, else the answer."""
        try:
            process = self.started(*words, into=into)
        except FileNotFoundError:
            return MISSING
        except OSError as error:
            return Answer(126, b"", str(error.strerror))
        with process:
            try:
                out, err = process.communicate(given, timeout=self.timeout)
            except subprocess.TimeoutExpired:
                ended(process)
                return Answer(124, b"", LATE)
            except BaseException:
                ended(process)
                raise
        return Answer(process.returncode, out or b"", without_passwords(err.decode(errors="replace")))

    def started(
        self, *words: str, quiet: bool = False, into: IO[bytes] | None = None
    ) -> subprocess.Popen[bytes]:
        """``git WORDS`` running, with pipes to talk to it. Raises ``OSError``; see :func:`ended`.

        What a ``quiet`` one says for people is lost, so that nobody has to read it along; what it puts out
        goes ``into`` a file where there is one.
        """
        # In a session of its own it has no terminal: it cannot ask, and a Ctrl-C is for us alone.
        return subprocess.Popen(
            ["git", *_QUIET, *words],
            cwd=self.root,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if into is None else into,
            stderr=subprocess.DEVNULL if quiet else subprocess.PIPE,
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        found = {name: value for name, value in self.environ.items() if name not in _LOCAL}
        for who in ("AUTHOR", "COMMITTER"):
            found.setdefault(f"GIT_{who}_NAME", _NAME)
            found.setdefault(f"GIT_{who}_EMAIL", _ADDRESS)
        found |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "LANGUAGE": "C", "GIT_OPTIONAL_LOCKS": "0"}
        # What `git replace` shows in an object's place is one person's view, and never what a remote has.
        found |= {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_LITERAL_PATHSPECS": "1"}
        if self.objects is not None:
            own = str(self.own_objects).replace("\\", "\\\\").replace('"', '\\"')
            found["GIT_OBJECT_DIRECTORY"] = str(self.objects)
            found["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = f'"{own}"'
        if self.index is not None:
            found["GIT_INDEX_FILE"] = str(self.index)
        return found

    def aside(self, objects: Path) -> Git:
        """The same, with new objects in a folder of their own."""
        own = (self.root / self("rev-parse", "--git-path", "objects").text).resolve()
        return replace(self, objects=objects, own_objects=own)


def ended(process: subprocess.Popen[bytes]) -> None:
    """End a command, with what it has started, such as ssh."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


_USER_INFO: Final = re.compile(r"(?<=://)[^/@\s]+@")
_URL: Final = re.compile(r"(?<=://)[^\s'\"]+")


def without_passwords(text: str) -> str:
    """What git says, without the part of an address that may be a password."""
    return _URL.sub(lambda found: found[0].partition("?")[0], _USER_INFO.sub("", text))
