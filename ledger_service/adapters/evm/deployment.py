"""A deployment: which chain, which contracts, which ledger. The public root of trust of a library.

Written once by `muhr init` to deployment.json, given to students and auditors, and checked against
the chain at every start: another chain, another genesis or other code stops the service.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from ledger_service.adapters.evm.abi import CONTRACTS
from ledger_service.adapters.evm.node import Node, number_of, unhexed
from ledger_service.domain.errors import DeploymentMismatch, InvalidInput


@dataclass(frozen=True)
class Deployment:
    """contracts: name → address, 40 hex; code: name → keccak256 of the code, 64 hex; genesis: hash
    of block 0, 64 hex; key: the ledger's vkey, whose name is its origin; steward: id, 64 hex.
    """

    chain_id: int
    genesis: str
    first_block: int
    contracts: Mapping[str, str]
    code: Mapping[str, str]
    salt: str
    steward: str
    key: str

    @classmethod
    def parse(cls, text: str) -> Deployment:
        """Return the deployment of a JSON text; inverse of `format`."""
        try:
            value: dict[str, Any] = json.loads(text)
            deployment = cls(**value)
            if set(deployment.contracts) != set(CONTRACTS):
                raise ValueError("it does not name the five contracts")
        except (ValueError, TypeError) as exc:
            raise InvalidInput(f"Not a deployment file: {exc}.") from exc
        return deployment

    def format(self) -> str:
        """Return the JSON text that people keep."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    @classmethod
    def load(cls, path: Path) -> Deployment:
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
