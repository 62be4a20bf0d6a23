"""Carries the action items of incident postmortems into a tracker, and their status back."""

__version__ = "0.1.0"
