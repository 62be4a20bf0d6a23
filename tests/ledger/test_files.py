from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from subprocess import Popen

import pytest

from followthrough.ledger import LedgerBusy, LedgerError
from followthrough.ledger.files import (
    Journal,
    JournalLine,
    refuse_network,
    run_lock,
    state_folder,
    state_path,
)


def line(serial: int, now: datetime, lineage: str = "abc") -> JournalLine:
    return JournalLine(
        run=f"20261120-{serial}",
        lineage=lineage,
        serial=serial,
        command="run",
        at=now,
        plan_hash="h",
        more={"exit_code": 0},
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "runs.jsonl")


def test_the_state_folder_is_private_and_ignored_by_git(tmp_path: Path) -> None:
    assert state_path(tmp_path) == tmp_path / ".followthrough"
    assert not state_path(tmp_path).exists()
    folder = state_folder(tmp_path)
    assert folder == state_path(tmp_path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / ".gitignore").read_text() == "*\n"


def test_a_state_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    folder = state_folder(tmp_path)
    folder.chmod(0o750)
    (folder / ".gitignore").write_text("mine\n")
    state_folder(tmp_path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750
    assert (folder / ".gitignore").read_text() == "mine\n"
    (folder / ".gitignore").write_text("")  # what a run killed in between leaves
    state_folder(tmp_path)
    assert (folder / ".gitignore").read_text() == "*\n"


def test_a_state_folder_that_cannot_be_made_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / ".followthrough").write_text("a file")
    with pytest.raises(LedgerError, match=r"\.followthrough"):
        state_folder(tmp_path)


def test_the_lock_names_its_holder(tmp_path: Path, now: datetime) -> None:
    with run_lock(tmp_path, run="20261120-1", at=now):
        holder = json.loads((tmp_path / "lock").read_text())
        assert holder == {
            "host": os.uname().nodename,
            "pid": os.getpid(),
            "run": "20261120-1",
            "start": "2026-11-20T02:00:00+00:00",
        }
        with (
            pytest.raises(
                LedgerBusy, match=rf"Run 20261120-1 on .* \(process {os.getpid()}, since 2026-11-20"
            ),
            run_lock(tmp_path, run="20261120-2", at=now),
        ):
            pass
        assert json.loads((tmp_path / "lock").read_text())["run"] == "20261120-1"
    with run_lock(tmp_path, run="20261120-3", at=now):
        pass


def test_the_lock_is_given_back_after_an_error(tmp_path: Path, now: datetime) -> None:
    with pytest.raises(RuntimeError, match="mine"), run_lock(tmp_path, run="1", at=now):
        raise RuntimeError("mine")
    with run_lock(tmp_path, run="2", at=now):
        pass


def test_a_holder_that_has_not_written_its_name_yet(tmp_path: Path, now: datetime) -> None:
    with run_lock(tmp_path, run="1", at=now):
        (tmp_path / "lock").write_text('{"ru')
        with pytest.raises(LedgerBusy, match="Another run"), run_lock(tmp_path, run="2", at=now):
            pass


def test_the_lock_dies_with_its_holder(
    tmp_path: Path, now: datetime, helper: Callable[..., Popen[str]]
) -> None:
    holder = helper("hold", tmp_path)
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(LedgerBusy, match=f"process {holder.pid}"), run_lock(tmp_path, run="2", at=now):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with run_lock(tmp_path, run="2", at=now):
        assert json.loads((tmp_path / "lock").read_text())["run"] == "2"


def test_a_lock_in_no_folder_is_an_error(tmp_path: Path, now: datetime) -> None:
    with pytest.raises(LedgerError, match="lock"), run_lock(tmp_path / "none", run="1", at=now):
        pass


def test_the_journal_keeps_lines_in_order(journal: Journal, tmp_path: Path, now: datetime) -> None:
    assert list(journal.lines()) == []
    assert not (tmp_path / "runs.jsonl").exists()
    lines = [line(1, now), line(2, now)]
    for one in lines:
        journal.append(one)
    assert list(journal.lines()) == lines
    first = json.loads((tmp_path / "runs.jsonl").read_text().splitlines()[0])
    assert first == {
        "run": "20261120-1",
        "lineage": "abc",
        "serial": 1,
        "command": "run",
        "at": now.isoformat(),
        "plan_hash": "h",
        "exit_code": 0,
    }


def test_a_journal_cut_anywhere_in_its_last_line(journal: Journal, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "runs.jsonl"
    journal.append(line(1, now))
    first = path.read_bytes()
    journal.append(line(2, now))
    whole = path.read_bytes()
    for cut in range(len(first), len(whole) - 1):
        path.write_bytes(whole[:cut])
        assert [one.serial for one in journal.lines()] == [1]
        journal.append(line(3, now))
        assert [one.serial for one in journal.lines()] == [1, 3]


def test_lines_of_another_kind_are_passed_over(journal: Journal, tmp_path: Path, now: datetime) -> None:
    (tmp_path / "runs.jsonl").write_bytes(b'[]\n{"run": "1"}\nnull\n\xff\xfe\n\n7\n{"at": 7}\n')
    journal.append(line(4, now))
    assert [one.serial for one in journal.lines()] == [4]


def test_the_last_serial_is_that_of_one_lineage(journal: Journal, now: datetime) -> None:
    for serial, lineage in ((3, "abc"), (9, "other"), (5, "abc"), (4, "abc")):
        journal.append(line(serial, now, lineage))
    assert journal.last_serial("abc") == 5
    assert journal.last_serial("other") == 9
    assert journal.last_serial("unheard of") == 0


@pytest.mark.parametrize(
    ("lineage", "serial", "expected"),
    [
        ("abc", 6, False),  # a run died after its commit, before its line
        ("abc", 5, False),
        ("abc", 4, True),  # an older copy was put back
        ("new", 0, False),  # another ledger
        ("", 0, False),  # none
    ],
)
def test_a_ledger_behind_its_journal_was_rolled_back(
    journal: Journal, now: datetime, lineage: str, serial: int, expected: bool
) -> None:
    journal.append(line(5, now))
    assert (journal.last_serial(lineage) > serial) is expected


def test_a_journal_that_cannot_be_used_is_an_error(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "runs.jsonl").mkdir()
    journal = Journal(tmp_path / "runs.jsonl")
    with pytest.raises(LedgerError, match=r"runs\.jsonl"):
        journal.append(line(1, now))
    with pytest.raises(LedgerError, match=r"runs\.jsonl"):
        list(journal.lines())


MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /srv rw shared:9 - nfs4 files:/srv rw,vers=4.2
41 40 8:2 / /srv/local\\040disk rw - xfs /dev/sdb1 rw
42 22 0:36 / /mnt/share rw - cifs //files/share rw
43 22 0:37 / /home/ada/far rw - fuse.sshfs ada@far: rw
44 22 0:38 / /twice rw - nfs files:/a rw
45 44 8:3 / /twice rw - ext4 /dev/sdc1 rw
46 22 0:39 / /mnt/c rw - 9p C:\\134 rw
not a line of it
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ada/pm", None),
        ("/srv", "nfs4"),
        ("/srv/postmortems", "nfs4"),
        ("/srv/local disk/pm", None),
        ("/srvelse", None),
        ("/mnt/share/pm", "cifs"),
        ("/mnt/c/pm", "9p"),
        ("/home/ada/far", "fuse.sshfs"),
        ("/twice/pm", None),
    ],
)
def test_a_network_file_system_is_refused(folder: str, kind: str | None) -> None:
    if kind is None:
        refuse_network(Path(folder), MOUNTS)
        return
    with pytest.raises(
        LedgerError, match=rf"{folder} lies on a network file system \({kind}\), where SQLite"
    ):
        refuse_network(Path(folder), MOUNTS)


def test_a_link_onto_a_network_file_system_is_seen_through(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/mnt/share")
    with pytest.raises(LedgerError, match="cifs"):
        refuse_network(tmp_path / "link" / "pm", MOUNTS)
    refuse_network(tmp_path)
