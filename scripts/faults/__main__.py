"""Use a served library in many ways at once, break something every 20 seconds, and count.

    python -m scripts.faults --seconds 140 --seed 1      exit status 1 if a promise was not kept

Promised: of the reads 99.9 % are answered rightly and of the writes 99.5 % accepted, each within a minute in
which the client waits as long as it is told (ADR 0080); nothing that was acknowledged is lost; an audit
finds nothing. The last line is JSON, and is kept for docs/reliability.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from scripts.faults import afterwards
from scripts.faults.kept_library import KeptLibrary
from scripts.faults.kinds import Faults
from scripts.faults.people import People
from scripts.faults.small_disk import SmallDisk, run_inside
from scripts.report.kept import keep

FAULT_EVERY_SECONDS = 20
LEAST_READS, LEAST_WRITES = 0.999, 0.995


def storm(folder: Path, seconds: int, seed: int) -> dict[str, Any]:
    """Return the figures of so many seconds. folder: empty; the library's home is put there."""
    with SmallDisk(folder) as disk, KeptLibrary(folder, "library.test/faults") as library:
        people = People(library, seed)
        people.prepare()
        faults = Faults(library, disk, random.Random(seed))
        with people:
            done = _break_things(faults, seconds)
        lost = afterwards.lost(library, people)
        report = afterwards.audit(library)
        told = afterwards.readers_found_in(library, people)
        restarts = library.restarts
    acknowledged = len(people.taken.books) + len(people.taken.grants) + len(people.entries)
    return {
        "seconds": seconds,
        "faults": dict(sorted(done.items())),
        "left_out": [] if disk.is_small else ["disk full"],
        "restarts": restarts,
        "reads": people.reads.figures(),
        "writes": people.writes.figures(),
        "read_share": people.reads.share(),
        "write_share": people.writes.share(),
        "acknowledged": acknowledged + sum(map(len, people.imports.values())),
        "lost": lost,
        "audit": report,
        "readers_found_in": told,
        "failures": people.failures,
    }


def _break_things(faults: Faults, seconds: int) -> Counter[str]:
    """Return how often each kind of fault was done, the first after half of the time between two."""
    begun, done = time.monotonic(), Counter[str]()
    for at in range(FAULT_EVERY_SECONDS // 2, seconds, FAULT_EVERY_SECONDS):
        time.sleep(max(0, begun + at - time.monotonic()))
        kind = faults.next()
        print(f"{time.monotonic() - begun:.0f} s: {kind}", flush=True)
        faults.kinds[kind]()
        done[kind] += 1
    time.sleep(max(0, begun + seconds - time.monotonic()))
    return done


def is_kept(figures: dict[str, Any]) -> bool:
    """Return whether all that is promised held."""
    return (
        figures["read_share"] >= LEAST_READS
        and figures["write_share"] >= LEAST_WRITES
        and not figures["lost"]
        and not figures["readers_found_in"]
        and not figures["failures"]
        and figures["audit"] == "clean"
    )


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=140)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    run_inside(["-m", "scripts.faults", *sys.argv[1:]])
    with tempfile.TemporaryDirectory(prefix="muhr-faults-") as folder:
        figures = storm(Path(folder), given.seconds, given.seed)
    command = f"python -m scripts.faults --seconds {given.seconds} --seed {given.seed}"
    print(keep("mixed-load", command, figures, given.seed))
    return 0 if is_kept(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
