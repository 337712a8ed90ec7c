"""What the verbs need of the room's tables."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple, Protocol

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import Digest


class Looked(NamedTuple):
    """To where registrations were looked through. began_at: seconds since 1970 UTC."""

    cursor: str
    began_at: int


class GatewayTables(Protocol):
    """Which open resources of several blocks have which block."""

    def resources_with(self, cid: ContentId) -> list[Digest]:
        """Return the resources that have a block; as a node, only those in which it is one."""

    def has(self, entry: int) -> bool:
        """Return whether the blocks of a resource are known. entry: index of its claim's."""

    def add(self, entry: int, digest: Digest, blocks: Collection[ContentId]) -> None:
        """Let a resource have these blocks; it is not known yet."""

    def looked(self) -> Looked | None:
        """Return how far somebody looked, None if nobody did."""

    def look_to(self, looked: Looked) -> None:
        """Let this be how far."""
