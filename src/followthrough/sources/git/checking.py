"""What `doctor` finds of documents on a branch: the branch, the documents, and whether ours may be pushed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from followthrough.connector import Finding

if TYPE_CHECKING:
    from followthrough.sources.git.source import GitSource

__all__ = ["findings"]


def findings(source: GitSource) -> Iterator[Finding]:
    """In the order in which it has to be put right. It changes nothing. Raises ``PlaceError``."""
    view, branches = source.seen()
    settings = source.settings
    yield Finding("branch", True, f"Documents are read from {source.where}.")
    number = len(source.find())
    globs = ", ".join(settings.documents)
    yield Finding(
        "documents",
        number > 0,
        f"{'1 file matches' if number == 1 else f'{number} files match'} {globs} there.",
        "" if number else "Correct `documents` of this source, or merge the first document.",
    )
    if view.foreign is not None:
        yield Finding(
            "our branch",
            None,
            f"{settings.branch} holds somebody else's commit {view.foreign[:10]}. Nothing is written there.",
            "Merge the branch or delete it.",
        )
    branches.try_move(view.tips)
    yield Finding("pushing", True, f"What is written goes to the branch {settings.branch} there.")
