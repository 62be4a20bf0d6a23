"""The report as one HTML page that needs nothing but itself: no network, no other file."""

from followthrough.reporting.page.rendering import page

__all__ = ["page"]
