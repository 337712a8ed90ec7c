"""Anvil 1.7.1: a chain of one node that forks, forgets transactions and raises fees when it is told to.

What is asked of it beside Ethereum's own methods is in Foundry's reference, “Anvil: custom methods”.
"""

from __future__ import annotations

import platform
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.chains.json_rpc import JsonRpc
from scripts.chains.node_process import PROJECT, NodeProcess, NotStarted
from scripts.harness.processes import free_port

CHAIN_ID = 70_017  # nobody's: test ids that are well known are refused
_ALWAYS = random.Random(0)
_PACKAGES = {"x86_64": "linux-amd64", "aarch64": "linux-arm64"}


class Anvil:
    """A running anvil that makes a block for every transaction, and one every `period` seconds.

    rules: a fork's name, such as “london”. chain_id: nobody else's, if it is not told.
    """

    name = "anvil"

    def __init__(
        self, folder: Path, period: int = 1, rules: str = "prague", chain_id: int = CHAIN_ID
    ) -> None:
        self._period = period
        rpc = JsonRpc(free_port())
        command = [
            _program(),
            *("--host", "127.0.0.1", "--port", rpc.port, "--chain-id", chain_id),
            *("--block-time", period, "--mixed-mining", "--accounts", 1, "--hardfork", rules),
            "--silent",
        ]
        self.node = NodeProcess(command, rpc, folder / "anvil.log")
        self.rpc = rpc
        self.node.start()

    @property
    def url(self) -> str:
        return self.node.url

    def fund(self, accounts: Sequence[str], wei: int = 10**21) -> None:
        """Give ether to accounts of 40 hex."""
        for account in accounts:
            self.rpc("anvil_setBalance", "0x" + account, hex(wei))

    @contextmanager
    def hurrying(self) -> Iterator[None]:
        """Do nothing: there is a block at once for whatever is sent."""
        yield

    def stop(self) -> None:
        self.node.stop()

    def head(self) -> int:
        """Return the number of the newest block."""
        return int(self.rpc("eth_blockNumber"), 16)

    def mine(self, blocks: int = 1) -> None:
        self.rpc("anvil_mine", hex(blocks))

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Make no block while the context lasts; what is sent waits in the pool."""
        self.rpc("evm_setAutomine", False)
        self.rpc("anvil_setIntervalMining", 0)
        try:
            yield
        finally:
            self.rpc("anvil_setIntervalMining", self._period)
            self.rpc("evm_setAutomine", True)

    def forget(self) -> None:
        """Drop all that waits in the pool, as if nobody had sent it."""
        self.rpc("anvil_dropAllTransactions")

    def set_base_fee(self, wei: int) -> None:
        """Let the next block cost so much; those after it are cheaper by an eighth each."""
        self.rpc("anvil_setNextBlockBaseFeePerGas", hex(wei))

    def fork(self, depth: int, *, kept: float = 1, draw: random.Random = _ALWAYS) -> None:
        """Leave the newest `depth` blocks for others of the same number.

        kept: the part of the transactions in them that the new blocks have, all in the first; the
        others are lost as if nobody had ever sent them. draw: chooses which.
        """
        pairs = [[raw, 0] for raw in self._raw_transactions(depth) if draw.random() < kept]
        self.rpc("anvil_reorg", depth, pairs)

    def _raw_transactions(self, depth: int) -> list[str]:
        head = self.head()
        raws = []
        for number in range(head - depth + 1, head + 1):
            block: dict[str, Any] = self.rpc("eth_getBlockByNumber", hex(number), False)
            raws += [
                self.rpc("eth_getRawTransactionByHash", name) for name in block["transactions"]
            ]
        return raws


def _program() -> Path:
    kind = _PACKAGES.get(platform.machine())
    if kind is None or platform.system() != "Linux":
        raise NotStarted("anvil is run on Linux only")
    return PROJECT / "node_modules" / "@foundry-rs" / f"anvil-{kind}" / "bin" / "anvil"
