"""Several block stores as one: what is put goes to all, and what is read comes from one that is sound.

A commit returns when enough stores have the blocks for good. A store that is away, slow or full is left
out while enough others take them; nobody waits for it later, so that whoever uses this looks again
at what each store has (`stores`). A damaged or lost block that a reader meets is put again from a
sound copy.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Final

from ipfs.cid import Cid
from ipfs.errors import BlockCorrupt, BlockNotFound, IpfsError, StoreFull, StoreUnavailable
from ipfs.protocols import BlockStore, BytesLike, Staging

REST_SECONDS: Final = 30
"""How long a store that did not answer is asked last."""

logger = logging.getLogger(__name__)


class Copies:
    """The BlockStore over others, which are asked in their order."""

    def __init__(self, stores: Sequence[BlockStore], least: int) -> None:
        """stores: at least one. least: how many must hold a block before it is taken as kept."""
        if not 1 <= least <= len(stores):
            raise ValueError(f"{least} copies in {len(stores)} stores")
        self.stores = stores
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
                self._rests_until[number] = time.monotonic() + REST_SECONDS
                faults.append(exc)
            else:
                for damaged in lacking:
                    _heal(damaged, cid, block)
                return block
        raise _gravest(faults)

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
                self._rests_until[number] = time.monotonic() + REST_SECONDS
                faults.append(exc)
        if faults:
            raise faults[0]
        return False

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
    def stage(self) -> Iterator["CopiesStaging"]:
        """Return a place for new blocks in all stores, and in enough of them at least.

        Raises StoreFull, StoreUnavailable.
        """
        with ExitStack() as stack:
            opened = CopiesStaging(self._least)
            for store in self.stores:
                opened.add(store.name, lambda made=store: stack.enter_context(made.stage()))  # type: ignore[misc]
            opened.check_enough()
            yield opened

    def _by_readiness(self) -> list[tuple[int, BlockStore]]:
        now = time.monotonic()
        return sorted(enumerate(self.stores), key=lambda one: self._rests_until[one[0]] > now)


class CopiesStaging:
    """The Staging of Copies, which makes it: the same blocks on their way into each store."""

    def __init__(self, least: int) -> None:
        self._least = least
        self._open: dict[str, Staging] = {}
        self._faults: list[IpfsError] = []

    def add(self, name: str, opens: Callable[[], Staging]) -> None:
        """Let blocks go to one more store; one that takes none is left out."""
        try:
            self._open[name] = opens()
        except (StoreFull, StoreUnavailable) as exc:
            self._leave_out(name, exc)

    def put(self, cid: Cid, data: BytesLike) -> None:
        """Take a block into every store that is left. Raises StoreFull, StoreUnavailable."""
        for name, staging in list(self._open.items()):
            try:
                staging.put(cid, data)
            except (StoreFull, StoreUnavailable) as exc:
                self._leave_out(name, exc)
        self.check_enough()

    def commit(self) -> None:
        """Return when enough stores have every block for good.

        Raises StoreFull, StoreUnavailable; what stores have until then stays, and does no harm.
        """
        with ThreadPoolExecutor(len(self._open), "copies") as pool:
            ends = {name: pool.submit(one.commit) for name, one in self._open.items()}
        for name, end in ends.items():
            try:
                end.result()
            except (StoreFull, StoreUnavailable) as exc:
                self._leave_out(name, exc)
        self.check_enough()

    def check_enough(self) -> None:
        """Raise StoreFull or StoreUnavailable if fewer stores than needed have taken all so far."""
        if len(self._open) < self._least:
            raise self._faults[0]

    def _leave_out(self, name: str, fault: IpfsError) -> None:
        logger.warning("left out of a write: %s: %s", name, fault)
        self._open.pop(name, None)
        self._faults.append(fault)


def copy_block(store: BlockStore, cid: Cid, block: bytes) -> None:
    """Put one sound block into a store, in the place of a damaged one. Raises StoreFull, StoreUnavailable."""
    with store.stage() as staging:
        staging.put(cid, block)
        staging.commit()


def _heal(store: BlockStore, cid: Cid, block: bytes) -> None:
    """Put a block again; a store that takes none must not keep the reader from a sound copy."""
    try:
        copy_block(store, cid, block)
    except IpfsError as exc:
        logger.warning("not healed: %s in %s: %s", cid, store.name, exc)
    else:
        logger.warning("healed: %s in %s", cid, store.name)


def _gravest(faults: Sequence[IpfsError]) -> IpfsError:
    """Return the fault that says what is known of all copies: one that is away may yet be sound."""
    for kind in (StoreUnavailable, BlockCorrupt):
        for fault in faults:
            if isinstance(fault, kind):
                return fault
    return faults[0]
