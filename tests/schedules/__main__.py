"""Run many schedules; exit status 1 if one failed, whose seed is printed.

python -m tests.schedules --count 1000 --seed 1 --processes 2
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click

from tests.schedules.many import make_database, run


def main() -> int:
    """Run the schedules, print what became of them, and return the exit status."""
    parser = argparse.ArgumentParser(prog="tests.schedules", description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    begun, failed = time.monotonic(), 0
    lies: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        database = make_database(Path(folder, "empty.db"))
        seeds = [(given.seed + number, database) for number in range(given.count)]
        with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
            for seed, lie, wrong in pool.imap_unordered(run, seeds):
                lies[lie] += 1
                if wrong:
                    failed += 1
                    click.echo(f"seed {seed} ({lie}):\n{wrong}")
    took = time.monotonic() - begun
    click.echo(
        f"{given.count} schedules, {failed} failed, {took:.0f} s; lies: {dict(sorted(lies.items()))}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
