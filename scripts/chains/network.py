"""What a network of geth nodes on loopback has, whatever makes its blocks."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.chains import faucet
from scripts.chains.json_rpc import JsonRpc
from scripts.chains.node_process import NodeProcess, NotStarted
from scripts.harness.processes import free_port

FUNDS_WEI = 10**21
PART_SECONDS = 30
LOOK_SECONDS, CALM_LOOKS = 0.3, 5


class Network:
    """Nodes of one chain. Libraries use the first."""

    nodes: list[NodeProcess]

    @property
    def rpc(self) -> JsonRpc:
        return self.nodes[0].rpc

    @property
    def url(self) -> str:
        return self.nodes[0].url

    def fund(self, accounts: Sequence[str], wei: int = FUNDS_WEI) -> None:
        """Give ether to accounts of 40 hex."""
        faucet.give(self.rpc, accounts, wei)

    def head(self) -> int:
        """Return the number of the newest block of the first node."""
        return int(self.rpc("eth_blockNumber"), 16)

    def connect(self) -> None:
        """Make every node that runs a peer of every other; again after one was started anew."""
        running = [node for node in self.nodes if node.is_running]
        for node in running:
            enode = node.rpc("admin_nodeInfo")["enode"]
            for other in running:
                if other is not node:
                    other.rpc("admin_addPeer", enode)

    def part(self, apart: Sequence[int]) -> None:
        """Cut the network in two: these nodes, by their numbers, and the others; `connect` heals it.

        A node that dials at this moment gets through once more, so that each is asked until none is left.
        """
        names = [node.rpc("admin_nodeInfo")["enode"] for node in self.nodes]
        deadline = time.monotonic() + PART_SECONDS
        calm = 0
        while calm < CALM_LOOKS:
            if time.monotonic() > deadline:
                raise TimeoutError("the network cannot be cut")
            crossing = sum(self._cut(number, names, apart) for number in range(len(names)))
            calm = 0 if crossing else calm + 1
            time.sleep(LOOK_SECONDS)

    def _cut(self, number: int, names: Sequence[str], apart: Sequence[int]) -> int:
        """Let a node leave all on the other side; return how many of them were still its peers."""
        rpc = self.nodes[number].rpc
        others = [name for other, name in enumerate(names) if (other in apart) != (number in apart)]
        for name in others:
            rpc("admin_removePeer", name)
        keys = {name.split("@")[0] for name in others}
        return sum(peer["enode"].split("@")[0] in keys for peer in rpc("admin_peers"))

    def stop(self) -> None:
        """End every node; nobody needs what they keep."""
        for node in self.nodes:
            node.kill()


def check_built(program: Path, what: str = "") -> None:
    """Raise NotStarted if a program is not there. what: the word that the build script takes for it."""
    if not program.is_file():
        command = f"scripts/chain_tools.sh {what}".rstrip()
        raise NotStarted(f"there is no {program}: run {command}")


def new_node(
    program: Path, chain_id: int, home: Path, genesis: Path, *arguments: object
) -> NodeProcess:
    """Return a node, not started, of a chain with this genesis file; it speaks to this machine only."""
    subprocess.run(
        [program, "init", "--datadir", home, genesis], check=True, stderr=subprocess.DEVNULL
    )
    rpc = JsonRpc(free_port())
    command = [
        *(program, "--datadir", home, "--networkid", chain_id, "--syncmode", "full"),
        *("--http", "--http.addr", "127.0.0.1", "--http.port", rpc.port),
        *("--http.api", "eth,net,web3,admin,txpool,debug,miner"),
        *("--port", free_port(), "--nodiscover", "--netrestrict", "127.0.0.0/8"),
        *(
            "--nat",
            "extip:127.0.0.1",
            "--ipcdisable",
            "--cache",
            64,
            "--verbosity",
            2,
            "--rpc.txfeecap",
            0,
        ),
        *arguments,
    ]
    return NodeProcess(command, rpc, home / "log")
