"""What the guards of connections cost honest callers: Muhr by its own server, and by uvicorn's."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from functools import partial

from scripts.bench.filled_library import filled_library
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import interleave, mean_ratio
from scripts.bench.servers import process_of
from scripts.bench.wrk import load
from scripts.harness.processes import ServerProcess, processor_seconds

COUNT = 10_000
ROUNDS = int(os.environ.get("ROUNDS", "10"))
SECONDS = 3
CONNECTIONS = (1, 32)
LEAST_KEPT = 0.95
SERVERS = {"with guards": "muhr", "without": "unguarded"}


def run() -> Section:
    """Return the rates of verifications with and without guards, and their ratios with 95 % intervals."""
    with filled_library(COUNT) as library, ExitStack() as stack:
        paths = [f"/api/v1/resources/{digest.hex()}/proof" for digest in library.digests]
        arguments = str(library.served.home), library.served.chain_url
        sides = {}
        for name, server in SERVERS.items():
            process = stack.enter_context(process_of(server, *arguments))
            for count in CONNECTIONS:
                sides[f"{name}, connections: {count}"] = partial(_rate, process, paths, count)
        found = interleave(sides, ROUNDS)
    section = Section("guards", "What guarded connections cost honest callers")
    for count in CONNECTIONS:
        pair = (found[f"{name}, connections: {count}"].values for name in SERVERS)
        mean, low, high = mean_ratio([one / other for one, other in zip(*pair, strict=True)])
        what = (
            f"with guards / without, connections: {count} (95 % interval {low:.3f} to {high:.3f})"
        )
        section.ratios.append(Ratio(what, mean, LEAST_KEPT))
    section.lines.append(
        f"The same application over a library of {COUNT:,} entries, by the server of `muhr serve` and by "
        f"uvicorn's own; wrk asks for `GET /resources/DIGEST/proof`, {SECONDS} s a round, {ROUNDS} rounds in "
        "turn. Counted are requests for each second of processor time that the server took, which other "
        "work on the machine changes little. A ratio is the geometric mean of the rounds' ratios."
    )
    for name, figures in found.items():
        section.figure(name, figures, "requests a second of processor time")
    return section


def _rate(server: ServerProcess, paths: list[str], connections: int) -> float:
    before = processor_seconds(server.process.pid)
    found = load(server.url, paths, connections=connections, seconds=SECONDS)
    if found.failed:
        sys.exit(f"{found.failed} verifications failed.")
    return found.rate * SECONDS / (processor_seconds(server.process.pid) - before)
