"""From a bullet's words to a ticket's title."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem, State


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Add a disk.", "Add a disk."),
        ("Add `df` to *all* **nodes**", "Add df to all nodes"),
        ("Add a disk. It was full.", "Add a disk."),
        (
            "Use v1.2.3 of the driver, e.g. the patched one. It works.",
            "Use v1.2.3 of the driver, e.g. the patched one.",
        ),
        ("**Training:** Teach everybody to read the graph.", "Training: Teach everybody to read the graph."),
        ("Documentation: Write down the steps", "Documentation: Write down the steps"),
        ("**Automate the deploys**: because people forget", "Automate the deploys"),
        ("**Permissões** — desabilitar o antigo canal", "Permissões — desabilitar o antigo canal"),
        ("**Respaldo** – endurecer los permisos", "Respaldo – endurecer los permisos"),
        ("**Alerts** — nobody saw the old ones", "Alerts"),
        (
            "Watch for failed logins (the guide. The old one) in every region. They were missed.",
            "Watch for failed logins (the guide. The old one) in every region.",
        ),
        (
            "Report errors by on('error', ...) to the tracker. None was seen.",
            "Report errors by on('error', ...) to the tracker.",
        ),
        ("Ask for more disks... They were full.", "Ask for more disks..."),
        ("**Pin the image** - so that nothing moves", "Pin the image"),
        ("**Pin the image** — nothing moves then", "Pin the image"),
        ("**Pin the base image.** Nothing moves then.", "Pin the base image."),
        ("**Add alerts** for the disk", "Add alerts for the disk"),
        (
            "Add tests for the three known cases: empty, full, gone",
            "Add tests for the three known cases: empty, full, gone",
        ),
        (
            "Add tests for the three known cases: one in which the disk is empty, one in which it is full, and "
            "one in which it is gone",
            "Add tests for the three known cases",
        ),
        ("Add tests for the three known cases: They had none.", "Add tests for the three known cases"),
        (
            "**Audits:** No surprises any more. We will check all nodes.",
            "Audits: No surprises any more. We will check all nodes.",
        ),
        ("Created a [ticket](https://github.com/acme/ops/issues/4) to move the logs", "move the logs"),
        ("TODO: Add a disk", "Add a disk"),
        ("[P2] Add a disk (after the freeze)", "Add a disk (after the freeze)"),
        ("Add a disk [Issue](https://github.com/acme/ops/issues/4)", "Add a disk"),
        ("Watch [the bug we hit](https://github.com/acme/ops/issues/4)", "Watch the bug we hit"),
        ("[Add a disk](https://github.com/acme/ops/issues/4)", "Add a disk"),
        ("“Add a disk”", "Add a disk"),
        (
            "**Add a second disk everywhere**: A node should never run on one disk.",
            "Add a second disk everywhere",
        ),
        (
            "**Rules for new nodes**: When setting one up, always add a second disk.",
            "Rules for new nodes: When setting one up, always add a second disk.",
        ),
        (
            "Write a runbook for full disks (which logs may go first, whom to ask before the archive is moved, "
            "how long a new disk takes, and what to tell the people who wait for their reports)",
            "Write a runbook for full disks",
        ),
        ("Add a disk by 2026-12-01", "Add a disk"),
        ("Add a disk Ticket [#4](https://github.com/acme/ops/issues/4)", "Add a disk"),
    ],
)
def test_title(bullet: Callable[[str], ActionItem], text: str, title: str) -> None:
    assert bullet(text).text == title


def test_the_rest_is_the_description(bullet: Callable[[str], ActionItem]) -> None:
    assert bullet("Add a disk. It was full. Nobody saw it.").description == "It was full. Nobody saw it"


@pytest.mark.parametrize(
    ("text", "title", "state"),
    [
        (":fire: Add a check", "Add a check", State.OPEN),
        (":small_orange_diamond:Add a check", "Add a check", State.OPEN),
        (":white_check_mark: Add a check", "Add a check", State.DONE),
        (":memo: :wrench: Add a check", "Add a check", State.OPEN),
    ],
)
def test_the_short_name_of_a_sign_is_no_word(
    bullet: Callable[[str], ActionItem], text: str, title: str, state: State
) -> None:
    item = bullet(text)
    assert (item.text, item.state) == (title, state)
