"""Reads the action items and the incident out of a parsed document. Pure, and the same for every format."""

from __future__ import annotations

from .postmortem import extract
from .vocabulary import Vocabulary, default_vocabulary

__all__ = ["Vocabulary", "default_vocabulary", "extract"]
