"""What is filed and what is not: each rule has its line in the plan, and the document keeps its bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Written = Callable[..., str]
ALERT = "Alert when the pool is full"
SETTINGS = 'documents = ["pms/**/*.md"]\nnamespace = "lines"\n'
SINCE = 'since = "2026-08-24"\n'


@pytest.fixture
def planned(shop: Any) -> Callable[..., list[str]]:
    """The lines of a plan over ``pms/pm.md`` and what else lies there, without white space that aligns them."""

    def plan(text: str, settings: str = "", *paths: str) -> list[str]:
        shop.write("followthrough.toml", SETTINGS + settings)
        shop.write("pms/pm.md", text)
        return [" ".join(line.split()) for line in shop.ok("plan", *paths).out.splitlines()]

    return plan


@pytest.mark.parametrize(
    ("measure", "line"),
    [
        (ALERT, f"+ file L8 {ALERT} no owner, no date"),
        (f"[x] {ALERT}", f"- skip L8 {ALERT} done in the document"),
        (f"~~{ALERT}~~", f"- skip L8 {ALERT} done in the document"),
        (f"{ALERT} (won't do)", f"- skip L8 {ALERT} won't do in the document"),
        (f"{ALERT} (OPS-12)", f"- skip L8 {ALERT} tracked elsewhere: OPS-12 stands in the text"),
        (
            f"{ALERT} <!-- ft:declined too dear -->",
            f"- skip L8 {ALERT} declined in the document",
        ),
    ],
    ids=["open", "done", "struck out", "dropped", "referenced", "declined"],
)
def test_what_a_measure_says_of_itself(measure: str, line: str, planned: Any, written: Written) -> None:
    assert line in planned(written(measure))


@pytest.mark.parametrize(
    ("front", "status"),
    [("status: draft", "draft"), ("draft: true", "draft"), ("status: In Review", "in review")],
)
def test_a_document_that_is_still_written_waits_in_one_line(
    front: str, status: str, planned: Any, written: Written
) -> None:
    lines = planned(f"---\n{front}\n---\n" + written(ALERT, "Rehearse the region switch"))
    assert f". wait 2 measures: front matter says `status: {status}`" in lines
    assert "To do: nothing. Waiting 2." in lines


def test_a_status_is_ready_in_any_case_where_the_settings_name_it(planned: Any, written: Written) -> None:
    text = "---\nstatus: Signed Off\n---\n" + written(ALERT)
    assert ". wait L11 " + ALERT + " front matter says `status: signed off`" in planned(text)
    assert "To do: file 1." in planned(text, 'ready = ["signed off"]\n')[-2]


def test_the_same_work_twice_is_one_question(planned: Any, written: Written) -> None:
    lines = planned(written(ALERT, "Alert when the pool is full again", "Rehearse the region switch"))
    assert f"+ file L8 {ALERT} no owner, no date" in lines
    assert "? ask L9 Alert when the pool is full again same work as L8? (both in one section)" in lines
    assert "To do: file 2, ask 1. Writes: 2 issues in FT, 2 notes in 1 file." in lines


def test_what_somebody_ignored_is_skipped_with_their_reason(
    planned: Any, written: Written, shop: Any
) -> None:
    planned(written(ALERT))
    shop.ok("ignore", "pms/pm.md:8", "--reason", "covered by the new pool")
    assert f"- skip L8 {ALERT} ignored: covered by the new pool" in planned(written(ALERT))


@pytest.mark.parametrize("how", ["settings", "option"])
def test_history_is_counted_apart_and_not_listed(how: str, planned: Any, written: Written, shop: Any) -> None:
    old = written(f"[x] {ALERT}", "Write a runbook").replace("2026-11-03", "2025-01-02")
    shop.write("pms/2025/old.md", old)
    shop.write("pms/2025/draft.md", "---\nstatus: draft\n---\n" + old)
    shop.write("pms/undated.md", written(ALERT).replace("- Date: 2026-11-03\n", ""))
    lines = planned(
        written(ALERT), SINCE if how == "settings" else "", *(["--since", "2026-08-24"] * (how == "option"))
    )
    assert lines[0] == (
        "1 document since 24 Aug 2026. 2 older ones are history: 4 measures counted, none filed (since). "
        "1 has no date: 1 measure left out. Name one to file it."
    )
    assert not [line for line in lines if line.startswith(("pms/2025", "pms/undated"))]
    assert "To do: file 1. Writes: 1 issue in FT, 1 note in 1 file." in lines


def test_only_documents_of_unknown_date_are_history_too(planned: Any, written: Written) -> None:
    lines = planned(written(ALERT).replace("- Date: 2026-11-03\n", ""), SINCE)
    assert lines[0] == (
        "0 documents since 24 Aug 2026. 1 has no date: 1 measure left out. Name one to file it."
    )
    assert lines[-1] == "Nothing written, nothing to do."


def test_files_that_are_left_out_by_name_are_named_in_one_line(
    planned: Any, written: Written, shop: Any
) -> None:
    for name in ("README.md", "template.md", "2025/README.md", "2026/my-template.md"):
        shop.write(f"pms/{name}", written(ALERT))
    lines = planned(written(ALERT))
    assert (
        "4 files left out by name (exclude): pms/2025/README.md, pms/2026/my-template.md, pms/README.md, …."
        in lines
    )
    assert "To do: file 1." in lines[-2]
    lines = planned(written(ALERT), 'exclude = ["pms/2025/*"]\n')
    assert "1 file left out by name (exclude): pms/2025/README.md." in lines
    assert shop.run("plan", "pms", "--format", "json").json["excluded"] == ["pms/2025/README.md"]


def test_files_that_look_like_no_postmortem_are_one_line(planned: Any, written: Written, shop: Any) -> None:
    shop.write("pms/guide.md", "# Guide\n\n- Write in the active voice\n- Add a picture\n")
    assert "1 document found here does not look like a postmortem and was left out." in planned(
        written(ALERT)
    )
    shop.write("pms/rota.md", "# Rota\n\n1. Call the first number\n2. Restart the phone\n")
    assert "2 documents found here do not look like a postmortem and were left out." in planned(
        written(ALERT)
    )


@pytest.mark.parametrize("name", ["old.md", "undated.md", "README.md", "template.md"])
def test_a_document_named_on_the_command_line_is_always_in(
    name: str, planned: Any, written: Written, shop: Any
) -> None:
    """As to its date and its name; what its own text says still holds."""
    day = {"old.md": "- Date: 2019-01-02\n", "undated.md": ""}.get(name, "- Date: 2026-11-03\n")
    shop.write(
        f"pms/{name}", written("Write a runbook", "[x] Buy a disk").replace("- Date: 2026-11-03\n", day)
    )
    found = planned(written(ALERT), SINCE)
    assert not [line for line in found if "Write a runbook" in line]
    lines = planned(written(ALERT), SINCE, f"pms/{name}")
    assert [line for line in lines if line.startswith("+ file") and "Write a runbook" in line]
    assert [line for line in lines if line.startswith("- skip") and "done in the document" in line]


def test_an_empty_form_has_no_measures_even_by_name_and_says_how_to_mark_one(planned: Any) -> None:
    form = "# Title of the incident\n\nTemplate: copy this file.\n\n## Action items\n\n- [ ] What has to be done\n"
    lines = planned(form, "", "pms/pm.md")
    assert "pms/pm.md no measures found. Mark one with <!-- ft:item --> at the end of its line." in lines
