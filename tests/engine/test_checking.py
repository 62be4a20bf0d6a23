"""From any document to findings that lead somewhere."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from followthrough.documents import Unreadable
from followthrough.engine.checking import standards_of, subject_of
from followthrough.engine.reading import understand
from followthrough.policy.lint import lint
from followthrough.settings import Settings
from followthrough.sources.interface import Content

TODAY = date(2026, 11, 20)
SETTINGS = Settings.model_validate(
    {
        "policy": {"preset": "gitlab", "preventive": ["sev1"]},
        "check": {
            "rules": dict.fromkeys(("several-actions", "vague-wording", "date-in-the-past"), "warning"),
        },
    }
)
PIECES = st.sampled_from(
    [
        "# Outage\n\n- Date: 2026-11-01\n- Severity: sev1\n",
        "## Action items\n",
        "- Add an alert (owner: Sam) (due: 2030-01-01)\n",
        "- [ ] Improve it; drop the cache and raise the limit\n",
        "- [x] Restart the pool\n",
        "1. Überprüfe die Sicherung 🚒 bis 2020-01-01\n",
        "| Action | Owner | Due |\n| --- | --- | --- |\n| Add a limit | | soon |\n| Fix | Kim | |\n",
        "> - quoted: add a test\n",
        "We will investigate the broker and tell everybody.\n",
        "\n",
        "\r\n",
        "\ttab\n",
    ]
)


@given(
    st.lists(PIECES | st.text(max_size=30), max_size=14), st.sampled_from(["a.md", "a.rst", "a.txt", "a.org"])
)
def test_every_finding_leads_to_a_place_in_the_document(pieces: list[str], name: str) -> None:
    data = "\n".join(pieces).encode("utf-8", "replace")
    try:
        opened = understand(Content(data, "v"), name, named=True, settings=SETTINGS, today=TODAY)
    except Unreadable:
        return
    found = lint(subject_of(opened, name), standards_of(SETTINGS, TODAY))
    lines = data.decode().split("\n")
    for one in found:
        assert 1 <= one.line <= one.end_line <= len(lines)
        if one.column is not None:
            assert 1 <= one.column <= len(lines[one.line - 1]) + 1
        assert len(one.identity) == 16
        assert one.message.endswith(".")
        assert one.suggestion
        assert "\n" not in one.message + one.suggestion
    assert [one.line for one in found] == sorted(one.line for one in found)
    places = [(one.rule, one.identity) for one in found]
    assert len(set(places)) == len(places), "each is known by itself in a baseline"
