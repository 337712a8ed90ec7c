"""Several block stores as one: what is put goes to all, and what is read comes from one that is sound.

A commit returns when enough stores have the blocks for good. A store that is away, slow or full is left
out while enough others take them. A damaged or lost block that a reader meets is put again from a sound
copy. What a store may lack since is noted (`owed`), so that whoever uses this soon looks at it again in
each of the `stores`.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

from ipfs.cid import Cid
from ipfs.copies_staging import CopiesStaging
from ipfs.errors import BlockCorrupt, BlockNotFound, IpfsError, StoreUnavailable
from ipfs.owed import Owed
from ipfs.protocols import BlockStore

REST_SECONDS: Final = 30
"""How long a store that did not answer is asked last, and given nothing that enough others take."""

logger = logging.getLogger(__name__)


class Copies:
    """The BlockStore over others, which are asked in their order."""

    def __init__(self, stores: Sequence[BlockStore], least: int, owed: Owed) -> None:
        """stores: at least one. least: how many must hold a block before it is taken as kept."""
        if not 1 <= least <= len(stores):
            raise ValueError(f"{least} copies in {len(stores)} stores")
        self.stores = stores
        self.owed = owed
        self._least = least
        self._rests_until = [0.0] * len(stores)

    @property
    def name(self) -> str:
        """What people call it."""
        return ", ".join(store.name for store in self.stores)

    def get(self, cid: Cid) -> bytes:
        """Return the first sound copy; stores met before it that lack it are given it.

        Raises BlockNotFound if every store answers that it has none, BlockCorrupt if every store
        answers and what they have is damaged, StoreUnavailable if one that is away may have it.
        """
        lacking: list[BlockStore] = []
        faults: list[IpfsError] = []
        for number, store in self._by_readiness():
            try:
                block = store.get(cid)
            except (BlockNotFound, BlockCorrupt) as exc:
                lacking.append(store)
                faults.append(exc)
            except StoreUnavailable as exc:
                self._let_rest(number)
                faults.append(exc)
            else:
                for damaged in lacking:
                    self.heal(damaged, cid, block)
                return block
        raise _gravest(faults)

    def get_unchecked(self, cid: Cid) -> bytes:
        """Return what the first store has, without hashing it; do as get if it has nothing or is away."""
        number, store = self._by_readiness()[0]
        try:
            return store.get_unchecked(cid)
        except BlockNotFound:
            return self.get(cid)
        except StoreUnavailable:
            self._let_rest(number)
            return self.get(cid)

    def has(self, cid: Cid) -> bool:
        """Return whether a store keeps something under this CID.

        Raises StoreUnavailable if none of those that answer does.
        """
        faults: list[IpfsError] = []
        for number, store in self._by_readiness():
            try:
                if store.has(cid):
                    return True
            except StoreUnavailable as exc:
                self._let_rest(number)
                faults.append(exc)
        if faults:
            raise faults[0]
        return False

    def remove(self, cid: Cid) -> None:
        """Remove the block from every store; raise StoreUnavailable if one of them did not do it."""
        faults: list[IpfsError] = []
        for store in self.stores:
            try:
                store.remove(cid)
            except StoreUnavailable as exc:
                faults.append(exc)
        if faults:
            raise faults[0]
        self.owed.forget(cid)

    def free_bytes(self) -> int:
        """Return how many bytes enough stores have room for.

        Raises StoreUnavailable if too few of them answer.
        """
        free: list[int] = []
        faults: list[IpfsError] = []
        for store in self.stores:
            try:
                free.append(store.free_bytes())
            except StoreUnavailable as exc:
                faults.append(exc)
        if len(free) < self._least:
            raise faults[0]
        return sorted(free, reverse=True)[self._least - 1]

    @contextmanager
    def stage(self) -> Iterator[CopiesStaging]:
        """Return a place for new blocks in all stores, and in enough of them at least.

        Raises StoreFull, StoreUnavailable.
        """
        now = time.monotonic()
        rest = {number for number, until in enumerate(self._rests_until) if until > now}
        if len(self.stores) - len(rest) < self._least:
            rest = set()
        with ExitStack() as stack:
            opened = CopiesStaging(self._least, self._let_rest)
            for number, store in enumerate(self.stores):
                if number in rest:
                    opened.leave_out(number, StoreUnavailable(f"{store.name} did not answer last"))
                else:
                    opened.add(number, stack, store.stage())
            opened.check_enough()
            yield opened
            if opened.is_owed_by_some and opened.last is not None:
                self._note(opened.last)

    def heal(self, store: BlockStore, cid: Cid, block: bytes) -> bool:
        """Put a sound block into a store that lacks it, or has it damaged; return whether it has it now.

        It is noted first: a store that ends between remove and put lacks it when it is back.
        """
        is_new = self._note(cid)
        healed = heal_block(store, cid, block)
        if healed and is_new:
            self.owed.forget(cid)
        return healed

    def _note(self, cid: Cid) -> bool:
        try:
            return self.owed.note(cid)
        except IpfsError as exc:  # what is kept is kept, and regular checks find the rest
            logger.warning("not noted as lacking somewhere: %s: %s", cid, exc)
            return False

    def _let_rest(self, number: int) -> None:
        self._rests_until[number] = time.monotonic() + REST_SECONDS

    def _by_readiness(self) -> list[tuple[int, BlockStore]]:
        now = time.monotonic()
        return sorted(enumerate(self.stores), key=lambda one: self._rests_until[one[0]] > now)


def heal_block(store: BlockStore, cid: Cid, block: bytes) -> bool:
    """Put a sound block into a store, in the place of a damaged one; return whether it has it now."""
    try:
        with store.stage() as staging:
            staging.put(cid, block)
            staging.commit()
        store.get(cid)
    except IpfsError as exc:
        logger.warning("not healed: %s in %s: %s", cid, store.name, exc)
        return False
    logger.warning("healed: %s in %s", cid, store.name)
    return True


def _gravest(faults: Sequence[IpfsError]) -> IpfsError:
    """Return the fault that says what is known of all copies: one that is away may yet be sound."""
    for kind in (StoreUnavailable, BlockCorrupt):
        for fault in faults:
            if isinstance(fault, kind):
                return fault
    return faults[0]
