"""One ``[[sources]]`` of kind ``confluence``: where it is, who asks, and which pages are meant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from followthrough.secrets import Secret
from followthrough.settings.trackers import Proxy
from followthrough.settings.values import Name, Section, Words, a_list

CLOUD_HOSTS = (".atlassian.net", ".jira.com", ".jira-dev.com", ".atlassian-us-gov-mod.net")


def _address(url: str) -> str:
    from followthrough.http import check_url

    return check_url(url)


def _reference(value: object) -> object:
    Secret(value)  # raises a sentence that does not repeat it
    return value


Address = Annotated[str, AfterValidator(_address)]
Reference = Annotated[str, BeforeValidator(_reference)]
PageId = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,18}$")]


class ConfluenceSettings(Section):
    """Pages of one Confluence. ``labels``, ``spaces``, ``parents`` and ``cql`` narrow each other."""

    kind: Literal["confluence"]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")] = "confluence"
    """Begins the names of its documents: ``confluence:12345``."""
    url: Address
    """Where people open Confluence, with its path: ``https://acme.atlassian.net/wiki``."""
    token: Reference
    """An API token (Cloud) or a personal access token (Data Center)."""
    email: Name | None = None
    """The account of an API token. Without it the token is sent as a bearer token."""
    deployment: Literal["auto", "cloud", "datacenter"] = "auto"
    cloud_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")] | None = None
    """For a token with scopes or of a service account: these are taken at Atlassian's gateway only."""
    gateway: Address = "https://api.atlassian.com"
    labels: Words = ()
    """Pages with any of them,"""
    spaces: Words = ()
    """in any of these spaces, by key,"""
    parents: Annotated[tuple[PageId, ...], BeforeValidator(a_list)] = ()
    """anywhere below any of these pages, by id,"""
    cql: Name | None = None
    """and found by this query."""
    jira_macro: Annotated[bool, Field(strict=True)] = True
    """Whether a ticket in Jira is shown by Confluence's own Jira macro, which tells its status by itself."""
    jira_servers: dict[str, Name] = Field(default_factory=dict)
    """By name of a tracker, the id of the application link through which its Jira is seen."""
    ca_file: Name | None = None
    client_cert: Name | None = None
    proxy: Proxy | None = None

    @field_validator("url")
    @classmethod
    def _site(cls, url: str) -> str:
        if "/ex/confluence" in urlsplit(url).path:
            raise ValueError(
                "url is the address at which people open Confluence, such as "
                "https://acme.atlassian.net/wiki; write cloud_id beside it"
            )
        return url.removesuffix("/wiki") if is_cloud_host(url) else url

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not (self.labels or self.spaces or self.parents or self.cql):
            raise ValueError("name which pages are meant: labels, spaces, parents or cql")
        if self.deployment == "datacenter" and self.cloud_id:
            raise ValueError("cloud_id is for Cloud only; leave it away for Data Center")
        if is_cloud_host(self.url) and not self.email and not self.cloud_id:
            raise ValueError(
                "email is missing: Confluence Cloud takes a token only with the e-mail address of its account"
            )
        return self

    @property
    def known_as_cloud(self) -> bool | None:
        """Cloud or Data Center, as far as it is known without asking."""
        if self.deployment != "auto":
            return self.deployment == "cloud"
        return True if self.cloud_id or is_cloud_host(self.url) else None

    @property
    def prefix(self) -> str:
        """Where Cloud's APIs begin, behind the address that is asked."""
        return "" if self.url.endswith("/wiki") and not self.cloud_id else "/wiki"

    def owns(self, path: str) -> bool:
        """Whether a document is a page of this source, by its name."""
        head, _, id = path.partition(":")
        return head == self.name and id.isascii() and id.isdigit()

    def page_url(self, id: str) -> str:
        """Where a person opens a page, whatever it is called and wherever it is moved."""
        within = "/wiki" if self.known_as_cloud and not self.url.endswith("/wiki") else ""
        return f"{self.url}{within}/pages/viewpage.action?pageId={id}"

    @property
    def who(self) -> str:
        """Whose token it is, as a message names it."""
        return self.email or self.host

    @property
    def host(self) -> str:
        """The host, as people know the site."""
        return urlsplit(self.url).hostname or self.url

    def path(self, name: str, root: Path) -> Path | None:
        """A file that a key names; a relative path counts from the root."""
        value = getattr(self, name)
        return (root / Path(value).expanduser()).absolute() if value is not None else None

    def addresses(self) -> tuple[str, ...]:
        """Where the token is sent."""
        return (self.gateway if self.cloud_id else self.url,)


def is_cloud_host(url: str) -> bool:
    """Whether the address tells by itself that the site is in Atlassian's cloud."""
    return (urlsplit(url).hostname or "").endswith(CLOUD_HOSTS)


def query_of(settings: ConfluenceSettings) -> str:
    """The pages that the settings mean, in CQL, oldest first so that new ones come last.

    Language: developer.atlassian.com, "Advanced searching using CQL".
    """
    parts = ["type = page"]
    for field, values in (("label", settings.labels), ("space", settings.spaces)):
        if values:
            parts.append(f"{field} in ({', '.join(map(_quoted, values))})")
    if settings.parents:
        parts.append(f"ancestor in ({', '.join(settings.parents)})")
    if settings.cql:
        parts.append(f"({settings.cql})")
    return f"{' and '.join(parts)} order by created asc"


def _quoted(value: Any) -> str:
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
