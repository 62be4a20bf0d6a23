"""Hosts that share a repository of git: a bare one on the disk, and a clone for each host."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

__all__ = ["WHENS", "Hosts", "deadly_git"]

WHENS = ("before", "during", "after")
SCRIPT = """\
#!/bin/sh
number=$(($(cat {count} 2>/dev/null || echo 0) + 1))
echo $number >{count}
if [ $number = {at} ]; then
  case {when} in
  before) kill -9 $PPID; exit 1 ;;
  during) kill -9 $PPID; exec {git} "$@" ;;
  after) {git} "$@" >/dev/null 2>&1; kill -9 $PPID; exit 1 ;;
  esac
fi
exec {git} "$@"
"""


def deadly_git(folder: Path, at: int, when: str) -> str:
    """A PATH with a git that kills who calls it, before, during or after the ``at``-th command."""
    folder.mkdir(exist_ok=True)
    count = folder / "count"
    count.unlink(missing_ok=True)
    wrapper = folder / "git"
    wrapper.write_text(
        SCRIPT.format(count=count, at=at, when=when, git=shutil.which("git")), encoding="utf-8"
    )
    wrapper.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


class Hosts:
    """A repository on a disk that every host reaches, and the clones of some hosts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.remote = folder / "remote.git"
        self._made = 0

    def git(self, where: Path, *words: str) -> str:
        """What git answers."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        who = ("-c", "user.name=Kim", "-c", "user.email=kim@acme.example", "-c", "commit.gpgSign=false")
        command = ["git", *who, *words]
        done = subprocess.run(command, cwd=where, env=environ, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def alone(self) -> Path:
        """A repository with a document and no remote."""
        self._made += 1
        root = self.folder / f"host-{self._made}"
        root.mkdir()
        self.git(root, "init", "--quiet", "--initial-branch=main")
        (root / "followthrough.toml").write_text("", encoding="utf-8")
        self.git(root, "add", ".")
        self.git(root, "commit", "--quiet", "--message=First")
        return root

    def clone(self, *options: str) -> Path:
        """The clone of one more host."""
        if not self.remote.exists():
            self.git(self.folder, "clone", "--quiet", "--bare", str(self.alone()), str(self.remote))
        self._made += 1
        root = self.folder / f"host-{self._made}"
        # By its address, since git takes a path for leave to copy the files.
        self.git(self.folder, "clone", "--quiet", *options, self.remote.as_uri(), str(root))
        return root
