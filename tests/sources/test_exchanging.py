"""What is saved between the look at a document and its replacement is not lost."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from followthrough.sources.exchanging import exchange, put_in_place

OLD, NEW, EDITED = b"# Old\n", b"# New\n", b"# Edited\n"


@pytest.fixture
def new(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_bytes(OLD)
    path = tmp_path / ".new"
    path.write_bytes(NEW)
    return path


@pytest.fixture
def path(new: Path) -> Path:
    return new.with_name("a.md")


def test_two_names_change_places(new: Path, path: Path) -> None:
    if not exchange(new, path):
        pytest.skip("this file system cannot exchange names")
    assert (new.read_bytes(), path.read_bytes()) == (OLD, NEW)


def test_what_is_as_expected_is_replaced(new: Path, path: Path) -> None:
    assert put_in_place(new, path, lambda one: one.read_bytes() == OLD)
    assert path.read_bytes() == NEW


def test_what_is_not_as_expected_stands(new: Path, path: Path) -> None:
    path.write_bytes(EDITED)
    assert not put_in_place(new, path, lambda one: one.read_bytes() == OLD)
    assert path.read_bytes() == EDITED


@pytest.mark.parametrize("way", ["in place", "by rename"])
def test_a_save_right_after_the_look_stands(way: str, new: Path, path: Path) -> None:
    looked = []

    def expected(one: Path) -> bool:
        found = one.read_bytes() == OLD
        looked.append(one)
        if len(looked) == 1:
            target = path if way == "in place" else path.with_name(".editor")
            target.write_bytes(EDITED)
            target.rename(path)
        return found

    assert not put_in_place(new, path, expected)
    assert path.read_bytes() == EDITED
    assert len(looked) == 2


def test_a_still_newer_save_stands_instead(new: Path, path: Path) -> None:
    saves = iter([EDITED, b"# Edited again\n"])

    def expected(one: Path) -> bool:
        found = one.read_bytes() == OLD
        path.with_name(".editor").write_bytes(next(saves))
        path.with_name(".editor").rename(path)
        return found

    assert not put_in_place(new, path, expected)
    assert path.read_bytes() == b"# Edited again\n"


def test_an_editor_that_has_the_document_open_is_waited_for(new: Path, path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY)

    def finish() -> None:
        os.pwrite(descriptor, EDITED, 0)
        os.close(descriptor)

    timer = threading.Timer(0.1, finish)
    timer.start()
    assert not put_in_place(new, path, lambda one: one.read_bytes() == OLD)
    timer.join()
    assert path.read_bytes() == EDITED


def test_a_disk_that_fails_after_the_exchange_leaves_the_old_text(new: Path, path: Path) -> None:
    def expected(one: Path) -> bool:
        if one == new:
            raise OSError("the disk failed")
        return True

    with pytest.raises(OSError, match="the disk failed"):
        put_in_place(new, path, expected)
    assert path.read_bytes() == OLD
