"""Extraction, from bytes to measures: against a parser that only parses, and over growing documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.generate import Generated, Generator
from benchmarks.measure import Took, in_turn, timed
from benchmarks.results import Row, milliseconds, size
from markdown_it import MarkdownIt

from followthrough import documents, extraction

TODAY = date(2026, 11, 23)
UNLIMITED = documents.Limits(
    document=2**40, line=2**40, blocks=2**40, pieces=2**40, lines=2**40, headings=2**40
)
WARM_UP = 10_000_019  # a seed that no round has
PUBLISHED = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "docs"
LEAST = 200_000  # bytes in one run: fewer, and the clock's own steps would be measured


def against_markdown_it(*, total: int, rounds: int) -> list[Row]:
    """Ours reads and understands, theirs only parses, the same bytes; new ones in each round."""
    parser = MarkdownIt("commonmark").enable("table")
    texts = [tuple(Generator(number).documents(total)) for number in range(rounds)]

    def extracted(number: int) -> Took:
        found: list[int] = []
        took = timed(lambda: found.extend(measures(each) for each in texts[number]))
        wanted = sum(each.measures for each in texts[number])
        assert 0.8 * wanted < sum(found) < 1.2 * wanted, f"{sum(found)} measures found, {wanted} written"
        return took

    def parsed(number: int) -> Took:
        return timed(lambda: [documents.parse(each.data, each.name) for each in texts[number]])

    def theirs(number: int) -> Took:
        return timed(lambda: [parser.parse(each.data.decode()) for each in texts[number]])

    for each in Generator(WARM_UP).documents(100_000):
        measures(each)
        parser.parse(each.data.decode())
    series = in_turn({"extraction": extracted, "markdown-it-py": theirs, "our parsing alone": parsed}, rounds)
    ours, other, parsing = series.values()

    def speed(seconds: float) -> str:
        return f"{total / 1e6 / seconds:.2f} MB/s"

    return [
        Row(
            what=f"whole extraction of {size(total)}, {len(texts[0])} files; against markdown-it-py parsing",
            ours=speed(ours.cpu),
            other=speed(other.cpu),
            ratio=ours.times_faster_than(other),
            goal=1.5,
            runs=[ours, other],
        ),
        Row(
            what="our parsing alone; against markdown-it-py parsing",
            ours=speed(parsing.cpu),
            other=speed(other.cpu),
            ratio=parsing.times_faster_than(other),
            runs=[parsing, other],
        ),
    ]


def published(*, rounds: int) -> list[Row]:
    """The same of postmortems that were published, each read once in all; nothing where there are none."""
    parser = MarkdownIt("commonmark").enable("table")
    texts = [(path.read_bytes(), path.name) for path in sorted(PUBLISHED.glob("*.md"))]
    if not texts:
        return []
    for each in Generator(WARM_UP).documents(100_000):
        measures(each)
        parser.parse(each.data.decode())

    def ours(number: int) -> Took:
        return timed(
            lambda: [
                extraction.extract(documents.parse(data, name), today=TODAY)
                for data, name in texts[number::rounds]
            ]
        )

    def theirs(number: int) -> Took:
        return timed(
            lambda: [parser.parse(data.decode(errors="replace")) for data, _ in texts[number::rounds]]
        )

    extracted, parsed = in_turn({"extraction": ours, "markdown-it-py": theirs}, rounds).values()
    total = sum(len(data) for data, _ in texts)
    return [
        Row(
            what=f"extraction of {len(texts)} published files, {size(total)}; against markdown-it-py parsing",
            ours=milliseconds(sum(run.cpu for run in extracted.runs)),
            other=milliseconds(sum(run.cpu for run in parsed.runs)),
            ratio=extracted.times_faster_than(parsed),
            goal=1.0,
            runs=[extracted, parsed],
        )
    ]


def growing(*, sizes: Sequence[int], rounds: int) -> list[Row]:
    """A megabyte's time in one document of each size."""

    def run(size: int, number: int) -> Took:
        # Seeds of their own for each size, so that none profits from what another one has read.
        seeds = range(size + 100 * number, size + 100 * number + max(1, LEAST // size))
        texts = [Generator(seed).document(size) for seed in seeds]
        took = timed(lambda: [measures(each) for each in texts])
        megabytes = sum(len(each.data) for each in texts) / 1e6
        return Took(took.wall / megabytes, took.cpu / megabytes)

    for each in Generator(WARM_UP).documents(100_000):
        measures(each)
    series = in_turn({str(each): partial(run, each) for each in sizes}, rounds)
    first = series[str(sizes[0])]
    return [
        Row(
            what=f"a megabyte within one document of {size(each)}; against one of {size(sizes[0])}",
            ours=milliseconds(series[str(each)].cpu),
            other=milliseconds(first.cpu),
            ratio=series[str(each)].times_faster_than(first),
            runs=[series[str(each)], first],
        )
        for each in sizes[1:]
    ]


def measures(document: Generated) -> int:
    """The whole way, from bytes to the number of measures found."""
    parsed = documents.parse(document.data, document.name, UNLIMITED)
    return len(extraction.extract(parsed, today=TODAY).items)
