"""The same registrations, to anchored, on each kind of chain in turn; and the index of many events."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from scripts.bench import many_events
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures, interleave
from scripts.chains.anvil import Anvil
from scripts.chains.clique import CliqueNetwork
from scripts.chains.geth import GethNetwork
from scripts.harness.processes import PROJECT, python_of
from scripts.harness.served_library import ServedLibrary
from scripts.harness.setting_up import OuterChain

REGISTRATIONS, UPLOADERS = 300, 8
BLOCK_SECONDS = 2
MOST_SECONDS = 600
EVENTS = 100_000
MOST_MEMORY_BYTES = 150 * 2**20
CHAINS = ("geth", "ganache", "anvil", "clique")
ROUNDS = {"geth": 3, "index": 3}  # others are measured once on each side
LONDON = "ledger_service/adapters/evm/abi/london"  # contracts for Clique, which earlier builds lack
HERE, OTHER = "here", "other"
Reading = dict[str, float]
"""What scripts/bench/read_index.py tells."""


def run() -> Section:
    """Return rates of registrations and of the index, beside another checkout if OTHER names one."""
    sides = {HERE: PROJECT}
    if os.environ.get("OTHER"):
        sides[OTHER] = Path(os.environ["OTHER"]).resolve()
    rates = {
        chain: interleave(
            {
                side: partial(_registrations, chain, checkout)
                for side, checkout in sides.items()
                if chain != "clique" or (checkout / LONDON).is_dir()
            },
            ROUNDS.get(chain, 1),
        )
        for chain in CHAINS
    }
    with _many_events() as (home, url):
        return section_of(rates, read_indexes(sides, home, url))


def section_of(
    rates: Mapping[str, Mapping[str, Figures]], index: Mapping[str, list[Reading]]
) -> Section:
    """Return the section. rates: registrations a second by chain and side; index: its readings by side."""
    section = Section("chain", "On each kind of chain")
    section.lines = [
        f"{REGISTRATIONS} uploads by {UPLOADERS} callers, from the first until all are registered and "
        f"anchored, by `muhr serve`. Geth 1.17.10: four nodes, driven, a block every {BLOCK_SECONDS} s. "
        f"Clique: four validators of geth 1.13.15, a block every {BLOCK_SECONDS} s. Anvil 1.7.1 and Ganache "
        f"make a block for each transaction. The index: {EVENTS:,} events from one geth node into a new "
        "database. *other* is the checkout that `OTHER` names, by its own code, in turn with this one.",
    ]
    by_time, by_work, memory = (
        {side: Figures([found[what] for found in index[side]]) for side in index}
        for what in ("rate", "rate_of_processor", "peak_bytes")
    )
    if OTHER in index:
        for what, sides, target in (
            ("registrations on geth, anchored: a second", rates["geth"], 2),
            ("the index: events a second", by_time, 5),
            ("the index: events a second of its own processor time", by_work, 5),
        ):
            ratio = sides[HERE].median / sides[OTHER].median
            section.ratios.append(Ratio(f"{what} / the other build's", ratio, target))
    peak, most = max(memory[HERE].values), MOST_MEMORY_BYTES
    what = "the index: peak resident memory in MiB"
    section.ratios.append(Ratio(what, peak / 2**20, most / 2**20, at_least=False))
    for chain, sides in rates.items():
        for side, found in sides.items():
            section.figure(f"{chain}, {side}", found, "registrations a second, to anchored")
    for side in index:
        section.figure(f"the index, {side}", by_time[side], "events a second")
        section.figure(f"the index, {side}", by_work[side], "events a second of processor time")
    return section


def read_indexes(sides: Mapping[str, Path], home: str, url: str) -> dict[str, list[Reading]]:
    """Return the readings of each side, taken in turn."""
    found: dict[str, list[Reading]] = {side: [] for side in sides}
    for _ in range(ROUNDS["index"]):
        for side, checkout in sides.items():
            program = str(PROJECT / "scripts" / "bench" / "read_index.py")
            done = subprocess.run(
                [python_of(checkout), program, home, url],
                check=True,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(checkout)},
            )
            reading = json.loads(done.stdout)
            assert reading["events"] >= EVENTS, reading
            print(f"  index, {side}: {reading}", file=sys.stderr, flush=True)
            found[side].append(reading)
    return found


def _registrations(name: str, checkout: Path = PROJECT) -> float:
    """Return registrations a second, from the first upload until all are registered and anchored."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        chain = _start(name, Path(folder), stack)
        library = stack.enter_context(
            ServedLibrary(Path(folder), "library.test/bench", outer=chain, checkout=checkout)
        )
        _slow_down(chain)
        library.at_rest(MOST_SECONDS)
        begin = time.perf_counter()
        with ThreadPoolExecutor(UPLOADERS) as pool:
            sent = [
                pool.submit(library.upload, b"book number %d" % n) for n in range(REGISTRATIONS)
            ]
            for upload in sent:
                assert upload.result().status_code == 202
        status = library.at_rest(MOST_SECONDS)
        took = time.perf_counter() - begin
        assert status["registrations"]["registered"] == REGISTRATIONS, status
    print(f"  {name}, {checkout}: {REGISTRATIONS / took:.1f}", file=sys.stderr, flush=True)
    return REGISTRATIONS / took


def _start(name: str, folder: Path, stack: ExitStack) -> OuterChain | None:
    chain: Anvil | GethNetwork | CliqueNetwork
    if name == "ganache":
        return None
    if name == "anvil":
        chain = Anvil(folder)
    elif name == "clique":
        chain = CliqueNetwork(folder, period=BLOCK_SECONDS)
    else:
        chain = GethNetwork(folder)
        chain.beacon.hurries = True
    stack.callback(chain.stop)
    return chain


def _slow_down(chain: OuterChain | None) -> None:
    """Give geth the pace that is measured, after a library was set up at another."""
    if isinstance(chain, GethNetwork):
        chain.beacon.period = BLOCK_SECONDS
        chain.beacon.hurries = False


@contextmanager
def _many_events() -> Iterator[tuple[str, str]]:
    """Yield the home of a library and the URL of its node, whose chain holds many events."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        chain = GethNetwork(Path(folder), nodes=1)
        stack.callback(chain.stop)
        chain.beacon.hurries = True
        with ServedLibrary(Path(folder), "library.test/bench", outer=chain) as library:
            library.at_rest(MOST_SECONDS)
        chain.beacon.build_seconds = 1.0  # hundreds of registrations take a node so long
        many_events.put(chain, library.home, EVENTS)
        yield str(library.home), chain.url
