"""Where documents live: list them, read them, write one if its version still stands."""

from followthrough.sources.interface import (
    Changed,
    Content,
    Disk,
    PlaceError,
    Source,
    SourceError,
    WriteRefused,
)

__all__ = ["Changed", "Content", "Disk", "PlaceError", "Source", "SourceError", "WriteRefused"]
