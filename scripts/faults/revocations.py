"""Revoke a loan while its bytes leave, and measure how many left after the block that holds the revocation.

Once the library revokes, and once the registrar does so on the chain itself, past the library. The reader
takes bytes at a steady rate; blocks are looked at every few milliseconds.

    python -m scripts.faults.revocations [--rounds N]
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eth_account import Account

from ledger_service import config as configuration
from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.node import hexed
from ledger_service.adapters.evm.transactions import (
    PRIORITY_FEE_WEI,
    address_of,
    fee_cap,
    sign_transaction,
    transaction_count,
)
from ledger_service.ports.chain import PreparedTransaction
from ledger_service.setup import Opened, open_library
from scripts.harness.asked_library import some_bytes
from scripts.harness.served_library import ServedLibrary
from scripts.report.kept import keep

MIB = 2**20
SIZE = 160 * MIB
RATE = 32 * MIB  # bytes a second: thirty films at once
PIECE = 65_536
BEFORE_SECONDS = 1.0  # of the download, until the loan is revoked
LOOK_SECONDS = 0.003
GAS, FUNDS_WEI = 200_000, 10**18
LONGEST_SECONDS = 60

Revoke = Callable[[dict[str, Any]], None]


class Download(threading.Thread):
    """A reader who takes bytes at a rate until they end. received: so far; was_cut: whether early."""

    def __init__(self, url: str, path: str, token: str) -> None:
        super().__init__(name="reader")
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=LONGEST_SECONDS)
        self._connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200
        self.received = 0
        self.was_cut = False

    def run(self) -> None:
        begun = time.monotonic()
        try:
            while part := self._answer.read(PIECE):
                self.received += len(part)
                time.sleep(max(0.0, begun + self.received / RATE - time.monotonic()))
        except (http.client.IncompleteRead, ConnectionError) as exc:
            self.received += len(getattr(exc, "partial", b""))
        self.was_cut = self.received < SIZE
        self._connection.close()


def measure(
    library: ServedLibrary, opened: Opened, revoke: Revoke, licensed: str
) -> tuple[int, int]:
    """Return how many bytes came after a loan was revoked, and after the block that holds it."""
    digest = library.register(some_bytes(SIZE), license=licensed)["digest"]
    enrolled = library.registrar.post("/readers").json()
    library.readers = [enrolled["reader"]]
    grant = library.grant(digest)
    body, head = {"digest": digest}, {"Authorization": f"Bearer {enrolled['token']}"}
    opening = library.registrar.post("/openings", json=body, headers=head).json()
    first = int(opened.node.request("eth_blockNumber"), 16)
    download = Download(library.url, opening["content"], enrolled["token"])
    download.start()
    time.sleep(BEFORE_SECONDS)
    revoke(grant)
    at_answer = download.received
    while not _is_revoked(opened, grant["grant"], first):
        time.sleep(LOOK_SECONDS)
    at_block = download.received
    download.join()
    assert download.was_cut, "it came whole"
    refused = library.registrar.get(library.url + opening["content"], headers=head)
    assert refused.status_code == 403, refused.text
    assert refused.json()["values"]["why"]["reason"] == "denied.revoked"
    return download.received - at_answer, download.received - at_block


def _is_revoked(opened: Opened, grant: str, first: int) -> bool:
    asked = {
        "fromBlock": hex(first + 1),
        "toBlock": "latest",
        "address": "0x" + opened.deployment.contracts["AccessGrants"],
        "topics": [None, "0x" + grant],
    }
    return bool(opened.node.request("eth_getLogs", asked))


def past_the_library(opened: Opened, grant: dict[str, Any]) -> None:
    """Revoke on the chain, by the registrar's own key."""
    account = Account.from_key(opened.keys.secp256k1("registrar"))
    named = [bytes.fromhex(grant[name]) for name in ("digest", "steward", "grant")]
    data = artifact("AccessGrants").call("revoke", named[0], named[1], grant["seat"], named[2])
    to, node = opened.deployment.contracts["AccessGrants"], opened.node
    prepared = PreparedTransaction(to, data, GAS, fee_cap(node), PRIORITY_FEE_WEI)
    nonce = transaction_count(node, address_of(account))
    signed = sign_transaction(account, opened.deployment.chain_id, prepared, nonce)
    node.request("eth_sendRawTransaction", hexed(signed.raw))


def run(rounds: int, folder: Path) -> dict[str, list[tuple[int, int]]]:
    """Return the bytes of each round by who revoked. folder: empty; the library's home is put there."""
    with ServedLibrary(folder, "library.test/revocations") as library:
        library.license("lent", longest_loan_seconds=7 * 86_400)
        settings = configuration.load({"MUHR_HOME": str(library.home)})
        opened = open_library(settings, library.chain_url)
        account = "0x" + opened.keys.address("registrar")
        opened.node.request("evm_setAccountBalance", account, hex(FUNDS_WEI))

        def by_the_library(grant: dict[str, Any]) -> None:
            path = f"/grants/{grant['grant']}/revocation"
            assert library.registrar.post(path).status_code == 202

        ways = {"library": by_the_library, "chain": partial(past_the_library, opened)}
        found = [
            {who: measure(library, opened, revoke, "lent") for who, revoke in ways.items()}
            for _ in range(rounds)
        ]
        opened.store.close()
    return {who: [one[who] for one in found] for who in ways}


def figures_of(sizes: Sequence[int]) -> dict[str, int]:
    """Return what is told of the bytes of all rounds."""
    return {"median": int(statistics.median(sizes)), "most": max(sizes)}


def main() -> int:
    """Print and keep what was measured; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="muhr-revocations-") as folder:
        found = run(rounds, Path(folder))
    figures: dict[str, Any] = {"rate": RATE, "rounds": rounds}
    for who, sizes in found.items():
        answers, blocks = zip(*sizes, strict=True)
        figures[who] = {"answer": figures_of(answers), "block": figures_of(blocks)}
    print(keep("revocations", f"python -m scripts.faults.revocations --rounds {rounds}", figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
