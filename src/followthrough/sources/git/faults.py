"""What git says of documents on a branch, as sentences with the next step."""

from __future__ import annotations

from followthrough.git.answers import Trouble, last_words, trouble_of
from followthrough.git.commands import Answer
from followthrough.sources.interface import PlaceError

__all__ = [
    "gone",
    "in_motion",
    "no_base",
    "no_default",
    "no_repository",
    "no_such_remote",
    "of_network",
    "of_repository",
    "of_somebody_else",
]


def of_network(remote: str, answer: Answer, *, branch: str = "") -> PlaceError:
    """The error for a remote that gave nothing, or did not take ``branch``."""
    trouble, last = trouble_of(answer, writing=bool(branch)), last_words(answer)
    if trouble in (Trouble.MISSING, Trouble.OWNER, Trouble.DISK):
        return of_repository(answer)
    if trouble is Trouble.DECLINED:
        return PlaceError(
            f"The remote {remote} does not take the branch {branch} ({last}). Allow pushes to it, or name "
            "another one as `branch` of this source."
        )
    if trouble is Trouble.LOGIN:
        need, shows = (
            ("write to it (`contents: write` on GitHub)", "push --dry-run")
            if branch
            else ("read it", "ls-remote")
        )
        return PlaceError(
            f"The remote {remote} does not let git in ({last}). Give git a login that may {need}; "
            f"`git {shows}` shows whether it has one.",
            refused=True,
        )
    return PlaceError(
        f"The remote {remote} cannot be reached ({last}). A later run goes on; `git ls-remote` tells more.",
        later=True,
    )


def of_repository(answer: Answer) -> PlaceError:
    """The error for a command of git that stayed in this repository."""
    trouble, last = trouble_of(answer), last_words(answer)
    if trouble is Trouble.MISSING:
        return PlaceError("Documents on a branch need git, which is not installed. Install git.")
    if trouble is Trouble.OWNER:
        return PlaceError(
            "git does not trust this repository, which belongs to another user. "
            "Run `git config --global --add safe.directory` with its folder."
        )
    return PlaceError(f"git failed ({last}). Run `git fsck`, then again.")


def no_repository(root: object) -> PlaceError:
    """The error for a root in no repository."""
    return PlaceError(
        f"{root} lies in no git repository, so there is no branch to read. "
        'Make it one, or use `documents` without kind = "git".'
    )


def no_such_remote(asked: str | None, known: str) -> PlaceError:
    """The error for a remote that the repository does not have, or for too many of them."""
    if asked is not None:
        return PlaceError(
            f"The repository has no remote {asked}; it has {known or 'none'}. "
            "Correct `remote` of this source."
        )
    return PlaceError(
        f"The repository has several remotes ({known}) and no origin. Set `remote` of this source."
    )


def no_default(where: str) -> PlaceError:
    """The error where nothing tells which branch is the default one."""
    return PlaceError(f"{where} does not tell its default branch. Set `base` of this source, such as main.")


def no_base(where: str, base: str) -> PlaceError:
    """The error for a base that is not there."""
    return PlaceError(f"{where} has no branch {base}. Correct `base` of this source.")


def of_somebody_else(branch: str, commit: str) -> PlaceError:
    """The error for a branch of ours on which somebody else has put what the base does not hold."""
    return PlaceError(
        f"The branch {branch} holds a commit of somebody else ({commit[:10]}), which is not thrown away. "
        "Merge the branch or delete it."
    )


def in_motion(remote: str) -> PlaceError:
    """The error for branches that move faster than they can be fetched."""
    return PlaceError(
        f"The branches of {remote} move faster than they can be fetched. A later run goes on.", later=True
    )


def gone(path: str, where: str) -> str:
    """The sentence for a document that the base does not hold."""
    return f"{path}: is not on {where}, from which documents are read. Merge it there first."
