"""What the services need of the ledger: entries, checkpoints, and the key that signs them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.merkle import Frontier, NodeName, NodeRun
from ledger_service.domain.ledger.retirement import Retirement
from ledger_service.ports.paging import Page, PageRequest


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint as published. note: the signed note; block and transaction: of its anchor."""

    size: int
    root: bytes
    note: str
    block: int | None
    transaction: str | None


@dataclass(frozen=True)
class PrivatePart:
    """What a private entry commits to. salt: 32 bytes; body: canonical JSON; None once erased."""

    entry: int
    salt: bytes | None
    body: bytes | None


class LedgerTable(Protocol):
    """Entries, their tree nodes, and what private entries commit to."""

    def frontier(self) -> Frontier:
        """Return the right edge of the tree at its present size, from which it can be appended to."""

    def append(self, start: int, bodies: Sequence[bytes], nodes: Sequence[NodeRun]) -> None:
        """Store entries from index `start`, which must be the size, and the nodes that they complete.

        bodies: canonical JSON; nodes: a run for each level of the tree, from 0 up. Raises ValueError for
        another start, which is a fault of the caller's.
        """

    def size(self) -> int:
        """Return how many entries there are, those of this transaction included."""

    def read_nodes(self, names: Sequence[NodeName]) -> list[bytes]:
        """Return the hashes of these nodes, 32 bytes each, in this order; raise EntryNotFound."""

    def hash_tile(self, level: int, number: int, width: int) -> bytes:
        """Return the first `width` hashes of a tile, 1 to 256; raise EntryNotFound if it has fewer."""

    def entries(self, start: int, limit: int) -> list[bytes]:
        """Return the bodies of entries from index `start` on, in order, at most `limit`; fewer at the end."""

    def entry_bundle(self, number: int, width: int) -> bytes:
        """Return the C2SP bundle of its first `width` entries, 1 to 256.

        Raises:
            EntryNotFound: there are fewer.
        """

    def add_told(self, name: bytes, index: int) -> None:
        """Note that the entry at this index tells of something on chain; name: see `telling.name_of`, new."""

    def find_told(self, name: bytes) -> int | None:
        """Return the index of the entry that tells of this on chain, wherever it stood; None if none does."""

    def add_private_part(self, part: PrivatePart, at: int, reader: bytes | None) -> None:
        """Add what a private entry commits to. at: its time in seconds; reader: the pseudonym in it."""

    def private_parts(self, start: int, limit: int) -> list[PrivatePart]:
        """Return private parts from entry `start` on, in order, at most `limit`; erased ones too."""

    def private_parts_of(self, readers: Collection[bytes]) -> list[PrivatePart]:
        """Return the private parts that name a reader by one of these pseudonyms, by entry."""

    def first_private_part(self, since: int = 0) -> int | None:
        """Return the time of the oldest private part from `since` on that names a reader, in seconds.

        None if none does.
        """

    def private_parts_in(self, since: int, until: int) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield the private parts from `since` on, before `until`, that name a reader, in the order of time.

        Of each its time, the pseudonym and its body. They are read piece by piece, so that a million need no
        memory; what was erased is not among them.
        """

    def private_parts_before(self, at: int, limit: int) -> list[int]:
        """Return the entries of the oldest private parts from before this time that are not erased."""

    def count_private_parts_before(self, at: int) -> int:
        """Return how many private parts from before this time are not erased."""

    def erase_private_parts(self, entries: Collection[int]) -> int:
        """Erase what these entries commit to, some hundreds; return how many were there."""


class RetirementTable(Protocol):
    """How many private parts were destroyed, by the window's end if they were older than they are kept."""

    def find(self, before: int) -> Retirement | None:
        """Return what was done of the parts from before this time; None for nothing."""

    def open(self) -> list[Retirement]:
        """Return those that no entry attests yet."""

    def keep(self, item: Retirement) -> None:
        """Keep one, in place of what was kept of the same time."""

    def page(self, request: PageRequest) -> Page[Retirement]:
        """Return a page of them, newest first; raise InvalidCursor."""

    def add_of_erased(self, parts: int) -> None:
        """Count parts that were destroyed since the reader whom they named was erased."""

    def of_erased(self) -> int:
        """Return how many those are, of all readers together."""


class CheckpointTable(Protocol):
    """Checkpoints by size: stored, then signed, then anchored."""

    def find(self, size: int) -> SignedCheckpoint | None:
        """Return the signed checkpoint of this size, None if there is none."""

    def latest(self) -> SignedCheckpoint | None:
        """Return the largest signed checkpoint, None before the first."""

    def latest_anchored(self) -> SignedCheckpoint | None:
        """Return the largest checkpoint whose anchor is on chain, None before the first."""

    def first_anchored_above(self, index: int) -> SignedCheckpoint | None:
        """Return the smallest anchored checkpoint that covers the entry at this index, None if none does."""

    def recent(self, limit: int) -> list[tuple[SignedCheckpoint, int]]:
        """Return the largest signed checkpoints, the largest first, each with when it was added."""

    def add(self, size: int, root: bytes, at: int) -> None:
        """Add a checkpoint of a new size, not signed yet; root: 32 bytes; at: seconds since 1970 UTC."""

    def set_note(self, size: int, note: str) -> None:
        """Let the checkpoint of this size be signed by this note, which replaces an earlier one."""

    def unsigned(self) -> list[tuple[int, bytes]]:
        """Return size and root of the checkpoints that are not signed, smallest first."""

    def unset_anchor(self, size: int) -> None:
        """Let the checkpoint of this size be without an anchor again: the chain has lost it."""

    def set_anchor(self, size: int, block: int, transaction: str) -> None:
        """Say in which block and transaction (64 hex) the checkpoint of this size was anchored."""


class Signer(Protocol):
    """The ledger's Ed25519 key."""

    @property
    def key(self) -> VerifierKey:
        """Return the name of the ledger and its public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over these very bytes."""
