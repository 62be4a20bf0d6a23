"""Who is meant by the words of a document: people with their accounts, and teams."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from followthrough.settings.notify import Address
from followthrough.settings.values import Name, Section, Words

if TYPE_CHECKING:
    from followthrough.settings.models import Settings

_TEAM = re.compile(r"^(?:the )?(?:team )?(.+?)(?:[ -]team)?$")
_MAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_ADDRESS = re.compile(r"^(.*?)<([^<>]+)>$")


def _mail(text: str) -> str:
    if not _MAIL.fullmatch(text):
        raise ValueError(f"{text!r} is no address of e-mail; write it as sam@acme.example")
    return text


Mail = Annotated[str, AfterValidator(_mail)]


class Person(BaseModel):
    """One ``[people.X]``. Any other key is an account: by the tracker's name, else by its kind."""

    model_config = ConfigDict(extra="allow", frozen=True)

    names: Words = ()
    team: Name | None = None
    email: Mail | None = None
    """Where a reminder goes; without it, the first of the names that is an address."""
    notify: Address | None = None
    """A channel of their own for reminders, instead of mail."""

    @property
    def mailbox(self) -> str | None:
        """Their address of e-mail."""
        return self.email or next((name for name in self.names if _MAIL.fullmatch(name)), None)

    @property
    def accounts(self) -> Mapping[str, Any]:
        """Account by tracker name or kind, as written."""
        return dict(self.model_extra or {})


class Service(Section):
    """One ``[services.X]``."""

    team: Name | None = None


def same(words: str) -> str:
    """A name as it is compared: any case, any white space, with or without a leading ``@``."""
    return " ".join(unicodedata.normalize("NFKC", words).split()).casefold().removeprefix("@").strip()


def known_names(key: str, person: Person) -> Iterator[str]:
    """What a person is called, each as it is compared; the section's own name counts."""
    yield from dict.fromkeys(same(name) for name in (key, *person.names))


def person(settings: Settings, words: str) -> Person | None:
    """Who is meant by an owner's words: a name, a handle, an e-mail address, or ``Name <address>``."""
    found = who(settings, words)
    return settings.people[found] if found is not None else None


def who(settings: Settings, words: str) -> str | None:
    """The same as the name of the person's section."""
    parts = _ADDRESS.match(" ".join(words.split()))
    wanted = [same(words)]
    if parts:
        wanted += [same(parts[2]), same(parts[1])]
    wanted = [text.removeprefix("mailto:") for text in wanted if text]
    names = {name: key for key, one in settings.people.items() for name in known_names(key, one)}
    return next((names[text] for text in wanted if text in names), None)


def team_named(settings: Settings, words: str) -> str | None:
    """The team of a person or a service that the words name, such as ``the Payments team``."""
    named = [one.team for one in settings.people.values()] + [one.team for one in settings.services.values()]
    return next((team for team in named if team and _team(team) == _team(words)), None)


def is_team(settings: Settings, words: str) -> bool:
    """Whether the words name a team."""
    return team_named(settings, words) is not None


def person_at(settings: Settings, name: str, tracker: str, kind: str) -> Person | None:
    """Who has the account of that name in a tracker."""
    return next((one for one in settings.people.values() if account(one, tracker, kind) == name), None)


def _team(words: str) -> str:
    found = _TEAM.match(same(words).rpartition("/")[2])
    return found[1] if found else ""


def team_of(settings: Settings, services: tuple[str, ...]) -> str | None:
    """The team of the first service that has one."""
    teams = {same(name): service.team for name, service in settings.services.items()}
    return next((team for service in services if (team := teams.get(same(service)))), None)


def address(words: str, person: Person | None) -> str | None:
    """The e-mail address of whom the words mean: theirs in the settings, else the one in the words."""
    names = (person.mailbox,) if person and person.mailbox else ()
    found = _ADDRESS.match(" ".join(words.split()))
    own = (found[2] if found else words).strip().removeprefix("mailto:")
    return next((name for name in (*names, own) if _MAIL.fullmatch(name)), None)


def account(person: Person, tracker: str, kind: str) -> str | None:
    """Who the person is in a tracker: by its name, else by its kind."""
    found = person.accounts.get(tracker, person.accounts.get(kind))
    return str(found) if found is not None else None
