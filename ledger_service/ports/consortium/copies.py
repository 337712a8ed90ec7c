"""What the services need to keep members' open content: what is known of it, and whoever has blocks."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.reasons import Reason


class WorkState(StrEnum):
    """What a member's ledger says of a work that it registered."""

    STANDING = "standing"
    CORRECTED = "corrected"  # another has taken its place
    WITHDRAWN = "withdrawn"
    LEGAL = "legal"  # withdrawn for legal reasons
    REJECTED = "rejected"  # the chain did not take it


@dataclass(frozen=True)
class MemberWork:
    """What a member's ledger says of a work. entry: the newest that changed it, an index of that ledger."""

    steward: StewardId
    digest: Digest
    cid: ContentId
    license: LicenseId
    entry: int
    state: WorkState = WorkState.STANDING


@dataclass(frozen=True)
class KeptCopy:
    """Open content of other members that is kept here, or is to be. number: from 1, never used again.

    is_kept: whether all of it is here; size_bytes: 0 before. at: when it came or was let go, tried_at: when
    it was last asked for, in seconds since 1970 UTC, 0 for never; tries: that failed, one after another;
    fault: why the last one did.
    """

    number: int
    cid: ContentId
    digest: Digest
    is_kept: bool
    size_bytes: int = 0
    at: int = 0
    tried_at: int = 0
    tries: int = 0
    fault: Reason | None = None


@dataclass(frozen=True)
class Refusal:
    """That nothing of this is kept here. subject: a resource's digest or a steward's id. at: as above."""

    subject: Digest | StewardId
    at: int
    why: str


class CopiesHeld(NamedTuple):
    """How many copies there are, and their bytes."""

    files: int = 0
    size_bytes: int = 0


class MemberCopyTable(Protocol):
    """What members registered, as far as it may be kept here, and what of it is kept."""

    def walked_to(self, steward: StewardId) -> int:
        """Return the index of the first entry of a member's ledger that was not looked at."""

    def walk_to(self, steward: StewardId, index: int) -> None:
        """Let this be that index."""

    def work(self, steward: StewardId, digest: Digest) -> MemberWork | None:
        """Return what a member's ledger says of a work, None if nothing is noted."""

    def keep_work(self, work: MemberWork) -> None:
        """Let this be what its member's ledger says."""

    def works_after(self, cid: str, limit: int) -> list[MemberWork]:
        """Return works behind this CID (base16), by CID; all of the last CID, and `limit` or some more."""

    def works_of(self, digest: Digest) -> list[MemberWork]:
        """Return what members' ledgers say of a digest, by steward."""

    def digest_of(self, cid: ContentId, steward: StewardId) -> Digest | None:
        """Return a digest that a steward registered here with this CID of a node; None if there is none.

        All registrations are looked at.
        """

    def copy(self, cid: ContentId) -> KeptCopy | None:
        """Return the copy of this CID, None if it was never asked for."""

    def copies_after(self, number: int, limit: int) -> list[KeptCopy]:
        """Return copies with higher numbers, in order, also those that are kept no more."""

    def keep_copy(self, copy: KeptCopy, blocks: Collection[ContentId] = ()) -> KeptCopy:
        """Let this be the copy of its CID; a new one, whose number is 0, gets its number.

        blocks: of the file, if it is kept.
        """

    def copies_with(self, cid: ContentId) -> list[KeptCopy]:
        """Return the copies that are kept and have a block, by number."""

    def held(self) -> CopiesHeld:
        """Return how much is kept here."""

    def held_of(self, steward: StewardId) -> CopiesHeld:
        """Return how much of what is kept here a member registered."""

    def lacking(self) -> int:
        """Return how many contents are to be here, and could not be got so far."""

    def refusals(self) -> list[Refusal]:
        """Return what is refused, oldest first."""

    def refuse(self, refusal: Refusal) -> None:
        """Let nothing of this be kept from now on."""

    def allow(self, subject: Digest | StewardId) -> bool:
        """Return whether it was refused; from now on it is not."""


class BlockSource(Protocol):
    """Somebody who may have blocks. name: that people know it by."""

    @property
    def name(self) -> str:
        """Return what people call it."""

    def block(self, cid: ContentId) -> bytes:
        """Return the bytes of a block, a stranger's and unchecked, of at most 2 MiB.

        Raises:
            ContentNotFound: it has none, or gives none. ServiceUnavailable: no answer in time.
        """


class BlockSources(Protocol):
    """Opens whoever may have blocks; each is let go of when its block of code ends."""

    def member(self, name: str, url: str) -> AbstractContextManager[BlockSource]:
        """Return the gateway of a member's service; raise InvalidReceiver."""

    def own_network(self) -> AbstractContextManager[BlockSource | None]:
        """Return what our own IPFS node finds at its peers, None if there is no node, or it has no peer."""
