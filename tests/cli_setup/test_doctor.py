"""``doctor`` names what is wrong with its cure, writes nothing, and ends with the code that tells it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Doctor = Callable[..., tuple[int, dict[tuple[str, str], dict[str, Any]]]]
Asked = Callable[[], list[str]]
Dated = Callable[..., str]

HIDDEN = "hidden-token-value"
REMOTE = '[trackers.ops]\nkind = "remote"\ntoken = "env:OPS_TOKEN"\n'


@pytest.fixture
def settled(shop: Any, dated: Dated) -> Callable[[str], Path]:
    """Settings with documents, trusted."""

    def write(text: str) -> Path:
        shop.environ = {**shop.environ, "OPS_TOKEN": HIDDEN}
        shop.write("postmortems/a.md", dated("2026-11-03"))
        path: Path = shop.write("followthrough.toml", 'documents = ["postmortems/*.md"]\n' + text)
        shop.ok("trust")
        return path

    return write


def picture(folder: Path) -> dict[str, tuple[int, int, str]]:
    return {
        str(path): (
            path.stat().st_mtime_ns,
            path.stat().st_mode,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_all_is_well_with_the_embedded_tracker(shop: Any, settled: Any, doctor: Doctor) -> None:
    settled("")
    code, found = doctor()
    assert code == 0
    assert found["ledger", "last run"]["message"] == "There was no run yet."
    assert not (shop.folder / ".followthrough").exists()
    shop.ok("file", "--yes")
    before = picture(shop.folder)
    result = shop.ok("doctor")
    assert result.out.endswith("All is well.\n")
    assert "ok  ledger     reading      It can be read: 2 measures have a ticket." in result.out
    assert "(file, " in result.out
    assert "went well." in result.out
    assert picture(shop.folder) == before


def test_without_settings_and_anywhere(shop: Any, doctor: Doctor) -> None:
    code, found = doctor()
    assert code == 0
    assert "There is no settings file" in found["settings", "file"]["message"]
    assert "so every command needs a path" in found["root", "documents"]["message"]
    assert found["git", "repository"]["message"] == "The root lies in no git repository; none is needed."
    assert not list(shop.folder.iterdir())


def test_all_is_well_with_a_remote_tracker(settled: Any, doctor: Doctor, asked: Asked, shop: Any) -> None:
    settled(REMOTE)
    code, found = doctor()
    assert code == 0
    assert found["ops", "token"]["message"] == "env:OPS_TOKEN can be read."
    assert found["ops", "place"]["message"] == "OPS in memory as bot."
    assert found["settings", "trust"]["message"] == "May send env:OPS_TOKEN to remote's own address."
    assert asked() == [f"check {HIDDEN}"]
    result = shop.ok("doctor")
    assert HIDDEN not in result.out + result.err


@pytest.mark.parametrize(
    ("answer", "code", "subject", "ok", "message", "cure"),
    [
        ("unauthorized", 5, "check", False, "Token of bot refused (401).", "Make a new one."),
        ("gone", 3, "check", False, "There is no project OPS.", "Check `project`."),
        ("down", 3, "check", False, "remote.example does not answer.", "Try again later."),
        ("findings", 3, "fields", False, "Labels is not on the create screen.", "Ask a project admin to add it."),
        ("token", 5, "token", False, "The token ends tomorrow.", "Make one."),
        ("public", 0, "public", None, "OPS in memory is public: documents not known to be public are not filed there.",
         "Allow it with public = true under [trackers.ops], if that is meant."),
    ],
)  # fmt: skip
def test_what_a_tracker_says_is_told_with_its_cure(
    answer: str,
    code: int,
    subject: str,
    ok: bool | None,
    message: str,
    cure: str,
    settled: Any,
    doctor: Doctor,
) -> None:
    settled(REMOTE + f'answer = "{answer}"\n')
    found_code, found = doctor()
    assert found_code == code
    assert found["ops", subject] == {
        "area": "ops",
        "subject": subject,
        "ok": ok,
        "message": message,
        "cure": cure,
    }


def test_a_tracker_that_is_down_hides_nothing_of_another(settled: Any, doctor: Doctor) -> None:
    other = REMOTE.replace("ops", "web")
    settled(
        'default_tracker = "here"\n'
        + REMOTE
        + 'answer = "down"\n'
        + other
        + 'answer = "unauthorized"\n[trackers.here]\nkind = "local"\n'
    )
    code, found = doctor()
    assert code == 5, "credentials outweigh the rest"
    assert found["ops", "check"]["ok"] is False
    assert found["web", "check"]["ok"] is False
    assert found["here", "place"]["ok"] is True


def test_a_public_tracker_that_may_be_is_no_finding(settled: Any, doctor: Doctor) -> None:
    settled(REMOTE + 'answer = "public"\npublic = true\n')
    code, found = doctor()
    assert (code, ("ops", "public") in found) == (0, False)


def test_a_secret_that_cannot_be_read_is_told_and_its_tracker_not_asked(
    settled: Any, doctor: Doctor, asked: Asked, shop: Any
) -> None:
    path = settled(REMOTE.replace("env:OPS_TOKEN", "file:token"))
    token = shop.write("token", HIDDEN)
    token.chmod(0o644)
    code, found = doctor()
    assert code == 5
    assert found["ops", "token"]["message"] == f"The secret file {token} is open to others (mode 0644)."
    assert f"`chmod 600 {token}`" in found["ops", "token"]["cure"]
    assert found["ops", "check"]["message"] == "Not asked: it has no login yet."
    assert asked() == []
    token.chmod(0o600)
    assert doctor()[0] == 0
    assert path.exists()


def test_an_untrusted_file_is_a_finding_and_no_secret_is_read(
    settled: Any, doctor: Doctor, asked: Asked, shop: Any
) -> None:
    path = settled(REMOTE)
    shop.ok("trust", "--revoke")
    code, found = doctor()
    assert code == 2
    assert f"`followthrough trust {path}`" in found["settings", "trust"]["message"]
    assert found["ops", "token"]["ok"] is None
    assert asked() == []
    assert doctor("--config", str(path))[0] == 0


def test_broken_settings_are_findings_and_the_rest_is_looked_at(shop: Any, doctor: Doctor) -> None:
    shop.write("followthrough.toml", "sicne = 1\n[brakes]\ncreates = 0\n")
    code, found = doctor()
    assert code == 2
    assert found["git", "repository"]["ok"] is True
    result = shop.run("doctor")
    assert "followthrough.toml:1: unknown key 'sicne'. Did you mean 'since'?" in result.out
    assert "followthrough.toml:3: 'brakes.creates' is wrong" in result.out
    assert "2 things are wrong. Nothing was written." in result.out
    result = shop.run("--config", "nowhere.toml", "doctor")
    assert result.code == 2
    assert "there is no such settings file" in result.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[trackers.ops]\nkind = "remot"\n', 'There is no connector "remot". Did you mean "remote"?'),
        ('[trackers.ops]\nkind = "remote"\ntoken = "env:A"\nprojct = "x"\n', "Did you mean 'project'?"),
        (f'[trackers.ops]\nkind = "remote"\ntoken = "{HIDDEN}"\n', "a secret must not stand in the settings"),
    ],
)
def test_a_section_its_connector_refuses_is_a_finding(
    text: str, says: str, settled: Any, doctor: Doctor
) -> None:
    settled(text)
    code, found = doctor()
    assert code == 2
    assert says in found["ops", "settings"]["message"]
    assert HIDDEN not in str(found)


def test_documents_that_match_nothing(shop: Any, doctor: Doctor) -> None:
    shop.write("followthrough.toml", 'documents = ["nowhere/*.md"]\n')
    code, found = doctor()
    assert code == 3
    assert "0 files match nowhere/*.md." in found["root", "documents"]["message"]


def test_people_without_an_account(settled: Any, doctor: Doctor) -> None:
    people = '[people.sam]\nops = "1"\n[people.lin]\nnames = ["@lin"]\n[people.ann]\nnames = ["ann@acme.example"]\n'
    path = settled(REMOTE + people)
    code, found = doctor()
    assert code == 3
    assert (
        found["ops", "people"]["message"]
        == "No account is known for lin: their measures are filed without assignee."
    )
    assert 'Write ops = "…" under [people.lin]' in found["ops", "people"]["cure"]
    path.write_text(path.read_text().replace('names = ["@lin"]', 'remote = "2"'))
    assert doctor()[0] == 0
    path.write_text(
        path.read_text().replace('remote = "2"', "").replace(REMOTE, REMOTE + 'assign = "never"\n')
    )
    assert doctor()[0] == 0


def test_a_route_that_can_never_match(settled: Any, doctor: Doctor) -> None:
    routes = '[[routes]]\ntracker = "ops"\n[[routes]]\nwhen = { severity = ["sev1"] }\ntracker = "ops"\n'
    settled(REMOTE + routes)
    code, found = doctor()
    assert code == 3
    assert found["routes", "route 2"]["message"] == (
        "Route 2 can never match: route 1 takes all of it, and comes first."
    )


def test_a_ledger_that_cannot_be_read(settled: Any, doctor: Doctor, shop: Any) -> None:
    settled("")
    shop.ok("file", "--yes")
    (shop.folder / ".followthrough" / "ledger.db").write_bytes(b"no database at all" * 100)
    code, found = doctor()
    assert code == 3
    assert "is no SQLite database" in found["ledger", "reading"]["message"]


def test_a_state_folder_that_is_open_to_others(settled: Any, doctor: Doctor, shop: Any) -> None:
    settled("")
    shop.ok("file", "--yes")
    (shop.folder / ".followthrough").chmod(0o755)
    code, found = doctor()
    assert code == 0
    assert found["state", "folder"]["ok"] is None
    assert found["state", "folder"]["cure"] == f"Run `chmod 700 {shop.folder / '.followthrough'}`."


def test_git_and_its_remote_are_told_without_a_password(shop: Any, doctor: Doctor) -> None:
    (shop.folder / ".git").mkdir()
    assert "it has no remote" in doctor()[1]["git", "repository"]["message"]
    shop.write(".git/config", '[remote "origin"]\n\turl = https://me:hunter2@git.example/acme/pm.git\n')
    message = doctor()[1]["git", "repository"]["message"]
    assert message == f"{shop.folder} is the repository, from git.example/acme/pm."


def test_the_whole_diagnosis_through_the_seam_in_memory(tmp_path: Path) -> None:
    from followthrough.connector import Unreachable
    from followthrough.engine.diagnosis import Patient, diagnose, exit_of
    from followthrough.http import Transport
    from followthrough.settings import Settings
    from followthrough.sources.disk import RealDisk
    from followthrough.testing import MemoryTracker
    from followthrough.testing.memory import Fault, MemoryPlugin

    assert issubclass(Unreachable, Exception)
    tracker = MemoryTracker()
    plugin = MemoryPlugin(ops=tracker)
    settings = Settings.model_validate({"trackers": {"ops": {"kind": "memory"}}, "people": {"sam": {}}})
    patient = Patient(
        root=tmp_path,
        settings=settings,
        file=None,
        named=False,
        outside=Transport(),
        disk=RealDisk(),
        load=lambda _kind: plugin,
    )
    found = list(diagnose(patient))
    assert [one.subject for one in found if one.ok is False] == ["people"]
    assert patient.checks["ops"].place == "MEM in memory"
    tracker.break_down(Fault.UNAUTHORIZED)
    assert exit_of(list(diagnose(patient))) == 5
    assert tracker.writes.total() == 0
