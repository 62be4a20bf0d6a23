"""One ``[trackers.X]``: the keys that every kind shares, and those its connector's model checks.

A connector whose model has a field of the same name is given a shared key that the file sets, paths
made absolute; a model without it never sees it. ``ca_file``, ``client_cert`` and ``proxy`` need not
be asked for at all by a connector that uses :meth:`followthrough.http.Transport.client`: the
transport it is given follows them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from followthrough.settings.values import Labels, Name, Settle, Words, one_of

if TYPE_CHECKING:
    from followthrough.http import Network

PATHS: Final = ("ca_file", "client_cert")
"""Keys that name a file, from the root."""


def _proxy(url: str) -> str:
    try:
        parts = urlsplit(url)
        fit = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/")
        port = parts.port
    except ValueError:
        fit = port = None
    if "@" in url:
        # Not repeated: it may hold a password.
        raise ValueError("the address of a proxy must not hold a user name or password")
    if not fit or port == 0:
        raise ValueError(f"{url!r} is not the address of a proxy; write it as http://proxy.example:3128")
    return url.rstrip("/")


Proxy = Annotated[Name, AfterValidator(_proxy)]


def _assign(value: object) -> str:
    return one_of(value, "way to assign", ("new", "never"))


class Tracker(BaseModel):
    """One ``[trackers.X]``: ``kind`` names the connector, whose own model checks the other keys."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: str
    public: Annotated[bool, Field(strict=True)] | None = None
    """Whether documents not known to be public may be filed where everybody can read."""
    authors: Words = ()
    """Further accounts whose issues may carry our marker."""
    settle: Settle = None
    """How long an issue may stay invisible after a create without answer; the connector's if not given."""
    assign: Annotated[str, BeforeValidator(_assign)] = "new"
    """Whether new issues get an assignee."""
    labels: Labels = ("postmortem",)
    ca_file: Name | None = None
    client_cert: Name | None = None
    proxy: Proxy | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The keys that the connector's model checks."""
        return dict(self.model_extra or {})

    def options_for(self, model: type[BaseModel], root: Path) -> dict[str, Any]:
        """The same with the shared keys that this model asks for and the file sets."""
        asked = (Tracker.model_fields.keys() - {"kind"}) & model.model_fields.keys() & self.model_fields_set
        shared = {name: getattr(self, name) for name in asked}
        paths = {name: self.path(name, root) for name in asked & set(PATHS)}
        return {**self.options, **shared, **paths}

    def path(self, name: str, root: Path) -> Path | None:
        """A file that a key names; a relative path counts from the root."""
        value = getattr(self, name)
        return (root / Path(value).expanduser()).absolute() if value is not None else None

    def network(self, root: Path) -> Network | None:
        """How its connections are made, where the file says anything about it."""
        if self.ca_file is None and self.client_cert is None and self.proxy is None:
            return None
        from followthrough.http import Network

        return Network(self.path("ca_file", root), self.path("client_cert", root), self.proxy)
