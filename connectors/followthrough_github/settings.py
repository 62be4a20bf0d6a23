"""The settings of one repository."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    model_validator,
)

from followthrough.http import Secret, SecretText, check_url
from followthrough_github.places import GITHUB, Place, api_of_host, repository_name

__all__ = ["GitHubSettings"]


def _repository(text: str) -> str:
    return text if text == "auto" else repository_name(text)


def _list(value: object) -> object:
    if isinstance(value, str):
        raise ValueError(f'it is a list: write ["{value}"]')
    return value


Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_list)]


class GitHubSettings(BaseModel):
    """One ``[trackers.X]`` section with ``kind = "github"``; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repository: Annotated[str, AfterValidator(_repository)] = "auto"
    """``owner/name``; ``auto`` is the repository that git's remote ``origin`` names."""
    repository_id: Annotated[int, Field(gt=0)] | None = None
    """Its number on the host: any other repository of that name is refused."""
    url: Annotated[str, AfterValidator(check_url)] | None = None
    """Base address of the REST API; the host of git's remote, else github.com."""
    token: Secret | None = None
    app_id: Annotated[int, Field(gt=0)] | None = None
    """With ``installation_id`` and ``private_key``: a GitHub App instead of a token."""
    installation_id: Annotated[int, Field(gt=0)] | None = None
    private_key: SecretText | None = None
    milestone: Annotated[str, Field(min_length=1)] | None = None
    """Title of the milestone of new issues."""
    issue_type: Annotated[str, Field(min_length=1)] | None = None
    """Type of new issues, where the organisation has types."""
    labels: Words = ()
    """The shared key: the labels of new issues."""
    mentions: Words = ()
    """People and teams (``sam``, ``acme/sre``) whose mention in copied text stays one."""
    in_progress: Words = ()
    """Labels that say that somebody works on an open issue; the first is set for it."""
    blocked: Words = ()
    """Labels that say that an open issue is blocked; the first is set for it."""
    public: bool | None = None
    """The shared key: whether documents not known to be public may be filed in a public repository."""

    _place: Place = PrivateAttr()

    @model_validator(mode="after")
    def _located(self, info: ValidationInfo) -> Self:
        app = [self.app_id, self.installation_id, self.private_key]
        if any(app) and not all(app):
            raise ValueError("an app needs all three of app_id, installation_id and private_key")
        if self.token is not None and all(app):
            raise ValueError("there is a token and an app; keep one of them")
        remote: Any = ((info.context or {}).get("remote") or (lambda: None))()
        repository, url = self.repository, self.url
        if repository == "auto":
            if remote is None:
                raise ValueError(
                    'repository = "auto" is git\'s remote `origin`, and there is none; '
                    'write repository = "owner/name"'
                )
            repository = repository_name(remote.path)
            url = url or api_of_host(remote.host, remote.port)
        place = Place(url or GITHUB, repository)
        own = (
            remote is not None
            and remote.path.lower() == repository.lower()
            and (place.is_at(remote.host, remote.port) or self.repository == "auto")
        )
        self._place = Place(place.api, repository, own)
        return self

    @property
    def app(self) -> tuple[int, int, Secret]:
        """Id, installation and key of the App. Raises ``ValueError`` where there is none."""
        if self.app_id is None or self.installation_id is None or self.private_key is None:
            raise ValueError("there is no App in these settings")
        return self.app_id, self.installation_id, self.private_key

    @property
    def place(self) -> Place:
        """The repository, with its addresses."""
        return self._place
