"""Verifying over HTTP while strangers hold thousands of silent and slow connections."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from scripts.bench.filled_library import filled_library
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import interleave
from scripts.bench.wrk import load

COUNT = 10_000
ATTACKERS = 2_000
CONNECTIONS, SECONDS = 32, 5
MOST_MIB = 256
LEAST_KEPT = 0.8


def run() -> Section:
    """Return the rate of verifications with and without the attack, and the memory that it took."""
    with filled_library(COUNT) as library:
        url = library.served.url
        paths = [f"/api/v1/resources/{digest.hex()}/proof" for digest in library.digests]

        def undisturbed() -> float:
            found = load(url, paths, connections=CONNECTIONS, seconds=SECONDS)
            if found.failed:
                sys.exit(f"{found.failed} verifications failed.")
            return found.rate

        def attacked() -> float:
            with _attack(url):
                return undisturbed()

        found = interleave({"undisturbed": undisturbed, "under attack": attacked})
        peak_mib = _peak_mib(library.served.process_id)
    section = Section("attack", "Verifying while strangers hold connections")
    kept = found["under attack"].median / found["undisturbed"].median
    section.ratios = [
        Ratio(f"rate under {ATTACKERS:,} connections / undisturbed", kept, LEAST_KEPT),
        Ratio("peak memory of the API's process, MiB", peak_mib, MOST_MIB, at_least=False),
    ]
    section.lines.append(
        f"`muhr serve` with {COUNT:,} entries; wrk asks for `GET /resources/DIGEST/proof` over "
        f"{CONNECTIONS} connections. {ATTACKERS:,} others come from eight addresses, one of them wrk's: two "
        "fifths are silent, the others send a head or a body a byte a second. What is cut is opened "
        "again after two seconds. Attackers, wrk and service share the machine."
    )
    section.figure("undisturbed", found["undisturbed"], "requests/s")
    section.figure("under attack", found["under attack"], "requests/s")
    return section


@contextmanager
def _attack(url: str) -> Iterator[None]:
    """Hold the connections open while the context lasts."""
    command = [sys.executable, "-m", "scripts.bench.peers.attackers"]
    command += [str(urlsplit(url).port), str(ATTACKERS)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "opened\n":
            sys.exit("The attackers do not start.")
        yield
    finally:
        process.kill()
        process.wait()


def _peak_mib(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    peak = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) / 1024
