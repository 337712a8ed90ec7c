"""Geth 1.13.15 with Clique (EIP-225): several real validators on loopback, under London's rules.

The accounts of the nodes sign blocks in turn; three of four must be up. There is no `finalized`.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.chains import genesis
from scripts.chains.network import Network, check_built, new_node
from scripts.chains.node_process import BUILT, NodeProcess
from scripts.harness.processes import free_port

CHAIN_ID = 70_019
PROGRAM = BUILT / "geth-1.13.15" / "geth"


class CliqueNetwork(Network):
    """A running network of validators. period: seconds between blocks; Clique knows whole ones only."""

    name = "clique"

    def __init__(self, folder: Path, nodes: int = 4, period: int = 1) -> None:
        check_built(PROGRAM, "clique")
        self._password = folder / "password"
        self._password.write_text("a test chain's")
        homes = [folder / f"node{number}" for number in range(nodes)]
        signers = [self._new_account(home) for home in homes]
        first = folder / "genesis.json"
        first.write_text(json.dumps(genesis.clique(signers, CHAIN_ID, period)))
        self.nodes = [
            self._node(home, signer, first) for home, signer in zip(homes, signers, strict=True)
        ]
        try:
            for node in self.nodes:
                node.start()
            self.connect()
        except BaseException:
            self.stop()
            raise

    @contextmanager
    def hurrying(self) -> Iterator[None]:
        """Do nothing: validators keep their pace."""
        yield

    def _new_account(self, home: Path) -> str:
        """Return the address of a new account of a node, 40 hex."""
        made = subprocess.run(
            [
                PROGRAM,
                "account",
                "new",
                "--datadir",
                home,
                "--lightkdf",
                "--password",
                self._password,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
            text=True,
        )
        found = re.search(r"0x([0-9a-fA-F]{40})", made.stdout)
        assert found is not None, made.stdout
        return found[1].lower()

    def _node(self, home: Path, signer: str, first: Path) -> NodeProcess:
        return new_node(
            *(PROGRAM, CHAIN_ID, home, first),
            *("--authrpc.port", free_port(), "--mine", "--miner.etherbase", "0x" + signer),
            *("--unlock", "0x" + signer, "--password", self._password, "--allow-insecure-unlock"),
        )
