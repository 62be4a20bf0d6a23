"""One ``[[sources]]`` of kind ``git``: files of a branch, and the branch that takes what is written."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from followthrough.settings.values import Section

AUTO = "auto"

_BRANCH = re.compile(r"[^-\s:~^?*\[\\\x00-\x1f\x7f][^\s:~^?*\[\\\x00-\x1f\x7f]*")


def is_branch(name: str) -> bool:
    """Whether git takes this for the name of a branch: git-check-ref-format(1)."""
    if not _BRANCH.fullmatch(name) or ".." in name or "@{" in name or name.endswith("."):
        return False
    return all(part and not part.startswith(".") and not part.endswith(".lock") for part in name.split("/"))


def _checked(name: str) -> str:
    if not is_branch(name):
        raise ValueError(f"{name!r} is no name for a branch, such as followthrough/status")
    return name


Branch = Annotated[str, AfterValidator(_checked)]


class GitSettings(Section):
    """Files of the repository that the root lies in, as they stand on its default branch."""

    kind: Literal["git"]
    documents: tuple[str, ...]
    """Globs below the root."""
    base: Branch = AUTO
    """The branch that is read; ``auto`` is where the remote's ``HEAD`` leads."""
    branch: Branch = "followthrough/status"
    """The branch of ours that takes what is written, one commit on top of the base, until it is merged."""
    remote: str | None = None
    """``None`` means ``origin``, or the only one there is; a repository without one keeps both itself."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.base == self.branch:
            raise ValueError("base and branch are the same: what is written goes to a branch of its own")
        return self
