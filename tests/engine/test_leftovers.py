"""What a write that was killed left beside a document goes, unless it holds what somebody saved."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from followthrough.connector import Change

ONE = "# Postmortem: cache poisoned\n\n## Action items\n\n- [ ] Sign every cache entry\n"


@pytest.fixture
def beside(office: Any) -> Path:
    office.write("pm.md", ONE)
    office.file()
    office.ops.edit("OPS-1", Change(title="So that there is something to do with it"))
    root: Path = office.root
    return root / f".followthrough-{hashlib.sha256(b'pm.md').hexdigest()[:16]}"


@pytest.mark.parametrize("left", [ONE, ONE.replace("[ ]", "[x]"), ""])
def test_old_bytes_and_ours_go(left: str, beside: Path, office: Any) -> None:
    beside.write_text(left)
    assert office.sync().failures == []
    assert not beside.exists()


def test_the_beginning_of_a_file_goes(beside: Path, office: Any) -> None:
    begun = beside.with_name(f"{beside.name}.new")
    begun.write_text(ONE[:30])
    office.sync()
    assert not begun.exists()


def test_what_holds_other_words_stays_and_is_told(beside: Path, office: Any) -> None:
    beside.write_text(ONE + "- [ ] Saved in that moment\n")
    done = office.sync()
    assert beside.exists()
    (told,) = done.failures
    assert told.startswith("pm.md: a file that begins with `.followthrough-` lies beside it")
    assert done.exit == 3
