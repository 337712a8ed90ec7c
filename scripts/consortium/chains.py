"""The chain of a consortium on this machine: Ganache, which is cheap, or four validators of Clique."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from time import sleep
from time import time as now
from typing import Protocol

from ledger_service.adapters.evm.ganache import Ganache
from scripts.chains.clique import CliqueNetwork
from scripts.chains.json_rpc import JsonRpc
from scripts.chains.node_process import NodeProcess
from scripts.harness.processes import PROJECT
from scripts.harness.waiting import wait_until

CHAIN_ID = 70_021
FUNDS_WEI = 10**20


class ConsortiumChain(Protocol):
    """A chain that all members and the council use.

    Attributes:
        name: of the kind.
        confirmations: blocks after which an event is safe from the forks that may happen on it.
    """

    name: str
    confirmations: int

    def url_of(self, number: int) -> str:
        """Return where the node of a member answers. number: of the member, from 0."""
        ...

    def fund(self, accounts: Sequence[str]) -> None:
        """Give ether to accounts of 40 hex; it is there when this returns."""
        ...

    def head(self) -> int:
        """Return the number of the newest block."""
        ...

    def time(self) -> int:
        """Return the time of the newest block, in seconds."""
        ...

    def reach(self, moment: int) -> None:
        """Return once the newest block is of this moment or later, in seconds."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


class SmallChain:
    """One Ganache for all, which makes a block for each transaction."""

    name = "ganache"
    confirmations = 1

    def __init__(self, folder: Path) -> None:
        self._ganache = Ganache(PROJECT / "node_modules", folder, CHAIN_ID)
        self.rpc = JsonRpc(self._ganache.port)

    def url_of(self, number: int) -> str:  # noqa: ARG002  (there is one node)
        return self._ganache.url

    def fund(self, accounts: Sequence[str]) -> None:
        bank = self.rpc("eth_accounts")[0]
        for account in accounts:
            payment = {"from": bank, "to": "0x" + account, "value": hex(FUNDS_WEI)}
            self.rpc("eth_sendTransaction", payment)

    def head(self) -> int:
        return int(self.rpc("eth_blockNumber"), 16)

    def time(self) -> int:
        return _time(self.rpc)

    def reach(self, moment: int) -> None:
        sleep(max(0.0, moment + 0.1 - now()))
        self.rpc("evm_mine")

    def hold(self) -> None:
        """Let its node stand still, with its connections open."""
        os.kill(self._ganache.process_id, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self._ganache.process_id, signal.SIGCONT)

    def pass_time(self, seconds: int) -> None:
        """Let the chain's clock go on by so much at once."""
        self.rpc("evm_increaseTime", seconds)
        self.rpc("evm_mine")

    def stop(self) -> None:
        self.rpc.close()
        self._ganache.stop()


class ValidatorsChain(CliqueNetwork):
    """Four validators: each member asks one of its own, the council the last.

    A half of them that is cut off makes two blocks at most, so that what has three is safe.
    """

    confirmations = 3

    def url_of(self, number: int) -> str:
        return self.nodes[number % len(self.nodes)].url

    def fund(self, accounts: Sequence[str], wei: int = FUNDS_WEI) -> None:
        super().fund(accounts, wei)

    def time(self) -> int:
        return _time(self.rpc)

    def reach(self, moment: int) -> None:
        sleep(max(0.0, moment - now()))
        wait_until(lambda: self.time() >= moment, "the chain makes no block")

    def height_of(self, number: int) -> int:
        """Return the number of a node's newest block."""
        return int(self.nodes[number].rpc("eth_blockNumber"), 16)

    def heads(self) -> list[str]:
        """Return the hash of each node's newest block."""
        return [
            str(node.rpc("eth_getBlockByNumber", "latest", False)["hash"]) for node in self.nodes
        ]

    def let_yield(self, numbers: Sequence[int]) -> int:
        """Let some nodes take the others' chain; return the number of the newest block that all had.

        It is what operators do where the halves of a cut network hold blocks of equal weight: Clique then
        goes on with neither, since whoever may sign next is on the other half. These nodes stop signing, go
        back to that block, take the others' blocks, and sign again.
        """
        number = min(self.height_of(one) for one in range(len(self.nodes)))
        while len({self._hash_at(node, number) for node in self.nodes}) > 1:
            number -= 1
        yielding = [self.nodes[one].rpc for one in numbers]
        for rpc in yielding:
            rpc("miner_stop")
        for rpc in yielding:
            rpc("debug_setHead", hex(number))
        for one in numbers:  # what a node remembers of its peers' heads is of before
            self.part([one])
        self.connect()
        wait_until(lambda: len(set(self.heads())) == 1, "the nodes agree on no block")
        for rpc in yielding:
            rpc("miner_start")
        return number

    @staticmethod
    def _hash_at(node: NodeProcess, number: int) -> str:
        return str(node.rpc("eth_getBlockByNumber", hex(number), False)["hash"])


def start_chain(kind: str, folder: Path, block_seconds: int = 1) -> ConsortiumChain:
    """Return a chain of a kind, "ganache" or "clique", with its data in a folder that is made.

    block_seconds: between two blocks of Clique.
    """
    folder.mkdir(parents=True)
    if kind == "ganache":
        return SmallChain(folder)
    if kind == "clique":
        return ValidatorsChain(folder, period=block_seconds)
    raise ValueError(f"no such chain: {kind}")


def _time(rpc: JsonRpc) -> int:
    return int(rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
