"""Play one seed and show what happened: `.venv/bin/python -m tests.simulation PROFILE SEED`."""

from __future__ import annotations

import argparse

from tests.simulation.mutants import MUTANTS
from tests.simulation.nights import LARGE, PROFILES
from tests.simulation.verdict import simulate


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("profile", choices=PROFILES)
    parser.add_argument("seed")
    parser.add_argument("--large", action="store_true", help="with the size of the nightly seeds")
    parser.add_argument("--mutant", choices=MUTANTS, help="with this bug planted")
    parser.add_argument("--quiet", action="store_true", help="only the digest of the log, and what is wrong")
    options = parser.parse_args()
    parts = MUTANTS[options.mutant] if options.mutant else None
    played = simulate(options.seed, PROFILES[options.profile], parts, LARGE if options.large else None)
    if not options.quiet:
        print("\n".join(played.stage.lines))
    print(f"{played.stage.digest}  {played.runs} runs, {played.deaths} died")
    print("\n".join(played.wrong) or "nothing wrong")
    return int(bool(played.wrong))


if __name__ == "__main__":
    raise SystemExit(main())
