"""The types of columns, one for each way a value is stored; they serve SQLite and PostgreSQL.

Migrations use them, so what they mean for a database never changes.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Identity, Integer, Text, TypeDecorator

_ESCAPE: Final = "\ue000"
"""A character of private use; the one after it says what the two stand for."""
_ZERO, _ITSELF = _ESCAPE + "0", _ESCAPE + "1"


def escaped(text: str) -> str:
    """Text that PostgreSQL can hold, which has no place for a zero byte; equal texts stay equal."""
    if "\0" in text or _ESCAPE in text:
        return text.replace(_ESCAPE, _ITSELF).replace("\0", _ZERO)
    return text


def unescaped(text: str) -> str:
    """What :func:`escaped` was given."""
    if _ESCAPE in text:
        return text.replace(_ZERO, "\0").replace(_ITSELF, _ESCAPE)
    return text


class ServedText(TypeDecorator[str]):
    """Text in PostgreSQL, compared byte by byte: times are text, and a database may sort by some language."""

    impl = Text
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(collation="C")

    def process_bind_param(self, value: Any, dialect: object) -> str | None:
        return None if value is None else escaped(value)

    def process_result_value(self, value: Any, dialect: object) -> str | None:
        return None if value is None else unescaped(value)


TEXT: Final = Text().with_variant(ServedText(), "postgresql")
NUMBER: Final = Integer().with_variant(BigInteger(), "postgresql")


def place() -> Column[int]:
    """PostgreSQL's column of where a key stands in the order of first commits, as SQLite's rowid tells."""
    return Column("place", BigInteger, Identity(always=True), nullable=False)
