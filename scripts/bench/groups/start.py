"""How long commands take to start, beside what a person would type in their place."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import interleave
from scripts.harness.processes import environment_of, muhr_command
from scripts.harness.served_library import ServedLibrary

ROUNDS = 25
INCOMPLETE = 3  # the exit status of a verdict for which no chain was asked
BYTES = 10_000


def run() -> Section:
    """Return the times of a verification and of the help, and their ratios."""
    section = Section("start", "Starting")
    section.lines.append(
        "`muhr verify` of a file of 10 KB at a service of the same machine, for a reader who has nothing "
        "else: the file is hashed, the service's receipt and key are fetched and checked. Beside it stand "
        '`python -c "import httpx"`, which only loads an HTTP client, and `sha256sum` of the file, one '
        "after the other. Every round starts new processes."
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.bin"
        file.write_bytes(os.urandom(BYTES))
        with ServedLibrary(Path(folder), "library.test/bench") as served:
            served.muhr("register", str(file), "--license", "CC-BY-4.0")
            served.at_rest()
            reader = {"MUHR_HOME": str(Path(folder) / "reader"), "MUHR_API": served.url}
            found = interleave(
                {
                    "verify": lambda: _seconds(muhr_command("verify", file), reader),
                    "help": lambda: _seconds(muhr_command("--help"), reader),
                    "client": lambda: _seconds([sys.executable, "-c", "import httpx"], {}),
                    "sum": lambda: _seconds(["sha256sum", str(file)], {}),
                },
                ROUNDS,
            )
    peer = found["client"].median + found["sum"].median
    section.ratios += [
        Ratio(
            "muhr verify / import httpx and sha256sum", found["verify"].median / peer, 1.5, False
        ),
        Ratio(
            "muhr --help / import httpx", found["help"].median / found["client"].median, 1.5, False
        ),
    ]
    names = {
        "verify": "muhr verify",
        "help": "muhr --help",
        "client": 'python -c "import httpx"',
        "sum": "sha256sum",
    }
    for side, name in names.items():
        section.figure(name, found[side], "s")
    return section


def _seconds(command: list[str], settings: dict[str, str]) -> float:
    """Return how long a command runs, which must not fail."""
    begun = time.perf_counter()
    done = subprocess.run(
        command, env=environment_of(settings), stdout=subprocess.PIPE, check=False
    )
    passed = time.perf_counter() - begun
    if done.returncode not in (0, INCOMPLETE):
        raise RuntimeError(f"{command}: exit status {done.returncode}: {done.stdout!r}")
    return passed
