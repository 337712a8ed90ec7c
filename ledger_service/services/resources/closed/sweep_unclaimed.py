"""Find ciphertext that nobody claimed: whoever uploaded it was killed before its transaction.

Every such upload leaves a note before it is kept. What is old and stands in no row is looked at once more an
hour later: a machine that slept may go on just then, and claim it. Then it is needless (remove_needless).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice

from ledger_service.domain.content.content_id import ContentId
from ledger_service.services.library import Library

OLD_SECONDS = 86_400  # of a note, since an import may wait for long between its bytes and its claim
SWEEP_SECONDS = 3600
LOOKED_UP_AT_A_TIME = 500
MOST_HELD = 10_000  # from one sweep to the next

Stops = Callable[[], bool]


class UnclaimedSweep:
    """Used by one thread of the worker, which comes often; it rests by itself."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._seen: set[ContentId] = set()
        self._begins_at = time.monotonic()

    def work(self, stops: Stops) -> None:
        """Look at all old notes, if it is time to; return when that is done, or soon after told to stop.

        Raises:
            ContentStoreUnavailable: the folder of notes does not answer.
        """
        if time.monotonic() < self._begins_at:
            return
        seen: set[ContentId] = set()
        notes = self._library.content.unclaimed(OLD_SECONDS)
        while some := list(islice(notes, LOOKED_UP_AT_A_TIME)):
            if stops():
                return  # the next sweep looks at all of them again
            seen |= self._look_at(some)
        self._seen = set(islice(seen, MOST_HELD))
        self._begins_at = time.monotonic() + SWEEP_SECONDS

    def _look_at(self, some: list[ContentId]) -> set[ContentId]:
        """Settle what can be settled; return what is to be looked at again."""
        with self._library.store.read() as transaction:
            known = {cid for cid in some if transaction.stored.is_known(cid.base16())}
        lost = [cid for cid in some if cid not in known and cid in self._seen]
        if lost:
            with self._library.store.write() as transaction:
                for cid in lost:
                    transaction.needless.note(cid.base16(), self._library.clock())
        for cid in (*known, *lost):
            self._library.content.forget_note(cid)
        return set(some) - known - set(lost)
