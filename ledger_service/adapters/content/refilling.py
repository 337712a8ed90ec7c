"""Fill places again with what they are noted to lack, as soon as they answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from ipfs.cid import Cid
from ipfs.copies import heal_block
from ipfs.errors import StoreUnavailable
from ipfs.owed import Owed
from ipfs.protocols import BlockStore
from ledger_service.adapters.content.fixity import check_blocks
from ledger_service.domain.content.fixity import Outcome

NOTES_AT_A_TIME = 1000
REST_SECONDS = 30  # after some place did not take what it lacks


class Refilling:
    """Used by one thread, which comes often; it rests by itself."""

    def __init__(self, places: Mapping[str, BlockStore], owed: Owed) -> None:
        self._places = places
        self._owed = owed
        self._rests_until = 0.0

    def work(self, stops: Callable[[], bool]) -> None:
        """Look in all places at what is noted; forget what every place has, or no place has sound.

        Raises:
            StoreUnavailable: a place is away; the notes stay.
        """
        if time.monotonic() < self._rests_until:
            return
        noted = self._owed.some(NOTES_AT_A_TIME)
        left = len(noted)
        try:
            for root in noted:
                if stops():
                    break
                if self._is_filled(root, stops):
                    self._owed.forget(root)
                    left -= 1
        finally:
            self._rests_until = time.monotonic() + REST_SECONDS if left else 0.0

    def _is_filled(self, root: Cid, stops: Callable[[], bool]) -> bool:
        """Return whether no place has refused anything of what is below a block."""
        refused = False

        def heal(store: BlockStore, cid: Cid, block: bytes) -> bool:
            nonlocal refused
            healed = heal_block(store, cid, block)
            refused = refused or not healed
            return healed

        for block in check_blocks(self._places, root, heal):
            if block.outcome is Outcome.UNREACHABLE:
                raise StoreUnavailable(f"{block.place} does not answer")
            if refused or stops():
                return False
        return not refused
