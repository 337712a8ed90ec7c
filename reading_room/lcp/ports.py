"""What the verbs need of the room's tables."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from ledger_service.domain.identifiers import Digest
from reading_room.lcp.rules import Bound, Issued


class LcpTables(Protocol):
    """Encrypted files of resources, and licenses for loans."""

    def bound(self, digests: Collection[Digest]) -> list[Bound]:
        """Return those of these resources that have an encrypted file."""

    def page(self, limit: int) -> list[Bound]:
        """Return so many resources with an encrypted file, the newest first."""

    def bind(self, bound: Bound) -> None:
        """Let this be the encrypted file of a resource, in place of another."""

    def unbind(self, digest: Digest) -> None:
        """Let a resource have no encrypted file."""

    def find(self, license_id: str) -> Issued | None:
        """Return a license, None if there is none."""

    def running(self, now: int, after: str, limit: int) -> list[Issued]:
        """Return licenses that are not over and may be told of now, by ids that follow another."""

    def put(self, issued: Issued) -> None:
        """Keep a license in place of what was known of it."""

    def has_over(self, before: int) -> bool:
        """Return whether `forget_over` would forget any."""

    def forget_over(self, before: int) -> None:
        """Forget licenses that are over and ended before this time."""
