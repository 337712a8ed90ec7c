"""The chain as a reader sees it; all that a student's or auditor's own tool needs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from eth_utils.crypto import keccak

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.events import check_totals, read_events
from ledger_service.adapters.evm.logs import KeptLogs, Pace, read_logs
from ledger_service.adapters.evm.node import Node, NodeRefusal, number_of, unhexed
from ledger_service.adapters.evm.relaying import is_signed_by_key
from ledger_service.adapters.evm.state_node import JsonRpcState
from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.chain_state import StateClaim, StateProof
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.errors import ChainEvidenceMissing, DeploymentMismatch, InvalidStateProof
from ledger_service.domain.identifiers import LedgerId
from ledger_service.ports.chain import EventTotals
from ledger_service.services.chain.prove_state import prove_state

logger = logging.getLogger(__name__)


class EvmReader:
    """Implements ports.ChainReader over any EVM node. kept: logs of earlier runs, which are checked."""

    def __init__(self, node: Node, deployment: Deployment, kept: KeptLogs | None = None) -> None:
        self._node = node
        self._deployment = deployment
        self._kept = kept
        self._pace = Pace()

    @property
    def chain_id(self) -> int:
        return self._deployment.chain_id

    @property
    def anchor_contract(self) -> str:
        return self._deployment.contracts["CheckpointAnchor"]

    def is_signed_by_key(self, account: str, digest: bytes, signature: bytes) -> bool:
        return is_signed_by_key(account, digest, signature)

    def check_deployment(self) -> None:
        check_deployment(self._deployment, self._node)

    def head(self) -> Block:
        return self._node.block()

    def is_syncing(self) -> bool:
        """Return whether the node says that it has not caught up with its chain yet."""
        return self._node.request("eth_syncing") is not False

    def finalized(self) -> int | None:
        return self._node.finalized()

    def block(self, number: int) -> Block:
        return self._node.block(number)

    def read_events(
        self, first: int, last: int, before: EventTotals
    ) -> Iterator[tuple[list[ChainEvent], EventTotals]]:
        if self._kept is None:
            return self._read(first, last, before)
        try:
            found = list(self._read(first, last, before))
            self.check_totals(last, found[-1][1])
        except ChainEvidenceMissing:  # what is kept may be spoiled, and says nothing of the node
            self._kept.forget()
            return self._read(first, last, before)
        return iter(found)

    def _read(
        self, first: int, last: int, before: EventTotals
    ) -> Iterator[tuple[list[ChainEvent], EventTotals]]:
        addresses = list(self._deployment.contracts.values())
        logs = read_logs(self._node, addresses, first, last, self._pace, self._kept)
        return read_events(self._deployment, logs, before)

    def check_totals(self, block: int, totals: EventTotals) -> None:
        check_totals(self._node, self._deployment, block, totals)

    def anchored(self, ledger: LedgerId) -> tuple[int, bytes]:
        """Return size and root of the newest anchor; those of the empty tree before the first."""
        size, checkpoint = self.ask("CheckpointAnchor", "latest", ledger.value)
        return int(size), bytes(checkpoint[0])

    def prove_state(self, claim: StateClaim, block: int) -> StateProof | None:
        """Return a proof of what the contracts hold at a block; None if this node gives none."""
        try:
            node = JsonRpcState(self._node.request, self._node.requests)
            return prove_state(node, self._deployment, claim, block)
        except (NodeRefusal, InvalidStateProof) as exc:
            logger.warning("no state proof: %s", exc)
            return None

    def ask(
        self, contract: str, function: str, *arguments: object, block: int | None = None
    ) -> tuple[Any, ...]:
        """Return the decoded answer of a view function, at the newest block if none is given."""
        compiled, address = artifact(contract), self._deployment.contracts[contract]
        answer = self._node.call(address, compiled.call(function, *arguments), block)
        return compiled.result(function, answer)


def check_deployment(deployment: Deployment, node: Node) -> None:
    """Check that the node's chain is the one deployed to.

    Raises:
        DeploymentMismatch: chain id, genesis or a contract's code differs.
        ChainUnavailable: the node does not answer.
    """
    check_chain(deployment.chain_id, deployment.genesis, node)
    for name, address in deployment.contracts.items():
        if code_hash(node, address) != deployment.code[name]:
            raise DeploymentMismatch("other-code", contract=name, address=address)


def check_chain(chain_id: int, genesis: str, node: Node) -> None:
    """Check that the node's chain has this id and this block 0 (64 hex); raise as `check_deployment`."""
    if number_of(node.request("eth_chainId")) != chain_id:
        raise DeploymentMismatch("other-chain", chain_id=chain_id)
    if node.block(0).hash.hex() != genesis:
        raise DeploymentMismatch("other-genesis")


def code_hash(node: Node, address: str) -> str:
    """Return the keccak256 of the code at an address, 64 hex."""
    return keccak(unhexed(node.request("eth_getCode", "0x" + address, "latest"))).hex()
