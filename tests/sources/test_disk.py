from __future__ import annotations

import hashlib
import json
import os
import resource
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from followthrough.sources import Changed, SourceError, WriteRefused
from followthrough.sources.disk import RealDisk, version_of
from followthrough.sources.folder import FolderSource

ROOT = os.geteuid() == 0
NOBODY = 65534
REFUSED, DONE_ALL_THE_SAME = 3, 5
"""Exit codes of ``dying.py``."""
OLD, NEW = b"# Old\n", b"# New\n\n- [x] done\n"


@pytest.fixture
def disk() -> RealDisk:
    return RealDisk()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "postmortems"
    folder.mkdir()
    document = folder / "a.md"
    document.write_bytes(OLD)
    return document


def names(folder: Path) -> list[str]:
    """Everything in a folder."""
    return sorted(entry.name for entry in folder.iterdir())


AsUser = Callable[..., dict[str, Any]]


@pytest.fixture
def as_user(tmp_path: Path) -> Iterator[AsUser]:
    """Run a few lines as somebody who is not root; they set ``answer``. Root hands the folder over."""
    opened = [folder for folder in (tmp_path, *tmp_path.parents) if folder.stat().st_uid == os.geteuid()]
    modes = {folder: folder.stat().st_mode for folder in opened if folder != Path("/")}

    def run(path: Path, code: str, *, group: int = NOBODY) -> dict[str, Any]:
        if ROOT:
            for folder in modes:
                folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o711)
            for entry in (tmp_path, *tmp_path.rglob("*")):
                os.chown(entry, NOBODY, group, follow_symlinks=False)
        whole = f"""
import json, os, sys
from pathlib import Path
from followthrough.sources import SourceError
from followthrough.sources.disk import RealDisk
from followthrough.sources.folder import FolderSource
if os.geteuid() == 0:  # only now: the interpreter's own files may be closed to others
    os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
disk, path = RealDisk(), Path({str(path)!r})
{code}
print(json.dumps(answer))
"""
        done = subprocess.run(
            [sys.executable, "-c", whole], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    yield run
    for folder in (entry for entry in tmp_path.iterdir() if entry.is_dir()):
        folder.chmod(0o700)
    for folder, mode in modes.items():
        folder.chmod(stat.S_IMODE(mode))


TRY = """
content = disk.read(path)
try:
    disk.replace(path, b"new", content.version)
    refused = None
except SourceError as error:
    refused = [type(error).__name__, str(error)]
answer = {"read_only": content.read_only, "refused": refused, "now": path.read_bytes().decode(),
          "beside": os.listdir(path.parent)}
"""


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", OLD, b"\xef\xbb\xbfa\r\nb\rc\n", b"\xff\xfe\x00", os.urandom(100_000)])
def test_bytes_come_as_they_are_with_their_hash(data: bytes, path: Path, disk: RealDisk) -> None:
    path.write_bytes(data)
    content = disk.read(path)
    assert content.data == data
    assert content.version == version_of(data) == hashlib.sha256(data).hexdigest()
    assert content.read_only is None


def test_reading_leaves_no_trace(path: Path, disk: RealDisk) -> None:
    before = path.stat()
    disk.read(path)
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ctime_ns) == (before.st_mtime_ns, before.st_ctime_ns)
    assert names(path.parent) == ["a.md"]


def test_a_folder_is_no_document(path: Path, disk: RealDisk) -> None:
    with pytest.raises(SourceError, match=r"is a folder\. Name a document or a glob\."):
        disk.read(path.parent)


def test_a_missing_file_is_a_sentence(path: Path, disk: RealDisk) -> None:
    with pytest.raises(SourceError, match=r"no\.md: cannot be read \(No such file or directory\)"):
        disk.read(path.with_name("no.md"))


@pytest.mark.parametrize("kind", ["fifo", "socket", "device"])
def test_what_is_no_regular_file_is_refused_at_once(
    kind: str, path: Path, disk: RealDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = path.with_name("other.md")
    if kind == "fifo":
        os.mkfifo(other)
    elif kind == "socket":
        monkeypatch.chdir(path.parent)  # a socket's address must be short
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("other.md")
    else:
        other.symlink_to("/dev/zero")
    answers: list[str] = []

    def read() -> None:
        try:
            disk.read(other)
        except SourceError as error:
            answers.append(str(error))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(5)
    if reader.is_alive():  # let it go: a FIFO waits for somebody to write
        other.open("wb").close()
        reader.join(5)
        pytest.fail("reading waits for a writer")
    assert len(answers) == 1


# --- replacing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o755, 0o700])
def test_replacing_keeps_the_mode(mode: int, path: Path, disk: RealDisk) -> None:
    path.chmod(mode)
    disk.replace(path, NEW, version_of(OLD))
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert names(path.parent) == ["a.md"]


def test_replacing_keeps_the_mode_whatever_the_umask(path: Path, disk: RealDisk) -> None:
    path.chmod(0o666)
    before = os.umask(0o077)
    try:
        disk.replace(path, NEW, version_of(OLD))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666


def test_replacing_keeps_the_group(path: Path, disk: RealDisk) -> None:
    others = [NOBODY] if ROOT else [group for group in os.getgroups() if group != os.getegid()]
    if not others:
        pytest.skip("this user is in one group only")
    os.chown(path, -1, others[0])
    disk.replace(path, NEW, version_of(OLD))
    assert (path.stat().st_uid, path.stat().st_gid) == (os.geteuid(), others[0])


@pytest.mark.skipif(not ROOT, reason="needs a document of a group that its owner is not in")
def test_a_group_that_cannot_be_given_again_leaves_the_document_as_it_is(path: Path, as_user: AsUser) -> None:
    answer = as_user(path, TRY, group=0)
    assert answer["refused"][0] == "WriteRefused"
    assert (answer["now"], answer["beside"]) == (OLD.decode(), ["a.md"])
    assert path.stat().st_gid == 0


def test_a_document_edited_since_it_was_read_stays_as_it_was_edited(path: Path, disk: RealDisk) -> None:
    version = disk.read(path).version
    path.write_bytes(b"# Edited\n")
    with pytest.raises(Changed, match=r"was edited meanwhile; nothing written"):
        disk.replace(path, NEW, version)
    assert path.read_bytes() == b"# Edited\n"
    assert names(path.parent) == ["a.md"]


def test_a_document_saved_by_rename_since_it_was_read_stays(path: Path, disk: RealDisk) -> None:
    version = disk.read(path).version
    other = path.with_name(".a.md.swp")
    other.write_bytes(b"# Edited\n")
    other.rename(path)
    with pytest.raises(Changed):
        disk.replace(path, NEW, version)
    assert path.read_bytes() == b"# Edited\n"


def test_a_document_that_is_gone_is_not_made_again(path: Path, disk: RealDisk) -> None:
    version = disk.read(path).version
    path.unlink()
    with pytest.raises(WriteRefused):
        disk.replace(path, NEW, version)
    assert names(path.parent) == []


@pytest.mark.parametrize("way", ["in place", "by rename", "deleted"])
def test_an_edit_at_the_last_moment_is_not_lost(way: str, path: Path) -> None:
    """Somebody else is quicker, after our new bytes lie beside the document and before they replace it."""

    def edit(step: str) -> None:
        if step == "temporary written":
            if way == "in place":
                path.write_bytes(b"# Edited\n")
            elif way == "by rename":
                path.with_name(".editor").write_bytes(b"# Edited\n")
                path.with_name(".editor").rename(path)
            else:
                path.unlink()

    with pytest.raises((Changed, WriteRefused)):
        RealDisk(edit).replace(path, NEW, version_of(OLD))
    assert names(path.parent) == ([] if way == "deleted" else ["a.md"])
    assert way == "deleted" or path.read_bytes() == b"# Edited\n"


@pytest.mark.parametrize("mode", [0o444, 0o400, 0o555], ids=oct)
def test_a_write_protected_document_is_only_read(mode: int, path: Path, disk: RealDisk) -> None:
    path.chmod(mode)
    assert "is write-protected" in str(disk.read(path).read_only)
    with pytest.raises(WriteRefused, match="is write-protected"):
        disk.replace(path, NEW, version_of(OLD))
    assert path.read_bytes() == OLD


def test_a_document_with_two_names_is_only_read(path: Path, disk: RealDisk) -> None:
    os.link(path, path.with_name("b.md"))
    assert "several names" in str(disk.read(path).read_only)
    with pytest.raises(WriteRefused, match="several names"):
        disk.replace(path, NEW, version_of(OLD))
    assert path.samefile(path.with_name("b.md"))


def test_somebody_elses_document_is_only_read(path: Path, disk: RealDisk) -> None:
    if ROOT:
        os.chown(path, NOBODY, -1)
        assert "belongs to another user" in str(disk.read(path).read_only)
        with pytest.raises(WriteRefused, match="belongs to another user"):
            disk.replace(path, NEW, version_of(OLD))
        assert path.stat().st_uid == NOBODY
    else:
        assert "belongs to another user" in str(disk.read(Path("/etc/passwd")).read_only)


def test_a_document_in_a_write_protected_folder_is_only_read(path: Path, as_user: AsUser) -> None:
    path.parent.chmod(0o555)
    answer = as_user(path, TRY)
    assert "lies in a folder that cannot be written" in answer["read_only"]
    assert answer["refused"][0] == "WriteRefused"
    assert answer["now"] == OLD.decode()


def test_a_write_protected_document_is_only_read_by_its_owner(path: Path, as_user: AsUser) -> None:
    path.chmod(0o444)
    answer = as_user(path, TRY)
    assert "is write-protected" in answer["read_only"]
    assert answer["now"] == OLD.decode()


def test_a_document_that_may_not_be_read_is_a_sentence(path: Path, as_user: AsUser) -> None:
    path.chmod(0o000)
    code = """
try:
    disk.read(path)
except SourceError as error:
    answer = {"says": str(error)}
"""
    assert "cannot be read (Permission denied)" in as_user(path, code)["says"]


def test_a_folder_that_can_be_written_but_not_listed_is_no_obstacle(path: Path, as_user: AsUser) -> None:
    path.parent.chmod(0o300)
    answer = as_user(path, TRY.replace("os.listdir(path.parent)", "None"))
    assert (answer["refused"], answer["now"]) == (None, "new")


def test_a_document_in_a_folder_that_may_not_be_entered_still_exists(path: Path, as_user: AsUser) -> None:
    path.parent.chmod(0o000)
    code = """
source = FolderSource(root=path.parent.parent, disk=disk)
answer = {"exists": [source.exists("postmortems/a.md"), source.exists("no.md"), source.exists("a.md/b.md")]}
"""
    assert as_user(path, code)["exists"] == [True, False, False]
    path.parent.chmod(0o700)


# --- a disk that fails, a process that dies -------------------------------------------------------


@pytest.fixture
def lives(path: Path) -> Callable[[str], list[dict[str, Any]]]:
    def run(how: str) -> list[dict[str, Any]]:
        script = Path(__file__).with_name("dying.py")
        done = subprocess.run(
            [sys.executable, str(script), str(path), how],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def test_killed_at_any_call_the_document_is_old_or_new(
    lives: Callable[[str], list[dict[str, Any]]], path: Path, disk: RealDisk
) -> None:
    *killed, whole = lives("kill")
    assert len(killed) > 10
    assert (whole["code"], whole["is"], whole["beside"]) == (0, "new", [])
    assert {life["code"] for life in killed} == {-9}
    assert {life["is"] for life in killed} == {"old", "new"}
    source = FolderSource(root=path.parent, disk=disk, patterns=("**/*", "*", ".*", "**/.*", "."))
    strays = [name for life in killed for name in life["beside"]]
    assert strays
    for name in strays:
        (path.parent / name).write_bytes(b"half")
    assert list(source.find()) == ["a.md"]


def test_an_error_at_any_call_leaves_the_document_old_or_new_and_nothing_beside(
    lives: Callable[[str], list[dict[str, Any]]],
) -> None:
    *failed, whole = lives("fail")
    assert len(failed) > 10
    assert (whole["code"], whole["is"]) == (0, "new")
    assert {life["is"] for life in failed} == {"old", "new"}
    assert [life for life in failed if life["code"] not in (REFUSED, DONE_ALL_THE_SAME)] == []
    assert [life for life in failed if life["code"] == DONE_ALL_THE_SAME and life["is"] == "old"] == []
    left = [life for life in failed if life["beside"]]
    assert len(left) <= 1, left  # where taking the temporary file away is what fails


def test_a_file_that_grows_too_large_for_its_owner_leaves_the_old_text(path: Path) -> None:
    """The kernel itself refuses the write, half way through."""
    size = 16 * 1024
    code = f"""
import os, resource
from pathlib import Path
from followthrough.sources import WriteRefused
from followthrough.sources.disk import RealDisk
disk, path = RealDisk(), Path({str(path)!r})
version = disk.read(path).version
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
try:
    disk.replace(path, b"x" * {size * 4}, version)
except WriteRefused as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert "cannot be written (File too large). The old text stands." in done.stdout, done.stderr
    assert path.read_bytes() == OLD
    assert names(path.parent) == ["a.md"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != size


def test_a_full_disk_leaves_the_old_text(tmp_path: Path, disk: RealDisk) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if not ROOT or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no small file system can be mounted here")
    try:
        path = folder / "a.md"
        path.write_bytes(OLD)
        with pytest.raises(WriteRefused, match=r"cannot be written \(No space left on device\)"):
            disk.replace(path, b"x" * 100_000, version_of(OLD))
        assert path.read_bytes() == OLD
        assert names(folder) == ["a.md"]
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_what_a_killed_write_left_is_read_and_removed(tmp_path: Path) -> None:
    path, disk = tmp_path / "pm.md", RealDisk()
    path.write_bytes(b"old")
    assert disk.leftover(path) is None
    beside = tmp_path / f".followthrough-{hashlib.sha256(b'pm.md').hexdigest()[:16]}"
    beside.with_name(f"{beside.name}.new").write_bytes(b"half of wh")
    assert disk.leftover(path) == b"", "what is not whole is nobody's"
    beside.write_bytes(b"somebody's")
    assert disk.leftover(path) == b"somebody's"
    disk.discard(path)
    assert [one.name for one in tmp_path.iterdir()] == ["pm.md"]
