"""A million ready digests: imported until they are anchored, beside one transaction a resource by web3.py."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eth_account import Account
from web3 import HTTPProvider, Web3

from ledger_service import config as configuration
from ledger_service.domain.publication.map_pages import insert
from ledger_service.domain.publication.verifiable_map import record
from ledger_service.services.resources.accept_claims import find_license
from ledger_service.setup import chain_node, open_library
from scripts.bench.importer import LICENSE, importer
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures, Side, interleave, rate_of
from scripts.harness.served_library import ServedLibrary

ITEMS = 1_000_000
TRANSACTIONS = 300  # a round of the peer
ABI = Path("ledger_service/adapters/evm/abi/ResourceRegistry.json")
RAW = 0x55
GAS = 200_000
MOST_WEI_A_GAS = 10**11


def run() -> Section:
    """Return rates of imports, of transactions and of the map, their ratio, and memory."""
    peaks: list[float] = []
    records = [record(_digest(number), number) for number in range(ITEMS)]
    with tempfile.TemporaryDirectory() as folder, _web3_registrar(Path(folder)) as transactions:
        manifest = Path(folder, "manifest.jsonl")
        _write_manifest(manifest)
        found = interleave(
            {
                "muhr": lambda: _import(manifest, peaks),
                "web3.py": transactions,
                "map": lambda: rate_of(
                    ITEMS, lambda: insert(records, lambda _: {}, lambda _: None)
                ),
            }
        )
    section = Section("digests", "A million ready digests")
    rate = found["muhr"].median / found["web3.py"].median
    section.ratios.append(Ratio("resources a second, Muhr / web3.py", rate, 500))
    section.ratios.append(Ratio("peak memory of an import, MiB", max(peaks), 300, at_least=False))
    section.lines.append(
        f"`muhr import` of {ITEMS:,} lines of JSON with digest, CID, size, title, creator, language and "
        "media type, into a new library that is being served, until the anchor of all of them is on chain. "
        "The peer sends one `register` transaction a resource and waits for its receipt, on an embedded "
        f"chain of its own with no service beside it, {TRANSACTIONS} a round; gas, fee and nonce are given, "
        "so that nothing is asked for them. Both programs are loaded when the time begins; the processes "
        "that prepare claims are not. Memory is the sum of the peaks of the import's process and of its "
        "children; the service is not in it. The map is built in memory, on one core, and is part of every "
        "import."
    )
    section.figure("Muhr", found["muhr"], "resources/s")
    section.figure("web3.py, one transaction a resource", found["web3.py"], "resources/s")
    section.figure("the verifiable map alone", found["map"], "digests/s")
    section.figure("peak memory of an import", Figures(peaks), "MiB")
    return section


def _import(manifest: Path, peaks: list[float]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        with ServedLibrary(Path(folder), "library.test/bench") as served:
            served.at_rest()
            with importer(served.home, manifest) as run_import:
                seconds, mebibytes = run_import()
            peaks.append(mebibytes)
            if served.get("/status")["anchored_size"] < ITEMS:
                raise RuntimeError("The import was not anchored when it ended.")
    return ITEMS / seconds


def _write_manifest(path: Path) -> None:
    with path.open("w") as file:
        for number in range(ITEMS):
            digest = _digest(number).hex()
            line = {
                "digest": digest,
                "cid": "f01551220" + digest,
                "size_bytes": 100_000 + number % 900_000,
                "title": f"Resource no. {number}",
                "creator": "Alisher Navoiy",
                "language": "uz",
                "media_type": "application/pdf",
            }
            file.write(json.dumps(line) + "\n")


def _digest(number: int) -> bytes:
    return hashlib.sha256(b"resource %d" % number).digest()


@contextmanager
def _web3_registrar(folder: Path) -> Iterator[Side]:
    """Yield what registers resources on chain one by one, as a registrar with an account of its own."""
    (folder / "peer").mkdir()
    with ServedLibrary(folder / "peer", "library.test/peer") as served:
        served.at_rest()  # the licenses are on chain
    config = configuration.load({"MUHR_HOME": str(served.home)})
    with chain_node(config):
        url = f"http://127.0.0.1:{json.loads(config.chain_settings.read_text())['port']}"
        opened = open_library(config, url)
        with opened.store.read() as transaction:
            license_id = find_license(transaction, LICENSE).id.value
        opened.store.close()
        web3 = Web3(HTTPProvider(url))
        account = Account.from_key(opened.keys.secp256k1("registrar"))
        chain_id = opened.deployment.chain_id
        payer = Account.from_key(opened.keys.secp256k1("relayer"))
        _fund(web3, chain_id, payer, account.address)
        address = Web3.to_checksum_address("0x" + opened.deployment.contracts["ResourceRegistry"])
        registry = web3.eth.contract(address=address, abi=json.loads(ABI.read_text())["abi"])
        steward = bytes.fromhex(opened.deployment.steward)

        def register_some() -> float:
            nonce = web3.eth.get_transaction_count(account.address)
            begin = time.perf_counter()
            for number in range(nonce, nonce + TRANSACTIONS):
                digest = _digest(number)
                claim = (digest, steward, license_id, RAW, digest, digest)
                call = registry.functions.register(claim).build_transaction(
                    {**_fees(chain_id, number), "gas": GAS, "from": account.address}
                )
                _send(web3, account, call)
            return TRANSACTIONS / (time.perf_counter() - begin)

        yield register_some


def _fund(web3: Web3, chain_id: int, payer: Any, account: str) -> None:
    """Give the registrar, who otherwise only signs, half of what the relayer has."""
    value = web3.eth.get_balance(payer.address) // 2
    fees = _fees(chain_id, web3.eth.get_transaction_count(payer.address))
    _send(web3, payer, {**fees, "to": account, "value": value, "gas": GAS})


def _fees(chain_id: int, nonce: int) -> dict[str, Any]:
    return {
        "chainId": chain_id,
        "nonce": nonce,
        "maxFeePerGas": MOST_WEI_A_GAS,
        "maxPriorityFeePerGas": 10**9,
    }


def _send(web3: Web3, account: Any, call: Any) -> None:
    """Sign and send a transaction, and wait for its receipt."""
    raw = account.sign_transaction(call).raw_transaction
    receipt = web3.eth.wait_for_transaction_receipt(web3.eth.send_raw_transaction(raw))
    assert receipt["status"] == 1
