"""Random schedules of real members' acts, with kills, cuts and lies by one of them.

    python -m scripts.consortium.schedules --count 20 --seed 1

Each seed says what is done. Two honest universities go on through several seeds, on one chain; in each a
new member joins, acts, lies and is suspended. Exit status 1 if a seed failed; it is printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from click import echo

from scripts.consortium.schedules.checks import check
from scripts.consortium.schedules.player import Cast
from scripts.consortium.schedules.promises import Promises
from scripts.consortium.schedules.schedule import Schedule
from scripts.report.kept import keep

HONEST = ("tashkent", "samarkand")
SEEDS_TOGETHER = 5  # in one consortium
LOG_LINES = 15


def main() -> int:
    """Run the schedules and return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts.consortium.schedules", description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    begun = time.monotonic()
    seeds = list(range(given.seed, given.seed + given.count))
    failed: list[int] = []
    while seeds:
        with tempfile.TemporaryDirectory(prefix="muhr-schedules-") as folder:
            done, is_well = _run_together(seeds[:SEEDS_TOGETHER], Path(folder))
        failed += [] if is_well else [seeds[done - 1]]
        seeds = seeds[done:]
    figures = {"cases": given.count, "failures": len(failed)}
    command = f"python -m scripts.consortium.schedules --count {given.count}"
    keep("consortium-schedules", command, figures, given.seed)
    took = time.monotonic() - begun
    echo(f"{given.count} schedules, failed: {failed or 'none'}, {took:.0f} s")
    return 1 if failed else 0


def _run_together(seeds: list[int], folder: Path) -> tuple[int, bool]:
    """Return how many seeds were run in one consortium, and whether the last of them was well."""
    begun, count = time.monotonic(), 1
    promises, stolen = Promises(), set[str]()
    try:
        with Cast(folder / "consortium", names=HONEST) as cast:
            first, second = cast.players
            second.run("consortium", "meet", first.front.url)
            echo(f"· a consortium of {' and '.join(HONEST)}, {time.monotonic() - begun:.0f} s")
            for count, seed in enumerate(seeds, 1):
                (folder / str(seed)).mkdir()
                liar = cast.join(f"bukhara{seed}")
                if not _is_well(Schedule(cast, seed, folder / str(seed), promises, stolen)):
                    return count, False
                promises.forget(liar)
                cast.council.decide(("suspend", liar.uri))
                liar.end()
    except Exception:  # whatever it is, the next seeds begin with a consortium of their own
        echo(f"✗ seed {seeds[count - 1]}, around its schedule:\n{traceback.format_exc()}")
        return count, False
    return len(seeds), True


def _is_well(schedule: Schedule) -> bool:
    """Let a schedule happen, and tell what came of it."""
    begun = time.monotonic()
    lie = type(schedule.lie).__name__
    try:
        schedule.run()
        named = check(schedule)
    except Exception:  # whatever it is, it is told with what led to it
        took = time.monotonic() - begun
        echo(f"✗ seed {schedule.seed}, {lie}, {took:.0f} s: {', '.join(schedule.done)}")
        echo(traceback.format_exc())
        for member in schedule.members:
            lines = member.log.read_text(errors="replace").splitlines()
            echo("\n".join(f"{member.name}: {line}" for line in lines[-LOG_LINES:]))
        return False
    finally:
        schedule.lie.end()
    took = time.monotonic() - begun
    echo(f"✓ seed {schedule.seed}, {lie}, {len(schedule.done)} acts, {took:.0f} s; {named[0]}")
    return True


if __name__ == "__main__":
    sys.exit(main())
