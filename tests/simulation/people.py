"""People at work between runs and during them: in documents, and in the tracker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.simulation.disk import Files
from tests.simulation.server import Issue, Post, Server, marker_line, marker_of
from tests.simulation.stage import Stage
from tests.simulation.truth import LINK, MARK_ID, THINGS, Truth, foreign, item_lines, nonce_of

from followthrough.connector import State


@dataclass
class Writers:
    """People who edit documents. Every edit is one save of the bytes as they stand."""

    stage: Stage
    files: Files
    truth: Truth
    deleted: list[tuple[str, bytes]] = field(default_factory=list)
    broken: dict[str, bytes] = field(default_factory=dict)
    """Documents that nobody can read for a while, with their bytes before."""

    def paths(self) -> list[str]:
        return sorted(path for path in self.truth.expected if path not in self.broken)

    def save(self, path: str, data: bytes, what: str) -> None:
        self.stage.note(f"  people: {what} in {path}")
        self.files.put(path, data)
        self.truth.expected[path] = foreign(data)

    def start(self, documents: int, items: int) -> None:
        """The first postmortems."""
        for number in range(documents):
            self.save(
                f"pm{number}.md", self.truth.document(self.stage.chance.randint(1, items)), "a postmortem"
            )

    def edit(self) -> None:
        """One edit."""
        paths = self.paths()
        if not paths:
            return
        path = self.stage.chance.choice(paths)
        lines = self.files.seen[path].split(b"\n")
        items = item_lines(self.files.seen[path])
        kinds: list[tuple[int, Callable[[str, list[bytes], list[int]], None]]] = [
            (4, self.add), (3, self.tick), (3, self.retitle), (2, self.delete), (2, self.put_back),
            (2, self.swap), (2, self.copy), (1, self.unmark), (2, self.prose), (1, self.rename),
            (1, self.carry), (1, self.break_), (1, self.new), (1, self.quote),
        ]  # fmt: skip
        (edit,) = self.stage.chance.choices([one for _, one in kinds], [weight for weight, _ in kinds])
        if items or edit in (self.add, self.new, self.prose):
            edit(path, lines, items)

    def _lines(self, path: str, lines: list[bytes], what: str) -> None:
        self.save(path, b"\n".join(lines), what)

    def add(self, path: str, lines: list[bytes], items: list[int], line: bytes | None = None) -> None:
        at = (
            self.stage.chance.choice(items)
            if items
            else next(number for number, text in enumerate(lines) if text.startswith(b"## Action")) + 1
        )
        end = b"\r" if lines[0].endswith(b"\r") else b""
        lines[at + 1 : at + 1] = [(line or self.truth.line()).rstrip(b"\r") + end]
        self._lines(path, lines, "a new line")

    def tick(self, path: str, lines: list[bytes], items: list[int]) -> None:
        at = self.stage.chance.choice(items)
        old, new = (b"- [ ]", b"- [x]") if lines[at].startswith(b"- [ ]") else (b"- [x]", b"- [ ]")
        lines[at] = lines[at].replace(old, new, 1)
        self._lines(path, lines, "a tick")

    def retitle(self, path: str, lines: list[bytes], items: list[int]) -> None:
        at = self.stage.chance.choice(items)
        if not LINK.search(lines[at]):
            if nonce_of(lines[at]) in self.truth.copied:
                return  # other words, and it stood in more places than one: nobody can know it again
            self.truth.asked.add(nonce_of(lines[at]))
        self.truth.touched.add(nonce_of(lines[at]))
        lines[at] = lines[at].replace(b"before the", b"in front of the", 1)
        self._lines(path, lines, "a retitle")

    def delete(self, path: str, lines: list[bytes], items: list[int]) -> None:
        self.deleted.append((path, lines.pop(self.stage.chance.choice(items))))
        self._lines(path, lines, "a deletion")

    def put_back(self, path: str, lines: list[bytes], items: list[int]) -> None:
        """A deleted line comes back in equal words: where it stood, or anywhere with its link."""
        if not self.deleted:
            return
        home, line = self.deleted[-1]
        if home == path or (LINK.search(line) and nonce_of(line) not in self.truth.copied):
            self.deleted.pop()
            self._twice(line)
            self.add(path, lines, items, line)

    def _twice(self, line: bytes) -> None:
        """The item of this line stands, or stood, somewhere else as well."""
        for found in (self.truth.asked, self.truth.copied, self.truth.touched):
            found.add(nonce_of(line))

    def swap(self, path: str, lines: list[bytes], items: list[int]) -> None:
        one, two = self.stage.chance.choice(items), self.stage.chance.choice(items)
        if not (one + 1 == len(lines) or two + 1 == len(lines)):
            lines[one], lines[two] = lines[two], lines[one]
            self._lines(path, lines, "a swap")

    def copy(self, path: str, lines: list[bytes], items: list[int]) -> None:
        """A line is copied with its link, here or into another document."""
        line = lines[self.stage.chance.choice(items)]
        other = self.stage.chance.choice(self.paths())
        if other != path and (not LINK.search(line) or nonce_of(line) in self.truth.copied):
            return  # equal words in two documents are two measures
        self._twice(line)
        self.add(other, self.files.seen[other].split(b"\n"), item_lines(self.files.seen[other]), line)

    def unmark(self, path: str, lines: list[bytes], items: list[int]) -> None:
        at = self.stage.chance.choice(items)
        if nonce_of(lines[at]) in self.truth.copied:
            return  # it would be equal words in two documents
        if nonce_of(lines[at]) in self.truth.touched:
            self.truth.asked.add(nonce_of(lines[at]))
        self.truth.bare.add(nonce_of(lines[at]))
        lines[at] = LINK.sub(b"", lines[at])
        self._lines(path, lines, "a link taken out")

    def prose(self, path: str, lines: list[bytes], items: list[int]) -> None:
        at = next(number for number, text in enumerate(lines) if text.startswith(b"## Timeline"))
        end = b"\r" if lines[0].endswith(b"\r") else b""
        lines[at + 2 : at + 2] = [
            f"- 10:{self.stage.chance.randrange(10, 60)} a note {self.stage.chance.choice(THINGS)}".encode()
            + end
        ]
        self._lines(path, lines, "prose")

    def rename(self, path: str, lines: list[bytes], items: list[int]) -> None:
        new = f"pm{100 + len(self.stage.lines)}.md"
        data = self.files.seen[path]
        bare = {nonce_of(lines[number]) for number in items if not LINK.search(lines[number])}
        if bare & self.truth.copied:
            return
        self.truth.asked |= bare & self.truth.touched
        self.truth.touched |= {nonce_of(lines[number]) for number in items}
        self.files.remove(path)
        del self.truth.expected[path]
        self.save(new, data, f"renamed {path}")

    def carry(self, path: str, lines: list[bytes], items: list[int]) -> None:
        """A line is cut and pasted into another document, with its link."""
        at, other = self.stage.chance.choice(items), self.stage.chance.choice(self.paths())
        if other == path or not LINK.search(lines[at]) or nonce_of(lines[at]) in self.truth.copied:
            return
        self._twice(lines[at])
        line = lines.pop(at)
        self._lines(path, lines, "a cut")
        self.add(other, self.files.seen[other].split(b"\n"), item_lines(self.files.seen[other]), line)

    def break_(self, path: str, lines: list[bytes], items: list[int]) -> None:
        """A document holds bytes that are no text until somebody mends it."""
        data = self.files.seen[path]
        self.broken[path] = data
        self.save(path, data.replace(b"- ", b"- \xff\xfe", 1), "broken bytes")

    def mend(self) -> None:
        for path, data in sorted(self.broken.items()):
            self.save(path, data, "mended")
        self.broken.clear()

    def new(self, path: str, lines: list[bytes], items: list[int]) -> None:
        name = f"pm{100 + len(self.stage.lines)}.md"
        self.save(name, self.truth.document(self.stage.chance.randint(1, 5)), "a new postmortem")

    def quote(self, path: str, lines: list[bytes], items: list[int]) -> None:
        """A new measure quotes the marker of another one's issue."""
        found = [match[1] for match in MARK_ID.finditer(self.files.seen[path])]
        if found:
            marker = marker_line(self.stage.chance.choice(found).decode(), path).strip("<>!- ")
            self.add(path, lines, items, self.truth.line() + f" as in `{marker}`".encode())


@dataclass
class Users:
    """People who work in the tracker."""

    stage: Stage
    servers: Mapping[str, Server]
    known: Callable[[str, str], bool]
    """Whether the ledger knows the issue of that id in that scope."""

    def work(self) -> None:
        """One thing that somebody does with one issue."""
        server = self.stage.chance.choice(list(self.servers.values()))
        there = [issue for issue in server.issues.values() if not issue.deleted]
        if not there:
            return
        issue = self.stage.chance.choice(there)
        what = self.stage.chance.choices(
            ("close", "drop", "start", "reopen", "move", "delete", "quote", "clone"), (5, 2, 4, 2, 1, 1, 1, 1)
        )[0]
        self.stage.note(f"  people: {what} {issue.ticket.key}")
        self._do(server, issue, what)

    def _do(self, server: Server, issue: Issue, what: str) -> None:
        states = {
            "close": State.DONE,
            "drop": State.DROPPED,
            "start": State.IN_PROGRESS,
            "reopen": State.OPEN,
        }
        if what in states:
            server.change(issue, state=states[what])
        elif what == "move":
            server.move(issue)
        elif what == "delete":  # one that nobody has seen yet would be one that never was
            issue.deleted = self.known(server.name, issue.ticket.id)
        elif what == "quote":
            others = sorted(server.made())
            issue.body = (
                f"See {marker_line(self.stage.chance.choice(others), 'pm0.md')}\n{issue.body}"
                if others
                else issue.body
            )
        elif marker_of(issue.body) is not None:
            server.create(Post(f"CLONE - {issue.ticket.title}", issue.body), author="mallory")
