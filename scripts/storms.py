"""Send storms over a library on anvil, each by a seed, and check what it had acknowledged afterwards.

A storm mixes registrations, grants and revocations with forks of 1 to 12 blocks that keep all, some or
none of their transactions, with a pool that forgets, a node that does not answer or is behind for a while,
and a worker that stops and starts. When it is over, every registration, grant, revocation and anchor must
stand on chain once, receipts given meanwhile must verify or say truthfully why not, and an audit must be
clean.

    python -m scripts.storms --count 20 --seed 1 --at-once 4    exit status 1 if a seed failed; it is printed
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import random
import sys
import tempfile
import time
import traceback
from multiprocessing import get_context
from pathlib import Path

import httpx
from click.testing import CliRunner

from ledger_service.cli import main as muhr
from scripts.chains.anvil import Anvil
from scripts.chains.behind import NodeBehind
from scripts.harness.acknowledged import Acknowledged
from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary
from scripts.report.kept import keep

ACTS = 14
DEEPEST_FORK = 12
LONGEST_HOLD_SECONDS = 2.0
CALM_SECONDS = 120
NEGATIVE = 1  # exit status of `muhr verify`: not authentic

_KINDS = {
    "register": 6,
    "grant": 3,
    "revoke": 2,
    "keep_receipt": 2,
    "fork": 4,
    "forget": 1,
    "hold": 1,
    "lag": 2,
    "restart": 1,
}


class Storm:
    """One storm over one library; `seed` alone says what is done, and in which order."""

    def __init__(
        self, chain: Anvil, node: NodeBehind, library: RunningLibrary, seed: int, folder: Path
    ) -> None:
        self._chain = chain
        self._node = node
        self._library = library
        self._draw = random.Random(seed)
        self._folder = folder
        self._registrar = library.client("registrar")
        self._taken = Acknowledged()
        self._receipts: list[tuple[str, Path]] = []

    def run(self) -> None:
        """Let it storm, wait until it is calm, and check; raise AssertionError for what is wrong."""
        first = some_bytes()
        self._taken.books[self._library.register(first)["digest"]] = first
        for act in self._draw.choices(list(_KINDS), weights=list(_KINDS.values()), k=ACTS):
            getattr(self, "_" + act)()
            time.sleep(self._draw.random() / 4)
        self._wait_for_calm()
        lost = self._taken.lost(self._registrar, self._library.chain_events())
        assert lost == [], lost
        for digest, receipt in self._receipts:
            self._check_receipt(digest, receipt)
        report = self._library.audit()
        assert report.findings == [], report.findings

    # ---- what is done ----

    def _register(self) -> None:
        data = some_bytes()
        if _is_taken(self._library.upload(data)):
            self._taken.books[hashlib.sha256(data).hexdigest()] = data

    def _grant(self) -> None:
        digest = self._draw.choice(list(self._taken.books))
        until = int(time.time()) + 3600
        body = {"digest": digest, "reader": self._library.readers[0], "until": until}
        answer = self._registrar.post("/grants", json=body)
        if _is_taken(answer):
            self._taken.grants.setdefault(answer.json()["grant"], False)

    def _revoke(self) -> None:
        standing = [grant for grant, is_revoked in self._taken.grants.items() if not is_revoked]
        if standing:
            grant = self._draw.choice(standing)
            if _is_taken(self._registrar.post(f"/grants/{grant}/revocation")):
                self._taken.grants[grant] = True

    def _keep_receipt(self) -> None:
        digest = self._draw.choice(list(self._taken.books))
        answer = self._registrar.get(f"/resources/{digest}/receipt")
        if answer.status_code == 200:
            path = self._folder / f"receipt{len(self._receipts)}.json"
            path.write_bytes(answer.content)
            self._receipts.append((digest, path))

    def _fork(self) -> None:
        depth, kept = self._draw.randint(1, DEEPEST_FORK), self._draw.choice([0, 0.5, 1])
        self._chain.fork(depth, kept=kept, draw=self._draw)

    def _forget(self) -> None:
        self._chain.forget()

    def _hold(self) -> None:
        self._chain.node.hold()
        time.sleep(self._draw.random() * LONGEST_HOLD_SECONDS)
        self._chain.node.go_on()

    def _lag(self) -> None:
        """Let the library's node fall behind, or catch up if it is behind."""
        if self._node.is_behind:
            self._node.catch_up()
        else:
            self._node.stay(self._draw.randint(1, DEEPEST_FORK))

    def _restart(self) -> None:
        self._library.stop_worker()
        self._library.start_worker()

    # ---- what must hold ----

    def _wait_for_calm(self) -> None:
        """Return once the worker has seen the newest block, no job is under way, and all is anchored."""
        self._node.catch_up()
        self._chain.mine(2 * DEEPEST_FORK)
        self._library.calm(self._chain.head(), CALM_SECONDS)

    def _check_receipt(self, digest: str, receipt: Path) -> None:
        file = self._folder / "file"
        file.write_bytes(self._taken.books[digest])
        student = {
            "MUHR_HOME": str(self._folder / "student"),
            "MUHR_API": self._library.url,
            "MUHR_DEPLOYMENT": str(self._library.home / "deployment.json"),
            "MUHR_RPC": self._chain.url,
        }
        command = ["verify", str(file), "--receipt", str(receipt)]
        answer = CliRunner().invoke(muhr, command, env=student)
        assert answer.exit_code != NEGATIVE, answer.output


def _is_taken(answer: httpx.Response) -> bool:
    """Return whether an act is acknowledged, now or before; it may be refused for now, never by a fault."""
    assert answer.status_code in (200, 202, 404, 409, 503), answer.text
    return answer.status_code in (200, 202)


def is_harmless(seed: int, folder: Path) -> bool:
    """Return whether a library of its own has come through the storm of this seed."""
    chain = Anvil(folder)
    node = NodeBehind(chain)
    library = RunningLibrary(folder / "home", outer=node)
    chain.mine(DEEPEST_FORK)  # so that no fork takes the contracts away
    try:
        library.start()
        Storm(chain, node, library, seed, folder).run()
    except (AssertionError, ValueError, httpx.HTTPError):
        traceback.print_exc()
        return False
    finally:
        chain.node.go_on()
        library.stop()
        node.stop()
        chain.stop()
    return True


def outcome_of(seed: int) -> tuple[int, bool, float]:
    """Return a seed, whether its storm was harmless, and how many seconds it took."""
    logging.basicConfig(level=logging.ERROR)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="muhr-storm-") as folder:
        harmless = is_harmless(seed, Path(folder))
    return seed, harmless, time.monotonic() - begun


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=1, help="storms that run at the same time")
    given = parser.parse_args()
    failed = []
    # Spawned, and new for each storm: a library leaves threads and settings behind.
    processes = get_context("spawn").Pool(given.at_once, maxtasksperchild=1)
    with processes as pool:
        for seed, harmless, seconds in pool.imap_unordered(
            outcome_of, range(given.seed, given.seed + given.count)
        ):
            if not harmless:
                failed.append(seed)
            outcome = "harmless" if harmless else "FAILED"
            print(f"seed {seed}: {outcome}, {seconds:.0f} s", flush=True)
    figures = {"cases": given.count, "failures": len(failed)}
    keep("storms", f"python -m scripts.storms --count {given.count}", figures, given.seed)
    told = ", ".join(map(str, sorted(failed))) or "none"
    print(f"{given.count - len(failed)} of {given.count} harmless; failed: {told}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
