"""Geth 1.17.10: several nodes on loopback with real peering, driven by a consensus of our own.

As geth comes: full sync, the state of the newest 128 blocks only, all logs.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.chains import faucet, genesis
from scripts.chains.beacon import Beacon, Peer
from scripts.chains.json_rpc import JsonRpc
from scripts.chains.node_process import BUILT, NodeProcess, NotStarted
from scripts.served_library import free_port

CHAIN_ID = 70_018
PROGRAM = BUILT / "geth-1.17.10" / "geth"
PAST_SECONDS = 6 * 3600  # the chain begins so long ago, to make many blocks at once later
FUNDS_WEI = 10**21


class GethNetwork:
    """A running network. Libraries use its first node, and `beacon` says what the chain does."""

    name = "geth"

    def __init__(self, folder: Path, nodes: int = 4) -> None:
        if not PROGRAM.is_file():
            raise NotStarted(f"there is no {PROGRAM}: run scripts/chain_tools.sh")
        first = folder / "genesis.json"
        first.write_text(json.dumps(genesis.prague(PROGRAM, CHAIN_ID)))
        self._engines: list[JsonRpc] = []
        self.nodes = [self._node(folder / f"node{number}", first) for number in range(nodes)]
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        for node in self.nodes:
            node.start()
        connect(self.nodes)
        self.rpc = self.nodes[0].rpc
        peers = [
            Peer(engine, lambda node=node: node.is_running)  # type: ignore[misc]
            for engine, node in zip(self._engines, self.nodes, strict=True)
        ]
        zero = self.rpc("eth_getBlockByNumber", "0x0", False)["hash"]
        self.beacon = Beacon(peers, zero, int(time.time()) - PAST_SECONDS)
        self.beacon.start()

    @property
    def url(self) -> str:
        return self.nodes[0].url

    def fund(self, accounts: Sequence[str], wei: int = FUNDS_WEI) -> None:
        """Give ether to accounts of 40 hex."""
        faucet.give(self.rpc, accounts, wei)

    @contextmanager
    def hurrying(self) -> Iterator[None]:
        """Make a block at once for what is sent while the context lasts; for setting up."""
        self.beacon.hurries = True
        try:
            yield
        finally:
            self.beacon.hurries = False

    def head(self) -> int:
        """Return the number of the newest block of the first node."""
        return int(self.rpc("eth_blockNumber"), 16)

    def mine(self, blocks: int = 1) -> None:
        self.beacon.mine(blocks)

    def fork(self, depth: int) -> None:
        """Leave the newest blocks for others, which take their transactions up again."""
        self.beacon.fork(depth)

    def reconnect(self) -> None:
        """Make the nodes that run peers again, after one was started anew."""
        connect(self.nodes)

    def stop(self) -> None:
        """End the consensus, then every node."""
        if hasattr(self, "beacon"):
            self.beacon.stop()
        for engine in self._engines:
            engine.close()
        for node in self.nodes:
            node.kill()  # nobody needs what they keep

    def _node(self, home: Path, first: Path) -> NodeProcess:
        subprocess.run(
            [PROGRAM, "init", "--datadir", home, first], check=True, stderr=subprocess.DEVNULL
        )
        secret = secrets.token_bytes(32)
        (home / "jwt").write_text(secret.hex())
        self._engines.append(JsonRpc(free_port(), secret))
        rpc = JsonRpc(free_port())
        command = [
            *(PROGRAM, "--datadir", home, "--networkid", CHAIN_ID, "--syncmode", "full"),
            *on_loopback(rpc.port),
            *("--authrpc.addr", "127.0.0.1", "--authrpc.port", self._engines[-1].port),
            *("--authrpc.jwtsecret", home / "jwt"),
        ]
        return NodeProcess(command, rpc, home / "log")


def on_loopback(port: int) -> list[object]:
    """Return the arguments with which a geth, old or new, speaks to this machine only."""
    return [
        *("--http", "--http.addr", "127.0.0.1", "--http.port", port),
        *("--http.api", "eth,net,web3,admin,txpool"),
        *("--port", free_port(), "--nodiscover", "--netrestrict", "127.0.0.0/8"),
        *("--nat", "extip:127.0.0.1", "--ipcdisable", "--cache", 64, "--verbosity", 2),
    ]


def connect(nodes: Sequence[NodeProcess]) -> None:
    """Make every node that runs a peer of every other."""
    running = [node for node in nodes if node.is_running]
    for node in running:
        enode = node.rpc("admin_nodeInfo")["enode"]
        for other in running:
            if other is not node:
                other.rpc("admin_addPeer", enode)
