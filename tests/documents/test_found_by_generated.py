"""Documents that generated ones once failed on, each as small as it got."""

from __future__ import annotations

from followthrough.documents import Wanted, fingerprint, parse, rewrite
from followthrough.model import Place


def test_an_empty_box_that_holds_a_tab_has_the_fingerprint_of_any_other() -> None:
    before = parse(b"- [\t] Restore a backup\n", "pm.md")
    place = Place(0)
    ticked = rewrite(before, [Wanted(place, "7f3k9q2m8dxa", "FT-1, done", ticked=True)])
    after = parse(ticked.data, "pm.md")
    assert b"[x]" in ticked.data
    assert fingerprint(after) == fingerprint(before)
