"""Check a deployment against a chain: another chain, another genesis or other code stops the service."""

from __future__ import annotations

from eth_utils.crypto import keccak

from ledger_service.adapters.evm.node import Node, number_of, unhexed
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import DeploymentMismatch


def check_deployment(deployment: Deployment, node: Node) -> None:
    """Check that the node's chain is the one deployed to.

    Raises:
        DeploymentMismatch: chain id, genesis or a contract's code differs.
        ChainUnavailable: the node does not answer.
    """
    if number_of(node.request("eth_chainId")) != deployment.chain_id:
        raise DeploymentMismatch("other-chain", chain_id=deployment.chain_id)
    if node.block(0).hash.hex() != deployment.genesis:
        raise DeploymentMismatch("other-genesis")
    for name, address in deployment.contracts.items():
        if code_hash(node, address) != deployment.code[name]:
            raise DeploymentMismatch("other-code", contract=name, address=address)


def code_hash(node: Node, address: str) -> str:
    """Return the keccak256 of the code at an address, 64 hex."""
    return keccak(unhexed(node.request("eth_getCode", "0x" + address, "latest"))).hex()
