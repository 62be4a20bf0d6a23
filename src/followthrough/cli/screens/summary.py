"""The summary of an archive, on one screen or as one object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from followthrough.cli.screens.words import count
from followthrough.extraction.summing import Counted, Counts, Heading, Summary
from followthrough.extraction.vocabulary import Role
from followthrough.model import Kind

SCHEMA = "followthrough.extract-summary/1"
_FEW, _MANY = 10, 20
"""How much of a list is shown without ``--all``."""
_WIDTH = 72


def lines(summary: Summary, *, everything: bool) -> Iterator[str]:
    """The summary for a person; ``everything`` shows every document, and all of each list."""
    read = [document for document in summary.documents if document.error is None]
    failed = [document for document in summary.documents if document.error is not None]
    empty = [document for document in read if not document.counts.measures]
    total = summary.total
    yield (
        f"{count(len(summary.documents), 'document')}: {len(read) - len(empty):,} with measures, "
        f"{len(empty):,} without, {len(failed):,} unreadable"
    )
    yield f"{count(total.measures, 'measure')}: {_counted(total)}"
    yield f"  {', '.join(_kinds(summary))}" if total.measures else ""
    if everything:
        yield "Documents"
        yield from _documents(read)
    yield from _empty(empty, everything)
    yield from _listed("Unreadable", [f"{one.error}" for one in failed], None if everything else _FEW)
    yield from _headings(summary.headings, everything)
    doubts = [f"{one.name}:{one.line}: {_cut(one.text)}   ({one.reason})" for one in summary.doubts]
    yield from _listed("Uncertain", doubts, None if everything else _MANY)


def _counted(counts: Counts) -> str:
    return (
        f"{counts.done:,} done, {counts.with_ticket:,} with a ticket, "
        f"{counts.without_owner:,} without owner, {counts.without_date:,} without date, "
        f"{counts.uncertain:,} uncertain"
    )


def _kinds(summary: Summary) -> Iterator[str]:
    for kind in Kind:
        stated, inferred = summary.stated[kind], summary.inferred[kind]
        if stated or inferred:
            yield f"{kind.value} {stated + inferred:,} ({stated:,} stated, {inferred:,} inferred)"


def _documents(read: Sequence[Counted]) -> Iterator[str]:
    for one in read:
        yield f"  {one.name}: {count(one.counts.measures, 'measure')}" + (
            f" ({_counted(one.counts)})" if one.counts.measures else ""
        )


def _empty(empty: Sequence[Counted], everything: bool) -> Iterator[str]:
    like = [one.name for one in empty if one.looks_like_postmortem]
    unlike = [one.name for one in empty if not one.looks_like_postmortem]
    yield from _listed("Postmortems by their looks, without measures", like, None if everything else _FEW)
    if everything:
        yield from _listed("No postmortems by their looks, without measures", unlike, None)
    elif unlike:
        yield f"No postmortems by their looks, without measures: {len(unlike):,}"


def _headings(headings: Sequence[Heading], everything: bool) -> Iterator[str]:
    unknown = [one for one in headings if one.role is Role.NEUTRAL]
    known = [one for one in headings if one.role is not Role.NEUTRAL]
    for title, found in (("not known", unknown), ("known for something else", known)):
        rows = [
            f"{one.times:>5,}  {one.title}{f'   ({one.role})' if found is known else ''}" for one in found
        ]
        yield from _listed(f"Headings passed over, {title}", rows, None if everything else _FEW)


def _listed(title: str, found: Sequence[str], most: int | None) -> Iterator[str]:
    """A list under its title and number, cut with a count of the rest."""
    if not found:
        return
    yield f"{title}: {len(found):,}"
    yield from (f"  {line}" for line in found[:most])
    if most is not None and len(found) > most:
        yield f"  … and {len(found) - most:,} more (--all)"


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def to_json(summary: Summary) -> dict[str, Any]:
    """All of it."""
    read = [document for document in summary.documents if document.error is None]
    return {
        "schema": SCHEMA,
        "counts": {
            "documents": len(summary.documents),
            "with_measures": sum(document.counts.measures > 0 for document in read),
            "without_measures": sum(not document.counts.measures for document in read),
            "unreadable": len(summary.documents) - len(read),
            **asdict(summary.total),
        },
        "kinds": [
            {"kind": kind.value, "stated": summary.stated[kind], "inferred": summary.inferred[kind]}
            for kind in Kind
        ],
        "documents": [_document(one) for one in summary.documents],
        "skipped": [
            {"heading": one.title, "role": one.role.value, "times": one.times} for one in summary.headings
        ],
        "uncertain": [
            {"document": one.name, "line": one.line, "text": one.text, "reason": one.reason}
            for one in summary.doubts
        ],
    }


def _document(one: Counted) -> dict[str, Any]:
    record = {"document": one.name, **asdict(one.counts), "looks_like_postmortem": one.looks_like_postmortem}
    return record if one.error is None else record | {"error": one.error}
