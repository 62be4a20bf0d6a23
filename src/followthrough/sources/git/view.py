"""What the documents are now: as the base holds them, with what lies on our branch carried over.

What people wrote comes from the base alone. Of our branch only our own commits count, and of these
only what they change; where the base has changed the same lines since, the base stands, and what is
missing then is written again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
    foreign: str | None = None
    """A commit on our branch by which somebody else has put there what the base does not hold; it is
    never thrown away."""

    def entry(self, path: str) -> Entry | None:
        """The document, if it is there."""
        return self.edits.get(path) or self.files.get(path)


def looked(
    repository: Repository, tips: Tips, read: Callable[[str], bytes], keep: Callable[[bytes], str]
) -> View:
    """Read both branches. ``read`` gives an object's bytes, ``keep`` makes one. Raises ``PlaceError``."""
    files = repository.files(tips.base)
    if tips.ours is None or tips.ours == tips.base:
        return View(tips, files, {})
    foreign, edits = None, dict[str, Entry]()
    for commit in repository.own_commits(tips.ours, tips.base):
        base = repository.base_of_ours(commit)
        if base is not None:
            edits = {
                change.path: carried
                for change in repository.changes(base, commit)
                if (carried := _carried(change, files.get(change.path), repository, read, keep))
            }
            break
        foreign = foreign or commit
    # One that was merged in another way, or has only brought the base here, takes nothing with it.
    if foreign is not None and repository.brings_only(tips.ours, tips.base, edits):
        foreign = None
    return View(tips, files, edits, foreign)


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
