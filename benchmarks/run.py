"""Runs the benchmarks, all or by name: a table on the screen, all figures in build/benchmarks.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

# Behind everything installed, so that followthrough is the built wheel and never the checkout.
sys.path.append(str(Path(__file__).resolve().parent.parent))

from benchmarks import (
    distance,
    distance_github,
    extraction,
    hostile,
    planning,
    reporting,
    rerunning,
    scaling,
    starting,
    summarising,
)
from benchmarks.results import Row, table

ROOT = Path(__file__).resolve().parent.parent

# Name: at full size, and small, to see that the benchmark itself works.
BENCHMARKS: dict[str, tuple[Callable[[], list[Row]], Callable[[], list[Row]]]] = {
    "extraction": (
        lambda: extraction.against_markdown_it(total=5_000_000, rounds=5),
        lambda: extraction.against_markdown_it(total=100_000, rounds=3),
    ),
    "published": (
        lambda: extraction.published(rounds=5),
        lambda: extraction.published(rounds=2),
    ),
    "hostile": (
        lambda: hostile.dearest(mixed=500, size=100_000, largest=hostile.LARGEST),
        lambda: hostile.dearest(mixed=0, size=1_000, largest=10_000),
    ),
    "growth": (
        lambda: extraction.growing(sizes=(10_000, 100_000, 1_000_000, 10_000_000), rounds=3),
        lambda: extraction.growing(sizes=(10_000, 100_000), rounds=3),
    ),
    "archive": (
        lambda: summarising.summarising(few=1_000, many=10_000, rounds=3),
        lambda: summarising.summarising(few=10, many=20, rounds=2),
    ),
    "start-up": (lambda: starting.starting(rounds=15), lambda: starting.starting(rounds=2)),
    "first-plan": (
        lambda: planning.planning(count=500, rounds=3),
        lambda: planning.planning(count=10, rounds=2),
    ),
    "rerun": (
        lambda: rerunning.rerunning(counts=(250, 1_000, 4_000), main=1_000, rounds=3),
        lambda: rerunning.rerunning(counts=(5, 10, 20), main=10, rounds=2),
    ),
    "scaling": (
        lambda: scaling.scaling(counts=(100, 1_000, 10_000)),
        lambda: scaling.scaling(counts=(2, 4, 8)),
    ),
    "report": (
        lambda: reporting.reporting(few=1_000, many=10_000, rounds=3),
        lambda: reporting.reporting(few=10, many=20, rounds=1),
    ),
    "durability": (
        lambda: scaling.durability(count=2_000, rounds=5),
        lambda: scaling.durability(count=100, rounds=2),
    ),
    "jira": (
        lambda: distance.jira_cloud(create=200, refresh=1_000, latency=0.1),
        lambda: distance.jira_cloud(create=20, refresh=60, latency=0.005),
    ),
    "github": (
        lambda: distance_github.github_site(create=20, refresh=1_000, latency=0.1),
        lambda: distance_github.github_site(create=2, refresh=10, latency=0.005),
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of: {', '.join(BENCHMARKS)}; all without one"
    )
    parser.add_argument("--small", action="store_true", help="tiny sizes, whose figures mean nothing")
    parser.add_argument(
        "--output", type=Path, default=ROOT / "build" / "benchmarks.json", help="where the JSON goes"
    )
    options = parser.parse_args()
    # Whoever ends it ends it as Ctrl-C does: what was started ends first, then its folders go.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    names = options.names or list(BENCHMARKS)
    results = {}
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        begun = time.monotonic()
        rows = BENCHMARKS[name][options.small]()
        print(f"\n{name} ({time.monotonic() - begun:.0f} s)\n{table(rows)}\n", flush=True)
        results[name] = [row.to_json() for row in rows]
    options.output.parent.mkdir(parents=True, exist_ok=True)
    report = {
        "schema": "followthrough.benchmarks/1",
        "small": options.small,
        "machine": machine(),
        "benchmarks": results,
    }
    options.output.write_text(json.dumps(report, indent=2) + "\n")
    return 0


def machine() -> dict[str, object]:
    """What the figures depend on."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


if __name__ == "__main__":
    sys.exit(main())
