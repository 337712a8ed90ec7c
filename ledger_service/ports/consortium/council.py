"""What a chain node tells of a consortium's council."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.council_event import CouncilEvent


class CouncilReader(Protocol):
    """Reads what the contract `Council` told. Nobody can show that a node leaves nothing out."""

    def events(self, charter: Charter, first: int, last: int) -> Iterator[CouncilEvent]:
        """Yield the events in blocks first to last, in order; none where the admin is no council of ours.

        Raises:
            ChainUnavailable: the node does not answer, or not as a node does.
        """
