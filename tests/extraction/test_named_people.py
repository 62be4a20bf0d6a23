"""A mere name is an owner where nobody can take it for anything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem, Kind, State

HEAD = "# Disk full\n\n**Participants:** ops: aryx, dsm; eng: Zbigniew (lead), platform on-call\n\n## Action items\n\n- "


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Add an alert (aryx, bug 1871204)", "aryx"),
        ("Add an alert [dsm]", "dsm"),
        ("Add an alert (Zbigniew)", "Zbigniew"),
        ("Add an alert (Sam)", "Sam"),
        ("Add an alert (Sam) – merged already", "Sam"),
        ("Add an alert -- Sam", "Sam"),
        ("Add an alert → Sam", "Sam"),
        ("Add an alert → @sam", "@sam"),
        ("(Sam) Add an alert", "Sam"),
        ("Add an alert (Bastien et Sam)", "Bastien et Sam"),
        ("Add an alert (sam@example.com)", "sam@example.com"),
        ("Add an alert (Owner: Sam Lee <sam@example.com>)", "Sam Lee"),
        ("Add an alert (Owner: Sam, OPS-4)", "Sam"),
        ("Add an alert — assigned to Sam K. (OPS-5)", "Sam K."),
        ("Add an alert (verantwortlich: Team Netz)", "Team Netz"),
        ("Add an alert (Platform team)", "Platform team"),
        ("Add an alert (担当：森田、期限：7/31)", "森田"),
        ("Add an alert\n  Responsible: Storage Team     Status: completed 18/10/26", "Storage Team"),
        ("The Head of Service Operations should review the alert", "Head of Service Operations"),
        ("The storage team should add an alert", "storage team"),
        ("Add an alert (Redis)", None),
        ("Add an alert (Mark II)", None),
        ("Add an alert - Prometheus", None),
        ("Add an alert for the platform (on-call)", None),
        ("Ask the vendor (Sam Lee) for an alert", None),
        ("Head of line blocking should raise an alert", None),
        ("Teach the team to read the alert", None),
        ("Move the alert from MySQL → Postgres", None),
    ],
)
def test_owner(items: Callable[..., tuple[ActionItem, ...]], text: str, owner: str | None) -> None:
    (item,) = items(HEAD + text + "\n")
    assert item.owner == owner
    assert "alert" in item.text


def test_the_owner_of_one_item_is_known_in_the_next(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    rows = "| Action | Who |\n|-|-|\n| Add a disk | zbig |\n"
    *_, item = items(f"# Disk full\n\n## Action items\n\n{rows}\n## Next steps\n\n- Add an alert [zbig]\n")
    assert (item.text, item.owner) == ("Add an alert", "zbig")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Move the page elsewhere: c’est fait, merci", State.DONE),
        ("Add an alert (erledigt am 9.9.)", State.DONE),
        ("Add an alert – accepted and complete", State.DONE),
        ("Add an alert. This was merged in ops#1120.", State.DONE),
        ("🔜 Add an alert", State.OPEN),
        ("Add an alert (50% done)", State.IN_PROGRESS),
        ("Add an alert (not done yet)", State.OPEN),
    ],
)
def test_state(bullet: Callable[[str], ActionItem], text: str, state: State) -> None:
    item = bullet(text)
    assert (item.state, item.done) == (state, state is State.DONE)


@pytest.mark.parametrize("text", ["Change the flag: no", "Set the job: completed", "Move data: live"])
def test_a_value_behind_a_colon_is_no_state(bullet: Callable[[str], ActionItem], text: str) -> None:
    assert bullet(text).done is None


def test_a_label_above_states_the_kind(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    text = "# Disk full\n\n## Action items\n\n- **Prevenir**\n  - [ ] Add a disk\n- **Detectar**\n  - [ ] Add an alert\n"
    assert [(item.kind, item.kind_stated) for item in items(text)] == [
        (Kind.PREVENTIVE, True),
        (Kind.DETECTIVE, True),
    ]


def test_one_ticket_once(bullet: Callable[[str], ActionItem]) -> None:
    for text in (
        "Add an alert (https://tracker.example/browse/OPS-12[OPS-12])",
        "Add an alert (OPS-12, https://tracker.example/browse/OPS-12)",
        "Add an alert [OPS-12](https://tracker.example/browse/OPS-12), OPS-12",
    ):
        assert [str(one) for one in bullet(text).references] == ["https://tracker.example/browse/OPS-12"]
