"""Blocks of the chain in memory, and the transactions in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.history import ChainEvent
from tests.simulators.contracts import Contracts

Deed = Callable[[Contracts], None]


@dataclass(frozen=True)
class Sent:
    """A transaction that the node took."""

    hash: str
    sender: str
    nonce: int
    deed: Deed
    max_fee: int = 10**9


@dataclass
class MinedBlock:
    block: Block
    after: Contracts
    sent: list[Sent] = field(default_factory=list)
    succeeded: dict[str, bool] = field(default_factory=dict)
    events: list[ChainEvent] = field(default_factory=list)
