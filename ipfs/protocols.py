"""What a block store is, whichever way it keeps its blocks.

A store on disk and a node behind a network interface both stand behind BlockStore. Neither is
trusted by its callers to be complete; both must be honest about what they return.
"""

from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from ipfs.cid import Cid

BytesLike: TypeAlias = bytes | bytearray | memoryview
"""Contiguous bytes. Whoever receives them may use them until the call returns, and no longer."""


class Staging(Protocol):
    """Blocks on their way into a store, invisible until commit. One thread at a time."""

    def put(self, cid: Cid, data: BytesLike) -> None:
        """Take a block whose CID the caller has just computed; children before their parents.

        data: at most 2 MiB, the caller's again when the call returns. The same block may be put
        any number of times. A damaged block of the store is replaced by commit. Raises StoreFull,
        StoreUnavailable.
        """

    def commit(self) -> None:
        """Make every block put so far visible and durable. Raises StoreFull, StoreUnavailable."""


class BlockStore(Protocol):
    """Blocks by CID. Safe to share between threads."""

    @property
    def name(self) -> str:
        """What people call the store; it tells no password."""

    def get(self, cid: Cid) -> bytes:
        """Return the block, after checking that its SHA-256 is the CID's.

        Raises BlockNotFound, BlockCorrupt, StoreUnavailable.
        """

    def get_unchecked(self, cid: Cid) -> bytes:
        """Return what is kept under this CID, at most a little more than 2 MiB, without hashing it.

        For a caller that has another check of the bytes, and asks get when that one fails. Raises
        BlockNotFound, StoreUnavailable.
        """

    def has(self, cid: Cid) -> bool:
        """Return whether something is kept under this CID for good, without reading it.

        Raises StoreUnavailable.
        """

    def remove(self, cid: Cid) -> None:
        """Return when nothing is kept under this CID any more. Raises StoreUnavailable.

        A block may be part of many files: whoever removes it knows that no other needs it.
        """

    def free_bytes(self) -> int:
        """Return how many bytes the disk has left for this process. Raises StoreUnavailable."""

    def stage(self) -> AbstractContextManager[Staging]:
        """Return a place for new blocks; leaving it without commit forgets them.

        Raises StoreFull, StoreUnavailable.
        """
