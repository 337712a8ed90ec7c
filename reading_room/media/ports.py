"""What the verbs need of the room's tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ledger_service.domain.identifiers import Digest
from reading_room.media.rules import Media


class MediaTables(Protocol):
    """What is known of files, and how far registrations were looked through."""

    def find(self, digest: Digest) -> Media | None:
        """Return what is known of a resource, None if nobody has read it."""

    def known(self, digests: Sequence[Digest]) -> dict[bytes, Media]:
        """Return what is known of each of a few hundred resources, by digest."""

    def set(self, media: Media) -> None:
        """Let this be known of a resource."""

    def forget(self, digest: Digest) -> None:
        """Let nothing be known of a resource."""

    def renditions_after(self, cid: str, limit: int) -> list[str]:
        """Return the CIDs, base16, of renditions that follow this one in their order, each once."""

    def asked(self, limit: int) -> list[Digest]:
        """Return resources that somebody wants to be read again."""

    def looked(self) -> tuple[str, int | None]:
        """Return the cursor to which registrations were looked through, and since when; empty and None."""

    def look_to(self, cursor: str, since: int) -> None:
        """Let these be the cursor, and the time."""
