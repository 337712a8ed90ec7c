"""The same registrations, to anchored, on each kind of chain in turn; and the index of many events."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from scripts.bench.page import Ratio, Section
from scripts.chains.anvil import Anvil
from scripts.chains.clique import CliqueNetwork
from scripts.chains.geth import GethNetwork
from scripts.served_library import PROJECT, OuterChain, ServedLibrary

REGISTRATIONS, UPLOADERS = 300, 8
BLOCK_SECONDS = 2
MOST_SECONDS = 600
EVENTS = 100_000
RATE_BEFORE = 10.0  # registrations a second on geth by this group, on the build of 2026-11-29
INDEX_RATE_BEFORE = 2_192  # events a second, the same
MOST_MEMORY_BYTES = 150 * 2**20
Stops = Callable[[], None]


def run() -> Section:
    """Return rates of registrations and of the index."""
    section = Section("chain", "On each kind of chain")
    found = {name: _registrations(name) for name in ("ganache", "geth", "anvil", "clique")}
    index = _index()
    section.ratios = [
        Ratio(
            "registrations on geth, anchored: a second / the build before",
            found["geth"] / RATE_BEFORE,
            2,
        ),
        Ratio(
            "the index of events: a second / the build before", index["rate"] / INDEX_RATE_BEFORE, 5
        ),
        Ratio(
            "the index of events: peak resident memory in MiB",
            index["peak_bytes"] / 2**20,
            MOST_MEMORY_BYTES / 2**20,
            at_least=False,
        ),
    ]
    section.lines = [
        f"{REGISTRATIONS} uploads by {UPLOADERS} callers, from the first until all are registered and "
        f"anchored, by `muhr serve`, once on each chain. Geth 1.17.10: four nodes, driven, a block every "
        f"{BLOCK_SECONDS} s. Clique: four validators of geth 1.13.15, a block every {BLOCK_SECONDS} s. Anvil "
        "1.7.1 and Ganache make a block for each transaction.",
        "",
        "| chain | registrations a second, to anchored |",
        "|---|---:|",
        *(f"| {name} | {rate:.1f} |" for name, rate in found.items()),
        "",
        f"The index of {index['events']:,} events from one geth node: {index['rate']:,.0f} events a second, "
        f"{index['peak_bytes'] / 2**20:.0f} MiB at the most.",
    ]
    return section


def _registrations(name: str) -> float:
    """Return registrations a second, from the first upload until all are registered and anchored."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        chain = _start(name, Path(folder), stack)
        library = stack.enter_context(
            ServedLibrary(Path(folder), "library.test/bench", outer=chain)
        )
        _slow_down(chain)
        library.wait_until_settled(MOST_SECONDS)
        token = (library.home / "tokens" / "registrar").read_text().strip()
        begin = time.perf_counter()
        with ThreadPoolExecutor(UPLOADERS) as pool:
            sent = [pool.submit(_upload, library.url, token, n) for n in range(REGISTRATIONS)]
            for upload in sent:
                upload.result()
        status = library.wait_until_settled(MOST_SECONDS)
        took = time.perf_counter() - begin
        assert status["registrations"]["registered"] == REGISTRATIONS, status
    print(f"  {name}: {REGISTRATIONS / took:.1f} a second", file=sys.stderr, flush=True)
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


def _upload(url: str, token: str, number: int) -> None:
    request = urllib.request.Request(
        f"{url}/api/v1/resources?title=A+book&license=CC-BY-4.0",
        b"book number %d" % number,
        {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        assert response.status == 202


def _index() -> dict[str, float]:
    """Return how many events were indexed, how many a second, and the process's peak of memory."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        chain = GethNetwork(Path(folder), nodes=1)
        stack.callback(chain.stop)
        chain.beacon.hurries = True
        with ServedLibrary(Path(folder), "library.test/bench", outer=chain) as library:
            library.wait_until_settled(MOST_SECONDS)
        command = [sys.executable, "-m", "scripts.bench.many_events"]
        arguments = [str(library.home), chain.url]
        subprocess.run([*command, "send", *arguments, str(EVENTS)], cwd=PROJECT, check=True)
        read = subprocess.run(
            [*command, "read", *arguments], cwd=PROJECT, check=True, stdout=subprocess.PIPE
        )
    found: dict[str, float] = json.loads(read.stdout)
    return found
