"""Which repository the settings mean: it is known by its number, whatever it is called by now.

GitHub answers requests to the old name of a renamed or transferred repository with a redirect to
``/repositories/NUMBER``, until somebody takes that name (docs.github.com, "Renaming a repository").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from followthrough.connector import Rejected

if TYPE_CHECKING:
    from followthrough_github.places import Place

__all__ = ["Home", "number_in"]

LARGEST: Final = 2**63 - 1
_IDENTITY: Final = re.compile(r"([1-9][0-9]*) (\S+?)/([^/\s]+/[^/\s]+) ([^/\s]+/[^/\s]+)")
_NUMBERED: Final = re.compile(r"/repositories/([1-9][0-9]*)(?:/|$)")


def number_in(location: str) -> int | None:
    """The number of the repository that a redirect leads to."""
    found = _NUMBERED.search(urlsplit(location).path)
    return int(found[1]) if found else None


@dataclass(slots=True)
class Home:
    """The repository of the settings, and what answers have told of it."""

    place: Place
    number: int | None = None
    """GitHub's number, which stays; ``None`` until it is told."""
    stated: bool = False
    """The number is that of the settings, which outweighs what was remembered."""
    name: str = ""
    """What it is called now; empty until that is told."""

    lost: bool = False
    """Another repository has the name of the settings."""

    @property
    def moved(self) -> bool:
        """Whether it has another name than in the settings."""
        return bool(self.name) and self.name.lower() != self.place.repository.lower()

    @property
    def path(self) -> str:
        """Its path below the API, under which requests are not redirected."""
        return f"/repositories/{self.number}" if self.moved else self.place.path

    def is_here(self, repository: str) -> bool:
        """Whether a repository's name, old or new, means this one."""
        return repository.lower() in (self.place.repository.lower(), self.name.lower())

    def key(self, repository: str, number: int) -> str:
        """What an issue is called: as before, also once its repository was renamed."""
        return self.place.key(self.place.repository if self.is_here(repository) else repository, number)

    def address(self, url: str, repository: str, number: int) -> str:
        """Where people open an issue: under the name in the settings, as before, until those follow.

        Else somebody's renaming would change every link of every document at once.
        """
        if not self.moved or repository.lower() != self.name.lower():
            return url
        return f"{url.removesuffix(f'/{repository}/issues/{number}')}/{self.place.repository}/issues/{number}"

    def is_another(self, number: int) -> bool:
        """Whether the settings' name leads to a repository that is not the one we know."""
        return self.number not in (None, number)

    def learn(self, number: int, name: str) -> None:
        """What an answer told of it. Raises ``ValueError`` for a number that GitHub has none of."""
        if not 0 < number <= LARGEST:
            raise ValueError(f"{number} is no repository's number")
        self.number, self.name = number, name

    @property
    def identity(self) -> str | None:
        """What later runs are to know it by: number, host, name in the settings, name on the host."""
        if self.number is None or not self.name:
            return None
        return f"{self.number} {self.place.host}/{self.place.repository} {self.name}"

    def recall(self, identity: str | None) -> None:
        """Know it by what an earlier run learnt, unless the settings mean another one by now."""
        found = _IDENTITY.fullmatch(identity or "")
        if found is None or found[2] != self.place.host:
            return
        number, names = int(found[1]), (found[3].lower(), found[4].lower())
        if self.place.repository.lower() not in names or (self.stated and number != self.number):
            return
        self.learn(number, found[4])

    def news(self, *, auto: bool) -> Sequence[str]:
        """That it was renamed, and what to do about it, where it was."""
        if not self.moved or self.lost:
            return ()
        todo = f"Point git's remote `origin` to {self.name}" if auto else f'Write repository = "{self.name}"'
        return (
            f"{self.place.repository} is called {self.name} now; its issues are read and filed there. "
            f"{todo} before somebody takes the old name.",
        )

    def taken(self, number: int, now: str | None) -> Rejected:
        """The error where another repository has the name; ``now`` is what ours is called, if it is seen."""
        self.lost = True
        ours = f'Ours is called {now}: write repository = "{now}".' if now else "Ours is not to be seen."
        return Rejected(
            f"{self.place.repository} is another repository now (number {number}, ours has {self.number}), "
            "so nothing is read or filed there.",
            hint=f"{ours} If the new one is meant, add repository_id = {number}.",
        )
