"""A deployment: which chain, which contracts, which ledger. The public root of trust of a library.

Written once by `muhr init` to deployment.json, given to students and auditors, and checked against
the chain at every start: another chain, another genesis or other code stops the service.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from eth_utils.crypto import keccak

from ledger_service.adapters.evm.node import Node, number_of, unhexed
from ledger_service.domain.chain import deployment
from ledger_service.domain.errors import DeploymentMismatch


class Deployment(deployment.Deployment):
    """A deployment that is read from a file and checked against a node."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the deployment of a file."""
        return cls.parse(path.read_text("utf-8"))

    def check(self, node: Node) -> None:
        """Return if the node's chain is the one deployed to.

        Raises:
            DeploymentMismatch: chain id, genesis or a contract's code differs.
            ChainUnavailable: the node does not answer.
        """
        if number_of(node.request("eth_chainId")) != self.chain_id:
            raise DeploymentMismatch(f"The node serves another chain than {self.chain_id}.")
        if node.block(0).hash.hex() != self.genesis:
            raise DeploymentMismatch("The node's chain has another genesis block.")
        for name, address in self.contracts.items():
            if code_hash(node, address) != self.code[name]:
                raise DeploymentMismatch(
                    f"The code of {name} at {address} is not what was deployed."
                )


def code_hash(node: Node, address: str) -> str:
    """Return the keccak256 of the code at an address, 64 hex."""
    return keccak(unhexed(node.request("eth_getCode", "0x" + address, "latest"))).hex()
