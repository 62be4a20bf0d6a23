"""``[[sources]]``: kinds of places where documents live, each with a model of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Discriminator, Tag

from followthrough.settings.confluence import ConfluenceSettings
from followthrough.settings.git import GitSettings
from followthrough.settings.problems import KIND
from followthrough.settings.values import Section, one_of


class FolderSettings(Section):
    """Files below the root, by globs."""

    kind: Literal["folder"] = "folder"
    documents: tuple[str, ...] = ()


KINDS: Final = ("folder", "confluence", "git")


def _given(value: Any) -> Any:
    return value.get("kind", "folder") if isinstance(value, Mapping) else getattr(value, "kind", None)


def _known(value: Any) -> Any:
    one_of(_given(value), "kind of source", KINDS)
    return value


def _tag(value: Any) -> str:
    return f"{KIND}{str(_given(value)).casefold()}"


SourceSettings = Annotated[
    Annotated[FolderSettings, Tag(f"{KIND}folder")]
    | Annotated[ConfluenceSettings, Tag(f"{KIND}confluence")]
    | Annotated[GitSettings, Tag(f"{KIND}git")],
    Discriminator(_tag),
    BeforeValidator(_known),
]
