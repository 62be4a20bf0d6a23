"""Documents nobody wants to meet: a sentence, an exit code, and every byte where it was."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Written = Callable[..., str]
Picture = Callable[[Path], dict[str, Any]]
Sentence = Callable[[Any], str]
Titles = Callable[[Path], list[str]]

COMMANDS = ("extract", "plan", "file", "sync", "run", "unlink")
ALERT = "Alert when the connection pool is over 90 % for five minutes"
RESTORE = "Try a restore from backup every quarter"
REVIEW = "Review pool settings before each deploy"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("path", ["missing.md", "nowhere/missing.md", "*.md", "nowhere/**/*.md"])
def test_a_path_that_is_not_there(
    command: str, path: str, shop: Any, picture: Picture, sentence: Sentence
) -> None:
    result = shop.run(command, path)
    assert result.code == 2
    assert path in sentence(result)
    assert not result.out
    assert not picture(shop.folder)


def test_one_missing_path_among_others_stops_everything(
    shop: Any, written: Written, picture: Picture, sentence: Sentence
) -> None:
    shop.write("pm.md", written(ALERT))
    before = picture(shop.folder)
    result = shop.run("file", "pm.md", "mising.md")
    assert result.code == 2
    assert "mising.md" in sentence(result)
    assert picture(shop.folder) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.md", b""),
        ("bom.md", b"\xef\xbb\xbf"),
        ("blank.md", b"\n \n\t\n"),
        ("notes.md", b"# Notes\n\nNothing was promised here.\n"),
        ("empty.txt", b""),
    ],
)
def test_a_document_without_measures(name: str, content: bytes, shop: Any, titles: Titles) -> None:
    document = shop.write(name, content)
    changed = document.stat().st_mtime_ns
    for command in COMMANDS:
        result = shop.run(command, name)
        assert result.code == 0, result.said
        assert "Traceback" not in result.said
    assert "no measure" in shop.ok("extract", name).out.lower()
    assert document.read_bytes() == content
    assert document.stat().st_mtime_ns == changed
    assert titles(shop.folder) == []


def test_filing_a_document_without_measures_says_so(shop: Any) -> None:
    shop.write("notes.md", "# Notes\n\nNothing was promised here.\n")
    result = shop.ok("file", "notes.md")
    assert "measure" in result.said, "a person learns why nothing was filed"
    assert "measure" in shop.ok("plan", "notes.md").said


UNREADABLE = {
    "binary": (b"# Outage\n\x00\x01\x02\xff\n## Action items\n- Add an alert\n", ("UTF-8", "exclude")),
    "UTF-16": ("# Outage\n\n## Action items\n\n- Add an alert\n".encode("utf-16"), ("UTF-16", "UTF-8")),
    "UTF-16 without a mark": ("# Outage\n\n- Add an alert\n".encode("utf-16-le"), ("UTF-8",)),
    "UTF-32": ("# Outage\n\n- Add an alert\n".encode("utf-32"), ("UTF-32", "UTF-8")),
    "10 MB line": (b"## Action items\n\n- Add an alert " + b"x" * 10_000_000 + b"\n", ("MB", "exclude")),
    "long line": (b"## Action items\n\n- Add an alert " + b"x" * 70_000 + b"\n", (":3", "line", "exclude")),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_document_that_cannot_be_read(
    kind: str, shop: Any, written: Written, sentence: Sentence, titles: Titles
) -> None:
    content, words = UNREADABLE[kind]
    document = shop.write("bad.md", content)
    begun = time.monotonic()
    for command in ("extract", "plan", "file", "sync", "run", "unlink"):
        result = shop.run(command, "bad.md")
        assert result.code == 3, (command, result.said)
        assert "Traceback" not in result.said
        for word in words:
            assert word in result.said, (command, result.said)
    assert time.monotonic() - begun < 20
    assert document.read_bytes() == content
    assert titles(shop.folder) == []
    assert sentence(shop.run("file", "bad.md")).count("bad.md") == 1
    (record,) = shop.run("extract", "bad.md", "--format", "json").json["documents"]
    assert record["document"] == "bad.md"
    assert record["items"] == []
    assert "bad.md" in record["error"]


def test_an_unreadable_document_does_not_stop_the_others(shop: Any, written: Written, titles: Titles) -> None:
    shop.write("a.md", b"\x00")
    shop.write("b.md", written(ALERT))
    assert shop.run("file", "a.md", "b.md").code == 3
    assert titles(shop.folder) == [ALERT]
    assert b"#ft-" in (shop.folder / "b.md").read_bytes()


@pytest.mark.parametrize("command", ["file", "sync"])
def test_a_document_that_became_unreadable_loses_no_measure(
    command: str, shop: Any, written: Written, stored: Callable[[Path], Any]
) -> None:
    document = shop.write("pm.md", written(ALERT, RESTORE))
    shop.ok("file", "pm.md")
    good, tickets = document.read_bytes(), stored(shop.folder)
    document.write_bytes(b"\x00" + good)
    assert shop.run(command, "pm.md").code == 3
    assert document.read_bytes() == b"\x00" + good
    document.write_bytes(good)
    result = shop.ok("file", "pm.md")
    assert "Filed 0" in result.out
    assert stored(shop.folder) == tickets
    assert document.read_bytes() == good


@pytest.mark.parametrize(("encoding", "owner"), [("cp1252", "Zoë"), ("latin-1", "Jos\x81")])
def test_an_older_encoding_is_extracted_and_tracked_but_not_written(
    encoding: str, owner: str, shop: Any, written: Written, titles: Titles
) -> None:
    content = written(f"{ALERT} (owner: {owner})", RESTORE).replace("nobody", "señor").encode(encoding)
    document = shop.write("old.md", content)
    changed = document.stat().st_mtime_ns
    record = shop.ok("extract", "old.md", "--format", "jsonl").json
    assert [item["text"].rstrip(".") for item in record["items"]] == [ALERT, RESTORE]
    assert [content[slice(*item["span"])].count(b"\n") for item in record["items"]] == [0, 0]
    assert content[slice(*record["items"][1]["span"])].endswith(RESTORE.encode())
    result = shop.ok("file", "old.md")
    assert "UTF-8" in result.said
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
    for command in ("file", "sync", "run"):
        assert shop.run(command, "old.md").code == 0
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
    assert (document.read_bytes(), document.stat().st_mtime_ns) == (content, changed)
    assert shop.ok("report", "--format", "json").json["tracked"] == 2


def test_the_same_measure_twice_is_one_ticket_and_one_question(
    shop: Any, written: Written, titles: Titles
) -> None:
    document = shop.write("pm.md", written(ALERT, RESTORE, ALERT))
    line = document.read_text().splitlines().index(f"- {ALERT}") + 1
    plan = shop.ok("plan", "pm.md", "--format", "json").json
    assert (plan["counts"]["file"], plan["counts"]["ask"]) == (2, 1)
    result = shop.ok("file", "pm.md")
    assert "Filed 2" in result.out
    assert result.said.count("same work as") == 1
    assert f"L{line}" in result.said
    assert f"pm.md:{line + 2}" in result.said
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
    assert document.read_text().count("#ft-") == 2
    assert shop.run("file", "pm.md", "--strict").code == 4
    assert "same work twice?" in shop.ok("status").out
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
    shop.ok("file", "--item", f"pm.md:{line + 2}")
    assert titles(shop.folder) == sorted([ALERT, ALERT, RESTORE])
    assert document.read_text().count("#ft-") == 3


def test_a_mark_copied_from_another_document(shop: Any, written: Written, titles: Titles) -> None:
    home = shop.write("a.md", written(ALERT, RESTORE))
    shop.ok("file", "a.md")
    filed = home.read_bytes()
    line = next(line for line in home.read_text().splitlines() if ALERT in line)
    other = shop.write(
        "b.md", written(REVIEW, title="Search slow").replace(f"- {REVIEW}", f"{line}\n- {REVIEW}")
    )
    result = shop.ok("file", "b.md")
    assert "a.md" in result.said
    assert "b.md:8" in result.said
    assert titles(shop.folder) == sorted([ALERT, RESTORE, REVIEW])
    assert line in other.read_text(), "the copied line stays as its writer left it"
    assert home.read_bytes() == filed
    shop.ok("local", "close", "FT-1")
    shop.ok("sync")
    assert "FT-1, done" in home.read_text()
    assert line in other.read_text()
    assert titles(shop.folder) == sorted([ALERT, RESTORE, REVIEW])


def test_a_copied_document_files_nothing_again(shop: Any, written: Written, titles: Titles) -> None:
    home = shop.write("a.md", written(ALERT, RESTORE))
    shop.ok("file", "a.md")
    copied = home.read_bytes()
    copy = shop.write("b.md", copied)
    for command in ("file", "sync", "run"):
        result = shop.run(command, "a.md", "b.md")
        assert result.code == 0, result.said
        assert "a.md" in result.said
    assert shop.run("file", "b.md").code == 0
    assert shop.run("file", "b.md", "--strict").code == 4
    shop.ok("local", "start", "FT-1")
    shop.ok("sync")
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
    assert "in progress" in home.read_text()
    assert copy.read_bytes() == copied


def test_a_moved_document_keeps_its_tickets(shop: Any, written: Written, titles: Titles) -> None:
    document = shop.write("a.md", written(ALERT, RESTORE))
    shop.ok("file", "a.md")
    filed = document.read_bytes()
    document.rename(shop.folder / "b.md")
    result = shop.ok("file", "b.md")
    assert "Filed 0" in result.out
    assert (shop.folder / "b.md").read_bytes() == filed
    assert titles(shop.folder) == sorted([ALERT, RESTORE])


def test_a_hard_link_is_only_read(shop: Any, written: Written, titles: Titles) -> None:
    document = shop.write("pm.md", written(ALERT))
    before = document.read_bytes()
    other = shop.folder / "elsewhere" / "twin.txt"
    other.parent.mkdir()
    os.link(document, other)
    result = shop.ok("file", "pm.md")
    assert "hard link" in result.said
    assert titles(shop.folder) == [ALERT]
    shop.ok("sync")
    shop.ok("file", "pm.md")
    assert document.read_bytes() == before
    assert document.stat().st_ino == other.stat().st_ino
    assert titles(shop.folder) == [ALERT]


def test_a_link_inside_the_root_is_followed_and_kept(shop: Any, written: Written, titles: Titles) -> None:
    real = shop.write("real/pm.md", written(ALERT))
    link = shop.folder / "pm.md"
    link.symlink_to("real/pm.md")
    shop.ok("file", "pm.md")
    assert link.is_symlink()
    assert "#ft-" in real.read_text()
    shop.ok("sync")
    shop.ok("unlink", "pm.md")
    assert real.read_text() == written(ALERT)
    assert link.is_symlink()
    assert titles(shop.folder) == [ALERT]


def test_one_document_under_two_names_is_filed_once(shop: Any, written: Written, titles: Titles) -> None:
    shop.write("real.md", written(ALERT, RESTORE))
    (shop.folder / "alias.md").symlink_to("real.md")
    assert shop.run("file", "real.md", "alias.md").code in (0, 75)
    assert shop.run("file", "alias.md").code == 0
    assert shop.run("file", "real.md").code == 0
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
    assert (shop.folder / "real.md").read_text().count("#ft-") == 2


def test_a_link_out_of_the_root_is_not_followed(
    new_shop: Callable[[str], Any], written: Written, sentence: Sentence, titles: Titles, picture: Picture
) -> None:
    shop, outside = new_shop("root"), new_shop("outside")
    outside.write("pm.md", written(ALERT))
    before = picture(outside.folder)
    (shop.folder / "pm.md").symlink_to("../outside/pm.md")
    for command in ("plan", "file", "sync", "run", "unlink"):
        result = shop.run(command, "pm.md")
        assert result.code == 3
        assert "symbolic link" in result.said
    assert "pm.md" in sentence(shop.run("file", "pm.md"))
    assert titles(shop.folder) == []
    assert picture(outside.folder) == before


@pytest.mark.parametrize("target", ["nowhere.md", "pm.md"])
def test_a_link_that_leads_nowhere(target: str, shop: Any, sentence: Sentence) -> None:
    (shop.folder / "pm.md").symlink_to(target)
    result = shop.run("file", "pm.md")
    assert result.code in (2, 3)
    assert "pm.md" in sentence(result)
    assert shop.run("extract", "pm.md").code in (2, 3)


@pytest.mark.parametrize("path", ["pipe.md", "*.md", "."])
def test_a_pipe_in_the_folder_blocks_nothing(path: str, shop: Any, written: Written, titles: Titles) -> None:
    os.mkfifo(shop.folder / "pipe.md")
    shop.write("pm.md", written(ALERT))
    for command in ("extract", "plan", "file", "sync", "run", "unlink"):
        result = shop.run(command, path, timeout=5)
        assert "Traceback" not in result.said
        assert result.code in ((2, 3) if path == "pipe.md" else (0, 3)), result.said
        assert "pipe.md" in result.said or result.code == 0
    assert titles(shop.folder) == ([] if path == "pipe.md" else [ALERT])


def test_a_folder_named_like_a_document(
    shop: Any, written: Written, sentence: Sentence, titles: Titles
) -> None:
    (shop.folder / "folder.md").mkdir()
    result = shop.run("file", "folder.md")
    assert result.code == 2
    sentence(result)
    shop.write("pm.md", written(ALERT))
    shop.ok("file", "*.md")
    assert titles(shop.folder) == [ALERT]
    shop.write("folder.md/inside.md", written(RESTORE))
    shop.ok("file", "folder.md")
    assert titles(shop.folder) == sorted([ALERT, RESTORE])


def test_names_that_need_care(shop: Any, written: Written, titles: Titles) -> None:
    names = [
        "-dash.md",
        "with space.md",
        "päper.md",
        "[brackets].md",
        "a:12.md",
        "line\nbreak.md",
        "#hash?.md",
    ]
    for number, name in enumerate(names):
        shop.write(f"pms/{name}", written(f"Add alert number {number}", title=f"Outage {number}"))
    shop.ok("file", "pms", "--limit", "100")
    assert len(titles(shop.folder)) == len(names)
    for name in names:
        assert (shop.folder / "pms" / name).read_text().count("#ft-") == 1, name
    result = shop.ok("file", "pms", "--limit", "100")
    assert "Filed 0" in result.out
    shop.ok("unlink", "pms")
    for number, name in enumerate(names):
        path = shop.folder / "pms" / name
        assert path.read_text() == written(f"Add alert number {number}", title=f"Outage {number}")
    for name in ("[brackets].md", "with space.md"):
        assert "measure" in shop.ok("extract", f"pms/{name}").out


@pytest.mark.skipif(sys.platform == "darwin", reason="every name is UTF-8 there")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_that_is_no_text(command: str, shop: Any, written: Written) -> None:
    """As an old disk holds it: told with its number, and nothing else is kept back by it."""
    for name in (b"caf\xe9.md", b"ok.md"):
        shop.write(os.fsdecode(name), written(f"Guard gate {len(name)}"))
    shop.write("followthrough.toml", 'documents = ["*.md"]\n')
    arguments = {"file": ["--yes"], "extract": ["ok.md", os.fsdecode(b"caf\xe9.md")]}
    result = shop.run(command, *arguments.get(command, []))
    assert result.code == 3, result
    assert result.said.count("caf\\xe9.md: its name is not UTF-8. Rename it.") == 1
    if command in ("file", "run"):
        assert (shop.folder / "ok.md").read_bytes().count(b"#ft-") == 1


def test_control_characters_reach_no_terminal(shop: Any, written: Written) -> None:
    shop.write("pm.md", written("Add an alert \x1b[31mred\x1b[0m \x07 \u202egnorw"))
    for command in ("extract", "plan", "file", "sync", "status", "report"):
        result = shop.run(command, *([] if command in ("sync", "status", "report") else ["pm.md"]))
        assert result.code == 0
        for character in "\x1b\x07\u202e":
            assert character not in result.said, command
