"""What quick answers need: reads of what never changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger.merkle import NodeName
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.resources import WrittenClaim


class QuickReads(Protocol):
    """Reads, each by itself, of what never changes once it is there; for routes that are asked often.

    is_local: whether they are answered without a network, so that an event loop may wait for them.
    """

    @property
    def is_local(self) -> bool:
        """Return whether an answer comes without a network."""

    def claim(self, digest: Digest, steward: StewardId) -> WrittenClaim | None:
        """Return what the registration of a digest by a steward says, None if there is none."""

    def entry(self, index: int) -> bytes:
        """Return the bytes of an entry; raise EntryNotFound for an index beyond the ledger."""

    def anchored_above(self, index: int) -> SignedCheckpoint | None:
        """Return an anchored checkpoint that covers the entry at this index, None if none does yet."""

    def read_nodes(self, names: Sequence[NodeName]) -> list[bytes]:
        """Return the hashes of complete nodes, 32 bytes each, in this order; raise EntryNotFound."""
