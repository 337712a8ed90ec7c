"""Verifying and auditing on chains with a long history, and the start of muhr-verify.

`make bench GROUPS=verifying OTHER=path` measures another checkout, with a `.venv` of its own, beside this
one: its `muhr` is run on the same files, chain and service.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ledger_service.domain.identifiers import Digest
from scripts.bench import many_events
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures, interleave
from scripts.bench.servers import serving
from scripts.build_verifier import DIST, build_wheel
from scripts.chains.anvil import Anvil
from scripts.chains.geth import GethNetwork
from scripts.chains.slow_line import SlowLine
from scripts.harness.processes import PROJECT, environment_of, muhr_command
from scripts.harness.served_library import ServedLibrary

SIZES = (100, 1_500, 10_000, 100_000)  # registrations on chain
ALONE = 1_500  # those up to here are in blocks of their own; the others 390 to a transaction
AUDITED, AUDITED_TOGETHER = 100_000, 10  # registrations, and of them in a block
DELAY_SECONDS = 0.02
ROUNDS, STARTS = 3, 25
MOST_SECONDS = 600
ENDED = (0, 3)  # exit statuses of what was wholly checked, and of what was not
FOUND = 1  # of the audit, which names what was registered past the library
HERE, OTHER = "here", "other"
Chain = Anvil | GethNetwork


class Kept(NamedTuple):
    """What a student has: a file, its receipt, and the library's deployment file."""

    file: Path
    receipt: Path
    deployment: Path


def run() -> Section:
    """Return times and requests, and their ratios."""
    sides = {HERE: PROJECT}
    if os.environ.get("OTHER"):
        sides[OTHER] = Path(os.environ["OTHER"]).resolve()
    section = Section("verifying", "Verifying, whatever the history")
    section.lines.append(
        "`muhr verify FILE --receipt … --rpc` asks one geth node whose chain has so many registrations; the "
        f"first {ALONE:,} are each in a block of their own, the others {many_events.AT_ONCE} to a "
        f"transaction. `muhr audit --public` reads {AUDITED:,} registrations past the library, "
        f"{AUDITED_TOGETHER} to a block, from anvil over a line that holds every request for "
        f"{DELAY_SECONDS * 1000:.0f} ms, and names each. `muhr-verify` is installed from its wheel beside "
        "nothing but cryptography, and checks a receipt offline. *other* is the checkout that `OTHER` names."
    )
    with tempfile.TemporaryDirectory() as folder, _served("geth", Path(folder)) as parts:
        _verify(section, sides, *parts)
        _start(section, parts[2], Path(folder) / "venv")
    with tempfile.TemporaryDirectory() as folder, _served("anvil", Path(folder)) as parts:
        _audit(section, sides, *parts)
    return section


@contextmanager
def _served(kind: str, folder: Path) -> Iterator[tuple[Chain, Path, Kept]]:
    """Yield a chain, the home of a library that was served on it and has ended, and what a student has."""
    with ExitStack() as stack:
        chain: Chain = Anvil(folder) if kind == "anvil" else GethNetwork(folder, nodes=1)
        stack.callback(chain.stop)
        if isinstance(chain, GethNetwork):
            chain.beacon.hurries = True
        kept = Kept(folder / "book.txt", folder / "receipt.json", folder / "deployment.json")
        kept.file.write_bytes(b"a book whose receipt is verified")
        with ServedLibrary(folder, "library.test/bench", outer=chain) as library:
            library.register(kept.file.read_bytes())
            library.at_rest(MOST_SECONDS)
            digest = Digest.of(kept.file.read_bytes())
            kept.receipt.write_text(json.dumps(library.get(f"/resources/{digest}/receipt")))
            named = json.loads((library.home / "deployment.json").read_text())
            named.pop("nodes", None)  # which earlier builds do not know
            kept.deployment.write_text(json.dumps(named))
        yield chain, library.home, kept


def _verify(section: Section, sides: dict[str, Path], chain: Chain, home: Path, kept: Kept) -> None:
    """Measure verifications of one file, while the chain grows."""
    times: dict[int, dict[str, Figures]] = {}
    heads = " | ".join(f"{side}, s | requests" for side in sides)
    rows, held = [f"| registrations | {heads} |", "|---:" * (1 + 2 * len(sides)) + "|"], 0
    for size in SIZES:
        if isinstance(chain, GethNetwork) and size > ALONE:
            chain.beacon.build_seconds = 1.0  # hundreds of registrations take a node so long
        at_once = 1 if size <= ALONE else many_events.AT_ONCE
        many_events.put(chain, home, size - held, held, at_once)
        held = size
        works = {side: partial(_verified, sides[side], kept, chain.url) for side in sides}
        times[size] = interleave(works, ROUNDS)
        cells = [
            f"{times[size][side].text()} | {_requests(sides[side], kept, chain)}" for side in sides
        ]
        rows.append(f"| {size:,} | {' | '.join(cells)} |")
        print(rows[-1], file=sys.stderr, flush=True)
    section.lines += ["", *rows]
    here = {size: found[HERE].median for size, found in times.items()}
    least, most = min(SIZES), max(SIZES)
    what = f"muhr verify at {most:,} registrations / at {least:,}"
    section.ratios.append(Ratio(what, here[most] / here[least], 1.2, at_least=False))
    if OTHER in sides:
        what = f"muhr verify at {ALONE:,} registrations / the other build's"
        ratio = here[ALONE] / times[ALONE][OTHER].median
        section.ratios.append(Ratio(what, ratio, 0.25, at_least=False))


def _requests(checkout: Path, kept: Kept, chain: Chain) -> int:
    """Return how many requests a verification sends to the node."""
    with SlowLine(_port(chain)) as line:
        _verified(checkout, kept, line.url)
        return line.requests


def _start(section: Section, kept: Kept, folder: Path) -> None:
    """Measure muhr-verify from its wheel beside the loading of what it needs."""
    if build_wheel():
        sys.exit("The wheel cannot be built.")
    venv.create(folder, with_pip=True)
    python, [wheel] = str(folder / "bin" / "python"), DIST.glob("muhr_verify-*.whl")
    subprocess.run([python, "-m", "pip", "--quiet", "install", str(wheel)], check=True)
    offline = ["--receipt", str(kept.receipt), "--deployment", str(kept.deployment)]
    signature = "from cryptography.hazmat.primitives.asymmetric import ed25519"
    commands = {
        "muhr-verify": [str(folder / "bin" / "muhr-verify"), str(kept.file), *offline],
        'python -c "import cryptography"': [python, "-c", "import cryptography"],
        "loading Ed25519": [python, "-c", signature],
        'python -c ""': [python, "-c", ""],
    }
    found = interleave({name: partial(_timed, commands[name]) for name in commands}, STARTS)
    for name in commands:
        section.figure(name, found[name], "s")
    own = found["muhr-verify"].median
    for name in list(commands)[1:3]:
        ratio = own / found[name].median
        section.ratios.append(Ratio(f"muhr-verify, offline / {name}", ratio, 2, at_least=False))


def _audit(section: Section, sides: dict[str, Path], chain: Chain, home: Path, kept: Kept) -> None:
    """Measure audits over a slow line."""
    many_events.put(chain, home, AUDITED, 0, AUDITED_TOGETHER)
    took: dict[str, float] = {}
    with (
        SlowLine(_port(chain), DELAY_SECONDS) as line,
        serving("muhr", str(home), chain.url) as api,
    ):
        for side, checkout in sides.items():
            line.requests = 0
            given = ["--api", api, "--rpc", line.url, "--deployment", kept.deployment]
            command = muhr_command("audit", "--public", "--json", *given, checkout=checkout)
            took[side] = _timed_alone(command, checkout, (*ENDED, FOUND))
            told = (
                f"\nAn audit, {side}: {took[side]:,.1f} s, {line.requests:,} requests to the node."
            )
            print(told, file=sys.stderr, flush=True)
            section.lines.append(told)
    if OTHER in sides:
        what = f"audit of {AUDITED:,} events: the other build / this one"
        section.ratios.append(Ratio(what, took[OTHER] / took[HERE], 10))


def _verified(checkout: Path, kept: Kept, node: str) -> float:
    """Return how long a verification takes, of a reader who has nothing else."""
    given = ["--receipt", kept.receipt, "--deployment", kept.deployment, "--rpc", node]
    command = muhr_command("verify", kept.file, *given, checkout=checkout)
    return _timed_alone(command, checkout)


def _timed_alone(command: list[str], checkout: Path, may_end: Sequence[int] = ENDED) -> float:
    with tempfile.TemporaryDirectory() as reader:
        settings = {"MUHR_HOME": reader, "MUHR_API": "http://127.0.0.1:9"}
        return _timed(command, environment_of(settings, checkout), checkout, may_end)


def _timed(
    command: list[str],
    environment: dict[str, str] | None = None,
    folder: Path = PROJECT,
    may_end: Sequence[int] = ENDED,
) -> float:
    """Return how long a command runs, which must end with one of these statuses."""
    begun = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=folder, stdout=subprocess.PIPE, check=False)
    passed = time.perf_counter() - begun
    if done.returncode not in may_end:
        raise RuntimeError(f"{command}: exit status {done.returncode}: {done.stdout[-2000:]!r}")
    return passed


def _port(chain: Chain) -> int:
    return int(chain.url.rsplit(":", 1)[1])
