"""Verifying one resource over HTTP, beside the usual route that asks the chain and a trivial one."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from contextlib import ExitStack

from scripts.bench.filled_library import filled_library
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import interleave
from scripts.bench.servers import serving
from scripts.bench.wrk import Load, load

COUNT = 1_000_000
CONNECTIONS, SECONDS, ASKED = 32, 3, 20_000


def run() -> Section:
    """Return throughput and latency of the three routes and their ratios."""
    with filled_library(COUNT) as library, ExitStack() as stack:
        chosen = random.Random(6962).sample(library.digests, ASKED)
        home = str(library.served.home)
        routes = {
            "muhr": (
                stack.enter_context(serving("muhr", home, library.served.chain_url)),
                [f"/api/v1/resources/{digest.hex()}/proof" for digest in chosen],
            ),
            "usual": (
                stack.enter_context(serving("usual", home, library.served.chain_url)),
                [f"/verify/{digest.hex()}" for digest in chosen],
            ),
            "trivial": (stack.enter_context(serving("trivial")), ["/trivial"]),
        }
        sides: dict[str, Callable[[], float]] = {}
        for name, (url, paths) in routes.items():
            sides[f"{name} alone"] = lambda url=url, paths=paths: _good(url, paths, 1).p50
            sides[f"{name} busy"] = lambda url=url, paths=paths: _good(url, paths, CONNECTIONS).rate
        found = interleave(sides)
    section = Section("verification", "Verifying one resource over HTTP")
    alone = {name: found[f"{name} alone"].median for name in routes}
    busy = {name: found[f"{name} busy"].median for name in routes}
    at = f"throughput at {CONNECTIONS}, Muhr / "
    section.ratios = [
        Ratio("p50 at 1 connection, web3.py route / Muhr", alone["usual"] / alone["muhr"], 10),
        Ratio(at + "web3.py route", busy["muhr"] / busy["usual"], 20),
        Ratio(at + "trivial route", busy["muhr"] / busy["trivial"], 0.5),
    ]
    section.lines.append(
        f"{COUNT:,} entries; `GET /resources/DIGEST/proof` of random ones: looked up, proof built from "
        "stored nodes and checked. The usual route is a plain `def` that calls the registry by web3.py on "
        "the same embedded chain. All servers: one uvicorn process, uvloop and httptools; the load is wrk's."
    )
    for name, what in (("muhr", "Muhr"), ("usual", "web3.py route"), ("trivial", "trivial route")):
        section.figure(f"{what}, 1 connection", found[f"{name} alone"], "µs, p50")
        section.figure(f"{what}, {CONNECTIONS} connections", found[f"{name} busy"], "requests/s")
    return section


def _good(url: str, paths: list[str], connections: int) -> Load:
    found = load(url, paths, connections=connections, seconds=SECONDS)
    if found.failed:
        sys.exit(f"{url}{paths[0]} answered {found.failed} times with an error.")
    return found
