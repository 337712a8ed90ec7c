"""What the verbs need: what was read of the council's events, in the room's own tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from ledger_service.domain.chain.block import Block
from ledger_service.domain.consortium.council_event import CouncilEvent
from ledger_service.domain.identifiers import Digest


class ReadTo(NamedTuple):
    """charter: of the council whose events were read; block: up to which they were."""

    charter: Digest
    block: Block


class CouncilTables(Protocol):
    """Events of the council, up to a confirmed block."""

    def read_to(self) -> ReadTo | None:
        """Return how far events were read, None before the first time."""

    def add(self, events: Sequence[CouncilEvent], read_to: ReadTo) -> None:
        """Add the events above those that there are, up to this block."""

    def clear(self) -> None:
        """Forget everything: it was another chain's or another council's."""

    def newest(self, limit: int) -> list[CouncilEvent]:
        """Return the newest events, in their order on chain."""
