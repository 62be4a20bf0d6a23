"""A repository with postmortems: a bare remote, the clone in which the program runs, and a desk elsewhere."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.cli.conftest import Forks, Result
from tests.simulation.truth import foreign

__all__ = ["BOT", "BOX", "CHECKOUT", "QUEUE", "SETTINGS", "Project", "written"]

BOT = "followthrough/status"
SETTINGS = (
    'namespace = "n"\n[[sources]]\nkind = "git"\ndocuments = ["pm/**/*.md"]\n'
    '[brakes]\nfirst_run = 99\ncreates = 999\nchanges = "100%"\n'
)
BOX = "- [ ] "
Files = Mapping[str, str | bytes | None]


def written(*measures: str, title: str = "Checkout down", box: str = BOX) -> str:
    """A postmortem that promises these measures."""
    head = f"# {title}\n\n- Date: 2026-11-03\n- Impact: nobody could pay.\n\n## Action items\n\n"
    return head + "".join(f"{box}{one}\n" for one in measures) + "\n## Timeline\n\n- 09:12 noticed  \n"


CHECKOUT = written("Alert when the pool is full", "Rehearse the failover")
QUEUE = written("Limit retries in the client", title="Queue stuck").replace("\n", "\r\n")
FIRST: Files = {
    "followthrough.toml": SETTINGS,
    ".gitignore": "# nothing\n",
    "README.md": "# Ours\n",
    "pm/checkout.md": CHECKOUT,
    "pm/2026/queue.md": QUEUE,
}


def hashes(folder: Path, but: Iterable[str] = ()) -> dict[str, str]:
    """Every file, by hash, mode and time; a link by where it leads."""
    out, found = set(but), dict[str, str]()
    for parent, folders, names in os.walk(folder):
        here = Path(parent).relative_to(folder)
        folders[:] = [one for one in folders if (here / one).as_posix() not in out]
        linked = [one for one in folders if (folder / here / one).is_symlink()]
        for path in (folder / here / one for one in [*names, *linked]):
            name = os.fsencode(path.relative_to(folder.parent)).decode(errors="backslashreplace")
            status = path.lstat()
            data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
            # git touches this one when it only reads.
            time = 0 if path.name.startswith("sharedindex.") else status.st_mtime_ns
            if path.relative_to(folder).as_posix() not in out:
                found[name] = f"{hashlib.sha256(data).hexdigest()} {status.st_mode:o} {time}"
    return found


class Project:
    """What a test has; its remote holds one commit with two documents that promise three measures."""

    def __init__(self, folder: Path, remote: Path | None, forks: Forks, environ: Mapping[str, str]) -> None:
        self.folder, self.forks, self.environ = folder, forks, dict(environ)
        self.remote = remote or folder / "root" / ".git"
        self.alone = remote is None
        self.root = folder / "root"
        self.base, self.bot = "main", BOT
        self.titles = 3

    def git(self, *words: str, where: Path | None = None, check: bool = True) -> str:
        """What git answers a person; in the root."""
        return self.tell(words, where).decode() if check else self.tell(words, where, check=False).decode()

    def tell(self, words: Sequence[str], where: Path | None = None, *, check: bool = True) -> bytes:
        environ = {name: value for name, value in self.environ.items() if not name.startswith("GIT_")}
        environ |= {
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_CONFIG_GLOBAL": self.environ["GIT_CONFIG_GLOBAL"],
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        quiet = (
            "-c",
            "commit.gpgSign=false",
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "core.quotePath=false",
            "-c",
            "core.fsmonitor=false",
        )
        command = ["git", *quiet, "-c", "protocol.file.allow=always", *words]
        done = subprocess.run(command, cwd=where or self.root, env=environ, capture_output=True, check=False)
        assert done.returncode == 0 or not check, f"{words}: {done.stderr.decode()}"
        return done.stdout.rstrip(b"\n") if b"\0" not in done.stdout else done.stdout

    def clone(self, *options: str, name: str = "root") -> Path:
        """One more clone. By its address, since git takes a path for leave to copy the files."""
        to = self.folder / name
        words = ("clone", "--quiet", "--template=", *options, self.remote.as_uri(), str(to))
        self.git(*words, where=self.folder)
        return to

    def clone_from_nothing(self, *options: str) -> None:
        """The root as a repository that was never cloned, with the same documents."""
        self.root.mkdir(exist_ok=True)
        self.git("init", "--quiet", "--template=", "--initial-branch=main", *options)
        self.commit(FIRST)

    def put(self, files: Files, where: Path | None = None) -> None:
        """Files into a work tree; ``None`` deletes one."""
        for name, text in files.items():
            path = (where or self.root) / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)

    def commit(self, files: Files, message: str = "Edit", where: Path | None = None) -> str:
        """The same, committed on the branch that is checked out there."""
        self.put(files, where)
        self.git("add", "--all", "--force", "--", *files, where=where)
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}", where=where)
        return self.git("rev-parse", "HEAD", where=where)

    def desk(self, branch: str | None = None) -> Path:
        """Somebody else's clone, with the newest of a branch checked out."""
        desk = self.folder / "desk"
        if not desk.exists():
            self.clone("--no-checkout", name="desk")
        self.git("fetch", "--quiet", "--prune", "origin", where=desk)
        at = f"origin/{branch or self.base}"
        self.git("checkout", "--quiet", "--force", "-B", "work", "--no-track", at, where=desk)
        return desk

    def elsewhere(self, files: Files, branch: str | None = None, message: str = "Edit") -> str:
        """Somebody else commits to a branch of the remote."""
        self.put(files, self.desk(branch))
        return self.share(branch, message)

    def share(self, branch: str | None = None, message: str = "Edit") -> str:
        """Commit and push all that was changed at the desk."""
        desk = self.folder / "desk"
        self.git("add", "--all", "--force", where=desk)
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}", where=desk)
        self.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch or self.base}", where=desk)
        return self.git("rev-parse", "HEAD", where=desk)

    def run(self, *arguments: str, cwd: Path | None = None, **environ: str) -> Result:
        """The program, in the root."""
        return self.forks.run(*arguments, folder=cwd or self.root, environ={**self.environ, **environ})

    def ok(self, *arguments: str, cwd: Path | None = None) -> Result:
        result = self.run(*arguments, cwd=cwd)
        assert result.code == 0, f"{arguments}: exit {result.code}\n{result.out}\n{result.err}"
        return result

    def tickets(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ok("local", "list", "--format", "json").json["tickets"]
        return found

    def people_s(self) -> dict[str, str]:
        """All that is people's: files, index, refs, what is under way, and what git says of them."""
        top = Path(self.git("rev-parse", "--show-toplevel"))
        ours = [
            "objects",
            "refs/followthrough",
            "logs/refs/followthrough",
            *self._ours("refs"),
            *self._ours("logs/refs"),
        ]
        refs = self.git("for-each-ref", "--format=%(refname) %(objectname) %(symref)").splitlines()
        found = {
            "status": self.git("status", "--porcelain=v2", "--branch", "--untracked-files=all"),
            "refs": " ".join(
                one for one in refs if not one.startswith(("refs/followthrough/", *self._ours("refs")))
            ),
        }
        for folder in {self._inside("--git-common-dir"), self._inside("--git-dir")}:
            found |= hashes(folder, ours)
        return found | hashes(top, {".git", self._state(top)})

    def _inside(self, which: str) -> Path:
        return Path(self.git("rev-parse", "--path-format=absolute", which))

    def _state(self, top: Path) -> str:
        return (self.root / ".followthrough").relative_to(top).as_posix()

    def _ours(self, folder: str) -> list[str]:
        """What a push moves beside the remote's branch, as every push of git does."""
        return [f"{folder}/heads/{self.bot}"] if self.alone else [f"{folder}/remotes/origin/{self.bot}"]

    def everything(self) -> dict[str, str]:
        """Every file of the root, its repository and the remote."""
        top = Path(self.git("rev-parse", "--show-toplevel"))
        found = hashes(top, {self._state(top)})
        for folder in (self._inside("--git-common-dir"), self.remote):
            found |= hashes(folder)
        return found

    def at(self, ref: str) -> str:
        """A commit of the remote, empty where there is no such ref."""
        return self.git("rev-parse", "--verify", "--quiet", ref, where=self.remote, check=False)

    def show(self, path: str, ref: str = "") -> bytes:
        """A file of the remote, on our branch by default, byte for byte."""
        words = ("cat-file", "blob", f"{ref or self.bot}:{path}")
        environ = {**self.environ, "GIT_DIR": str(self.remote)}
        return subprocess.run(
            ["git", *words], cwd=self.folder, env=environ, capture_output=True, check=True
        ).stdout

    def published(self) -> dict[str, bytes]:
        """The documents that our branch holds in other words than the base: one commit, only our marks."""
        assert self.at(f"{self.bot}~1") == self.at(self.base)
        words = ("diff-tree", "-r", "-z", "--no-renames", self.base, self.bot)
        parts = self.tell(words, self.remote).split(b"\0")
        found = {}
        for about, name in zip(parts[::2], parts[1::2], strict=False):
            old_mode, new_mode, old, new, kind = about.decode().lstrip(":").split()
            path = name.decode(errors="surrogateescape")
            assert (kind, old_mode) == ("M", new_mode), about
            before, after = (self.tell(("cat-file", "blob", one), self.remote) for one in (old, new))
            assert foreign(after) == foreign(before), path
            found[path] = after
        return found
