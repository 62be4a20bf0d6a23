"""Files made to hurt, at full size: each is read or refused in a sentence, in little memory, and the rest is read."""

from __future__ import annotations

import io
import json
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .generate_markup import word_file

MOST = 300 * 2**20
SIZE = 4_999_000
# The peak of a child is at least what its parent had when it was started: this one has next to nothing.
LAUNCHER = """
import json, os, sys
out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out, 1)])
_, status, used = os.wait4(child, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_maxrss]))
"""
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "a" * 10}">' for n in range(20))
ALIASES = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 30))
LINE = 65_000


def lines(line: str) -> bytes:
    return (line + "\n").encode() * (SIZE // (len(line.encode()) + 1))


def packed(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", data)
    return file.getvalue()


HOSTILE: dict[str, tuple[bytes, str | None]] = {
    "large.md": (b"- a\n" * 1_300_000, "is 5.2 MB, more than the 5 MB read of one document"),
    "long-line.md": (b"a" * 70_000, "is one line of 68.4 KiB, more than the 64 KiB read of one line"),
    "items.md": (b"# P\n\n## Action items\n\n" + b"- Fix it\n" * 6_000, "more than 5,000 lines that may be measures"),
    "words.md": (b"# P\n\n## Action items\n\n" + lines("- Fix" + " it" * 500), "more than 2,000,000 characters of lines that may be measures"),
    "stops.txt": (b"Action items:\n\n" + (b"Fix it" + b" ." * 500 + b"\n\n") * 4_900, "more than 30,000 sentences of which each may be a measure"),
    "remarks.md": (b"## Action items\n\n| Action | Owner |\n|---|---|\n" + (b"| Fix it | Sam" + b", Owner: Kim" * 20 + b" |\n") * 4_999, "more than 50,000 remarks beside what may be measures"),
    "headings.md": (lines("**See " + "a " * 40 + "**\n"), "more than 12,000 headings"),
    "table.md": (b"| Action |\n|---|\n" + b"| Fix it |\n" * 100_000, "more than 75,000 paragraphs, items and rows"),
    "table.adoc": (b"|===\n|Action |Owner\n\n" + b"|Fix it |Sam\n" * 100_000 + b"|===\n", "more than 75,000 rows"),
    "table.org": (b"| Action | Owner |\n|---+---|\n" + b"| Fix it | Sam |\n" * 100_000, "more than 150,000 table cells"),
    "table.html": (b"<table>" + b"<tr><td>Fix it</td></tr>" * 100_000, "more than 400,000 signs of markup"),
    "zip-bomb.docx": (packed(b" " * 100_000_000), "unpacked it is more than"),
    "entities.docx": (word_file("<w:p/>", styles=f"<!DOCTYPE a [{ENTITIES}]><a>&a19;</a>"), "defines entities"),
    "entities.xml": (f"<!DOCTYPE a [{ENTITIES}]><ac:layout><p>&a19;</p></ac:layout>".encode(), None),
    "aliases.md": (f"---\na: &b0 [x]\n{ALIASES}---\n# P\n".encode(), None),
    "toml.md": (b"+++\n" + b"a." * 30_000 + b"b = 1\n+++\n# P\n", None),
    "toml-deep.md": (b"+++\na = " + b"[" * 30_000 + b"]" * 30_000 + b"\n+++\n# P\n", None),
    "deep.html": (b"<div><ul><li>" * 60_000, None),
    "deep.md": ((b"> " * 101 + b"a\n") * 1_000, "starts more than 100 lists and quotations"),
    "unclosed.html": (b'<p a="' * 190_000, None),
    "unclosed.md": (lines("`a **b [c " * 1_000), "more than 600,000 signs of markup"),
    "comments.html": (b"<!--" * 390_000, None),
    "nul.md": (b"# P\n\0\n", "has NUL bytes"),
    "utf16.md": ("# P\n".encode("utf-16"), "is UTF-16"),
    "utf16-without-mark.md": ("# P\n".encode("utf-16-le"), "has NUL bytes"),
    "mixed.md": ("- Fix café\n".encode() + "- Fix café\n".encode("latin-1"), None),
    "empty-lines.org": (b"\n" * SIZE, "more than 300,000 lines"),
    "blanks.md": (lines("- Fix a" + " " * LINE + "b"), None),
    "blanks.org": (lines("- Fix a" + " " * LINE + "b"), None),
    "marks.txt": (lines("- Fix it (A-1, open: https://a.example/#ft-7f3k9q2m8dxa)"), "more than "),
    "brackets.adoc": (lines("- Fix " + "(" * LINE), None),
    "colons.rst": (lines("- Fix " + "a: " * (LINE // 3)), None),
    "parts.eml": (b"From: a\nSubject: b\nMIME-Version: 1.0\n" + b"Content-Type: multipart/mixed; boundary=a\n" * 30, "more than 20 parts"),
}  # fmt: skip


@pytest.mark.skipif(platform.system() == "Windows", reason="POSIX tells the memory of a process")
def test_a_folder_of_them_is_read_to_its_end(tmp_path: Path, environ: dict[str, str]) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, (data, _) in HOSTILE.items():
        (folder / name).write_bytes(data)
    (folder / "zz-good.md").write_text("# P\n\n## Action items\n\n- Pin the image\n")
    program = [str(Path(sys.executable).parent / "followthrough"), "extract", "--format", "jsonl"]
    command = [sys.executable, "-ISc", LAUNCHER, str(tmp_path / "out"), *program, "documents/*"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True, timeout=300
    )
    code, peak = json.loads(done.stdout)
    assert "Traceback" not in done.stderr, done.stderr
    assert code == 3, done.stderr
    assert peak * (1 if platform.system() == "Darwin" else 1024) < MOST
    told = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
    read = {line["document"].rsplit("/", 1)[1]: line for line in told}
    assert read.keys() == {*HOSTILE, "zz-good.md"}
    for name, (_, sentence) in HOSTILE.items():
        error = read[name].get("error")
        assert (error is None) if sentence is None else sentence in (error or ""), (name, error)
    assert [item["text"] for item in read["zz-good.md"]["items"]] == ["Pin the image"]
