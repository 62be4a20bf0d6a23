"""What people wrote, told apart from what we wrote: documents without our links, items by a word of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.simulation.stage import Stage

LINK = re.compile(rb" ?\[[^\]\n]*\]\([^)\s]*#ft-[0-9a-hjkmnp-tv-z]{12}\)")
BOX = re.compile(rb"^(\s*[-*] )\[[ xX]\]", re.MULTILINE)
NONCE = re.compile(rb"node\d+x\d+")
MARK_ID = re.compile(rb"#ft-([0-9a-hjkmnp-tv-z]{12})\)")

VERBS = (
    "Add",
    "Build",
    "Check",
    "Extend",
    "Fix",
    "Guard",
    "Harden",
    "Isolate",
    "Limit",
    "Measure",
    "Rehearse",
)
_THINGS = """
alert backup backlog breaker budget cache canary certificate cluster collector cookie dashboard drain failover
fence gauge handler index journal kernel ledger limit listener lock mirror monitor probe proxy queue quota reader
region replica retry router schema script shard socket spool stream switch table throttle timer token tunnel
volume watchdog worker writer zone
"""
THINGS = _THINGS.split()


def foreign(data: bytes) -> bytes:
    """A document without our links and with every box unticked: all of it is people's."""
    return BOX.sub(rb"\1[ ]", LINK.sub(b"", data))


@dataclass
class Truth:
    """The items by their word, and each document as people left it."""

    stage: Stage
    expected: dict[str, bytes] = field(default_factory=dict)
    """By path, what :func:`foreign` has to give."""
    asked: set[str] = field(default_factory=set)
    """Items that people made ambiguous: to ask about them is right, to file none is, too."""
    copied: set[str] = field(default_factory=set)
    """Items that stood in more places than one."""
    touched: set[str] = field(default_factory=set)
    """Items whose words or path are not those of their first sight."""
    bare: set[str] = field(default_factory=set)
    """Items that had no link in any document when the ledger was made to forget, or lost it since."""
    names: int = 0

    def forget(self, files: Mapping[str, bytes]) -> None:
        """The ledger forgets: from now on only links tell whose an item is that people have touched."""
        lines = [line for data in files.values() for line in data.split(b"\n") if NONCE.search(line)]
        linked = {nonce_of(line) for line in lines if LINK.search(line)}
        self.bare |= {nonce_of(line) for line in lines} - linked

    def sentence(self) -> str:
        """The words of a new item, one of which no other item has."""
        self.names += 1
        chance = self.stage.chance
        one, two, three = chance.sample(THINGS, 3)
        return f"{chance.choice(VERBS)} the {one} {two} before the {three} of node{self.names}x{chance.randrange(100)}"

    def line(self) -> bytes:
        """A new item as a line of a list."""
        box = "[ ] " if self.stage.often(0.7) else ""
        return f"- {box}{self.sentence()}".encode()

    def document(self, items: int) -> bytes:
        """A new postmortem: sometimes with other line ends, a byte order mark, or without a last line end."""
        chance = self.stage.chance
        lines = [
            f"# Postmortem: {chance.choice(THINGS)} lost in region {chance.randrange(1000)}".encode(),
            b"",
            f"- Date: 2026-09-{chance.randrange(10, 29)}".encode(),
            f"- Severity: SEV{chance.randrange(1, 4)}".encode(),
            b"",
            "Überlast – “quoted” words, \N{SNOWMAN} and a [link](https://acme.invalid/a#b).".encode(),
            b"",
            b"## Action items",
            b"",
            *(self.line() for _ in range(items)),
            b"",
            b"## Timeline",
            b"",
            b"- 09:12 the first page  ",
            b"- [x] 11:22 all quiet",
        ]
        end = b"\r\n" if self.stage.often(0.15) else b"\n"
        data = end.join(lines) + (b"" if self.stage.often(0.2) else end)
        return (b"\xef\xbb\xbf" if self.stage.often(0.1) else b"") + data


def item_lines(data: bytes) -> list[int]:
    """Which lines are items."""
    lines = data.split(b"\n")
    return [number for number, line in enumerate(lines) if line.startswith(b"- ") and NONCE.search(line)]


def nonce_of(line: bytes) -> str:
    """The item's own word. Raises where there is none."""
    found = NONCE.search(line)
    assert found is not None, line
    return found[0].decode()
