"""Tamper with a ledger at random, many times, and see whether an auditor of chain and tiles notices.

One library is lived; each tampering is done to a copy of its database and audited. Exit status 1 if one
was not noticed, or if an untouched copy is not clean. Prints a row for each kind.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from ledger_service.adapters.sql.migrate import upgrade
from ledger_service.adapters.sql.store import open_store, sqlite_url
from scripts.report.kept import keep
from tests.simulators.tampered import Lived, Operator, audit, live, replace_database
from tests.simulators.tamperings import KINDS

CONTROL_EVERY = 100  # an untouched copy is audited once for so many tamperings


def tamper(lived: Lived, seed: int, folder: Path, number: int) -> tuple[str, list[str]]:
    """Return the kind of the tampering of this number, and what its audit finds.

    The number alone says what is done, whichever process does it.
    """
    rng = random.Random(f"{seed}:{number}")
    path = folder / f"{multiprocessing.current_process().name}.db"
    replace_database(lived.database, path)
    names = sorted(KINDS)
    name = names[number % len(names)]
    if number % CONTROL_EVERY == 0:
        untouched = audit(lived, path)
        if not untouched.is_clean:
            raise RuntimeError(f"An untouched copy is not clean: {untouched.findings}")
    KINDS[name](Operator(lived, path, rng))
    return name, sorted({finding.name for finding in audit(lived, path).findings})


_inherited: list[tuple[Lived, int, Path]] = []


def _inherit(*shared: object) -> None:
    _inherited[:] = [shared]  # type: ignore[list-item]


def _tamper(number: int) -> tuple[str, list[str]]:
    return tamper(*_inherited[0], number)


def new_library(folder: Path) -> Lived:
    """Return a lived library in a folder."""
    empty = folder / "empty.db"
    store = open_store(sqlite_url(empty))
    upgrade(store.engine)
    store.close()
    return live(folder, empty)


def main() -> int:
    """Run so many tamperings, print what became of them, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    begun = time.monotonic()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    counts: Counter[str] = Counter()
    missed = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lived = new_library(folder)
        clean = audit(lived, lived.database)
        print(f"{clean.entries} entries, {clean.anchors} anchors, {len(clean.findings)} findings")
        context = multiprocessing.get_context("fork")  # processes inherit the library
        with context.Pool(given.processes, _inherit, (lived, given.seed, folder)) as pool:
            for number, (kind, findings) in enumerate(
                pool.imap(_tamper, range(given.count), chunksize=20)
            ):
                counts[kind] += 1
                if number % 1000 == 999:
                    print(f"{number + 1} done, {len(missed)} not noticed", file=sys.stderr)
                found[kind].update(findings)
                if not findings:
                    missed.append((number, kind))
    print("\n| tampering | times | flagged | findings |\n|---|---|---|---|")
    for kind in sorted(counts):
        noticed = counts[kind] - sum(other == kind for _, other in missed)
        told = ", ".join(f"{name} {times}" for name, times in found[kind].most_common())
        print(f"| {kind} | {counts[kind]} | {noticed} | {told} |")
    controls = -(-given.count // CONTROL_EVERY)
    print(
        f"\n{given.count - len(missed)} of {given.count} flagged; {controls} untouched copies clean"
    )
    print(f"{time.monotonic() - begun:.0f} s")
    figures = {"cases": given.count, "failures": len(missed)}
    keep("tampering", f"make test-tampering COUNT={given.count}", figures, given.seed)
    for number, kind in missed:
        print(f"NOT NOTICED: number {number}, {kind}")
    return 1 if missed or not clean.is_clean else 0


if __name__ == "__main__":
    sys.exit(main())
