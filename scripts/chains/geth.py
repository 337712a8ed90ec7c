"""Geth 1.17.10: several nodes on loopback with real peering, driven by a consensus of our own.

As geth comes: full sync, the state of the newest 128 blocks only, all logs.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.chains import genesis
from scripts.chains.beacon import Beacon, Peer
from scripts.chains.json_rpc import JsonRpc
from scripts.chains.network import Network, check_built, new_node
from scripts.chains.node_process import BUILT, NodeProcess
from scripts.harness.processes import free_port

CHAIN_ID = 70_018
PROGRAM = BUILT / "geth-1.17.10" / "geth"
PAST_SECONDS = 6 * 3600  # the chain begins so long ago, to make many blocks at once later


class GethNetwork(Network):
    """A running network. Libraries use its first node, and `beacon` says what the chain does."""

    name = "geth"

    def __init__(self, folder: Path, nodes: int = 4) -> None:
        check_built(PROGRAM)
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
        self.connect()
        peers = [
            Peer(engine, lambda node=node: node.is_running)  # type: ignore[misc]
            for engine, node in zip(self._engines, self.nodes, strict=True)
        ]
        zero = self.rpc("eth_getBlockByNumber", "0x0", False)["hash"]
        self.beacon = Beacon(peers, zero, int(time.time()) - PAST_SECONDS)
        self.beacon.start()

    @contextmanager
    def hurrying(self) -> Iterator[None]:
        """Make a block at once for what is sent while the context lasts; for setting up."""
        self.beacon.hurries = True
        try:
            yield
        finally:
            self.beacon.hurries = False

    def mine(self, blocks: int = 1) -> None:
        self.beacon.mine(blocks)

    def fork(self, depth: int) -> None:
        """Leave the newest blocks for others, which take their transactions up again."""
        self.beacon.fork(depth)

    def stop(self) -> None:
        """End the consensus, then every node."""
        if hasattr(self, "beacon"):
            self.beacon.stop()
        for engine in self._engines:
            engine.close()
        super().stop()

    def _node(self, home: Path, first: Path) -> NodeProcess:
        secret = secrets.token_bytes(32)
        engine = JsonRpc(free_port(), secret)
        self._engines.append(engine)
        node = new_node(
            *(PROGRAM, CHAIN_ID, home, first),
            *("--authrpc.addr", "127.0.0.1", "--authrpc.port", engine.port),
            *("--authrpc.jwtsecret", home / "jwt"),
        )
        (home / "jwt").write_text(secret.hex())
        return node
