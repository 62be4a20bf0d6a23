"""The settings of one Jira project."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from followthrough.http import Secret, check_url
from followthrough_jira.addresses import GATEWAY_PATH, is_cloud_host

__all__ = ["JiraSettings"]


def _a_list(value: object) -> object:
    if isinstance(value, str):
        raise ValueError(f'it is a list: write ["{value}"]')
    return value


def _site(url: str) -> str:
    url = check_url(url)
    if GATEWAY_PATH in urlsplit(url).path:
        raise ValueError(
            "url is the address at which people open Jira, such as https://acme.atlassian.net; write "
            'gateway = "https://api.atlassian.com" beside it'
        )
    return url


BRACES: Final = re.compile(r"\{([a-z]+)\}")
NAMES: Final = (
    "date", "document", "due", "id", "incident", "kind", "owner", "priority", "service", "severity", "team",
    "title", "url",
)  # fmt: skip
"""What the words of a field may be made of, in braces."""


def _templates(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in _braced(fields):
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=1)
            guess = f"did you mean {{{near[0]}}}? " if near else ""
            known = ", ".join(f"{{{known}}}" for known in NAMES)
            raise ValueError(f"there is no {{{name}}} for a field; {guess}known: {known}")
    return fields


def _braced(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from BRACES.findall(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _braced(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _braced(inner)


Name = Annotated[str, Field(min_length=1)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_a_list)]

WONT_DO: Final = (
    "Won't Do", "Won't Fix", "Wont Do", "Wont Fix", "Won’t Do", "Won’t Fix", "Rejected", "Declined",
    "Cancelled", "Canceled", "Abandoned", "Obsolete", "Invalid", "Not a Bug", "Cannot Reproduce",
    "Incomplete", "Duplicate",
)  # fmt: skip
"""Names of resolutions and statuses in Jira's templates that say that the work is not done."""
BLOCKED: Final = (
    "Blocked",
    "On Hold",
    "Impeded",
    "Waiting",
    "Waiting for customer",
    "Waiting for support",
    "Pending",
)


class JiraSettings(BaseModel):
    """One ``[trackers.X]`` section with ``kind = "jira"``; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    url: Annotated[str, AfterValidator(_site)]
    """Where people open Jira; with the context path, if it has one."""
    project: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=255)]
    """The key of the project."""
    token: Secret
    """An API token (Cloud) or a personal access token (Data Center)."""
    email: Name | None = None
    """The account of an API token. Without it the token is sent as a bearer token."""
    deployment: Literal["auto", "cloud", "datacenter"] = "auto"
    gateway: Annotated[str, AfterValidator(check_url)] | None = None
    """For a token with scopes or of a service account: these are taken at Atlassian's gateway only."""
    cloud_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")] | None = None
    """Which site the gateway is to ask; the site itself tells it."""

    issue_type: Name = "Task"
    parent: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*-[1-9][0-9]*$")] | None = None
    """The key of the epic or parent of each new issue."""
    components: Names = ()
    security_level: Name | None = None
    """Without it an issue is as open as its project."""
    priorities: Mapping[str, Name] = Field(default_factory=dict)
    """Word of the document to name in Jira."""
    fields: Annotated[Mapping[str, Any], AfterValidator(_templates)] = Field(default_factory=dict)
    """Field, by name or id, to its value; words may hold names in braces."""
    transition_fields: Mapping[str, Any] = Field(default_factory=dict)
    """The same for fields that a transition demands, such as those of a screen shown on closing."""
    marker: Literal["label", "description"] = "label"
    """How our issues are listed: by the label ``followthrough``, or by the footer of the description."""
    remote_link: bool = False
    """Whether each new issue gets a web link to its postmortem beside the one in its text."""

    wont_do: Names = WONT_DO
    """Names of statuses and resolutions, in any case, that mean "won't do"."""
    blocked: Names = BLOCKED
    """Names of statuses that mean "blocked"."""

    ca_file: Path | None = None
    client_cert: Path | None = None
    proxy: str | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.deployment == "datacenter" and self.gateway:
            raise ValueError("gateway is for Cloud only; leave it away for Data Center")
        if is_cloud_host(self.url) and not self.email and not self.gateway:
            raise ValueError(
                "email is missing: Jira Cloud takes a token only with the e-mail address of its account"
            )
        if self.cloud_id and not self.gateway:
            raise ValueError('cloud_id is for the gateway; write gateway = "https://api.atlassian.com" too')
        return self

    @property
    def who(self) -> str:
        """Whose token it is, as a message names it."""
        return self.email or urlsplit(self.url).hostname or self.url
