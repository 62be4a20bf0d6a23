"""Reading trees and making commits by git's plumbing, with neither work tree nor index."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from followthrough.git.commands import LATE, Answer, Git, ended
from followthrough.git.remotes import fetch_objects, promisor
from followthrough.sources.git import faults
from followthrough.sources.interface import PlaceError, SourceError

__all__ = ["Blobs", "Change", "Entry", "Repository", "at_hand"]

TREE: Final = "Followthrough-Tree: "
"""Begins the line by which a commit of ours says what it holds, which whoever changes that does not know."""
CHANGE: Final = "Followthrough-Change: "
"""Begins the line by which it is known again on another base: a rebase leaves message and change."""
LINK: Final = "120000"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a commit."""

    mode: str
    blob: str


@dataclass(frozen=True, slots=True)
class Change:
    """A file that one commit holds in other words than another."""

    path: str
    """From the top folder on, wherever the root lies."""
    before: Entry
    after: Entry


def at_hand(root: Path) -> list[str]:
    """The files below the root in the commit that is checked out; none where git cannot tell."""
    git = Git(root=root)
    prefix = git("rev-parse", "--show-prefix")
    if not prefix.ok:
        return []
    try:
        files = Repository(git, _text(prefix.out.rstrip(b"\n"))).files("HEAD")
    except PlaceError:
        return []  # such as a clone without a commit: whoever reads the branch says what is wrong with it
    return [path for path, entry in files.items() if entry.mode != LINK]


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that the root lies in; ``prefix`` is the root's path in it, with ``/`` at the end."""

    git: Git
    prefix: str

    def files(self, commit: str) -> dict[str, Entry]:
        """The files below the root, by their paths there. Raises ``PlaceError``."""
        found = self._listed(commit, [self.prefix] if self.prefix else [])
        return {name.removeprefix(self.prefix): entry for name, entry in found.items()}

    def bring(self, commit: str, objects: Collection[str]) -> None:
        """In a partial clone, fetch at once what it lacks of the commit's ``objects``.

        What cannot be had is fetched again when it is read, and told then.
        """
        remote = promisor(self.git)
        if remote is None:
            return
        listed = self.git("rev-list", "--objects", "--no-walk", "--missing=print", commit).text.splitlines()
        missing = {line[1:] for line in listed if line.startswith("?")} & {*objects}
        if missing:
            fetch_objects(self.git, remote, sorted(missing), quiet=self.git.objects is not None)

    def entries(self, commit: str, paths: Sequence[str]) -> dict[str, Entry]:
        """Some files anywhere, by their paths from the top folder on. Raises ``PlaceError``."""
        return self._listed(commit, paths) if paths else {}

    def top(self, path: str) -> str:
        """The path from the top folder on of one below the root."""
        return f"{self.prefix}{path}"

    def _listed(self, commit: str, where: Sequence[str]) -> dict[str, Entry]:
        out = self._asked("ls-tree", "-r", "-z", "--full-tree", commit, "--", *where).out
        found = {}
        for line in out.split(b"\0"):
            about, _, name = line.partition(b"\t")
            if name:
                mode, kind, blob = about.decode().split()
                if kind == "blob":  # a submodule is another repository
                    found[_text(name)] = Entry(mode, blob)
        return found

    def changes(self, old: str, new: str) -> list[Change]:
        """The files that both hold and in which they differ. Raises ``PlaceError``."""
        out = self._asked("diff-tree", "-r", "-z", "--no-renames", "--diff-filter=M", old, new).out
        parts = out.split(b"\0")
        found = []
        for about, name in zip(parts[::2], parts[1::2], strict=False):
            modes = about.decode().lstrip(":").split()
            before, after = Entry(modes[0], modes[2]), Entry(modes[1], modes[3])
            found.append(Change(_text(name), before, after))
        return found

    def base_of_ours(self, commit: str) -> str | None:
        """The commit that one of ours stands on; ``None`` where somebody else has made or changed it."""
        head, _, message = self._asked("cat-file", "commit", commit).text.partition("\n\n")
        lines = [line.split(" ") for line in head.splitlines()]
        parents = [line[1] for line in lines if line[0] == "parent"]
        trees = [line[1] for line in lines if line[0] == "tree"]
        if len(parents) != 1 or not self.has(parents[0]):
            return None
        if _said(message, TREE) == trees:
            return parents[0]
        said = _said(message, CHANGE)
        return parents[0] if said and said == [self._change(parents[0], commit)] else None

    def _change(self, old: str, new: str) -> str:
        """A hash of all that differs, line by line, wherever in its file that stands."""
        shape = ("-r", "-p", "-U0", "--no-renames", "--text", "--full-index", "--diff-algorithm=myers")
        plain = ("--no-indent-heuristic", "--inter-hunk-context=0", "--no-ext-diff", "--no-textconv")
        names = ("--no-color", "--src-prefix=a/", "--dst-prefix=b/")
        out = self._asked("diff-tree", *shape, *plain, *names, old, new).out
        lines = [line for line in out.split(b"\n") if not line.startswith((b"@@", b"index "))]
        return hashlib.sha256(b"\n".join(lines)).hexdigest()

    def own_commits(self, tip: str, base: str) -> list[str]:
        """The commits of the branch of ours that the base does not hold, newest first."""
        words = ("rev-list", "--first-parent", "--max-count=50", tip, f"^{base}")
        return self._asked(*words).text.split()

    def has(self, commit: str) -> bool:
        """Whether the commit is here, with its files."""
        return self.git("cat-file", "-e", f"{commit}^{{tree}}").ok

    def keep(self, files: Sequence[Path]) -> list[str]:
        """Files as objects, byte for byte. Raises ``PlaceError``."""
        given = "".join(f"{path}\n" for path in files).encode()
        return self._asked("hash-object", "-w", "--no-filters", "--stdin-paths", given=given).text.split()

    def merged(self, mine: bytes, ancestor: bytes, theirs: bytes) -> bytes:
        """What ``theirs`` has changed, in ``mine``, line by line; where both have, ``mine`` stays."""
        with tempfile.TemporaryDirectory(prefix="followthrough-") as folder:
            names = [str(Path(folder, name)) for name in ("mine", "ancestor", "theirs")]
            for name, data in zip(names, (mine, ancestor, theirs), strict=True):
                Path(name).write_bytes(data)
            answer = self.git("merge-file", "-p", "--quiet", "--ours", *names)
            return answer.out if answer.ok else mine

    def commit(self, base: str, files: Mapping[str, Entry], message: str) -> str | None:
        """A commit of these files on top of ``base``, on no branch yet; ``None`` where nothing differs.

        Their paths begin at the top folder. Raises ``PlaceError``.
        """
        tree = self._tree(base, files)
        if tree == self._asked("rev-parse", f"{base}^{{tree}}").text:
            return None
        text = f"{message}\n\n{TREE}{tree}\n{CHANGE}{self._change(base, tree)}\n".encode()
        return self._asked("commit-tree", "-p", base, "-F", "-", tree, given=text).text

    def brings_only(self, tip: str, base: str, files: Mapping[str, Entry]) -> bool:
        """Whether merging ``tip`` into ``base`` would bring these files and nothing else.

        No where the two cannot be merged without a person, or git is older than 2.38. Raises ``PlaceError``.
        """
        answer = self.git("merge-tree", "--write-tree", "--no-messages", base, tip)
        return answer.ok and answer.text == self._tree(base, files)

    def _tree(self, base: str, files: Mapping[str, Entry]) -> str:
        with tempfile.TemporaryDirectory(prefix="followthrough-") as folder:
            inner = Repository(replace(self.git, index=Path(folder, "index")), self.prefix)
            inner._asked("read-tree", f"{base}^{{tree}}")
            lines = [f"{one.mode} {one.blob}\t{path}\0" for path, one in files.items()]
            given = "".join(lines).encode(errors="surrogateescape")
            inner._asked("update-index", "-z", "--index-info", given=given)
            return inner._asked("write-tree").text

    def _asked(self, *words: str, given: bytes = b"") -> Answer:
        answer = self.git(*words, given=given)
        if not answer.ok:
            raise faults.of_repository(answer)
        return answer


def _said(message: str, what: str) -> list[str]:
    return [line.removeprefix(what) for line in message.splitlines() if line.startswith(what)]


def _text(name: bytes) -> str:
    return name.decode(errors="surrogateescape")


class Blobs:
    """Reads objects one after the other from one git, which is started with the first."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, blob: str) -> bytes:
        """What an object holds. Raises :class:`SourceError`."""
        try:
            return self._read(blob)
        except (OSError, ValueError) as error:
            self.close()
            raise SourceError(f"git cannot give its text ({error}). Run `git fsck`, then again.") from error

    def _read(self, blob: str) -> bytes:
        process = self._process or self._git.started("cat-file", "--batch", quiet=True)
        self._process = process
        asked, answer = process.stdin, process.stdout
        if asked is None or answer is None:
            raise ValueError("it has no pipes")
        late = threading.Event()

        def end() -> None:
            late.set()
            ended(process)

        watch = threading.Timer(self._git.timeout, end)
        watch.start()  # an object of a partial clone comes over the network
        try:
            asked.write(f"{blob}\n".encode())
            asked.flush()
            head = answer.readline().split()
            data = answer.read(int(head[2]) + 1) if len(head) == 3 else b""
        finally:
            watch.cancel()
        if late.is_set():
            raise ValueError(LATE)
        if len(head) != 3:
            raise ValueError(f"{blob[:10]} is missing")
        if len(data) != int(head[2]) + 1:
            raise ValueError(f"{blob[:10]} ends too early")
        return data[:-1]

    def close(self) -> None:
        """End it."""
        process, self._process = self._process, None
        if process is not None:
            ended(process)
            process.__exit__(None, None, None)  # closes its pipes
