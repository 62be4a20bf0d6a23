"""Race an editor's saves against replacements of the same document; print a line of JSON for each that was lost.

Usage: racing.py FOLDER ROUNDS SEED. The editor is a process of its own: it reads, adds a line, and saves in
place or by rename, once a round, at a time that is drawn anew. Afterwards its line has to be there.
"""

import contextlib
import json
import os
import random
import sys
import time
from pathlib import Path

from followthrough.sources import Changed, SourceError
from followthrough.sources.disk import RealDisk

TEXT = b"# Postmortem\n\n## Action items\n\n- [ ] Add an alert\n" + b"Words of people.\n" * 200
LINK = b" [OPS-1, open](https://acme.invalid/OPS-1#ft-7f3k9q2m8dxa)\n"


def save(path: Path, way: str, line: bytes) -> None:
    """What an editor does: it has read the document before, and writes all of it."""
    data = path.read_bytes() + line
    if way == "by rename":
        beside = path.with_name(".editor")
        beside.write_bytes(data)
        beside.replace(path)
        return
    with path.open("wb", buffering=0) as file:  # emptied first, then written in two parts
        file.write(data[: len(data) // 2])
        file.write(data[len(data) // 2 :])


def editor(path: Path, way: str, wait: float, line: bytes) -> int:
    """Start it; the process id."""
    pid = os.fork()
    if pid == 0:
        until = time.perf_counter() + wait
        while time.perf_counter() < until:
            pass
        save(path, way, line)
        os._exit(0)
    return pid


def ours(path: Path, disk: RealDisk) -> None:
    """Our side: read, and replace what was read by the same with a link."""
    with contextlib.suppress(Changed, SourceError):
        content = disk.read(path)
        new = (
            content.data.replace(b"alert\n", b"alert" + LINK, 1) if LINK not in content.data else content.data
        )
        disk.replace(path, new, content.version)


def main() -> None:
    folder, rounds, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(sys.argv[3])
    path, disk = folder / "pm.md", RealDisk()
    path.write_bytes(TEXT)
    began = time.perf_counter()
    ours(path, disk)
    usual = time.perf_counter() - began
    for number in range(rounds):
        way, line = chance.choice(("in place", "by rename")), f"- by people {number}\n".encode()
        path.write_bytes(TEXT)
        pid = editor(path, way, chance.uniform(0, 2 * usual), line)
        ours(path, disk)
        status = os.waitpid(pid, 0)[1]
        data = path.read_bytes()
        whole = data.replace(LINK, b"\n") == TEXT + line
        stray = [one.name for one in folder.iterdir() if one.name.startswith(".followthrough")]
        if status or not whole or stray:
            print(
                json.dumps(
                    {"round": number, "way": way, "stray": stray, "size": len(data), "line": line in data}
                )
            )
    print(json.dumps({"rounds": rounds}))


if __name__ == "__main__":
    main()
