"""Try bad inputs on every surface; see the package. Exit status 1 if a case failed, which is printed."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from scripts.harness.setting_up import set_up, settings_in
from scripts.report.kept import keep
from scripts.strangers.commands import Commands
from scripts.strangers.evidence import Verifiers
from scripts.strangers.ground import ground_in
from scripts.strangers.requests import Requests
from scripts.strangers.spoiling_proxy import spoiling
from scripts.strangers.trials import Surface, try_all

SHARES = {"api": 0.5, "evidence": 0.3, "commands": 0.2}
"""Of the cases: one of a command takes as long as three of the others."""


def surfaces(names: Collection[str], folder: Path, stack: ExitStack) -> Iterator[Surface[Any]]:
    """Yield the surfaces of these names, each made when its turn comes, since it compares with what it found.

    folder: empty, for a library and files. stack: takes what is to be closed.
    """
    if "evidence" in names:
        yield stack.enter_context(closing(Verifiers()))
    if set(names) - {"evidence"}:
        blank, home = folder / "blank", folder / "home"
        set_up(settings_in(blank))
        ground = stack.enter_context(ground_in(home, blank))
        if "api" in names:
            yield Requests(ground)
        if "commands" in names:
            proxy = stack.enter_context(spoiling(ground.library.url))
            yield Commands(ground, proxy, folder / "commands" / "files", blank)


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=SHARES, help="one surface")
    parser.add_argument(
        "--from", dest="first", type=int, default=0, help="number of the first case"
    )
    given = parser.parse_args()
    shares = {given.only: 1.0} if given.only else SHARES
    found = []
    with (
        tempfile.TemporaryDirectory(prefix="muhr-strangers-") as folder,
        ExitStack() as stack,
    ):
        for surface in surfaces(shares, Path(folder), stack):
            count = round(given.count * shares[surface.name])
            found.append(try_all(surface, count, given.seed, given.first))
            print(json.dumps(found[-1].to_json()), flush=True)
    failures = sum(len(tally.failures) for tally in found)
    cases = sum(tally.cases for tally in found)
    if given.only is None:
        figures = {
            "cases": cases,
            "failures": failures,
            "surfaces": [tally.to_json() for tally in found],
        }
        command = f"python -m scripts.strangers --count {given.count} --seed {given.seed}"
        print(keep("bad-inputs", command, figures, given.seed))
    return 1 if failures or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
