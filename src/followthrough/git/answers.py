"""What git says, sorted by what can be done about it. It has no codes for this, only words."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from followthrough.git.commands import MISSING, Answer

__all__ = ["Trouble", "last_words", "lost_race", "trouble_of"]


class Trouble(Enum):
    """Why a command of git failed."""

    MISSING = auto()
    """There is no git."""
    OWNER = auto()
    """The repository belongs to another user, and git does not trust it."""
    DISK = auto()
    """The disk takes nothing more."""
    DECLINED = auto()
    """The other side lets us in, and does not take this push."""
    LOGIN = auto()
    """The other side does not let us in."""
    OTHER = auto()
    """Anything else: over the network, that it cannot be reached."""


_LOGIN: Final = re.compile(
    r"Authentication failed|could not read (?:Username|Password)|Permission denied"
    r"|Permission to [^\n]{1,120} denied"
    r"|requested URL returned error: 40[13]|Write access to repository not granted"
    r"|Invalid (?:username|credentials)|not allowed to (?:push|upload)|Repository not found"
    r"|HTTP Basic: Access denied|Host key verification failed|terminal prompts disabled"
    r"|DENIED|insufficient permission",
    re.IGNORECASE,
)
"""A host that hides a repository says that it is not there; and a key without its passphrase is no login."""
_DECLINED: Final = re.compile(
    r"hook declined|protected branch|\bGH0\d\d\b|denyCurrentBranch|branch is currently checked out"
    r"|declined|prohibited|refusing to"
    r"|directory.file conflict|exists; cannot create",  # a branch whose name begins as another one is called
    re.IGNORECASE,
)
_RACE: Final = re.compile(
    r"stale info|fetch first|non-fast-forward|cannot lock ref|failed to update ref|already exists"
    r"|reference already exists|incorrect old value",
    re.IGNORECASE,
)
_OWNER: Final = re.compile(r"dubious ownership", re.IGNORECASE)
_DISK: Final = re.compile(
    r"No space left|Disk quota|Read-only file system|unable to create temporary", re.IGNORECASE
)


def trouble_of(answer: Answer, *, writing: bool = False) -> Trouble:
    """Why a command failed; only a push can be declined."""
    said = f"{answer.said}\n{answer.text}"
    if answer is MISSING:
        return Trouble.MISSING
    if _OWNER.search(said):
        return Trouble.OWNER
    if _DISK.search(said):
        return Trouble.DISK
    if writing and _DECLINED.search(said):
        return Trouble.DECLINED
    return Trouble.LOGIN if _LOGIN.search(said) else Trouble.OTHER


def lost_race(answer: Answer) -> bool:
    """Whether a push says that the branch has moved."""
    return bool(_RACE.search(answer.said) or _RACE.search(answer.text))


def last_words(answer: Answer) -> str:
    """The words of git, and of the other side, that tell most."""
    rejected = [line for line in answer.text.splitlines() if line.startswith("!\t")]
    reasons = [line.rpartition("(")[2].rstrip(")") for line in rejected]
    lines = [line.strip() for line in answer.said.splitlines()]
    remote = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    own = [re.sub(r"^(?:fatal|error): ", "", line) for line in lines if line.startswith(("fatal:", "error:"))]
    own = [line for line in own if not line.startswith(("failed to push", "Could not read from remote"))]
    # Another side may say much; git's own first word and the remote's are enough to go on.
    telling = [*[line for line in remote if line.strip("-=* ")][:1], *(reasons or own)[:1]] or lines[:1]
    return "; ".join(line.rstrip(".") for line in telling if line)[:200] or f"it ended with {answer.code}"
