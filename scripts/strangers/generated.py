"""Have schemathesis go over the OpenAPI document: all routes, with each role. Exit status 1 if a case failed.

Its coverage phase names each bound of each parameter; its fuzzing phase draws inputs, of which half are
bad. A server error, an answer that takes five seconds or is not as the document says, and a traceback of
the service are failures.
"""

from __future__ import annotations

import argparse
import itertools
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.harness.setting_up import set_up, settings_in
from scripts.report.kept import keep
from scripts.strangers.ground import ROLES, Ground, ground_in
from scripts.strangers.trials import HANG_SECONDS

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
BY_REACH = ("registrar", "reader", "auditor", "nobody")
LONGEST_RUN_SECONDS = 3600
_TOLD = re.compile(r"(\d+) generated, (\d+) passed")


class Round(NamedTuple):
    """One run of schemathesis. seen: what it printed."""

    role: str
    phase: str
    seed: int
    cases: int
    failures: int
    seen: str


def rounds(program: Path, ground: Ground, count: int, seed: int) -> Iterator[Round]:
    """Yield what was found until there were so many cases, and each role had its turn.

    A quarter of the cases or more name bounds, those of a role at a time; the others are drawn.
    """
    cases = 0
    for role in BY_REACH:
        if cases * 4 >= count:
            break
        found = run(program, ground, role, "coverage", seed, 1)
        cases += found.cases
        yield found
    operations = sum(len(methods) for methods in ground.library.app.openapi()["paths"].values())
    for turn, role in enumerate(itertools.cycle(ROLES)):
        if turn >= len(ROLES) and cases >= count:
            return
        turns_left = max(1, len(ROLES) - turn)
        examples = max(4, (count - cases) // (turns_left * operations))
        found = run(program, ground, role, "fuzzing", seed + turn, examples)
        cases += found.cases
        yield found


def run(program: Path, ground: Ground, role: str, phase: str, seed: int, examples: int) -> Round:
    """Return what one run found. examples: most cases that are drawn for an operation."""
    command = [
        *(str(program), "run", ground.library.url + "/api/v1/openapi.json"),
        *("--header", f"Authorization: Bearer {ground.token(role)}"),
        *("--phases", phase, "--max-examples", str(examples), "--seed", str(seed)),
        *("--request-timeout", str(HANG_SECONDS), "--checks", ",".join(CHECKS)),
        *("--continue-on-failure", "--warnings", "off"),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=LONGEST_RUN_SECONDS, check=False
    )
    told = _TOLD.search(done.stdout)
    logged = ground.tracebacks.taken()
    cases, passed = (int(told[1]), int(told[2])) if told else (0, 0)
    failures = cases - passed + len(logged) or (1 if done.returncode or not cases else 0)
    seen = "\n".join((done.stdout, done.stderr, *logged))
    return Round(role, phase, seed, cases, failures, seen)


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="schemathesis, in an environment of its own")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    begun, cases, failures = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory(prefix="muhr-strangers-") as name:
        blank = Path(name) / "blank"
        set_up(settings_in(blank))
        with ground_in(Path(name) / "home", blank) as ground:
            for found in rounds(given.program.absolute(), ground, given.count, given.seed):
                cases, failures = cases + found.cases, failures + found.failures
                print(f"{found.role}, {found.phase}, seed {found.seed}: {found.cases} cases")
                if found.failures:
                    print(found.seen, flush=True)
    figures = {
        "cases": cases,
        "failures": failures,
        "roles": len(ROLES),
        "seconds": round(time.monotonic() - begun, 1),
    }
    command = f"make test-inputs CASES={given.count} SEED={given.seed}"
    print(keep("schemathesis", command, figures, given.seed))
    return 1 if failures or cases < given.count else 0


if __name__ == "__main__":
    sys.exit(main())
