"""Bytes of an upload that are worked on beside it: in order, whole, and never unnoticed when that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from threading import BoundedSemaphore, Event, active_count

import pytest

from ledger_service.adapters.content.lanes import AHEAD, BATCH_BYTES, Lanes

PIECE = bytes(BATCH_BYTES // 4)
WAIT_SECONDS = 60  # for what happens at once on a machine that is not busy


@contextmanager
def lanes_of(*takers: Callable[[bytes], None], free: int = 1) -> Iterator[Lanes]:
    lanes = Lanes(takers, BoundedSemaphore(max(free, 1)))
    if not free:
        lanes._free.acquire()
    try:
        yield lanes
    finally:
        lanes.close()


@pytest.mark.parametrize("free", [0, 1])
@pytest.mark.parametrize("number", [0, 1, 3, 4, 5, 50])
def test_every_taker_gets_all_pieces_in_order(number: int, free: int) -> None:
    first, second = bytearray(), bytearray()
    pieces = [bytes([one]) * len(PIECE) for one in range(number)]
    with lanes_of(first.extend, second.extend, free=free) as lanes:
        for piece in pieces:
            lanes.write(piece)
        lanes.finish()
        assert first == second == b"".join(pieces)


def test_what_is_lent_may_change_afterwards() -> None:
    taken, lent = bytearray(), bytearray(PIECE)
    with lanes_of(taken.extend) as lanes:
        lanes.write(lent)
        lent[0] = 1
        lanes.finish()
        assert taken == PIECE


def test_small_uploads_start_no_thread() -> None:
    before = active_count()
    with lanes_of(bytearray().extend) as lanes:
        lanes.write(PIECE)
        lanes.finish()
        assert active_count() == before


def test_a_taker_that_is_slow_is_waited_for_so_that_little_is_held() -> None:
    goes_on, taken = Event(), []

    def slow(piece: bytes) -> None:
        assert goes_on.wait(WAIT_SECONDS)
        taken.append(piece)

    with lanes_of(slow) as lanes:
        for _ in range(4 * AHEAD):  # as many batches as wait for the lane
            lanes.write(PIECE)
        assert taken == []
        goes_on.set()
        lanes.finish()
        assert len(taken) == 4 * AHEAD


def test_what_a_taker_raises_is_raised_and_the_lanes_are_free_again() -> None:
    calls = count()

    def full(_piece: bytes) -> None:
        if next(calls) == 5:
            raise OSError("full")

    free = BoundedSemaphore(1)
    before = active_count()
    lanes = Lanes([bytearray().extend, full], free)
    with pytest.raises(OSError, match="full"):
        for _ in range(50):
            lanes.write(PIECE)
    with pytest.raises(OSError, match="full"):
        lanes.finish()
    lanes.close()
    assert active_count() == before
    assert free.acquire(blocking=False)
