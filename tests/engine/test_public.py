"""Nothing is published: a public tracker takes only what its settings, or the documents' own place, allow."""

from __future__ import annotations

from typing import Any

import pytest

ONE = "# Postmortem: cache poisoned\n\n## Action items\n\n- [ ] Sign every cache entry\n"


@pytest.mark.parametrize(
    ("public", "home", "filed"), [(True, False, 0), (True, True, 1), (False, False, 1), (None, False, 1)]
)
def test_a_public_tracker_takes_documents_that_live_there(
    public: bool | None, home: bool, filed: int, office: Any
) -> None:
    office.write("pm.md", ONE)
    office.ops.public, office.ops.home = public, home
    done = office.file()
    assert len(office.ops.tickets) == filed
    assert [brake.code for brake in done.plan.brakes] == ([] if filed else ["public"])


def test_what_a_tracker_did_not_take_is_told(office: Any) -> None:
    office.write("pm.md", ONE)
    office.ops.says = ("OPS-1 has no label postmortem.",)
    assert office.file().filed.notes == ["OPS-1 has no label postmortem."]
