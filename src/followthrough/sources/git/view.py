"""What the documents are now: as the base holds them, with what lies on our branch carried over.

What people wrote comes from the base alone. Of our branch only our own commits count, and of these
only what they change; where the base has changed the same lines since, the base stands, and what is
missing then is written again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from followthrough.sources.git.branches import Tips
from followthrough.sources.git.repository import Change, Entry, Repository

__all__ = ["View", "looked"]


@dataclass(frozen=True, slots=True)
class View:
    """One state of both branches."""

    tips: Tips
    files: Mapping[str, Entry]
    """What the base holds below the root, by path."""
    edits: Mapping[str, Entry]
    """Documents that our branch holds in other words than the base."""
    beside: Mapping[str, Entry] = field(default_factory=dict)
    """The same of other roots in the repository, by path from the top folder on."""
    foreign: str | None = None
    """A commit on our branch by which somebody else has put there what the base does not hold; it is
    never thrown away."""

    def entry(self, path: str) -> Entry | None:
        """The document, if it is there."""
        return self.edits.get(path) or self.files.get(path)

    def ours(self, repository: Repository, more: Mapping[str, Entry]) -> dict[str, Entry]:
        """What a commit of ours holds with ``more``, by path from the top folder on."""
        here = {repository.top(path): entry for path, entry in {**self.edits, **more}.items()}
        return {**self.beside, **here}


def looked(
    repository: Repository, tips: Tips, read: Callable[[str], bytes], keep: Callable[[bytes], str]
) -> View:
    """Read both branches. ``read`` gives an object's bytes, ``keep`` makes one. Raises ``PlaceError``."""
    files = repository.files(tips.base)
    if tips.ours is None or tips.ours == tips.base:
        return View(tips, files, {})
    foreign, changes = None, list[Change]()
    for commit in repository.own_commits(tips.ours, tips.base):
        base = repository.base_of_ours(commit)
        if base is not None:
            changes = repository.changes(base, commit)
            break
        foreign = foreign or commit
    below = {repository.top(path): path for path in files}
    outside = [change.path for change in changes if not change.path.startswith(repository.prefix)]
    now = {**repository.entries(tips.base, outside), **{top: files[path] for top, path in below.items()}}
    edits = {
        change.path: carried
        for change in changes
        if (carried := _carried(change, now.get(change.path), repository, read, keep))
    }
    # One that was merged in another way, or has only brought the base here, takes nothing with it.
    if foreign is not None and repository.brings_only(tips.ours, tips.base, edits):
        foreign = None
    here = {below[path]: entry for path, entry in edits.items() if path in below}
    beside = {path: entry for path, entry in edits.items() if path not in below}
    return View(tips, files, here, beside, foreign)


def _carried(
    change: Change,
    now: Entry | None,
    repository: Repository,
    read: Callable[[str], bytes],
    keep: Callable[[bytes], str],
) -> Entry | None:
    """What our change makes of the document as the base holds it now; ``None`` where that is nothing."""
    if now is None or now.blob == change.after.blob:
        return None
    if now.blob == change.before.blob:
        return Entry(now.mode, change.after.blob)
    mine = read(now.blob)
    data = repository.merged(mine, read(change.before.blob), read(change.after.blob))
    return Entry(now.mode, keep(data)) if data != mine else None
