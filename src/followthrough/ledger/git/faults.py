"""What git says, as sentences with the next step."""

from __future__ import annotations

from followthrough.git.answers import Trouble, last_words, trouble_of
from followthrough.git.commands import MISSING, Answer
from followthrough.ledger.interface import LedgerBusy, LedgerError, LedgerUnauthorized, LedgerUnreachable


def _begun(where: str) -> str:
    """At the beginning of a sentence."""
    return where[:1].upper() + where[1:]


def is_final(error: LedgerError) -> bool:
    """Whether asking again can change nothing."""
    return not isinstance(error, LedgerUnreachable)


def of_network(where: str, answer: Answer, *, writing: bool = False) -> LedgerError:
    """The error for a remote that gave no ledger, or did not take one."""
    trouble, last = trouble_of(answer, writing=writing), last_words(answer)
    if trouble in (Trouble.MISSING, Trouble.OWNER, Trouble.DISK):
        return of_repository(where, answer)
    if trouble is Trouble.DECLINED:
        return LedgerError(
            f"{_begun(where)}"
            f" does not take the ledger ({last}). Nothing was done. Allow pushes to this branch, or "
            "name another one under [ledger] url."
        )
    if trouble is Trouble.LOGIN:
        need = "write it (`contents: write` on GitHub)" if writing else "read it"
        return LedgerUnauthorized(
            f"{_begun(where)}"
            f" does not let git in ({last}). Nothing was done. Give git a login that may {need}; "
            f"`git {'push --dry-run' if writing else 'ls-remote'}` shows whether it has one."
        )
    return LedgerUnreachable(
        f"{_begun(where)} cannot be reached ({last}). Nothing was done; a later run goes on. "
        "`git ls-remote` tells more."
    )


def of_repository(where: str, answer: Answer) -> LedgerError:
    """The error for a command of git that stayed in this repository."""
    last = last_words(answer)
    if answer is MISSING:
        return LedgerError(
            f"{_begun(where)} needs git, which is not installed. Nothing was done. Install git."
        )
    if trouble_of(answer) is Trouble.OWNER:
        return LedgerError(
            f"{_begun(where)}"
            f": git does not trust this repository, which belongs to another user. Nothing was done. "
            "Run `git config --global --add safe.directory` with its folder."
        )
    return LedgerError(f"{_begun(where)}: git failed ({last}). Nothing was done. Run `git fsck`, then again.")


def overtaken(where: str) -> LedgerBusy:
    """The error for a branch that another host has moved meanwhile."""
    return LedgerBusy(
        f"Another run is at work on {where}: it has written since this one began. "
        "Nothing more was done here; a later run finishes the work."
    )


class Damaged(LedgerError):
    """The branch holds a ledger's files, and they cannot be read."""


def damaged(where: str, commit: str, why: str) -> Damaged:
    """The error for files that cannot be read."""
    return Damaged(
        f"{_begun(where)}"
        f" is damaged at {commit[:10]} ({why}). Nothing was written. Its earlier states are kept: "
        f"`git log {commit[:10]}`; put the file right in a new commit on the branch, "
        "or `followthrough rebuild` makes a new ledger on top of it, from documents and trackers."
    )


def newer(where: str) -> LedgerError:
    """The error for files this program is too old for."""
    return LedgerError(
        f"{_begun(where)} was written by a newer followthrough. Nothing was done; update followthrough."
    )


def foreign(where: str) -> LedgerError:
    """The error for a branch that holds something else."""
    return LedgerError(
        f"{_begun(where)}"
        f" is a branch with other files, not a ledger. Nothing was done. Name a branch of its own "
        'under [ledger] url, such as "git:followthrough/ledger".'
    )


def rewritten(where: str, seen: str, ref: str) -> LedgerError:
    """The error for a branch that no longer holds what this clone has seen of it."""
    return LedgerError(
        f"{_begun(where)} was rewritten: it no longer holds {seen[:10]}, which this clone has seen. "
        "Nothing was done. Put that back (`git push --force`), or accept what is there: "
        f"`git update-ref -d {ref}`."
    )


def gone(where: str, seen: str, push: str, ref: str) -> LedgerError:
    """The error for a branch that this clone has seen and that is not there any more."""
    return LedgerError(
        f"{_begun(where)}"
        f" is gone; this clone has seen it at {seen[:10]}. Nothing was done. Bring it back: "
        f"`git push {push}`. If it was deleted on purpose: `git update-ref -d {ref}`."
    )


def two_ledgers(where: str, branch: str) -> LedgerError:
    """The error for a local branch of the same name that is no part of the remote's."""
    return LedgerError(
        f"{_begun(where)}"
        f" and the branch {branch} of this repository are two ledgers. Nothing was done. Keep one: "
        f"`git branch -m {branch} {branch}-old` puts this repository's aside."
    )


def two_roots(where: str, other: str, mine: str) -> LedgerError:
    """The error for a branch that keeps the ledger of another folder of the repository."""
    return LedgerError(
        f"{_begun(where)}"
        f" keeps the ledger of {other or 'the top folder'}, and this is {mine or 'the top folder'}. "
        "Nothing was done. Give each its own branch under [ledger] url."
    )


def no_repository(root: object) -> LedgerError:
    """The error for a root in no repository."""
    return LedgerError(
        f"{root} lies in no git repository, so no branch of it can keep the ledger. "
        'Make it one, or set url = "sqlite" under [ledger].'
    )


def no_such_remote(asked: str, known: str) -> LedgerError:
    """The error for a remote that the repository does not have, or for too many of them."""
    if asked:
        return LedgerError(f"The repository has no remote {asked}; it has {known}. Correct [ledger] remote.")
    return LedgerError(f"The repository has several remotes ({known}) and no origin. Set [ledger] remote.")


def closed(where: str) -> LedgerError:
    """The error for using a ledger after its end."""
    return LedgerError(f"{_begun(where)} is closed already; please report this.")


def for_reading(where: str) -> LedgerError:
    """The error for a commit to a ledger opened without ``create``."""
    return LedgerError(f"{_begun(where)} was opened for reading only, so nothing was written.")


def checked_out(where: str) -> LedgerError:
    """The error for a local branch in somebody's work tree: what we add would look deleted there."""
    return LedgerError(f"{_begun(where)} is checked out, so nothing was written. Switch to another branch.")


def undamaged(where: str) -> LedgerError:
    """The error for putting aside a ledger that can be read."""
    return LedgerError(f"{_begun(where)} can be read now; nothing was put aside. Run the command again.")


def no_name(branch: str) -> LedgerError:
    """The error for what git does not take for a branch's name."""
    return LedgerError(f"{branch!r} is no name for a branch. Correct [ledger] url.")
