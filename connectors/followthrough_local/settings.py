"""The settings of one embedded tracker."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator


class LocalSettings(BaseModel):
    """One ``[trackers.X]`` section with ``kind = "local"``; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    path: Path = Path(".followthrough/tracker.db")
    """The file of the tickets; a relative path counts from the folder of the settings."""
    prefix: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,9}$")] = "FT"
    """What keys begin with: ``FT`` gives ``FT-1``, ``FT-2``, …"""

    @field_validator("path")
    @classmethod
    def _absolute(cls, path: Path, info: ValidationInfo) -> Path:
        root = (info.context or {}).get("root", Path.cwd())
        return (Path(root) / path.expanduser()).absolute()
