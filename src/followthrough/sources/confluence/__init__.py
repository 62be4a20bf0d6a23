"""Pages of a Confluence, Cloud or Data Center, as documents.

``client`` sends and says what a refusal means, ``dialects`` knows the two APIs, ``pages`` what they tell
of a page, and ``source`` is the :class:`~followthrough.sources.interface.Source`.
"""

from followthrough.sources.confluence.source import ConfluenceSource

__all__ = ["ConfluenceSource"]
