"""Documents that generated ones once failed on, each as small as it got."""

from __future__ import annotations

import pytest

from followthrough.documents import Wanted, fingerprint, parse, rewrite, unlinked
from followthrough.model import Place


def test_an_empty_box_that_holds_a_tab_has_the_fingerprint_of_any_other() -> None:
    before = parse(b"- [\t] Restore a backup\n", "pm.md")
    place = Place(0)
    ticked = rewrite(before, [Wanted(place, "7f3k9q2m8dxa", "FT-1, done", ticked=True)])
    after = parse(ticked.data, "pm.md")
    assert b"[x]" in ticked.data
    assert fingerprint(after) == fingerprint(before)


@pytest.mark.parametrize(
    "cell",
    [
        "<p> <em>\u2029</em> \u2028</p>",
        '<p> <a href="https://a.example/x">\u2028</a>\r </p>',
        "<p> <b></b></p>",
        "<p> <!-- nothing --></p>",
        "<p> &nbsp;</p>",
    ],
    ids=["separators", "an empty link", "an empty element", "a comment", "a blank"],
)
@pytest.mark.parametrize("count", [1, 2])
def test_links_before_what_nobody_sees_own_no_blank_behind_them(cell: str, count: int) -> None:
    page = f"<table><tr><td>Pin it</td><td>{cell}</td></tr></table><ac:placeholder />".encode()
    wanted = [Wanted(Place(0, 1), f"{number:012d}", "FT-1, open") for number in range(count)]
    done = rewrite(parse(page, "pm.xml"), wanted)
    assert done.data.count(b"#ft-") == count
    assert unlinked(parse(done.data, "pm.xml")) == page
