"""One library as its services see it: its stores, its chain, its name and its limits."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.checkpoint import VerifierKey
from ledger_service.domain.identifiers import LedgerId, StewardId
from ledger_service.ports import Chain, Clock, ContentStore, Store


@dataclass(frozen=True)
class Limits:
    """Bounds that an operator may set; unit beside each number."""

    largest_resource_bytes: int = 4 * 1024**3
    opening_seconds: int = 900  # how long an opening may be resumed
    confirmations: int = 1  # blocks, the one that holds the transaction included
    anchor_seconds: int = 2  # least time between two anchors


@dataclass(frozen=True)
class Library:
    """What every verb is handed. key: of the ledger; its name is the ledger's origin."""

    store: Store
    chain: Chain
    content: ContentStore
    clock: Clock
    steward: StewardId
    key: VerifierKey
    limits: Limits

    @property
    def ledger(self) -> LedgerId:
        """The ledger's name on chain."""
        return LedgerId.of_origin(self.key.name)
