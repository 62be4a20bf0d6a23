"""Elements that sum up others, links to changes of code, names of faults, and remarks that say the same again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from followthrough.model import ActionItem

Texts = Callable[..., list[str]]
HEAD = "# Disk full\n\n## Action items\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- Improve the coverage of probes\n  - Write a guide to probes\n  - Add a panel of probes\n",
            ["Write a guide to probes", "Add a panel of probes"],
        ),
        (
            "- Improve the coverage of probes\n  - Write a guide to probes\n",
            ["Improve the coverage of probes"],
        ),
        (
            "- Improve the coverage of probes\n  - Write a guide to them\n  - they were rare\n",
            ["Improve the coverage of probes"],
        ),
        (
            "- Automate the failover of the primary to the standby in the other region\n  - Write a script\n  - Test it\n",
            ["Automate the failover of the primary to the standby in the other region"],
        ),
        (
            "- [ ] Improve the coverage of probes\n  - Write a guide\n  - Add a panel\n",
            ["Improve the coverage of probes"],
        ),
    ],
)
def test_a_brief_instruction_over_others_only_sums_them_up(
    texts: Texts, text: str, expected: list[str]
) -> None:
    assert texts(HEAD + text) == expected


@pytest.mark.parametrize(
    ("bullet", "expected"),
    [
        ("[acme/queue#12](https://github.com/acme/queue/pull/12)", []),
        ("[Add a limit to the queue](https://github.com/acme/queue/pull/14)", ["Add a limit to the queue"]),
        ("[OPS-12](https://acme.example/browse/OPS-12)", ["OPS-12"]),
        ("[ ] [acme/queue#12](https://github.com/acme/queue/pull/12)", ["acme/queue#12"]),
    ],
)
def test_a_bare_change_of_code_is_what_was_done(texts: Texts, bullet: str, expected: list[str]) -> None:
    assert texts(f"{HEAD}- {bullet}\n") == expected


def test_a_link_with_a_key_leads_though_its_address_is_none_of_a_ticket(
    items: Callable[..., tuple[ActionItem, ...]],
) -> None:
    (item,) = items(f"{HEAD}- [acme/queue#15](https://github.com/acme/queue/issues/) - Add a page\n")
    assert (item.text, [str(one) for one in item.references]) == ("Add a page", ["acme/queue#15"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Network problems in zone A and outages", []),
        ("Zone problems", []),
        ("Better alerts for the queue", ["Better alerts for the queue"]),
        ("Fix the network problems", ["Fix the network problems"]),
    ],
)
def test_a_name_of_what_was_wrong_is_no_work(texts: Texts, text: str, expected: list[str]) -> None:
    assert texts(f"{HEAD}{text}\n") == expected


@pytest.mark.parametrize(
    ("remark", "kept"),
    [
        ("(i.e. nobody knew that a failed build had to be started again by hand.)", False),
        ("(i.e. the script)", True),
        ("(for the queue, the pool and every shard of the store in both regions)", True),
    ],
)
def test_a_long_remark_that_says_the_same_again_is_told_below(texts: Texts, remark: str, kept: bool) -> None:
    (title,) = texts(f"{HEAD}- Simplify the release {remark}\n")
    assert title.startswith("Simplify the release")
    assert (remark.strip("()").split(" ")[-1] in title) is kept
